//! `#[derive(Reason)]`: one variant, one reason.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Result};

use crate::{event::text_of, names};

/// Hosts give these themselves.
const RESERVED: [&str; 3] = ["deadline", "missing-field", "rule-error"];

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "reasons are an enum without fields"));
    };
    if data.variants.is_empty() {
        return Err(Error::new_spanned(&input.ident, "a rule has at least one reason: every verdict names one"));
    }
    names::check_count(data.variants.iter().map(|variant| variant.ident.span()), names::LIST_MAX, "reasons")?;
    let mut codes = BTreeSet::new();
    let (mut specs, mut arms) = (Vec::new(), Vec::new());
    for (variant, index) in data.variants.iter().zip(0u32..) {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new_spanned(&variant.fields, "a reason has no fields: say more in the verdict's note"));
        }
        let given = text_of(&variant.attrs, "reason", "code")?;
        let span = given.as_ref().map_or(variant.ident.span(), |given| given.span());
        let code = given.map_or_else(|| names::kebab(&variant.ident), |given| given.value());
        names::check_slug(&code, span)?;
        if RESERVED.contains(&code.as_str()) {
            return Err(Error::new(span, format!("{code:?} is a reason that only the host gives")));
        }
        if !codes.insert(code.clone()) {
            return Err(Error::new(span, format!("another reason has the code {code:?} already")));
        }
        let help = names::doc(&variant.attrs)?;
        specs.push(quote! { ::assay_sdk::__private::ReasonSpec { code: #code, help: #help } });
        let ident = &variant.ident;
        arms.push(quote! { Self::#ident => #index });
    }
    let ident = &input.ident;
    let (generics, type_generics, bounds) = input.generics.split_for_impl();
    Ok(quote! {
        impl #generics ::assay_sdk::Reason for #ident #type_generics #bounds {
            const REASONS: &'static [::assay_sdk::__private::ReasonSpec] = &[#(#specs),*];

            fn index(&self) -> u32 {
                match self {
                    #(#arms),*
                }
            }
        }
    })
}
