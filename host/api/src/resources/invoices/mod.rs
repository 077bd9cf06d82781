//! Invoices and credit notes: what was billed, down to the interactions behind each line.

mod line;
mod list;
mod outcomes;
mod show;

use assay_app::{InvoiceRow, InvoiceView};
use assay_domain::money::Amount;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Api;
use line::InvoiceLineBody;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list::list)).routes(routes!(show::show)).routes(routes!(outcomes::outcomes))
}

/// An amount of money.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Amount)]
pub struct AmountBody {
    /// As a decimal, with the decimals of its currency.
    #[schema(example = "12.34")]
    pub amount: String,
    /// Its ISO 4217 code.
    #[schema(example = "USD")]
    pub currency: String,
}

/// An invoice or credit note without its lines.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceSummary)]
pub struct InvoiceSummaryBody {
    /// Its id.
    #[schema(example = "inv_0000000000001")]
    pub id: String,
    /// `invoice` or `credit-note`.
    #[schema(example = "invoice")]
    pub kind: String,
    /// Its number, in a series for each kind.
    #[schema(example = "INV-000001")]
    pub number: String,
    /// The customer's key.
    #[schema(example = "acme")]
    pub customer: String,
    /// Of which month.
    #[schema(example = "2026-03")]
    pub period: String,
    /// The sum of its lines; negative on a credit note.
    pub total: AmountBody,
    /// The number of the invoice that a credit note corrects.
    #[schema(example = "INV-000001")]
    pub corrects: Option<String>,
    /// When it was issued.
    #[schema(example = "2026-04-01T06:00:00Z", format = DateTime)]
    pub issued_at: String,
}

/// An invoice or credit note.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invoice)]
pub struct InvoiceBody {
    /// Its head.
    #[serde(flatten)]
    pub head: InvoiceSummaryBody,
    /// Its lines, in order.
    pub lines: Vec<InvoiceLineBody>,
}

impl From<Amount> for AmountBody {
    fn from(amount: Amount) -> Self {
        Self { amount: amount.decimal(), currency: amount.currency().to_string() }
    }
}

impl From<InvoiceRow> for InvoiceSummaryBody {
    fn from(row: InvoiceRow) -> Self {
        Self {
            id: row.id.to_string(),
            kind: row.kind,
            number: row.number,
            customer: row.customer_key,
            period: row.period.to_string(),
            total: row.total.into(),
            corrects: row.corrects,
            issued_at: row.issued_at.to_string(),
        }
    }
}

impl From<InvoiceView> for InvoiceBody {
    fn from(view: InvoiceView) -> Self {
        let lines = (1..).zip(view.lines).map(|(position, line)| InvoiceLineBody::new(position, line)).collect();
        Self { head: view.invoice.into(), lines }
    }
}
