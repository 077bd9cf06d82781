use axum::{
    Json,
    extract::{Path, State},
};

use super::DefinitionBody;
use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Show a definition with its versions
#[utoipa::path(get, path = "/v1/definitions/{definition}", tag = "definitions",
    params(("definition" = String, Path, description = "Its name or its id")),
    responses(
        (status = 200, description = "The definition", body = DefinitionBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn show(State(api): State<Api>, who: Who, Path(definition): Path<String>) -> Result<Json<DefinitionBody>, Problem> {
    let caller = who.reads()?;
    Ok(Json(api.assay().definition(&caller, &definition).await?.into()))
}
