//! For how long what is told of interactions is kept, and of which of them that time is over.

use assay_domain::{id::InteractionId, time::Timestamp};

use crate::{
    connection::{Connection, Database as _, Tx},
    error::{Result, StoreError},
    sql::{query, query_scalar},
};

/// Days; `None` is for ever, which it is where nobody has said anything.
pub async fn days(c: &mut impl Connection) -> Result<Option<u32>> {
    let tenant = c.tenant();
    let found: Option<Option<i64>> =
        query_scalar("select days from retentions where tenant = $1").bind(tenant.0).fetch_optional(c.sql()).await?;
    let days = found.flatten();
    days.map(|days| u32::try_from(days).map_err(|_| StoreError::corrupt("retentions", "days", days))).transpose()
}

/// Says so, in place of what was said.
pub async fn put_days(tx: &mut Tx, days: Option<u32>) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "insert into retentions (tenant, days) values ($1, $2) on conflict (tenant) do update set days = excluded.days";
    query(sql).bind(tenant.0).bind(days.map(i64::from)).execute(tx.sql()).await?;
    Ok(())
}

/// Neither judged nor billed before it is known whose it is, nor while a fault or a dispute is open, nor while a time can still change it.
const IS_DONE: &str = "i.customer is not null and i.dirty_since is null and i.due_at is null \
    and not exists (select 1 from outcomes o where o.interaction = i.id and +o.tenant = i.tenant and o.fault is not null) \
    and not exists (select 1 from disputes d join dispute_steps s on s.dispute = d.id and s.state in ('open', 'appealed') \
    and not exists (select 1 from dispute_steps l where l.dispute = s.dispute and l.id > s.id) \
    where d.interaction = i.id and +d.tenant = i.tenant)";

/// Of which nothing was recorded since a time, and which are not erased.
const IS_OVER: &str = "i.tenant = $1 and i.erased_at is null \
    and not exists (select 1 from events e where e.interaction = i.id and +e.tenant = i.tenant and e.recorded_at >= $2)";

/// Interactions of which nothing was recorded since `before` and for which nothing waits, in order of their numbers, from the one after `after`
/// on.
pub async fn over(c: &mut impl Connection, before: Timestamp, after: InteractionId, limit: u32) -> Result<Vec<InteractionId>> {
    let tenant = c.tenant();
    let sql = format!("select i.id from interactions i where {IS_OVER} and i.id > $3 and {IS_DONE} order by i.id limit $4");
    let statement = query_scalar(sql).bind(tenant.0).bind(before.micros()).bind(after.0).bind(i64::from(limit));
    let ids: Vec<i64> = statement.fetch_all(c.sql()).await?;
    Ok(ids.into_iter().map(InteractionId).collect())
}

/// How many there are of which nothing was recorded since `before` and that wait for something all the same.
pub async fn kept_back(c: &mut impl Connection, before: Timestamp) -> Result<u64> {
    let tenant = c.tenant();
    let sql = format!("select count(*) from interactions i where {IS_OVER} and not ({IS_DONE})");
    let count: i64 = query_scalar(sql).bind(tenant.0).bind(before.micros()).fetch_one(c.sql()).await?;
    u64::try_from(count).map_err(|_| StoreError::corrupt("interactions", "count", count))
}
