use assay_domain::id::RunId;
use axum::{Json, extract::State};

use super::BillingRunBody;
use crate::{
    page::{Listing, Paging, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// List billing runs
#[utoipa::path(get, path = "/v1/billing-runs", tag = "billing runs", params(Paging), responses(
    (status = 200, description = "In the order they were started", body = Listing<BillingRunBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(State(api): State<Api>, who: Who, Query(paging): Query<Paging>) -> Result<Json<Listing<BillingRunBody>>, Problem> {
    let caller = who.reads()?;
    let rows = api.assay().billing_runs(&caller, paging.page(|id: RunId| id.0)?).await?;
    Ok(Json(paging.listing(rows, |row| row.id, BillingRunBody::from)?))
}
