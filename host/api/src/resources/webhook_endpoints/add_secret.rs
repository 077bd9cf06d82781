use assay_domain::key::Role;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::NewWebhookSecretBody;
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    resources::keys::{Secret, created},
    state::Api,
    who::Who,
};

/// A secret to add. It is not printed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AddedWebhookSecret)]
pub(super) struct NewSecret {
    /// The secret that the source signs with, where it has one already. One is drawn unless it is given.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=")]
    secret: Option<String>,
}

/// Add a secret to an endpoint for webhooks
///
/// Those that it has open it as before, until they are revoked: so the source can take the new one in its own time. At most four open one
/// endpoint. Needs the role admin.
#[utoipa::path(post, path = "/v1/webhook-endpoints/{endpoint}/secrets", tag = "events", request_body = NewSecret,
    params(
        ("endpoint" = String, Path, description = "The endpoint's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer, without the secret"),
    ),
    responses(
        (status = 201, description = "The endpoint, with the new secret", body = NewWebhookSecretBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn add_webhook_secret(
    State(api): State<Api>,
    who: Who,
    Path(endpoint): Path<String>,
    new: Json<NewSecret>,
) -> Result<Secret<NewWebhookSecretBody>, Problem> {
    let caller = who.may_once(Role::Admin, new.once)?;
    let added = api.assay().add_webhook_secret(&caller, super::id(&endpoint)?, new.body.secret.as_deref()).await?;
    Ok(created(added.into()))
}
