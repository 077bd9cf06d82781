//! Incident tickets: every path, and counts that only grow.

use std::collections::BTreeSet;

use assay_domain::{event::NewEvent, time::Duration};

use super::{DESK, acts, json, per_ten_thousand, stories, text};

fn state(event: &NewEvent) -> String {
    text(event, "incident_state")
}

#[test]
fn everybody_works_on_tickets() {
    let expected = ["ai", "customer", "human", "system"].map(|actor| format!("incident.updated by {actor}"));
    assert_eq!(acts(DESK, "desk"), BTreeSet::from(expected));
}

#[test]
fn tickets_take_every_path() {
    let tickets = stories(DESK, "desk");
    let (mut within, mut after, mut unresolved, mut left, mut shared) = (0, 0, 0, 0, 0);
    for updates in tickets.values() {
        let states: Vec<String> = updates.iter().map(state).collect();
        assert_eq!(states.first().map(String::as_str), Some("New"));
        shared += usize::from(updates.windows(2).any(|pair| pair[0].occurred_at == pair[1].occurred_at));
        left += usize::from(!states.iter().any(|state| state == "Closed" || state == "Resolved"));
        unresolved += usize::from(states.iter().any(|state| state == "Closed") && !states.iter().any(|state| state == "Resolved"));
        for pair in updates.windows(2) {
            let reopened = state(&pair[0]) == "Resolved" && state(&pair[1]) == "Active";
            let in_time = pair[1].occurred_at.since(pair[0].occurred_at) <= Duration::hours(24);
            within += usize::from(reopened && in_time);
            after += usize::from(reopened && !in_time);
        }
    }
    for (name, count, expected) in [
        ("reopened within a day", within, 300..=800),
        ("reopened later", after, 100..=500),
        ("closed without being resolved", unresolved, 100..=350),
        ("left open", left, 150..=700),
        ("with updates that share a minute", shared, 3_000..=9_500),
    ] {
        let rate = per_ten_thousand(count, tickets.len());
        assert!(expected.contains(&rate), "{rate} of ten thousand are {name}");
    }
}

#[test]
fn counts_in_the_data_only_grow() {
    for updates in stories(DESK, "desk").values() {
        let counts: Vec<(u64, u64)> = updates
            .iter()
            .map(|event| {
                let data = json(event);
                let count = |name: &str| data[name].as_u64().unwrap_or(u64::MAX);
                assert_eq!(count("sys_mod_count"), event.sequence.unsigned_abs());
                (count("reassignment_count"), count("reopen_count"))
            })
            .collect();
        assert!(counts.is_sorted_by_key(|(reassigned, _)| reassigned), "{updates:?}");
        assert!(counts.is_sorted_by_key(|(_, reopened)| reopened), "{updates:?}");
        assert!(counts.iter().all(|(reassigned, reopened)| *reassigned < 100 && *reopened <= 3), "{updates:?}");
    }
}

#[test]
fn data_tell_the_ticket_they_belong_to() {
    for event in DESK.events().filter(|event| event.source == "desk") {
        assert_eq!((text(&event, "number"), text(&event, "updated_by")), (event.subject.clone(), event.actor.to_string()));
        assert!((300..=900).contains(&event.data.len()), "{} bytes: {}", event.data.len(), event.data);
    }
}
