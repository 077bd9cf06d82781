//! The name of a new rule, in the forms in which sources say it.

use std::str::FromStr;

use anyhow::{Result, anyhow, bail};
use assay_domain::manifest::check_slug;

use super::Language;

/// Words that no crate and no function of Rust may be called.
const WORDS: &str = "abstract alloc as assay-sdk async await become box break const continue core crate do dyn else enum extern false final fn \
     for gen if impl in let loop macro match mod move mut override priv proc-macro pub ref return self static std struct super test trait true \
     try type typeof union unsafe unsized use virtual where while yield";

/// The name of a rule: `my-rule`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

impl FromStr for Name {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        check_slug("the name of the rule", text)?;
        if !text.starts_with(|first: char| first.is_ascii_lowercase()) || text.contains("--") {
            return Err(anyhow!("{text:?} cannot be a name in every language: begin with a letter, and put single hyphens between words"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl Name {
    /// The name as it is.
    pub fn kebab(&self) -> &str {
        &self.0
    }

    /// Refuses what is a word of the language already.
    pub fn check(&self, language: Language) -> Result<()> {
        if language == Language::Rust && WORDS.split_whitespace().any(|word| word == self.0) {
            bail!("{:?} is a word of Rust or one of its libraries: choose another name", self.0);
        }
        Ok(())
    }

    /// A text of a file with this name in the place of another, in whatever form it stands there.
    pub(super) fn instead_of(&self, old: &str, path: &str, text: &str) -> String {
        let pairs = [(snake(old), snake(&self.0)), (pascal(old), pascal(&self.0)), (old.to_owned(), self.0.clone())];
        // Only Rust knows the first two; a name of one word looks alike in the first and the last.
        let skip = if path.ends_with(".rs") { 0 } else { 2 };
        pairs.iter().skip(skip).fold(text.to_owned(), |text, (from, to)| replace(&text, from, to))
    }
}

fn snake(name: &str) -> String {
    name.replace('-', "_")
}

fn pascal(name: &str) -> String {
    let capital = |word: &str| word.chars().take(1).map(|c| c.to_ascii_uppercase()).chain(word.chars().skip(1)).collect::<String>();
    name.split('-').map(capital).collect()
}

/// Replaces a text wherever it is a word of its own: `csat`, but not the beginning of `csat.submitted`.
fn replace(text: &str, from: &str, to: &str) -> String {
    let (mut replaced, mut end) = (String::with_capacity(text.len()), 0);
    for (at, found) in text.match_indices(from) {
        let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + found.len()..).unwrap_or_default());
        if before.ends_with(is_of_word) || after.starts_with(is_of_word) || goes_on(after) {
            continue;
        }
        replaced += text.get(end..at).unwrap_or_default();
        replaced += to;
        end = at + found.len();
    }
    replaced + text.get(end..).unwrap_or_default()
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

fn goes_on(after: &str) -> bool {
    let of_kind = after.strip_prefix('.').is_some_and(|rest| rest.starts_with(is_of_word));
    of_kind && !["component.wasm", "wasm"].iter().any(|ending| after.get(1..).is_some_and(|rest| rest.starts_with(ending)))
}
