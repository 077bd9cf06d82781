//! Outcomes: what stands for each interaction under each definition.

use assay_domain::{
    canon::Digest,
    decimal::Quantity,
    id::{CustomerId, DefinitionId, EvaluationId, EventId, InteractionId, TenantId, VersionId},
    outcome::OutcomeState,
    time::Timestamp,
};
use sqlx::{QueryBuilder, Row as _};

use crate::{
    bulk,
    connection::{Connection, Tx},
    definitions::parse,
    error::{Result, StoreError},
    operations::optional_timestamp,
    rules::digest,
};

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
    succeeded_at, billed_at, attempted_at, customer, events, late_events, wakes, due_at, fault from outcomes ";

fn outcome(row: &sqlx::sqlite::SqliteRow) -> Result<OutcomeRow> {
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
        customer: row.try_get::<Option<i64>, _>(14)?.map(CustomerId),
        events: row.try_get(15)?,
        late_events: row.try_get(16)?,
        wakes: row.try_get(17)?,
        due_at: time("due_at", 18)?,
        fault: row.try_get(19)?,
    })
}

/// What stands for several interactions.
pub async fn of(c: &mut impl Connection, interactions: &[InteractionId]) -> Result<Vec<OutcomeRow>> {
    let keys: Vec<i64> = interactions.iter().map(|id| id.0).collect();
    let mut found = Vec::new();
    for chunk in bulk::chunks(&keys) {
        let mut sql = QueryBuilder::new(COLUMNS);
        sql.push("where interaction in ");
        bulk::push_list(&mut sql, chunk);
        for row in sql.build().fetch_all(c.sql()).await? {
            found.push(outcome(&row)?);
        }
    }
    Ok(found)
}

/// Writes what stands, replacing what stood.
pub async fn put(tx: &mut Tx, tenant: TenantId, rows: &[OutcomeRow]) -> Result<()> {
    let head = "insert or replace into outcomes (interaction, definition, tenant, version, evaluation, input_root, state, reason, note, evidence, \
                quantity, class, succeeded_at, billed_at, attempted_at, customer, events, late_events, wakes, due_at, fault) ";
    bulk::insert(tx, head, "", rows, |row, o| {
        row.push_bind(o.interaction.0).push_bind(o.definition.0).push_bind(tenant.0).push_bind(o.version.0).push_bind(o.evaluation.0);
        row.push_bind(o.input_root.as_bytes().to_vec()).push_bind(o.state.map(|state| state.to_string()));
        row.push_bind(o.reason.clone()).push_bind(o.note.clone()).push_bind(evidence(&o.evidence)).push_bind(o.quantity.micros());
        row.push_bind(o.class.clone()).push_bind(o.succeeded_at.map(Timestamp::micros)).push_bind(o.billed_at.map(Timestamp::micros));
        row.push_bind(o.attempted_at.map(Timestamp::micros)).push_bind(o.customer.map(|c| c.0)).push_bind(o.events);
        row.push_bind(o.late_events).push_bind(o.wakes).push_bind(o.due_at.map(Timestamp::micros)).push_bind(o.fault.clone());
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
    for (interaction, definition) in rows {
        let sql = "delete from outcomes where interaction = $1 and definition = $2";
        sqlx::query(sql).bind(interaction.0).bind(definition.0).execute(tx.sql()).await?;
    }
    Ok(())
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
pub async fn counts(c: &mut impl Connection, tenant: TenantId) -> Result<Vec<OutcomeCount>> {
    let sql = "select definition, state, reason, fault is not null, count(*), sum(quantity) from outcomes where tenant = $1 \
               group by 1, 2, 3, 4 order by 1, 5 desc";
    let rows = sqlx::query(sql).bind(tenant.0).fetch_all(c.sql()).await?;
    rows.iter()
        .map(|row| {
            let state: Option<String> = row.try_get(1)?;
            Ok(OutcomeCount {
                definition: DefinitionId(row.try_get(0)?),
                state: state.map(|state| state.parse().map_err(|_| StoreError::corrupt("outcomes", "state", state))).transpose()?,
                reason: row.try_get(2)?,
                faulted: row.try_get::<i64, _>(3)? != 0,
                count: row.try_get(4)?,
                quantity: Quantity::from_micros(row.try_get(5)?),
            })
        })
        .collect()
}

/// Which outcomes to list; what is absent does not narrow.
#[derive(Debug, Clone, Default)]
pub struct OutcomeFilter {
    /// Those that stand here.
    pub state: Option<OutcomeState>,
    /// Those that stand for this reason.
    pub reason: Option<String>,
    /// Those that a fault keeps from being renewed.
    pub faulted: bool,
    /// Those that belong to nobody.
    pub unassigned: bool,
}

/// One outcome of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeEntry {
    /// The interaction's subject.
    pub subject: String,
    /// The key of the customer it belongs to.
    pub customer: Option<String>,
    /// The definition's slug.
    pub definition: String,
    /// Where it stands.
    pub state: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The fault that kept it from being renewed.
    pub fault: Option<String>,
}

/// Outcomes of a tenant that a filter lets through, in the order of their interactions.
pub async fn list(c: &mut impl Connection, tenant: TenantId, filter: &OutcomeFilter, limit: u32) -> Result<Vec<OutcomeEntry>> {
    let mut sql = QueryBuilder::new(
        "select i.subject, u.key, d.slug, o.state, o.reason, o.fault from outcomes o join interactions i on i.id = o.interaction \
         join definitions d on d.id = o.definition left join customers u on u.id = o.customer where o.tenant = ",
    );
    sql.push_bind(tenant.0);
    if let Some(state) = filter.state {
        sql.push(" and o.state = ").push_bind(state.to_string());
    }
    if let Some(reason) = &filter.reason {
        sql.push(" and o.reason = ").push_bind(reason.clone());
    }
    if filter.faulted {
        sql.push(" and o.fault is not null");
    }
    if filter.unassigned {
        sql.push(" and o.customer is null");
    }
    sql.push(" order by o.interaction, o.definition limit ").push_bind(limit);
    let rows = sql.build().fetch_all(c.sql()).await?;
    rows.iter()
        .map(|row| {
            Ok(OutcomeEntry {
                subject: row.try_get(0)?,
                customer: row.try_get(1)?,
                definition: row.try_get(2)?,
                state: row.try_get(3)?,
                reason: row.try_get(4)?,
                fault: row.try_get(5)?,
            })
        })
        .collect()
}
