//! Supersessions: events that left their timeline, and which event stands in the place of each.

use assay_domain::{
    id::{EventId, InteractionId},
    time::Timestamp,
};

use crate::{
    connection::{Connection, Database as _, Tx},
    error::Result,
    operations::timestamp,
    sql::{Row, query, query_scalar},
};

/// One event in the place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupersessionRow {
    /// The event that left its timeline.
    pub event: EventId,
    /// The event that stands in its place.
    pub successor: EventId,
    /// Who said so.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// When.
    pub recorded_at: Timestamp,
}

/// Records that an event stands in the place of another. What stands is asked about anew even where the rule reads both alike, as its
/// evidence names events.
pub async fn insert(tx: &mut Tx, row: &SupersessionRow) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "insert into supersessions (event, successor, tenant, actor, reason, recorded_at) values ($1, $2, $3, $4, $5, $6)";
    let statement = query(sql).bind(row.event.0).bind(row.successor.0).bind(tenant.0).bind(&row.actor).bind(&row.reason);
    statement.bind(row.recorded_at.micros()).execute(tx.sql()).await?;
    let sql = "update outcomes set input_root = $3 where interaction = (select interaction from events where id = $1) \
               and +tenant = $2";
    query(sql).bind(row.event.0).bind(tenant.0).bind(vec![0_u8; 32]).execute(tx.sql()).await?;
    Ok(())
}

const COLUMNS: &str = "select x.event, x.successor, x.actor, x.reason, x.recorded_at from supersessions x ";

fn supersession(row: &Row) -> Result<SupersessionRow> {
    Ok(SupersessionRow {
        event: EventId(row.try_get(0)?),
        successor: EventId(row.try_get(1)?),
        actor: row.try_get(2)?,
        reason: row.try_get(3)?,
        recorded_at: timestamp("supersessions", "recorded_at", row.try_get(4)?)?,
    })
}

/// What stands in the place of an event.
pub async fn of_event(c: &mut impl Connection, event: EventId) -> Result<Option<SupersessionRow>> {
    let tenant = c.tenant();
    let sql = format!("{COLUMNS} where x.event = $1 and x.tenant = $2");
    let statement = query(sql).bind(event.0).bind(tenant.0);
    statement.fetch_optional(c.sql()).await?.as_ref().map(supersession).transpose()
}

/// What left the timeline of an interaction.
pub async fn of_interaction(c: &mut impl Connection, interaction: InteractionId) -> Result<Vec<SupersessionRow>> {
    let tenant = c.tenant();
    let sql = format!("{COLUMNS} join events e on e.id = x.event where e.interaction = $1 and +e.tenant = $2");
    let statement = query(sql).bind(interaction.0).bind(tenant.0);
    statement.fetch_all(c.sql()).await?.iter().map(supersession).collect()
}

/// The event that stands in the place of one in the end, itself where none does.
pub async fn last(c: &mut impl Connection, event: EventId) -> Result<EventId> {
    let tenant = c.tenant();
    // Who stands in the place of another was recorded after it, so the last is the largest.
    let sql = "with recursive chain (event) as (select $1 union select x.successor from supersessions x join chain on x.event = chain.event \
               where x.tenant = $2) select max(event) from chain";
    Ok(EventId(query_scalar(sql).bind(event.0).bind(tenant.0).fetch_one(c.sql()).await?))
}
