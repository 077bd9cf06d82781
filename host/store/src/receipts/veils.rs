//! What the salts of interactions derive from, and erasing it together with what was told of them.

use std::collections::{HashMap, HashSet};

use assay_domain::{id::InteractionId, time::Timestamp};

use super::bytes;
use crate::{
    bulk,
    connection::{Connection, Database as _, Tx},
    error::Result,
    sql::{Builder, query},
};

/// The keys of interactions; those that have none, or are erased, are missing.
pub async fn veils(c: &mut impl Connection, interactions: &[InteractionId]) -> Result<HashMap<InteractionId, [u8; 32]>> {
    let ids: Vec<i64> = interactions.iter().map(|interaction| interaction.0).collect();
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in bulk::lists(c, &ids) {
        let mut sql = Builder::new("select interaction, key from veils where +tenant = ");
        sql.push_bind(c.tenant().0).push(" and interaction").push_in(chunk);
        for row in sql.build().fetch_all(c.sql()).await? {
            found.insert(InteractionId(row.try_get(0)?), bytes("veils", "key", row.try_get(1)?)?);
        }
    }
    Ok(found)
}

/// Those among interactions that are erased.
pub async fn erased(c: &mut impl Connection, interactions: &[InteractionId]) -> Result<HashSet<InteractionId>> {
    let ids: Vec<i64> = interactions.iter().map(|interaction| interaction.0).collect();
    let mut found = HashSet::new();
    for chunk in bulk::lists(c, &ids) {
        let mut sql = Builder::new("select id from interactions where erased_at is not null and +tenant = ");
        sql.push_bind(c.tenant().0).push(" and id").push_in(chunk);
        let rows: Vec<(i64,)> = sql.build_query_as().fetch_all(c.sql()).await?;
        found.extend(rows.into_iter().map(|(id,)| InteractionId(id)));
    }
    Ok(found)
}

/// The senders' keys for interactions that are not erased.
pub async fn subjects(c: &mut impl Connection, interactions: &[InteractionId]) -> Result<HashMap<InteractionId, String>> {
    let ids: Vec<i64> = interactions.iter().map(|interaction| interaction.0).collect();
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in bulk::lists(c, &ids) {
        let mut sql = Builder::new("select id, subject from interactions where erased_at is null and +tenant = ");
        sql.push_bind(c.tenant().0).push(" and id").push_in(chunk);
        let rows: Vec<(i64, String)> = sql.build_query_as().fetch_all(c.sql()).await?;
        found.extend(rows.into_iter().map(|(id, subject)| (InteractionId(id), subject)));
    }
    Ok(found)
}

/// Stores the keys of interactions that have none.
pub async fn insert_veils(tx: &mut Tx, keys: &[(InteractionId, [u8; 32])]) -> Result<()> {
    let tenant = tx.tenant();
    bulk::insert(tx, "insert into veils (interaction, tenant, key) ", "", keys, |row, (interaction, key)| {
        row.push_bind(interaction.0).push_bind(tenant.0).push_bind(key.to_vec());
    })
    .await?;
    Ok(())
}

/// Erases what was told of an interaction, what its rule has noted of it, and the key of its salts. It waits for nothing any more. Gives back
/// how many payloads there were.
pub async fn erase(tx: &mut Tx, interaction: InteractionId, now: Timestamp) -> Result<u64> {
    let tenant = tx.tenant();
    let sql =
        "delete from payloads where +tenant = $1 and event in (select e.id from events e where e.interaction = $2 and +e.tenant = $1)";
    let payloads = query(sql).bind(tenant.0).bind(interaction.0).execute(tx.sql()).await?;
    let others = [
        "delete from veils where +tenant = $1 and interaction = $2",
        "update outcomes set note = null, due_at = null where +tenant = $1 and interaction = $2",
    ];
    for sql in others {
        query(sql).bind(tenant.0).bind(interaction.0).execute(tx.sql()).await?;
    }
    // Whoever judges it right now finds another revision.
    let sql = "update interactions set revision = revision + 1, leased_until = null, dirty_since = null, due_at = null, \
               erased_at = coalesce(erased_at, $3) where tenant = $1 and id = $2";
    query(sql).bind(tenant.0).bind(interaction.0).bind(now.micros()).execute(tx.sql()).await?;
    Ok(payloads)
}
