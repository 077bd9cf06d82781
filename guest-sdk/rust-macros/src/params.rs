//! `#[derive(Params)]`: one field, one parameter.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Expr, Field, Fields, LitStr, Path, Result, spanned::Spanned};

use crate::{kind::FieldType, names};

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let wrong = || Error::new_spanned(&input.ident, "parameters are a struct with named fields");
    let Data::Struct(data) = &input.data else {
        return Err(wrong());
    };
    let fields: Vec<&Field> = match &data.fields {
        Fields::Named(fields) => fields.named.iter().collect(),
        Fields::Unit => Vec::new(),
        Fields::Unnamed(_) => return Err(wrong()),
    };
    names::check_count(fields.iter().map(|field| field.span()), names::LIST_MAX, "parameters")?;
    let specs = fields.iter().map(|field| spec(field)).collect::<Result<Vec<_>>>()?;
    let taken = fields.iter().map(|field| {
        let (name, ty) = (&field.ident, &field.ty);
        quote! { #name: arguments.take::<#ty>()? }
    });
    let check = check(input)?.map(|check| {
        quote! {
            fn check(&self) -> ::core::result::Result<(), ::std::string::String> {
                #check(self)
            }
        }
    });
    let ident = &input.ident;
    let (generics, type_generics, bounds) = input.generics.split_for_impl();
    Ok(quote! {
        impl #generics ::assay_sdk::Params for #ident #type_generics #bounds {
            const PARAMETERS: &'static [::assay_sdk::__private::ParamSpec] = &[#(#specs),*];

            fn decode(
                values: ::std::vec::Vec<::assay_sdk::__private::Value>,
            ) -> ::core::result::Result<Self, ::assay_sdk::RuleError> {
                let arguments = &mut ::assay_sdk::__private::Arguments::new(Self::PARAMETERS, values)?;
                ::core::result::Result::Ok(Self { #(#taken),* })
            }

            #check
        }
    })
}

/// The function of `#[params(check = path)]`.
fn check(input: &DeriveInput) -> Result<Option<Path>> {
    let mut check = None;
    for attribute in input.attrs.iter().filter(|known| known.path().is_ident("params")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("check") {
                return Err(meta.error("expected check = path::to::function"));
            }
            check = Some(meta.value()?.parse::<Path>()?);
            Ok(())
        })?;
    }
    Ok(check)
}

fn spec(field: &Field) -> Result<TokenStream> {
    let Some(ident) = &field.ident else {
        return Err(Error::new_spanned(field, "name the field"));
    };
    let name = names::kebab(ident);
    names::check_slug(&name, ident.span())?;
    let field_type = FieldType::of(&field.ty)?;
    let (default, help) = attributes(field)?;
    let preset = match (default, field_type.optional) {
        (Some(value), true) => {
            return Err(Error::new_spanned(value, "an Option has no default: drop the Option or the default"));
        }
        (Some(value), false) => {
            let preset = field_type.kind.preset(&value)?;
            quote! { ::core::option::Option::Some(#preset) }
        }
        (None, true) => {
            quote! { ::core::option::Option::Some(::assay_sdk::__private::Preset::Absent) }
        }
        (None, false) => quote! { ::core::option::Option::None },
    };
    let help = match help {
        Some(help) => names::check_length(&help.value(), help.span()).map(|()| help.value())?,
        None => names::doc(&field.attrs)?,
    };
    let ty = &field.ty;
    Ok(quote! {
        ::assay_sdk::__private::ParamSpec {
            name: #name,
            kind: <#ty as ::assay_sdk::__private::FromValue>::KIND,
            default: #preset,
            help: #help,
        }
    })
}

/// `default` and `help` of `#[param(…)]`.
fn attributes(field: &Field) -> Result<(Option<Expr>, Option<LitStr>)> {
    let (mut default, mut help) = (None, None);
    for attribute in field.attrs.iter().filter(|known| known.path().is_ident("param")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("default") {
                default = Some(meta.value()?.parse::<Expr>()?);
            } else if meta.path.is_ident("help") {
                help = Some(meta.value()?.parse::<LitStr>()?);
            } else {
                return Err(meta.error("expected default = … or help = \"…\""));
            }
            Ok(())
        })?;
    }
    Ok((default, help))
}
