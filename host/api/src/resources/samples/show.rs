use axum::{
    Json,
    extract::{Path, State},
};

use super::SampleBody;
use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Show a sample with its outcomes, and what was said of them
#[utoipa::path(get, path = "/v1/samples/{sample}", tag = "samples",
    params(("sample" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "The sample", body = SampleBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn show(State(api): State<Api>, who: Who, Path(sample): Path<String>) -> Result<Json<SampleBody>, Problem> {
    let caller = who.reads()?;
    Ok(Json(api.assay().sample(&caller, super::id(&sample)?).await?.into()))
}
