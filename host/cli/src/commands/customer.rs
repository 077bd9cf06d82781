//! `assay customer`

use anyhow::Result;
use assay_app::{CustomerView, MergeView};
use clap::Subcommand;
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

pub(crate) async fn run(command: &Customer, session: &Session) -> Result<Output> {
    match command {
        Customer::List => {
            let all = session.assay.customers(&session.caller).await?;
            Ok(Output::new(all.iter().map(as_json).collect(), in_words(&all)))
        }
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
