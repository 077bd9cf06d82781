//! Outcomes: what stands for each interaction under each definition.

use assay_domain::{
    canon::Digest,
    decimal::{Decimal, Quantity},
    id::{CustomerId, DefinitionId, EvaluationId, EventId, InteractionId, VersionId},
    outcome::{Credit, OutcomeState},
    time::Timestamp,
};

use crate::{
    bulk,
    connection::{Connection, Database as _, Tx},
    definitions::parse,
    error::{Result, StoreError},
    operations::{optional_timestamp, parsed, timestamp},
    rules::digest,
    sql::{Builder, Row, query, query_as, query_scalar},
};

/// Microseconds in a day.
const DAY_MICROS: i64 = 86_400_000_000;

/// What stands for one interaction under one definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeRow {
    /// Which interaction.
    pub interaction: InteractionId,
    /// Under which definition.
    pub definition: DefinitionId,
    /// Judged by which version.
    pub version: VersionId,
    /// In which evaluation.
    pub evaluation: EvaluationId,
    /// The hash of what was asked about.
    pub input_root: Digest,
    /// Where it stands; `None` until a first verdict.
    pub state: Option<OutcomeState>,
    /// The reason's code.
    pub reason: Option<String>,
    /// The rule's note, or the message of its error.
    pub note: Option<String>,
    /// The events that are the evidence.
    pub evidence: Vec<EventId>,
    /// How much was earned; zero unless it was.
    pub quantity: Quantity,
    /// The class of the success.
    pub class: Option<String>,
    /// What it is worth.
    pub value: Option<Decimal>,
    /// Who is credited with it.
    pub credit: Option<Credit>,
    /// When it was earned.
    pub succeeded_at: Option<Timestamp>,
    /// The date it is billed under.
    pub billed_at: Option<Timestamp>,
    /// The date of the attempt, when it counts as one.
    pub attempted_at: Option<Timestamp>,
    /// Who pays.
    pub customer: Option<CustomerId>,
    /// How many events the verdict is about.
    pub events: i64,
    /// How many came after its horizon.
    pub late_events: i64,
    /// How often it was asked again about the same input.
    pub wakes: u32,
    /// When to ask again without a new fact.
    pub due_at: Option<Timestamp>,
    /// The fault that kept the verdict from being renewed.
    pub fault: Option<String>,
}

const COLUMNS: &str = "select interaction, definition, version, evaluation, input_root, state, reason, note, evidence, quantity, class, \
    succeeded_at, billed_at, attempted_at, customer, events, late_events, wakes, due_at, fault, value, credit from outcomes ";

fn outcome(row: &Row) -> Result<OutcomeRow> {
    let time = |column: &'static str, index: usize| optional_timestamp("outcomes", column, row.try_get(index)?);
    let state: Option<String> = row.try_get(5)?;
    let state = state.map(|state| state.parse().map_err(|_| StoreError::corrupt("outcomes", "state", state))).transpose()?;
    let evidence: Vec<i64> = parse("evidence", row.try_get(8)?)?;
    Ok(OutcomeRow {
        interaction: InteractionId(row.try_get(0)?),
        definition: DefinitionId(row.try_get(1)?),
        version: VersionId(row.try_get(2)?),
        evaluation: EvaluationId(row.try_get(3)?),
        input_root: digest("outcomes", row.try_get(4)?)?,
        state,
        reason: row.try_get(6)?,
        note: row.try_get(7)?,
        evidence: evidence.into_iter().map(EventId).collect(),
        quantity: Quantity::from_micros(row.try_get(9)?),
        class: row.try_get(10)?,
        succeeded_at: time("succeeded_at", 11)?,
        billed_at: time("billed_at", 12)?,
        attempted_at: time("attempted_at", 13)?,
        customer: row.try_get::<Option<i64>>(14)?.map(CustomerId),
        events: row.try_get(15)?,
        late_events: row.try_get(16)?,
        wakes: row.try_get(17)?,
        due_at: time("due_at", 18)?,
        fault: row.try_get(19)?,
        value: parsed("outcomes", "value", row.try_get(20)?)?,
        credit: parsed("outcomes", "credit", row.try_get(21)?)?,
    })
}

