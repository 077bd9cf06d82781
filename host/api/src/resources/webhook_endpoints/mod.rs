//! Webhook endpoints: where sources deliver events, and what opens them.

mod add_secret;
mod create;
mod list;
mod revoke_secret;
mod show;

use assay_app::{NewWebhookSecret, WebhookEndpointView, WebhookSecretView};
use assay_domain::id::WebhookEndpointId;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{kind::Kind, problem::Problem, state::Api};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::list_webhook_endpoints, create::create_webhook_endpoint))
        .routes(routes!(show::show_webhook_endpoint))
        .routes(routes!(add_secret::add_webhook_secret))
        .routes(routes!(revoke_secret::revoke_webhook_secret))
}

/// Where a source delivers events in signed webhooks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookEndpoint)]
pub struct WebhookEndpointBody {
    /// Its id.
    #[schema(example = "whe_0000000000001")]
    pub id: String,
    /// Whose events come in by it.
    #[schema(example = "crm")]
    pub source: String,
    /// The path that the source posts to.
    #[schema(example = "/v1/webhooks/ten_0000000000001/whe_0000000000001")]
    pub path: String,
    /// Since when.
    #[schema(format = DateTime, example = "2026-03-01T00:00:00Z")]
    pub created_at: String,
    /// Its secrets, oldest first, those that were revoked included.
    pub secrets: Vec<WebhookSecretBody>,
}

/// A secret of an endpoint, without itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookSecret)]
pub struct WebhookSecretBody {
    /// Its id, by which it vouches for events.
    #[schema(example = "whs_0000000000001")]
    pub id: String,
    /// Since when.
    #[schema(format = DateTime, example = "2026-03-01T00:00:00Z")]
    pub created_at: String,
    /// From when it opens nothing; null while it does. What came in by it stands.
    #[schema(format = DateTime, example = "2026-05-01T00:00:00Z")]
    pub revoked_at: Option<String>,
}

/// An endpoint with a secret just made. It is not printed: it holds the secret.
#[derive(Serialize, ToSchema)]
#[schema(as = NewWebhookSecret)]
pub struct NewWebhookSecretBody {
    /// The endpoint.
    endpoint: WebhookEndpointBody,
    /// What the source signs with, told this once; null when it was given, and when the request was answered before.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=")]
    secret: Option<String>,
}

impl From<WebhookEndpointView> for WebhookEndpointBody {
    fn from(view: WebhookEndpointView) -> Self {
        Self {
            id: view.id.to_string(),
            path: view.path(),
            source: view.source,
            created_at: view.created_at.to_string(),
            secrets: view.secrets.into_iter().map(WebhookSecretBody::from).collect(),
        }
    }
}

impl From<WebhookSecretView> for WebhookSecretBody {
    fn from(WebhookSecretView { id, created_at, revoked_at }: WebhookSecretView) -> Self {
        Self { id: id.to_string(), created_at: created_at.to_string(), revoked_at: revoked_at.map(|at| at.to_string()) }
    }
}

impl From<NewWebhookSecret> for NewWebhookSecretBody {
    fn from(NewWebhookSecret { endpoint, secret }: NewWebhookSecret) -> Self {
        Self { endpoint: endpoint.into(), secret }
    }
}

/// The id that a path names.
fn id(endpoint: &str) -> Result<WebhookEndpointId, Problem> {
    endpoint.parse().map_err(|_| Problem::new(Kind::NotFound, format!("there is no webhook endpoint {endpoint:?}")))
}
