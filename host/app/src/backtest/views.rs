//! Looking at back-tests.

use std::collections::HashMap;

use assay_domain::{
    canon::Digest,
    definition::VersionContent,
    id::{BacktestId, DefinitionId, InteractionId, VersionId},
    time::Timestamp,
};
use assay_store::{
    Connection, Page,
    backtests::{self, BacktestKind, BacktestRow, BacktestState},
    definitions, rules, usage,
};

use super::{
    BacktestReport, Thresholds, VerdictDifference, Window,
    money::Prices,
    recall::{labels, rates},
    report::Examples,
    request::{Asked, read},
    tally::Tally,
    unknown_backtest,
};
use crate::{Assay, Caller, error::Result};

/// Pieces that are read at once.
const PIECES: u32 = 64;

/// A back-test as it is shown.
#[derive(Debug, Clone)]
pub struct BacktestView {
    /// Its id.
    pub id: BacktestId,
    /// The definition's slug.
    pub definition: String,
    /// The number of the version that has the candidate's content, if it was written down.
    pub version: Option<u32>,
    /// The hash of the candidate's content.
    pub hash: Digest,
    /// What the candidate fixes.
    pub content: VersionContent,
    /// The names of its parameters, in order.
    pub parameter_names: Vec<String>,
    /// `history` or `shadow`.
    pub kind: &'static str,
    /// `judging`, `finished`, `suspended` or `stopped`.
    pub state: &'static str,
    /// Whether it is over.
    pub is_over: bool,
    /// The time of asking; of a shadow, when it began.
    pub as_of: Timestamp,
    /// Which interactions, by their opening.
    pub window: Window,
    /// What it must keep to.
    pub thresholds: Thresholds,
    /// Interactions that were looked at.
    pub seen: u64,
    /// Of how many; of a shadow nobody knows.
    pub total: Option<u64>,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Whether it kept its thresholds; `None` without any, and before its end.
    pub passed: Option<bool>,
    /// What it has found: once it has ended, of a shadow by now. Lists go without.
    pub report: Option<BacktestReport>,
}

/// What all pieces add up to.
pub(super) struct Found {
    pub(super) tally: Tally,
    pub(super) examples: Examples,
}

/// Names that views are made with.
struct Names {
    slugs: HashMap<DefinitionId, String>,
    numbers: HashMap<VersionId, u32>,
    parameters: HashMap<Digest, Vec<String>>,
}

impl Names {
    async fn read(c: &mut impl Connection) -> Result<Self> {
        let names =
            |rule: rules::RuleRow| (rule.digest, rule.manifest.parameters.into_iter().map(|parameter| parameter.name).collect::<Vec<_>>());
        Ok(Self {
            slugs: definitions::all(c).await?.into_iter().collect(),
            numbers: definitions::versions(c).await?.into_iter().map(|version| (version.id, version.number)).collect(),
            parameters: rules::all(c).await?.into_iter().map(names).collect(),
        })
    }

    fn view(&self, row: BacktestRow, seen: i64) -> Result<BacktestView> {
        let Asked { window, thresholds } = Asked::of(&row)?;
        let total = (row.kind == BacktestKind::History).then(|| u64::try_from(row.bounds.total).unwrap_or(0));
        Ok(BacktestView {
            id: row.id,
            definition: self.slugs.get(&row.definition).cloned().unwrap_or_default(),
            version: row.version.and_then(|version| self.numbers.get(&version).copied()),
            hash: row.hash,
            parameter_names: self.parameters.get(&row.content.component).cloned().unwrap_or_default(),
            content: row.content,
            kind: row.kind.name(),
            state: row.state.name(),
            is_over: row.state != BacktestState::Judging,
            as_of: row.as_of,
            window,
            thresholds,
            seen: u64::try_from(seen).unwrap_or(0),
            total,
            started_at: row.created_at,
            ended_at: row.ended_at,
            passed: row.passed,
            report: None,
        })
    }
}