/// What stands for several interactions.
pub async fn of(c: &mut impl Connection, interactions: &[InteractionId]) -> Result<Vec<OutcomeRow>> {
    let tenant = c.tenant();
    let keys: Vec<i64> = interactions.iter().map(|id| id.0).collect();
    let mut found = Vec::new();
    for chunk in bulk::lists(c, &keys) {
        let mut sql = Builder::new(COLUMNS);
        sql.push("where interaction");
        sql.push_in(chunk);
        sql.push(" and +tenant = ").push_bind(tenant.0).push(" order by interaction, definition");
        for row in sql.build().fetch_all(c.sql()).await? {
            found.push(outcome(&row)?);
        }
    }
    Ok(found)
}

const REPLACE: &str = " on conflict (/*tenant, */interaction, definition) do update set version = excluded.version, evaluation = excluded.evaluation, \
    input_root = excluded.input_root, state = excluded.state, reason = excluded.reason, note = excluded.note, evidence = excluded.evidence, \
    quantity = excluded.quantity, class = excluded.class, succeeded_at = excluded.succeeded_at, billed_at = excluded.billed_at, \
    attempted_at = excluded.attempted_at, customer = excluded.customer, events = excluded.events, late_events = excluded.late_events, \
    wakes = excluded.wakes, due_at = excluded.due_at, fault = excluded.fault, value = excluded.value, credit = excluded.credit";

/// Writes what stands, replacing what stood.
pub async fn put(tx: &mut Tx, rows: &[OutcomeRow]) -> Result<()> {
    let tenant = tx.tenant();
    let head = "insert into outcomes (interaction, definition, tenant, version, evaluation, input_root, state, reason, note, evidence, \
                quantity, class, succeeded_at, billed_at, attempted_at, customer, events, late_events, wakes, due_at, fault, value, credit) ";
    bulk::insert(tx, head, REPLACE, rows, |row, o| {
        row.push_bind(o.interaction.0).push_bind(o.definition.0).push_bind(tenant.0).push_bind(o.version.0).push_bind(o.evaluation.0);
        row.push_bind(o.input_root.as_bytes().to_vec()).push_bind(o.state.map(|state| state.to_string()));
        row.push_bind(o.reason.clone()).push_bind(o.note.clone()).push_bind(evidence(&o.evidence)).push_bind(o.quantity.micros());
        row.push_bind(o.class.clone()).push_bind(o.succeeded_at.map(Timestamp::micros)).push_bind(o.billed_at.map(Timestamp::micros));
        row.push_bind(o.attempted_at.map(Timestamp::micros)).push_bind(o.customer.map(|c| c.0)).push_bind(o.events);
        row.push_bind(o.late_events).push_bind(o.wakes).push_bind(o.due_at.map(Timestamp::micros)).push_bind(o.fault.clone());
        row.push_bind(o.value.map(|value| value.to_string())).push_bind(o.credit.as_ref().map(ToString::to_string));
    })
    .await?;
    Ok(())
}

fn evidence(events: &[EventId]) -> String {
    let list: Vec<String> = events.iter().map(|event| event.0.to_string()).collect();
    format!("[{}]", list.join(","))
}

/// Removes what stood for interactions that a definition no longer judges.
pub async fn remove(tx: &mut Tx, rows: &[(InteractionId, DefinitionId)]) -> Result<()> {
    let tenant = tx.tenant();
    for (interaction, definition) in rows {
        let sql = "delete from outcomes where interaction = $1 and definition = $2 and tenant = $3";
        query(sql).bind(interaction.0).bind(definition.0).bind(tenant.0).execute(tx.sql()).await?;
    }
    Ok(())
}

