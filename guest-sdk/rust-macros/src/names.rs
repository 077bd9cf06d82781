//! Names and texts of a manifest, from Rust's names and doc comments.

use proc_macro2::Span;
use syn::{Attribute, Error, Expr, ExprLit, Ident, Lit, LitStr, Meta, MetaNameValue, Result, ext::IdentExt, spanned::Spanned};

/// `max_reassignments` and `MaxReassignments` both become `max-reassignments`.
pub(crate) fn kebab(ident: &Ident) -> String {
    let name = ident.unraw().to_string();
    let mut kebab = String::with_capacity(name.len() + 4);
    let mut before: Option<char> = None;
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        let last_of_acronym = rest.peek().is_some_and(|next| next.is_lowercase());
        let after_word = before.is_some_and(|before| match before {
            '_' => false,
            before if before.is_uppercase() => last_of_acronym,
            _ => true,
        });
        if c == '_' || (c.is_uppercase() && after_word) {
            kebab.push('-');
        }
        if c != '_' {
            kebab.extend(c.to_lowercase());
        }
        before = Some(c);
    }
    kebab
}

/// `resolved_ticket` becomes `ResolvedTicket`.
pub(crate) fn pascal(ident: &Ident) -> Ident {
    let name = ident.unraw().to_string();
    let words = name.split('_').map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    });
    Ident::new(&words.collect::<String>(), ident.span())
}

/// How many of a kind hosts accept in a manifest, and how many kinds of events.
pub(crate) const LIST_MAX: usize = 64;
/// How many bytes hosts accept in a text.
const TEXT_MAX: usize = 1024;

/// What hosts accept as a name.
pub(crate) fn check_slug(name: &str, span: Span) -> Result<()> {
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if plain && !name.is_empty() && name.len() <= 64 && !name.starts_with('-') && !name.ends_with('-') {
        Ok(())
    } else {
        Err(Error::new(span, format!("{name:?} is not a name of a manifest: use a-z, 0-9 and -, at most 64 characters")))
    }
}

/// A text that must not be empty.
pub(crate) fn check_text(text: &LitStr) -> Result<()> {
    if text.value().trim().is_empty() {
        return Err(Error::new(text.span(), "say something here: people read it"));
    }
    check_length(&text.value(), text.span())
}

/// A text that is no longer than hosts accept.
pub(crate) fn check_length(text: &str, span: Span) -> Result<()> {
    if text.len() <= TEXT_MAX {
        return Ok(());
    }
    Err(Error::new(span, format!("a text of a manifest has at most {TEXT_MAX} bytes, and this has {}: shorten it", text.len())))
}

/// No more of something than hosts accept; complains about the first beyond.
pub(crate) fn check_count(mut spans: impl Iterator<Item = Span>, max: usize, what: &str) -> Result<()> {
    match spans.nth(max) {
        Some(span) => Err(Error::new(span, format!("a rule has at most {max} {what}"))),
        None => Ok(()),
    }
}

/// The first paragraph of a doc comment on one line; empty when there is none.
pub(crate) fn doc(attributes: &[Attribute]) -> Result<String> {
    let text = paragraph(attributes);
    let span = attributes.iter().find(|attribute| attribute.path().is_ident("doc")).map_or_else(Span::call_site, Spanned::span);
    check_length(&text, span).map(|()| text)
}

fn paragraph(attributes: &[Attribute]) -> String {
    let texts = attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(MetaNameValue { value: Expr::Lit(ExprLit { lit: Lit::Str(text), .. }), .. }) => Some(text.value()),
        _ => None,
    });
    let text = texts.collect::<Vec<_>>().join("\n");
    let lines = text.lines().map(str::trim).skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}
