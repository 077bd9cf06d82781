//! The kinds of value, as an author writes them: types of fields, literals of defaults.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Expr, ExprLit, ExprUnary, GenericArgument, Lit, PathArguments, PathSegment, Result, Type, UnOp};

use crate::text;

/// The kind that a type stands for.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Boolean,
    Integer,
    Decimal,
    Text,
    Timestamp,
    Duration,
}

/// A field's kind, and whether it is an `Option`.
pub(crate) struct FieldType {
    pub(crate) kind: Kind,
    pub(crate) optional: bool,
}

enum Constant {
    Boolean(bool),
    Integer(i64),
    Text(String),
}

impl FieldType {
    /// By the last name of the path; that it is the SDK's own type of that name, the compiler checks.
    pub(crate) fn of(ty: &Type) -> Result<Self> {
        let (kind, optional) = match inside_option(ty) {
            Some(inner) => (kind(inner), true),
            None => (kind(ty), false),
        };
        let expected = "a value is a bool, i64, Decimal, String, Timestamp or Duration, or an Option of one of them";
        kind.map(|kind| Self { kind, optional }).ok_or_else(|| Error::new_spanned(ty, expected))
    }
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

fn inside_option(ty: &Type) -> Option<&Type> {
    let option = last_segment(ty).filter(|segment| segment.ident == "Option")?;
    match &option.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            GenericArgument::Type(inner) => Some(inner),
            _ => None,
        },
        _ => None,
    }
}

fn kind(ty: &Type) -> Option<Kind> {
    Some(match last_segment(ty)?.ident.to_string().as_str() {
        "bool" => Kind::Boolean,
        "i64" => Kind::Integer,
        "Decimal" => Kind::Decimal,
        "String" => Kind::Text,
        "Timestamp" => Kind::Timestamp,
        "Duration" => Kind::Duration,
        _ => return None,
    })
}

impl Kind {
    /// The default in the notation of `assay_sdk::__private::Preset`.
    pub(crate) fn preset(self, value: &Expr) -> Result<TokenStream> {
        let preset = match (self, constant(value)) {
            (Self::Boolean, Some(Constant::Boolean(value))) => Some(quote! { Boolean(#value) }),
            (Self::Integer, Some(Constant::Integer(value))) => {
                (value.unsigned_abs() <= text::EXACT_MAX.unsigned_abs()).then(|| quote! { Integer(#value) })
            }
            (Self::Decimal, Some(Constant::Integer(value))) => decimal(&value.to_string()),
            (Self::Decimal, Some(Constant::Text(value))) => decimal(&value),
            (Self::Text, Some(Constant::Text(value))) => Some(quote! { Text(#value) }),
            (Self::Timestamp, Some(Constant::Text(value))) => text::timestamp(&value).map(|micros| quote! { Timestamp(#micros) }),
            (Self::Duration, Some(Constant::Text(value))) => text::duration(&value).map(|micros| quote! { Duration(#micros) }),
            _ => None,
        };
        preset
            .map(|preset| quote! { ::assay_sdk::__private::Preset::#preset })
            .ok_or_else(|| Error::new_spanned(value, format!("this parameter's default is {}", self.example())))
    }

    fn example(self) -> &'static str {
        match self {
            Self::Boolean => "true or false",
            Self::Integer => "an integer within ±2^53 such as 3",
            Self::Decimal => "a decimal within ±2^53 with at most 12 decimals, such as \"12.5\"",
            Self::Text => "a text such as \"resolved\"",
            Self::Timestamp => "an RFC 3339 time such as \"2016-03-01T10:00:00Z\"",
            Self::Duration => "a duration such as \"PT24H\", \"P7D\" or \"P1DT12H\" (years and months have no fixed length)",
        }
    }
}

fn decimal(text: &str) -> Option<TokenStream> {
    text::decimal(text).map(|(mantissa, scale)| quote! { Decimal(#mantissa, #scale) })
}

fn constant(value: &Expr) -> Option<Constant> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Bool(value), .. }) => Some(Constant::Boolean(value.value)),
        Expr::Lit(ExprLit { lit: Lit::Str(value), .. }) => Some(Constant::Text(value.value())),
        Expr::Lit(ExprLit { lit: Lit::Int(value), .. }) => value.base10_parse().ok().map(Constant::Integer),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => match constant(expr)? {
            Constant::Integer(value) => value.checked_neg().map(Constant::Integer),
            _ => None,
        },
        _ => None,
    }
}
