//! Prepaid credit: what it pays of invoices, what comes back to it, what of it expires, and when more is asked for.

use std::collections::HashMap;

use assay_domain::{
    id::{CustomerId, LotId},
    money::{Amount, Currency},
    time::{Duration, Timestamp},
};
use assay_store::{
    Connection, StoreError, Tx,
    billing::{self, InvoiceRow, LineRow},
    holds,
    ledger::{self, Account, NewTransfer, TransferKind},
    wallets::{self, DrawRow, LotKind, LotRow, NewLot},
};

use super::LATE_FACTS;
use crate::error::Result;

/// How long credit that was given back lives at least.
const RETURNED_LIVES: Duration = Duration::days(30);

/// Pays an invoice as far as the customer's credit goes: its positive lines in order, until its total is covered.
pub(super) async fn draw(tx: &mut Tx, document: &InvoiceRow, lines: &[LineRow], now: Timestamp) -> Result<()> {
    let (customer, currency) = (document.customer, document.total.currency());
    let mark = Mark::read(tx, customer, currency).await?;
    let lots = expire(tx, customer, currency, now).await?;
    let mut lots: Vec<(LotId, i64)> = lots.iter().map(|lot| (lot.id, lot.worth(now))).filter(|(_, worth)| *worth > 0).collect();
    lots.reverse();
    let mut due = document.total.minor();
    let mut draws = Vec::new();
    for line in lines.iter().filter(|line| line.amount.minor() > 0) {
        let mut open = line.amount.minor().min(due);
        while let Some((lot, left)) = lots.last_mut().filter(|_| open > 0) {
            let part = open.min(*left);
            draws.push(drawn(document, line, *lot, part));
            (open, due, *left) = (open - part, due - part, *left - part);
            if *left == 0 {
                lots.pop();
            }
        }
    }
    ledger::post(tx, &draws, now).await?;
    Mark::check(mark, tx, now).await
}

fn drawn(document: &InvoiceRow, line: &LineRow, lot: LotId, minor: i64) -> NewTransfer {
    let key = format!("draw/{}/{}/{lot}", document.number, line.position);
    let (accounts, amount) = ((Account::Wallet, Account::Receivable), Amount::new(minor, document.total.currency()));
    let draw = NewTransfer::new(key, TransferKind::Post, document.customer, accounts, amount);
    NewTransfer { invoice: Some(document.id), line: Some(line.id), lot: Some(lot), ..draw }
}

/// Gives credit back that paid for what a credit note takes back: line by line, and no more than the note comes to.
pub(super) async fn give_back(tx: &mut Tx, note: &InvoiceRow, lines: &[LineRow], now: Timestamp) -> Result<()> {
    let Some(number) = &note.corrects else { return Ok(()) };
    let Some(original) = billing::invoice_by_name(tx, number).await? else { return Ok(()) };
    let mut draws = wallets::open_draws(tx, original.id).await?;
    if draws.is_empty() {
        return Ok(());
    }
    let billed: HashMap<i64, LineRow> = billing::lines(tx, original.id).await?.into_iter().map(|line| (line.id, line)).collect();
    let mut room = note.total.minor().saturating_abs();
    let mut back = Vec::new();
    for line in lines.iter().filter(|line| line.amount.minor() < 0) {
        let mut open = line.amount.minor().saturating_abs().min(room);
        for draw in &mut draws {
            let Some(paid) = billed.get(&draw.line).filter(|paid| is_same_charge(paid, line)) else { continue };
            let part = open.min(draw.open);
            if part > 0 {
                back.push(Back { draw: *draw, by: line, paid: paid.position, minor: part });
                (open, room, draw.open) = (open - part, room - part, draw.open - part);
            }
        }
    }
    post_back(tx, note, back, LATE_FACTS, now).await
}

fn is_same_charge(one: &LineRow, other: &LineRow) -> bool {
    (one.agreement, one.period, &one.charge) == (other.agreement, other.period, &other.charge)
}

/// Gives all credit back that paid for a document.
pub(super) async fn give_back_all(tx: &mut Tx, document: &InvoiceRow, lines: &[LineRow], reason: &str, now: Timestamp) -> Result<()> {
    let draws = wallets::open_draws(tx, document.id).await?;
    let back = draws.into_iter().filter_map(|draw| {
        let by = lines.iter().find(|line| line.id == draw.line)?;
        Some(Back { draw, by, paid: by.position, minor: draw.open })
    });
    post_back(tx, document, back.collect(), reason, now).await
}

