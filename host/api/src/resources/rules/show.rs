use axum::{
    Json,
    extract::{Path, State},
};

use super::RuleBody;
use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Show a rule
#[utoipa::path(get, path = "/v1/rules/{rule}", tag = "rules",
    params(("rule" = String, Path, description = "Its id, its digest, or its name for the latest upload of that name")),
    responses(
        (status = 200, description = "The rule", body = RuleBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn show(State(api): State<Api>, who: Who, Path(rule): Path<String>) -> Result<Json<RuleBody>, Problem> {
    let caller = who.reads()?;
    Ok(Json(api.assay().rule_by_name(&caller, &rule).await?.into()))
}
