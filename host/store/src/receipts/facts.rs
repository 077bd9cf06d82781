//! Facts without their data, but with the hash of all that was told: what receipts say of events, whether or not their payloads are erased.

use std::collections::HashMap;

use assay_domain::{
    canon::Digest,
    event::Actor,
    id::{EventId, InteractionId},
    timeline::Fact,
};

use crate::{
    bulk,
    connection::Connection,
    error::Result,
    operations::timestamp,
    rules::digest,
    sql::{Builder, Row},
};

/// A fact and the hash of what its sender told.
#[derive(Debug, Clone)]
pub struct FactRow {
    /// Of which interaction.
    pub interaction: InteractionId,
    /// The fact; data, actor and customer are left out.
    pub fact: Fact,
    /// The hash of the content.
    pub content: Digest,
}

/// The facts of interactions, in no particular order, those that were superseded included.
pub async fn facts(c: &mut impl Connection, names: &HashMap<i64, String>, interactions: &[InteractionId]) -> Result<Vec<FactRow>> {
    let ids: Vec<i64> = interactions.iter().map(|interaction| interaction.0).collect();
    let mut found = Vec::new();
    for chunk in bulk::lists(c, &ids) {
        let mut sql = Builder::new(
            "select e.interaction, e.id, e.source, e.source_id, e.type, e.occurred_at, e.sequence, e.content, \
             (select x.successor from supersessions x where x.event = e.id /*and x.tenant = e.tenant*/) from events e where e.interaction",
        );
        sql.push_in(chunk);
        sql.push(" and +e.tenant = ").push_bind(c.tenant().0);
        for row in sql.build().fetch_all(c.sql()).await? {
            found.push(fact(&row, names)?);
        }
    }
    Ok(found)
}

fn fact(row: &Row, names: &HashMap<i64, String>) -> Result<FactRow> {
    let name = |id: i64| names.get(&id).cloned().unwrap_or_default();
    let fact = Fact {
        event: EventId(row.try_get(1)?),
        source: name(row.try_get(2)?),
        source_id: row.try_get(3)?,
        kind: name(row.try_get(4)?),
        occurred_at: timestamp("events", "occurred_at", row.try_get(5)?)?,
        sequence: row.try_get(6)?,
        customer: None,
        actor: Actor::Unknown,
        data: String::new(),
        superseded_by: row.try_get::<Option<i64>>(8)?.map(EventId),
    };
    Ok(FactRow { interaction: InteractionId(row.try_get(0)?), fact, content: digest("events", row.try_get(7)?)? })
}
