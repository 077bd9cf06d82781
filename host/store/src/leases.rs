//! Leases: which process has which interactions in hand. A lease is over at its time, when the interaction is settled, and when anything
//! new is told about it.
//!
//! The fence is the revision, which a lease raises: whoever was paused past its lease finds it changed, and settles nothing.

use assay_domain::{
    id::{InteractionId, TenantId},
    time::Timestamp,
};

use crate::{
    bulk,
    connection::{Connection, Database as _, Store, Tx},
    error::Result,
    interactions::{FIELDS, InteractionRow, interaction},
    sql::{Builder, Sql, query, query_scalar},
};

/// What to take in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Interactions with new facts, those that wait longest first.
    Dirty,
    /// Interactions without new facts whose time has come, the longest overdue first.
    Due,
}

/// Takes interactions in hand that nobody has, until a time; skips those that others are taking right now.
pub async fn take(
    store: &Store,
    tenant: TenantId,
    work: Work,
    now: Timestamp,
    until: Timestamp,
    limit: u32,
) -> Result<Vec<InteractionRow>> {
    let (waits, order) = match work {
        Work::Dirty => ("dirty_since is not null", "dirty_since"),
        Work::Due => ("dirty_since is null and due_at <= $2", "due_at"),
    };
    let mut tx = store.begin_beside(tenant).await?;
    // By its place, as a planner that knows nothing of the table yet would look at all of a tenant's rows.
    let (place, is_one_of) = match tx.sql() {
        Sql::Sqlite(_) => ("rowid", "in (select place from free)"),
        Sql::Postgres(_) => ("ctid", "= any (array(select place from free))"),
    };
    let sql = format!(
        "with free as materialized (select {place} as place from interactions where tenant = $1 and {waits} and (leased_until is null or leased_until <= $2) \
         order by {order}, id limit $4 /*for update skip locked*/) update interactions set revision = interactions.revision + 1, \
         leased_until = $3 where interactions.tenant = $1 and interactions.{place} {is_one_of} returning {}",
        FIELDS.replace("i.", "interactions.")
    );
    let statement = query(sql).bind(tenant.0).bind(now.micros()).bind(until.micros()).bind(limit);
    let mut rows = statement.fetch_all(tx.sql()).await?.iter().map(interaction).collect::<Result<Vec<_>>>()?;
    tx.keep("lease").await?;
    rows.sort_by_key(|row| (if work == Work::Dirty { row.dirty_since } else { row.due_at }, row.id));
    Ok(rows)
}

/// Whether something waits that waited at a time already, in whosever hands it is: who is just taking it shows no lease yet.
pub async fn any_waits(c: &mut impl Connection, since: Timestamp) -> Result<bool> {
    let tenant = c.tenant();
    let sql = "select exists (select 1 from interactions where tenant = $1 and dirty_since <= $2) \
               or exists (select 1 from interactions where tenant = $1 and dirty_since is null and due_at <= $2)";
    query_scalar(sql).bind(tenant.0).bind(since.micros()).fetch_one(c.sql()).await
}

/// Lets go of interactions that were taken and not judged, each at the revision at which it was taken.
pub async fn release(store: &Store, tenant: TenantId, taken: &[(InteractionId, i64)]) -> Result<()> {
    let mut tx = store.begin_beside(tenant).await?;
    let_go(&mut tx, taken).await?;
    tx.keep("lease").await
}

/// The same in a transaction that does more.
pub async fn let_go(tx: &mut Tx, taken: &[(InteractionId, i64)]) -> Result<()> {
    let tenant = tx.tenant();
    for chunk in bulk::chunks(taken) {
        let mut sql = Builder::new("with r (id, revision) as (");
        sql.push_values(chunk, |row, (id, revision)| {
            row.push_bind(id.0).push_bind(*revision);
        });
        sql.push(
            ") update interactions set leased_until = null from r where interactions.id = r.id and interactions.revision = r.revision ",
        );
        sql.push("and +interactions.tenant = ").push_bind(tenant.0);
        sql.build().execute(tx.sql()).await?;
    }
    Ok(())
}