/// What goes back of one draw, by which line.
struct Back<'l> {
    draw: DrawRow,
    by: &'l LineRow,
    /// The place of the line that was paid.
    paid: u32,
    minor: i64,
}

async fn post_back(tx: &mut Tx, document: &InvoiceRow, back: Vec<Back<'_>>, reason: &str, now: Timestamp) -> Result<()> {
    let mut transfers = Vec::with_capacity(back.len());
    for back in back {
        let Back { draw, by, paid, minor } = back;
        let key = format!("return/{}/{}/{}/{paid}", document.number, by.position, draw.lot);
        let amount = Amount::new(minor, document.total.currency());
        let lot = returned(tx, document.customer, &key, draw.lot, amount, now).await?;
        let accounts = (Account::Receivable, Account::Wallet);
        let transfer = NewTransfer::new(key, TransferKind::Correct, document.customer, accounts, amount);
        let (corrects, reason) = (Some(draw.transfer), Some(reason.to_owned()));
        transfers.push(NewTransfer { invoice: Some(document.id), line: Some(by.id), lot: Some(lot), corrects, reason, ..transfer });
    }
    ledger::post(tx, &transfers, now).await?;
    Ok(())
}

/// A new lot for what came back to one: in its place, and good for a while.
async fn returned(tx: &mut Tx, customer: CustomerId, key: &str, from: LotId, amount: Amount, now: Timestamp) -> Result<LotId> {
    if let Some(known) = wallets::lot_by_key(tx, key).await? {
        return Ok(known.id);
    }
    let missing = || StoreError::Corrupt { table: "transfers", column: "lot", value: from.to_string() };
    let from = wallets::lot_by_id(tx, from).await?.ok_or_else(missing)?;
    let new = NewLot {
        key: key.to_owned(),
        kind: LotKind::Return,
        customer,
        amount,
        priority: from.lot.priority,
        expires_at: from.lot.expires_at.map(|end| end.max(now.plus(RETURNED_LIVES))),
        origin: from.lot.origin.or(Some(from.id)),
        note: from.lot.note,
    };
    Ok(wallets::insert_lot(tx, &new, now).await?)
}

/// Posts what has expired of a customer's credit, and gives back the lots in the order in which they are drawn from.
pub(crate) async fn expire(tx: &mut Tx, customer: CustomerId, currency: Currency, now: Timestamp) -> Result<Vec<LotRow>> {
    let lots = wallets::lots(tx, customer, currency).await?;
    let gone = lots.iter().filter(|lot| lot.is_expired(now) && lot.remaining > 0).map(|lot| {
        let (key, accounts) = (format!("expire/{}", lot.id), (Account::Wallet, Account::External));
        let expiry = NewTransfer::new(key, TransferKind::Post, customer, accounts, Amount::new(lot.remaining, currency));
        NewTransfer { lot: Some(lot.id), reason: Some("expired".to_owned()), ..expiry }
    });
    let gone: Vec<NewTransfer> = gone.collect();
    ledger::post(tx, &gone, now).await?;
    Ok(lots)
}

/// Below how much more is asked for, and what was available before a posting.
pub(crate) struct Mark {
    customer: CustomerId,
    below: i64,
    amount: Amount,
    before: i64,
}

impl Mark {
    /// The mark of a wallet, if it has one, before a posting.
    pub(crate) async fn read(tx: &mut Tx, customer: CustomerId, currency: Currency) -> Result<Option<Self>> {
        let wallet = wallets::wallet(tx, customer, currency).await?;
        let Some((below, amount)) = wallet.and_then(|wallet| wallet.top_up) else { return Ok(None) };
        let before = posted(tx, customer, currency).await?;
        Ok(Some(Self { customer, below, amount: Amount::new(amount, currency), before }))
    }

    /// Asks for more when the posting has brought what is available below the mark.
    pub(crate) async fn check(mark: Option<Self>, tx: &mut Tx, now: Timestamp) -> Result<()> {
        let Some(Self { customer, below, amount, before }) = mark else { return Ok(()) };
        let currency = amount.currency();
        let after = posted(tx, customer, currency).await?;
        if after < below && (before >= below || !wallets::has_top_up(tx, customer, currency).await?) {
            wallets::request_top_up(tx, customer, Amount::new(after, currency), amount, now).await?;
        }
        Ok(())
    }
}

/// What is available by what was posted, in minor units.
async fn posted(c: &mut impl Connection, customer: CustomerId, currency: Currency) -> Result<i64> {
    let balance = ledger::balance(c, customer, currency, Account::Wallet).await?.saturating_neg();
    Ok(balance.saturating_sub(holds::held(c, customer, currency).await?))
}
