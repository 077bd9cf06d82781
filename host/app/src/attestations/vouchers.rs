//! Who may vouch for the events of a tenant: read once for many batches, and kept for a moment.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use assay_domain::{
    attestation::{self, Attestation, EventSignature},
    event::NewEvent,
    id::{EventKeyId, TenantId, WebhookEndpointId},
    key::Mode,
    time::{Duration, Timestamp},
    violation::Violation,
    webhook::WebhookSecret,
};
use assay_receipt::signature::{PublicKey, Signature};
use assay_store::{
    Reader, StoreError,
    event_keys::{self, EventKeyRow},
    tenants,
    webhooks::{self, LiveSecret},
};

use super::WebhookDoor;
use crate::{Assay, error::Result, json};

/// How long it is taken for true what was read: a key that another process ends goes on for so long here.
const KEPT: Duration = Duration::seconds(1);

/// Who may vouch, as it was at a moment.
pub(super) struct Vouchers {
    read_at: Timestamp,
    /// By the digits of the public key; one may vouch for several sources.
    keys: HashMap<String, Vec<KnownKey>>,
    endpoints: HashMap<WebhookEndpointId, WebhookDoor>,
}

struct KnownKey {
    id: EventKeyId,
    source: String,
    customer: Option<String>,
    /// Read from its digits when it is first needed, as there may be many.
    key: OnceLock<Option<PublicKey>>,
}

impl Vouchers {
    async fn read(reader: &mut Reader, tenant: TenantId, now: Timestamp) -> Result<Self> {
        let mut keys: HashMap<String, Vec<KnownKey>> = HashMap::new();
        for EventKeyRow { id, source, customer, public_key, .. } in event_keys::live(reader).await? {
            keys.entry(public_key).or_default().push(KnownKey { id, source, customer, key: OnceLock::new() });
        }
        let secrets = webhooks::live(reader).await?;
        let side = if secrets.is_empty() { None } else { tenants::by_id(reader, tenant).await? };
        let mode = side.map_or(Mode::Live, |side| side.mode);
        let mut endpoints = HashMap::new();
        for LiveSecret { id, endpoint, source, secret } in secrets {
            // What is stored is not said.
            let corrupt = |_| StoreError::Corrupt { table: "webhook_secrets", column: "secret", value: id.to_string() };
            let secret: WebhookSecret = secret.parse().map_err(corrupt)?;
            let unopened = || WebhookDoor { id: endpoint, tenant, mode, source, secrets: Vec::new() };
            endpoints.entry(endpoint).or_insert_with(unopened).secrets.push((id, secret));
        }
        Ok(Self { read_at: now, keys, endpoints })
    }

    fn is_fresh(&self, now: Timestamp) -> bool {
        // A clock that was set back says nothing about how long ago that was.
        (Duration::ZERO..KEPT).contains(&now.since(self.read_at))
    }

    fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.endpoints.is_empty()
    }

    pub(super) fn endpoint(&self, id: WebhookEndpointId) -> Option<&WebhookDoor> {
        self.endpoints.get(&id)
    }

    /// What a signature says of an event, if it is right.
    pub(super) fn attest(&self, event: &NewEvent, signature: &EventSignature) -> Result<Attestation, Violation> {
        let (known, key) = self.key(event, &signature.key)?;
        let unread = |_| Violation::new("signature.value", "it is no ed25519 signature", "send its 128 hexadecimal digits");
        let value: Signature = signature.value.parse().map_err(unread)?;
        let data = json::canonical(&event.data).unwrap_or_default();
        let wrong = |_| {
            let remedy = "sign the bytes that the documentation gives, of the event as it is sent";
            Violation::new("signature.value", "it is not this key's of this event", remedy)
        };
        key.verify(&attestation::message(event, &data), &value).map_err(wrong)?;
        Ok(Attestation::Key { key: known.id, signature: value.to_string() })
    }

    fn key(&self, event: &NewEvent, digits: &str) -> Result<(&KnownKey, &PublicKey), Violation> {
        let unknown = || {
            let problem = format!("no such key vouches for events of {:?}: it was not registered, or it was revoked", event.source);
            Violation::new("signature.key", problem, "register the key for the source, or send the event without a signature")
        };
        let digits = digits.to_ascii_lowercase();
        let mut alike = self.keys.get(&digits).into_iter().flatten();
        let known = alike.find(|known| known.source == event.source).ok_or_else(unknown)?;
        let key = known.key.get_or_init(|| digits.parse().ok()).as_ref().ok_or_else(unknown)?;
        match &known.customer {
            Some(customer) if event.customer.as_ref() != Some(customer) => {
                let problem = format!("the key that signed vouches for events that name {customer:?} alone");
                Err(Violation::new("customer", problem, "name this customer, or sign with a key that is nobody's in particular"))
            }
            _ => Ok((known, key)),
        }
    }
}

/// What was read, by tenant.
#[derive(Default)]
pub(crate) struct VoucherCache(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// How often something was changed by this process: what was being read meanwhile is not kept.
    changes: u64,
    of: HashMap<TenantId, Arc<Vouchers>>,
}

impl VoucherCache {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something was changed.
    pub(super) fn forget(&self, tenant: TenantId) {
        let mut kept = self.kept();
        kept.changes += 1;
        kept.of.remove(&tenant);
    }

    /// Keeps what was read. Anybody may ask about a tenant that is none, so nothing is kept where there is nothing.
    fn keep(&self, tenant: TenantId, changes: u64, vouchers: &Arc<Vouchers>) {
        let mut kept = self.kept();
        if vouchers.is_empty() {
            kept.of.remove(&tenant);
        } else if kept.changes == changes {
            kept.of.insert(tenant, Arc::clone(vouchers));
        }
    }
}

impl Assay {
    /// Who may vouch for a tenant's events: as it is, or was a moment ago.
    pub(super) async fn known_vouchers(&self, tenant: TenantId) -> Result<Arc<Vouchers>> {
        let now = self.clock.now();
        let (kept, changes) = {
            let kept = self.vouchers.kept();
            (kept.of.get(&tenant).filter(|vouchers| vouchers.is_fresh(now)).cloned(), kept.changes)
        };
        if let Some(vouchers) = kept {
            return Ok(vouchers);
        }
        let vouchers = Arc::new(Vouchers::read(&mut self.store.read(tenant).await?, tenant, now).await?);
        self.vouchers.keep(tenant, changes, &vouchers);
        Ok(vouchers)
    }
}
