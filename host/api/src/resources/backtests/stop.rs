use assay_domain::key::Role;
use axum::{
    Json,
    extract::{Path, State},
};

use super::BacktestBody;
use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Stop a back-test
///
/// A shadow ends with what it has found by now, a back-test over history without a report.
#[utoipa::path(post, path = "/v1/backtests/{backtest}/stop", tag = "back-tests", params(("backtest" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "The back-test, which has ended", body = BacktestBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn stop(State(api): State<Api>, who: Who, Path(backtest): Path<String>) -> Result<Json<BacktestBody>, Problem> {
    let caller = who.may(Role::Author)?;
    Ok(Json(api.assay().stop_backtest(&caller, super::id(&backtest)?).await?.into()))
}
