//! Recording a stream of events: read and checked on one thread, recorded in large transactions on another.

use assay_domain::{event::Disposition, event::NewEvent, violation::Violation};
use tokio::sync::mpsc;

use crate::{Assay, Caller, Checked, error::Result};

/// Events recorded in one transaction: enough that waiting for the disk does not count.
const BATCH: usize = 16_384;

/// One event of a stream, and where it stood.
#[derive(Debug, Clone)]
pub struct Sourced {
    /// Its line or number, for reports.
    pub line: u64,
    /// The bytes of the stream up to and including it, for progress.
    pub position: u64,
    /// The event, or why there is none.
    pub event: Result<NewEvent, Violation>,
}

/// What became of a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Records read.
    pub read: u64,
    /// New events.
    pub accepted: u64,
    /// Events that were there already.
    pub duplicates: u64,
    /// Lines whose identity was taken by other content, with the event's id.
    pub conflicts: Vec<(u64, String)>,
    /// Lines that are no events, and why.
    pub rejected: Vec<(u64, Violation)>,
}

struct Read {
    lines: Vec<(u64, String)>,
    position: u64,
    events: Vec<Result<Checked, Violation>>,
}

impl Assay {
    /// Records every event of a stream; a line that is none is reported and never stops the others. `progress` is told how
    /// many records are durable, and the position of the last. Can be repeated: what is recorded already is a duplicate.
    pub async fn import(
        &self,
        caller: &Caller,
        stream: impl Iterator<Item = Sourced> + Send + 'static,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<ImportReport> {
        let (send, mut batches) = mpsc::channel(4);
        let now = self.clock.now();
        let reading = tokio::task::spawn_blocking(move || read(stream, now, &send));
        let mut report = ImportReport::default();
        while let Some(batch) = batches.recv().await {
            let Read { lines, position, events } = batch;
            let dispositions = self.ingest_checked(caller, events).await?;
            for ((line, id), disposition) in lines.into_iter().zip(dispositions) {
                report.add(line, id, disposition);
            }
            progress(report.read, position);
        }
        // The thread ends with its channel; a panic in it is a bug that must not pass as the end of the file.
        reading.await.map_err(|error| crate::AppError::Evaluators(std::io::Error::other(error)))?;
        Ok(report)
    }
}

fn read(stream: impl Iterator<Item = Sourced>, now: assay_domain::time::Timestamp, to: &mpsc::Sender<Read>) {
    let mut batch = Read { lines: Vec::with_capacity(BATCH), position: 0, events: Vec::with_capacity(BATCH) };
    for sourced in stream {
        let id = sourced.event.as_ref().map(|event| event.id.clone()).unwrap_or_default();
        batch.lines.push((sourced.line, id));
        batch.position = sourced.position;
        batch.events.push(sourced.event.and_then(|event| Checked::new(event, now)));
        if batch.events.len() == BATCH {
            let full =
                std::mem::replace(&mut batch, Read { lines: Vec::with_capacity(BATCH), position: 0, events: Vec::with_capacity(BATCH) });
            if to.blocking_send(full).is_err() {
                return;
            }
        }
    }
    if !batch.events.is_empty() {
        drop(to.blocking_send(batch));
    }
}

impl ImportReport {
    fn add(&mut self, line: u64, id: String, disposition: Disposition) {
        self.read += 1;
        match disposition {
            Disposition::Accepted => self.accepted += 1,
            Disposition::Duplicate => self.duplicates += 1,
            Disposition::Conflict => self.conflicts.push((line, id)),
            Disposition::Rejected(violation) => self.rejected.push((line, violation)),
        }
    }
}
