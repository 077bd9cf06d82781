//! Recording what many senders tell at the same time: whoever comes while the disk is busy shares the next transaction.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use assay_domain::{clock::Clock, event::Disposition, id::TenantId, violation::Violation};
use assay_store::Store;
use tokio::sync::{Semaphore, oneshot};

use crate::{
    Assay, Caller, Checked,
    error::{AppError, Result},
    ingest::{self, Tellings},
    metrics::Metrics,
    work::Signals,
};

/// Events of one transaction: enough that waiting for the disk does not count.
const TRANSACTION: usize = 16_384;
/// Events that may wait to be recorded; more senders wait before theirs are taken in.
const WAITING_MAX: u32 = 65_536;

struct Job {
    caller: Caller,
    batch: Vec<Result<Checked, Violation>>,
    done: oneshot::Sender<Result<Vec<Disposition>>>,
}

/// What waits to be recorded.
pub(crate) struct Recorder {
    store: Store,
    clock: Arc<dyn Clock>,
    waiting: Mutex<HashMap<TenantId, Vec<Job>>>,
    room: Semaphore,
    /// One transaction at a time, as the store has one writer; where it has many, one for each tenant. Who waits here costs nothing.
    turns: Mutex<HashMap<Option<TenantId>, Arc<tokio::sync::Mutex<()>>>>,
    signals: Arc<Signals>,
    metrics: Metrics,
}

impl Recorder {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>, signals: Arc<Signals>, metrics: Metrics) -> Self {
        Self {
            store,
            clock,
            waiting: Mutex::default(),
            room: Semaphore::new(WAITING_MAX as usize),
            turns: Mutex::default(),
            signals,
            metrics,
        }
    }

    /// Records what waits for a tenant; nothing when an earlier transaction took it along.
    async fn commit(&self, tenant: TenantId) {
        let whose = self.store.is_shared().then_some(tenant);
        let turn = self.turns.lock().unwrap_or_else(PoisonError::into_inner).entry(whose).or_default().clone();
        let _turn = turn.lock().await;
        if !self.waiting.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&tenant) {
            return;
        }
        // Whoever comes while the writer is waited for is taken along.
        let begun = self.store.begin_beside(tenant).await;
        let jobs = self.take(tenant);
        if jobs.is_empty() {
            return;
        }
        let (mut batch, mut lengths) = (Vec::new(), Vec::with_capacity(jobs.len()));
        let (mut callers, mut senders) = (Vec::with_capacity(jobs.len()), Vec::with_capacity(jobs.len()));
        for job in jobs {
            lengths.push(job.batch.len());
            batch.extend(job.batch);
            callers.push(job.caller);
            senders.push(job.done);
        }
        let told = Tellings { callers, lengths, batch };
        let recorded = match begun {
            Ok(tx) => ingest::record_all(&self.store, tx, &told, self.clock.now()).await,
            Err(error) => Err(error.into()),
        };
        match recorded {
            Ok(dispositions) => {
                self.metrics.recorded(tenant, &dispositions);
                let mut dispositions = dispositions.into_iter();
                for (done, length) in senders.into_iter().zip(told.lengths) {
                    // A sender that has hung up is told nothing; its events are recorded all the same.
                    drop(done.send(Ok(dispositions.by_ref().take(length).collect())));
                }
                self.signals.touch(tenant);
            }
            Err(error) => {
                let error = Arc::new(error);
                senders.into_iter().for_each(|done| drop(done.send(Err(AppError::NotRecorded(Arc::clone(&error))))));
            }
        }
    }

    /// Takes as many of the oldest jobs as fit into one transaction, at least one.
    fn take(&self, tenant: TenantId) -> Vec<Job> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(jobs) = waiting.get_mut(&tenant) else {
            return Vec::new();
        };
        let mut events = 0;
        let fits = jobs.iter().take_while(|job| {
            events += job.batch.len();
            events <= TRANSACTION
        });
        let count = fits.count().max(1).min(jobs.len());
        let taken = jobs.drain(..count).collect();
        if jobs.is_empty() {
            waiting.remove(&tenant);
        }
        taken
    }
}

impl Assay {
    /// Records events and says what became of each, in the order given. Answered means durable. It goes on to its end even
    /// when the one who asked is no longer there.
    #[tracing::instrument(level = "info", skip_all, fields(tenant = %caller.tenant, events = batch.len()))]
    pub async fn record(&self, caller: &Caller, batch: Vec<Result<Checked, Violation>>) -> Result<Vec<Disposition>> {
        let recorder = Arc::clone(&self.recorder);
        let share = u32::try_from(batch.len()).unwrap_or(WAITING_MAX).min(WAITING_MAX);
        let (done, recorded) = oneshot::channel();
        let tenant = caller.tenant;
        let job = Job { caller: caller.clone(), batch, done };
        let room = recorder.room.acquire_many(share).await.map_err(|_| AppError::Stopped)?;
        recorder.waiting.lock().unwrap_or_else(PoisonError::into_inner).entry(tenant).or_default().push(job);
        let committing = Arc::clone(&recorder);
        tokio::spawn(async move { committing.commit(tenant).await });
        let answer = recorded.await.map_err(|_| AppError::Stopped)?;
        drop(room);
        answer
    }
}
