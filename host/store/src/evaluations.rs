//! Evaluations: every judgement that was recorded, faults included.

use assay_domain::{
    canon::Digest,
    id::{DefinitionId, EngineId, EvaluationId, EventId, InteractionId, VersionId},
    time::Timestamp,
};

use crate::{
    bulk,
    connection::{Connection, Tx},
    error::Result,
    operations::{optional_timestamp, timestamp},
    rules::digest,
    sequences,
    sql::{Builder, Row, query_as, query_scalar},
};

/// One judgement to record.
#[derive(Debug, Clone)]
pub struct NewEvaluation {
    /// What was judged.
    pub interaction: InteractionId,
    /// By which version.
    pub version: VersionId,
    /// The hash of what it was asked about.
    pub input_root: Digest,
    /// The time of asking.
    pub as_of: Timestamp,
    /// The decision's name, `rule-error`, `missing-field`, or `fault`.
    pub conclusion: &'static str,
    /// The reason's code, or the fault's.
    pub reason: Option<String>,
    /// The whole verdict as JSON, or the message of an error or fault.
    pub detail: Option<String>,
    /// Instructions used.
    pub fuel: u64,
    /// The engine it ran on.
    pub engine: EngineId,
    /// The last fact that was recorded when it was judged.
    pub facts_until: EventId,
    /// Facts that happened later than this were withheld.
    pub known_at: Timestamp,
}

/// Records judgements; gives back their ids.
pub async fn insert(tx: &mut Tx, rows: &[NewEvaluation], now: Timestamp) -> Result<Vec<EvaluationId>> {
    let tenant = tx.tenant();
    let ids = sequences::take_mixed(tx, "evaluation", rows.len()).await?;
    let rows: Vec<(i64, &NewEvaluation)> = ids.iter().copied().zip(rows).collect();
    let head = "insert into evaluations (id, tenant, interaction, version, input_root, as_of, conclusion, reason, detail, fuel, recorded_at, engine, \
                facts_until, known_at) ";
    bulk::insert(tx, head, "", &rows, |row, (id, new)| {
        row.push_bind(*id).push_bind(tenant.0).push_bind(new.interaction.0).push_bind(new.version.0);
        row.push_bind(new.input_root.as_bytes().to_vec()).push_bind(new.as_of.micros()).push_bind(new.conclusion);
        row.push_bind(new.reason.clone()).push_bind(new.detail.clone());
        row.push_bind(i64::try_from(new.fuel).unwrap_or(i64::MAX)).push_bind(now.micros());
        row.push_bind(new.engine.0).push_bind(new.facts_until.0).push_bind(new.known_at.micros());
    })
    .await?;
    Ok(ids.into_iter().map(EvaluationId).collect())
}

/// One judgement as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvaluationRow {
    /// Its id.
    pub id: EvaluationId,
    /// What was judged.
    pub interaction: InteractionId,
    /// By which version.
    pub version: VersionId,
    /// The hash of what it was asked about.
    pub input_root: Digest,
    /// The time of asking.
    pub as_of: Timestamp,
    /// The decision's name, `rule-error`, `missing-field`, or `fault`.
    pub conclusion: String,
    /// The reason's code, or the fault's.
    pub reason: Option<String>,
    /// The whole verdict as JSON, or the message of an error or fault.
    pub detail: Option<String>,
    /// Instructions used.
    pub fuel: u64,
    /// The engine it ran on; `None` from before engines were written down.
    pub engine: Option<EngineId>,
    /// The last fact that was recorded when it was judged; `None` as above.
    pub facts_until: Option<EventId>,
    /// Facts that happened later than this were withheld; `None` as above.
    pub known_at: Option<Timestamp>,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

const COLUMNS: &str = "select id, interaction, version, input_root, as_of, conclusion, reason, detail, fuel, engine, facts_until, known_at, \
    recorded_at from evaluations ";

fn evaluation(row: &Row) -> Result<EvaluationRow> {
    Ok(EvaluationRow {
        id: EvaluationId(row.try_get(0)?),
        interaction: InteractionId(row.try_get(1)?),
        version: VersionId(row.try_get(2)?),
        input_root: digest("evaluations", row.try_get(3)?)?,
        as_of: timestamp("evaluations", "as_of", row.try_get(4)?)?,
        conclusion: row.try_get(5)?,
        reason: row.try_get(6)?,
        detail: row.try_get(7)?,
        fuel: u64::try_from(row.try_get::<i64>(8)?).unwrap_or(0),
        engine: row.try_get::<Option<i64>>(9)?.map(EngineId),
        facts_until: row.try_get::<Option<i64>>(10)?.map(EventId),
        known_at: optional_timestamp("evaluations", "known_at", row.try_get(11)?)?,
        recorded_at: timestamp("evaluations", "recorded_at", row.try_get(12)?)?,
    })
}

