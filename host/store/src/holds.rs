//! Holds: transfers that are pending until the next one replaces them.

use assay_domain::{
    id::{AgreementId, CustomerId, TransferId},
    money::{Amount, Currency},
    period::PeriodName,
    time::Timestamp,
};

use crate::{
    connection::{Connection, Database as _, Tx},
    error::{Result, StoreError},
    ledger::{Account, amount},
    operations::timestamp,
    sql::{Row, query, query_as, query_scalar},
};

/// Which way what is held may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HoldSide {
    /// It may be billed: it is provisional, or withheld while it is disputed.
    Billable,
    /// It is billed and disputed, so it may be given back.
    Returnable,
}

impl HoldSide {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Billable => "billable",
            Self::Returnable => "returnable",
        }
    }

    /// The accounts that it is between: the one that would gain, and the one that would give.
    pub fn accounts(self) -> (Account, Account) {
        match self {
            Self::Billable => (Account::Receivable, Account::Held),
            Self::Returnable => (Account::Held, Account::Receivable),
        }
    }
}

/// What one hold is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HoldOf {
    /// Which way it may go.
    pub side: HoldSide,
    /// Under which agreement.
    pub agreement: AgreementId,
    /// Of which period.
    pub period: PeriodName,
    /// The charge's code in the rate card.
    pub charge: String,
}

impl HoldOf {
    /// What the keys of its transfers begin with.
    fn prefix(&self) -> String {
        let side = match self.side {
            HoldSide::Billable => "hold",
            HoldSide::Returnable => "dispute",
        };
        format!("{side}/{}/{}/{}/", self.agreement, self.period, self.charge)
    }
}

/// An open hold.
#[derive(Debug, Clone)]
pub struct HoldRow {
    /// The transfer's id.
    pub id: TransferId,
    /// The transfer's key.
    pub key: String,
    /// Who would pay.
    pub customer: CustomerId,
    /// The customer's key.
    pub customer_key: String,
    /// What it is for.
    pub of: HoldOf,
    /// How much.
    pub amount: Amount,
    /// Since when.
    pub at: Timestamp,
}

const OPEN: &str = "t.kind = 'pending' and not exists (select 1 from transfers v where v.corrects = t.id and v.kind = 'void')";

/// Every open hold of a tenant, oldest first.
pub async fn open(c: &mut impl Connection) -> Result<Vec<HoldRow>> {
    let tenant = c.tenant();
    let sql = format!(
        "select t.id, t.key, t.customer, u.key, t.agreement, t.period, t.charge, t.amount, t.currency, t.at, \
         case when t.credit = 'held' then 1 else 0 end from transfers t \
         join customers u on u.id = t.customer where t.tenant = $1 and {OPEN} order by t.id"
    );
    query(sql).bind(tenant.0).fetch_all(c.sql()).await?.iter().map(hold).collect()
}

fn hold(row: &Row) -> Result<HoldRow> {
    let period: String = row.try_get(5)?;
    let period = period.parse().map_err(|_| StoreError::corrupt("transfers", "period", period))?;
    let side = if row.try_get(10)? { HoldSide::Billable } else { HoldSide::Returnable };
    Ok(HoldRow {
        id: TransferId(row.try_get(0)?),
        key: row.try_get(1)?,
        customer: CustomerId(row.try_get(2)?),
        customer_key: row.try_get(3)?,
        of: HoldOf { side, agreement: AgreementId(row.try_get(4)?), period, charge: row.try_get(6)? },
        amount: amount(row.try_get(7)?, row.try_get(8)?)?,
        at: timestamp("transfers", "at", row.try_get(9)?)?,
    })
}

/// How much is held of a customer in a currency for what may be billed, in minor units. What may be given back was paid for already.
pub async fn held(c: &mut impl Connection, customer: CustomerId, currency: Currency) -> Result<i64> {
    let tenant = c.tenant();
    let sql = format!(
        "select coalesce(sum(t.amount), 0) from transfers t where t.tenant = $1 and t.customer = $2 and t.currency = $3 \
         and t.credit = 'held' and {OPEN}"
    );
    let query = query_scalar(sql).bind(tenant.0).bind(customer.0).bind(currency.to_string());
    query.fetch_one(c.sql()).await
}

/// The key of the next hold of a kind.
pub async fn next_key(tx: &mut Tx, of: &HoldOf) -> Result<String> {
    let tenant = tx.tenant();
    let prefix = of.prefix();
    // The character after the slash ends the range of the keys that begin with it.
    let sql = "select count(*) from transfers where tenant = $1 and key >= $2 and key < rtrim($2, '/') || '0'";
    let earlier: i64 = query_scalar(sql).bind(tenant.0).bind(&prefix).fetch_one(tx.sql()).await?;
    Ok(format!("{prefix}{}", earlier + 1))
}

/// Customers and dates of usage that is dated after a time: of outcomes that are provisional until then.
pub async fn provisional(c: &mut impl Connection, after: Timestamp) -> Result<Vec<(CustomerId, Timestamp)>> {
    let tenant = c.tenant();
    let sql =
        "select customer, dated_at from usage where tenant = $1 and dated_at > $2 group by customer, dated_at having sum(quantity) <> 0";
    let rows: Vec<(i64, i64)> = query_as(sql).bind(tenant.0).bind(after.micros()).fetch_all(c.sql()).await?;
    rows.into_iter().map(|(customer, at)| Ok((CustomerId(customer), timestamp("usage", "dated_at", at)?))).collect()
}
