//! `#[derive(Event)]`: one variant, one kind of event.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Error, Field, Fields, LitStr, Result, Variant, ext::IdentExt, spanned::Spanned};

use crate::{kind::FieldType, names};

/// How many fields hosts accept, of all kinds together.
const FIELDS_MAX: usize = 256;

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "what a rule reads is an enum: one variant per kind of event"));
    };
    if data.variants.is_empty() {
        return Err(Error::new_spanned(&input.ident, "a rule reads at least one kind of event"));
    }
    names::check_count(data.variants.iter().map(|variant| variant.ident.span()), names::LIST_MAX, "kinds of events")?;
    let all = data.variants.iter().flat_map(|variant| &variant.fields);
    names::check_count(all.map(Spanned::span), FIELDS_MAX, "fields of events")?;
    let mut kinds = BTreeSet::new();
    let (mut specs, mut arms) = (Vec::new(), Vec::new());
    for (variant, index) in data.variants.iter().zip(0u32..) {
        let kind = kind_of(variant)?;
        if !kinds.insert(kind.value()) {
            return Err(Error::new(kind.span(), "another variant reads this kind already"));
        }
        let fields = fields_of(variant)?;
        let field_specs = fields.iter().map(field_spec).collect::<Result<Vec<_>>>()?;
        specs.push(quote! {
            ::assay_sdk::__private::KindSpec { kind: #kind, fields: &[#(#field_specs),*] }
        });
        let ident = &variant.ident;
        let decoded = fields.iter().map(|field| {
            let (name, ty) = (&field.ident, &field.ty);
            quote! { #name: <#ty as ::assay_sdk::__private::FromValue>::next(values)? }
        });
        arms.push(quote! { #index => Self::#ident { #(#decoded),* } });
    }
    let ident = &input.ident;
    let (generics, type_generics, bounds) = input.generics.split_for_impl();
    Ok(quote! {
        impl #generics ::assay_sdk::Event for #ident #type_generics #bounds {
            const KINDS: &'static [::assay_sdk::__private::KindSpec] = &[#(#specs),*];

            fn decode(
                kind: u32,
                values: ::std::vec::Vec<::assay_sdk::__private::Value>,
            ) -> ::core::option::Option<Self> {
                let values = &mut ::core::iter::IntoIterator::into_iter(values);
                let event = match kind {
                    #(#arms,)*
                    _ => return ::core::option::Option::None,
                };
                match ::core::iter::Iterator::next(values) {
                    ::core::option::Option::None => ::core::option::Option::Some(event),
                    ::core::option::Option::Some(_) => ::core::option::Option::None,
                }
            }
        }
    })
}

fn kind_of(variant: &Variant) -> Result<LitStr> {
    let kind = text_of(&variant.attrs, "event", "kind")?
        .ok_or_else(|| Error::new_spanned(&variant.ident, "say which kind of event this is: #[event(kind = \"…\")]"))?;
    if kind.value().is_empty() || kind.value().len() > 256 {
        return Err(Error::new(kind.span(), "a kind has 1 to 256 bytes"));
    }
    Ok(kind)
}

fn fields_of(variant: &Variant) -> Result<Vec<&Field>> {
    match &variant.fields {
        Fields::Named(fields) => Ok(fields.named.iter().collect()),
        Fields::Unit => Ok(Vec::new()),
        Fields::Unnamed(fields) => Err(Error::new_spanned(fields, "name the fields: { state: String }")),
    }
}

fn field_spec(field: &&Field) -> Result<TokenStream> {
    let Some(ident) = &field.ident else {
        return Err(Error::new_spanned(field, "name the field"));
    };
    FieldType::of(&field.ty)?;
    let name = names::kebab(ident);
    names::check_slug(&name, ident.span())?;
    let path = text_of(&field.attrs, "field", "path")?;
    if let Some(path) = &path {
        check_pointer(path)?;
    }
    let path = path.map_or_else(|| format!("/{}", ident.unraw()), |path| path.value());
    let ty = &field.ty;
    Ok(quote! {
        ::assay_sdk::__private::FieldSpec {
            name: #name,
            path: #path,
            kind: <#ty as ::assay_sdk::__private::FromValue>::KIND,
            required: <#ty as ::assay_sdk::__private::FromValue>::REQUIRED,
        }
    })
}

fn check_pointer(path: &LitStr) -> Result<()> {
    let text = path.value();
    if !text.starts_with('/') {
        return Err(Error::new(path.span(), "a path is a JSON Pointer such as \"/incident_state\""));
    }
    if text.split('~').skip(1).any(|rest| !rest.starts_with(['0', '1'])) {
        return Err(Error::new(path.span(), "in a JSON Pointer ~ is written ~0, and / within a name ~1"));
    }
    names::check_length(&text, path.span())
}

/// The text of the only key that these attributes have.
pub(crate) fn text_of(attributes: &[Attribute], attribute: &str, key: &str) -> Result<Option<LitStr>> {
    let mut found = None;
    for attribute in attributes.iter().filter(|known| known.path().is_ident(attribute)) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident(key) {
                return Err(meta.error(format!("expected {key} = \"…\"")));
            }
            found = Some(meta.value()?.parse::<LitStr>()?);
            Ok(())
        })?;
    }
    Ok(found)
}
