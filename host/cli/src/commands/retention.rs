//! `assay retention`

use anyhow::Result;
use assay_app::{RetentionErasure, RetentionView};
use clap::{Args, Subcommand};
use serde_json::json;

use crate::{output::Output, session::Session};

/// How long what is told of interactions is kept. Verdicts, bills, receipts and proofs stand for ever.
#[derive(Debug, Subcommand)]
pub enum Retention {
    /// Show how long, and how many interactions are kept back beyond it because something waits for them.
    Show,
    /// Say how long, from now on; what is over is erased within the hour by whoever serves.
    Set(Set),
    /// Erase what is over now.
    Apply,
    /// Erase every interaction for which nothing waits, as when a tenant leaves.
    EraseAll {
        /// Why, for the audit log.
        #[arg(long)]
        reason: String,
    },
}

/// How long.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Set {
    /// Days after the arrival of an interaction's last fact.
    #[arg(long)]
    days: Option<u32>,
    /// For ever.
    #[arg(long)]
    forever: bool,
}

pub(crate) async fn run(command: &Retention, session: &Session) -> Result<Output> {
    let (assay, caller) = (&session.assay, &session.caller);
    match command {
        Retention::Show => Ok(kept(&assay.retention(caller).await?)),
        Retention::Set(Set { days, .. }) => Ok(kept(&assay.set_retention(caller, *days).await?)),
        Retention::Apply => Ok(erased(assay.erase_what_is_over(caller).await?)),
        Retention::EraseAll { reason } => Ok(erased(assay.erase_everything(caller, reason).await?)),
    }
}

fn kept(view: &RetentionView) -> Output {
    let RetentionView { days, kept_back } = view;
    let text = match days {
        None => "what is told of interactions is kept for ever".to_owned(),
        Some(days) => format!(
            "what is told of an interaction is kept for {days} days after its last fact arrived; {kept_back} are kept longer, as something waits for them"
        ),
    };
    Output::new(json!({ "days": days, "kept_back": kept_back }), text)
}

fn erased(done: RetentionErasure) -> Output {
    let RetentionErasure { interactions, payloads } = done;
    Output::new(
        json!({ "interactions": interactions, "payloads": payloads }),
        format!("erased {interactions} interactions with {payloads} payloads"),
    )
}
