//! Tables of comma-separated values, one row per line of a document, as RFC 4180 has them.

use assay_store::billing::DocumentState;

use crate::invoices::{InvoiceView, LineView};

/// What is in a cell.
pub(super) enum Cell {
    /// What people wrote, or nothing.
    Text(String),
    /// A number, as decimal text.
    Number(String),
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn number(number: impl ToString) -> Self {
        Self::Number(number.to_string())
    }

    /// Nothing at all.
    pub(super) fn none() -> Self {
        Self::Text(String::new())
    }

    /// A spreadsheet takes a text that starts with one of these for a formula, and whoever names a customer or a charge could have
    /// it computed on another's machine; an apostrophe makes it a text again.
    fn guarded(self) -> String {
        match self {
            Self::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
            Self::Text(text) | Self::Number(text) => text,
        }
    }

    fn written(self) -> String {
        let text = self.guarded();
        if text.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
    }
}

/// A header and rows of as many cells.
pub(super) fn rows<const N: usize>(head: [&str; N], rows: impl Iterator<Item = [Cell; N]>) -> String {
    let line = |cells: [Cell; N]| cells.map(Cell::written).join(",") + "\r\n";
    let head = line(head.map(Cell::text));
    rows.fold(head, |table, row| table + &line(row))
}

const HEAD: [&str; 26] = [
    "number",
    "kind",
    "state",
    "issued_at",
    "issuer",
    "customer",
    "month",
    "corrects",
    "currency",
    "line",
    "line_kind",
    "basis",
    "period",
    "from",
    "until",
    "usage_of",
    "plan",
    "charge",
    "tier",
    "label",
    "quantity",
    "unit",
    "unit_price",
    "amount",
    "original",
    "disputes",
];

/// The lines of all documents; those of voided ones too, as their state says.
pub(super) fn table(views: &[InvoiceView]) -> String {
    rows(HEAD, views.iter().flat_map(|view| view.lines.iter().map(move |line| row(view, line))))
}

fn row(InvoiceView { invoice, issuer, .. }: &InvoiceView, view: &LineView) -> [Cell; 26] {
    let line = &view.line;
    let issued_at = if invoice.state == DocumentState::Draft { Cell::none() } else { Cell::text(invoice.issued_at.to_string()) };
    [
        Cell::text(&invoice.number),
        Cell::text(&invoice.kind),
        Cell::text(invoice.state.name()),
        issued_at,
        Cell::text(issuer),
        Cell::text(&invoice.customer_key),
        Cell::text(invoice.period.to_string()),
        Cell::text(invoice.corrects.clone().unwrap_or_default()),
        Cell::text(invoice.total.currency().code()),
        Cell::number(line.position),
        Cell::text(line.kind.name()),
        Cell::text(view.basis.name()),
        Cell::text(line.period.to_string()),
        Cell::text(view.charged.0.to_string()),
        Cell::text(view.charged.1.to_string()),
        Cell::text(&view.customer),
        Cell::text(&view.plan),
        Cell::text(&line.charge),
        Cell::number(line.tier),
        Cell::text(&line.label),
        Cell::number(line.quantity),
        Cell::text(view.basis.unit().unwrap_or_default()),
        Cell::number(&line.unit_price),
        Cell::number(line.amount.decimal()),
        Cell::text(view.original.clone().unwrap_or_default()),
        Cell::text(view.disputes_in_words().unwrap_or_default()),
    ]
}
