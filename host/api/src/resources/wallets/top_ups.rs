use assay_app::TopUpView;
use assay_domain::id::TopUpId;
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    page::{Listing, Paging, Query},
    problem::{Problem, ProblemBody},
    resources::invoices::AmountBody,
    state::Api,
    who::Who,
};

/// A request for more credit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TopUp)]
pub struct TopUpBody {
    /// Its id.
    #[schema(example = "tup_0000000000001")]
    pub id: String,
    /// The customer's key.
    #[schema(example = "acme")]
    pub customer: String,
    /// What was available.
    pub available: AmountBody,
    /// What is asked for.
    pub amount: AmountBody,
    /// When.
    #[schema(example = "2026-03-01T10:00:00Z", format = DateTime)]
    pub requested_at: String,
}

impl From<TopUpView> for TopUpBody {
    fn from(TopUpView { id, customer, balance, amount, requested_at }: TopUpView) -> Self {
        let (available, amount) = (balance.into(), amount.into());
        Self { id: id.to_string(), customer, available, amount, requested_at: requested_at.to_string() }
    }
}

/// List the requests for more credit
///
/// One is made whenever what is available falls below the wallet's mark. Answer it with a grant.
#[utoipa::path(get, path = "/v1/top-ups", tag = "wallets", params(Paging), responses(
    (status = 200, description = "Oldest first", body = Listing<TopUpBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn top_ups(State(api): State<Api>, who: Who, Query(paging): Query<Paging>) -> Result<Json<Listing<TopUpBody>>, Problem> {
    let caller = who.reads()?;
    let rows = api.assay().top_ups(&caller, paging.page(|id: TopUpId| id.0)?).await?;
    Ok(Json(paging.listing(rows, |row| row.id, TopUpBody::from)?))
}
