//! Recorded events: identities, facts and payloads.

use std::collections::HashMap;

use assay_domain::{
    canon::Digest,
    event::{Actor, NewEvent},
    id::{ConflictId, CustomerId, EventId, InteractionId},
    time::Timestamp,
    timeline::Fact,
};

use crate::{
    bulk,
    connection::{Connection, Database as _, Tx},
    error::Result,
    operations::timestamp,
    page::{Page, paged},
    rules::digest,
    sequences,
    sql::{Builder, Row, Sql, query, query_as, query_scalar},
};

/// Sources and event types, which events name again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    /// A CloudEvents source.
    Source,
    /// A CloudEvents type.
    Type,
}

impl NameKind {
    fn text(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Type => "type",
        }
    }
}

/// Names to numbers, creating what is missing.
pub async fn intern(tx: &mut Tx, kind: NameKind, names: &[String]) -> Result<HashMap<String, i64>> {
    let tenant = tx.tenant();
    bulk::insert(tx, "insert into names (tenant, kind, name) ", " on conflict do nothing", names, |row, name| {
        row.push_bind(tenant.0).push_bind(kind.text()).push_bind(name.clone());
    })
    .await?;
    let mut found = HashMap::new();
    for chunk in bulk::lists(tx, names) {
        let mut sql = Builder::new("select name, id from names where tenant = ");
        sql.push_bind(tenant.0).push(" and kind = ").push_bind(kind.text()).push(" and name");
        sql.push_in(chunk);
        found.extend(sql.build_query_as::<(String, i64)>().fetch_all(tx.sql()).await?);
    }
    Ok(found)
}

/// What is recorded under an identity.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The event that holds it.
    pub event: EventId,
    /// Its content's hash.
    pub content: Digest,
}

/// Where it is known who holds an identity. A file has it in a unique key of events; a table that is cut into months can have none without
/// the time in it.
fn identities(c: &mut impl Connection) -> &'static str {
    match c.sql() {
        Sql::Sqlite(_) => "events",
        Sql::Postgres(_) => "identities",
    }
}

/// Who holds the given identities of one source.
pub async fn claimed(c: &mut impl Connection, source: i64, ids: &[String]) -> Result<HashMap<String, Claimed>> {
    let tenant = c.tenant();
    let mut found = HashMap::new();
    for chunk in bulk::lists(c, ids) {
        let mut sql = Builder::new(&format!("select source_id, id, content from {} where tenant = ", identities(c)));
        sql.push_bind(tenant.0).push(" and source = ").push_bind(source).push(" and source_id");
        sql.push_in(chunk);
        for row in sql.build().fetch_all(c.sql()).await? {
            found.insert(row.try_get(0)?, Claimed { event: EventId(row.try_get(1)?), content: digest("events", row.try_get(2)?)? });
        }
    }
    Ok(found)
}

/// An event ready to be recorded, its names resolved.
#[derive(Debug)]
pub struct EventRow<'a> {
    /// As the sender told it.
    pub event: &'a NewEvent,
    /// Its content's hash.
    pub content: Digest,
    /// The number of its source.
    pub source: i64,
    /// The number of its type.
    pub kind: i64,
    /// Its interaction.
    pub interaction: InteractionId,
    /// The customer it names.
    pub customer: Option<CustomerId>,
}

