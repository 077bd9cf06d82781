//! Receipts: what customers are told of every change of what they are billed.

mod bundle;
mod filter;
pub(super) mod kept;
mod list;
mod show;

use assay_app::ReceiptView;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Api;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list::list)).routes(routes!(show::show)).routes(routes!(bundle::bundle))
}

/// A receipt in short.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReceiptSummary)]
pub struct ReceiptSummaryBody {
    /// Its id.
    #[schema(example = "rct_0000000000001")]
    pub id: String,
    /// The key of the customer whose it is.
    #[schema(example = "acme")]
    pub customer: String,
    /// Its number among the customer's receipts, from 1 and without a gap.
    #[schema(example = 1)]
    pub number: i64,
    /// The hash of its canonical document, which the customer's next receipt names.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub digest: String,
    /// The interaction that was judged.
    #[schema(example = "itn_0000000000001")]
    pub interaction: String,
    /// The version of the definition that judged it.
    #[schema(example = "tickets@1")]
    pub definition: String,
    /// What is counted: `outcome` or `attempt`.
    #[schema(example = "outcome")]
    pub meter: &'static str,
    /// How much; negative where it is taken back.
    #[schema(example = "1")]
    pub quantity: String,
    /// The date that decides its billing period.
    #[schema(example = "2026-03-02T09:00:00Z", format = DateTime)]
    pub dated_at: String,
    /// Which leaf of the log commits to it; the first is 0.
    #[schema(example = 0)]
    pub leaf: u64,
}

/// A receipt.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Receipt)]
pub struct ReceiptBody {
    /// In short.
    #[serde(flatten)]
    pub head: ReceiptSummaryBody,
    /// The receipt as it is verified.
    #[schema(value_type = Object)]
    pub receipt: Value,
}

impl From<&ReceiptView> for ReceiptSummaryBody {
    fn from(view: &ReceiptView) -> Self {
        let (receipt, by) = (&view.receipt, &view.receipt.definition);
        Self {
            id: view.id.to_string(),
            customer: view.customer.clone(),
            number: receipt.number,
            digest: receipt.digest().to_string(),
            interaction: receipt.judgement.interaction.to_string(),
            definition: format!("{}@{}", by.name, by.version),
            meter: receipt.change.meter.name(),
            quantity: receipt.change.quantity.to_string(),
            dated_at: receipt.change.dated_at.to_string(),
            leaf: view.leaf,
        }
    }
}

impl From<ReceiptView> for ReceiptBody {
    fn from(view: ReceiptView) -> Self {
        let receipt = serde_json::to_value(&view.receipt).unwrap_or_default();
        Self { head: (&view).into(), receipt }
    }
}
