use axum::{
    Json,
    extract::{Path, State},
};

use super::BillingRunBody;
use crate::{
    kind::Kind,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Show a billing run: how far it is, and what it did
#[utoipa::path(get, path = "/v1/billing-runs/{run}", tag = "billing runs", params(("run" = String, Path, description = "Its id")), responses(
    (status = 200, description = "The run", body = BillingRunBody),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn show(State(api): State<Api>, who: Who, Path(run): Path<String>) -> Result<Json<BillingRunBody>, Problem> {
    let caller = who.reads()?;
    let id = run.parse().map_err(|_| Problem::new(Kind::NotFound, format!("there is no billing run {run:?}")))?;
    Ok(Json(api.assay().billing_run(&caller, id).await?.into()))
}
