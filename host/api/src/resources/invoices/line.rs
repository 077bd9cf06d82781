use assay_app::{LineDispute, LineView};
use serde::Serialize;
use utoipa::ToSchema;

use super::AmountBody;

/// One line of an invoice or credit note.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceLine)]
pub struct InvoiceLineBody {
    /// Its place, from 1; names the line where the interactions behind it are asked for.
    #[schema(example = 1)]
    pub position: u32,
    /// `charge` for the invoice's own period, `correction` for what an earlier one has come to differ by.
    #[schema(example = "charge")]
    pub kind: &'static str,
    /// For people.
    #[schema(example = "Resolved tickets")]
    pub label: String,
    /// The code of the charge in the rate card; `commitment`, `cap` or `tax-…` for what comes after the charges.
    #[schema(example = "resolutions")]
    pub charge: String,
    /// The id of the agreement it is billed under.
    #[schema(example = "agr_0000000000001")]
    pub agreement: String,
    /// The key of the customer whose usage it bills: not the invoice's, when that one pays for a merged customer.
    #[schema(example = "acme")]
    pub customer: String,
    /// Of which month; of an anniversary, the first day of the period.
    #[schema(example = "2026-03")]
    pub period: String,
    /// The number of the invoice that first billed what a correction corrects; null for a charge, and where nothing was billed.
    #[schema(example = "INV-000001")]
    pub original: Option<String>,
    /// The tier of a tiered price, or which bound of a percentage; `0` where there are none.
    pub tier: u32,
    /// The price of one unit.
    #[schema(example = "0.99")]
    pub unit_price: String,
    /// How many units; negative when taken back.
    #[schema(example = "3")]
    pub quantity: String,
    /// What it comes to.
    pub amount: AmountBody,
    /// The disputes about what it bills, and those whose rulings it follows from.
    pub disputes: Vec<LineDisputeBody>,
}

/// A dispute that a line is about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LineDispute)]
pub struct LineDisputeBody {
    /// Its id.
    #[schema(example = "dsp_0000000000001")]
    pub id: String,
    /// Where it stands: `open`, `decided`, `appealed` or `final`.
    #[schema(example = "open")]
    pub state: String,
}

impl From<LineDispute> for LineDisputeBody {
    fn from(LineDispute { id, state }: LineDispute) -> Self {
        Self { id: id.to_string(), state }
    }
}

impl From<LineView> for InvoiceLineBody {
    fn from(LineView { line, customer, original, disputes, .. }: LineView) -> Self {
        Self {
            position: line.position,
            kind: line.kind.name(),
            label: line.label,
            charge: line.charge,
            agreement: line.agreement.to_string(),
            customer,
            period: line.period.to_string(),
            original,
            tier: line.tier,
            unit_price: line.unit_price,
            quantity: line.quantity.to_string(),
            amount: line.amount.into(),
            disputes: disputes.into_iter().map(LineDisputeBody::from).collect(),
        }
    }
}
