//! Back-tests: candidates for definitions that are judged over recorded interactions, how far each has come, and what it has found.
//!
//! What was found is kept in pieces: of a back-test over history a piece is about a run of interactions and is never written again; of a
//! shadow it is about one interaction, and is replaced when that is judged again.

mod pieces;
mod rulings;

use assay_domain::{
    canon::Digest,
    definition::VersionContent,
    id::{BacktestId, DefinitionId, EventId, InteractionId, TenantId, VersionId},
    time::Timestamp,
};

use crate::{
    connection::{Connection, Database as _, Store, Tx},
    definitions::{json, parse},
    error::{Result, StoreError},
    operations::{optional_timestamp, timestamp},
    page::{Page, paged},
    rules::digest,
    sql::{Row, query, query_as, query_scalar},
    usage,
};

pub use self::{
    pieces::{NewPiece, PieceRow, RecordedUsage, insert_piece, pieces, progress, put_pieces, recorded, waiting},
    rulings::effects,
};

/// What a back-test is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BacktestKind {
    /// What is recorded when it starts.
    History,
    /// What comes in after it has started.
    Shadow,
}

impl BacktestKind {
    const ALL: [(Self, &'static str); 2] = [(Self::History, "history"), (Self::Shadow, "shadow")];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("history", |(_, name)| name)
    }
}

/// How far a back-test has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BacktestState {
    /// Interactions are being judged.
    Judging,
    /// Everything is judged.
    Finished,
    /// The candidate faulted too often in a row to be asked any more.
    Suspended,
    /// Somebody has stopped it before its end.
    Stopped,
}

impl BacktestState {
    const ALL: [(Self, &'static str); 4] =
        [(Self::Judging, "judging"), (Self::Finished, "finished"), (Self::Suspended, "suspended"), (Self::Stopped, "stopped")];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("judging", |(_, name)| name)
    }
}

/// Up to where what is recorded counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The last event.
    pub events: EventId,
    /// The number of the last change of usage.
    pub usage: i64,
    /// The last interaction.
    pub interactions: InteractionId,
    /// How many interactions there are.
    pub total: i64,
}

/// What is recorded of a tenant right now. Within a transaction that nobody writes beside nothing can come in below it later.
pub async fn bounds(c: &mut impl Connection) -> Result<Bounds> {
    let tenant = c.tenant();
    let sql = "select coalesce((select e.id from events e where +e.tenant = $1 order by e.id desc limit 1), 0), \
               coalesce(max(i.id), 0), count(*) from interactions i where i.tenant = $1";
    let (event, interaction, total): (i64, i64, i64) = query_as(sql).bind(tenant.0).fetch_one(c.sql()).await?;
    let usage = usage::latest(c).await?;
    Ok(Bounds { events: EventId(event), usage, interactions: InteractionId(interaction), total })
}

/// A back-test to start.
#[derive(Debug, Clone)]
pub struct NewBacktest {
    /// For which definition.
    pub definition: DefinitionId,
    /// The version with the candidate's content, if it is written down.
    pub version: Option<VersionId>,
    /// What the candidate fixes.
    pub content: VersionContent,
    /// What else was asked, as JSON.
    pub request: String,
    /// What people say of interactions, as JSON; `None` where they say nothing.
    pub labels: Option<String>,
    /// What it is about.
    pub kind: BacktestKind,
    /// The time of asking; of a shadow, when it began.
    pub as_of: Timestamp,
    /// Up to where what is recorded counts; of a shadow, from where on.
    pub bounds: Bounds,
}

/// Writes down a back-test that starts.
pub async fn insert(tx: &mut Tx, new: &NewBacktest) -> Result<BacktestId> {
    let tenant = tx.tenant();
    let sql = "insert into backtests (tenant, definition, version, hash, candidate, request, labels, kind, state, as_of, facts_until, \
               usage_until, interactions_until, total, faults, created_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, $10) returning id";
    let statement = query_scalar(sql).bind(tenant.0).bind(new.definition.0).bind(new.version.map(|version| version.0));
    let statement = statement.bind(new.content.hash().as_bytes().to_vec()).bind(json(&new.content)?).bind(&new.request);
    let statement = statement.bind(&new.labels).bind(new.kind.name()).bind(BacktestState::Judging.name()).bind(new.as_of.micros());
    let statement = statement.bind(new.bounds.events.0).bind(new.bounds.usage).bind(new.bounds.interactions.0).bind(new.bounds.total);
    Ok(BacktestId(statement.fetch_one(tx.sql()).await?))
}

