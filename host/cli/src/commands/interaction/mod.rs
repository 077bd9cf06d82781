//! `assay interaction`

mod erase;
mod list;
mod show;

use anyhow::Result;
use assay_app::Retried;
use clap::Subcommand;
use serde_json::json;

use super::evaluate;
use crate::{output::Output, session::Session};

/// Look at one unit of work, its verdict and the evidence.
#[derive(Debug, Subcommand)]
pub enum Interaction {
    /// Its timeline, its verdicts, the evidence, and the reason in words.
    Show {
        /// The subject of its events, or its id.
        subject: String,
    },
    /// List interactions by how they stand.
    List(list::List),
    /// Say whose it is; wins over what events name.
    Assign {
        /// The subject of its events, or its id.
        subject: String,
        /// The customer's key.
        #[arg(long)]
        customer: String,
        /// Why, for the audit log.
        #[arg(long)]
        reason: String,
    },
    /// Erase the data of all its events. It stands as it was judged and billed, and is judged no more; its receipts hold, and nobody can
    /// find out what they were about.
    Erase {
        /// The subject of its events, or its id.
        subject: String,
        /// Why, for the audit log.
        #[arg(long)]
        reason: String,
    },
    /// Ask again about what a fault keeps from being judged.
    Retry {
        /// The subject of its events, or its id.
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        subject: Option<String>,
        /// All that are quarantined.
        #[arg(long)]
        all: bool,
    },
}

pub(crate) async fn run(command: &Interaction, session: &Session) -> Result<Output> {
    match command {
        Interaction::Show { subject } => show::run(subject, session).await,
        Interaction::List(list) => list::run(list, session).await,
        Interaction::Erase { subject, reason } => erase::run(subject, reason, session).await,
        Interaction::Retry { subject, .. } => retry(subject.as_deref(), session).await,
        Interaction::Assign { subject, customer, reason } => assign(subject, customer, reason, session).await,
    }
}

async fn retry(subject: Option<&str>, session: &Session) -> Result<Output> {
    let retried = session.assay.retry_faulted(&session.caller, subject).await?;
    let drained = evaluate::drain(session).await?;
    let Retried { interactions, resumed } = retried;
    let json = json!({ "retried": interactions, "resumed": resumed, "evaluated": evaluate::as_json(&drained) });
    let again = resumed.iter().map(|version| format!("{version} was suspended and is let try again\n")).collect::<String>();
    Ok(Output::new(json, format!("{again}asked again about {interactions} interactions\n{}", evaluate::in_words(&drained))))
}

async fn assign(subject: &str, customer: &str, reason: &str, session: &Session) -> Result<Output> {
    session.assay.assign_interaction(&session.caller, subject, customer, reason).await?;
    let drained = evaluate::drain(session).await?;
    let json = json!({ "subject": subject, "customer": customer, "evaluated": evaluate::as_json(&drained) });
    Ok(Output::new(json, format!("{subject} belongs to {customer}\n{}", evaluate::in_words(&drained))))
}
