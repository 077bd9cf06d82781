//! `#[rule]`: a type that implements `assay_sdk::Rule` with the function, exported when the target is WebAssembly.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{
    Error, FnArg, Ident, ItemFn, LitBool, LitStr, Path, Result, ReturnType, Token, Type, bracketed,
    meta::ParseNestedMeta,
    parse::{ParseStream, Parser},
    punctuated::Punctuated,
    spanned::Spanned,
};

use crate::names;

#[derive(Default)]
struct Arguments {
    title: Option<LitStr>,
    unit: Option<LitStr>,
    name: Option<LitStr>,
    summary: Option<LitStr>,
    classes: Vec<LitStr>,
    participants: Vec<LitStr>,
    has_value: bool,
    /// What says what is read with given parameters.
    reads: Option<Path>,
}

/// The types that a rule's function is written with.
struct Signature<'f> {
    timeline: &'f Type,
    params: &'f Type,
    as_of: &'f Type,
    output: &'f Type,
}

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let arguments = Arguments::parse(arguments)?;
    let function: ItemFn = syn::parse2(item)?;
    let Signature { timeline, params, as_of, output } = Signature::of(&function)?;
    let about = about(&arguments, &function)?;
    let (visibility, judge) = (&function.vis, &function.sig.ident);
    let rule = names::pascal(judge);
    let docs = format!("The rule of the function [`{judge}`].");
    let reads = arguments.reads.as_ref().map(|reads| {
        quote! {
            fn reads(
                params: &Self::Params,
            ) -> ::core::option::Option<::core::result::Result<::std::vec::Vec<::assay_sdk::EventType>, ::std::string::String>> {
                ::core::option::Option::Some(#reads(params))
            }
        }
    });
    // Should the function take something else, the compiler's complaint is about the type its author wrote.
    let at = Ident::new("as_of", Span::mixed_site().located_at(as_of.span()));
    Ok(quote! {
        #function

        #[doc = #docs]
        #visibility struct #rule;

        // Natively nothing else may make one.
        const _: #rule = #rule;

        impl ::assay_sdk::Rule for #rule {
            type Event = <#timeline as ::assay_sdk::__private::TimelineOf>::Event;
            type Params = #params;
            type Reason = <#output as ::assay_sdk::IntoVerdict>::Reason;
            const ABOUT: ::assay_sdk::About = #about;

            #reads

            fn judge(
                timeline: &::assay_sdk::Timeline<Self::Event>,
                params: &Self::Params,
                #at: ::assay_sdk::Timestamp,
            ) -> ::core::result::Result<::assay_sdk::Verdict<Self::Reason>, ::assay_sdk::RuleError> {
                ::assay_sdk::IntoVerdict::into_verdict(#judge(timeline, params, #at))
            }
        }

        #[cfg(target_family = "wasm")]
        ::assay_sdk::bindings::export_rule!(#rule with_types_in ::assay_sdk::bindings);
    })
}

fn about(arguments: &Arguments, function: &ItemFn) -> Result<TokenStream> {
    let Arguments { title, unit, classes, participants, has_value, .. } = arguments;
    let missing = |key: &str, example: &str| Error::new(Span::call_site(), format!("a rule has a {key}: {key} = \"{example}\""));
    let title = title.as_ref().ok_or_else(|| missing("title", "Ticket stays resolved"))?;
    let unit = unit.as_ref().ok_or_else(|| missing("unit", "resolution"))?;
    names::check_text(title)?;
    names::check_text(unit)?;
    if let Some(summary) = &arguments.summary {
        names::check_length(&summary.value(), summary.span())?;
    }
    let ident = &function.sig.ident;
    let name = arguments.name.as_ref().map_or_else(|| names::kebab(ident), LitStr::value);
    names::check_slug(&name, arguments.name.as_ref().map_or(ident.span(), LitStr::span))?;
    let summary = arguments.summary.as_ref().map_or_else(|| names::doc(&function.attrs), |given| Ok(given.value()))?;
    Ok(quote! {
        ::assay_sdk::About {
            name: #name,
            title: #title,
            summary: #summary,
            unit: #unit,
            classes: &[#(#classes),*],
            participants: &[#(#participants),*],
            has_value: #has_value,
        }
    })
}

impl Arguments {
    fn parse(tokens: TokenStream) -> Result<Self> {
        let mut arguments = Self::default();
        syn::meta::parser(|meta| arguments.set(&meta)).parse2(tokens)?;
        Ok(arguments)
    }

    fn set(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let key = meta.path.get_ident().map(Ident::to_string).unwrap_or_default();
        match key.as_str() {
            "title" => self.title = Some(meta.value()?.parse()?),
            "unit" => self.unit = Some(meta.value()?.parse()?),
            "name" => self.name = Some(meta.value()?.parse()?),
            "summary" => self.summary = Some(meta.value()?.parse()?),
            "classes" => self.classes = slugs(meta.value()?)?,
            "participants" => self.participants = slugs(meta.value()?)?,
            "has_value" => self.has_value = meta.value()?.parse::<LitBool>()?.value,
            "reads" => self.reads = Some(meta.value()?.parse()?),
            _ => {
                return Err(meta.error("expected title, unit, name, summary, classes, participants, has_value or reads"));
            }
        }
        Ok(())
    }
}

/// A list of names, each once.
fn slugs(input: ParseStream<'_>) -> Result<Vec<LitStr>> {
    let list;
    bracketed!(list in input);
    let slugs: Vec<LitStr> = Punctuated::<LitStr, Token![,]>::parse_terminated(&list)?.into_iter().collect();
    names::check_count(slugs.iter().map(LitStr::span), names::LIST_MAX, "names")?;
    for (place, slug) in slugs.iter().enumerate() {
        names::check_slug(&slug.value(), slug.span())?;
        if slugs.iter().take(place).any(|before| before.value() == slug.value()) {
            return Err(Error::new(slug.span(), "this name is in the list already"));
        }
    }
    Ok(slugs)
}

impl<'f> Signature<'f> {
    fn of(function: &'f ItemFn) -> Result<Self> {
        let signature = &function.sig;
        let wrong = || {
            let expected = "a rule is a plain function: fn(&Timeline<Events>, &Params, Timestamp) -> Verdict<Reason>";
            Error::new_spanned(signature, expected)
        };
        let plain = signature.asyncness.is_none() && signature.unsafety.is_none() && signature.generics.params.is_empty();
        let mut inputs = signature.inputs.iter();
        let (Some(timeline), Some(params), Some(as_of), None) = (inputs.next(), inputs.next(), inputs.next(), inputs.next()) else {
            return Err(wrong());
        };
        let (Some(timeline), Some(params), Some(as_of)) = (referred(timeline), referred(params), typed(as_of)) else {
            return Err(wrong());
        };
        match &signature.output {
            ReturnType::Type(_, output) if plain => Ok(Self { timeline, params, as_of, output }),
            _ => Err(wrong()),
        }
    }
}

fn typed(argument: &FnArg) -> Option<&Type> {
    match argument {
        FnArg::Typed(argument) => Some(&argument.ty),
        FnArg::Receiver(_) => None,
    }
}

fn referred(argument: &FnArg) -> Option<&Type> {
    match typed(argument)? {
        Type::Reference(reference) if reference.mutability.is_none() => Some(&reference.elem),
        _ => None,
    }
}
