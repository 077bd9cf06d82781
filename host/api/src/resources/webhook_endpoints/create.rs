use assay_app::WebhookEndpointRequest;
use assay_domain::key::Role;
use axum::extract::State;
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

/// An endpoint to make. It is not printed: it may hold a secret.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWebhookEndpoint {
    /// The `source` of the events that come in by it.
    #[schema(example = "crm", max_length = 256)]
    source: String,
    /// The secret that the source signs with, where it has one already: `whsec_` and 24 to 64 bytes in base 64. One is drawn unless it is given.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=")]
    secret: Option<String>,
}

/// Make an endpoint for webhooks
///
/// Its `path` is where the source posts to. A secret that is drawn is in this answer and nowhere else: the same request again is answered
/// without it. Needs the role admin.
#[utoipa::path(post, path = "/v1/webhook-endpoints", tag = "events", request_body = NewWebhookEndpoint,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer, without the secret")),
    responses(
        (status = 201, description = "The endpoint, with its secret", body = NewWebhookSecretBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn create_webhook_endpoint(
    State(api): State<Api>,
    who: Who,
    new: Json<NewWebhookEndpoint>,
) -> Result<Secret<NewWebhookSecretBody>, Problem> {
    let caller = who.may_once(Role::Admin, new.once)?;
    let NewWebhookEndpoint { source, secret } = new.body;
    Ok(created(api.assay().create_webhook_endpoint(&caller, &WebhookEndpointRequest { source, secret }).await?.into()))
}
