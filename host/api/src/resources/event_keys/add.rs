use assay_app::EventKeyRequest;
use assay_domain::key::Role;
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use super::EventKeyBody;
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// A key to register.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewEventKey {
    /// The `source` of the events that it vouches for.
    #[schema(example = "crm", max_length = 256)]
    source: String,
    /// The id or the key of the customer whose it is: it vouches for events that name the customer, and for no others.
    #[schema(example = "acme")]
    customer: Option<String>,
    /// The ed25519 public key, in 64 hexadecimal digits.
    #[schema(example = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")]
    public_key: String,
}

/// Register a key that a sender signs events with
///
/// The sender makes it and keeps its secret. A source has a key once: one that was revoked does not come back. Needs the role admin.
#[utoipa::path(post, path = "/v1/event-keys", tag = "events", request_body = NewEventKey,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer")),
    responses(
        (status = 201, description = "The key", body = EventKeyBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn add_event_key(
    State(api): State<Api>,
    who: Who,
    new: Json<NewEventKey>,
) -> Result<(StatusCode, axum::Json<EventKeyBody>), Problem> {
    let caller = who.may_once(Role::Admin, new.once)?;
    let NewEventKey { source, customer, public_key } = new.body;
    let view = api.assay().add_event_key(&caller, &EventKeyRequest { source, customer, public_key }).await?;
    Ok((StatusCode::CREATED, axum::Json(view.into())))
}
