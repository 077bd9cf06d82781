use assay_app::LineView;
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
    /// `charge` for the invoice's own month, `correction` for what an earlier month has come to differ by.
    #[schema(example = "charge")]
    pub kind: &'static str,
    /// For people.
    #[schema(example = "Resolved tickets")]
    pub label: String,
    /// The code of the charge in the rate card.
    #[schema(example = "resolutions")]
    pub charge: String,
    /// The id of the agreement it is billed under.
    #[schema(example = "agr_0000000000001")]
    pub agreement: String,
    /// Of which month.
    #[schema(example = "2026-03")]
    pub period: String,
    /// The tier of a graduated price; `0` where there are none.
    pub tier: u32,
    /// The price of one unit.
    #[schema(example = "0.99")]
    pub unit_price: String,
    /// How many units; negative when taken back.
    #[schema(example = "3")]
    pub quantity: String,
    /// What it comes to.
    pub amount: AmountBody,
}

impl InvoiceLineBody {
    pub(super) fn new(position: u32, LineView { line, .. }: LineView) -> Self {
        Self {
            position,
            kind: line.kind.name(),
            label: line.label,
            charge: line.charge,
            agreement: line.agreement.to_string(),
            period: line.period.to_string(),
            tier: line.tier,
            unit_price: line.unit_price,
            quantity: line.quantity.to_string(),
            amount: line.amount.into(),
        }
    }
}
