//! Interactions: the queue of what to judge, and what the last judgement derived.

use std::collections::HashMap;

use assay_domain::{
    id::{CustomerId, InteractionId, TenantId},
    time::Timestamp,
};
use sqlx::{QueryBuilder, Row as _};

use crate::{
    bulk,
    connection::{Connection, Tx},
    error::Result,
    operations::optional_timestamp,
};

/// Creates or finds the interactions with the given subjects and marks each as having new facts. Subjects are distinct.
pub async fn touch(tx: &mut Tx, tenant: TenantId, subjects: &[String]) -> Result<HashMap<String, InteractionId>> {
    let mut found = HashMap::with_capacity(subjects.len());
    for chunk in bulk::chunks(subjects) {
        let mut sql = QueryBuilder::new("insert into interactions (tenant, subject, revision, dirty) ");
        sql.push_values(chunk, |mut row, subject| {
            row.push_bind(tenant.0).push_bind(subject.clone()).push_bind(1i64).push_bind(1i64);
        });
        sql.push(" on conflict (tenant, subject) do update set revision = revision + 1, dirty = 1 returning subject, id");
        let rows: Vec<(String, i64)> = sql.build_query_as().fetch_all(tx.sql()).await?;
        found.extend(rows.into_iter().map(|(subject, id)| (subject, InteractionId(id))));
    }
    Ok(found)
}

/// Marks for judging again what opened from a time on, of a whole tenant or of one customer: its terms may have changed. What is
/// being judged right now may turn out to have opened then, or to be that customer's, so it is marked too.
pub async fn touch_opened(tx: &mut Tx, tenant: TenantId, customer: Option<CustomerId>, from: Timestamp) -> Result<u64> {
    let sql = "update interactions set revision = revision + 1, dirty = 1 \
               where tenant = $1 and (dirty = 1 or opened_at is null or (opened_at >= $2 and ($3 is null or customer = $3)))";
    Ok(sqlx::query(sql).bind(tenant.0).bind(from.micros()).bind(customer.map(|c| c.0)).execute(tx.sql()).await?.rows_affected())
}

/// Records whose interaction it is, and marks it for judging again.
pub async fn assign(
    tx: &mut Tx,
    tenant: TenantId,
    interaction: InteractionId,
    customer: CustomerId,
    actor: &str,
    reason: &str,
    now: Timestamp,
) -> Result<()> {
    let sql = "insert into assignments (tenant, interaction, customer, actor, reason, recorded_at) values ($1, $2, $3, $4, $5, $6)";
    let query = sqlx::query(sql).bind(tenant.0).bind(interaction.0).bind(customer.0).bind(actor).bind(reason).bind(now.micros());
    query.execute(tx.sql()).await?;
    let sql = "update interactions set revision = revision + 1, dirty = 1 where id = $1";
    sqlx::query(sql).bind(interaction.0).execute(tx.sql()).await?;
    Ok(())
}

/// An interaction as stored.
#[derive(Debug, Clone)]
pub struct InteractionRow {
    /// Its id.
    pub id: InteractionId,
    /// The sender's key for it.
    pub subject: String,
    /// Rises with every new fact and every settlement.
    pub revision: i64,
    /// The customer said by the latest assignment.
    pub assigned: Option<CustomerId>,
    /// When it opened, by the last settlement.
    pub opened_at: Option<Timestamp>,
    /// Whose it is, by the last settlement.
    pub customer: Option<CustomerId>,
    /// When to judge it again without a new fact.
    pub due_at: Option<Timestamp>,
}

const COLUMNS: &str = "select i.id, i.subject, i.revision, \
    (select a.customer from assignments a where a.interaction = i.id order by a.id desc limit 1), i.opened_at, i.customer, i.due_at from interactions i ";

fn interaction(row: &sqlx::sqlite::SqliteRow) -> Result<InteractionRow> {
    Ok(InteractionRow {
        id: InteractionId(row.try_get(0)?),
        subject: row.try_get(1)?,
        revision: row.try_get(2)?,
        assigned: row.try_get::<Option<i64>, _>(3)?.map(CustomerId),
        opened_at: optional_timestamp("interactions", "opened_at", row.try_get(4)?)?,
        customer: row.try_get::<Option<i64>, _>(5)?.map(CustomerId),
        due_at: optional_timestamp("interactions", "due_at", row.try_get(6)?)?,
    })
}

