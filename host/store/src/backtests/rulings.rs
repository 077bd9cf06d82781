//! What people had ruled over outcomes by a time.

use assay_domain::{
    id::{CustomerId, DefinitionId, InteractionId},
    ruling::{Effect, Share},
    time::Timestamp,
};

use crate::{
    bulk,
    connection::Connection,
    disputes,
    error::{Result, StoreError},
    sql::{Builder, Row},
};

/// What counts of the usage of interactions under a definition by the rulings that were given by a time, as far as one customer is billed
/// for it.
pub async fn effects(
    c: &mut impl Connection,
    definition: DefinitionId,
    interactions: &[InteractionId],
    by: Timestamp,
) -> Result<Vec<(InteractionId, (CustomerId, Effect))>> {
    let mut found = Vec::new();
    // Most tenants have none, and are asked again and again.
    if !disputes::any(c).await? {
        return Ok(found);
    }
    let tenant = c.tenant();
    let keys: Vec<i64> = interactions.iter().map(|id| id.0).collect();
    for chunk in bulk::lists(c, &keys) {
        let mut sql = Builder::new("select d.interaction, d.customer, s.effect, s.share from disputes d join dispute_steps s ");
        sql.push("on s.dispute = d.id and s.at <= ").push_bind(by.micros());
        sql.push(" and not exists (select 1 from dispute_steps l where l.dispute = s.dispute and l.id > s.id and l.at <= ");
        sql.push_bind(by.micros()).push(") where not exists (select 1 from disputes o where o.interaction = d.interaction ");
        sql.push("and o.definition = d.definition and o.customer = d.customer and o.id > d.id and o.opened_at <= ");
        sql.push_bind(by.micros()).push(") and d.opened_at <= ").push_bind(by.micros()).push(" and d.interaction");
        sql.push_in(chunk).push(" and +d.tenant = ").push_bind(tenant.0).push(" and d.definition = ").push_bind(definition.0);
        for row in sql.build().fetch_all(c.sql()).await? {
            found.push((InteractionId(row.try_get(0)?), (CustomerId(row.try_get(1)?), effect(&row)?)));
        }
    }
    Ok(found)
}

fn effect(row: &Row) -> Result<Effect> {
    let (name, share): (String, Option<i64>) = (row.try_get(2)?, row.try_get(3)?);
    let corrupt = |name: String| StoreError::corrupt("dispute_steps", "effect", name);
    Effect::from_parts(&name, share.and_then(Share::from_micros)).ok_or_else(|| corrupt(name))
}
