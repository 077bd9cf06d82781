//! One stretch of interactions after the other: their facts, and what was made of them.

use std::collections::HashMap;

use assay_domain::{
    decimal::Quantity,
    event::Actor,
    id::{CustomerId, DefinitionId, EvaluationId, EventId, InteractionId, VersionId},
    outcome::Meter,
    time::Timestamp,
    timeline::Fact,
};

use crate::{
    connection::Connection,
    disputes::{RulingRow, ruling},
    error::{Result, StoreError},
    operations::timestamp,
    sql::{Row, query, query_as},
};

/// The interactions after one and up to another, in order of their numbers.
#[derive(Debug, Clone, Copy)]
pub struct Stretch {
    /// Not this one itself.
    pub after: InteractionId,
    /// This one included.
    pub until: InteractionId,
}

/// A row of an interaction.
type Of<T> = (InteractionId, T);

/// Runs a statement about a stretch: `$1` is the tenant, `$2` and `$3` are the bounds, `$4` says up to which time or number. The plus
/// before a tenant keeps the planner at the interactions, where an index that starts with the tenant would read all that it has.
async fn rows<T>(
    c: &mut impl Connection,
    sql: &'static str,
    stretch: Stretch,
    until: i64,
    row: impl Fn(&Row) -> Result<T>,
) -> Result<Vec<Of<T>>> {
    let tenant = c.tenant();
    let statement = query(sql).bind(tenant.0).bind(stretch.after.0).bind(stretch.until.0).bind(until);
    let found = statement.fetch_all(c.sql()).await?;
    found.iter().map(|found| Ok((InteractionId(found.try_get(0)?), row(found)?))).collect()
}

/// An interaction, and whether it has facts now that were not judged.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    /// Which.
    pub id: InteractionId,
    /// Whether it waits.
    pub is_dirty: bool,
}

/// The next interactions of a tenant.
pub async fn marks(c: &mut impl Connection, after: InteractionId, limit: u32) -> Result<Vec<Mark>> {
    let tenant = c.tenant();
    let sql =
        "select id, case when dirty_since is null then 0 else 1 end from interactions where +tenant = $1 and id > $2 order by id limit $3";
    let rows: Vec<(i64, i64)> = query_as(sql).bind(tenant.0).bind(after.0).bind(limit).fetch_all(c.sql()).await?;
    Ok(rows.into_iter().map(|(id, dirty)| Mark { id: InteractionId(id), is_dirty: dirty != 0 }).collect())
}

/// The facts that were recorded by a time, without their data. One names the event in its place if that was said by then.
pub async fn facts(c: &mut impl Connection, names: &HashMap<i64, String>, stretch: Stretch, as_of: Timestamp) -> Result<Vec<Of<Fact>>> {
    let sql = "select e.interaction, e.id, e.source, e.source_id, e.type, e.occurred_at, e.sequence, e.customer, x.successor from events e \
               left join supersessions x on x.event = e.id and x.recorded_at <= $4 \
               where e.interaction > $2 and e.interaction <= $3 and +e.tenant = $1 and e.recorded_at <= $4";
    let name = |id: i64| names.get(&id).cloned().unwrap_or_default();
    let fact = |row: &Row| {
        Ok(Fact {
            event: EventId(row.try_get(1)?),
            source: name(row.try_get(2)?),
            source_id: row.try_get(3)?,
            kind: name(row.try_get(4)?),
            occurred_at: timestamp("events", "occurred_at", row.try_get(5)?)?,
            sequence: row.try_get(6)?,
            customer: row.try_get::<Option<i64>>(7)?.map(CustomerId),
            actor: Actor::Unknown,
            data: String::new(),
            superseded_by: row.try_get::<Option<i64>>(8)?.map(EventId),
        })
    };
    rows(c, sql, stretch, as_of.micros(), fact).await
}

/// Whose an interaction is, as a person said.
#[derive(Debug, Clone, Copy)]
pub struct Assignment {
    /// The customer.
    pub customer: CustomerId,
    /// When it was said.
    pub recorded_at: Timestamp,
}

/// What people had said by a time, the latest last.
pub async fn assignments(c: &mut impl Connection, stretch: Stretch, as_of: Timestamp) -> Result<Vec<Of<Assignment>>> {
    let sql = "select interaction, customer, recorded_at from assignments \
               where interaction > $2 and interaction <= $3 and +tenant = $1 and recorded_at <= $4 order by interaction, id";
    let assignment = |row: &Row| {
        let recorded_at = timestamp("assignments", "recorded_at", row.try_get(2)?)?;
        Ok(Assignment { customer: CustomerId(row.try_get(1)?), recorded_at })
    };
    rows(c, sql, stretch, as_of.micros(), assignment).await
}

/// The latest judgement by a version.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// Its number: the latest has the highest.
    pub id: EvaluationId,
    /// By which version.
    pub version: VersionId,
    /// The decision's name, `rule-error`, `missing-field` or `fault`.
    pub conclusion: String,
    /// The reason's code, or the fault's.
    pub reason: Option<String>,
    /// A success as JSON.
    pub success: Option<String>,
    /// The last fact that was recorded when it was made.
    pub facts_until: EventId,
    /// Facts that happened later than this were withheld from it.
    pub known_at: Timestamp,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

