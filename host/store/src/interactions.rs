//! Interactions: the queue of what to judge, and what the last judgement derived.

use std::collections::HashMap;

use assay_domain::{
    id::{CustomerId, DefinitionId, InteractionId},
    outcome::OutcomeState,
    time::Timestamp,
};

use crate::{
    bulk::{self, Table},
    connection::{Connection, Database as _, Tx},
    error::Result,
    operations::optional_timestamp,
    page::Page,
    sql::{Builder, Query, Row, Sql, Values, query, query_as, query_scalar},
};

/// Creates or finds the interactions with the given subjects and marks each as having new facts. Subjects are distinct.
pub async fn touch(tx: &mut Tx, subjects: &[String], now: Timestamp) -> Result<HashMap<String, InteractionId>> {
    let tenant = tx.tenant();
    let head = "insert into interactions (tenant, subject, revision, dirty_since) ";
    let tail = " on conflict (tenant, subject) do update set revision = interactions.revision + 1, leased_until = null, \
                dirty_since = coalesce(interactions.dirty_since, excluded.dirty_since) returning subject, id";
    let rows: Vec<(String, i64)> = bulk::insert_returning(tx, head, tail, subjects, |row, subject| {
        row.push_bind(tenant.0).push_bind(subject.clone()).push_bind(1i64).push_bind(now.micros());
    })
    .await?;
    Ok(rows.into_iter().map(|(subject, id)| (subject, InteractionId(id))).collect())
}

/// Marks for judging again what opened from a time on, of a whole tenant or of one customer, whose terms may have changed. With it goes
/// [`touch_unjudged`], once for all that changes together.
pub async fn touch_opened(tx: &mut Tx, customer: Option<CustomerId>, from: Timestamp, now: Timestamp) -> Result<u64> {
    let tenant = tx.tenant();
    // Two statements, so that each has its index.
    let query = match customer {
        None => query(
            "update interactions set revision = revision + 1, leased_until = null, dirty_since = coalesce(dirty_since, $3) \
             where tenant = $1 and opened_at >= $2",
        ),
        Some(_) => query(
            "update interactions set revision = revision + 1, leased_until = null, dirty_since = coalesce(dirty_since, $3) \
             where tenant = $1 and opened_at >= $2 and customer = $4",
        ),
    };
    let query = query.bind(tenant.0).bind(from.micros()).bind(now.micros());
    customer.into_iter().fold(query, |query, customer| query.bind(customer.0)).execute(tx.sql()).await
}

/// Marks for judging again what is being judged right now: it may turn out to have opened under terms that change, or to be the
/// customer's whose terms do.
pub async fn touch_unjudged(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let tenant = tx.tenant();
    let sql = "update interactions set revision = revision + 1, leased_until = null, dirty_since = coalesce(dirty_since, $2) \
               where tenant = $1 and (dirty_since is not null or opened_at is null)";
    query(sql).bind(tenant.0).bind(now.micros()).execute(tx.sql()).await
}

/// Records whose interaction it is, and marks it for judging again.
pub async fn assign(
    tx: &mut Tx,
    interaction: InteractionId,
    customer: CustomerId,
    actor: &str,
    reason: &str,
    now: Timestamp,
) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "insert into assignments (tenant, interaction, customer, actor, reason, recorded_at) values ($1, $2, $3, $4, $5, $6)";
    let statement = query(sql).bind(tenant.0).bind(interaction.0).bind(customer.0).bind(actor).bind(reason).bind(now.micros());
    statement.execute(tx.sql()).await?;
    let sql = "update interactions set revision = revision + 1, leased_until = null, dirty_since = coalesce(dirty_since, $3) where tenant = $1 and id = $2";
    query(sql).bind(tenant.0).bind(interaction.0).bind(now.micros()).execute(tx.sql()).await?;
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
    /// Since when it has facts that were not judged.
    pub dirty_since: Option<Timestamp>,
    /// When its payloads were erased: it is judged no more.
    pub erased_at: Option<Timestamp>,
}

/// Of an interaction `i`.
pub(crate) const FIELDS: &str = "i.id, i.subject, i.revision, \
    (select a.customer from assignments a where a.interaction = i.id order by a.id desc limit 1), i.opened_at, i.customer, i.due_at, i.dirty_since, \
    i.erased_at";

/// A statement about interactions, up to its condition.
fn select() -> Builder {
    Builder::new(&format!("select {FIELDS} from interactions i "))
}

pub(crate) fn interaction(row: &Row) -> Result<InteractionRow> {
    Ok(InteractionRow {
        id: InteractionId(row.try_get(0)?),
        subject: row.try_get(1)?,
        revision: row.try_get(2)?,
        assigned: row.try_get::<Option<i64>>(3)?.map(CustomerId),
        opened_at: optional_timestamp("interactions", "opened_at", row.try_get(4)?)?,
        customer: row.try_get::<Option<i64>>(5)?.map(CustomerId),
        due_at: optional_timestamp("interactions", "due_at", row.try_get(6)?)?,
        dirty_since: optional_timestamp("interactions", "dirty_since", row.try_get(7)?)?,
        erased_at: optional_timestamp("interactions", "erased_at", row.try_get(8)?)?,
    })
}

