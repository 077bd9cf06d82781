use assay_domain::id::WebhookEndpointId;
use axum::{Json, extract::State};

use super::WebhookEndpointBody;
use crate::{
    page::{Listing, Paging, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// List the endpoints for webhooks
#[utoipa::path(get, path = "/v1/webhook-endpoints", tag = "events", params(Paging), responses(
    (status = 200, description = "In order of creation", body = Listing<WebhookEndpointBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list_webhook_endpoints(
    State(api): State<Api>,
    who: Who,
    Query(paging): Query<Paging>,
) -> Result<Json<Listing<WebhookEndpointBody>>, Problem> {
    let caller = who.reads()?;
    let rows = api.assay().webhook_endpoints(&caller, paging.page(|id: WebhookEndpointId| id.0)?).await?;
    Ok(Json(paging.listing(rows, |row| row.id, WebhookEndpointBody::from)?))
}
