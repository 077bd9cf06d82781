//! What a report of conservation reads: everything as it was recorded by a time, from tables that are only ever added to.
//!
//! Facts, judgements and usage are read in stretches of interactions, so that memory does not grow with their number. Money is read
//! in sums.

mod money;
mod stretch;

use std::collections::HashSet;

use assay_domain::{
    decimal::Quantity,
    id::{AgreementId, DefinitionId, RunId, TenantId, VersionId},
    outcome::Meter,
    time::Timestamp,
};

use sqlx::{Connection as _, Postgres, Sqlite, Transaction};

use crate::{
    connection::{Connection, Database},
    disputes::RULED,
    error::{Result, StoreError},
    sql::{Sql, query_as, query_scalar},
};

pub use self::{
    money::{Documents, Flow, Held, PostedGroup, documents, flows, held, posted},
    stretch::{
        Assignment, Judgement, Mark, StandingEvent, StandingUsage, Stretch, assignments, facts, faults, judgements, marks, metered,
        rulings, usage,
    },
};

/// A connection that sees one moment, whatever is written meanwhile; dropped, it lets go of it.
pub struct Snapshot<'c>(Moment<'c>, TenantId);

enum Moment<'c> {
    Sqlite(Transaction<'c, Sqlite>),
    Postgres(Transaction<'c, Postgres>),
}

impl<'c> Snapshot<'c> {
    /// The moment of the first statement that is run on it.
    pub async fn take(c: &'c mut impl Connection) -> Result<Self> {
        let tenant = c.tenant();
        let moment = match c.sql() {
            Sql::Sqlite(connection) => Moment::Sqlite(connection.begin().await?),
            Sql::Postgres(connection) => Moment::Postgres(connection.begin_with("begin isolation level repeatable read").await?),
        };
        Ok(Self(moment, tenant))
    }
}

impl Database for Snapshot<'_> {
    fn sql(&mut self) -> Sql<'_> {
        match &mut self.0 {
            Moment::Sqlite(transaction) => Sql::Sqlite(transaction),
            Moment::Postgres(transaction) => Sql::Postgres(transaction),
        }
    }
}

impl Connection for Snapshot<'_> {
    fn tenant(&self) -> TenantId {
        self.1
    }
}

/// How many events were recorded by a time, and how many were kept aside because their identity was taken.
pub async fn accepted(c: &mut impl Connection, as_of: Timestamp) -> Result<(i64, i64)> {
    let tenant = c.tenant();
    let sql = "select (select count(*) from events where +tenant = $1 and recorded_at <= $2), \
               (select count(*) from conflicts where tenant = $1 and recorded_at <= $2)";
    query_as(sql).bind(tenant.0).bind(as_of.micros()).fetch_one(c.sql()).await
}

/// The number of the last change of usage that was recorded by a time, that of metered events included. Usage from before its time was
/// written down has that of its evaluation.
pub async fn last_usage(c: &mut impl Connection, as_of: Timestamp) -> Result<i64> {
    let tenant = c.tenant();
    let sql = "select coalesce((select u.id from usage u where +u.tenant = $1 and coalesce(u.recorded_at, \
               (select e.recorded_at from evaluations e where e.id = u.evaluation), 0) <= $2 order by u.id desc limit 1), 0), \
               coalesce((select m.id from metered m where +m.tenant = $1 and m.recorded_at <= $2 order by m.id desc limit 1), 0)";
    let (usage, metered): (i64, i64) = query_as(sql).bind(tenant.0).bind(as_of.micros()).fetch_one(c.sql()).await?;
    Ok(usage.max(metered))
}

/// What was written down by a time.
#[derive(Debug, Clone)]
pub struct Written {
    /// The time.
    pub as_of: Timestamp,
    /// Agreements.
    pub agreements: HashSet<AgreementId>,
    /// Versions, drafts included.
    pub versions: HashSet<VersionId>,
    /// Versions that were put in force, from whatever time.
    pub activations: HashSet<VersionId>,
    /// Versions that were retired, from whatever time.
    pub retirements: HashSet<VersionId>,
    /// Billing runs that were finished.
    pub runs: HashSet<RunId>,
}

/// What was written down by a time.
pub async fn written(c: &mut impl Connection, as_of: Timestamp) -> Result<Written> {
    let agreements = "select id from agreements where tenant = $1 and created_at <= $2";
    let versions = "select id from versions where tenant = $1 and created_at <= $2";
    let activations = "select version from activations where tenant = $1 and created_at <= $2";
    let retirements = "select version from retirements where tenant = $1 and created_at <= $2";
    let runs = "select subject from operations where tenant = $1 and action = 'run.finish' and at <= $2";
    let tenant = c.tenant();
    let finished: Vec<String> = query_scalar(runs).bind(tenant.0).bind(as_of.micros()).fetch_all(c.sql()).await?;
    let run = |subject: String| subject.parse::<RunId>().map_err(|_| StoreError::corrupt("operations", "subject", subject));
    Ok(Written {
        as_of,
        agreements: numbers(c, agreements, as_of).await?.into_iter().map(AgreementId).collect(),
        versions: numbers(c, versions, as_of).await?.into_iter().map(VersionId).collect(),
        activations: numbers(c, activations, as_of).await?.into_iter().map(VersionId).collect(),
        retirements: numbers(c, retirements, as_of).await?.into_iter().map(VersionId).collect(),
        runs: finished.into_iter().map(run).collect::<Result<_>>()?,
    })
}

async fn numbers(c: &mut impl Connection, sql: &'static str, as_of: Timestamp) -> Result<Vec<i64>> {
    let tenant = c.tenant();
    query_scalar(sql).bind(tenant.0).bind(as_of.micros()).fetch_all(c.sql()).await
}

/// What the outcomes that stand now and are billed to somebody add up to after what people have ruled, by definition.
pub async fn standing(c: &mut impl Connection) -> Result<Vec<(DefinitionId, Quantity)>> {
    let tenant = c.tenant();
    // What a split leaves is cut to whole millionths; whole units and the rest are taken apart, so that no product is too large.
    let sql = format!(
        "select o.definition, sum(case when r.effect is null or r.effect = 'stands' then o.quantity when r.effect = 'split' \
         then o.quantity / 1000000 * (1000000 - r.share) + o.quantity % 1000000 * (1000000 - r.share) / 1000000 else 0 end) \
         from outcomes o left join ({RULED} d.tenant = $1) r on r.interaction = o.interaction and r.definition = o.definition \
         and r.customer = o.customer where +o.tenant = $1 and o.customer is not null and o.billed_at is not null \
         group by o.definition order by o.definition"
    );
    let rows: Vec<(i64, i64)> = query_as(sql).bind(tenant.0).fetch_all(c.sql()).await?;
    Ok(quantities(rows))
}

/// What the changes of usage by outcomes add up to, up to a number, by definition.
pub async fn used(c: &mut impl Connection, last: i64) -> Result<Vec<(DefinitionId, Quantity)>> {
    let tenant = c.tenant();
    let sql = "select definition, sum(quantity) from usage where +tenant = $1 and id <= $2 and meter = $3 group by definition order by definition";
    let query = query_as(sql).bind(tenant.0).bind(last).bind(Meter::Outcome.name());
    Ok(quantities(query.fetch_all(c.sql()).await?))
}

fn quantities(rows: Vec<(i64, i64)>) -> Vec<(DefinitionId, Quantity)> {
    rows.into_iter().map(|(definition, micros)| (DefinitionId(definition), Quantity::from_micros(micros))).collect()
}
