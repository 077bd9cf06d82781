//! Carrying a back-test, piece by piece: each is read, judged and kept by itself, so that one that was killed goes on where it was.

use std::{collections::HashMap, sync::Arc};

use assay_domain::id::{BacktestId, InteractionId};
use assay_store::{
    Reader,
    backtests::{self, BacktestKind, BacktestRow, BacktestState, Ending, NewPiece},
};
use tokio::sync::mpsc;

use super::{
    BacktestView,
    contest::{Contest, Heard, Recalled},
    recall::{self, Ahead, Carried},
    tally::{Tally, VerdictDifference},
    unknown_backtest,
};
use crate::{
    Assay, Caller,
    breaker::FAULTS_MAX,
    error::{AppError, Result},
    work::IN_OTHER_HANDS,
};

/// Batches of interactions that are kept together.
const BATCHES: usize = 4;

/// What a step has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// There is more to judge.
    More,
    /// There is nothing to judge now.
    Idle,
    /// Somebody else has it in hand.
    Elsewhere,
    /// It has ended.
    Ended,
}

/// What was found in a run of interactions.
#[derive(Default)]
pub(super) struct Piece {
    pub(super) tally: Tally,
    pub(super) differences: Vec<VerdictDifference>,
    last: Option<InteractionId>,
    /// How often the candidate has faulted in a row by the end of it.
    pub(super) faults: u32,
}

impl Piece {
    /// The first after so many faults in a row.
    pub(super) fn after(faults: u32) -> Self {
        Self { faults, ..Self::default() }
    }

    /// Adds what was heard, in order, until the candidate has faulted too often.
    pub(super) fn add(&mut self, heard: Vec<Heard>) {
        for Heard { interaction, found, .. } in heard {
            if self.is_suspended() {
                return;
            }
            self.last = Some(interaction);
            self.tally.seen += 1;
            match found.as_ref().and_then(|found| found.candidate.is_faulted()) {
                Some(true) => self.faults += 1,
                Some(false) => self.faults = 0,
                None => {}
            }
            self.differences.extend(found.and_then(|found| self.tally.add(found)));
        }
    }

    /// Whether the candidate is not asked any more.
    pub(super) fn is_suspended(&self) -> bool {
        self.faults >= FAULTS_MAX
    }
}

/// What is stored as JSON.
pub(super) fn stored(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| AppError::Write(error.into()))
}

impl Assay {
    /// Carries a back-test to its end, or a shadow as far as there is something to judge; what another process has in hand is waited for.
    /// `progress` is told how many interactions are looked at, and of how many.
    pub async fn carry_backtest(&self, caller: &Caller, id: BacktestId, mut progress: impl FnMut(u64, u64)) -> Result<BacktestView> {
        let mut carried = None;
        loop {
            self.signals.go_on()?;
            match self.backtest_step(caller, id, &mut carried, &mut progress).await? {
                Step::More => {}
                Step::Elsewhere => tokio::time::sleep(IN_OTHER_HANDS).await,
                Step::Idle | Step::Ended => return self.backtest(caller, id).await,
            }
        }
    }

    /// One step of a back-test. `carried` is kept from step to step.
    pub(super) async fn backtest_step(
        &self,
        caller: &Caller,
        id: BacktestId,
        carried: &mut Option<Carried>,
        progress: &mut impl FnMut(u64, u64),
    ) -> Result<Step> {
        let mut reader = self.store.read(caller.tenant).await?;
        let row = backtests::by_id(&mut reader, id).await?.ok_or_else(|| unknown_backtest(id))?;
        if row.state != BacktestState::Judging {
            return Ok(Step::Ended);
        }
        if row.kind == BacktestKind::Shadow {
            return self.shadow(caller, &mut reader, &row).await;
        }
        if !self.take_in_hand(&row, caller).await? {
            return Ok(Step::Elsewhere);
        }
        self.judge_piece(caller, &mut reader, &row, carried, progress).await
    }

    /// Of a file nobody else is at work.
    pub(super) async fn take_in_hand(&self, row: &BacktestRow, caller: &Caller) -> Result<bool> {
        let now = self.clock.now();
        Ok(!self.store.is_shared() || backtests::take(&self.store, caller.tenant, row.id, now, now.plus(self.lease)).await?)
    }

