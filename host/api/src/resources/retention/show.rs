use axum::{Json, extract::State};

use super::RetentionBody;
use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Show how long what is told of interactions is kept
#[utoipa::path(get, path = "/v1/retention", tag = "retention", responses(
    (status = 200, description = "How long", body = RetentionBody),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn show(State(api): State<Api>, who: Who) -> Result<Json<RetentionBody>, Problem> {
    let caller = who.reads()?;
    Ok(Json(api.assay().retention(&caller).await?.into()))
}
