//! The worker as a daemon: judges facts as they arrive, wakes timers, carries billing runs to their end, audits what was judged, writes receipts,
//! and chains the audit log.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration as Wait,
};

use assay_domain::{
    id::{RunId, TenantId},
    time::Duration,
};
use assay_store::{Connection as _, Reader, answers, billing, breakers, definitions, interactions, leases, notices::Notices, tenants};
use tokio::sync::{Notify, watch};

use crate::{
    Assay, Caller,
    bill::{BillProgress, BillReport},
    budget::Budget,
    error::{AppError, Result},
    worker::{BATCH, Drained},
};

/// How often every tenant is looked at, whoever else writes to the database; also the wait after a failure.
const PULSE: Wait = Wait::from_secs(1);
/// How often it is looked whether another process has done what it has in hand.
pub(crate) const IN_OTHER_HANDS: Wait = Wait::from_millis(50);
/// Batches of one tenant before the next one has its turn.
const TURN: u32 = 8;
/// Months whose partitions are there before they begin, and how often it is looked after that.
const MONTHS_AHEAD: u32 = 12;
const A_DAY: Wait = Wait::from_secs(24 * 60 * 60);
/// How long answers under idempotency keys are remembered.
const ANSWERS_KEPT: Duration = Duration::days(7);

/// What a process works on by itself: all of it, or a share, where others have the rest. Whoever has any of it writes receipts and chains the
/// audit log too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loops {
    /// Judging what comes in and what time decides, and auditing what was judged.
    pub evaluate: bool,
    /// Carrying billing runs to their end, and disputes whose time is over.
    pub bill: bool,
}

impl Loops {
    /// Everything.
    pub const ALL: Self = Self { evaluate: true, bill: true };
}

/// How far a billing run has come, while this process carries it.
#[derive(Debug, Clone, Default)]
pub struct RunProgress {
    /// Interactions judged first.
    pub judged: u64,
    /// Customers whose invoices are issued.
    pub issued: u64,
    /// Of how many.
    pub customers: u64,
    /// What it did, once it is finished.
    pub report: Option<BillReport>,
    /// Why it does not go on; it is tried again.
    pub problem: Option<String>,
}

/// What the worker is told and what it tells.
#[derive(Default)]
pub(crate) struct Signals {
    /// Tenants with new facts.
    touched: Mutex<BTreeSet<TenantId>>,
    told: Notify,
    run_started: Notify,
    progress: Mutex<HashMap<RunId, RunProgress>>,
    /// When each tenant last had its turn, by a counter of turns.
    served: Mutex<(u64, HashMap<TenantId, u64>)>,
    /// One pass at a time per tenant: two would judge the same and throw one away.
    turns: Mutex<HashMap<TenantId, Arc<tokio::sync::Mutex<()>>>>,
    /// Whether the process is about to end: what takes long stops between two of its steps.
    is_ending: AtomicBool,
}

impl Signals {
    /// A tenant has something to judge.
    pub(crate) fn touch(&self, tenant: TenantId) {
        self.touched.lock().unwrap_or_else(PoisonError::into_inner).insert(tenant);
        self.told.notify_one();
    }

    pub(crate) fn start_run(&self) {
        self.run_started.notify_one();
    }

