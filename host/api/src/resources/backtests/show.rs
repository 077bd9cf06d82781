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

/// Show a back-test: how far it is, and what it has found
#[utoipa::path(get, path = "/v1/backtests/{backtest}", tag = "back-tests", params(("backtest" = String, Path, description = "Its id")), responses(
    (status = 200, description = "The back-test", body = BacktestBody),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn show(State(api): State<Api>, who: Who, Path(backtest): Path<String>) -> Result<Json<BacktestBody>, Problem> {
    let caller = who.reads()?;
    Ok(Json(api.assay().backtest(&caller, super::id(&backtest)?).await?.into()))
}
