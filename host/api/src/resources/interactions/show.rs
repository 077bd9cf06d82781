use axum::{
    Json,
    extract::{Path, State},
};

use super::InteractionBody;
use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Show an interaction: its timeline, its verdicts, the evidence
#[utoipa::path(get, path = "/v1/interactions/{interaction}", tag = "interactions",
    params(("interaction" = String, Path, description = "Its id or its subject, percent-encoded")),
    responses(
        (status = 200, description = "The interaction", body = InteractionBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn show(State(api): State<Api>, who: Who, Path(interaction): Path<String>) -> Result<Json<InteractionBody>, Problem> {
    let caller = who.reads()?;
    Ok(Json(api.assay().interaction(&caller, &interaction).await?.into()))
}
