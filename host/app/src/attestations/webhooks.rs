//! Where sources deliver events in webhooks, and the secrets that both sides sign and check with.
//!
//! A secret is stored in clear, as the service computes what the sender does; it is told to whoever makes it and to nobody after that.

use assay_domain::{
    event::check_name,
    id::{TenantId, WebhookEndpointId, WebhookSecretId},
    time::Timestamp,
    violation::Violation,
    webhook::WebhookSecret,
};
use assay_store::{
    Connection, Page, Tx,
    webhooks::{self, EndpointRow, SecretRow},
};
use serde::{Deserialize, Serialize};

use crate::{
    Assay, Caller,
    error::{AppError, Result},
};

/// Secrets that open one endpoint at the same time: enough for any rotation, and few enough to try them all.
const SECRETS_MAX: usize = 4;

/// An endpoint to make.
#[derive(Clone)]
pub struct WebhookEndpointRequest {
    /// Whose events come in by it.
    pub source: String,
    /// The sender's secret, `whsec_…`, where it has one already; otherwise one is drawn.
    pub secret: Option<String>,
}

/// An endpoint as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookEndpointView {
    /// Its id.
    pub id: WebhookEndpointId,
    /// Which side of which tenant, as the address says it.
    pub tenant: TenantId,
    /// Whose events come in by it.
    pub source: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Its secrets, oldest first, those that open nothing any more included.
    pub secrets: Vec<WebhookSecretView>,
}

impl WebhookEndpointView {
    /// The path that the source posts to.
    pub fn path(&self) -> String {
        format!("/v1/webhooks/{}/{}", self.tenant, self.id)
    }

    fn new(row: EndpointRow, tenant: TenantId, secrets: &[SecretRow]) -> Self {
        let secrets = secrets.iter().filter(|secret| secret.endpoint == row.id).map(WebhookSecretView::from).collect();
        let EndpointRow { id, source, created_at } = row;
        Self { id, tenant, source, created_at, secrets }
    }
}

/// A secret as it is shown: without itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookSecretView {
    /// Its id.
    pub id: WebhookSecretId,
    /// Since when.
    pub created_at: Timestamp,
    /// From when it opens nothing.
    pub revoked_at: Option<Timestamp>,
}

impl From<&SecretRow> for WebhookSecretView {
    fn from(row: &SecretRow) -> Self {
        Self { id: row.id, created_at: row.created_at, revoked_at: row.ended_at }
    }
}

/// A secret just made. It is absent when the sender gave it, and when the same request was answered before.
#[derive(Clone)]
pub struct NewWebhookSecret {
    /// The endpoint that it opens.
    pub endpoint: WebhookEndpointView,
    /// What the sender signs with: `whsec_…`.
    pub secret: Option<String>,
}

impl Assay {
    /// Makes an endpoint with its first secret.
    pub async fn create_webhook_endpoint(&self, caller: &Caller, request: &WebhookEndpointRequest) -> Result<NewWebhookSecret> {
        check_name("source", &request.source)?;
        let new = self.webhook_secret(request.secret.as_deref())?;
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(endpoint) = caller.answered(&mut tx).await? {
            return Ok(NewWebhookSecret { endpoint, secret: None });
        }
        let id = webhooks::insert(&mut tx, &request.source, &caller.actor, now).await?;
        webhooks::insert_secret(&mut tx, id, &new.text, &caller.actor, now).await?;
        let endpoint = find(&mut tx, id).await?;
        let operation = caller.operation("webhook-endpoint.create", id, None, Some(shown(&endpoint)), now);
        caller.commit(tx, operation, &endpoint).await?;
        self.vouchers.forget(caller.tenant);
        Ok(NewWebhookSecret { endpoint, secret: new.told })
    }

