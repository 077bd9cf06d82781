//! `assay customer`

use anyhow::Result;
use clap::Subcommand;
use serde_json::json;

use crate::{
    output::{Output, table},
    session::Session,
};

/// See and confirm customers.
#[derive(Debug, Subcommand)]
pub enum Customer {
    /// List the customers: those of events are created on sight, as unconfirmed.
    List,
    /// Create a customer, or confirm one that events named.
    Create {
        /// The key that events name it by.
        key: String,
    },
}

pub(crate) async fn run(command: &Customer, session: &Session) -> Result<Output> {
    match command {
        Customer::List => {
            let all = session.assay.customers(&session.caller).await?;
            let json = all
                .iter()
                .map(|customer| json!({ "id": customer.id, "key": customer.key, "standing": customer.standing.name() }))
                .collect();
            let rows = all.iter().map(|c| [c.key.clone(), c.standing.name().to_owned(), c.id.to_string()]);
            let owners = all.iter().filter(|customer| customer.standing.is_owner()).count();
            let mentioned = all.len() - owners;
            let text =
                format!("{}\n{owners} customers; {mentioned} more are only mentioned", table(&["customer", "standing", "id"], &[], rows));
            Ok(Output::new(json, text))
        }
        Customer::Create { key } => {
            let id = session.assay.create_customer(&session.caller, key).await?.id;
            Ok(Output::new(json!({ "id": id, "key": key }), format!("{key} ({id}) is confirmed")))
        }
    }
}
