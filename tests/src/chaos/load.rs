//! Clients of the API: they send events until each batch is acknowledged, remember what was, and have months billed.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::sleep,
    time::Duration,
};

use assay_domain::period::BillingPeriod;
use serde_json::{Value, json};

use super::{
    events::{Teller, shuffle},
    machine::Machine,
    patience::until,
};
use crate::http::Client;

/// How many new events a batch has at least, by chance one of these.
const SIZES: [usize; 3] = [1, 7, 30];
/// How long a client rests for each event that it sent. As many as the service takes would be more than the undisturbed installation can be
/// told in good time.
const REST: Duration = Duration::from_millis(10);
/// Events of a batch at the end.
const LAST: usize = 200;

/// What clients share. They come and go with one server.
pub(super) struct Load {
    sender: String,
    biller: String,
    tickets: AtomicU64,
    /// Lines that are still to be told.
    late: Mutex<Vec<String>>,
    /// Lines that the service has, as it says.
    acknowledged: Mutex<Vec<String>>,
    batches: AtomicU64,
    tries: AtomicU64,
    in_flight: AtomicU64,
    is_over: AtomicBool,
}

/// As long as it lives, clients send.
pub(super) struct Shift<'l>(&'l Load);

impl Drop for Shift<'_> {
    fn drop(&mut self) {
        self.0.is_over.store(true, Ordering::SeqCst);
    }
}

/// Lines that were never acknowledged, and lines that were.
#[derive(Default)]
struct Batch {
    new: Vec<String>,
    repeated: Vec<String>,
}

fn locked(lines: &Mutex<Vec<String>>) -> MutexGuard<'_, Vec<String>> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Load {
    /// With a key for events and one for billing.
    pub(super) fn new(sender: String, biller: String) -> Self {
        let (tickets, batches, tries, in_flight, is_over, late, acknowledged) = Default::default();
        Self { sender, biller, tickets, late, acknowledged, batches, tries, in_flight, is_over }
    }

    /// Until this ends, clients send.
    pub(super) fn shift(&self) -> Shift<'_> {
        Shift(self)
    }

    /// Batches that were acknowledged.
    pub(super) fn batches(&self) -> u64 {
        self.batches.load(Ordering::SeqCst)
    }

    /// How often it was tried to send one.
    pub(super) fn tries(&self) -> u64 {
        self.tries.load(Ordering::SeqCst)
    }

    /// Whether a batch waits for its answer right now.
    pub(super) fn is_in_flight(&self) -> bool {
        self.in_flight.load(Ordering::SeqCst) > 0
    }

    /// Every line that was acknowledged.
    pub(super) fn acknowledged(&self) -> Vec<String> {
        locked(&self.acknowledged).clone()
    }

    /// Sends batch after batch until the shift is over.
    pub(super) fn send(&self, server: &Machine, mut teller: Teller) -> Result<(), String> {
        while !self.is_over.load(Ordering::SeqCst) {
            let batch = self.compose(&mut teller);
            let events = batch.new.len() + batch.repeated.len();
            self.deliver(server, batch)?;
            sleep(REST * u32::try_from(events).expect("a small batch"));
        }
        Ok(())
    }

    /// Sends what is still to be told.
    pub(super) fn send_rest(&self, server: &Machine) -> Result<(), String> {
        let late = std::mem::take(&mut *locked(&self.late));
        late.chunks(LAST).try_for_each(|lines| self.deliver(server, Batch { new: lines.to_owned(), ..Batch::default() }))
    }

    /// New tickets without a part of their events, some of what is late, and some of what was told before.
    fn compose(&self, teller: &mut Teller) -> Batch {
        let mut batch = Batch::default();
        let size = *teller.random.one_of(&SIZES);
        while batch.new.len() < size {
            for line in teller.ticket(self.tickets.fetch_add(1, Ordering::SeqCst)) {
                if teller.random.once_in(4) { locked(&self.late).push(line) } else { batch.new.push(line) }
            }
            let mut late = locked(&self.late);
            if !late.is_empty() && teller.random.once_in(2) {
                let place = teller.random.index(late.len());
                batch.new.push(late.swap_remove(place));
            }
        }
        shuffle(&mut teller.random, &mut batch.new);
        let told = locked(&self.acknowledged);
        let repeats = if told.is_empty() { 0 } else { teller.random.index(1 + size / 4) };
        batch.repeated = (0..repeats).map(|_| teller.random.one_of(&told).clone()).collect();
        batch
    }

    /// Sends a batch until it is acknowledged, and checks what is said of it: it is recorded whole or not at all, and nothing of what was
    /// acknowledged before is new.
    fn deliver(&self, server: &Machine, batch: Batch) -> Result<(), String> {
        let Batch { new, repeated } = batch;
        let lines: Vec<&str> = new.iter().chain(&repeated).map(String::as_str).collect();
        let (body, sent, fresh, mut tries) = (lines.join("\n"), lines.len() as u64, new.len() as u64, 0);
        let answer = until("a batch of events is acknowledged", || {
            tries += 1;
            self.post(server, &body)
        })?;
        let count = |member: &str| answer[member].as_u64().unwrap_or_default();
        let (accepted, duplicates) = (count("accepted"), count("duplicates"));
        let is_whole = accepted == fresh || (accepted == 0 && tries > 1);
        if !is_whole || accepted + duplicates != sent {
            return Err(format!("{fresh} new of {sent} events, sent {tries} times, are answered with {answer}:\n{body}"));
        }
        locked(&self.acknowledged).extend(new);
        self.tries.fetch_add(tries, Ordering::SeqCst);
        self.batches.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    fn post(&self, server: &Machine, body: &str) -> Result<Option<Value>, String> {
        self.in_flight.fetch_add(1, Ordering::SeqCst);
        let answer = ask(server, ("POST", "/v1/events"), &self.sender, "application/x-ndjson", body);
        self.in_flight.fetch_sub(1, Ordering::SeqCst);
        answer
    }

    /// Has a month billed, and waits until it is.
    pub(super) fn bill(&self, server: &Machine, month: BillingPeriod) -> Result<(), String> {
        let call = |method, path: &str, body: &str| ask(server, (method, path), &self.biller, "application/json", body);
        let wanted = json!({ "period": month.to_string() }).to_string();
        let run = until(&format!("the run of {month} starts"), || call("POST", "/v1/billing-runs", &wanted))?;
        let path = format!("/v1/billing-runs/{}", run["id"].as_str().unwrap_or_default());
        let is_finished = |run: &Value| run["state"] == "finished";
        until(&format!("{month} is billed"), || Ok(call("GET", &path, "")?.filter(is_finished))).map(drop)
    }
}

/// What the service answers; nothing when it has to be asked again, as it does not run, is cut off while it answers, or says so itself.
fn ask(server: &Machine, (method, path): (&str, &str), key: &str, kind: &str, body: &str) -> Result<Option<Value>, String> {
    let Some(mut client) = server.address().and_then(|address| Client::connect(address).ok()) else { return Ok(None) };
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", bearer.as_str()), ("content-type", kind)];
    let Ok(answer) = client.request(method, path, &headers, body.as_bytes()) else { return Ok(None) };
    match answer.status {
        200..=299 => Ok(Some(answer.json())),
        500..=599 => Ok(None),
        status => Err(format!("{method} {path} is answered with {status}: {}", answer.text())),
    }
}