    pub(crate) fn progress(&self, run: RunId) -> RunProgress {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).get(&run).cloned().unwrap_or_default()
    }

    fn set_progress(&self, run: RunId, set: impl FnOnce(&mut RunProgress)) {
        set(self.progress.lock().unwrap_or_else(PoisonError::into_inner).entry(run).or_default());
    }

    /// A tenant has its turn.
    fn serve(&self, tenant: TenantId) {
        let (turns, served) = &mut *self.served.lock().unwrap_or_else(PoisonError::into_inner);
        *turns += 1;
        served.insert(tenant, *turns);
    }

    /// Those first who have waited longest for their turn.
    fn in_turn(&self, mut whom: Vec<TenantId>) -> Vec<TenantId> {
        let served = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        whom.sort_by_key(|tenant| served.1.get(tenant).copied().unwrap_or_default());
        whom
    }

    pub(crate) fn turn(&self, tenant: TenantId) -> Arc<tokio::sync::Mutex<()>> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner).entry(tenant).or_default().clone()
    }

    /// Refuses to go on when the process is about to end.
    pub(crate) fn go_on(&self) -> Result<()> {
        if self.is_ending.load(Ordering::Relaxed) { Err(AppError::Stopped) } else { Ok(()) }
    }

    fn take_touched(&self) -> BTreeSet<TenantId> {
        std::mem::take(&mut *self.touched.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Assay {
    /// Works until it is told to stop; what it is doing is finished first. A failure is logged and tried again.
    pub async fn work(&self, stop: watch::Receiver<bool>) {
        self.work_on(Loops::ALL, stop).await;
    }

    /// The same for a share of the work; of nothing it is done at once.
    pub async fn work_on(&self, loops: Loops, stop: watch::Receiver<bool>) {
        let evaluate = async {
            if loops.evaluate {
                tokio::join!(
                    self.listen_on(stop.clone()),
                    self.judge_on(stop.clone()),
                    self.audit_on(stop.clone()),
                    self.backtest_on(stop.clone())
                );
            }
        };
        let bill = async {
            if loops.bill {
                tokio::join!(
                    self.end_on(stop.clone()),
                    self.bill_on(stop.clone()),
                    self.maintain_on(stop.clone()),
                    self.dispute_on(stop.clone()),
                    self.retain_on(stop.clone())
                );
            }
        };
        let works = loops.evaluate || loops.bill;
        let chain = async {
            if works {
                tokio::join!(self.chain_on(stop.clone()), self.receipt_on(stop.clone()));
            }
        };
        tokio::join!(evaluate, bill, chain);
        if works {
            // What the others have done last.
            self.receipt_all().await;
            self.chain_all().await;
        }
    }

    /// Has a billing run stop between two of its steps, as it may take long.
    async fn end_on(&self, mut stop: watch::Receiver<bool>) {
        self.signals.is_ending.store(false, Ordering::Relaxed);
        // Whoever would tell it to stop may have gone, which comes to the same.
        drop(stop.wait_for(|stop| *stop).await);
        self.signals.is_ending.store(true, Ordering::Relaxed);
    }

    /// Makes the partitions of the months to come while there is time.
    async fn maintain_on(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.maintain(MONTHS_AHEAD).await {
                Ok(made) if made.is_empty() => {}
                Ok(made) => tracing::info!(partitions = made.len(), "made room for the months to come"),
                Err(error) => tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "partitions are missing and cannot be made: run `assay db maintain` as the owner of the database"
                ),
            }
            tokio::select! {
                () = tokio::time::sleep(A_DAY) => {}
                changed = stop.changed() => if changed.is_err() { return },
            }
        }
    }

    /// What other processes record is judged when they tell of it; without being told it would be at the next pulse.
    async fn listen_on(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            tokio::select! {
                heard = self.listen() => match heard {
                    Ok(()) => return,
                    Err(error) => self.failed("listening", &error),
                },
                changed = stop.changed() => if changed.is_err() { return } else { continue },
            }
            tokio::time::sleep(PULSE).await;
        }
    }

    /// Returns where there is nobody to listen to.
    async fn listen(&self) -> Result<()> {
        let Some(mut notices) = Notices::listen(&self.store).await? else { return Ok(()) };
        loop {
            if let Some(tenant) = notices.next().await? {
                self.signals.touch(tenant);
            }
        }
    }

    async fn judge_on(&self, mut stop: watch::Receiver<bool>) {
        let mut pulse = tokio::time::interval(PULSE);
        while !*stop.borrow() {
            let whom = tokio::select! {
                _ = pulse.tick() => None,
                () = self.signals.told.notified() => Some(self.signals.take_touched()),
                // Whoever would tell it to stop has gone.
                changed = stop.changed() => if changed.is_err() { return } else { continue },
            };
            if let Err(error) = self.round(whom).await {
                self.failed("judging", &error);
            }
        }
    }

    /// One turn of the given tenants, or of all.
    pub async fn round(&self, whom: Option<BTreeSet<TenantId>>) -> Result<()> {
        let whom = match whom {
            Some(whom) => whom.into_iter().collect(),
            None => {
                self.store.learn().await?;
                self.every_side().await?
            }
        };
        for tenant in self.signals.in_turn(whom) {
            if let Err(error) = self.turn(tenant).await {
                self.failed("judging", &error);
            }
        }
        Ok(())
    }

    pub(crate) async fn every_side(&self) -> Result<Vec<TenantId>> {
        let rows = tenants::all(&mut self.store.read_installation().await?).await?;
        for row in &rows {
            let name = if row.live == row.id { row.slug.clone() } else { format!("{}:test", row.slug) };
            self.metrics.name_tenant(row.id, name);
        }
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// One turn of a tenant; what it leaves undone waits for the next round.
    async fn turn(&self, tenant: TenantId) -> Result<()> {
        let mut reader = self.store.read(tenant).await?;
        let (dirty, due) = interactions::queue(&mut reader).await?;
        self.measure_suspended(&mut reader).await?;
        drop(reader);
        let now = self.now();
        self.metrics.queue_age(tenant, dirty.map_or(0, |since| now.micros() - since.micros()));
        if dirty.is_none() && due.is_none_or(|due| due > now) {
            return Ok(());
        }
        self.signals.serve(tenant);
        let budget = self.budget();
        let judged = self.pass(&Caller::new(tenant, "worker"), TURN, &budget, |_| {}).await?.judged;
        if judged >= u64::from(BATCH) || budget.is_spent() {
            self.signals.touch(tenant);
        }
        Ok(())
    }

    async fn measure_suspended(&self, reader: &mut Reader) -> Result<()> {
        let counts = breakers::suspended(reader).await?;
        if !counts.iter().all(|(definition, _)| self.metrics.knows(*definition)) {
            self.metrics.name_definitions(definitions::all(reader).await?);
        }
        counts.into_iter().for_each(|(definition, count)| self.metrics.suspended(reader.tenant(), definition, count));
        Ok(())
    }

    async fn bill_on(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.bill_open(&stop).await {
                self.failed("billing", &error);
            }
            tokio::select! {
                () = self.signals.run_started.notified() => {}
                () = tokio::time::sleep(10 * PULSE) => {}
                changed = stop.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Carries every open billing run to its end, those that another process left included.
    async fn bill_open(&self, stop: &watch::Receiver<bool>) -> Result<()> {
        for tenant in self.every_side().await? {
            let caller = Caller::new(tenant, "worker");
            self.forget_answers(&caller).await?;
            let runs = billing::runs(&mut self.store.read(tenant).await?).await?;
            for run in runs.into_iter().filter(|run| !run.state.is_finished()) {
                if *stop.borrow() {
                    return Ok(());
                }
                let told = |progress| {
                    self.signals.set_progress(run.id, |shown| match progress {
                        BillProgress::Judged(judged) => shown.judged = judged,
                        BillProgress::Issued(issued, customers) => (shown.issued, shown.customers) = (issued, customers),
                    });
                };
                match self.bill(&caller, run.period, told).await {
                    Ok(report) => self.signals.set_progress(run.id, |shown| (shown.report, shown.problem) = (Some(report), None)),
                    Err(AppError::Stopped) => return Ok(()),
                    Err(error) => {
                        self.signals.set_progress(run.id, |shown| shown.problem = Some(error.to_string()));
                        self.failed("billing", &error);
                    }
                }
            }
        }
        Ok(())
    }

    async fn forget_answers(&self, caller: &Caller) -> Result<()> {
        let before = self.now().plus(ANSWERS_KEPT.negated());
        if !answers::any_before(&mut self.store.read(caller.tenant).await?, before).await? {
            return Ok(());
        }
        let mut tx = self.store.begin(caller.tenant).await?;
        let told = |answers: u64| Some(format!(r#"{{"answers":{answers}}}"#));
        let forgotten = answers::forget(&mut tx, before).await?;
        Ok(tx.commit(caller.operation("answers.forget", before, told(forgotten), told(0), self.now())).await?)
    }

    pub(crate) fn failed(&self, what: &str, error: &AppError) {
        self.metrics.worker_failed();
        tracing::error!(error = error as &dyn std::error::Error, "{what} failed and is tried again");
    }

    /// Judges and settles everything that is dirty or due now; what other processes have in hand is waited for. `progress` is told how many
    /// interactions are done.
    pub async fn drain(&self, caller: &Caller, mut progress: impl FnMut(u64)) -> Result<Drained> {
        let (since, mut done) = (self.clock.now(), Drained::default());
        loop {
            self.signals.go_on()?;
            self.store.learn().await?;
            // In slices: the work of others waits for the same threads.
            let budget = self.budget();
            let more = self.pass(caller, u32::MAX, &budget, |judged| progress(done.judged + judged)).await?;
            done.judged += more.judged;
            done.evaluated += more.evaluated;
            done.faults += more.faults;
            if budget.is_spent() {
                continue;
            }
            if !self.store.is_shared() || !leases::any_waits(&mut self.store.read(caller.tenant).await?, since).await? {
                return Ok(done);
            }
            // Others have the rest in hand: until they are done, or their leases are over.
            tokio::time::sleep(IN_OTHER_HANDS).await;
        }
    }

    fn budget(&self) -> Arc<Budget> {
        Arc::new(Budget::of_a_turn(self.rules.engine.limits().evaluation_fuel_max, self.evaluators.threads()))
    }
}
