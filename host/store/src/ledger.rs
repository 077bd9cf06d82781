//! The ledger: transfers between the accounts of a customer, and the balances that are kept with them.

use std::collections::{BTreeMap, HashMap, HashSet};

use assay_domain::{
    id::{AgreementId, CustomerId, InvoiceId, LotId, TransferId},
    money::{Amount, Currency},
    period::PeriodName,
    time::Timestamp,
};

use crate::{
    bulk,
    connection::{Connection, Database as _, Tx},
    error::{Result, StoreError},
    operations::{parsed, timestamp},
    page::{Page, paged},
    sql::{Builder, Row, query_as, query_scalar},
};

/// Where money is. Every customer has each account once per currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What the customer owes.
    Receivable,
    /// What was earned.
    Revenue,
    /// What the customer has paid ahead.
    Wallet,
    /// What is likely to be billed.
    Held,
    /// What is passed on to a tax office.
    Tax,
    /// The world outside: payments, grants that were bought, credit that expired.
    External,
}

impl Account {
    const ALL: [Self; 6] = [Self::Receivable, Self::Revenue, Self::Wallet, Self::Held, Self::Tax, Self::External];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Receivable => "receivable",
            Self::Revenue => "revenue",
            Self::Wallet => "wallet",
            Self::Held => "held",
            Self::Tax => "tax",
            Self::External => "external",
        }
    }

    pub(crate) fn parse(name: String) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|account| account.name() == name);
        found.ok_or_else(|| StoreError::corrupt("transfers", "debit", name))
    }
}

/// What a transfer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferKind {
    /// It holds what may be billed, and moves nothing.
    Pending,
    /// It moves money.
    Post,
    /// It undoes the transfer that it names.
    Void,
    /// It mends the transfer that it names, where there is one.
    Correct,
}

impl TransferKind {
    const ALL: [Self; 4] = [Self::Pending, Self::Post, Self::Void, Self::Correct];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Post => "post",
            Self::Void => "void",
            Self::Correct => "correct",
        }
    }

    fn parse(name: String) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|kind| kind.name() == name);
        found.ok_or_else(|| StoreError::corrupt("transfers", "kind", name))
    }
}

/// A movement of money between two accounts of a customer.
#[derive(Debug, Clone)]
pub struct NewTransfer {
    /// What makes it once: another one with the same key is not posted.
    pub key: String,
    /// What it does.
    pub kind: TransferKind,
    /// Whose accounts.
    pub customer: CustomerId,
    /// The account that gains.
    pub debit: Account,
    /// The account that gives.
    pub credit: Account,
    /// How much; zero or more.
    pub amount: Amount,
    /// Under which agreement, where it is for a charge.
    pub agreement: Option<AgreementId>,
    /// Of which period.
    pub period: Option<PeriodName>,
    /// The charge's code in the rate card.
    pub charge: Option<String>,
    /// By which document.
    pub invoice: Option<InvoiceId>,
    /// The number of the document's line.
    pub line: Option<i64>,
    /// Which prepaid credit it moves.
    pub lot: Option<LotId>,
    /// The transfer that it undoes or mends.
    pub corrects: Option<TransferId>,
    /// Why it undoes or mends it.
    pub reason: Option<String>,
}

impl NewTransfer {
    /// A transfer from `credit` to `debit` that names nothing else.
    pub fn new(key: String, kind: TransferKind, customer: CustomerId, (debit, credit): (Account, Account), amount: Amount) -> Self {
        let (agreement, period, charge, invoice, line, lot, corrects, reason) = Default::default();
        Self { key, kind, customer, debit, credit, amount, agreement, period, charge, invoice, line, lot, corrects, reason }
    }

    /// The same in the other direction, to undo it.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self { debit: self.credit, credit: self.debit, ..self }
    }
}