/// What each version had judged last by a time. A judgement from before it was written down what it is about, is about what was
/// recorded by its own time.
pub async fn judgements(c: &mut impl Connection, stretch: Stretch, as_of: Timestamp) -> Result<Vec<Of<Judgement>>> {
    let sql = "with latest (id) as (select max(id) from evaluations \
               where interaction > $2 and interaction <= $3 and +tenant = $1 and recorded_at <= $4 group by interaction, version) \
               select e.interaction, e.id, e.version, e.conclusion, e.reason, case when e.conclusion = 'success' then e.detail end, \
               coalesce(e.facts_until, (select max(f.id) from events f where f.interaction = e.interaction and f.recorded_at <= e.recorded_at), 0), \
               coalesce(e.known_at, e.recorded_at), e.recorded_at from latest l join evaluations e on e.id = l.id";
    let judgement = |row: &Row| {
        Ok(Judgement {
            id: EvaluationId(row.try_get(1)?),
            version: VersionId(row.try_get(2)?),
            conclusion: row.try_get(3)?,
            reason: row.try_get(4)?,
            success: row.try_get(5)?,
            facts_until: EventId(row.try_get(6)?),
            known_at: timestamp("evaluations", "known_at", row.try_get(7)?)?,
            recorded_at: timestamp("evaluations", "recorded_at", row.try_get(8)?)?,
        })
    };
    rows(c, sql, stretch, as_of.micros(), judgement).await
}

/// Usage that stands: what was added and not withdrawn.
#[derive(Debug, Clone)]
pub struct StandingUsage {
    /// Under which definition.
    pub definition: DefinitionId,
    /// Of which meter.
    pub meter: Meter,
    /// Who pays.
    pub customer: CustomerId,
    /// The date that decides its billing period.
    pub dated_at: Timestamp,
    /// How much.
    pub quantity: Quantity,
    /// The number of the change that added it last; zero where none did.
    pub number: i64,
}

/// The usage that stands by the changes up to a number.
pub async fn usage(c: &mut impl Connection, stretch: Stretch, last: i64) -> Result<Vec<Of<StandingUsage>>> {
    let sql = "select interaction, definition, meter, customer, dated_at, sum(quantity), max(case when quantity > 0 then id else 0 end) \
               from usage where interaction > $2 and interaction <= $3 and +tenant = $1 and id <= $4 \
               group by interaction, definition, meter, customer, dated_at having sum(quantity) <> 0";
    let usage = |row: &Row| {
        let meter: String = row.try_get(2)?;
        Ok(StandingUsage {
            definition: DefinitionId(row.try_get(1)?),
            meter: Meter::from_name(&meter).ok_or_else(|| StoreError::corrupt("usage", "meter", meter))?,
            customer: CustomerId(row.try_get(3)?),
            dated_at: timestamp("usage", "dated_at", row.try_get(4)?)?,
            quantity: Quantity::from_micros(row.try_get(5)?),
            number: row.try_get(6)?,
        })
    };
    rows(c, sql, stretch, last, usage).await
}

/// An event that counts by itself.
#[derive(Debug, Clone, Copy)]
pub struct StandingEvent {
    /// Which.
    pub event: EventId,
    /// For whom.
    pub customer: CustomerId,
    /// The date that decides its billing period.
    pub dated_at: Timestamp,
    /// The number of the change that added it last; zero where none did.
    pub number: i64,
}

/// The events that count by themselves, by the changes up to a number.
pub async fn metered(c: &mut impl Connection, stretch: Stretch, last: i64) -> Result<Vec<Of<StandingEvent>>> {
    let sql = "select interaction, event, customer, dated_at, max(case when sign > 0 then id else 0 end) from metered \
               where interaction > $2 and interaction <= $3 and +tenant = $1 and id <= $4 \
               group by interaction, event, customer, dated_at having sum(sign) <> 0";
    let event = |row: &Row| {
        let dated_at = timestamp("metered", "dated_at", row.try_get(3)?)?;
        Ok(StandingEvent { event: EventId(row.try_get(1)?), customer: CustomerId(row.try_get(2)?), dated_at, number: row.try_get(4)? })
    };
    rows(c, sql, stretch, last, event).await
}

/// What people had ruled over the outcomes of a stretch by a time.
pub async fn rulings(c: &mut impl Connection, stretch: Stretch, as_of: Timestamp) -> Result<Vec<Of<RulingRow>>> {
    let sql = "select d.interaction, d.definition, d.customer, s.effect, s.share, case when s.state in ('open', 'appealed') then 1 else 0 end \
               from disputes d join dispute_steps s on s.dispute = d.id and s.at <= $4 \
               and not exists (select 1 from dispute_steps l where l.dispute = s.dispute and l.id > s.id and l.at <= $4) \
               where d.interaction > $2 and d.interaction <= $3 and +d.tenant = $1 \
               and not exists (select 1 from disputes o where o.interaction = d.interaction and o.definition = d.definition \
               and o.customer = d.customer and o.id > d.id and o.opened_at <= $4)";
    rows(c, sql, stretch, as_of.micros(), ruling).await
}

/// The definitions under which a fault keeps an outcome from being renewed now, whether it was recorded or not.
pub async fn faults(c: &mut impl Connection, stretch: Stretch) -> Result<Vec<Of<DefinitionId>>> {
    let tenant = c.tenant();
    let sql = "select interaction, definition from outcomes \
               where interaction > $2 and interaction <= $3 and +tenant = $1 and fault is not null";
    let query = query_as(sql).bind(tenant.0).bind(stretch.after.0).bind(stretch.until.0);
    let rows: Vec<(i64, i64)> = query.fetch_all(c.sql()).await?;
    Ok(rows.into_iter().map(|(interaction, definition)| (InteractionId(interaction), DefinitionId(definition))).collect())
}
