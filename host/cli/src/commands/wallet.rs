//! `assay wallet`

use anyhow::{Context as _, Result};
use assay_app::{GrantRequest, LotView, Page, TopUpView, WalletRequest, WalletView};
use assay_domain::{
    decimal::Decimal,
    money::{Amount, Currency},
    time::Timestamp,
};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::time_or_date;
use crate::{
    output::{Output, table},
    session::Session,
};

/// Credit that customers pay ahead.
#[derive(Debug, Subcommand)]
pub enum Wallet {
    /// Grant a customer credit; the same grant with the same key is made once.
    Grant(Grant),
    /// Say how a customer's wallet behaves; what is not given is off.
    Configure(Configure),
    /// Show a customer's wallet as it is now.
    Show {
        /// The customer, by key or id.
        customer: String,
        /// In which currency.
        #[arg(long)]
        currency: Currency,
    },
    /// List the requests for more credit, oldest first.
    TopUps {
        /// How many.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
}

/// What to grant.
#[derive(Debug, Args)]
pub struct Grant {
    /// The customer, by key or id.
    customer: String,
    /// How much: 100 or 99.50.
    amount: Decimal,
    /// In which currency.
    #[arg(long)]
    currency: Currency,
    /// A text of your choice that makes the grant once, such as the number of the order.
    #[arg(long)]
    key: String,
    /// Lower ones are drawn first.
    #[arg(long, default_value_t = 100, allow_negative_numbers = true)]
    priority: i64,
    /// From when it is worth nothing: a date or a time, UTC. Without it, never.
    #[arg(long, value_parser = time_or_date)]
    expires_at: Option<Timestamp>,
    /// For people.
    #[arg(long, default_value = "")]
    note: String,
}

/// How a wallet behaves.
#[derive(Debug, Args)]
pub struct Configure {
    /// The customer, by key or id.
    customer: String,
    /// In which currency.
    #[arg(long)]
    currency: Currency,
    /// Say stop when nothing is left.
    #[arg(long)]
    hard_stop: bool,
    /// Ask for more when less than this is available.
    #[arg(long, value_name = "AMOUNT", requires = "top_up_amount")]
    top_up_below: Option<Decimal>,
    /// How much to ask for.
    #[arg(long, value_name = "AMOUNT", requires = "top_up_below")]
    top_up_amount: Option<Decimal>,
}

pub(crate) async fn run(command: &Wallet, session: &Session) -> Result<Output> {
    let Session { assay, caller } = session;
    match command {
        Wallet::Grant(grant) => {
            let lot = assay.grant(caller, &grant.request()?).await?;
            Ok(Output::new(lot_as_json(&lot), format!("granted {} to {} ({})", lot.amount, grant.customer, lot.id)))
        }
        Wallet::Configure(configure) => {
            let view = assay.configure_wallet(caller, &configure.request()?).await?;
            Ok(Output::new(as_json(&view), in_words(&view)))
        }
        Wallet::Show { customer, currency } => {
            let view = assay.wallet(caller, customer, *currency).await?;
            Ok(Output::new(as_json(&view), in_words(&view)))
        }
        Wallet::TopUps { limit } => {
            let all = assay.top_ups(caller, Page { after: 0, limit: *limit }).await?;
            Ok(Output::new(all.iter().map(top_up_as_json).collect(), top_ups(&all)))
        }
    }
}

impl Grant {
    fn request(&self) -> Result<GrantRequest> {
        Ok(GrantRequest {
            customer: self.customer.clone(),
            amount: amount(self.amount, self.currency)?,
            priority: self.priority,
            expires_at: self.expires_at,
            key: self.key.clone(),
            note: self.note.clone(),
        })
    }
}

impl Configure {
    fn request(&self) -> Result<WalletRequest> {
        let top_up = match (self.top_up_below, self.top_up_amount) {
            (Some(below), Some(more)) => Some((amount(below, self.currency)?, amount(more, self.currency)?)),
            _ => None,
        };
        let (customer, currency, hard_stop) = (self.customer.clone(), self.currency, self.hard_stop);
        Ok(WalletRequest { customer, currency, hard_stop, top_up })
    }
}

fn amount(decimal: Decimal, currency: Currency) -> Result<Amount> {
    let minor = decimal.at_scale(currency.exponent());
    let minor = minor.with_context(|| format!("{decimal} has more than the {} decimals of {currency}", currency.exponent()))?;
    Ok(Amount::new(minor, currency))
}

fn in_words(view: &WalletView) -> String {
    let WalletView { customer, currency, balance, held, available, .. } = view;
    let stop = match (view.stopped, view.hard_stop) {
        (true, _) => "; it says STOP",
        (false, true) => "; it says stop when nothing is left",
        (false, false) => "",
    };
    let top_up = view.top_up.map(|(below, more)| format!("\nbelow {below} it asks for {more}")).unwrap_or_default();
    let title = format!("wallet of {customer} in {currency}: {balance}, {held} held, {available} available{stop}{top_up}");
    let rows = view.lots.iter().map(|lot| {
        let expiry = lot.expires_at.map_or_else(|| "never".to_owned(), |at| at.to_string());
        let (kind, amounts) = (lot.kind.to_owned(), (lot.amount.decimal(), lot.remaining.decimal()));
        [lot.id.to_string(), kind, amounts.0, amounts.1, lot.priority.to_string(), expiry, lot.key.clone(), lot.note.clone()]
    });
    let head = ["lot", "kind", "granted", "left", "priority", "expires", "key", "note"];
    format!("{title}\n{}", table(&head, &["granted", "left", "priority"], rows))
}

fn top_ups(all: &[TopUpView]) -> String {
    let rows =
        all.iter().map(|t| [t.requested_at.to_string(), t.customer.clone(), t.balance.to_string(), t.amount.to_string(), t.id.to_string()]);
    table(&["requested at", "customer", "available", "asked for", "id"], &["available", "asked for"], rows)
}

fn as_json(view: &WalletView) -> Value {
    let top_up = view.top_up.map(|(below, more)| json!({ "below": below.decimal(), "amount": more.decimal() }));
    json!({ "customer": view.customer, "currency": view.currency, "balance": view.balance.decimal(), "held": view.held.decimal(),
            "available": view.available.decimal(), "stopped": view.stopped, "hard_stop": view.hard_stop, "top_up": top_up,
            "lots": view.lots.iter().map(lot_as_json).collect::<Vec<_>>() })
}

fn lot_as_json(lot: &LotView) -> Value {
    json!({ "id": lot.id, "key": lot.key, "kind": lot.kind, "amount": lot.amount.decimal(), "remaining": lot.remaining.decimal(),
            "currency": lot.amount.currency(), "priority": lot.priority, "expires_at": lot.expires_at, "origin": lot.origin,
            "note": lot.note, "created_at": lot.created_at })
}

fn top_up_as_json(t: &TopUpView) -> Value {
    json!({ "id": t.id, "customer": t.customer, "balance": t.balance.decimal(), "amount": t.amount.decimal(),
            "currency": t.amount.currency(), "requested_at": t.requested_at })
}