/// Makes outcomes that a fault keeps from being renewed due at a time, those of one interaction or all; gives back how many
/// interactions they belong to.
pub async fn retry(tx: &mut Tx, interaction: Option<InteractionId>, at: Timestamp) -> Result<u64> {
    let tenant = tx.tenant();
    let only = interaction.map(|id| id.0);
    let sql = "update outcomes set due_at = $3 where tenant = $1 and fault is not null and ($2 is null or interaction = $2)";
    query(sql).bind(tenant.0).bind(only).bind(at.micros()).execute(tx.sql()).await?;
    let sql = "update interactions set due_at = $3, revision = revision + 1, leased_until = null where tenant = $1 and ($2 is null or id = $2) \
               and id in (select interaction from outcomes where +tenant = $1 and fault is not null and ($2 is null or interaction = $2))";
    query(sql).bind(tenant.0).bind(only).bind(at.micros()).execute(tx.sql()).await
}

/// How many outcomes of a definition stand where, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeCount {
    /// Which definition.
    pub definition: DefinitionId,
    /// Where they stand.
    pub state: Option<OutcomeState>,
    /// Why.
    pub reason: Option<String>,
    /// Whether a fault keeps them from being renewed.
    pub faulted: bool,
    /// How many.
    pub count: i64,
    /// What they add up to.
    pub quantity: Quantity,
}

/// The outcomes of a tenant by definition, state and reason.
pub async fn counts(c: &mut impl Connection) -> Result<Vec<OutcomeCount>> {
    let tenant = c.tenant();
    let sql = "select definition, state, reason, fault is not null, count(*), sum(quantity) from outcomes where tenant = $1 \
               group by 1, 2, 3, 4 order by 1, 5 desc, 2 nulls first, 3 nulls first, 4";
    let rows = query(sql).bind(tenant.0).fetch_all(c.sql()).await?;
    rows.iter()
        .map(|row| {
            let state: Option<String> = row.try_get(1)?;
            Ok(OutcomeCount {
                definition: DefinitionId(row.try_get(0)?),
                state: state.map(|state| state.parse().map_err(|_| StoreError::corrupt("outcomes", "state", state))).transpose()?,
                reason: row.try_get(2)?,
                faulted: row.try_get(3)?,
                count: row.try_get(4)?,
                quantity: Quantity::from_micros(row.try_get(5)?),
            })
        })
        .collect()
}

/// Attempts that were opened on one day and stand alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCount {
    /// The first instant of the day, UTC.
    pub day: Timestamp,
    /// Under which definition.
    pub definition: DefinitionId,
    /// Where they stand.
    pub state: OutcomeState,
    /// How many.
    pub count: i64,
}

/// Attempts opened in a time, by day, definition and state.
pub async fn daily(c: &mut impl Connection, from: Timestamp, until: Timestamp) -> Result<Vec<DayCount>> {
    let tenant = c.tenant();
    let sql = "select attempted_at / $4 * $4, definition, state, count(*) from outcomes \
               where tenant = $1 and attempted_at >= $2 and attempted_at < $3 and state is not null group by 1, 2, 3 order by 1, 2, 3";
    let query = query_as(sql).bind(tenant.0).bind(from.micros()).bind(until.micros()).bind(DAY_MICROS);
    let rows: Vec<(i64, i64, String, i64)> = query.fetch_all(c.sql()).await?;
    let row = |(day, definition, state, count): (i64, i64, String, i64)| {
        Ok(DayCount {
            day: timestamp("outcomes", "attempted_at", day)?,
            definition: DefinitionId(definition),
            state: state.parse().map_err(|_| StoreError::corrupt("outcomes", "state", state))?,
            count,
        })
    };
    rows.into_iter().map(row).collect()
}

/// When the latest attempt was opened.
pub async fn latest_attempt(c: &mut impl Connection) -> Result<Option<Timestamp>> {
    let tenant = c.tenant();
    let sql = "select max(attempted_at) from outcomes where tenant = $1";
    optional_timestamp("outcomes", "attempted_at", query_scalar(sql).bind(tenant.0).fetch_one(c.sql()).await?)
}
