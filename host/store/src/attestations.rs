//! Attestations: who vouches for recorded events, besides whoever brought them.

use std::fmt;

use assay_domain::{
    attestation::Attestation,
    id::{EventId, EventKeyId, WebhookEndpointId, WebhookSecretId},
    time::Timestamp,
};

use crate::{
    bulk,
    connection::{Connection, Tx},
    error::Result,
    operations::timestamp,
    sql::{Builder, Row},
};

/// Adds what vouches for events; what vouches for one already does so once.
pub async fn insert(tx: &mut Tx, rows: &[(EventId, &Attestation)], now: Timestamp) -> Result<()> {
    let tenant = tx.tenant();
    let signed = |(event, by): &(EventId, &Attestation)| match by {
        Attestation::Key { key, signature } => Some((*event, *key, signature.clone())),
        Attestation::Webhook { .. } => None,
    };
    let signed: Vec<_> = rows.iter().filter_map(signed).collect();
    let head = "insert into key_attestations (event, key, tenant, signature, recorded_at) ";
    bulk::insert(tx, head, " on conflict do nothing", &signed, |row, (event, key, signature)| {
        row.push_bind(event.0).push_bind(key.0).push_bind(tenant.0).push_bind(signature.clone()).push_bind(now.micros());
    })
    .await?;
    let delivered = |(event, by): &(EventId, &Attestation)| match by {
        Attestation::Webhook { secret } => Some((*event, *secret)),
        Attestation::Key { .. } => None,
    };
    let delivered: Vec<_> = rows.iter().filter_map(delivered).collect();
    let head = "insert into webhook_attestations (event, secret, tenant, recorded_at) ";
    bulk::insert(tx, head, " on conflict do nothing", &delivered, |row, (event, secret)| {
        row.push_bind(event.0).push_bind(secret.0).push_bind(tenant.0).push_bind(now.micros());
    })
    .await?;
    Ok(())
}

/// Who vouches for an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Voucher {
    /// Whoever holds an event key, by a signature that anybody can check.
    Key {
        /// The key's id.
        id: EventKeyId,
        /// In 64 hexadecimal digits.
        public_key: String,
        /// Whose events it vouches for.
        source: String,
        /// The customer's key, where it is a customer's.
        customer: Option<String>,
        /// In 128 hexadecimal digits.
        signature: String,
    },
    /// Whoever holds the secret of a webhook, as the service found when it came.
    Webhook {
        /// Where it came in.
        endpoint: WebhookEndpointId,
        /// The secret's id.
        secret: WebhookSecretId,
        /// Whose events come in by it.
        source: String,
    },
}

impl fmt::Display for Voucher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key { id, customer: Some(customer), .. } => write!(f, "key {id} of {customer}"),
            Self::Key { id, source, .. } => write!(f, "key {id} of {source}"),
            Self::Webhook { secret, source, .. } => write!(f, "webhook of {source}, secret {secret}"),
        }
    }
}

/// One attestation as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttestationRow {
    /// For which event.
    pub event: EventId,
    /// By whom.
    pub by: Voucher,
    /// Since when.
    pub recorded_at: Timestamp,
}

/// Who vouches for given events: of each the keys first, then the webhooks, the oldest first. An event that is missing is vouched for by
/// nobody but whoever told it.
pub async fn of(c: &mut impl Connection, events: &[EventId]) -> Result<Vec<AttestationRow>> {
    let ids: Vec<i64> = events.iter().map(|event| event.0).collect();
    let mut found = Vec::new();
    for chunk in bulk::lists(c, &ids) {
        let mut sql = Builder::new(
            "select a.event, a.recorded_at, k.id, k.public_key, k.source, u.key, a.signature from key_attestations a \
             join event_keys k on k.id = a.key left join customers u on u.id = k.customer where a.tenant = ",
        );
        sql.push_bind(c.tenant().0).push(" and a.event").push_in(chunk).push(" order by a.event, k.id");
        for row in sql.build().fetch_all(c.sql()).await? {
            found.push(by_key(&row)?);
        }
        let mut sql = Builder::new(
            "select a.event, a.recorded_at, w.id, s.id, w.source from webhook_attestations a join webhook_secrets s on s.id = a.secret \
             join webhook_endpoints w on w.id = s.endpoint where a.tenant = ",
        );
        sql.push_bind(c.tenant().0).push(" and a.event").push_in(chunk).push(" order by a.event, s.id");
        for row in sql.build().fetch_all(c.sql()).await? {
            found.push(by_webhook(&row)?);
        }
    }
    found.sort_by_key(|row| row.event);
    Ok(found)
}

fn by_key(row: &Row) -> Result<AttestationRow> {
    let by = Voucher::Key {
        id: EventKeyId(row.try_get(2)?),
        public_key: row.try_get(3)?,
        source: row.try_get(4)?,
        customer: row.try_get(5)?,
        signature: row.try_get(6)?,
    };
    let recorded_at = timestamp("key_attestations", "recorded_at", row.try_get(1)?)?;
    Ok(AttestationRow { event: EventId(row.try_get(0)?), by, recorded_at })
}

fn by_webhook(row: &Row) -> Result<AttestationRow> {
    let (endpoint, secret) = (WebhookEndpointId(row.try_get(2)?), WebhookSecretId(row.try_get(3)?));
    let by = Voucher::Webhook { endpoint, secret, source: row.try_get(4)? };
    let recorded_at = timestamp("webhook_attestations", "recorded_at", row.try_get(1)?)?;
    Ok(AttestationRow { event: EventId(row.try_get(0)?), by, recorded_at })
}