/// Some judgements after one and up to another, oldest first; of one definition, if one is named.
pub async fn page(
    c: &mut impl Connection,
    definition: Option<DefinitionId>,
    after: EvaluationId,
    until: EvaluationId,
    limit: u32,
) -> Result<Vec<EvaluationRow>> {
    let mut sql = Builder::new(COLUMNS);
    sql.push("where tenant = ").push_bind(c.tenant().0).push(" and id > ").push_bind(after.0).push(" and id <= ").push_bind(until.0);
    if let Some(definition) = definition {
        // The plus keeps the planner at the ids, in whose order the rows are wanted.
        sql.push(" and +version in (select id from versions where definition = ").push_bind(definition.0).push(")");
    }
    sql.push(" order by id limit ").push_bind(limit);
    sql.build().fetch_all(c.sql()).await?.iter().map(evaluation).collect()
}

/// The judgements with these ids, in no particular order.
pub async fn by_ids(c: &mut impl Connection, ids: &[EvaluationId]) -> Result<Vec<EvaluationRow>> {
    let tenant = c.tenant();
    let keys: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let mut found = Vec::with_capacity(keys.len());
    for chunk in bulk::lists(c, &keys) {
        let mut sql = Builder::new(COLUMNS);
        sql.push("where id");
        sql.push_in(chunk);
        sql.push(" and +tenant = ").push_bind(tenant.0);
        for row in sql.build().fetch_all(c.sql()).await? {
            found.push(evaluation(&row)?);
        }
    }
    Ok(found)
}

/// The latest judgements of a version, newest first.
pub async fn latest(c: &mut impl Connection, version: VersionId, limit: u32) -> Result<Vec<EvaluationRow>> {
    let mut sql = Builder::new(COLUMNS);
    sql.push("where version = ").push_bind(version.0).push(" and +tenant = ").push_bind(c.tenant().0);
    sql.push(" order by id desc limit ").push_bind(limit);
    sql.build().fetch_all(c.sql()).await?.iter().map(evaluation).collect()
}

/// How many judgements there are, counted up to so many; of one definition, if one is named.
pub async fn count(c: &mut impl Connection, definition: Option<DefinitionId>, at_most: i64) -> Result<i64> {
    let tenant = c.tenant();
    let sql = "select count(*) from (select 1 from evaluations where version in \
               (select id from versions where tenant = $1 and ($2 is null or definition = $2)) limit $3) as counted";
    let query = query_scalar(sql).bind(tenant.0).bind(definition.map(|definition| definition.0)).bind(at_most);
    query.fetch_one(c.sql()).await
}

/// The first judgement and the last, found in the index of each version; of one definition, if one is named.
pub async fn bounds(c: &mut impl Connection, definition: Option<DefinitionId>) -> Result<Option<(EvaluationId, EvaluationId)>> {
    let tenant = c.tenant();
    let sql = "select min((select e.id from evaluations e where e.version = v.id order by e.id limit 1)), \
               max((select e.id from evaluations e where e.version = v.id order by e.id desc limit 1)) \
               from versions v where v.tenant = $1 and ($2 is null or v.definition = $2)";
    let query = query_as(sql).bind(tenant.0).bind(definition.map(|definition| definition.0));
    let (first, last): (Option<i64>, Option<i64>) = query.fetch_one(c.sql()).await?;
    Ok(first.zip(last).map(|(first, last)| (EvaluationId(first), EvaluationId(last))))
}

/// The first judgement with this number or a higher one, found in the index of each version; of one definition, if one is named. A
/// random number picks a random judgement, however many there are.
pub async fn at_or_after(c: &mut impl Connection, definition: Option<DefinitionId>, number: EvaluationId) -> Result<Option<EvaluationId>> {
    let tenant = c.tenant();
    let sql = "select min((select e.id from evaluations e where e.version = v.id and e.id >= $3 order by e.id limit 1)) \
               from versions v where v.tenant = $1 and ($2 is null or v.definition = $2)";
    let query = query_scalar(sql).bind(tenant.0).bind(definition.map(|definition| definition.0)).bind(number.0);
    let id: Option<i64> = query.fetch_one(c.sql()).await?;
    Ok(id.map(EvaluationId))
}
