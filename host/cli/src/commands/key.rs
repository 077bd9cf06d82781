//! `assay key`

use anyhow::Result;
use assay_app::{Assay, KeyRequest, KeyView, NewKey, Page};
use assay_domain::{
    id::KeyId,
    key::{Role, Roles},
    time::{Duration, Timestamp},
};
use clap::{Args as ClapArgs, Subcommand};
use serde_json::{Value, json};

use crate::{
    args::Args,
    output::{Output, table, with},
    session::{self, Session},
    settings::Settings,
};

/// Let programs and people in.
#[derive(Debug, Subcommand)]
pub enum Key {
    /// Make a key for the tenant; its secret is printed once.
    Create(Create),
    /// List the tenant's keys, without their secrets.
    List,
    /// Make a key like another, and let the other end after an overlap.
    Rotate {
        /// The other key's id.
        id: KeyId,
        /// How long both open: 24h, PT24H; PT0S ends the other at once.
        #[arg(long, default_value = "24h")]
        overlap: Duration,
    },
    /// End a key at once.
    Revoke {
        /// Its id.
        id: KeyId,
    },
    /// Make a key for the operator of the installation, which opens its tenants and metrics and no tenant's data.
    Operator {
        /// Whose it is, for people.
        #[arg(long)]
        name: String,
    },
}

/// What key to make.
#[derive(Debug, ClapArgs)]
pub struct Create {
    /// Whose it is, for people.
    #[arg(long)]
    name: String,
    /// What it may do: ingest, author, billing, viewer or admin. Can be given several times.
    #[arg(long = "role", value_name = "ROLE", required_unless_present = "customer")]
    roles: Vec<Role>,
    /// Make it for this customer, by key or id: it opens what is the customer's own, over HTTP and in the portal, and nothing else.
    #[arg(long)]
    customer: Option<String>,
    /// When it ends, from now: 90d, P90D. Without it, never.
    #[arg(long, value_name = "DURATION")]
    expires_in: Option<Duration>,
}

impl Create {
    /// A customer's key has one role, which needs no saying.
    fn roles(&self) -> Roles {
        let own = (self.customer.is_some() && self.roles.is_empty()).then_some(Role::Customer);
        self.roles.iter().copied().chain(own).collect()
    }
}

pub(crate) async fn run(command: &Key, session: &Session) -> Result<Output> {
    let Session { assay, caller } = session;
    match command {
        Key::Create(create) => {
            let expires_at = create.expires_in.map(|length| assay.now().plus(length));
            let (name, customer) = (create.name.clone(), create.customer.clone());
            let new = assay.create_key(caller, &KeyRequest { name, roles: create.roles(), customer, expires_at }).await?;
            Ok(made(&new))
        }
        Key::List => Ok(list(&assay.keys(caller, Page::ALL).await?)),
        Key::Rotate { id, overlap } => {
            let new = assay.rotate_key(caller, *id, *overlap).await?;
            let old = assay.key(caller, *id).await?;
            Ok(made(&new).and("replaces", as_json(&old), &format!("in place of {}, which {}", old.id, end(old.expires_at))))
        }
        Key::Revoke { id } => {
            let view = assay.revoke_key(caller, *id).await?;
            Ok(Output::new(as_json(&view), format!("the key {} ({id}) {}", view.name, end(view.expires_at))))
        }
        Key::Operator { name } => operator(assay, &caller.actor, name).await,
    }
}

/// Makes an operator's key, which is no tenant's.
pub(crate) async fn run_operator(name: &str, args: &Args, settings: &Settings) -> Result<Output> {
    let assay = session::open_existing(&args.data, settings).await?;
    let output = operator(&assay, &args.operator, name).await;
    assay.close().await;
    output
}

async fn operator(assay: &Assay, actor: &str, name: &str) -> Result<Output> {
    Ok(made(&assay.create_operator_key(actor, name).await?))
}

/// The secret has a line of its own, for people who copy and programs that cut.
fn made(new: &NewKey) -> Output {
    let KeyView { id, name, roles, customer, expires_at, .. } = &new.view;
    let secret = new.secret.clone().unwrap_or_default();
    let whose = customer.as_ref().map(|customer| format!(" {customer}")).unwrap_or_default();
    let text =
        format!("made the key {name} ({id}): {roles}{whose}; it {}, is shown this once and stored nowhere:\n{secret}", end(*expires_at));
    Output::new(with(as_json(&new.view), "secret", secret.into()), text)
}

fn list(all: &[KeyView]) -> Output {
    let row = |key: &KeyView| {
        let (roles, customer) = (key.roles.to_string(), key.customer.clone().unwrap_or_default());
        [key.name.clone(), roles, customer, key.created_at.to_string(), end(key.expires_at), key.id.to_string()]
    };
    let head = ["key", "roles", "customer", "made", "end", "id"];
    Output::new(all.iter().map(as_json).collect(), table(&head, &[], all.iter().map(row)))
}

fn end(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "never ends".to_owned(), |at| format!("ends {at}"))
}

fn as_json(key: &KeyView) -> Value {
    let roles: Vec<&str> = key.roles.iter().map(Role::name).collect();
    json!({ "id": key.id, "name": key.name, "roles": roles, "customer": key.customer, "created_at": key.created_at,
            "expires_at": key.expires_at })
}
