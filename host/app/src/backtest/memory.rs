//! A back-test over a history that is read into memory first, and written down nowhere: for measuring what judging takes by itself.

use std::collections::BTreeMap;

use assay_domain::id::InteractionId;
use assay_store::backtests::BacktestRow;

use super::{BacktestReport, BacktestRequest, carry::Piece, contest::Recalled, recall::Carried, report::Examples, views::Found};
use crate::{Assay, Caller, error::Result};

/// Everything that a back-test judges.
pub struct RecalledHistory {
    row: BacktestRow,
    carried: Carried,
    labels: BTreeMap<String, bool>,
    batches: Vec<Vec<Recalled>>,
}

impl Assay {
    /// Reads everything that a back-test over the history as of now would judge.
    pub async fn recall_history(&self, caller: &Caller, request: &BacktestRequest) -> Result<RecalledHistory> {
        let (row, labels) = self.unwritten(caller, request).await?;
        let mut reader = self.store.read(caller.tenant).await?;
        let carried = self.take_up(&mut reader, &row, labels.clone().into_iter().collect()).await?;
        let (mut batches, mut after) = (Vec::new(), InteractionId(0));
        loop {
            let batch = self.recall_next(&mut reader, &row, &carried.labels, after).await?;
            let Some(last) = batch.last() else { break };
            after = last.case.row.id;
            batches.push(batch);
        }
        Ok(RecalledHistory { row, carried, labels, batches })
    }

    /// Judges a history that was read; it writes nothing. `progress` is told how many interactions are looked at.
    pub async fn judge_history(&self, caller: &Caller, history: RecalledHistory, mut progress: impl FnMut(u64)) -> Result<BacktestReport> {
        let RecalledHistory { row, carried, labels, batches } = history;
        let mut piece = Piece::after(0);
        for batch in batches {
            piece.add(self.hear(&carried.contest, batch, &row).await?);
            progress(piece.tally.seen);
            if piece.is_suspended() {
                break;
            }
        }
        let is_suspended = piece.is_suspended();
        let mut examples = Examples::default();
        piece.differences.into_iter().for_each(|difference| examples.add(difference));
        let found = Found { tally: piece.tally, examples };
        let mut reader = self.store.read(caller.tenant).await?;
        let given = (!labels.is_empty()).then_some(labels.len() as u64);
        self.report_of(&mut reader, &row, found, given, is_suspended).await
    }
}
