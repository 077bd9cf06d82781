//! Epoch ticks from a thread of the operating system: a busy async runtime cannot hold them up.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    thread::JoinHandle,
    time::Duration,
};

/// The length of one epoch.
const TICK: Duration = Duration::from_millis(10);

/// Ticks an engine's epoch until it is dropped.
pub(crate) struct Ticker {
    stop: Option<Sender<()>>,
    count: Arc<AtomicU64>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    pub(crate) fn start(engine: wasmtime::Engine) -> io::Result<Self> {
        let (stop, stopped) = channel();
        let count = Arc::<AtomicU64>::default();
        let counted = Arc::clone(&count);
        let thread = std::thread::Builder::new().name("assay-epoch".into()).spawn(move || {
            while stopped.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                engine.increment_epoch();
                counted.fetch_add(1, Ordering::Relaxed);
            }
        })?;
        Ok(Self { stop: Some(stop), count, thread: Some(thread) })
    }

    /// How often it has ticked.
    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// How many ticks cover a wall time; one more, because the current epoch is already running.
    pub(crate) fn ticks(&self, wall: assay_domain::time::Duration) -> u64 {
        let tick_micros = i64::try_from(TICK.as_micros()).unwrap_or(i64::MAX);
        u64::try_from(wall.micros() / tick_micros).unwrap_or(0) + 1
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
