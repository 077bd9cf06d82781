//! What the rules answer, written down once more and as naively as it goes.

use assay_domain::{
    event::NewEvent,
    time::{Duration, Timestamp},
};
use serde_json::Value;

/// The parameters of `resolved-ticket`; the other rules have none.
#[derive(Debug, Clone, Copy)]
pub(in crate::simulate) struct Settings {
    pub(in crate::simulate) window: Duration,
    pub(in crate::simulate) retry: bool,
    pub(in crate::simulate) reassignments_max: Option<i64>,
}

/// A verdict, as far as the simulated rules differ in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) decision: Decision,
    pub(super) reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decision {
    Success(Success),
    Failure,
    Pending,
    /// A required field is missing, so no rule was asked.
    Unasked,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Success {
    pub(super) at: Timestamp,
    pub(super) class: Option<&'static str>,
    /// In tenths.
    pub(super) value: Option<i64>,
    pub(super) credit: Option<&'static str>,
}

/// An answer, or the code of a fault.
pub(super) type Answered = Result<Answer, &'static str>;

fn answer(decision: Decision, reason: &'static str) -> Answered {
    Ok(Answer { decision, reason })
}

/// Whether the rule of a definition reads events of a type.
pub(super) fn reads(slug: &str, kind: &str) -> bool {
    match slug {
        "tickets" => kind == "incident.updated" || kind.starts_with("ticket."),
        "deals" => kind == "deal.closed",
        _ => kind == "ping",
    }
}

/// What the rule of a definition says about the events that it reads.
pub(super) fn ask(slug: &str, settings: &Settings, opened: Timestamp, events: &[&NewEvent], as_of: Timestamp) -> Answered {
    match slug {
        "tickets" => ticket(settings, events, as_of),
        "deals" => deal(opened, events.len()),
        _ => moody(events.len()),
    }
}

fn deal(opened: Timestamp, events: usize) -> Answered {
    let tenths = 125 + 1000 * i64::try_from(events).expect("few events");
    let success = Success { at: opened, class: Some("closed"), value: Some(tenths), credit: Some("ai:3 human:1") };
    answer(Decision::Success(success), "because")
}

fn moody(events: usize) -> Answered {
    match events % 8 {
        2 | 6 => Err("guest.trap-unreachable"),
        4 => Err("guest.fuel-exhausted"),
        _ => answer(Decision::Failure, "because"),
    }
}

/// What one event says about a ticket.
struct Update {
    at: Timestamp,
    /// Whether the ticket is resolved after it.
    resolved: bool,
    /// Whether it was reopened by it.
    reopened: bool,
    /// How often it has changed hands by then.
    hands: i64,
}

fn ticket(settings: &Settings, events: &[&NewEvent], as_of: Timestamp) -> Answered {
    let Some(updates) = updates(events) else {
        return answer(Decision::Unasked, "missing-field");
    };
    let mut resolution: Option<Timestamp> = None;
    for update in updates {
        if resolution.is_some_and(|resolution| update.at >= resolution.plus(settings.window)) {
            break;
        }
        if resolution.is_some() && (update.reopened || !update.resolved) {
            if !settings.retry {
                return answer(Decision::Failure, "reopened");
            }
            resolution = None;
        }
        if update.resolved && resolution.is_none() {
            if settings.reassignments_max.is_some_and(|most| update.hands > most) {
                return answer(Decision::Failure, "escalated");
            }
            resolution = Some(update.at);
        }
    }
    match resolution.map(|resolution| resolution.plus(settings.window)) {
        None => answer(Decision::Pending, "unresolved"),
        Some(at) if as_of < at => answer(Decision::Pending, "awaiting-window"),
        Some(at) => answer(Decision::Success(Success { at, class: None, value: None, credit: None }), "resolved"),
    }
}

/// What each event says; `None` when an incident lacks its state.
fn updates(events: &[&NewEvent]) -> Option<Vec<Update>> {
    let (mut resolved, mut reopenings, mut hands) = (false, None::<i64>, 0);
    let mut updates = Vec::new();
    for event in events {
        let mut reopened = false;
        match event.kind.as_str() {
            "incident.updated" => {
                let data: Value = serde_json::from_str(&event.data).expect("JSON");
                resolved = matches!(data["incident_state"].as_str()?, "Resolved" | "Closed");
                hands = data["reassignment_count"].as_i64().unwrap_or(hands);
                let told = data["reopen_count"].as_i64();
                reopened = matches!((reopenings, told), (Some(before), Some(told)) if told > before);
                reopenings = reopenings.max(told);
            }
            "ticket.resolved" | "ticket.closed" => resolved = true,
            "ticket.opened" => resolved = false,
            "ticket.reassigned" => hands += 1,
            "ticket.reopened" => {
                (resolved, reopened) = (false, true);
                reopenings = reopenings.map(|before| before + 1);
            }
            other => panic!("{other} is not read"),
        }
        updates.push(Update { at: event.occurred_at, resolved, reopened, hands });
    }
    Some(updates)
}
