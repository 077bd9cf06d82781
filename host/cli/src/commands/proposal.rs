//! `assay proposal`

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use assay_app::{ApprovalRequest, ApprovalView, Page, ProposalRequest, ProposalView, Signed};
use assay_domain::{approval::SignedApproval, id::ProposalId, time::Timestamp};
use clap::{Args, Subcommand};
use serde_json::json;

use super::{definition::named, evaluate, time_or_date};
use crate::{
    output::{Output, table, with},
    session::Session,
};

/// Offer versions to customers, and take their answers.
#[derive(Debug, Subcommand)]
pub enum Proposal {
    /// Offer a version from a time on: resolved-ticket@2.
    Create {
        /// The definition and the version's number.
        version: String,
        /// For interactions that open from then on: a date or a time, UTC. The customer has time to answer until then.
        #[arg(long, value_parser = time_or_date)]
        from: Timestamp,
        /// To whom, by key or id [default: everybody].
        #[arg(long)]
        customer: Option<String>,
    },
    /// List the proposals.
    List,
    /// Write what a customer is to look at and to sign into a file, for `assay approve`.
    Export {
        /// The proposal's id.
        proposal: ProposalId,
        /// Whose it is to be, where it is to everybody.
        #[arg(long)]
        customer: Option<String>,
        /// The file.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Take the file that `assay approve sign` wrote: the version is in force for the customer from the time that was signed.
    Approve {
        /// The file.
        file: PathBuf,
    },
    /// Agree for a customer alone, where its agreement does not demand two parties.
    Enact(Enact),
    /// Record that a customer does not want what was offered.
    Reject {
        /// The proposal's id.
        proposal: ProposalId,
        /// The customer's key or id.
        #[arg(long)]
        customer: String,
        /// Why, for everybody who looks at it.
        #[arg(long)]
        reason: String,
    },
    /// Take a proposal back; what was approved of it stands.
    Withdraw {
        /// The proposal's id.
        proposal: ProposalId,
        /// Why, for everybody who looks at it.
        #[arg(long)]
        reason: String,
    },
}

/// What to agree to, for whom.
#[derive(Debug, Args)]
pub struct Enact {
    /// The proposal's id.
    proposal: ProposalId,
    /// The customer's key or id; where the proposal is to one customer, that one unless given.
    #[arg(long)]
    customer: Option<String>,
}

pub(crate) async fn run(command: &Proposal, session: &Session) -> Result<Output> {
    let Session { assay, caller } = session;
    match command {
        Proposal::Create { version, from, customer } => {
            let (slug, number) = named(version)?;
            let request = ProposalRequest { customer: customer.clone(), from: *from };
            Ok(one(&assay.propose_version(caller, &slug, number, &request).await?))
        }
        Proposal::List => Ok(list(&assay.proposals_page(caller, Page::ALL).await?)),
        Proposal::Export { proposal, customer, to } => export(session, *proposal, customer.as_deref(), to).await,
        Proposal::Approve { file } => approve(session, file).await,
        Proposal::Enact(enact) => run_enact(session, enact).await,
        Proposal::Reject { proposal, customer, reason } => Ok(one(&assay.reject_proposal(caller, *proposal, customer, reason).await?)),
        Proposal::Withdraw { proposal, reason } => Ok(one(&assay.withdraw_proposal(caller, *proposal, reason).await?)),
    }
}

async fn export(session: &Session, id: ProposalId, customer: Option<&str>, to: &Path) -> Result<Output> {
    let document = session.assay.proposal_document(&session.caller, id, customer).await?;
    let text = serde_json::to_string_pretty(&document)?;
    std::fs::write(to, text + "\n").with_context(|| format!("cannot write {}", to.display()))?;
    let (customer, hash, path) = (&document.customer, document.proposed.hash, to.display());
    let told = format!("{path} is for {customer}: `assay approve show {path}` shows it, `assay approve sign {path}` signs it");
    Ok(Output::new(json!({ "proposal": id, "customer": customer, "hash": hash, "path": to }), told))
}

async fn approve(session: &Session, file: &Path) -> Result<Output> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let signed: SignedApproval =
        serde_json::from_str(&text).with_context(|| format!("{} is no file of `assay approve sign`", file.display()))?;
    let SignedApproval { definition, version, customer, hash, from, key, signature } = signed;
    let request = ApprovalRequest { customer, from, hash: Some(hash), signed: Some(Signed { key, signature }) };
    record(session, &definition, version, &request).await
}

async fn run_enact(session: &Session, enact: &Enact) -> Result<Output> {
    let view = session.assay.proposal(&session.caller, enact.proposal).await?;
    let customer = enact.customer.clone().or(view.customer);
    let customer = customer.context("the proposal is to everybody; name the customer with --customer, or activate the version")?;
    let request = ApprovalRequest { customer, from: view.from, hash: Some(view.hash), signed: None };
    record(session, &view.definition, view.number, &request).await
}

async fn record(session: &Session, slug: &str, number: u32, request: &ApprovalRequest) -> Result<Output> {
    let view = session.assay.approve_version(&session.caller, slug, number, request).await?;
    let drained = evaluate::drain(session).await?;
    let ApprovalView { definition, number, customer, from, parties, .. } = &view;
    let text = format!("{definition}@{number} is in force for {customer} from {from}, {parties}\n{}", evaluate::in_words(&drained));
    Ok(Output::new(with(json!(view), "evaluated", evaluate::as_json(&drained)), text))
}

fn one(view: &ProposalView) -> Output {
    let waits = if view.awaited.is_empty() { String::new() } else { format!(", waits for {}", view.awaited.join(", ")) };
    let whom = whom(view);
    let ProposalView { id, definition, number, hash, from, state, .. } = view;
    let text = format!("{id}: {definition}@{number} to {whom} from {from}: {}{waits}\nhash {hash}", state.name());
    Output::new(json!(view), text)
}

fn list(all: &[ProposalView]) -> Output {
    let rows = all.iter().map(|view| {
        let version = format!("{}@{}", view.definition, view.number);
        [view.id.to_string(), version, whom(view), view.from.to_string(), view.state.name().to_owned(), view.awaited.join(", ")]
    });
    let head = ["proposal", "version", "to", "from", "", "waits for"];
    Output::new(all.iter().map(|view| json!(view)).collect(), table(&head, &[], rows))
}

fn whom(view: &ProposalView) -> String {
    view.customer.clone().unwrap_or_else(|| "everybody".to_owned())
}
