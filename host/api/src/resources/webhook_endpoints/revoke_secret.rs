use assay_domain::{id::WebhookSecretId, key::Role};
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::WebhookEndpointBody;
use crate::{
    body::Json,
    kind::Kind,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Why a secret opens nothing any more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WebhookSecretRevocation)]
pub(super) struct Revocation {
    /// For the audit log.
    #[schema(example = "the source signs with the new one", max_length = 256)]
    reason: String,
}

/// Revoke a secret of an endpoint for webhooks
///
/// From now on it opens nothing; other processes of the service follow within a second. What came in by it stands. Needs the role admin.
#[utoipa::path(post, path = "/v1/webhook-endpoints/{endpoint}/secrets/{secret}/revocation", tag = "events", request_body = Revocation,
    params(
        ("endpoint" = String, Path, description = "The endpoint's id"),
        ("secret" = String, Path, description = "The secret's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer"),
    ),
    responses(
        (status = 200, description = "The endpoint", body = WebhookEndpointBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn revoke_webhook_secret(
    State(api): State<Api>,
    who: Who,
    Path((endpoint, secret)): Path<(String, String)>,
    new: Json<Revocation>,
) -> Result<axum::Json<WebhookEndpointBody>, Problem> {
    let caller = who.may_once(Role::Admin, new.once)?;
    let unknown = |_| Problem::new(Kind::NotFound, format!("there is no webhook secret {secret:?}"));
    let id: WebhookSecretId = secret.parse().map_err(unknown)?;
    let view = api.assay().revoke_webhook_secret(&caller, super::id(&endpoint)?, id, &new.body.reason).await?;
    Ok(axum::Json(view.into()))
}
