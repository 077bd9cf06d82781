//! The worker: takes what is dirty or due, has it judged on the evaluator threads, and settles it in batches.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, PoisonError},
};

use assay_domain::{
    id::{EvaluationId, InteractionId, TenantId, VersionId},
    time::Timestamp,
    timeline::{Fact, Timeline},
};
use assay_store::{
    Connection as _, Reader, Tx,
    breakers::{self, BreakerRow},
    evaluations, events,
    interactions::{self, InteractionRow},
    leases::{self, Work},
    metered::{self, Metered, MeteredChange},
    outcomes::{self, OutcomeRow},
    usage::{self, UsageRow},
};
use tokio::sync::{mpsc, oneshot};

use crate::{
    Assay, Caller,
    breaker::Breaker,
    budget::Budget,
    disputes::Rulings,
    error::{AppError, Result},
    judge::{Case, Settlement},
    metrics::Judged,
    terms::Terms,
};

/// Interactions judged and settled together.
pub(crate) const BATCH: u32 = 1024;

/// Settlements that were judged as of one time.
type Batch = (Vec<Settlement>, Timestamp);

/// What a pass over the queue did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drained {
    /// Interactions looked at.
    pub judged: u64,
    /// Outcomes that were judged anew; the others had nothing new.
    pub evaluated: u64,
    /// Of these, those that ended in a fault.
    pub faults: u64,
}

impl Assay {
    /// Judges and settles what is dirty or due, at most so many batches of each. `progress` is told how many interactions are done.
    #[tracing::instrument(name = "judge", level = "info", skip_all, fields(tenant = %caller.tenant))]
    pub(crate) async fn pass(
        &self,
        caller: &Caller,
        batches_max: u32,
        budget: &Arc<Budget>,
        mut progress: impl FnMut(u64),
    ) -> Result<Drained> {
        let turn = self.signals.turn(caller.tenant);
        let _turn = turn.lock().await;
        let (send, mut judged) = mpsc::channel(2);
        let judging = self.judge_all(caller.tenant, batches_max, budget, send);
        let settling = async {
            let mut done = Drained::default();
            while let Some((batch, as_of)) = judged.recv().await {
                self.settle(caller, batch, as_of, &mut done).await?;
                progress(done.judged);
            }
            Ok::<Drained, AppError>(done)
        };
        // Whichever fails first ends the other, which would wait for it for ever.
        let ((), done) = tokio::try_join!(judging, settling)?;
        Ok(done)
    }

