//! Invoices and credit notes: what was billed, down to the interactions behind each line; what would be; and what became of it.

mod amount;
pub(super) mod bundle;
mod export;
mod exported;
mod filter;
mod line;
mod list;
mod outcomes;
mod pay;
mod preview;
mod previewed;
mod show;
mod void;

use assay_app::{InvoiceRow, InvoiceView};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Api;
pub use amount::AmountBody;
use line::InvoiceLineBody;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(preview::preview))
        .routes(routes!(export::export_all))
        .routes(routes!(show::show))
        .routes(routes!(outcomes::outcomes))
        .routes(routes!(void::void))
        .routes(routes!(pay::pay))
        .routes(routes!(export::export))
        .routes(routes!(bundle::bundle))
}

/// An invoice or credit note without its lines.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceSummary)]
pub struct InvoiceSummaryBody {
    /// Its id; null in a preview.
    #[schema(example = "inv_0000000000001")]
    pub id: Option<String>,
    /// `invoice` or `credit-note`.
    #[schema(example = "invoice")]
    pub kind: String,
    /// Its number, in a series for each kind; `DRAFT` in a preview.
    #[schema(example = "INV-000001")]
    pub number: String,
    /// `issued`, `paid` or `voided`; `draft` in a preview.
    #[schema(example = "issued")]
    pub state: &'static str,
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
    /// When it was issued; null in a preview.
    #[schema(example = "2026-04-01T06:00:00Z", format = DateTime)]
    pub issued_at: Option<String>,
}

/// An invoice or credit note.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invoice)]
pub struct InvoiceBody {
    /// Its head.
    #[serde(flatten)]
    pub head: InvoiceSummaryBody,
    /// Why it was voided, or by what it was paid.
    #[schema(example = "transfer 17")]
    pub note: Option<String>,
    /// How much prepaid credit has paid of it; negative on a credit note is what went back to it.
    pub prepaid: AmountBody,
    /// What is still to be paid; negative is to be given back. Nothing once it is paid or voided.
    pub due: AmountBody,
    /// What open disputes are about of what it bills: what each outcome was worth when it was disputed.
    pub disputed: AmountBody,
    /// Its lines, in order.
    pub lines: Vec<InvoiceLineBody>,
}

impl From<InvoiceRow> for InvoiceSummaryBody {
    fn from(row: InvoiceRow) -> Self {
        // A preview is not recorded, so it has no number with us.
        let is_issued = row.id.0 != 0;
        Self {
            id: is_issued.then(|| row.id.to_string()),
            kind: row.kind,
            number: row.number,
            state: row.state.name(),
            customer: row.customer_key,
            period: row.period.to_string(),
            total: row.total.into(),
            corrects: row.corrects,
            issued_at: is_issued.then(|| row.issued_at.to_string()),
        }
    }
}

impl From<InvoiceView> for InvoiceBody {
    fn from(view: InvoiceView) -> Self {
        let due = view.due().into();
        let InvoiceView { invoice, note, prepaid, disputed, lines, .. } = view;
        let lines = lines.into_iter().map(InvoiceLineBody::from).collect();
        Self { head: invoice.into(), note, prepaid: prepaid.into(), due, disputed: disputed.into(), lines }
    }
}
