//! `assay event-key`

use anyhow::Result;
use assay_app::{EventKeyRequest, EventKeyView, Page};
use assay_domain::id::EventKeyId;
use clap::Subcommand;
use serde_json::{Value, json};

use crate::{
    output::{Output, table},
    session::Session,
};

/// Keys that senders sign events with, so that not only you vouch for what happened.
#[derive(Debug, Subcommand)]
pub enum EventKey {
    /// Register a sender's public key; whoever holds its secret vouches for the events that it has signed.
    Add {
        /// The source of the events that it vouches for.
        #[arg(long)]
        source: String,
        /// The customer whose it is, by key or id: it vouches for events that name the customer alone [default: nobody's in particular].
        #[arg(long, value_name = "KEY")]
        customer: Option<String>,
        /// The ed25519 public key, 64 hexadecimal digits.
        public_key: String,
    },
    /// List the keys, those that were revoked included.
    List,
    /// From now on a key vouches for nothing that comes; what it vouched for stands.
    Revoke {
        /// The key's id.
        id: EventKeyId,
        /// Why, for the audit log.
        #[arg(long)]
        reason: String,
    },
}

pub(crate) async fn run(command: &EventKey, session: &Session) -> Result<Output> {
    let Session { assay, caller } = session;
    match command {
        EventKey::Add { source, customer, public_key } => {
            let (source, customer, public_key) = (source.clone(), customer.clone(), public_key.clone());
            let view = assay.add_event_key(caller, &EventKeyRequest { source, customer, public_key }).await?;
            let text = format!("the key {} vouches for events of {} from now on", view.id, whose(&view));
            Ok(Output::new(as_json(&view), text))
        }
        EventKey::List => Ok(list(&assay.event_keys(caller, Page::ALL).await?)),
        EventKey::Revoke { id, reason } => {
            let view = assay.revoke_event_key(caller, *id, reason).await?;
            Ok(Output::new(as_json(&view), format!("the key {id} vouches for nothing that comes; what it vouched for stands")))
        }
    }
}

fn whose(view: &EventKeyView) -> String {
    match &view.customer {
        Some(customer) => format!("{} that name {customer}", view.source),
        None => view.source.clone(),
    }
}

fn list(all: &[EventKeyView]) -> Output {
    let vouches = |view: &EventKeyView| view.revoked_at.map_or_else(|| "yes".to_owned(), |at| format!("until {at}"));
    let rows = all.iter().map(|view| [view.id.to_string(), whose(view), view.public_key.clone(), vouches(view)]);
    Output::new(all.iter().map(as_json).collect(), table(&["id", "events of", "public key", "vouches"], &[], rows))
}

fn as_json(view: &EventKeyView) -> Value {
    json!({ "id": view.id, "source": view.source, "customer": view.customer, "public_key": view.public_key,
            "created_at": view.created_at, "revoked_at": view.revoked_at })
}