/// Posts transfers and moves the balances; one whose key is there already is left out. Gives back how many are new.
pub async fn post(tx: &mut Tx, transfers: &[NewTransfer], now: Timestamp) -> Result<u64> {
    let tenant = tx.tenant();
    let mut seen = known(tx, transfers).await?;
    let new: Vec<&NewTransfer> = transfers.iter().filter(|transfer| seen.insert(transfer.key.clone())).collect();
    let head = "insert into transfers (tenant, key, kind, customer, currency, debit, credit, amount, agreement, period, charge, invoice, \
                line, lot, corrects, reason, at) ";
    let posted = bulk::insert(tx, head, "", &new, |row, new| {
        row.push_bind(tenant.0).push_bind(new.key.clone()).push_bind(new.kind.name()).push_bind(new.customer.0);
        row.push_bind(new.amount.currency().to_string()).push_bind(new.debit.name()).push_bind(new.credit.name());
        row.push_bind(new.amount.minor()).push_bind(new.agreement.map(|id| id.0)).push_bind(new.period.map(|name| name.to_string()));
        row.push_bind(new.charge.clone()).push_bind(new.invoice.map(|id| id.0)).push_bind(new.line).push_bind(new.lot.map(|id| id.0));
        row.push_bind(new.corrects.map(|id| id.0)).push_bind(new.reason.clone()).push_bind(now.micros());
    })
    .await?;
    move_balances(tx, &new).await?;
    Ok(posted)
}

/// The keys among those of given transfers that are there already.
async fn known(tx: &mut Tx, transfers: &[NewTransfer]) -> Result<HashSet<String>> {
    let tenant = tx.tenant();
    let keys: Vec<String> = transfers.iter().map(|transfer| transfer.key.clone()).collect();
    let mut known = HashSet::new();
    for chunk in bulk::lists(tx, &keys) {
        let mut sql = Builder::new("select key from transfers where tenant = ");
        sql.push_bind(tenant.0).push(" and key");
        sql.push_in(chunk);
        let found: Vec<(String,)> = sql.build_query_as().fetch_all(tx.sql()).await?;
        known.extend(found.into_iter().map(|(key,)| key));
    }
    Ok(known)
}

/// What is held moves nothing, so it is in no balance.
async fn move_balances(tx: &mut Tx, transfers: &[&NewTransfer]) -> Result<()> {
    let tenant = tx.tenant();
    let mut moved: BTreeMap<(CustomerId, String, Account), (i64, i64)> = BTreeMap::new();
    for transfer in transfers.iter().filter(|transfer| transfer.debit != Account::Held && transfer.credit != Account::Held) {
        let (currency, minor) = (transfer.amount.currency().to_string(), transfer.amount.minor());
        let (debits, _) = moved.entry((transfer.customer, currency.clone(), transfer.debit)).or_default();
        *debits = debits.saturating_add(minor);
        let (_, credits) = moved.entry((transfer.customer, currency, transfer.credit)).or_default();
        *credits = credits.saturating_add(minor);
    }
    let moved: Vec<_> = moved.into_iter().collect();
    let head = "insert into balances (tenant, customer, currency, account, debits, credits) ";
    let tail = " on conflict (tenant, customer, currency, account) do update set debits = balances.debits + excluded.debits, \
                credits = balances.credits + excluded.credits";
    bulk::insert(tx, head, tail, &moved, |row, ((customer, currency, account), (debits, credits))| {
        row.push_bind(tenant.0).push_bind(customer.0).push_bind(currency.clone()).push_bind(account.name());
        row.push_bind(*debits).push_bind(*credits);
    })
    .await?;
    Ok(())
}

/// A transfer as stored.
#[derive(Debug, Clone)]
pub struct TransferRow {
    /// Its id.
    pub id: TransferId,
    /// What it says.
    pub transfer: NewTransfer,
    /// The customer's key.
    pub customer_key: String,
    /// The number of the document.
    pub invoice_number: Option<String>,
    /// When it was posted.
    pub at: Timestamp,
}

const TRANSFERS: &str = "select t.id, t.key, t.kind, t.customer, t.debit, t.credit, t.amount, t.currency, t.agreement, t.period, t.charge, \
    t.invoice, t.line, t.lot, t.corrects, t.reason, t.at, u.key, i.number from transfers t join customers u on u.id = t.customer \
    left join invoices i on i.id = t.invoice where t.tenant = $1";

/// Some transfers of a tenant, or of one customer, oldest first.
pub async fn transfers_page(c: &mut impl Connection, customer: Option<CustomerId>, page: Page) -> Result<Vec<TransferRow>> {
    let tenant = c.tenant();
    let sql = customer.map_or_else(|| TRANSFERS.to_owned(), |customer| format!("{TRANSFERS} and t.customer = {}", customer.0));
    paged(c, &sql, "t.id", tenant, page).await?.iter().map(transfer).collect()
}

