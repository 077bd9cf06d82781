//! Prepaid credit: lots of it, how wallets behave, and requests for more.

use assay_domain::{
    id::{CustomerId, InvoiceId, LotId, TopUpId, TransferId},
    money::{Amount, Currency},
    time::Timestamp,
};

use crate::{
    connection::{Connection, Database as _, Tx},
    error::{Result, StoreError},
    ledger::amount,
    operations::{optional_timestamp, timestamp},
    page::{Page, paged},
    sql::{Row, query, query_as, query_scalar},
};

/// Where a lot comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LotKind {
    /// It was granted.
    Grant,
    /// A reversal gave it back.
    Return,
}

impl LotKind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::Return => "return",
        }
    }

    fn parse(name: String) -> Result<Self> {
        let found = [Self::Grant, Self::Return].into_iter().find(|kind| kind.name() == name);
        found.ok_or_else(|| StoreError::corrupt("lots", "kind", name))
    }
}

/// A lot before it has an id.
#[derive(Debug, Clone)]
pub struct NewLot {
    /// What makes it once.
    pub key: String,
    /// Where it comes from.
    pub kind: LotKind,
    /// Whose.
    pub customer: CustomerId,
    /// How much there was at first; more than zero.
    pub amount: Amount,
    /// Lower ones are drawn first.
    pub priority: i64,
    /// From when it is worth nothing; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// The grant that it was drawn from before it came back.
    pub origin: Option<LotId>,
    /// For people.
    pub note: String,
}

/// A lot as stored.
#[derive(Debug, Clone)]
pub struct LotRow {
    /// Its id.
    pub id: LotId,
    /// What it is.
    pub lot: NewLot,
    /// What is left of it by what was posted, its expiry aside; in minor units.
    pub remaining: i64,
    /// Since when.
    pub created_at: Timestamp,
}

impl LotRow {
    /// Whether it is worth nothing any more.
    pub fn is_expired(&self, at: Timestamp) -> bool {
        self.lot.expires_at.is_some_and(|end| end <= at)
    }

    /// What can be drawn from it at a time, in minor units.
    pub fn worth(&self, at: Timestamp) -> i64 {
        if self.is_expired(at) { 0 } else { self.remaining }
    }
}

/// Stores a lot.
pub async fn insert_lot(tx: &mut Tx, new: &NewLot, now: Timestamp) -> Result<LotId> {
    let tenant = tx.tenant();
    let sql = "insert into lots (tenant, key, kind, customer, currency, amount, priority, expires_at, origin, note, created_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id";
    let query = query_scalar(sql).bind(tenant.0).bind(&new.key).bind(new.kind.name()).bind(new.customer.0);
    let query = query.bind(new.amount.currency().to_string()).bind(new.amount.minor()).bind(new.priority);
    let query = query.bind(new.expires_at.map(Timestamp::micros)).bind(new.origin.map(|lot| lot.0)).bind(&new.note).bind(now.micros());
    Ok(LotId(query.fetch_one(tx.sql()).await?))
}

const LOTS: &str = "select l.id, l.key, l.kind, l.customer, l.amount, l.currency, l.priority, l.expires_at, l.origin, l.note, l.created_at, \
    coalesce((select sum(case when t.credit = 'wallet' then t.amount else -t.amount end) from transfers t where t.lot = l.id), 0) \
    from lots l where l.tenant = $1";

/// The lots of a customer in a currency, in the order in which they are drawn from.
pub async fn lots(c: &mut impl Connection, customer: CustomerId, currency: Currency) -> Result<Vec<LotRow>> {
    let tenant = c.tenant();
    let sql = format!("{LOTS} and l.customer = $2 and l.currency = $3 order by l.priority, l.expires_at is null, l.expires_at, l.id");
    let statement = query(sql).bind(tenant.0).bind(customer.0).bind(currency.to_string());
    statement.fetch_all(c.sql()).await?.iter().map(lot).collect()
}

/// The lot with a key.
pub async fn lot_by_key(c: &mut impl Connection, key: &str) -> Result<Option<LotRow>> {
    let tenant = c.tenant();
    let sql = format!("{LOTS} and l.key = $2");
    query(sql).bind(tenant.0).bind(key).fetch_optional(c.sql()).await?.as_ref().map(lot).transpose()
}

/// The lot with an id.
pub async fn lot_by_id(c: &mut impl Connection, id: LotId) -> Result<Option<LotRow>> {
    let tenant = c.tenant();
    let sql = format!("{LOTS} and l.id = $2");
    query(sql).bind(tenant.0).bind(id.0).fetch_optional(c.sql()).await?.as_ref().map(lot).transpose()
}

fn lot(row: &Row) -> Result<LotRow> {
    let lot = NewLot {
        key: row.try_get(1)?,
        kind: LotKind::parse(row.try_get(2)?)?,
        customer: CustomerId(row.try_get(3)?),
        amount: amount(row.try_get(4)?, row.try_get(5)?)?,
        priority: row.try_get(6)?,
        expires_at: optional_timestamp("lots", "expires_at", row.try_get(7)?)?,
        origin: row.try_get::<Option<i64>>(8)?.map(LotId),
        note: row.try_get(9)?,
    };
    let created_at = timestamp("lots", "created_at", row.try_get(10)?)?;
    Ok(LotRow { id: LotId(row.try_get(0)?), lot, remaining: row.try_get(11)?, created_at })
}