/// Records new events; their identities must be free. Gives back their ids, in the same order.
pub async fn insert(tx: &mut Tx, rows: &[EventRow<'_>], now: Timestamp) -> Result<Vec<EventId>> {
    let tenant = tx.tenant();
    let ids = sequences::take_mixed(tx, "event", rows.len()).await?;
    let rows: Vec<(i64, &EventRow<'_>)> = ids.iter().copied().zip(rows).collect();
    claim(tx, &rows).await?;
    let head = "insert into events (id, tenant, interaction, source, source_id, type, occurred_at, sequence, customer, actor, content, recorded_at) ";
    bulk::insert(tx, head, "", &rows, |row, (id, new)| {
        row.push_bind(*id).push_bind(tenant.0).push_bind(new.interaction.0).push_bind(new.source);
        row.push_bind(new.event.id.clone()).push_bind(new.kind).push_bind(new.event.occurred_at.micros());
        row.push_bind(new.event.sequence).push_bind(new.customer.map(|customer| customer.0));
        row.push_bind(new.event.actor as i64).push_bind(new.content.as_bytes().to_vec()).push_bind(now.micros());
    })
    .await?;
    bulk::insert(tx, "insert into payloads (event, tenant, recorded_at, data) ", "", &rows, |row, (id, new)| {
        row.push_bind(*id).push_bind(tenant.0).push_bind(now.micros()).push_bind(new.event.data.clone());
    })
    .await?;
    Ok(ids.into_iter().map(EventId).collect())
}

/// Takes the identities for ever, where that is not done by a key of events.
async fn claim(tx: &mut Tx, rows: &[(i64, &EventRow<'_>)]) -> Result<()> {
    let tenant = tx.tenant();
    if let Sql::Postgres(_) = tx.sql() {
        bulk::insert(tx, "insert into identities (tenant, source, source_id, id, content) ", "", rows, |row, (id, new)| {
            row.push_bind(tenant.0).push_bind(new.source).push_bind(new.event.id.clone()).push_bind(*id);
            row.push_bind(new.content.as_bytes().to_vec());
        })
        .await?;
    }
    Ok(())
}

/// Keeps an event whose identity was taken by other content; kept once, however often it is sent.
pub async fn insert_conflict(tx: &mut Tx, source: i64, id: &str, content: Digest, event: &str, now: Timestamp) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "insert into conflicts (tenant, source, source_id, content, event, recorded_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing";
    let statement = query(sql).bind(tenant.0).bind(source).bind(id).bind(content.as_bytes().to_vec()).bind(event);
    statement.bind(now.micros()).execute(tx.sql()).await?;
    Ok(())
}

/// An event whose identity was taken.
#[derive(Debug, Clone)]
pub struct ConflictRow {
    /// Its id.
    pub id: ConflictId,
    /// Which system told it.
    pub source: String,
    /// The sender's id.
    pub source_id: String,
    /// As it was told, as JSON.
    pub event: String,
    /// When.
    pub recorded_at: Timestamp,
}

/// Some events whose identity was taken, oldest first.
pub async fn conflicts(c: &mut impl Connection, page: Page) -> Result<Vec<ConflictRow>> {
    let tenant = c.tenant();
    let sql =
        "select x.id, s.name, x.source_id, x.event, x.recorded_at from conflicts x join names s on s.id = x.source where x.tenant = $1";
    let row = |row: &Row| {
        Ok(ConflictRow {
            id: ConflictId(row.try_get(0)?),
            source: row.try_get(1)?,
            source_id: row.try_get(2)?,
            event: row.try_get(3)?,
            recorded_at: timestamp("conflicts", "recorded_at", row.try_get(4)?)?,
        })
    };
    paged(c, sql, "x.id", tenant, page).await?.iter().map(row).collect()
}

/// The events that a name may mean: the one with this id, or those whose source and sender's id it is, with a space between them.
/// There are several of these where sources and ids hold spaces themselves.
pub async fn by_name(c: &mut impl Connection, name: &str) -> Result<Vec<EventId>> {
    let tenant = c.tenant();
    let id = name.parse::<EventId>().map_or(0, |id| id.0);
    let sql = "select id from events where id = $2 and tenant = $1";
    let mut found: Vec<i64> = query_scalar(sql).bind(tenant.0).bind(id).fetch_all(c.sql()).await?;
    let sql = "select id, substr($2, length(name) + 2) from names where tenant = $1 and kind = 'source' \
               and substr($2, 1, length(name) + 1) = name || ' '";
    let sources: Vec<(i64, String)> = query_as(sql).bind(tenant.0).bind(name).fetch_all(c.sql()).await?;
    for (source, source_id) in sources {
        let sql = format!("select id from {} where tenant = $1 and source = $2 and source_id = $3", identities(c));
        found.extend(query_scalar::<i64>(sql).bind(tenant.0).bind(source).bind(source_id).fetch_all(c.sql()).await?);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found.into_iter().map(EventId).collect())
}

/// The recorded content of one event, for comparing with another telling: type, subject, time, sequence, customer's key, actor, data.
pub async fn content(c: &mut impl Connection, event: EventId) -> Result<Option<NewEvent>> {
    let tenant = c.tenant();
    let sql = "select s.name, e.source_id, t.name, i.subject, e.occurred_at, e.sequence, u.key, e.actor, p.data from events e \
               join names s on s.id = e.source join names t on t.id = e.type join interactions i on i.id = e.interaction \
               left join customers u on u.id = e.customer left join payloads p on p.event = e.id and p.recorded_at = e.recorded_at where e.id = $1 and e.tenant = $2";
    let Some(row) = query(sql).bind(event.0).bind(tenant.0).fetch_optional(c.sql()).await? else {
        return Ok(None);
    };
    Ok(Some(NewEvent {
        source: row.try_get(0)?,
        id: row.try_get(1)?,
        kind: row.try_get(2)?,
        subject: row.try_get(3)?,
        occurred_at: timestamp("events", "occurred_at", row.try_get(4)?)?,
        sequence: row.try_get(5)?,
        customer: row.try_get(6)?,
        actor: actor(row.try_get(7)?),
        data: row.try_get::<Option<String>>(8)?.unwrap_or_default(),
    }))
}

/// The names of a tenant, by number: what facts are read with.
pub async fn names(c: &mut impl Connection) -> Result<HashMap<i64, String>> {
    let tenant = c.tenant();
    let rows: Vec<(i64, String)> = query_as("select id, name from names where tenant = $1").bind(tenant.0).fetch_all(c.sql()).await?;
    Ok(rows.into_iter().collect())
}

/// The facts of several interactions, in no particular order, those that were superseded included.
pub async fn facts(
    c: &mut impl Connection,
    names: &HashMap<i64, String>,
    interactions: &[InteractionId],
) -> Result<Vec<(InteractionId, Fact)>> {
    let tenant = c.tenant();
    let keys: Vec<i64> = interactions.iter().map(|id| id.0).collect();
    let name = |id: i64| names.get(&id).cloned().unwrap_or_default();
    let mut facts = Vec::with_capacity(interactions.len() * 8);
    for chunk in bulk::lists(c, &keys) {
        let mut sql = Builder::new(
            // Not joined: a planner that knows nothing yet of the tables of a new month would read all of a tenant's payloads.
            "select e.interaction, e.id, e.source, e.source_id, e.type, e.occurred_at, e.sequence, e.customer, e.actor, \
             (select p.data from payloads p where p.event = e.id /*and p.tenant = e.tenant*/ and p.recorded_at = e.recorded_at), \
             (select x.successor from supersessions x where x.event = e.id /*and x.tenant = e.tenant*/) \
             from events e where e.interaction",
        );
        sql.push_in(chunk);
        sql.push(" and +e.tenant = ").push_bind(tenant.0);
        for row in sql.build().fetch_all(c.sql()).await? {
            let fact = Fact {
                event: EventId(row.try_get(1)?),
                source: name(row.try_get(2)?),
                source_id: row.try_get(3)?,
                kind: name(row.try_get(4)?),
                occurred_at: timestamp("events", "occurred_at", row.try_get(5)?)?,
                sequence: row.try_get(6)?,
                customer: row.try_get::<Option<i64>>(7)?.map(CustomerId),
                actor: actor(row.try_get(8)?),
                data: row.try_get::<Option<String>>(9)?.unwrap_or_default(),
                superseded_by: row.try_get::<Option<i64>>(10)?.map(EventId),
            };
            facts.push((InteractionId(row.try_get(0)?), fact));
        }
    }
    Ok(facts)
}

fn actor(stored: i64) -> Actor {
    [Actor::Unknown, Actor::Ai, Actor::Human, Actor::Customer, Actor::System]
        .into_iter()
        .find(|actor| *actor as i64 == stored)
        .unwrap_or_default()
}

/// How many events and conflicts a tenant has.
pub async fn counts(c: &mut impl Connection) -> Result<(i64, i64)> {
    let tenant = c.tenant();
    let sql = "select (select count(*) from events where tenant = $1), (select count(*) from conflicts where tenant = $1)";
    query_as(sql).bind(tenant.0).fetch_one(c.sql()).await
}
