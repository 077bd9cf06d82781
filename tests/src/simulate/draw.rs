//! Random events: tickets and incidents that are resolved and reopened, deals, pings, calls that are counted, and notes that nobody reads;
//! now, late, too early, at the same time as others, twice, and in conflict.

use assay_domain::{
    event::{Actor, NewEvent},
    time::Timestamp,
};
use serde_json::{Value, json};

use super::world::{World, length};
use crate::fuzz::Random;

const DAY: i64 = 24 * 60;

impl World {
    /// What is told at once, in any order; some of it again, and some of it otherwise.
    pub(super) fn draw_batch(&mut self) -> Vec<NewEvent> {
        let mut batch = Vec::new();
        for _ in 0..self.random.between(1, 8) {
            let subject = format!("I{}", self.random.index(self.interactions));
            batch.push(self.draw_event_of(&subject));
        }
        for _ in 0..self.random.below(3) {
            let told = self.model.told.iter().map(|told| &told.event);
            let known: Vec<&NewEvent> = told.chain(&batch).collect();
            let event = (*self.random.one_of(&known)).clone();
            batch.push(again(&mut self.random, event));
        }
        for last in (1..batch.len()).rev() {
            batch.swap(last, self.random.index(last + 1));
        }
        batch
    }

    /// A new event of an interaction.
    pub(super) fn draw_event_of(&mut self, subject: &str) -> NewEvent {
        let number: usize = subject.trim_start_matches('I').parse().expect("a number");
        let (kind, data) = content(&mut self.random, number.is_multiple_of(3));
        let home = self.customers[number % self.customers.len()];
        let customer = match self.random.below(12) {
            0..=4 => Some(home),
            5 => Some(*self.random.one_of(&self.customers)),
            6 => self.random.once_in(4).then_some("stray"),
            _ => None,
        };
        NewEvent {
            source: (*self.random.one_of(&["a", "b"])).into(),
            id: format!("e{}", self.number()),
            kind: kind.into(),
            subject: subject.into(),
            occurred_at: self.draw_time(subject),
            sequence: if self.random.once_in(3) { self.random.between(-1, 2) } else { 0 },
            customer: customer.map(Into::into),
            actor: *self.random.one_of(&[Actor::Unknown, Actor::Ai, Actor::Human, Actor::Customer, Actor::System]),
            data: data.to_string(),
        }
    }

    fn draw_time(&mut self, subject: &str) -> Timestamp {
        let minutes = match self.random.below(20) {
            // Within the five minutes that a sender's clock may be ahead.
            0 | 1 => -self.random.between(1, 4),
            2 if self.random.once_in(4) => -self.random.between(6, 60),
            3..=7 => self.random.between(0, 40 * DAY),
            8..=10 => self.random.between(0, 4) * DAY,
            11..=13 => return self.draw_time_of_another(subject),
            _ => self.random.between(0, 180),
        };
        self.ago(minutes)
    }

    /// The time of another event of the interaction, or an hour before it.
    fn draw_time_of_another(&mut self, subject: &str) -> Timestamp {
        let times: Vec<_> =
            self.model.told.iter().filter(|told| told.event.subject == subject).map(|told| told.event.occurred_at).collect();
        if times.is_empty() {
            return self.now;
        }
        let time = *self.random.one_of(&times);
        if self.random.once_in(2) { time } else { time.plus(length(-60)) }
    }
}

/// The same event once more: as it was, spaced otherwise, or with another content.
fn again(random: &mut Random, event: NewEvent) -> NewEvent {
    match random.below(3) {
        0 => event,
        1 => NewEvent { data: event.data.replacen('{', "{ ", 1), ..event },
        _ => NewEvent { sequence: event.sequence + 1, ..event },
    }
}

fn content(random: &mut Random, is_incident: bool) -> (&'static str, Value) {
    match random.below(20) {
        0..=11 if is_incident => ("incident.updated", incident(random)),
        0..=11 => {
            let kinds = ["ticket.opened", "ticket.resolved", "ticket.resolved", "ticket.closed", "ticket.reopened", "ticket.reassigned"];
            (*random.one_of(&kinds), json!({}))
        }
        12 | 13 => ("deal.closed", json!({})),
        14 | 15 => ("ping", json!({})),
        16..=18 => ("llm.call", call(random)),
        _ => ("note.added", json!({ "text": "a word" })),
    }
}

fn incident(random: &mut Random) -> Value {
    let mut data = json!({});
    if !random.once_in(25) {
        data["incident_state"] = json!(random.one_of(&["New", "Active", "Resolved", "Resolved", "Closed"]));
    }
    if random.once_in(2) {
        data["reopen_count"] = json!(random.between(0, 2));
    }
    if random.once_in(3) {
        data["reassignment_count"] = json!(random.between(0, 2));
    }
    data
}

fn call(random: &mut Random) -> Value {
    let tokens = match random.below(6) {
        0 => json!(random.between(0, 9).to_string()),
        1 => json!("many"),
        2 => Value::Null,
        3 => serde_json::from_str(&format!("{}.5", random.below(9))).expect("a number"),
        _ => json!(random.between(0, 9)),
    };
    json!({ "tokens": tokens, "model": random.one_of(&["small", "large"]) })
}
