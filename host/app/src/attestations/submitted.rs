//! Events as they come in: checked, and the signatures that they bear, or that the webhook bore that brought them.

use assay_domain::{
    attestation::{Attestation, EventSignature},
    event::NewEvent,
    id::{TenantId, WebhookEndpointId, WebhookSecretId},
    key::Mode,
    time::Timestamp,
    violation::Violation,
    webhook::{Delivery, WebhookSecret},
};

use super::vouchers::Vouchers;
use crate::{
    Assay, Caller, Checked,
    error::{AppError, Result},
};

/// An event that passed every check that needs no database, and the signature it bears, which nobody has looked at yet.
#[derive(Debug, Clone)]
pub struct Submitted {
    checked: Checked,
    signature: Option<EventSignature>,
}

impl Submitted {
    /// Checks an event; work for any thread.
    pub fn new(event: NewEvent, signature: Option<EventSignature>, now: Timestamp) -> Result<Self, Violation> {
        Ok(Self { checked: Checked::new(event, now)?, signature })
    }

    fn verified(self, vouchers: &Vouchers) -> Result<Checked, Violation> {
        let Self { mut checked, signature } = self;
        if let Some(signature) = signature {
            let by = vouchers.attest(checked.event(), &signature)?;
            checked.attest(by);
        }
        Ok(checked)
    }
}

/// Where a source delivers events, and the secrets that open it.
#[derive(Debug, Clone)]
pub struct WebhookDoor {
    pub(super) id: WebhookEndpointId,
    pub(super) tenant: TenantId,
    pub(super) mode: Mode,
    pub(super) source: String,
    pub(super) secrets: Vec<(WebhookSecretId, WebhookSecret)>,
}

impl WebhookDoor {
    /// Lets a delivery in that is signed with one of the secrets; work for any thread.
    pub fn open(&self, delivery: &Delivery, body: &[u8]) -> Option<Webhook> {
        let (secret, _) = self.secrets.iter().find(|(_, secret)| delivery.is_signed_with(secret, body))?;
        let Self { id, tenant, mode, source, .. } = self;
        Some(Webhook { endpoint: *id, tenant: *tenant, mode: *mode, source: source.clone(), secret: *secret })
    }
}

/// A delivery that was let in.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// Where.
    pub endpoint: WebhookEndpointId,
    /// Which side of the tenant it is for.
    pub mode: Mode,
    tenant: TenantId,
    source: String,
    secret: WebhookSecretId,
}

impl Webhook {
    /// On whose behalf its events are recorded.
    pub fn caller(&self) -> Caller {
        Caller::new(self.tenant, self.secret.to_string())
    }

    /// Vouches for an event that it brought; refuses one of another source.
    pub fn vouch(&self, mut submitted: Submitted) -> Result<Submitted, Violation> {
        let Self { source, secret, .. } = self;
        if submitted.checked.event().source != *source {
            let problem = format!("the endpoint is for events of {source:?}");
            return Err(Violation::new("source", problem, "send events of this source, or make an endpoint for the other one"));
        }
        submitted.checked.attest(Attestation::Webhook { secret: *secret });
        Ok(submitted)
    }
}

impl Assay {
    /// Looks at the signatures that events bear, on a thread of its own. A wrong one rejects its event and no other. Where nothing is signed
    /// nobody is asked for anything.
    pub async fn verify(&self, caller: &Caller, batch: Vec<Result<Submitted, Violation>>) -> Result<Vec<Result<Checked, Violation>>> {
        if !batch.iter().flatten().any(|submitted| submitted.signature.is_some()) {
            return Ok(batch.into_iter().map(|submitted| submitted.map(|submitted| submitted.checked)).collect());
        }
        let vouchers = self.known_vouchers(caller.tenant).await?;
        let verify = move || batch.into_iter().map(|submitted| submitted.and_then(|submitted| submitted.verified(&vouchers))).collect();
        tokio::task::spawn_blocking(verify).await.map_err(|_| AppError::Stopped)
    }

    /// The endpoint of a tenant where somebody delivers, if anything opens it.
    pub async fn webhook_door(&self, tenant: TenantId, endpoint: WebhookEndpointId) -> Result<Option<WebhookDoor>> {
        Ok(self.known_vouchers(tenant).await?.endpoint(endpoint).cloned())
    }
}
