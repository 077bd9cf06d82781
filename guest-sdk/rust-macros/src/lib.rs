//! The macros of assay-sdk: they turn an author's types into the manifest and the decoding of a rule. `assay-sdk` documents how they
//! are used; nothing else depends on this crate.
//!
//! Every mistake that can be seen in the source is a compile error on the author's line: a type that no value has, a default of
//! another kind, a name that a host would refuse, a reason that only hosts give. The rest (is this type a timeline, does that path
//! name a function) is left to the compiler, with the author's spans on the tokens.
//!
//! The expansion names `::assay_sdk` alone, and of it only what is public or in `__private`.
//!
//! To add an attribute key: a branch where its attribute is parsed (`event`, `params`, `reason`, `rule`), and a sentence in the
//! SDK's documentation of the trait.

mod event;
mod kind;
mod names;
mod params;
mod reason;
mod rule;
#[cfg(test)]
mod tests;
#[path = "../../rust/src/text.rs"]
mod text;

use proc_macro::TokenStream;
use syn::DeriveInput;

/// Derives `assay_sdk::Event`.
#[proc_macro_derive(Event, attributes(event, field))]
pub fn derive_event(input: TokenStream) -> TokenStream {
    derive(input, event::expand)
}

/// Derives `assay_sdk::Params`.
#[proc_macro_derive(Params, attributes(params, param))]
pub fn derive_params(input: TokenStream) -> TokenStream {
    derive(input, params::expand)
}

/// Derives `assay_sdk::Reason`.
#[proc_macro_derive(Reason, attributes(reason))]
pub fn derive_reason(input: TokenStream) -> TokenStream {
    derive(input, reason::expand)
}

/// Makes a rule of a function `fn(&Timeline<E>, &P, Timestamp) -> Verdict<R>` (or a `Result` of that verdict): a type named like it
/// in PascalCase.
///
/// `title` and `unit` (what one outcome is called) must be given. `name` is the function's in kebab-case and `summary` its doc
/// comment unless given. `classes` and `participants` are lists of names; `has_value = true` when every success carries a value. `reads` is a
/// function of the parameters, `fn(&P) -> Result<Vec<EventType>, String>`, for a rule over `AnyEvent`s.
#[proc_macro_attribute]
pub fn rule(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let function: proc_macro2::TokenStream = item.clone().into();
    let expanded = rule::expand(arguments.into(), item.into());
    expanded
        .unwrap_or_else(|error| {
            let error = error.into_compile_error();
            quote::quote! { #function #error }
        })
        .into()
}

fn derive(input: TokenStream, expand: fn(&DeriveInput) -> syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    let expanded = syn::parse::<DeriveInput>(input).and_then(|input| expand(&input));
    expanded.unwrap_or_else(syn::Error::into_compile_error).into()
}