    /// Judges the queue batch by batch, ahead of settling.
    async fn judge_all(&self, tenant: TenantId, batches_max: u32, budget: &Arc<Budget>, to: mpsc::Sender<Batch>) -> Result<()> {
        let mut reader = self.store.read(tenant).await?;
        for work in [Work::Dirty, Work::Due] {
            let mut after = (Timestamp::MIN, InteractionId(0));
            for _ in 0..batches_max {
                if budget.is_spent() {
                    return Ok(());
                }
                let as_of = self.clock.now();
                let rows = self.next(&mut reader, work, after, as_of).await?;
                let Some(last) = rows.last() else { break };
                after = (if work == Work::Dirty { last.dirty_since } else { last.due_at }.unwrap_or(after.0), last.id);
                let taken: Vec<_> = rows.iter().map(|row| (row.id, row.revision)).collect();
                let judged = self.judge_batch(&mut reader, rows, as_of, budget).await;
                self.let_go(tenant, taken, judged.as_deref().unwrap_or_default()).await?;
                if to.send((judged?, as_of)).await.is_err() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The next interactions to judge. Of a file those after the last ones, as nobody else is at work; of a server those that nobody has in
    /// hand.
    async fn next(
        &self,
        reader: &mut Reader,
        work: Work,
        after: (Timestamp, InteractionId),
        now: Timestamp,
    ) -> Result<Vec<InteractionRow>> {
        if self.store.is_shared() {
            return Ok(leases::take(&self.store, reader.tenant(), work, now, now.plus(self.lease), BATCH).await?);
        }
        Ok(match work {
            Work::Dirty => interactions::dirty(reader, after, BATCH).await?,
            Work::Due => interactions::due(reader, now, after, BATCH).await?,
        })
    }

    async fn judge_batch(
        &self,
        reader: &mut Reader,
        rows: Vec<InteractionRow>,
        as_of: Timestamp,
        budget: &Arc<Budget>,
    ) -> Result<Vec<Settlement>> {
        let (erased, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.erased_at.is_some());
        let ids: Vec<InteractionId> = rows.iter().map(|row| row.id).collect();
        let names = events::names(reader).await?;
        let facts = events::facts(reader, &names, &ids).await?;
        let stood = outcomes::of(reader, &ids).await?;
        let rulings = Rulings::read(reader, &ids).await?;
        let terms = self.terms(reader).await?;
        let counted = if terms.counts_events() { metered::standing(reader, &ids).await? } else { Vec::new() };
        let mut judged = self.judge_cases(cases(rows, facts, stood, counted), (terms, rulings), as_of, budget).await?;
        judged.extend(erased.into_iter().map(Settlement::untouched));
        Ok(judged)
    }

    /// Gives back what was taken in hand and not judged: the budget did not reach it, or it could not be judged at all.
    async fn let_go(&self, tenant: TenantId, taken: Vec<(InteractionId, i64)>, judged: &[Settlement]) -> Result<()> {
        if !self.store.is_shared() || judged.len() == taken.len() {
            return Ok(());
        }
        let done: HashSet<InteractionId> = judged.iter().map(|settlement| settlement.settled.id).collect();
        let left: Vec<_> = taken.into_iter().filter(|(id, _)| !done.contains(id)).collect();
        Ok(leases::release(&self.store, tenant, &left).await?)
    }

    /// Judges a batch. What the budget does not reach is not judged, and waits as it did.
    async fn judge_cases(
        &self,
        cases: Vec<Case>,
        (terms, rulings): (Arc<Terms>, Rulings),
        as_of: Timestamp,
        budget: &Arc<Budget>,
    ) -> Result<Vec<Settlement>> {
        let (clock, budget, rulings) = (Arc::clone(&self.clock), Arc::clone(budget), Arc::new(rulings));
        let judge = move |batch: Vec<Case>, _: &dyn Fn() -> bool| {
            let affordable = batch.into_iter().take_while(|_| !budget.is_spent());
            let judged = affordable.map(|case| case.judge(&terms, &rulings, as_of, clock.as_ref()));
            let charge = |settlement: &Settlement| settlement.changes.iter().for_each(|c| budget.charge(c.fuel, c.fault.as_ref()));
            judged.inspect(charge).collect::<Vec<_>>()
        };
        Ok(self.in_pieces(cases, judge).await?.into_iter().flatten().collect())
    }

    /// Cuts work into one piece per evaluator thread; gives back what came of each, in order. A piece can ask whether anybody waits for it
    /// still: nobody does when everything was given up.
    pub(crate) async fn in_pieces<T, R>(
        &self,
        mut all: Vec<T>,
        work: impl Fn(Vec<T>, &dyn Fn() -> bool) -> R + Clone + Send + 'static,
    ) -> Result<Vec<R>>
    where
        T: Send + 'static,
        R: Send + 'static,
    {
        let piece = all.len().div_ceil(self.evaluators.threads()).max(1);
        let mut pieces = Vec::new();
        while !all.is_empty() {
            let rest = all.split_off(piece.min(all.len()));
            let (batch, work, (send, receive)) = (std::mem::replace(&mut all, rest), work.clone(), oneshot::channel());
            self.evaluators.submit(move || {
                let done = work(batch, &|| !send.is_closed());
                drop(send.send(done));
            });
            pieces.push(receive);
        }
        let mut done = Vec::with_capacity(pieces.len());
        for piece in pieces {
            done.push(piece.await.map_err(|_| AppError::Evaluators(std::io::Error::other("a batch was dropped")))?);
        }
        Ok(done)
    }

    /// One transaction: compare and set each interaction, then record what was found for those that nobody changed.
    #[tracing::instrument(level = "info", skip_all, fields(interactions = batch.len()))]
    async fn settle(&self, caller: &Caller, batch: Vec<Settlement>, as_of: Timestamp, done: &mut Drained) -> Result<()> {
        let now = self.clock.now();
        done.judged += batch.len() as u64;
        let mut tx = self.store.begin_beside(caller.tenant).await?;
        let news = self.record_breakers(caller, &mut tx, now).await?;
        let batch = still_held(&mut tx, batch).await?;
        let settled: Vec<_> = batch.iter().map(|settlement| settlement.settled.clone()).collect();
        let won: HashSet<_> = interactions::settle(&mut tx, &settled).await?.into_iter().collect();
        let mut rows = Rows::default();
        let arrived: Vec<Timestamp> = batch
            .iter()
            .filter(|settlement| won.contains(&settlement.settled.id))
            .filter_map(|settlement| settlement.dirty_since)
            .collect();
        self.measure(caller.tenant, &batch);
        for settlement in batch.into_iter().filter(|settlement| won.contains(&settlement.settled.id)) {
            rows.add(settlement);
        }
        let ids = evaluations::insert(&mut tx, &rows.evaluations, now).await?;
        rows.number(ids);
        outcomes::put(&mut tx, &rows.outcomes).await?;
        outcomes::remove(&mut tx, &rows.removed).await?;
        usage::insert(&mut tx, &rows.usage, now).await?;
        metered::insert(&mut tx, &rows.metered, now).await?;
        done.evaluated += rows.evaluations.len() as u64;
        done.faults += rows.outcomes.iter().filter(|outcome| outcome.fault.is_some()).count() as u64;
        let after = format!(r#"{{"interactions":{},"evaluations":{},"usage":{}}}"#, won.len(), rows.evaluations.len(), rows.usage.len());
        tx.commit(caller.operation("outcomes.settle", as_of.to_string(), None, Some(after), now)).await?;
        news.into_iter().for_each(|(breaker, row)| breaker.recorded(row));
        self.metrics.settled(caller.tenant, arrived.into_iter(), self.clock.now());
        Ok(())
    }

    /// Writes down the breakers of the tenant that have changed; gives them back, to be told when it is committed.
    async fn record_breakers(&self, caller: &Caller, tx: &mut Tx, now: Timestamp) -> Result<Vec<(Arc<Breaker>, BreakerRow)>> {
        let all: BTreeMap<VersionId, Arc<Breaker>> = self
            .breakers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .map(|(version, breaker)| (*version, breaker.clone()))
            .collect();
        // In the order of their versions: two processes that write the same ones in different orders would wait for each other.
        let mut news = Vec::new();
        for breaker in all.into_values().filter(|breaker| breaker.tenant == caller.tenant) {
            let Some((row, is_suspended)) = breaker.news() else { continue };
            let is_written = breakers::put(tx, &row).await?;
            if is_suspended && is_written {
                let before = serde_json::json!({ "suspended_at": null }).to_string();
                let after = serde_json::json!({ "suspended_at": row.suspended_at, "faults": row.faults, "fault": row.fault }).to_string();
                tx.log(&caller.operation("version.suspend", row.version, Some(before), Some(after), now)).await?;
                tracing::error!(version = %row.version, fault = row.fault, "the version is suspended after {} faults in a row", row.faults);
            }
            news.push((breaker, row));
        }
        Ok(news)
    }

    fn measure(&self, tenant: TenantId, batch: &[Settlement]) {
        for change in batch.iter().flat_map(|settlement| &settlement.changes) {
            let definition = change.outcome.definition;
            if let Some(evaluation) = &change.evaluation {
                let (conclusion, fuel, micros) = (evaluation.conclusion, evaluation.fuel, change.micros);
                self.metrics.judged(Judged { tenant, definition, conclusion, fuel, micros });
            }
            if let Some(fault) = &change.fault {
                self.metrics.faulted(tenant, definition, fault);
            }
        }
    }
}

/// Without what was held for a version that a person has let try again meanwhile: that waits as it did, and is asked about.
async fn still_held(tx: &mut Tx, batch: Vec<Settlement>) -> Result<Vec<Settlement>> {
    if batch.iter().all(|settlement| settlement.held().next().is_none()) {
        return Ok(batch);
    }
    let suspended: Vec<_> = breakers::all(tx).await?.into_iter().filter(|row| row.suspended_at.is_some()).map(|row| row.version).collect();
    let (batch, resumed): (Vec<_>, Vec<_>) =
        batch.into_iter().partition(|settlement| settlement.held().all(|version| suspended.contains(&version)));
    let resumed: Vec<_> = resumed.iter().map(|settlement| (settlement.settled.id, settlement.settled.revision)).collect();
    leases::let_go(tx, &resumed).await?;
    Ok(batch)
}

fn cases(
    rows: Vec<InteractionRow>,
    facts: Vec<(InteractionId, Fact)>,
    stood: Vec<OutcomeRow>,
    counted: Vec<(InteractionId, Metered)>,
) -> Vec<Case> {
    let mut by_interaction: HashMap<InteractionId, Vec<Fact>> = HashMap::with_capacity(rows.len());
    facts.into_iter().for_each(|(interaction, fact)| by_interaction.entry(interaction).or_default().push(fact));
    let mut standing: HashMap<InteractionId, Vec<OutcomeRow>> = HashMap::new();
    stood.into_iter().for_each(|outcome| standing.entry(outcome.interaction).or_default().push(outcome));
    let mut metered: HashMap<InteractionId, Vec<Metered>> = HashMap::new();
    counted.into_iter().for_each(|(interaction, event)| metered.entry(interaction).or_default().push(event));
    let case = |row: InteractionRow| {
        let timeline = Timeline::new(by_interaction.remove(&row.id).unwrap_or_default(), row.assigned);
        let stood = standing.remove(&row.id).unwrap_or_default();
        let metered = metered.remove(&row.id).unwrap_or_default();
        Case { row, timeline, stood, metered }
    };
    rows.into_iter().map(case).collect()
}

/// The rows of one settlement transaction.
#[derive(Default)]
struct Rows {
    evaluations: Vec<evaluations::NewEvaluation>,
    /// Parallel to `outcomes`: whether it has an evaluation of its own.
    evaluated: Vec<bool>,
    outcomes: Vec<OutcomeRow>,
    usage: Vec<UsageRow>,
    /// Parallel to `usage`: which outcome it belongs to, if that was judged here.
    usage_of: Vec<Option<usize>>,
    removed: Vec<(InteractionId, assay_domain::id::DefinitionId)>,
    metered: Vec<MeteredChange>,
}

impl Rows {
    fn add(&mut self, settlement: Settlement) {
        self.metered.extend(settlement.metered);
        for change in settlement.changes {
            self.evaluated.push(change.evaluation.is_some());
            self.evaluations.extend(change.evaluation);
            self.add_usage(&change.outcome, change.usage, Some(self.outcomes.len()));
            self.outcomes.push(change.outcome);
        }
        for (outcome, usage) in settlement.removed {
            self.add_usage(&outcome, usage, None);
            self.removed.push((outcome.interaction, outcome.definition));
        }
    }

    fn add_usage(&mut self, outcome: &OutcomeRow, usage: Vec<assay_domain::outcome::Usage>, of: Option<usize>) {
        for usage in usage {
            let OutcomeRow { definition, interaction, evaluation, .. } = *outcome;
            self.usage.push(UsageRow { usage, definition, interaction, evaluation, dispute: None });
            self.usage_of.push(of);
        }
    }

    /// Gives outcomes and usage the ids of the evaluations they came from.
    fn number(&mut self, ids: Vec<EvaluationId>) {
        let evaluated = self.outcomes.iter_mut().zip(&self.evaluated).filter(|(_, evaluated)| **evaluated);
        evaluated.zip(ids).for_each(|((outcome, _), id)| outcome.evaluation = id);
        for (usage, of) in self.usage.iter_mut().zip(&self.usage_of) {
            if let Some(outcome) = of.and_then(|index| self.outcomes.get(index)) {
                usage.evaluation = outcome.evaluation;
            }
        }
    }
}