/// Interactions with new facts, after `after`, in order of their ids.
pub async fn dirty(c: &mut impl Connection, tenant: TenantId, after: InteractionId, limit: u32) -> Result<Vec<InteractionRow>> {
    let mut sql = QueryBuilder::new(COLUMNS);
    sql.push("where i.tenant = ").push_bind(tenant.0).push(" and i.dirty = 1 and i.id > ").push_bind(after.0);
    sql.push(" order by i.id limit ").push_bind(limit);
    sql.build().fetch_all(c.sql()).await?.iter().map(interaction).collect()
}

/// Interactions without new facts whose time has come, the longest overdue first, after a time and id.
pub async fn due(
    c: &mut impl Connection,
    tenant: TenantId,
    now: Timestamp,
    after: (Timestamp, InteractionId),
    limit: u32,
) -> Result<Vec<InteractionRow>> {
    let mut sql = QueryBuilder::new(COLUMNS);
    sql.push("where i.tenant = ").push_bind(tenant.0).push(" and i.dirty = 0 and i.due_at <= ").push_bind(now.micros());
    sql.push(" and (i.due_at, i.id) > (").push_bind(after.0.micros()).push(", ").push_bind(after.1.0).push(")");
    sql.push(" order by i.due_at, i.id limit ").push_bind(limit);
    sql.build().fetch_all(c.sql()).await?.iter().map(interaction).collect()
}

/// How many interactions wait to be judged.
pub async fn due_count(c: &mut impl Connection, tenant: TenantId, now: Timestamp) -> Result<i64> {
    let sql = "select (select count(*) from interactions where tenant = $1 and dirty = 1) \
               + (select count(*) from interactions where tenant = $1 and dirty = 0 and due_at is not null and due_at <= $2)";
    Ok(sqlx::query_scalar(sql).bind(tenant.0).bind(now.micros()).fetch_one(c.sql()).await?)
}

/// The interaction with a subject.
pub async fn by_subject(c: &mut impl Connection, tenant: TenantId, subject: &str) -> Result<Option<InteractionRow>> {
    let mut sql = QueryBuilder::new(COLUMNS);
    sql.push("where i.tenant = ").push_bind(tenant.0).push(" and i.subject = ").push_bind(subject);
    sql.build().fetch_optional(c.sql()).await?.as_ref().map(interaction).transpose()
}

/// What a settlement writes back to its interaction.
#[derive(Debug, Clone)]
pub struct Settled {
    /// Which.
    pub id: InteractionId,
    /// The revision that was judged.
    pub revision: i64,
    /// When to judge again without a new fact.
    pub due_at: Option<Timestamp>,
    /// When it opened.
    pub opened_at: Option<Timestamp>,
    /// Whose it is.
    pub customer: Option<CustomerId>,
}

/// Compares and sets the revisions; gives back the interactions that nobody changed in between.
pub async fn settle(tx: &mut Tx, settled: &[Settled]) -> Result<Vec<InteractionId>> {
    let mut done = Vec::with_capacity(settled.len());
    for chunk in bulk::chunks(settled) {
        let mut sql = QueryBuilder::new("with s (id, revision, due_at, opened_at, customer) as (");
        sql.push_values(chunk, |mut row, s| {
            row.push_bind(s.id.0).push_bind(s.revision).push_bind(s.due_at.map(Timestamp::micros));
            row.push_bind(s.opened_at.map(Timestamp::micros)).push_bind(s.customer.map(|c| c.0));
        });
        sql.push(
            ") update interactions set revision = interactions.revision + 1, dirty = 0, due_at = s.due_at, opened_at = s.opened_at, \
             customer = s.customer from s where interactions.id = s.id and interactions.revision = s.revision returning interactions.id",
        );
        let rows: Vec<(i64,)> = sql.build_query_as().fetch_all(tx.sql()).await?;
        done.extend(rows.into_iter().map(|(id,)| InteractionId(id)));
    }
    Ok(done)
}

/// How many interactions there are, and how many of those judged belong to nobody.
pub async fn counts(c: &mut impl Connection, tenant: TenantId) -> Result<(i64, i64)> {
    let sql = "select count(*), count(*) filter (where customer is null and opened_at is not null) from interactions where tenant = $1";
    Ok(sqlx::query_as(sql).bind(tenant.0).fetch_one(c.sql()).await?)
}

/// Judged interactions that belong to nobody, by subject.
pub async fn unassigned(c: &mut impl Connection, tenant: TenantId, limit: u32) -> Result<Vec<String>> {
    let sql = "select subject from interactions where tenant = $1 and customer is null and opened_at is not null order by subject limit $2";
    Ok(sqlx::query_scalar(sql).bind(tenant.0).bind(limit).fetch_all(c.sql()).await?)
}
