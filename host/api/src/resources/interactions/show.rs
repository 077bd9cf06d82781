use axum::{
    Json,
    extract::{Path, State},
};

use super::InteractionBody;
use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::{Party, Who},
};

/// Show an interaction: its timeline, its verdicts, the evidence
///
/// A customer's key is shown those that the customer is billed for.
#[utoipa::path(get, path = "/v1/interactions/{interaction}", tag = "interactions",
    params(("interaction" = String, Path, description = "Its id or its subject, percent-encoded")),
    responses(
        (status = 200, description = "The interaction", body = InteractionBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn show(State(api): State<Api>, who: Who, Path(interaction): Path<String>) -> Result<Json<InteractionBody>, Problem> {
    let view = match who.reads_own()? {
        Party::Tenant(caller) => api.assay().interaction(&caller, &interaction).await?,
        Party::Customer(own) => api.assay().own_interaction(&own, &interaction).await?,
    };
    Ok(Json(view.into()))
}
