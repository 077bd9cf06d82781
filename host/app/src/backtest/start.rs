//! Starting a back-test: from then on it is fixed what it sees.

use std::collections::BTreeMap;

use assay_domain::{event::check_name, id::BacktestId, time::Timestamp, violation::Violation};
use assay_store::backtests::{self, BacktestKind, BacktestRow, BacktestState, Bounds, NewBacktest};

use super::{BacktestRequest, BacktestView, Window, candidate::Resolved, carry::stored, request::Asked};
use crate::{Assay, Caller, error::Result};

impl Assay {
    /// Starts a back-test, or a shadow; the worker carries it on by itself, and [`carry_backtest`](Self::carry_backtest) at once.
    pub async fn start_backtest(&self, caller: &Caller, request: &BacktestRequest) -> Result<BacktestView> {
        let labels = checked(request)?;
        let mut reader = self.store.read(caller.tenant).await?;
        let resolved = self.resolve(&mut reader, &request.definition, &request.candidate, self.clock.now()).await?;
        drop(reader);
        // Nobody writes beside it, so that nothing comes in later below the bounds.
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(id) = caller.answered::<BacktestId>(&mut tx).await? {
            drop(tx);
            return self.backtest(caller, id).await;
        }
        let (as_of, bounds) = (self.clock.now(), backtests::bounds(&mut tx).await?);
        let new = new_backtest(request, resolved, labels, as_of, bounds)?;
        let id = backtests::insert(&mut tx, &new).await?;
        let after = serde_json::json!({ "definition": request.definition, "hash": new.content.hash(), "kind": new.kind.name() });
        caller.commit(tx, caller.operation("backtest.start", id, None, Some(after.to_string()), as_of), &id).await?;
        self.backtest(caller, id).await
    }

    /// A back-test over the history that is written down nowhere.
    pub(super) async fn unwritten(&self, caller: &Caller, request: &BacktestRequest) -> Result<(BacktestRow, BTreeMap<String, bool>)> {
        let labels = checked(request)?;
        let mut reader = self.store.read(caller.tenant).await?;
        let as_of = self.clock.now();
        let resolved = self.resolve(&mut reader, &request.definition, &request.candidate, as_of).await?;
        let bounds = backtests::bounds(&mut reader).await?;
        let NewBacktest { definition, version, content, request, kind, .. } =
            new_backtest(request, resolved, BTreeMap::new(), as_of, bounds)?;
        let row = BacktestRow {
            id: BacktestId(0),
            definition,
            version,
            hash: content.hash(),
            content,
            request,
            kind,
            state: BacktestState::Judging,
            as_of,
            bounds,
            faults: 0,
            passed: None,
            created_at: as_of,
            ended_at: None,
        };
        Ok((row, labels))
    }
}

/// Refuses what cannot be meant; gives back the labels by subject.
fn checked(request: &BacktestRequest) -> Result<BTreeMap<String, bool>, Violation> {
    request.window.check()?;
    request.thresholds.check(!request.labels.is_empty())?;
    let mut labels = BTreeMap::new();
    for (subject, is_success) in &request.labels {
        check_name("labels.subject", subject)?;
        if labels.insert(subject.clone(), *is_success).is_some_and(|before| before != *is_success) {
            return Err(Violation::new("labels", format!("{subject:?} is a success and is none"), "label each interaction once"));
        }
    }
    Ok(labels)
}

fn new_backtest(
    request: &BacktestRequest,
    Resolved { definition, version, content }: Resolved,
    labels: BTreeMap<String, bool>,
    as_of: Timestamp,
    bounds: Bounds,
) -> Result<NewBacktest> {
    let kind = if request.is_shadow { BacktestKind::Shadow } else { BacktestKind::History };
    let window = if request.is_shadow { watched(request.window, as_of)? } else { request.window };
    let labels = (!labels.is_empty()).then(|| stored(&labels)).transpose()?;
    let request = Asked { window, thresholds: request.thresholds }.stored()?;
    Ok(NewBacktest { definition, version, content, request, labels, kind, as_of, bounds })
}

/// A shadow begins now, or later.
fn watched(window: Window, now: Timestamp) -> Result<Window, Violation> {
    if window.from.is_some_and(|from| from < now) {
        return Err(Violation::new("from", "a shadow sees what comes in from now on", "leave it out, or look back with a back-test"));
    }
    if window.until.is_some_and(|until| until <= now) {
        return Err(Violation::new("until", format!("it is not after {now}"), "give a later time, or none"));
    }
    Ok(Window { from: Some(window.from.unwrap_or(now)), ..window })
}
