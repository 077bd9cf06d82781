use assay_app::TransferView;
use assay_domain::id::TransferId;
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::filter::Filter;
use crate::{
    page::{Listing, Paging, Query},
    problem::{Problem, ProblemBody},
    resources::invoices::AmountBody,
    state::Api,
    who::Who,
};

/// Money that moves from one account of a customer to another. It never changes; what mends it is another transfer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Transfer)]
pub struct TransferBody {
    /// Its id.
    #[schema(example = "trf_0000000000001")]
    pub id: String,
    /// What makes it once.
    #[schema(example = "line/INV-000001/1")]
    pub key: String,
    /// `post` moves; `pending` holds what may be billed, and moves nothing; `void` undoes and `correct` mends an earlier one.
    #[schema(example = "post")]
    pub kind: &'static str,
    /// Whose accounts, by key.
    #[schema(example = "acme")]
    pub customer: String,
    /// The account that gains: `receivable`, `revenue`, `wallet`, `held`, `tax` or `external`.
    #[schema(example = "receivable")]
    pub debit: &'static str,
    /// The account that gives.
    #[schema(example = "revenue")]
    pub credit: &'static str,
    /// How much; zero or more.
    pub amount: AmountBody,
    /// The id of the agreement it is under.
    #[schema(example = "agr_0000000000001")]
    pub agreement: Option<String>,
    /// Of which month; of an anniversary, the first day of the period.
    #[schema(example = "2026-03")]
    pub period: Option<String>,
    /// The code of the charge in the rate card.
    #[schema(example = "resolutions")]
    pub charge: Option<String>,
    /// The number of the document.
    #[schema(example = "INV-000001")]
    pub invoice: Option<String>,
    /// The id of the prepaid credit that it moves.
    #[schema(example = "lot_0000000000001")]
    pub lot: Option<String>,
    /// The id of the transfer that it undoes or mends.
    #[schema(example = "trf_0000000000001")]
    pub corrects: Option<String>,
    /// Why it undoes or mends it.
    #[schema(example = "late facts")]
    pub reason: Option<String>,
    /// When it was posted.
    #[schema(example = "2026-04-01T06:00:00Z", format = DateTime)]
    pub posted_at: String,
}

impl From<TransferView> for TransferBody {
    fn from(view: TransferView) -> Self {
        Self {
            id: view.id.to_string(),
            key: view.key,
            kind: view.kind,
            customer: view.customer,
            debit: view.debit,
            credit: view.credit,
            amount: view.amount.into(),
            agreement: view.agreement.map(|id| id.to_string()),
            period: view.period.map(|period| period.to_string()),
            charge: view.charge,
            invoice: view.invoice,
            lot: view.lot.map(|id| id.to_string()),
            corrects: view.corrects.map(|id| id.to_string()),
            reason: view.reason,
            posted_at: view.at.to_string(),
        }
    }
}

/// List transfers
#[utoipa::path(get, path = "/v1/transfers", tag = "ledger", params(Filter), responses(
    (status = 200, description = "Oldest first", body = Listing<TransferBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(State(api): State<Api>, who: Who, Query(filter): Query<Filter>) -> Result<Json<Listing<TransferBody>>, Problem> {
    let caller = who.reads()?;
    let Filter { customer, cursor, limit } = filter;
    let paging = Paging { cursor, limit };
    let rows = api.assay().transfers(&caller, customer.as_deref(), paging.page(|id: TransferId| id.0)?).await?;
    Ok(Json(paging.listing(rows, |row| row.id, TransferBody::from)?))
}
