//! Shadows: a candidate beside the version in force on what comes in, after it is settled, and behind everything else.

use assay_domain::{
    id::{BacktestId, InteractionId},
    time::Timestamp,
};
use assay_store::{
    Reader,
    backtests::{self, BacktestKind, BacktestRow, BacktestState, Ending, NewPiece},
};

use super::{
    BacktestView,
    carry::{Piece, Step, stored},
    contest::Heard,
    recall,
    request::Asked,
    unknown_backtest,
};
use crate::{
    Assay, Caller,
    error::{AppError, Result},
    worker::BATCH,
};

impl Assay {
    /// Judges some interactions that were settled since the shadow looked at them; ends it when its time is over and nothing is left.
    pub(super) async fn shadow(&self, caller: &Caller, reader: &mut Reader, row: &BacktestRow) -> Result<Step> {
        let now = self.clock.now();
        let is_over = Asked::of(row)?.window.until.is_some_and(|until| until <= now);
        let rows = backtests::waiting(reader, row.id, row.bounds.interactions, now, BATCH).await?;
        let (is_empty, is_full) = (rows.is_empty(), rows.len() >= BATCH as usize);
        if !is_empty {
            if !self.take_in_hand(row, caller).await? {
                return Ok(Step::Elsewhere);
            }
            let labels = recall::labels(reader, row).await?.unwrap_or_default();
            let carried = self.take_up(reader, row, labels).await?;
            let recalled = self.recall_rows(reader, row, &carried.labels, rows).await?;
            let heard = self.hear(&carried.contest, recalled, row).await?;
            if self.keep_each(caller, row, heard).await? {
                return self.conclude(caller, row.id, BacktestState::Suspended).await;
            }
        }
        match (is_full, is_over) {
            (true, _) => Ok(Step::More),
            (false, true) => self.conclude(caller, row.id, BacktestState::Finished).await,
            (false, false) => Ok(Step::Idle),
        }
    }

    /// Keeps what was heard of each interaction in the place of what was heard before; gives back whether the candidate has faulted too
    /// often.
    async fn keep_each(&self, caller: &Caller, row: &BacktestRow, heard: Vec<Heard>) -> Result<bool> {
        let now = self.clock.now();
        let (mut faults, mut pieces) = (row.faults, Vec::with_capacity(heard.len()));
        for heard in heard {
            let (interaction, revision, due_at) = (heard.interaction, heard.revision, heard.due_at);
            let mut piece = Piece::after(faults);
            if piece.is_suspended() {
                break;
            }
            piece.add(vec![heard]);
            faults = piece.faults;
            pieces.push(new_piece(interaction, revision, due_at, &piece)?);
        }
        let mut tx = self.store.begin_beside(caller.tenant).await?;
        backtests::put_pieces(&mut tx, row.id, &pieces).await?;
        backtests::advance(&mut tx, row.id, faults).await?;
        let before = serde_json::json!({ "faults": row.faults }).to_string();
        let after = serde_json::json!({ "interactions": pieces.len(), "faults": faults }).to_string();
        tx.commit(caller.operation("backtest.judge", row.id, Some(before), Some(after), now)).await?;
        Ok(Piece::after(faults).is_suspended())
    }

    /// Stops a back-test: a shadow ends with what it has found by now, one over history without a report.
    pub async fn stop_backtest(&self, caller: &Caller, id: BacktestId) -> Result<BacktestView> {
        let row = backtests::by_id(&mut self.store.read(caller.tenant).await?, id).await?.ok_or_else(|| unknown_backtest(id))?;
        if row.state != BacktestState::Judging {
            return Err(AppError::conflict(format!("the back-test {id} has ended"), "start another one"));
        }
        match row.kind {
            BacktestKind::Shadow => {
                self.carry_backtest(caller, id, |_, _| {}).await?;
                self.conclude(caller, id, BacktestState::Finished).await?;
            }
            BacktestKind::History => {
                let now = self.clock.now();
                let mut tx = self.store.begin(caller.tenant).await?;
                let ending = Ending { state: BacktestState::Stopped, report: None, passed: None };
                if backtests::end(&mut tx, id, &ending, now).await? {
                    let told = |state: BacktestState| Some(serde_json::json!({ "state": state.name() }).to_string());
                    tx.commit(caller.operation("backtest.stop", id, told(row.state), told(ending.state), now)).await?;
                }
            }
        }
        self.backtest(caller, id).await
    }
}

fn new_piece(interaction: InteractionId, revision: i64, due_at: Option<Timestamp>, piece: &Piece) -> Result<NewPiece> {
    let differences = (!piece.differences.is_empty()).then(|| stored(&piece.differences)).transpose()?;
    Ok(NewPiece { interaction, seen: 1, revision: Some(revision), due_at, tally: stored(&piece.tally)?, differences })
}
