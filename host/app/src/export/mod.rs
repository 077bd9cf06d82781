//! Documents for other eyes and other programs: a page to print, a table, rows of a cost report, and everything as JSON.
//!
//! Pure functions of a view: what is read, and for whom, is decided before. In every form the amounts of a document's lines add up to
//! its total. To add one: a file here, a variant of [`Format`] with its names, and a case in `tests/it/app/exports.rs`.

mod csv;
mod decimals;
mod focus;
mod html;
mod json;

use std::{slice, str::FromStr};

use crate::invoices::InvoiceView;

/// A form that documents can be had in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One page that stands by itself and prints on A4.
    Html,
    /// One row per line, RFC 4180.
    Csv,
    /// One row per line with the columns of the FinOps Open Cost and Usage Specification, as CSV.
    Focus,
    /// Everything, with amounts as strings.
    Json,
}

/// A text that names no form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is none of html, csv, focus and json")]
pub struct FormatError(String);

impl Format {
    /// Every form and its name.
    pub const ALL: [(Self, &'static str); 4] = [(Self::Html, "html"), (Self::Csv, "csv"), (Self::Focus, "focus"), (Self::Json, "json")];

    /// What the bytes are, for whoever receives them.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Csv | Self::Focus => "text/csv; charset=utf-8; header=present",
            Self::Json => "application/json",
        }
    }

    /// How the name of a file ends, without the leading dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Csv => "csv",
            Self::Focus => "focus.csv",
            Self::Json => "json",
        }
    }
}

impl FromStr for Format {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        Self::ALL.iter().find(|(_, name)| *name == text).map(|(format, _)| *format).ok_or_else(|| FormatError(text.into()))
    }
}

/// One document.
pub fn render(view: &InvoiceView, format: Format) -> String {
    match format {
        Format::Json => json::one(view),
        _ => render_all(slice::from_ref(view), format),
    }
}

/// Several documents in one: a list, a table, or pages one after the other.
pub fn render_all(views: &[InvoiceView], format: Format) -> String {
    match format {
        Format::Html => html::page(views),
        Format::Csv => csv::table(views),
        Format::Focus => focus::table(views),
        Format::Json => json::all(views),
    }
}
