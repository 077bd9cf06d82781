use assay_domain::id::InteractionId;
use axum::{
    Json,
    extract::{Path, State},
};

use super::report::BacktestDifferenceBody;
use crate::{
    page::{Listing, Paging, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// List the interactions that a candidate decides otherwise
#[utoipa::path(get, path = "/v1/backtests/{backtest}/differences", tag = "back-tests",
    params(("backtest" = String, Path, description = "The back-test's id"), Paging),
    responses(
        (status = 200, description = "In the order of their first events' arrival", body = Listing<BacktestDifferenceBody>),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn differences(
    State(api): State<Api>,
    who: Who,
    Path(backtest): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Json<Listing<BacktestDifferenceBody>>, Problem> {
    let caller = who.reads()?;
    let id = super::id(&backtest)?;
    let rows = api.assay().backtest_differences(&caller, id, paging.page(|id: InteractionId| id.0)?).await?;
    Ok(Json(paging.listing(rows, |row| row.interaction, BacktestDifferenceBody::from)?))
}