    /// Some endpoints, oldest first.
    pub async fn webhook_endpoints(&self, caller: &Caller, page: Page) -> Result<Vec<WebhookEndpointView>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let (rows, secrets) = (webhooks::page(&mut reader, page).await?, webhooks::secrets(&mut reader).await?);
        Ok(rows.into_iter().map(|row| WebhookEndpointView::new(row, caller.tenant, &secrets)).collect())
    }

    /// One endpoint.
    pub async fn webhook_endpoint(&self, caller: &Caller, id: WebhookEndpointId) -> Result<WebhookEndpointView> {
        find(&mut self.store.read(caller.tenant).await?, id).await
    }

    /// Adds a secret to an endpoint; those it has open it as before, until they are revoked.
    pub async fn add_webhook_secret(&self, caller: &Caller, id: WebhookEndpointId, secret: Option<&str>) -> Result<NewWebhookSecret> {
        let new = self.webhook_secret(secret)?;
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(endpoint) = caller.answered(&mut tx).await? {
            return Ok(NewWebhookSecret { endpoint, secret: None });
        }
        let before = find(&mut tx, id).await?;
        check_room(&mut tx, &before, &new.text).await?;
        let added = webhooks::insert_secret(&mut tx, id, &new.text, &caller.actor, now).await?;
        let endpoint = find(&mut tx, id).await?;
        let after = serde_json::json!({ "endpoint": id, "source": endpoint.source }).to_string();
        caller.commit(tx, caller.operation("webhook-secret.add", added, None, Some(after), now), &endpoint).await?;
        self.vouchers.forget(caller.tenant);
        Ok(NewWebhookSecret { endpoint, secret: new.told })
    }

    /// From now on a secret opens nothing: at once in this process, within a second in others. What came in by it stands.
    pub async fn revoke_webhook_secret(
        &self,
        caller: &Caller,
        id: WebhookEndpointId,
        secret: WebhookSecretId,
        reason: &str,
    ) -> Result<WebhookEndpointView> {
        check_name("reason", reason)?;
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let before = find(&mut tx, id).await?;
        let unknown = || AppError::not_found("webhook secret", secret.to_string(), "the endpoint shows the ids of its secrets");
        let known = before.secrets.iter().find(|known| known.id == secret).ok_or_else(unknown)?;
        if let Some(at) = known.revoked_at {
            return Err(AppError::conflict(format!("the secret {secret} was revoked at {at}"), "the endpoint shows those that open it"));
        }
        webhooks::end_secret(&mut tx, secret, reason, &caller.actor, now).await?;
        let endpoint = find(&mut tx, id).await?;
        let gone = serde_json::json!({ "endpoint": id, "source": before.source }).to_string();
        let after = serde_json::json!({ "revoked_at": now, "reason": reason }).to_string();
        caller.commit(tx, caller.operation("webhook-secret.revoke", secret, Some(gone), Some(after), now), &endpoint).await?;
        self.vouchers.forget(caller.tenant);
        Ok(endpoint)
    }

    /// The sender's secret, or one that is drawn.
    fn webhook_secret(&self, given: Option<&str>) -> Result<NewSecret, Violation> {
        let Some(given) = given else {
            let text = WebhookSecret::new(self.entropy.secret()).reveal();
            return Ok(NewSecret { told: Some(text.clone()), text });
        };
        let remedy = "send the secret as the sender shows it, or none to have one made";
        let secret = given.trim().parse::<WebhookSecret>().map_err(|error| Violation::new("secret", error.to_string(), remedy))?;
        Ok(NewSecret { text: secret.reveal(), told: None })
    }
}

struct NewSecret {
    text: String,
    /// What is told to whoever asked for it.
    told: Option<String>,
}

async fn check_room(tx: &mut Tx, endpoint: &WebhookEndpointView, secret: &str) -> Result<()> {
    if endpoint.secrets.iter().filter(|secret| secret.revoked_at.is_none()).count() >= SECRETS_MAX {
        let problem = format!("{SECRETS_MAX} secrets open the endpoint {}", endpoint.id);
        return Err(AppError::conflict(problem, "revoke those that nobody signs with any more"));
    }
    if webhooks::knows(tx, endpoint.id, secret).await? {
        let problem = format!("the endpoint {} had this secret before", endpoint.id);
        return Err(AppError::conflict(problem, "give a new one: one that was revoked does not come back"));
    }
    Ok(())
}

async fn find(c: &mut impl Connection, id: WebhookEndpointId) -> Result<WebhookEndpointView> {
    let unknown = || AppError::not_found("webhook endpoint", id.to_string(), "the list of webhook endpoints shows them");
    let row = webhooks::by_id(c, id).await?.ok_or_else(unknown)?;
    let secrets = webhooks::secrets(c).await?;
    Ok(WebhookEndpointView::new(row, c.tenant(), &secrets))
}

fn shown(view: &WebhookEndpointView) -> String {
    serde_json::json!({ "id": view.id, "source": view.source }).to_string()
}
