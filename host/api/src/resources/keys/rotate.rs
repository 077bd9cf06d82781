use assay_domain::{key::Role, time::Duration};
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{CreatedKeyBody, Secret, created};
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// How long the old key goes on unless asked otherwise.
const OVERLAP: Duration = Duration::hours(24);

/// How a key is to be replaced.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Rotation {
    /// How long the old key goes on beside the new one: `PT24H`, `7d`. PT24H unless given.
    #[schema(value_type = Option<String>, example = "PT24H")]
    overlap: Option<Duration>,
}

/// Replace a key
///
/// The new key has the old one's name and roles, and the old one ends after the overlap. The secret is in this answer and nowhere else:
/// the same request again is answered without it. Needs the role admin.
#[utoipa::path(post, path = "/v1/keys/{key}/rotation", tag = "keys", request_body = Rotation,
    params(
        ("key" = String, Path, description = "The old key's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer, without the secret"),
    ),
    responses(
        (status = 201, description = "The new key, with its secret", body = CreatedKeyBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn rotate(
    State(api): State<Api>,
    who: Who,
    Path(key): Path<String>,
    new: Json<Rotation>,
) -> Result<Secret<CreatedKeyBody>, Problem> {
    let caller = who.may_once(Role::Admin, new.once)?;
    let overlap = new.body.overlap.unwrap_or(OVERLAP);
    Ok(created(api.assay().rotate_key(&caller, super::id(&key)?, overlap).await?.into()))
}
