//! What senders sign events with: registered and revoked.

use assay_domain::{event::check_name, id::EventKeyId, time::Timestamp, violation::Violation};
use assay_receipt::signature::PublicKey;
use assay_store::{
    Connection, Page, customers,
    event_keys::{self, EventKeyRow, NewEventKey},
};
use serde::{Deserialize, Serialize};

use crate::{
    Assay, Caller,
    customers::unknown_customer,
    error::{AppError, Result},
};

/// A key to register.
#[derive(Debug, Clone)]
pub struct EventKeyRequest {
    /// Whose events it vouches for.
    pub source: String,
    /// The customer whose it is, by key or id: it vouches for events that name the customer, and for no others.
    pub customer: Option<String>,
    /// The ed25519 public key, in 64 hexadecimal digits.
    pub public_key: String,
}

/// A key as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventKeyView {
    /// Its id.
    pub id: EventKeyId,
    /// Whose events it vouches for.
    pub source: String,
    /// The key of the customer whose it is.
    pub customer: Option<String>,
    /// In 64 hexadecimal digits.
    pub public_key: String,
    /// Since when.
    pub created_at: Timestamp,
    /// From when it vouches for nothing that comes.
    pub revoked_at: Option<Timestamp>,
}

impl From<EventKeyRow> for EventKeyView {
    fn from(row: EventKeyRow) -> Self {
        let EventKeyRow { id, source, customer, public_key, created_at, ended_at } = row;
        Self { id, source, customer, public_key, created_at, revoked_at: ended_at }
    }
}

impl Assay {
    /// Registers a key that a sender signs events with. A key is registered once for a source.
    pub async fn add_event_key(&self, caller: &Caller, request: &EventKeyRequest) -> Result<EventKeyView> {
        let EventKeyRequest { source, customer, public_key } = request;
        check_name("source", source)?;
        let public_key = digits(public_key)?;
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let customer = match customer {
            Some(name) => Some(customers::by_name(&mut tx, name).await?.ok_or_else(|| unknown_customer(name))?),
            None => None,
        };
        if let Some(before) = event_keys::by_digits(&mut tx, source, &public_key).await? {
            let problem = format!("the source {source:?} had this key before, as {before}");
            return Err(AppError::conflict(problem, "make a new key: one that was revoked does not come back"));
        }
        let whose = customer.as_ref().map(|customer| customer.id);
        let new = NewEventKey { source, customer: whose, public_key: &public_key, actor: &caller.actor };
        let id = event_keys::insert(&mut tx, &new, now).await?;
        let (source, customer) = (source.clone(), customer.map(|customer| customer.key));
        let view = EventKeyView { id, source, customer, public_key, created_at: now, revoked_at: None };
        caller.commit(tx, caller.operation("event-key.add", id, None, Some(shown(&view)), now), &view).await?;
        self.vouchers.forget(caller.tenant);
        Ok(view)
    }

    /// Some of the keys that senders sign events with, oldest first, those that were revoked included.
    pub async fn event_keys(&self, caller: &Caller, page: Page) -> Result<Vec<EventKeyView>> {
        let rows = event_keys::page(&mut self.store.read(caller.tenant).await?, page).await?;
        Ok(rows.into_iter().map(EventKeyView::from).collect())
    }

    /// From now on a key vouches for nothing that comes: at once in this process, within a second in others. What it vouched for stands.
    pub async fn revoke_event_key(&self, caller: &Caller, id: EventKeyId, reason: &str) -> Result<EventKeyView> {
        check_name("reason", reason)?;
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let before = find(&mut tx, id).await?;
        if let Some(at) = before.revoked_at {
            return Err(AppError::conflict(format!("the key {id} was revoked at {at}"), "the list of event keys shows those that vouch"));
        }
        event_keys::end(&mut tx, id, reason, &caller.actor, now).await?;
        let after = serde_json::json!({ "revoked_at": now, "reason": reason }).to_string();
        let operation = caller.operation("event-key.revoke", id, Some(shown(&before)), Some(after), now);
        let view = EventKeyView { revoked_at: Some(now), ..before };
        caller.commit(tx, operation, &view).await?;
        self.vouchers.forget(caller.tenant);
        Ok(view)
    }
}

/// A public key as it is written: its digits in lower case.
fn digits(text: &str) -> Result<String, Violation> {
    let remedy = "send the 64 hexadecimal digits of an ed25519 public key";
    let key: PublicKey = text.parse().map_err(|_| Violation::new("public_key", "it is no ed25519 public key", remedy))?;
    Ok(key.to_string())
}

async fn find(c: &mut impl Connection, id: EventKeyId) -> Result<EventKeyView> {
    let found = event_keys::by_id(c, id).await?;
    let unknown = || AppError::not_found("event key", id.to_string(), "the list of event keys shows them");
    Ok(found.ok_or_else(unknown)?.into())
}

fn shown(view: &EventKeyView) -> String {
    serde_json::json!({ "id": view.id, "source": view.source, "customer": view.customer, "public_key": view.public_key }).to_string()
}