fn transfer(row: &Row) -> Result<TransferRow> {
    let id = |index: usize| row.try_get::<Option<i64>>(index);
    let transfer = NewTransfer {
        key: row.try_get(1)?,
        kind: TransferKind::parse(row.try_get(2)?)?,
        customer: CustomerId(row.try_get(3)?),
        debit: Account::parse(row.try_get(4)?)?,
        credit: Account::parse(row.try_get(5)?)?,
        amount: amount(row.try_get(6)?, row.try_get(7)?)?,
        agreement: id(8)?.map(AgreementId),
        period: parsed("transfers", "period", row.try_get(9)?)?,
        charge: row.try_get(10)?,
        invoice: id(11)?.map(InvoiceId),
        line: id(12)?,
        lot: id(13)?.map(LotId),
        corrects: id(14)?.map(TransferId),
        reason: row.try_get(15)?,
    };
    let (customer_key, invoice_number) = (row.try_get(17)?, row.try_get(18)?);
    let at = timestamp("transfers", "at", row.try_get(16)?)?;
    Ok(TransferRow { id: TransferId(row.try_get(0)?), transfer, customer_key, invoice_number, at })
}

/// An amount of minor units in a currency by its code.
pub(crate) fn amount(minor: i64, code: String) -> Result<Amount> {
    let currency: Currency = code.parse().map_err(|_| StoreError::corrupt("transfers", "currency", code))?;
    Ok(Amount::new(minor, currency))
}

/// The transfer of each line of a document, by the line's number.
pub async fn of_lines(c: &mut impl Connection, invoice: InvoiceId) -> Result<HashMap<i64, TransferId>> {
    let tenant = c.tenant();
    let sql = "select line, id from transfers where invoice = $1 and +tenant = $2 and line is not null and lot is null and kind <> 'void'";
    let rows: Vec<(i64, i64)> = query_as(sql).bind(invoice.0).bind(tenant.0).fetch_all(c.sql()).await?;
    Ok(rows.into_iter().map(|(line, id)| (line, TransferId(id))).collect())
}

/// The latest posting of a charge for a period of an agreement, among a customer's.
pub async fn latest(
    c: &mut impl Connection,
    customer: CustomerId,
    agreement: AgreementId,
    period: PeriodName,
    charge: &str,
) -> Result<Option<TransferId>> {
    let tenant = c.tenant();
    let sql = "select id from transfers where tenant = $1 and customer = $2 and agreement = $3 and period = $4 and charge = $5 \
               and kind in ('post', 'correct') order by id desc limit 1";
    let query = query_scalar(sql).bind(tenant.0).bind(customer.0).bind(agreement.0).bind(period.to_string()).bind(charge);
    let found: Option<i64> = query.fetch_optional(c.sql()).await?;
    Ok(found.map(TransferId))
}

/// Debits less credits of an account, in minor units.
pub async fn balance(c: &mut impl Connection, customer: CustomerId, currency: Currency, account: Account) -> Result<i64> {
    let tenant = c.tenant();
    let sql = "select coalesce(sum(debits - credits), 0) from balances where tenant = $1 and customer = $2 and currency = $3 \
               and account = $4";
    let query = query_scalar(sql).bind(tenant.0).bind(customer.0).bind(currency.to_string()).bind(account.name());
    query.fetch_one(c.sql()).await
}

/// A balance as stored.
#[derive(Debug, Clone)]
pub struct BalanceRow {
    /// The customer's key.
    pub customer_key: String,
    /// Of which account.
    pub account: Account,
    /// What it gained.
    pub debits: Amount,
    /// What it gave.
    pub credits: Amount,
}

/// The balances of a tenant, or of one customer, by customer, currency and account.
pub async fn balances(c: &mut impl Connection, customer: Option<CustomerId>) -> Result<Vec<BalanceRow>> {
    let tenant = c.tenant();
    let sql = "select u.key, b.account, b.debits, b.credits, b.currency from balances b join customers u on u.id = b.customer \
               where b.tenant = $1 and ($2 is null or b.customer = $2) order by u.key, b.currency, b.account";
    let rows: Vec<(String, String, i64, i64, String)> =
        query_as(sql).bind(tenant.0).bind(customer.map(|id| id.0)).fetch_all(c.sql()).await?;
    rows.into_iter()
        .map(|(customer_key, account, debits, credits, currency)| {
            let (account, debits) = (Account::parse(account)?, amount(debits, currency)?);
            Ok(BalanceRow { customer_key, account, debits, credits: Amount::new(credits, debits.currency()) })
        })
        .collect()
}
