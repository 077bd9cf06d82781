//! `POST /v1/events`: one event, a batch, or lines without end; and the same in signed webhooks.

mod answer;
mod intake;
mod lines;
mod reading;
mod webhook;
mod wire;

use assay_domain::{
    event::NewEvent,
    key::{Mode, Role},
    violation::Violation,
};
use axum::{
    Router,
    extract::{Request, State},
    response::Response,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

use answer::{EventAnswer, EventsAnswer};
use intake::Intake;
use reading::Reading;
pub(crate) use wire::EventBody;
pub use wire::read as read_event;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::from(Router::new()).routes(routes!(create)).routes(routes!(webhook::deliver))
}

/// Record events
///
/// CloudEvents 1.0 in JSON: one event (`application/json`, `application/cloudevents+json`), an array of them, or one per line
/// (`application/x-ndjson`), gzip allowed. What is answered is durable. Each event of an array and each line has its own answer, and a bad one
/// stops no other. Identity is (`source`, `id`) for ever: the same again is `duplicate`, counted once; the same identity with other
/// content is `conflict`, the first stays. So repeating a request is always safe, and needs no `Idempotency-Key`.
///
/// An event may bear the `signature` of an event key, which vouches for it from then on; a wrong signature, or one by a key that is not
/// registered for the source, rejects it. The same event sent again, signed, is a duplicate and vouched for all the same.
///
/// With `Prefer: return=minimal` only lines that were not accepted are listed.
#[utoipa::path(
    post,
    path = "/v1/events",
    tag = "events",
    request_body(content(
        (EventBody = "application/json"),
        (EventBody = "application/cloudevents+json"),
        (Vec<EventBody> = "application/cloudevents-batch+json"),
        (String = "application/x-ndjson", example = "{\"id\":\"1\",\"source\":\"crm\",\"type\":\"ticket.resolved\",\"subject\":\"T-1\",\"time\":\"2026-03-01T10:00:00Z\"}\n"),
    )),
    responses(
        (status = 200, description = "A duplicate, or the answers for an array or for lines", body = EventsAnswer),
        (status = 201, description = "One event, accepted", body = EventAnswer),
        (status = 409, description = "One event whose identity is taken", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "Too many bytes; lines before the limit are recorded", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "Another format", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "One event that is none", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
async fn create(State(api): State<Api>, who: Who, request: Request) -> Result<Response, Problem> {
    let caller = who.may(Role::Ingest)?;
    let (parts, body) = request.into_parts();
    let reading = Reading { mode: who.mode(), webhook: None };
    Intake { api, caller, reading }.take(&parts.headers, body).await
}

/// Reads one event that is told without a signature; what it is marked with must be what the key is for.
pub(crate) fn event(json: &[u8], mode: Mode) -> Result<NewEvent, Violation> {
    let (event, marked) = read_event(json)?;
    reading::marked(event, marked, mode)
}
