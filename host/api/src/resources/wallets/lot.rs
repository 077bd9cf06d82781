use assay_app::LotView;
use serde::Serialize;
use utoipa::ToSchema;

use crate::resources::invoices::AmountBody;

/// Prepaid credit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Lot)]
pub struct LotBody {
    /// Its id.
    #[schema(example = "lot_0000000000001")]
    pub id: String,
    /// The sender's key of a grant; of a return, what gave it back.
    #[schema(example = "order-17")]
    pub key: String,
    /// `grant`, or `return` of what a credit note or a voided invoice gave back.
    #[schema(example = "grant")]
    pub kind: &'static str,
    /// How much there was at first.
    pub amount: AmountBody,
    /// What can be drawn from it now.
    pub remaining: AmountBody,
    /// Lower ones are drawn first; of equal ones, what expires first, then the oldest.
    #[schema(example = 100)]
    pub priority: i64,
    /// From when it is worth nothing; null for never.
    #[schema(example = "2027-01-01T00:00:00Z", format = DateTime)]
    pub expires_at: Option<String>,
    /// The id of the grant that a return goes back to.
    #[schema(example = "lot_0000000000001")]
    pub origin: Option<String>,
    /// For people.
    #[schema(example = "welcome")]
    pub note: String,
    /// Since when.
    #[schema(example = "2026-03-01T10:00:00Z", format = DateTime)]
    pub created_at: String,
}

impl From<LotView> for LotBody {
    fn from(view: LotView) -> Self {
        Self {
            id: view.id.to_string(),
            key: view.key,
            kind: view.kind,
            amount: view.amount.into(),
            remaining: view.remaining.into(),
            priority: view.priority,
            expires_at: view.expires_at.map(|at| at.to_string()),
            origin: view.origin.map(|lot| lot.to_string()),
            note: view.note,
            created_at: view.created_at.to_string(),
        }
    }
}
