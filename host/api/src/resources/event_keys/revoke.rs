use assay_domain::key::Role;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::EventKeyBody;
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Why a key vouches for nothing any more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EventKeyRevocation)]
pub(super) struct Revocation {
    /// For the audit log.
    #[schema(example = "it was in a backup that is lost", max_length = 256)]
    reason: String,
}

/// Revoke a key that a sender signs events with
///
/// From now on it vouches for nothing that comes, and an event that it has signed is rejected; other processes of the service follow within a
/// second. What it vouched for stands. Needs the role admin.
#[utoipa::path(post, path = "/v1/event-keys/{key}/revocation", tag = "events", request_body = Revocation,
    params(
        ("key" = String, Path, description = "The key's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer"),
    ),
    responses(
        (status = 200, description = "The key, revoked", body = EventKeyBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn revoke_event_key(
    State(api): State<Api>,
    who: Who,
    Path(key): Path<String>,
    new: Json<Revocation>,
) -> Result<axum::Json<EventKeyBody>, Problem> {
    let caller = who.may_once(Role::Admin, new.once)?;
    let view = api.assay().revoke_event_key(&caller, super::id(&key)?, &new.body.reason).await?;
    Ok(axum::Json(view.into()))
}