/// Interactions with new facts, those that wait longest first, after a time and id.
pub async fn dirty(c: &mut impl Connection, after: (Timestamp, InteractionId), limit: u32) -> Result<Vec<InteractionRow>> {
    let tenant = c.tenant();
    let mut sql = select();
    sql.push("where i.tenant = ").push_bind(tenant.0).push(" and i.dirty_since is not null and (i.dirty_since, i.id) > (");
    sql.push_bind(after.0.micros()).push(", ").push_bind(after.1.0).push(") order by i.dirty_since, i.id limit ").push_bind(limit);
    sql.build().fetch_all(c.sql()).await?.iter().map(interaction).collect()
}

/// Interactions without new facts whose time has come, the longest overdue first, after a time and id.
pub async fn due(c: &mut impl Connection, now: Timestamp, after: (Timestamp, InteractionId), limit: u32) -> Result<Vec<InteractionRow>> {
    let tenant = c.tenant();
    let mut sql = select();
    sql.push("where i.tenant = ").push_bind(tenant.0).push(" and i.dirty_since is null and i.due_at <= ").push_bind(now.micros());
    sql.push(" and (i.due_at, i.id) > (").push_bind(after.0.micros()).push(", ").push_bind(after.1.0).push(")");
    sql.push(" order by i.due_at, i.id limit ").push_bind(limit);
    sql.build().fetch_all(c.sql()).await?.iter().map(interaction).collect()
}

/// How many interactions wait to be judged.
pub async fn due_count(c: &mut impl Connection, now: Timestamp) -> Result<i64> {
    let tenant = c.tenant();
    let sql = "select (select count(*) from interactions where tenant = $1 and dirty_since is not null) \
               + (select count(*) from interactions where tenant = $1 and dirty_since is null and due_at is not null and due_at <= $2)";
    query_scalar(sql).bind(tenant.0).bind(now.micros()).fetch_one(c.sql()).await
}

/// The interaction with a subject.
pub async fn by_subject(c: &mut impl Connection, subject: &str) -> Result<Option<InteractionRow>> {
    let tenant = c.tenant();
    let mut sql = select();
    sql.push("where i.tenant = ").push_bind(tenant.0).push(" and i.subject = ").push_bind(subject);
    sql.build().fetch_optional(c.sql()).await?.as_ref().map(interaction).transpose()
}

/// The interaction with an id.
pub async fn by_id(c: &mut impl Connection, id: InteractionId) -> Result<Option<InteractionRow>> {
    let mut sql = select();
    sql.push("where i.tenant = ").push_bind(c.tenant().0).push(" and i.id = ").push_bind(id.0);
    sql.build().fetch_optional(c.sql()).await?.as_ref().map(interaction).transpose()
}

/// Whose given interactions are, by the last settlement; those that belong to nobody are missing.
pub async fn owners(c: &mut impl Connection, ids: &[InteractionId]) -> Result<HashMap<InteractionId, CustomerId>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in bulk::lists(c, &ids) {
        let mut sql = Builder::new("select id, customer from interactions where customer is not null and tenant = ");
        sql.push_bind(c.tenant().0).push(" and id");
        sql.push_in(chunk);
        let rows: Vec<(i64, i64)> = sql.build_query_as().fetch_all(c.sql()).await?;
        found.extend(rows.into_iter().map(|(id, customer)| (InteractionId(id), CustomerId(customer))));
    }
    Ok(found)
}

/// Which interactions to list; what is absent does not narrow.
#[derive(Debug, Clone, Default)]
pub struct InteractionFilter {
    /// Those that belong to this customer.
    pub customer: Option<CustomerId>,
    /// Those that belong to nobody.
    pub unassigned: bool,
    /// Those judged under this definition.
    pub definition: Option<DefinitionId>,
    /// Those with an outcome that stands here.
    pub state: Option<OutcomeState>,
    /// Those with an outcome that stands for this reason.
    pub reason: Option<String>,
    /// Those with an outcome that a fault keeps from being renewed.
    pub faulted: bool,
}

impl InteractionFilter {
    /// Whether an outcome says if it lets an interaction through.
    fn asks_outcomes(&self) -> bool {
        self.definition.is_some() || self.state.is_some() || self.reason.is_some() || self.faulted
    }
}

