//! A fixed set of threads that owns evaluation, so that it is never handed to a pool one call at a time.

use std::{
    io,
    sync::{
        Arc, Mutex,
        mpsc::{Sender, channel},
    },
    thread::JoinHandle,
};

type Job = Box<dyn FnOnce() + Send>;

/// The evaluator threads; dropping them waits for what they are doing.
pub struct Evaluators {
    jobs: Option<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl Evaluators {
    /// Starts `threads` threads whose stacks hold a rule's stack twice over.
    pub fn start(threads: usize, stack_bytes_max: usize) -> io::Result<Self> {
        let (jobs, queue) = channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        let work = |n: usize| {
            let queue = Arc::clone(&queue);
            let run = move || {
                loop {
                    let job = queue.lock().ok().and_then(|queue| queue.recv().ok());
                    match job {
                        Some(job) => job(),
                        None => break,
                    }
                }
            };
            std::thread::Builder::new().name(format!("assay-evaluate-{n}")).stack_size(2 * stack_bytes_max + (2 << 20)).spawn(run)
        };
        let threads = (0..threads.max(1)).map(work).collect::<io::Result<_>>()?;
        Ok(Self { jobs: Some(jobs), threads })
    }

    /// How many threads there are: how many batches to cut work into.
    pub fn threads(&self) -> usize {
        self.threads.len()
    }

    /// Queues a batch; it runs on one of the threads.
    pub fn submit(&self, batch: impl FnOnce() + Send + 'static) {
        if let Some(jobs) = &self.jobs {
            drop(jobs.send(Box::new(batch)));
        }
    }
}

impl Drop for Evaluators {
    fn drop(&mut self) {
        drop(self.jobs.take());
        for thread in self.threads.drain(..) {
            drop(thread.join());
        }
    }
}
