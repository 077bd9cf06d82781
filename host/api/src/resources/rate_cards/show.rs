use axum::{
    Json,
    extract::{Path, State},
};

use super::RateCardBody;
use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Show a rate card
#[utoipa::path(get, path = "/v1/rate-cards/{rate_card}", tag = "rate cards",
    params(("rate_card" = String, Path, description = "Its name or its id")),
    responses(
        (status = 200, description = "The rate card", body = RateCardBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn show(State(api): State<Api>, who: Who, Path(rate_card): Path<String>) -> Result<Json<RateCardBody>, Problem> {
    let caller = who.reads()?;
    Ok(Json(api.assay().rate_card(&caller, &rate_card).await?.into()))
}
