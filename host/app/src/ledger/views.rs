//! The ledger as it is shown.

use assay_domain::{
    id::{AgreementId, CustomerId, LotId, TransferId},
    money::Amount,
    period::PeriodName,
    time::Timestamp,
};
use assay_store::{
    Connection, Page, customers,
    ledger::{self, BalanceRow, TransferRow},
};

use crate::{Assay, Caller, customers::unknown_customer, error::Result};

/// A transfer as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferView {
    /// Its id.
    pub id: TransferId,
    /// What makes it once.
    pub key: String,
    /// `pending`, `post`, `void` or `correct`.
    pub kind: &'static str,
    /// Whose accounts, by key.
    pub customer: String,
    /// The account that gains.
    pub debit: &'static str,
    /// The account that gives.
    pub credit: &'static str,
    /// How much.
    pub amount: Amount,
    /// Under which agreement.
    pub agreement: Option<AgreementId>,
    /// Of which period.
    pub period: Option<PeriodName>,
    /// The charge's code in the rate card.
    pub charge: Option<String>,
    /// The number of the document.
    pub invoice: Option<String>,
    /// Which prepaid credit it moves.
    pub lot: Option<LotId>,
    /// The transfer that it undoes or mends.
    pub corrects: Option<TransferId>,
    /// Why.
    pub reason: Option<String>,
    /// When it was posted.
    pub at: Timestamp,
}

impl From<TransferRow> for TransferView {
    fn from(row: TransferRow) -> Self {
        let TransferRow { id, transfer, customer_key, invoice_number, at } = row;
        Self {
            id,
            key: transfer.key,
            kind: transfer.kind.name(),
            customer: customer_key,
            debit: transfer.debit.name(),
            credit: transfer.credit.name(),
            amount: transfer.amount,
            agreement: transfer.agreement,
            period: transfer.period,
            charge: transfer.charge,
            invoice: invoice_number,
            lot: transfer.lot,
            corrects: transfer.corrects,
            reason: transfer.reason,
            at,
        }
    }
}

/// The balance of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceView {
    /// Whose, by key.
    pub customer: String,
    /// `receivable`, `revenue`, `wallet`, `tax` or `external`.
    pub account: &'static str,
    /// What it gained.
    pub debits: Amount,
    /// What it gave.
    pub credits: Amount,
    /// Debits less credits.
    pub balance: Amount,
}

impl From<BalanceRow> for BalanceView {
    fn from(row: BalanceRow) -> Self {
        let BalanceRow { customer_key, account, debits, credits } = row;
        let balance = Amount::new(debits.minor().saturating_sub(credits.minor()), debits.currency());
        Self { customer: customer_key, account: account.name(), debits, credits, balance }
    }
}

impl Assay {
    /// Some transfers of the tenant, or of one customer by key or id, oldest first.
    pub async fn transfers(&self, caller: &Caller, customer: Option<&str>, page: Page) -> Result<Vec<TransferView>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let customer = named(&mut reader, customer).await?;
        let rows = ledger::transfers_page(&mut reader, customer, page).await?;
        Ok(rows.into_iter().map(TransferView::from).collect())
    }

    /// The balances of the tenant, or of one customer by key or id.
    pub async fn balances(&self, caller: &Caller, customer: Option<&str>) -> Result<Vec<BalanceView>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let customer = named(&mut reader, customer).await?;
        let rows = ledger::balances(&mut reader, customer).await?;
        Ok(rows.into_iter().map(BalanceView::from).collect())
    }
}

async fn named(c: &mut impl Connection, customer: Option<&str>) -> Result<Option<CustomerId>> {
    let Some(name) = customer else { return Ok(None) };
    let found = customers::by_name(c, name).await?.ok_or_else(|| unknown_customer(name))?;
    Ok(Some(found.id))
}