/// Some interactions that a filter lets through, in order of their first event's arrival.
pub async fn page(c: &mut impl Connection, filter: &InteractionFilter, page: Page) -> Result<Vec<InteractionRow>> {
    let mut sql = select();
    sql.push("where i.tenant = ").push_bind(c.tenant().0).push(" and i.id > ").push_bind(page.after);
    if let Some(customer) = filter.customer {
        sql.push(" and i.customer = ").push_bind(customer.0);
    }
    if filter.unassigned {
        sql.push(" and i.customer is null and i.opened_at is not null");
    }
    if filter.asks_outcomes() {
        sql.push(" and exists (select 1 from outcomes o where o.interaction = i.id and o.tenant = i.tenant");
        if let Some(definition) = filter.definition {
            sql.push(" and o.definition = ").push_bind(definition.0);
        }
        if let Some(state) = filter.state {
            sql.push(" and o.state = ").push_bind(state.to_string());
        }
        if let Some(reason) = &filter.reason {
            sql.push(" and o.reason = ").push_bind(reason.clone());
        }
        if filter.faulted {
            sql.push(" and o.fault is not null");
        }
        sql.push(")");
    }
    sql.push(" order by i.id limit ").push_bind(page.limit);
    sql.build().fetch_all(c.sql()).await?.iter().map(interaction).collect()
}

/// Since when the longest waiting interaction waits to be judged, and when the next one is due without a new fact.
pub async fn queue(c: &mut impl Connection) -> Result<(Option<Timestamp>, Option<Timestamp>)> {
    let tenant = c.tenant();
    let sql = "select (select min(dirty_since) from interactions where tenant = $1 and dirty_since is not null), \
               (select min(due_at) from interactions where tenant = $1 and due_at is not null)";
    let (dirty, due): (Option<i64>, Option<i64>) = query_as(sql).bind(tenant.0).fetch_one(c.sql()).await?;
    Ok((optional_timestamp("interactions", "dirty_since", dirty)?, optional_timestamp("interactions", "due_at", due)?))
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

/// Compares and sets the revisions, and ends the leases; gives back the interactions that nobody changed in between. One that another
/// transaction is changing right now counts as changed: waiting for it would be in vain.
pub async fn settle(tx: &mut Tx, settled: &[Settled]) -> Result<Vec<InteractionId>> {
    let done = match tx.sql() {
        Sql::Sqlite(_) => settle_in_file(tx, settled).await?,
        Sql::Postgres(_) if settled.is_empty() => Vec::new(),
        Sql::Postgres(_) => settle_on_server(tx, settled).await?,
    };
    Ok(done.into_iter().map(|(id,)| InteractionId(id)).collect())
}

fn settled_row(row: &mut Values, s: &Settled) {
    row.push_bind(s.id.0).push_bind(s.revision).push_bind(s.due_at.map(Timestamp::micros));
    row.push_bind(s.opened_at.map(Timestamp::micros)).push_bind(s.customer.map(|c| c.0));
}

async fn settle_in_file(tx: &mut Tx, settled: &[Settled]) -> Result<Vec<(i64,)>> {
    let tenant = tx.tenant();
    let mut done = Vec::with_capacity(settled.len());
    for chunk in bulk::chunks(settled) {
        let mut sql = Builder::new("with s (id, revision, due_at, opened_at, customer) as (");
        sql.push_values(chunk, settled_row);
        sql.push(
            ") update interactions set revision = interactions.revision + 1, leased_until = null, dirty_since = null, due_at = s.due_at, \
             opened_at = s.opened_at, customer = s.customer from s where interactions.id = s.id and interactions.revision = s.revision \
             and +interactions.tenant = ",
        );
        sql.push_bind(tenant.0).push(" returning interactions.id");
        done.extend(sql.build_query_as::<(i64,)>().fetch_all(tx.sql()).await?);
    }
    Ok(done)
}

/// Each row is found by its key and then by its place, whatever the planner knows of the table.
async fn settle_on_server(tx: &mut Tx, settled: &[Settled]) -> Result<Vec<(i64,)>> {
    let table = Table::of(settled, settled_row);
    let sql = format!(
        "with s as materialized (select s.*, i.ctid as place from {} as s (id, revision, due_at, opened_at, customer), \
         lateral (select ctid from interactions where tenant = $1 and id = s.id and revision = s.revision for update skip locked) as i) \
         update interactions set revision = interactions.revision + 1, leased_until = null, dirty_since = null, due_at = s.due_at, \
         opened_at = s.opened_at, customer = s.customer from s where interactions.ctid = s.place and interactions.tenant = $1 \
         returning interactions.id",
        table.unnest(2)
    );
    let statement = query(sql).bind(tx.tenant().0);
    table.0.into_iter().fold(statement, Query::bind).read().fetch_all(tx.sql()).await
}

/// How many interactions there are, and how many of those judged belong to nobody.
pub async fn counts(c: &mut impl Connection) -> Result<(i64, i64)> {
    let tenant = c.tenant();
    let sql = "select count(*), count(*) filter (where customer is null and opened_at is not null) from interactions where tenant = $1";
    query_as(sql).bind(tenant.0).fetch_one(c.sql()).await
}

/// Judged interactions that belong to nobody, by subject.
pub async fn unassigned(c: &mut impl Connection, limit: u32) -> Result<Vec<String>> {
    let tenant = c.tenant();
    let sql = "select subject from interactions where tenant = $1 and customer is null and opened_at is not null order by subject limit $2";
    query_scalar(sql).bind(tenant.0).bind(limit).fetch_all(c.sql()).await
}