impl Assay {
    /// Some back-tests of the tenant, oldest first, without their reports.
    pub async fn backtests(&self, caller: &Caller, page: Page) -> Result<Vec<BacktestView>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let names = Names::read(&mut reader).await?;
        let mut views = Vec::new();
        for row in backtests::page(&mut reader, page).await? {
            let (seen, _) = backtests::progress(&mut reader, row.id).await?;
            views.push(names.view(row, seen)?);
        }
        Ok(views)
    }

    /// One back-test, with what it has found.
    pub async fn backtest(&self, caller: &Caller, id: BacktestId) -> Result<BacktestView> {
        let mut reader = self.store.read(caller.tenant).await?;
        let row = backtests::by_id(&mut reader, id).await?.ok_or_else(|| unknown_backtest(id))?;
        let names = Names::read(&mut reader).await?;
        let (seen, _) = backtests::progress(&mut reader, id).await?;
        let report = match backtests::report(&mut reader, id).await? {
            Some(text) => Some(read("report", &text)?),
            None if row.kind == BacktestKind::Shadow => Some(self.backtest_report(&mut reader, &row, false).await?),
            None => None,
        };
        Ok(BacktestView { report, ..names.view(row, seen)? })
    }

    /// Some interactions of which the candidate says something else, after one, in order of their first event's arrival.
    pub async fn backtest_differences(&self, caller: &Caller, id: BacktestId, page: Page) -> Result<Vec<VerdictDifference>> {
        let mut reader = self.store.read(caller.tenant).await?;
        backtests::by_id(&mut reader, id).await?.ok_or_else(|| unknown_backtest(id))?;
        let (mut found, mut from, limit) = (Vec::new(), InteractionId(page.after), page.limit as usize);
        while found.len() < limit {
            let pieces = backtests::pieces(&mut reader, id, from, PIECES).await?;
            let Some(last) = pieces.last().map(|piece| piece.interaction) else { break };
            for text in pieces.iter().filter_map(|piece| piece.differences.as_ref()) {
                let of_piece: Vec<VerdictDifference> = read("differences", text)?;
                found.extend(of_piece.into_iter().filter(|difference| difference.interaction.0 > page.after));
            }
            from = InteractionId(last.0 + 1);
        }
        found.truncate(limit);
        Ok(found)
    }

    /// What a back-test has found by now.
    pub(super) async fn backtest_report(&self, c: &mut impl Connection, row: &BacktestRow, is_suspended: bool) -> Result<BacktestReport> {
        let found = found(c, row).await?;
        let given = labels(c, row).await?.map(|labels| labels.len() as u64);
        self.report_of(c, row, found, given, is_suspended).await
    }

    /// What was found, with the bills that follow from it.
    pub(super) async fn report_of(
        &self,
        c: &mut impl Connection,
        row: &BacktestRow,
        Found { mut tally, examples }: Found,
        given: Option<u64>,
        is_suspended: bool,
    ) -> Result<BacktestReport> {
        let slugs: HashMap<DefinitionId, String> = definitions::all(c).await?.into_iter().collect();
        let definition = slugs.get(&row.definition).map_or("", String::as_str);
        let rates = rates(c, row).await?;
        let (usage_until, as_of) = match row.kind {
            BacktestKind::History => (row.bounds.usage, row.as_of),
            BacktestKind::Shadow => (usage::latest(c).await?, self.clock.now()),
        };
        let prices = Prices { rates: &rates, definition, usage_until, as_of };
        let bills = prices.bills(c, std::mem::take(&mut tally.moves)).await?;
        let suspended = is_suspended.then(|| suspended(&tally));
        Ok(BacktestReport::new(tally, examples, bills, given, &Asked::of(row)?.thresholds, suspended))
    }
}

fn suspended(tally: &Tally) -> String {
    let faults = crate::breaker::FAULTS_MAX;
    format!("the candidate was suspended after {faults} faults in a row, when {} interactions had been looked at", tally.seen)
}

/// Adds up every piece, a few at a time.
async fn found(c: &mut impl Connection, row: &BacktestRow) -> Result<Found> {
    let (mut found, mut from) = (Found { tally: Tally::default(), examples: Examples::default() }, InteractionId(0));
    loop {
        let pieces = backtests::pieces(c, row.id, from, PIECES).await?;
        let Some(last) = pieces.last().map(|piece| piece.interaction) else { return Ok(found) };
        for piece in pieces {
            found.tally.merge(read("tally", &piece.tally)?);
            let differences: Vec<VerdictDifference> =
                piece.differences.map_or_else(|| Ok(Vec::new()), |text| read("differences", &text))?;
            differences.into_iter().for_each(|difference| found.examples.add(difference));
        }
        from = InteractionId(last.0 + 1);
    }
}
