//! `assay webhook`

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use assay_app::{NewWebhookSecret, Page, WebhookEndpointRequest, WebhookEndpointView, WebhookSecretView};
use assay_domain::id::{WebhookEndpointId, WebhookSecretId};
use clap::Subcommand;
use serde_json::{Value, json};

use crate::{
    output::{Output, table, with},
    session::Session,
};

/// Endpoints where sources deliver events in signed webhooks.
#[derive(Debug, Subcommand)]
pub enum Webhook {
    /// Make an endpoint; the secret that is drawn for it is printed once.
    Create {
        /// The source of the events that come in by it.
        #[arg(long)]
        source: String,
        /// A file with the secret that the source signs with, where it has one already: whsec_….
        #[arg(long, value_name = "FILE")]
        secret: Option<PathBuf>,
    },
    /// List the endpoints and their secrets' ids.
    List,
    /// Add a secret to an endpoint; those it has go on until they are revoked.
    AddSecret {
        /// The endpoint's id.
        endpoint: WebhookEndpointId,
        /// A file with the secret that the source signs with, where it has one already: whsec_….
        #[arg(long, value_name = "FILE")]
        secret: Option<PathBuf>,
    },
    /// From now on a secret opens nothing; what came in by it stands.
    RevokeSecret {
        /// The endpoint's id.
        endpoint: WebhookEndpointId,
        /// The secret's id.
        secret: WebhookSecretId,
        /// Why, for the audit log.
        #[arg(long)]
        reason: String,
    },
}

pub(crate) async fn run(command: &Webhook, session: &Session) -> Result<Output> {
    let Session { assay, caller } = session;
    match command {
        Webhook::Create { source, secret } => {
            let request = WebhookEndpointRequest { source: source.clone(), secret: given(secret.as_deref())? };
            Ok(made(&assay.create_webhook_endpoint(caller, &request).await?))
        }
        Webhook::List => Ok(list(&assay.webhook_endpoints(caller, Page::ALL).await?)),
        Webhook::AddSecret { endpoint, secret } => {
            Ok(made(&assay.add_webhook_secret(caller, *endpoint, given(secret.as_deref())?.as_deref()).await?))
        }
        Webhook::RevokeSecret { endpoint, secret, reason } => {
            let view = assay.revoke_webhook_secret(caller, *endpoint, *secret, reason).await?;
            Ok(Output::new(as_json(&view), format!("the secret {secret} opens nothing any more; what came in by it stands")))
        }
    }
}

/// Never an argument: those are seen by everybody on the machine.
fn given(file: Option<&Path>) -> Result<Option<String>> {
    let read = |file: &Path| std::fs::read_to_string(file).with_context(|| format!("cannot read the secret {}", file.display()));
    file.map(read).transpose()
}

/// A secret that was drawn has a line of its own, for people who copy and programs that cut.
fn made(new: &NewWebhookSecret) -> Output {
    let view = &new.endpoint;
    let text = format!("{} takes webhooks of {} at {}", view.id, view.source, view.path());
    let text = match &new.secret {
        Some(secret) => format!("{text}; they are signed with this secret, which is shown this once:\n{secret}"),
        None => format!("{text}; they are signed with the secret that was given"),
    };
    Output::new(with(as_json(view), "secret", json!(new.secret)), text)
}

fn list(all: &[WebhookEndpointView]) -> Output {
    let secret = |view: &WebhookSecretView| match view.revoked_at {
        Some(at) => format!("{} until {at}", view.id),
        None => view.id.to_string(),
    };
    let secrets = |view: &WebhookEndpointView| view.secrets.iter().map(secret).collect::<Vec<_>>().join("\n");
    let rows = all.iter().map(|view| [view.id.to_string(), view.source.clone(), view.path(), secrets(view)]);
    Output::new(all.iter().map(as_json).collect(), table(&["id", "events of", "path", "secrets"], &[], rows))
}

fn as_json(view: &WebhookEndpointView) -> Value {
    json!({ "id": view.id, "source": view.source, "path": view.path(), "created_at": view.created_at, "secrets": view.secrets })
}
