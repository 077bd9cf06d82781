//! `assay ledger`

use anyhow::Result;
use assay_app::{BalanceView, HoldView, Page, TransferView};
use clap::Subcommand;
use serde_json::{Value, json};

use crate::{
    output::{Output, table},
    session::Session,
};

/// Look at the ledger: transfers, balances, and what is held.
#[derive(Debug, Subcommand)]
pub enum Ledger {
    /// List transfers, oldest first.
    Transfers {
        /// Only those of one customer, by key or id.
        #[arg(long)]
        customer: Option<String>,
        /// How many.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// List the balances of every account.
    Balances {
        /// Only those of one customer, by key or id.
        #[arg(long)]
        customer: Option<String>,
    },
    /// Hold what is provisional by now, in place of what was, and list it.
    Hold,
}

pub(crate) async fn run(command: &Ledger, session: &Session) -> Result<Output> {
    let Session { assay, caller } = session;
    match command {
        Ledger::Transfers { customer, limit } => {
            let all = assay.transfers(caller, customer.as_deref(), Page { after: 0, limit: *limit }).await?;
            Ok(Output::new(all.iter().map(transfer_as_json).collect(), transfers(&all)))
        }
        Ledger::Balances { customer } => {
            let all = assay.balances(caller, customer.as_deref()).await?;
            Ok(Output::new(all.iter().map(balance_as_json).collect(), balances(&all)))
        }
        Ledger::Hold => {
            let all = assay.hold(caller).await?;
            Ok(Output::new(all.iter().map(hold_as_json).collect(), holds(&all)))
        }
    }
}

fn transfers(all: &[TransferView]) -> String {
    let rows = all.iter().map(|t| {
        let (accounts, at) = (format!("{} from {}", t.debit, t.credit), t.at.to_string());
        [t.id.to_string(), at, t.customer.clone(), t.kind.to_owned(), accounts, t.amount.to_string(), t.key.clone()]
    });
    table(&["transfer", "at", "customer", "kind", "to", "amount", "for"], &["amount"], rows)
}

fn balances(all: &[BalanceView]) -> String {
    let rows =
        all.iter().map(|b| [b.customer.clone(), b.account.to_owned(), b.debits.decimal(), b.credits.decimal(), b.balance.to_string()]);
    table(&["customer", "account", "debits", "credits", "balance"], &["debits", "credits", "balance"], rows)
}

fn holds(all: &[HoldView]) -> String {
    let rows = all.iter().map(|h| {
        [
            h.customer.clone(),
            h.period.to_string(),
            h.charge.clone(),
            h.side.to_owned(),
            h.amount.to_string(),
            h.since.to_string(),
            h.agreement.to_string(),
        ]
    });
    table(&["customer", "period", "charge", "side", "held", "since", "agreement"], &["held"], rows)
}

fn transfer_as_json(t: &TransferView) -> Value {
    json!({ "id": t.id, "key": t.key, "kind": t.kind, "customer": t.customer, "debit": t.debit, "credit": t.credit,
            "amount": t.amount.decimal(), "currency": t.amount.currency(), "agreement": t.agreement, "period": t.period, "charge": t.charge,
            "invoice": t.invoice, "lot": t.lot, "corrects": t.corrects, "reason": t.reason, "at": t.at })
}

fn balance_as_json(b: &BalanceView) -> Value {
    json!({ "customer": b.customer, "account": b.account, "currency": b.balance.currency(), "debits": b.debits.decimal(),
            "credits": b.credits.decimal(), "balance": b.balance.decimal() })
}

fn hold_as_json(h: &HoldView) -> Value {
    json!({ "customer": h.customer, "agreement": h.agreement, "period": h.period, "charge": h.charge, "amount": h.amount.decimal(),
            "currency": h.amount.currency(), "since": h.since, "side": h.side })
}
