use axum::{
    Json,
    extract::{Path, State},
};

use super::WebhookEndpointBody;
use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Show an endpoint for webhooks
#[utoipa::path(get, path = "/v1/webhook-endpoints/{endpoint}", tag = "events",
    params(("endpoint" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "The endpoint", body = WebhookEndpointBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn show_webhook_endpoint(
    State(api): State<Api>,
    who: Who,
    Path(endpoint): Path<String>,
) -> Result<Json<WebhookEndpointBody>, Problem> {
    let caller = who.reads()?;
    Ok(Json(api.assay().webhook_endpoint(&caller, super::id(&endpoint)?).await?.into()))
}
