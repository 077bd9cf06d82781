//! `assay customer`

use anyhow::Result;
use assay_app::{ApprovalKeyRequest, ApprovalKeyView, CustomerView, MergeView, ReplacementRequest};
use assay_domain::id::ApprovalKeyId;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::{
    output::{Output, table},
    session::Session,
};

/// See, confirm and merge customers.
#[derive(Debug, Subcommand)]
pub enum Customer {
    /// List the customers: those of events are created on sight, as unconfirmed.
    List,
    /// Create a customer, or confirm one that events named.
    Create {
        /// The key that events name it by.
        key: String,
    },
    /// What customers approve versions with.
    #[command(subcommand)]
    Key(CustomerKey),
    /// Send a customer's bill to another from the next billing run on; its interactions and their terms stay its own.
    Merge {
        /// The customer whose bill it is: its key or its id.
        customer: String,
        /// Who gets the bill.
        #[arg(long, value_name = "CUSTOMER")]
        into: String,
        /// Why, for the audit log.
        #[arg(long)]
        reason: String,
    },
}

/// What customers approve versions with: public keys, whose secrets they keep.
#[derive(Debug, Subcommand)]
pub enum CustomerKey {
    /// Register a key that the customer has made with `assay approve keygen`.
    Add {
        /// The customer's key or id.
        customer: String,
        /// The public key, 64 hexadecimal digits.
        public_key: String,
        /// Whose it is, for people.
        #[arg(long)]
        name: String,
    },
    /// List a customer's keys, those that approve nothing any more included.
    List {
        /// The customer's key or id.
        customer: String,
    },
    /// Put a key in the place of another, by the other's signature or for a reason.
    Replace(Replace),
    /// From now on a key approves nothing; what it approved stands.
    Revoke {
        /// The customer's key or id.
        customer: String,
        /// The key's id.
        key: ApprovalKeyId,
        /// Why, for the audit log.
        #[arg(long)]
        reason: String,
    },
}

/// Which key takes the place of which.
#[derive(Debug, Args)]
pub struct Replace {
    /// The customer's key or id.
    customer: String,
    /// The id of the key to replace.
    key: ApprovalKeyId,
    /// The new public key, 64 hexadecimal digits.
    public_key: String,
    /// Whose it is, for people.
    #[arg(long)]
    name: String,
    /// The old key's signature, as `assay approve succeed` prints it.
    #[arg(long, value_name = "DIGITS", required_unless_present = "reason")]
    signature: Option<String>,
    /// Why the old key has not signed, for the audit log.
    #[arg(long)]
    reason: Option<String>,
}

pub(crate) async fn run(command: &Customer, session: &Session) -> Result<Output> {
    match command {
        Customer::List => {
            let all = session.assay.customers(&session.caller).await?;
            Ok(Output::new(all.iter().map(as_json).collect(), in_words(&all)))
        }
        Customer::Key(command) => run_key(command, session).await,
        Customer::Merge { customer, into, reason } => {
            let view = session.assay.merge_customer(&session.caller, customer, into, reason).await?;
            let text = format!("the bill of {} goes to {} from the next billing run on", view.customer, view.payer);
            Ok(Output::new(merge_as_json(&view), text))
        }
        Customer::Create { key } => {
            let id = session.assay.create_customer(&session.caller, key).await?.id;
            Ok(Output::new(json!({ "id": id, "key": key }), format!("{key} ({id}) is confirmed")))
        }
    }
}

async fn run_key(command: &CustomerKey, session: &Session) -> Result<Output> {
    let Session { assay, caller } = session;
    match command {
        CustomerKey::Add { customer, public_key, name } => {
            let request = ApprovalKeyRequest { name: name.clone(), public_key: public_key.clone() };
            Ok(key(&assay.add_approval_key(caller, customer, &request).await?))
        }
        CustomerKey::List { customer } => Ok(keys(&assay.approval_keys(caller, customer).await?)),
        CustomerKey::Replace(Replace { customer, key: old, public_key, name, signature, reason }) => {
            let new = ApprovalKeyRequest { name: name.clone(), public_key: public_key.clone() };
            let request = ReplacementRequest { new, signature: signature.clone(), reason: reason.clone() };
            Ok(key(&assay.replace_approval_key(caller, customer, *old, &request).await?))
        }
        CustomerKey::Revoke { customer, key: revoked, reason } => {
            Ok(key(&assay.revoke_approval_key(caller, customer, *revoked, reason).await?))
        }
    }
}

fn key(view: &ApprovalKeyView) -> Output {
    let ApprovalKeyView { id, customer, name, public_key, .. } = view;
    Output::new(json!(view), format!("{id} of {customer}, {name}: {public_key} {}", approves(view)))
}

fn keys(all: &[ApprovalKeyView]) -> Output {
    let rows = all.iter().map(|view| [view.id.to_string(), view.name.clone(), view.public_key.clone(), approves(view)]);
    Output::new(all.iter().map(|view| json!(view)).collect(), table(&["key", "name", "public key", ""], &[], rows))
}

fn approves(view: &ApprovalKeyView) -> String {
    match (view.ended, view.ended_at) {
        (Some(end), Some(at)) => format!("was {} at {at}", end.name()),
        _ => "approves".to_owned(),
    }
}

fn as_json(customer: &CustomerView) -> Value {
    json!({ "id": customer.id, "key": customer.key, "standing": customer.standing.name(), "payer": customer.payer })
}

fn merge_as_json(view: &MergeView) -> Value {
    let MergeView { customer, into, payer, actor, reason, recorded_at } = view;
    json!({ "customer": customer, "into": into, "payer": payer, "actor": actor, "reason": reason, "recorded_at": recorded_at })
}

fn in_words(all: &[CustomerView]) -> String {
    let payer = |customer: &CustomerView| customer.payer.clone().unwrap_or_default();
    let rows = all.iter().map(|c| [c.key.clone(), c.standing.name().to_owned(), payer(c), c.id.to_string()]);
    let owners = all.iter().filter(|customer| customer.standing.is_owner()).count();
    let (table, mentioned) = (table(&["customer", "standing", "its bill goes to", "id"], &[], rows), all.len() - owners);
    format!("{table}\n{owners} customers; {mentioned} more are only mentioned")
}
