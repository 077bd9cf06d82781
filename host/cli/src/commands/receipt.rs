//! `assay receipt`

use std::{fs, io::Write as _, path::PathBuf};

use anyhow::{Context as _, Result};
use assay_app::{Page, ReceiptQuery, ReceiptView};
use assay_domain::id::ReceiptId;
use assay_receipt::bundle::Bundle;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::{
    output::{Output, table},
    session::Session,
};

/// What customers are told of every change of what they are billed, in a form that they can execute again.
#[derive(Debug, Subcommand)]
pub enum Receipt {
    /// List receipts, in the order of the changes of usage that they are about.
    List(List),
    /// Show one.
    Show {
        /// Its id.
        receipt: ReceiptId,
    },
    /// Write one with everything it takes to verify it elsewhere: `assay verify FILE`.
    Bundle {
        /// Its id.
        receipt: ReceiptId,
        #[command(flatten)]
        to: To,
    },
}

/// Which receipts.
#[derive(Debug, Args)]
pub struct List {
    /// Only of one customer, by key or id.
    #[arg(long)]
    customer: Option<String>,
    /// Only about one interaction, by subject or id.
    #[arg(long)]
    interaction: Option<String>,
    /// Only those that a document was issued with, by number or id.
    #[arg(long)]
    invoice: Option<String>,
    /// Those after one, by id.
    #[arg(long, value_name = "RECEIPT")]
    after: Option<ReceiptId>,
    /// How many.
    #[arg(long, default_value_t = 100)]
    limit: u32,
}

/// Where a bundle goes, and what its reader has kept.
#[derive(Debug, Args)]
pub struct To {
    /// The file to write; standard output unless given.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// A size of the log whose checkpoint the reader has kept: the bundle then proves that the log has only grown since. Can be given
    /// several times.
    #[arg(long = "kept", value_name = "SIZE")]
    pub(super) kept: Vec<u64>,
}

impl To {
    /// Writes a bundle there.
    pub(super) fn write(&self, bundle: &Bundle) -> Result<Output> {
        let bytes = bundle.write().context("the bundle cannot be written as JSON")?;
        let Some(path) = &self.output else {
            // Byte for byte, and nobody listening is no error: `assay … | head` ends early.
            drop(std::io::stdout().write_all(&bytes));
            return Ok(Output::silent());
        };
        fs::write(path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
        let receipts: usize = bundle.chains.iter().map(|chain| chain.receipts.len() + chain.earlier.len()).sum();
        let json = json!({ "receipts": receipts, "bytes": bytes.len(), "file": path.display().to_string(), "log_key": bundle.log.key });
        let words = format!("{receipts} receipts in {0}\nverify them: assay verify {0} --log-key {1}", path.display(), bundle.log.key);
        Ok(Output::new(json, words))
    }
}

pub(crate) async fn run(command: &Receipt, session: &Session) -> Result<Output> {
    let Session { assay, caller } = session;
    match command {
        Receipt::List(list) => list.run(session).await,
        Receipt::Show { receipt } => Ok(shown(&assay.receipt(caller, *receipt).await?)),
        Receipt::Bundle { receipt, to } => to.write(&assay.receipt_bundle(caller, *receipt, &to.kept).await?),
    }
}

impl List {
    async fn run(&self, Session { assay, caller }: &Session) -> Result<Output> {
        let List { customer, interaction, invoice, after, limit } = self;
        let query = ReceiptQuery { customer: customer.clone(), interaction: interaction.clone(), invoice: invoice.clone() };
        let all = assay.receipts(caller, &query, Page { after: after.map_or(0, |after| after.0), limit: *limit }).await?;
        let rows = all.iter().map(|view| {
            let ReceiptView { customer, receipt, .. } = view;
            let by = format!("{}@{}", receipt.definition.name, receipt.definition.version);
            [
                view.id.to_string(),
                customer.clone(),
                receipt.number.to_string(),
                receipt.judgement.interaction.to_string(),
                format!("{} {}", receipt.change.quantity, receipt.change.meter.name()),
                by,
                receipt.judgement.reason.clone().unwrap_or_default(),
                receipt.change.dated_at.to_string(),
            ]
        });
        let head = ["receipt", "customer", "number", "interaction", "counts", "definition", "reason", "dated"];
        Ok(Output::new(all.iter().map(as_json).collect(), table(&head, &["number"], rows)))
    }
}

fn shown(view: &ReceiptView) -> Output {
    let json = as_json(view);
    // A receipt is read field by field, so people see the same.
    let text = serde_json::to_string_pretty(&json).unwrap_or_default();
    Output::new(json, text)
}

fn as_json(view: &ReceiptView) -> Value {
    let ReceiptView { id, customer, leaf, recorded_at, receipt } = view;
    json!({ "id": id, "customer": customer, "number": receipt.number, "leaf": leaf, "digest": receipt.digest(),
            "recorded_at": recorded_at, "receipt": receipt })
}