    /// Judges the next piece of the history, reading ahead by a batch.
    async fn judge_piece(
        &self,
        caller: &Caller,
        reader: &mut Reader,
        row: &BacktestRow,
        carried: &mut Option<Carried>,
        progress: &mut impl FnMut(u64, u64),
    ) -> Result<Step> {
        let Carried { contest, labels, ahead } = match carried {
            Some(carried) => carried,
            None => {
                let labels = recall::labels(reader, row).await?.unwrap_or_default();
                carried.insert(self.take_up(reader, row, labels).await?)
            }
        };
        let (seen, after) = backtests::progress(reader, row.id).await?;
        let seen = u64::try_from(seen).unwrap_or(0);
        let (send, mut batches) = mpsc::channel(1);
        let reading = self.recall_piece(reader, row, labels, ahead, after, send);
        let judging = async {
            let mut piece = Piece::after(row.faults);
            while let Some(batch) = batches.recv().await {
                piece.add(self.hear(contest, batch, row).await?);
                progress(seen + piece.tally.seen, u64::try_from(row.bounds.total).unwrap_or(0));
                if piece.is_suspended() {
                    // Whoever reads ahead would wait for ever.
                    batches.close();
                    break;
                }
            }
            Ok::<Piece, AppError>(piece)
        };
        let ((), piece) = tokio::try_join!(reading, judging)?;
        let is_suspended = piece.is_suspended();
        let is_over = self.keep(caller, row, piece).await?;
        match (is_suspended, is_over) {
            (true, _) => self.conclude(caller, row.id, BacktestState::Suspended).await,
            (false, true) => self.conclude(caller, row.id, BacktestState::Finished).await,
            (false, false) => Ok(Step::More),
        }
    }

    /// Reads a piece, and what comes after it, so that nobody waits for that when this one is judged.
    async fn recall_piece(
        &self,
        reader: &mut Reader,
        row: &BacktestRow,
        labels: &HashMap<String, bool>,
        ahead: &mut Option<Ahead>,
        mut after: InteractionId,
        to: mpsc::Sender<Vec<Recalled>>,
    ) -> Result<()> {
        for _ in 0..BATCHES {
            let batch = match ahead.take().filter(|ahead| ahead.after == after) {
                Some(Ahead { batch, .. }) => batch,
                None => self.recall_next(reader, row, labels, after).await?,
            };
            let Some(last) = batch.last() else { return Ok(()) };
            after = last.case.row.id;
            if to.send(batch).await.is_err() {
                return Ok(());
            }
        }
        // Judging ends when there is nobody who could send more.
        drop(to);
        *ahead = Some(Ahead { after, batch: self.recall_next(reader, row, labels, after).await? });
        Ok(())
    }

    /// Has both versions judge a batch, on all evaluator threads.
    pub(super) async fn hear(&self, contest: &Arc<Contest>, batch: Vec<Recalled>, row: &BacktestRow) -> Result<Vec<Heard>> {
        let as_of = if row.kind == BacktestKind::History { row.as_of } else { self.clock.now() };
        let contest = Arc::clone(contest);
        let hear = move |batch: Vec<Recalled>, is_awaited: &dyn Fn() -> bool| {
            let awaited = batch.into_iter().take_while(|_| is_awaited());
            awaited.map(|recalled| contest.hear(recalled, as_of)).collect::<Vec<_>>()
        };
        Ok(self.in_pieces(batch, hear).await?.into_iter().flatten().collect())
    }

    /// Keeps a piece; gives back whether there was nothing left to look at.
    async fn keep(&self, caller: &Caller, row: &BacktestRow, piece: Piece) -> Result<bool> {
        let Some(last) = piece.last else { return Ok(true) };
        let now = self.clock.now();
        let seen = i64::try_from(piece.tally.seen).unwrap_or(i64::MAX);
        let differences = (!piece.differences.is_empty()).then(|| stored(&piece.differences)).transpose()?;
        let new = NewPiece { interaction: last, seen, revision: None, due_at: None, tally: stored(&piece.tally)?, differences };
        let mut tx = self.store.begin_beside(caller.tenant).await?;
        // Where another process has kept the same piece this one is dropped.
        if backtests::insert_piece(&mut tx, row.id, &new).await? {
            backtests::advance(&mut tx, row.id, piece.faults).await?;
            let before = serde_json::json!({ "faults": row.faults }).to_string();
            let after = serde_json::json!({ "interactions": seen, "until": last, "faults": piece.faults }).to_string();
            tx.commit(caller.operation("backtest.judge", row.id, Some(before), Some(after), now)).await?;
        }
        Ok(false)
    }

    /// Ends a back-test with its report.
    pub(super) async fn conclude(&self, caller: &Caller, id: BacktestId, state: BacktestState) -> Result<Step> {
        let mut reader = self.store.read(caller.tenant).await?;
        let row = backtests::by_id(&mut reader, id).await?.ok_or_else(|| unknown_backtest(id))?;
        let report = self.backtest_report(&mut reader, &row, state == BacktestState::Suspended).await?;
        drop(reader);
        let (passed, reasons) = (report.passed(), report.reasons());
        let ending = Ending { state, report: Some(stored(&report)?), passed };
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if backtests::end(&mut tx, id, &ending, now).await? {
            let before = serde_json::json!({ "state": row.state.name() }).to_string();
            let after = serde_json::json!({ "state": state.name(), "hash": row.hash, "passed": passed, "reasons": reasons }).to_string();
            tx.commit(caller.operation("backtest.finish", id, Some(before), Some(after), now)).await?;
        }
        Ok(Step::Ended)
    }
}
