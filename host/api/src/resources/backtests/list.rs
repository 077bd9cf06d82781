use assay_domain::id::BacktestId;
use axum::{Json, extract::State};

use super::BacktestBody;
use crate::{
    page::{Listing, Paging, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// List back-tests
#[utoipa::path(get, path = "/v1/backtests", tag = "back-tests", params(Paging), responses(
    (status = 200, description = "In the order they were started, without their reports", body = Listing<BacktestBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(State(api): State<Api>, who: Who, Query(paging): Query<Paging>) -> Result<Json<Listing<BacktestBody>>, Problem> {
    let caller = who.reads()?;
    let rows = api.assay().backtests(&caller, paging.page(|id: BacktestId| id.0)?).await?;
    Ok(Json(paging.listing(rows, |row| row.id, BacktestBody::from)?))
}
