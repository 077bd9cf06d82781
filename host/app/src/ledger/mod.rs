//! The ledger: what issuing, voiding and paying documents posts, and what may still be billed.
//!
//! Every account belongs to a customer. A line of a document moves its amount from revenue, or tax, to what is owed; prepaid credit and
//! payments move it on from there. Transfers are never changed: a reduction, a return or a voiding is another transfer, which names
//! the one that it mends. A transfer's key says what it is for, so that posting again posts nothing.

mod audit;
mod checks;
mod credit;
mod holds;
mod postings;
mod views;

use assay_domain::{id::InvoiceId, money::Amount, time::Timestamp};
use assay_store::{
    Connection, StoreError, Tx,
    billing::{self, InvoiceRow, LineKind, LineRow},
    ledger::{self, Account, NewTransfer, TransferKind},
};

use crate::error::Result;

pub use self::{
    audit::{LedgerAudit, LedgerViolation},
    holds::HoldView,
    views::{BalanceView, TransferView},
};
pub(crate) use self::{
    credit::{Mark, expire},
    holds::Places,
};

/// Why a later line mends an earlier one.
const LATE_FACTS: &str = "late facts";
/// What the codes of lines begin with that are passed on to a tax office.
const TAX: &str = "tax-";

/// Posts what issuing a document moves: its lines, and what prepaid credit pays of it or gets back.
pub(crate) async fn post_document(tx: &mut Tx, invoice: InvoiceId, now: Timestamp) -> Result<()> {
    let (document, lines) = read(tx, invoice).await?;
    let mut transfers = Vec::with_capacity(lines.len());
    for line in &lines {
        transfers.push(line_transfer(tx, &document, line).await?);
    }
    ledger::post(tx, &transfers, now).await?;
    match document.total.minor() {
        1.. => credit::draw(tx, &document, &lines, now).await,
        ..0 => credit::give_back(tx, &document, &lines, now).await,
        0 => Ok(()),
    }
}

/// Posts what voiding a document moves: the same backwards, and what prepaid credit paid of it.
pub(crate) async fn post_void(tx: &mut Tx, invoice: InvoiceId, reason: &str, now: Timestamp) -> Result<()> {
    let (document, lines) = read(tx, invoice).await?;
    let posted = ledger::of_lines(tx, invoice).await?;
    let void = |line: &LineRow| NewTransfer {
        key: format!("void/{}/{}", document.number, line.position),
        kind: TransferKind::Void,
        corrects: posted.get(&line.id).copied(),
        reason: Some(reason.to_owned()),
        ..about(&document, line).reversed()
    };
    let transfers: Vec<NewTransfer> = lines.iter().map(void).collect();
    ledger::post(tx, &transfers, now).await?;
    credit::give_back_all(tx, &document, &lines, reason, now).await
}

/// Posts the payment of what prepaid credit has left of a document; of a credit note, the money that goes back.
pub(crate) async fn post_payment(tx: &mut Tx, invoice: InvoiceId, now: Timestamp) -> Result<()> {
    let (document, _) = read(tx, invoice).await?;
    let drawn = assay_store::invoice_changes::drawn(tx, invoice).await?;
    let due = document.total.minor().saturating_sub(drawn);
    if due == 0 {
        return Ok(());
    }
    let accounts = (Account::External, Account::Receivable);
    let amount = Amount::new(due.abs(), document.total.currency());
    let payment = NewTransfer::new(format!("pay/{}", document.number), TransferKind::Post, document.customer, accounts, amount);
    let payment = NewTransfer { invoice: Some(invoice), ..if due > 0 { payment } else { payment.reversed() } };
    ledger::post(tx, &[payment], now).await?;
    Ok(())
}

async fn read(c: &mut impl Connection, invoice: InvoiceId) -> Result<(InvoiceRow, Vec<LineRow>)> {
    let missing = || StoreError::Corrupt { table: "invoices", column: "id", value: invoice.to_string() };
    let document = billing::invoice_by_name(c, &invoice.to_string()).await?.ok_or_else(missing)?;
    let lines = billing::lines(c, invoice).await?;
    Ok((document, lines))
}

/// The transfer of a line of a document that is being issued.
async fn line_transfer(tx: &mut Tx, document: &InvoiceRow, line: &LineRow) -> Result<NewTransfer> {
    let transfer = about(document, line);
    if document.corrects.is_none() && line.kind == LineKind::Charge {
        return Ok(transfer);
    }
    let corrects = ledger::latest(tx, document.customer, line.agreement, line.period, &line.charge).await?;
    Ok(NewTransfer { kind: TransferKind::Correct, corrects, reason: Some(LATE_FACTS.to_owned()), ..transfer })
}

/// What a line moves: to what is owed, or back when it is negative.
fn about(document: &InvoiceRow, line: &LineRow) -> NewTransfer {
    let earned = if line.charge.starts_with(TAX) { Account::Tax } else { Account::Revenue };
    let (key, minor) = (format!("line/{}/{}", document.number, line.position), line.amount.minor());
    let amount = Amount::new(minor.saturating_abs(), line.amount.currency());
    let transfer = NewTransfer::new(key, TransferKind::Post, document.customer, (Account::Receivable, earned), amount);
    NewTransfer {
        agreement: Some(line.agreement),
        period: Some(line.period),
        charge: Some(line.charge.clone()),
        invoice: Some(document.id),
        line: Some(line.id),
        ..if minor < 0 { transfer.reversed() } else { transfer }
    }
}