/// A back-test as stored, without its labels and its report.
#[derive(Debug, Clone)]
pub struct BacktestRow {
    /// Its id.
    pub id: BacktestId,
    /// For which definition.
    pub definition: DefinitionId,
    /// The version with the candidate's content, if it was written down.
    pub version: Option<VersionId>,
    /// The hash of the candidate's content.
    pub hash: Digest,
    /// What the candidate fixes.
    pub content: VersionContent,
    /// What else was asked, as JSON.
    pub request: String,
    /// What it is about.
    pub kind: BacktestKind,
    /// How far it has come.
    pub state: BacktestState,
    /// The time of asking; of a shadow, when it began.
    pub as_of: Timestamp,
    /// Up to where what is recorded counts; of a shadow, from where on.
    pub bounds: Bounds,
    /// How often the candidate has faulted in a row by now.
    pub faults: u32,
    /// Whether it kept its thresholds; `None` without any, and before its end.
    pub passed: Option<bool>,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

const BACKTESTS: &str = "select id, definition, version, hash, candidate, request, kind, state, as_of, facts_until, usage_until, \
    interactions_until, total, faults, passed, created_at, ended_at from backtests where tenant = $1";

fn backtest(row: &Row) -> Result<BacktestRow> {
    Ok(BacktestRow {
        id: BacktestId(row.try_get(0)?),
        definition: DefinitionId(row.try_get(1)?),
        version: row.try_get::<Option<i64>>(2)?.map(VersionId),
        hash: digest("backtests", row.try_get(3)?)?,
        content: parse("candidate", row.try_get(4)?)?,
        request: row.try_get(5)?,
        kind: named("kind", &BacktestKind::ALL, row.try_get(6)?)?,
        state: named("state", &BacktestState::ALL, row.try_get(7)?)?,
        as_of: timestamp("backtests", "as_of", row.try_get(8)?)?,
        bounds: Bounds {
            events: EventId(row.try_get(9)?),
            usage: row.try_get(10)?,
            interactions: InteractionId(row.try_get(11)?),
            total: row.try_get(12)?,
        },
        faults: row.try_get(13)?,
        passed: row.try_get::<Option<i64>>(14)?.map(|passed| passed != 0),
        created_at: timestamp("backtests", "created_at", row.try_get(15)?)?,
        ended_at: optional_timestamp("backtests", "ended_at", row.try_get(16)?)?,
    })
}

fn named<T: Copy>(column: &'static str, known: &[(T, &'static str)], text: String) -> Result<T> {
    let found = known.iter().find(|(_, name)| *name == text).map(|(value, _)| *value);
    found.ok_or_else(|| StoreError::corrupt("backtests", column, text))
}

/// Some back-tests of the tenant, oldest first.
pub async fn page(c: &mut impl Connection, page: Page) -> Result<Vec<BacktestRow>> {
    let tenant = c.tenant();
    paged(c, BACKTESTS, "id", tenant, page).await?.iter().map(backtest).collect()
}

/// One back-test of the tenant.
pub async fn by_id(c: &mut impl Connection, id: BacktestId) -> Result<Option<BacktestRow>> {
    let found = page(c, Page::at(id.0)).await?;
    Ok(found.into_iter().find(|row| row.id == id))
}

/// Those that have not ended, oldest first.
pub async fn open(c: &mut impl Connection) -> Result<Vec<BacktestRow>> {
    let tenant = c.tenant();
    let sql = format!("{BACKTESTS} and state = 'judging' order by id");
    query(sql).bind(tenant.0).fetch_all(c.sql()).await?.iter().map(backtest).collect()
}

/// The latest that has ended, was about a content under a definition, and had thresholds to keep.
pub async fn latest(c: &mut impl Connection, definition: DefinitionId, hash: Digest) -> Result<Option<BacktestRow>> {
    let tenant = c.tenant();
    let sql = format!("{BACKTESTS} and definition = $2 and hash = $3 and passed is not null order by id desc limit 1");
    let statement = query(sql).bind(tenant.0).bind(definition.0).bind(hash.as_bytes().to_vec());
    statement.fetch_optional(c.sql()).await?.as_ref().map(backtest).transpose()
}

/// What people say of interactions, as JSON, if they said anything.
pub async fn labels(c: &mut impl Connection, id: BacktestId) -> Result<Option<String>> {
    text(c, "select labels from backtests where tenant = $1 and id = $2", id).await
}

/// What was found, as JSON, once it has ended.
pub async fn report(c: &mut impl Connection, id: BacktestId) -> Result<Option<String>> {
    text(c, "select report from backtests where tenant = $1 and id = $2", id).await
}

async fn text(c: &mut impl Connection, sql: &'static str, id: BacktestId) -> Result<Option<String>> {
    let tenant = c.tenant();
    let found: Option<Option<String>> = query_scalar(sql).bind(tenant.0).bind(id.0).fetch_optional(c.sql()).await?;
    Ok(found.flatten())
}

/// Takes a back-test in hand until a time; false where somebody else has it, or it has ended.
pub async fn take(store: &Store, tenant: TenantId, id: BacktestId, now: Timestamp, until: Timestamp) -> Result<bool> {
    let sql = "update backtests set leased_until = $4 where tenant = $1 and id = $2 and state = 'judging' \
               and (leased_until is null or leased_until <= $3)";
    let mut tx = store.begin_beside(tenant).await?;
    let statement = query(sql).bind(tenant.0).bind(id.0).bind(now.micros()).bind(until.micros());
    let taken = statement.execute(tx.sql()).await? == 1;
    tx.keep("lease").await?;
    Ok(taken)
}

/// Writes down how often the candidate has faulted in a row, and lets go of the back-test.
pub async fn advance(tx: &mut Tx, id: BacktestId, faults: u32) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "update backtests set faults = $3, leased_until = null where tenant = $1 and id = $2";
    query(sql).bind(tenant.0).bind(id.0).bind(faults).execute(tx.sql()).await?;
    Ok(())
}

/// How a back-test ends.
#[derive(Debug, Clone)]
pub struct Ending {
    /// Where it stands from now on.
    pub state: BacktestState,
    /// What was found, as JSON.
    pub report: Option<String>,
    /// Whether it kept its thresholds; `None` without any.
    pub passed: Option<bool>,
}

/// Ends a back-test; false when it has ended before.
pub async fn end(tx: &mut Tx, id: BacktestId, ending: &Ending, now: Timestamp) -> Result<bool> {
    let tenant = tx.tenant();
    let sql = "update backtests set state = $3, report = $4, passed = $5, ended_at = $6, leased_until = null \
               where tenant = $1 and id = $2 and state = 'judging'";
    let statement = query(sql).bind(tenant.0).bind(id.0).bind(ending.state.name()).bind(&ending.report).bind(ending.passed);
    Ok(statement.bind(now.micros()).execute(tx.sql()).await? == 1)
}
