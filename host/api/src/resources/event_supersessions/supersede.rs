use assay_domain::key::Role;
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::EventSupersessionBody;
use crate::{
    body::Json,
    events::{self, EventBody},
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// What is to stand in the place of an event.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSupersession {
    /// The event that is true, of the same subject and with an id of its own.
    #[schema(value_type = EventBody)]
    event: Box<RawValue>,
    /// Why, for everybody who looks at the interaction.
    #[schema(example = "the import took the wrong column", max_length = 256)]
    reason: String,
}

/// Put an event in the place of a wrong one
///
/// The wrong one stays recorded, with the reason, and leaves the timeline. The one in its place is an event like any other, of the same
/// subject. The same again answers the same; a replacement whose `source` and `id` are recorded already is refused, and nothing is done.
#[utoipa::path(post, path = "/v1/events/{event}/supersede", tag = "events", request_body = NewSupersession,
    params(
        ("event" = String, Path, description = "Its id, or its source and its sender's id with a space between them, percent-encoded"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer"),
    ),
    responses(
        (status = 201, description = "It is recorded; the interaction is judged again", body = EventSupersessionBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn supersede(
    State(api): State<Api>,
    who: Who,
    Path(event): Path<String>,
    new: Json<NewSupersession>,
) -> Result<(StatusCode, axum::Json<EventSupersessionBody>), Problem> {
    let caller = who.may_once(Role::Billing, new.once)?;
    let replacement = events::event(new.body.event.get().as_bytes(), who.mode())?;
    let view = api.assay().supersede(&caller, &event, replacement, &new.body.reason).await?;
    Ok((StatusCode::CREATED, axum::Json(view.into())))
}
