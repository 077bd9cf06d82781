//! Events that a rate card counts by themselves: signed, insert-only, numbered with the usage of outcomes.

use std::collections::HashMap;

use assay_domain::{
    id::{CustomerId, EventId, InteractionId},
    time::Timestamp,
};

use crate::{
    bulk,
    connection::{Connection, Database as _, Tx},
    error::Result,
    operations::timestamp,
    sequences,
    sql::{Builder, query_as, query_scalar},
    usage::UsageFilter,
};

/// An event that counts for a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Metered {
    /// Which event.
    pub event: EventId,
    /// For whom.
    pub customer: CustomerId,
    /// When it happened: the date that decides its billing period.
    pub dated_at: Timestamp,
}

/// An event that came to a customer, or left it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MeteredChange {
    /// Of which interaction.
    pub interaction: InteractionId,
    /// Which event, for whom.
    pub metered: Metered,
    /// 1 when it comes, -1 when it leaves.
    pub sign: i64,
}

/// Records what came and what left.
pub async fn insert(tx: &mut Tx, rows: &[MeteredChange], now: Timestamp) -> Result<()> {
    let tenant = tx.tenant();
    if rows.is_empty() {
        return Ok(());
    }
    let first = sequences::take_usage(tx, rows.len()).await?;
    let rows: Vec<(i64, &MeteredChange)> = (first..).zip(rows).collect();
    let events: Vec<i64> = rows.iter().map(|(_, new)| new.metered.event.0).collect();
    let types = types(tx, &events).await?;
    let head = "insert into metered (id, tenant, customer, type, event, interaction, dated_at, sign, recorded_at) ";
    bulk::insert(tx, head, "", &rows, |row, (id, new)| {
        row.push_bind(*id).push_bind(tenant.0).push_bind(new.metered.customer.0).push_bind(types.get(&new.metered.event.0).copied());
        row.push_bind(new.metered.event.0).push_bind(new.interaction.0).push_bind(new.metered.dated_at.micros());
        row.push_bind(new.sign).push_bind(now.micros());
    })
    .await?;
    Ok(())
}

/// The numbers of the types of events.
async fn types(tx: &mut Tx, events: &[i64]) -> Result<HashMap<i64, i64>> {
    let tenant = tx.tenant();
    let mut found = HashMap::with_capacity(events.len());
    for chunk in bulk::lists(tx, events) {
        let mut sql = Builder::new("select id, type from events where id");
        sql.push_in(chunk).push(" and +tenant = ").push_bind(tenant.0);
        found.extend(sql.build_query_as::<(i64, i64)>().fetch_all(tx.sql()).await?);
    }
    Ok(found)
}

/// What counts by now of several interactions.
pub async fn standing(c: &mut impl Connection, interactions: &[InteractionId]) -> Result<Vec<(InteractionId, Metered)>> {
    let tenant = c.tenant();
    let keys: Vec<i64> = interactions.iter().map(|id| id.0).collect();
    let mut found = Vec::new();
    for chunk in bulk::lists(c, &keys) {
        let mut sql = Builder::new("select interaction, event, customer, dated_at from metered where interaction");
        sql.push_in(chunk);
        sql.push(" and +tenant = ").push_bind(tenant.0).push(" group by 1, 2, 3, 4 having sum(sign) <> 0");
        for row in sql.build().fetch_all(c.sql()).await? {
            let dated_at = timestamp("metered", "dated_at", row.try_get(3)?)?;
            let metered = Metered { event: EventId(row.try_get(1)?), customer: CustomerId(row.try_get(2)?), dated_at };
            found.push((InteractionId(row.try_get(0)?), metered));
        }
    }
    Ok(found)
}

/// How many events of a type count.
pub async fn count(c: &mut impl Connection, filter: UsageFilter, kind: &str) -> Result<i64> {
    let tenant = c.tenant();
    let sql = "select coalesce(sum(m.sign), 0) from metered m join names n on n.id = m.type where m.tenant = $1 and m.customer = $2 \
               and m.dated_at >= $3 and m.dated_at < $4 and m.id > $5 and m.id <= $6 and n.name = $7";
    let query = query_scalar(sql).bind(tenant.0).bind(filter.customer.0).bind(filter.from.micros()).bind(filter.until.micros());
    query.bind(filter.after).bind(filter.last).bind(kind).fetch_one(c.sql()).await
}

/// The data of the events of a type that count, in order of their recording.
pub async fn data(c: &mut impl Connection, filter: UsageFilter, kind: &str) -> Result<Vec<String>> {
    let tenant = c.tenant();
    let sql = "select coalesce(p.data, '') from (select m.event from metered m join names n on n.id = m.type where m.tenant = $1 \
               and m.customer = $2 and m.dated_at >= $3 and m.dated_at < $4 and m.id > $5 and m.id <= $6 and n.name = $7 \
               group by m.event having sum(m.sign) <> 0) as counted left join payloads p on p.event = counted.event order by counted.event";
    let query = query_scalar(sql).bind(tenant.0).bind(filter.customer.0).bind(filter.from.micros()).bind(filter.until.micros());
    query.bind(filter.after).bind(filter.last).bind(kind).fetch_all(c.sql()).await
}

/// The interactions behind the events of a type: subject, how many, and when, in the order of their dates.
pub async fn behind(c: &mut impl Connection, filter: UsageFilter, kind: &str) -> Result<Vec<(String, i64, Timestamp)>> {
    let tenant = c.tenant();
    let sql = "select i.subject, sum(m.sign), m.dated_at from metered m join names n on n.id = m.type join interactions i on i.id = m.interaction \
               where m.tenant = $1 and m.customer = $2 and m.dated_at >= $3 and m.dated_at < $4 and m.id > $5 and m.id <= $6 and n.name = $7 \
               group by m.interaction, i.subject, m.dated_at having sum(m.sign) <> 0 order by 3, 1";
    let query = query_as(sql).bind(tenant.0).bind(filter.customer.0).bind(filter.from.micros()).bind(filter.until.micros());
    let rows: Vec<(String, i64, i64)> = query.bind(filter.after).bind(filter.last).bind(kind).fetch_all(c.sql()).await?;
    rows.into_iter().map(|(subject, count, at)| Ok((subject, count, timestamp("metered", "dated_at", at)?))).collect()
}