/// What a lot has paid of one line.
#[derive(Debug, Clone, Copy)]
pub struct DrawRow {
    /// The transfer.
    pub transfer: TransferId,
    /// Which lot.
    pub lot: LotId,
    /// The line's number.
    pub line: i64,
    /// What it paid and was not given back yet, in minor units.
    pub open: i64,
}

/// What lots have paid of a document and was not given back yet, the last draw first.
pub async fn open_draws(c: &mut impl Connection, invoice: InvoiceId) -> Result<Vec<DrawRow>> {
    let tenant = c.tenant();
    let sql = "select * from (select t.id, t.lot, t.line, t.amount - coalesce((select sum(r.amount) from transfers r where r.corrects = t.id), 0) as open \
               from transfers t where t.invoice = $1 and +t.tenant = $2 and t.debit = 'wallet' and t.credit = 'receivable' \
               and t.lot is not null and t.line is not null) as drawn where open > 0 order by id desc";
    let rows: Vec<(i64, i64, i64, i64)> = query_as(sql).bind(invoice.0).bind(tenant.0).fetch_all(c.sql()).await?;
    let draw = |(transfer, lot, line, open)| DrawRow { transfer: TransferId(transfer), lot: LotId(lot), line, open };
    Ok(rows.into_iter().map(draw).collect())
}

/// How a wallet behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalletRow {
    /// Whether it says stop when nothing is left.
    pub hard_stop: bool,
    /// Below how much more is asked for, and how much; in minor units.
    pub top_up: Option<(i64, i64)>,
}

/// How a customer's wallet in a currency behaves, if anybody has said so.
pub async fn wallet(c: &mut impl Connection, customer: CustomerId, currency: Currency) -> Result<Option<WalletRow>> {
    let tenant = c.tenant();
    let sql = "select hard_stop, top_up_below, top_up_amount from wallets where tenant = $1 and customer = $2 and currency = $3";
    let query = query_as(sql).bind(tenant.0).bind(customer.0).bind(currency.to_string());
    let found: Option<(i64, Option<i64>, Option<i64>)> = query.fetch_optional(c.sql()).await?;
    Ok(found.map(|(hard_stop, below, amount)| WalletRow { hard_stop: hard_stop != 0, top_up: below.zip(amount) }))
}

/// Says how a customer's wallet in a currency behaves.
pub async fn configure(tx: &mut Tx, customer: CustomerId, currency: Currency, wallet: WalletRow) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "insert into wallets (tenant, customer, currency, hard_stop, top_up_below, top_up_amount) values ($1, $2, $3, $4, $5, $6) \
               on conflict (tenant, customer, currency) do update set hard_stop = excluded.hard_stop, \
               top_up_below = excluded.top_up_below, top_up_amount = excluded.top_up_amount";
    let statement = query(sql).bind(tenant.0).bind(customer.0).bind(currency.to_string()).bind(i64::from(wallet.hard_stop));
    let statement = statement.bind(wallet.top_up.map(|(below, _)| below)).bind(wallet.top_up.map(|(_, amount)| amount));
    statement.execute(tx.sql()).await?;
    Ok(())
}

/// A request for money.
#[derive(Debug, Clone)]
pub struct TopUpRow {
    /// Its id.
    pub id: TopUpId,
    /// The customer's key.
    pub customer_key: String,
    /// What was available.
    pub balance: Amount,
    /// What is asked for.
    pub amount: Amount,
    /// When.
    pub requested_at: Timestamp,
}

/// Asks for money.
pub async fn request_top_up(tx: &mut Tx, customer: CustomerId, balance: Amount, amount: Amount, now: Timestamp) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "insert into top_ups (tenant, customer, currency, balance, amount, requested_at) values ($1, $2, $3, $4, $5, $6)";
    let statement = query(sql).bind(tenant.0).bind(customer.0).bind(amount.currency().to_string());
    statement.bind(balance.minor()).bind(amount.minor()).bind(now.micros()).execute(tx.sql()).await?;
    Ok(())
}

/// Whether money was ever asked for.
pub async fn has_top_up(c: &mut impl Connection, customer: CustomerId, currency: Currency) -> Result<bool> {
    let tenant = c.tenant();
    let sql = "select exists (select 1 from top_ups where tenant = $1 and customer = $2 and currency = $3)";
    query_scalar(sql).bind(tenant.0).bind(customer.0).bind(currency.to_string()).fetch_one(c.sql()).await
}

/// Some requests for money, oldest first.
pub async fn top_ups_page(c: &mut impl Connection, page: Page) -> Result<Vec<TopUpRow>> {
    let tenant = c.tenant();
    let sql = "select r.id, u.key, r.balance, r.amount, r.currency, r.requested_at from top_ups r join customers u on u.id = r.customer \
               where r.tenant = $1";
    paged(c, sql, "r.id", tenant, page).await?.iter().map(top_up).collect()
}

fn top_up(row: &Row) -> Result<TopUpRow> {
    let asked = amount(row.try_get(3)?, row.try_get(4)?)?;
    Ok(TopUpRow {
        id: TopUpId(row.try_get(0)?),
        customer_key: row.try_get(1)?,
        balance: Amount::new(row.try_get(2)?, asked.currency()),
        amount: asked,
        requested_at: timestamp("top_ups", "requested_at", row.try_get(5)?)?,
    })
}
