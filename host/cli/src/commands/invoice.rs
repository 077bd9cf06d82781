//! `assay invoice`

use anyhow::Result;
use assay_app::InvoiceView;
use assay_domain::period::BillingPeriod;
use assay_store::billing::InvoiceRow;
use clap::Subcommand;
use serde_json::{Value, json};

use crate::{
    output::{Output, table, with},
    session::Session,
};

/// Look at what was billed.
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
}

pub(crate) async fn run(command: &Invoice, session: &Session) -> Result<Output> {
    match command {
        Invoice::List { period, customer } => {
            let mut all = session.assay.invoices(&session.caller).await?;
            all.retain(|invoice| period.is_none_or(|period| invoice.period == period));
            all.retain(|invoice| customer.as_ref().is_none_or(|key| invoice.customer_key == *key));
            Ok(Output::new(all.iter().map(head_as_json).collect(), list(&all)))
        }
        Invoice::Show { number, outcomes } => {
            let view = session.assay.invoice(&session.caller, number, *outcomes).await?;
            Ok(Output::new(as_json(&view), in_words(&view)))
        }
    }
}

/// The table of several documents.
pub(crate) fn list(all: &[InvoiceRow]) -> String {
    let rows = all.iter().map(|i| {
        let what = i.corrects.as_ref().map_or_else(|| i.kind.clone(), |number| format!("{} for {number}", i.kind));
        [i.number.clone(), what, i.customer_key.clone(), i.period.to_string(), i.total.to_string()]
    });
    table(&["number", "kind", "customer", "month", "total"], &["total"], rows)
}

fn in_words(view: &InvoiceView) -> String {
    let invoice = &view.invoice;
    let rows = view.lines.iter().zip(1usize..).map(|(view, position)| {
        let line = &view.line;
        let label =
            if line.kind.name() == "charge" { line.label.clone() } else { format!("{} (correction of {})", line.label, line.period) };
        [position.to_string(), label, line.quantity.to_string(), line.unit_price.clone(), line.amount.decimal()]
    });
    let title =
        format!("{} {} for {}, {}, issued {}", invoice.kind, invoice.number, invoice.customer_key, invoice.period, invoice.issued_at);
    let corrects = invoice.corrects.as_ref().map(|number| format!("\ncorrects {number}")).unwrap_or_default();
    let mut text = format!(
        "{title}{corrects}\n{}\ntotal {}",
        table(&["line", "", "quantity", "price", "amount"], &["line", "quantity", "price", "amount"], rows),
        invoice.total
    );
    for (view, position) in view.lines.iter().zip(1usize..).filter(|(view, _)| !view.behind.is_empty()) {
        let rows = view.behind.iter().map(|(subject, quantity, at)| [subject.clone(), quantity.to_string(), at.to_string()]);
        text += &format!(
            "\n\nbehind line {position}: {} interactions\n{}",
            view.behind.len(),
            table(&["interaction", "quantity", "dated"], &["quantity"], rows)
        );
    }
    text
}

fn head_as_json(invoice: &InvoiceRow) -> Value {
    json!({ "id": invoice.id, "kind": invoice.kind, "number": invoice.number, "customer": invoice.customer_key, "period": invoice.period,
            "total": invoice.total.decimal(), "currency": invoice.total.currency(), "corrects": invoice.corrects, "issued_at": invoice.issued_at })
}

fn as_json(view: &InvoiceView) -> Value {
    let lines: Vec<_> = view
        .lines
        .iter()
        .map(|view| {
            let line = &view.line;
            let behind: Vec<_> = view.behind.iter().map(|(subject, quantity, at)| json!({ "subject": subject, "quantity": quantity, "dated_at": at })).collect();
            json!({ "kind": line.kind.name(), "period": line.period, "agreement": line.agreement, "charge": line.charge, "tier": line.tier,
                    "label": line.label, "quantity": line.quantity, "unit_price": line.unit_price, "amount": line.amount.decimal(), "outcomes": behind })
        })
        .collect();
    with(head_as_json(&view.invoice), "lines", lines.into())
}
