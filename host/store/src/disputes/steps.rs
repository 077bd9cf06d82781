//! The steps of disputes.

use assay_domain::{
    dispute::DisputeState,
    id::DisputeId,
    ruling::{Effect, Ruling, Share},
    time::Timestamp,
};

use crate::{
    connection::{Connection, Database as _, Tx},
    error::{Result, StoreError},
    operations::{optional_timestamp, timestamp},
    sql::{Row, query, query_scalar},
};

/// A step to write down.
#[derive(Debug, Clone)]
pub struct NewStep {
    /// Of which dispute.
    pub dispute: DisputeId,
    /// Where it stands from then on.
    pub state: DisputeState,
    /// What is billed of the outcome from then on.
    pub effect: Effect,
    /// Whether nobody answered in time.
    pub by_default: bool,
    /// Why.
    pub reason: String,
    /// Who.
    pub actor: String,
}

/// A step as stored.
#[derive(Debug, Clone)]
pub struct StepRow {
    /// Its number.
    pub id: i64,
    /// What it says.
    pub step: NewStep,
    /// When.
    pub at: Timestamp,
}

/// Writes down a step; gives back its number.
pub async fn insert_step(tx: &mut Tx, new: &NewStep, now: Timestamp) -> Result<i64> {
    let tenant = tx.tenant();
    let (ruling, due_at) = (new.state.ruling(), new.state.due_at());
    let share = ruling.and_then(Ruling::share).or(new.effect.share());
    let sql = "insert into dispute_steps (tenant, dispute, state, ruling, effect, share, due_at, by_default, reason, actor, at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id";
    let query = query_scalar(sql).bind(tenant.0).bind(new.dispute.0).bind(new.state.name()).bind(ruling.map(Ruling::name));
    let query = query.bind(new.effect.name()).bind(share.map(Share::micros)).bind(due_at.map(Timestamp::micros)).bind(new.by_default);
    query.bind(&new.reason).bind(&new.actor).bind(now.micros()).fetch_one(tx.sql()).await
}

/// The steps of a dispute, in order.
pub async fn steps(c: &mut impl Connection, dispute: DisputeId) -> Result<Vec<StepRow>> {
    let tenant = c.tenant();
    let sql = "select s.id, s.dispute, s.state, s.ruling, s.effect, s.share, s.due_at, s.by_default, s.reason, s.actor, s.at from dispute_steps s \
               where s.dispute = $2 and +s.tenant = $1 order by s.id";
    let rows = query(sql).bind(tenant.0).bind(dispute.0).fetch_all(c.sql()).await?;
    rows.iter().map(|row| step(row, 0)).collect()
}

/// Disputes that wait for an answer and whose time was over by now, those that wait longest first.
pub async fn due(c: &mut impl Connection, now: Timestamp) -> Result<Vec<DisputeId>> {
    let tenant = c.tenant();
    let sql = "select s.dispute from dispute_steps s where s.tenant = $1 and s.state in ('open', 'appealed') and s.due_at <= $2 \
               and not exists (select 1 from dispute_steps l where l.dispute = s.dispute and l.id > s.id) order by s.due_at, s.id";
    let ids: Vec<i64> = query_scalar(sql).bind(tenant.0).bind(now.micros()).fetch_all(c.sql()).await?;
    Ok(ids.into_iter().map(DisputeId).collect())
}

/// Whether a dispute was ever appealed.
pub async fn was_appealed(c: &mut impl Connection, dispute: DisputeId) -> Result<bool> {
    let tenant = c.tenant();
    let sql = "select exists (select 1 from dispute_steps where dispute = $2 and +tenant = $1 and state = 'appealed')";
    query_scalar(sql).bind(tenant.0).bind(dispute.0).fetch_one(c.sql()).await
}

/// The step whose columns begin at one.
pub(super) fn step(row: &Row, first: usize) -> Result<StepRow> {
    let (state, ruling): (String, Option<String>) = (row.try_get(first + 2)?, row.try_get(first + 3)?);
    let effect_name: String = row.try_get(first + 4)?;
    let share = share(row.try_get(first + 5)?)?;
    let due_at = optional_timestamp("dispute_steps", "due_at", row.try_get(first + 6)?)?;
    let ruling = ruling.and_then(|name| Ruling::from_parts(&name, share.filter(|_| name == "split")));
    let found = match (state.as_str(), ruling, due_at) {
        ("open", None, Some(due_at)) => Some(DisputeState::Open { due_at }),
        ("appealed", None, Some(due_at)) => Some(DisputeState::Appealed { due_at }),
        ("decided", Some(ruling), Some(appeal_until)) => Some(DisputeState::Decided { ruling, appeal_until }),
        ("final", Some(ruling), None) => Some(DisputeState::Final { ruling }),
        _ => None,
    };
    let step = NewStep {
        dispute: DisputeId(row.try_get(first + 1)?),
        state: found.ok_or_else(|| StoreError::corrupt("dispute_steps", "state", state))?,
        effect: effect(effect_name, share)?,
        by_default: row.try_get(first + 7)?,
        reason: row.try_get(first + 8)?,
        actor: row.try_get(first + 9)?,
    };
    Ok(StepRow { id: row.try_get(first)?, step, at: timestamp("dispute_steps", "at", row.try_get(first + 10)?)? })
}

/// A share from its millionths.
pub(crate) fn share(micros: Option<i64>) -> Result<Option<Share>> {
    micros.map(|micros| Share::from_micros(micros).ok_or_else(|| StoreError::corrupt("dispute_steps", "share", micros))).transpose()
}

/// An effect from its name and the share beside it, which only a split has.
pub(crate) fn effect(name: String, share: Option<Share>) -> Result<Effect> {
    let found = Effect::from_parts(&name, share.filter(|_| name == "split"));
    found.ok_or_else(|| StoreError::corrupt("dispute_steps", "effect", name))
}
