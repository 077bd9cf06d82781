use assay_domain::webhook::{Delivery, DeliveryError};
use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};

use super::{EventAnswer, EventBody, EventsAnswer, Intake, Reading};
use crate::{
    body,
    kind::Kind,
    problem::{Problem, ProblemBody},
    state::{Api, Guest},
};

/// Deliver events in a signed webhook
///
/// Signed as Standard Webhooks has it, with a secret of the endpoint, in the place of a key: `webhook-signature` holds `v1,` and the
/// HMAC-SHA-256, in base 64, of `webhook-id`, `webhook-timestamp` and the body as it is sent, with dots between them. A delivery is taken
/// within 5 minutes of its `webhook-timestamp`. Bodies and answers are those of `POST /v1/events`, at most as long as other bodies are; the
/// events have the source of the endpoint, and the secret vouches for them. As identity is for ever, a delivery that comes twice is recorded once.
#[utoipa::path(post, path = "/v1/webhooks/{tenant}/{endpoint}", tag = "events", security(("webhook" = [])),
    params(
        ("tenant" = String, Path, description = "The id that the endpoint's `path` has"),
        ("endpoint" = String, Path, description = "The endpoint's id"),
        ("webhook-id" = String, Header, description = "The sender's id of the delivery, without a dot"),
        ("webhook-timestamp" = i64, Header, description = "When it was sent, in whole seconds since 1970"),
        ("webhook-signature" = String, Header, description = "`v1,…`, or several with spaces between them"),
    ),
    request_body(content(
        (EventBody = "application/json"),
        (Vec<EventBody> = "application/cloudevents-batch+json"),
        (String = "application/x-ndjson"),
    )),
    responses(
        (status = 200, description = "A duplicate, or the answers for an array or for lines", body = EventsAnswer),
        (status = 201, description = "One event, accepted", body = EventAnswer),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn deliver(
    State(api): State<Api>,
    Path((tenant, endpoint)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let delivery = delivery(&parts.headers).map_err(|error| unauthenticated(&error.to_string()))?;
    delivery.check_time(api.assay().now()).map_err(|error| unauthenticated(&error.to_string()))?;
    let (Ok(tenant), Ok(endpoint)) = (tenant.parse(), endpoint.parse()) else { return Err(unopened()) };
    let door = api.assay().webhook_door(tenant, endpoint).await?.ok_or_else(unopened)?;
    let limits = api.limits();
    let bytes = body::read(body, limits.body_bytes_max, limits.body_idle_timeout).await?;
    let signed = bytes.clone();
    let opened = tokio::task::spawn_blocking(move || door.open(&delivery, &signed)).await;
    let opened = opened.map_err(|_| Problem::unavailable("the service is shutting down"))?;
    let webhook = opened.ok_or_else(unopened)?;
    api.take(Guest::Webhook(webhook.endpoint), api.assay().now()).map_err(rate_limited)?;
    let (caller, reading) = (webhook.caller(), Reading { mode: webhook.mode, webhook: Some(webhook) });
    Intake { api, caller, reading }.take(&parts.headers, Body::from(bytes)).await
}

fn delivery(headers: &HeaderMap) -> Result<Delivery, DeliveryError> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Delivery::read(text("webhook-id"), text("webhook-timestamp"), text("webhook-signature"))
}

/// Nobody is told whether there is such an endpoint.
fn unopened() -> Problem {
    unauthenticated("the signature is that of no secret of such an endpoint")
}

fn unauthenticated(detail: &str) -> Problem {
    Problem::new(Kind::Unauthenticated, detail).header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Webhook"))
}

fn rate_limited(wait_s: u64) -> Problem {
    Problem::new(Kind::RateLimited, format!("the endpoint has used up its requests; wait {wait_s} s"))
        .header(header::RETRY_AFTER, HeaderValue::from(wait_s))
}
