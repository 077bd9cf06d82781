//! Billing runs: how far each month has come.

use assay_domain::{
    id::{CustomerId, RunId},
    period::BillingPeriod,
    time::Timestamp,
};

use super::period;
use crate::{
    connection::{Connection, Database as _, Tx},
    error::{Result, StoreError},
    operations::timestamp,
    page::{Page, paged},
    sql::{query, query_scalar},
};

/// How far a billing run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// What is outstanding is being judged.
    Draining,
    /// Usage is frozen at a number; invoices are being issued.
    Issuing {
        /// The number of the last change of usage that counts.
        usage_until: i64,
    },
    /// Every invoice is issued.
    Finished {
        /// The number of the last change of usage that counts.
        usage_until: i64,
    },
}

impl RunState {
    /// Its name.
    pub fn name(self) -> &'static str {
        self.stored().0
    }

    /// Whether every invoice is issued.
    pub fn is_finished(self) -> bool {
        matches!(self, Self::Finished { .. })
    }

    fn stored(self) -> (&'static str, Option<i64>) {
        match self {
            Self::Draining => ("draining", None),
            Self::Issuing { usage_until } => ("issuing", Some(usage_until)),
            Self::Finished { usage_until } => ("finished", Some(usage_until)),
        }
    }

    fn parse(state: String, usage_until: Option<i64>) -> Result<Self> {
        match (state.as_str(), usage_until) {
            ("draining", None) => Ok(Self::Draining),
            ("issuing", Some(usage_until)) => Ok(Self::Issuing { usage_until }),
            ("finished", Some(usage_until)) => Ok(Self::Finished { usage_until }),
            _ => Err(StoreError::corrupt("billing_runs", "state", state)),
        }
    }
}

/// A billing run as stored.
#[derive(Debug, Clone)]
pub struct RunRow {
    /// Its id.
    pub id: RunId,
    /// Which period.
    pub period: BillingPeriod,
    /// The time it judges as of.
    pub as_of: Timestamp,
    /// How far it has come.
    pub state: RunState,
}

/// Every run of a tenant, oldest first.
pub async fn runs(c: &mut impl Connection) -> Result<Vec<RunRow>> {
    runs_page(c, Page::ALL).await
}

/// Some runs of a tenant, oldest first.
pub async fn runs_page(c: &mut impl Connection, page: Page) -> Result<Vec<RunRow>> {
    let tenant = c.tenant();
    let sql = "select id, period, as_of, state, usage_until from billing_runs where tenant = $1";
    let rows = paged(c, sql, "id", tenant, page).await?;
    rows.iter()
        .map(|row| {
            Ok(RunRow {
                id: RunId(row.try_get(0)?),
                period: period("billing_runs", row.try_get(1)?)?,
                as_of: timestamp("billing_runs", "as_of", row.try_get(2)?)?,
                state: RunState::parse(row.try_get(3)?, row.try_get(4)?)?,
            })
        })
        .collect()
}

/// One run of the tenant.
pub async fn run(c: &mut impl Connection, id: RunId) -> Result<Option<RunRow>> {
    let found = runs_page(c, Page::at(id.0)).await?;
    Ok(found.into_iter().find(|run| run.id == id))
}

/// Starts a run; at most one per period.
pub async fn insert_run(tx: &mut Tx, period: BillingPeriod, as_of: Timestamp) -> Result<RunId> {
    let tenant = tx.tenant();
    let sql = "insert into billing_runs (tenant, period, as_of, state, created_at) values ($1, $2, $3, 'draining', $3) returning id";
    let query = query_scalar(sql).bind(tenant.0).bind(period.to_string()).bind(as_of.micros());
    Ok(RunId(query.fetch_one(tx.sql()).await?))
}

/// Moves a run on; false when somebody else has done so.
pub async fn advance(tx: &mut Tx, run: RunId, from: RunState, to: RunState) -> Result<bool> {
    let tenant = tx.tenant();
    let (from, _) = from.stored();
    let (state, usage_until) = to.stored();
    let sql = "update billing_runs set state = $3, usage_until = $4 where tenant = $1 and id = $2 and state = $5";
    let statement = query(sql).bind(tenant.0).bind(run.0).bind(state).bind(usage_until).bind(from);
    Ok(statement.execute(tx.sql()).await? == 1)
}

/// Writes down that a customer's bill could not be computed.
pub async fn insert_unrated(tx: &mut Tx, run: RunId, customer: CustomerId, reason: &str, now: Timestamp) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "insert into unrated (run, customer, tenant, reason, at) values ($1, $2, $3, $4, $5) on conflict do nothing";
    let statement = query(sql).bind(run.0).bind(customer.0).bind(tenant.0).bind(reason).bind(now.micros());
    statement.execute(tx.sql()).await?;
    Ok(())
}
