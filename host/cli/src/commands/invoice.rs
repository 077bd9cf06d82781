//! `assay invoice`

use std::{io::Write as _, path::PathBuf};

use anyhow::{Context as _, Result};
use assay_app::{
    InvoiceView, LineView,
    export::{self, Format},
};
use assay_domain::period::BillingPeriod;
use assay_store::billing::{DocumentState, InvoiceRow};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::receipt::To;
use crate::{
    output::{Output, table, with},
    session::Session,
};

/// Look at what was billed and what will be; hand it out, settle it, take it back.
#[derive(Debug, Subcommand)]
pub enum Invoice {
    /// List invoices and credit notes.
    List {
        /// Only of one month.
        #[arg(long)]
        period: Option<BillingPeriod>,
        /// Only of one customer, by key.
        #[arg(long)]
        customer: Option<String>,
    },
    /// Show one with its lines.
    Show {
        /// Its number or id.
        number: String,
        /// Also list the interactions behind a line, counted from 1.
        #[arg(long, value_name = "LINE")]
        outcomes: Option<usize>,
    },
    /// Show what billing a month would issue by now; nothing is written, and the month may still be running.
    Preview {
        /// The month: 2016-03.
        #[arg(long)]
        period: BillingPeriod,
        /// Only for one customer, by key or id.
        #[arg(long)]
        customer: Option<String>,
    },
    /// Take an issued invoice back; what it billed comes with the customer's next one.
    Void {
        /// Its number or id.
        number: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Record that an invoice was paid, or a credit note paid back.
    Pay {
        /// Its number or id.
        number: String,
        /// By what: the text of a transfer, the number of a payment.
        #[arg(long)]
        reference: String,
    },
    /// Write documents for other eyes and other programs.
    Export(Export),
    /// Write one with everything it takes to verify it elsewhere: `assay verify FILE`.
    Bundle {
        /// Its number or id.
        number: String,
        #[command(flatten)]
        to: To,
    },
}

/// Which documents, and how.
#[derive(Debug, Args)]
pub struct Export {
    /// The number or id of one; otherwise all of them.
    #[arg(conflicts_with_all = ["period", "customer"])]
    number: Option<String>,
    /// A page to print, a table, rows of the FinOps FOCUS specification, or everything as JSON: html, csv, focus, json.
    #[arg(long)]
    format: Format,
    /// The file to write; standard output unless given.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only of one month.
    #[arg(long)]
    period: Option<BillingPeriod>,
    /// Only of one customer, by key or id.
    #[arg(long)]
    customer: Option<String>,
}

pub(crate) async fn run(command: &Invoice, session: &Session) -> Result<Output> {
    let Session { assay, caller } = session;
    match command {
        Invoice::List { period, customer } => {
            let mut all = assay.invoices(caller).await?;
            all.retain(|invoice| period.is_none_or(|period| invoice.period == period));
            all.retain(|invoice| customer.as_ref().is_none_or(|key| invoice.customer_key == *key));
            Ok(Output::new(all.iter().map(head_as_json).collect(), list(&all)))
        }
        Invoice::Show { number, outcomes } => Ok(shown(&assay.invoice(caller, number, *outcomes).await?)),
        Invoice::Preview { period, customer } => {
            let views = assay.preview_invoices(caller, customer.as_deref(), *period).await?;
            let words: Vec<String> = views.iter().map(in_words).collect();
            let words = if words.is_empty() { format!("nothing would be billed in {period}") } else { words.join("\n\n") };
            Ok(Output::new(views.iter().map(as_json).collect(), words))
        }
        Invoice::Void { number, reason } => Ok(shown(&assay.void_invoice(caller, number, reason).await?)),
        Invoice::Pay { number, reference } => Ok(shown(&assay.pay_invoice(caller, number, reference).await?)),
        Invoice::Export(command) => command.run(session).await,
        Invoice::Bundle { number, to } => to.write(&assay.invoice_bundle_since(caller, number, &to.kept).await?),
    }
}

impl Export {
    async fn run(&self, Session { assay, caller }: &Session) -> Result<Output> {
        let (documents, text) = match &self.number {
            Some(number) => (1, export::render(&assay.invoice(caller, number, None).await?, self.format)),
            None => {
                let views = assay.invoices_in_full(caller, self.period, self.customer.as_deref()).await?;
                (views.len(), export::render_all(&views, self.format))
            }
        };
        let Some(path) = &self.output else {
            // Byte for byte, and nobody listening is no error: `assay … | head` ends early.
            drop(std::io::stdout().write_all(text.as_bytes()));
            return Ok(Output::silent());
        };
        std::fs::write(path, &text).with_context(|| format!("cannot write {}", path.display()))?;
        let words = format!("{documents} documents in {}", path.display());
        Ok(Output::new(json!({ "documents": documents, "bytes": text.len(), "file": path.display().to_string() }), words))
    }
}

fn shown(view: &InvoiceView) -> Output {
    Output::new(as_json(view), in_words(view))
}

/// The table of several documents.
pub(crate) fn list(all: &[InvoiceRow]) -> String {
    let rows = all.iter().map(|i| {
        let what = i.corrects.as_ref().map_or_else(|| i.kind.clone(), |number| format!("{} for {number}", i.kind));
        let what = if i.state == DocumentState::Issued { what } else { format!("{what}, {}", i.state.name()) };
        [i.number.clone(), what, i.customer_key.clone(), i.period.to_string(), i.total.to_string()]
    });
    table(&["number", "kind", "customer", "month", "total"], &["total"], rows)
}

fn in_words(view: &InvoiceView) -> String {
    let invoice = &view.invoice;
    let rows = view.lines.iter().map(|view| {
        let line = &view.line;
        [line.position.to_string(), label(view), line.quantity.to_string(), line.unit_price.clone(), line.amount.decimal()]
    });
    let note = view.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
    let mut text = format!(
        "{} {} for {}, {}, issued {}\n{}{note}{}\n{}\ntotal {}",
        invoice.kind,
        invoice.number,
        invoice.customer_key,
        invoice.period,
        invoice.issued_at,
        invoice.state.name(),
        invoice.corrects.as_ref().map(|number| format!(", corrects {number}")).unwrap_or_default(),
        table(&["line", "", "quantity", "price", "amount"], &["line", "quantity", "price", "amount"], rows),
        invoice.total
    );
    if view.disputed.minor() != 0 {
        text += &format!("\nof that disputed {}", view.disputed);
    }
    if view.prepaid.minor() != 0 {
        text += &format!("\nby prepaid credit {}\ndue {}", view.prepaid, view.due());
    }
    for view in view.lines.iter().filter(|view| !view.behind.is_empty()) {
        let rows = view.behind.iter().map(|(subject, quantity, at)| [subject.clone(), quantity.to_string(), at.to_string()]);
        text += &format!(
            "\n\nbehind line {}: {} interactions\n{}",
            view.line.position,
            view.behind.len(),
            table(&["interaction", "quantity", "dated"], &["quantity"], rows)
        );
    }
    text
}

/// The label, what a correction corrects, and what is disputed of it.
fn label(view: &LineView) -> String {
    let LineView { line, original, .. } = view;
    let label = match (line.kind.name(), original) {
        ("charge", _) => line.label.clone(),
        (_, Some(number)) => format!("{} (correction of {}, {number})", line.label, line.period),
        (_, None) => format!("{} (correction of {})", line.label, line.period),
    };
    match view.disputes_in_words() {
        Some(disputes) => format!("{label}\ndisputes: {disputes}"),
        None => label,
    }
}

fn head_as_json(invoice: &InvoiceRow) -> Value {
    json!({ "id": invoice.id, "kind": invoice.kind, "number": invoice.number, "customer": invoice.customer_key, "period": invoice.period,
            "total": invoice.total.decimal(), "currency": invoice.total.currency(), "corrects": invoice.corrects, "issued_at": invoice.issued_at,
            "state": invoice.state.name() })
}

fn as_json(view: &InvoiceView) -> Value {
    let lines: Vec<_> = view
        .lines
        .iter()
        .map(|LineView { line, original, behind, disputes, .. }| {
            let disputes: Vec<_> = disputes.iter().map(|dispute| json!({ "id": dispute.id, "state": dispute.state })).collect();
            let behind: Vec<_> =
                behind.iter().map(|(subject, quantity, at)| json!({ "subject": subject, "quantity": quantity, "dated_at": at })).collect();
            json!({ "kind": line.kind.name(), "period": line.period, "agreement": line.agreement, "charge": line.charge, "tier": line.tier,
                    "label": line.label, "quantity": line.quantity, "unit_price": line.unit_price, "amount": line.amount.decimal(),
                    "original": original, "disputes": disputes, "outcomes": behind })
        })
        .collect();
    let head = with(head_as_json(&view.invoice), "note", json!(view.note));
    let head = with(head, "disputed", view.disputed.decimal().into());
    with(head, "lines", lines.into())
}
