//! Leads: facts, meetings and those that are not pursued.

use std::collections::BTreeSet;

use assay_domain::{event::NewEvent, time::Timestamp};

use super::{BIG, DESK, acts, per_ten_thousand, stories, text};

#[test]
fn programs_people_and_the_ai_agent_work_on_leads() {
    let expected = [
        "lead.disqualified by ai",
        "lead.disqualified by human",
        "lead.fact by ai",
        "lead.fact by human",
        "lead.fact by system",
        "meeting.booked by ai",
        "meeting.booked by human",
        "meeting.cancelled by customer",
    ];
    assert_eq!(acts(DESK, "crm"), BTreeSet::from(expected.map(str::to_owned)));
}

#[test]
fn most_leads_have_an_address_and_a_company() {
    let leads = stories(BIG, "crm");
    let (mut known, mut moved) = (0, 0);
    for events in leads.values() {
        let facts = events.iter().filter(|event| event.kind == "lead.fact");
        let facts: Vec<(String, String)> = facts.map(|event| (text(event, "name"), text(event, "value"))).collect();
        assert!(facts.iter().all(|(name, value)| !name.is_empty() && !value.is_empty()), "{facts:?}");
        assert!(facts.iter().all(|(name, value)| (name == "email") == value.contains('@')), "{facts:?}");
        assert_eq!((events[0].kind.as_str(), facts[0].0.as_str()), ("lead.fact", "source"));
        let names: BTreeSet<&str> = facts.iter().map(|(name, _)| name.as_str()).collect();
        known += usize::from(names.contains("email") && names.contains("company"));
        moved += usize::from(names.len() < facts.len());
    }
    for (name, count, expected) in [("known by both", known, 7_500..=9_200), ("told a fact again", moved, 300..=1_200)] {
        let rate = per_ten_thousand(count, leads.len());
        assert!(expected.contains(&rate), "{rate} of ten thousand are {name}");
    }
}

/// When the meeting is that an event books.
fn meeting(event: &NewEvent) -> Timestamp {
    text(event, "at").parse().expect("an RFC 3339 time")
}

#[test]
fn meetings_are_booked_cancelled_and_booked_again() {
    let leads = stories(BIG, "crm");
    let (mut booked, mut cancelled, mut again) = (0, 0, 0);
    for events in leads.values() {
        let mut next: Option<Timestamp> = None;
        let mut bookings = 0;
        for event in events {
            match event.kind.as_str() {
                "meeting.booked" => {
                    assert!(next.is_none() && meeting(event) > event.occurred_at, "{events:?}");
                    next = Some(meeting(event));
                    bookings += 1;
                }
                "meeting.cancelled" => {
                    assert!(next.take().is_some_and(|meeting| meeting > event.occurred_at), "{events:?}");
                    cancelled += 1;
                }
                _ => {}
            }
        }
        booked += usize::from(bookings > 0);
        again += usize::from(bookings > 1);
    }
    for (name, count, expected) in
        [("booked", booked, 3_500..=5_500), ("cancelled", cancelled, 600..=1_700), ("booked again", again, 200..=1_000)]
    {
        let rate = per_ten_thousand(count, leads.len());
        assert!(expected.contains(&rate), "{rate} of ten thousand are {name}");
    }
}

#[test]
fn some_are_disqualified_even_with_a_meeting() {
    let leads = stories(BIG, "crm");
    let (mut disqualified, mut after_all) = (0, 0);
    for events in leads.values() {
        let unfit: Vec<&NewEvent> = events.iter().filter(|event| event.kind == "lead.disqualified").collect();
        assert!(unfit.len() <= 1 && unfit.iter().all(|event| !text(event, "reason").is_empty()), "{unfit:?}");
        disqualified += unfit.len();
        let booked = events.iter().any(|event| event.kind == "meeting.booked");
        after_all += usize::from(booked && !unfit.is_empty());
    }
    for (name, count, expected) in [("disqualified", disqualified, 1_200..=2_700), ("disqualified after all", after_all, 100..=800)] {
        let rate = per_ten_thousand(count, leads.len());
        assert!(expected.contains(&rate), "{rate} of ten thousand are {name}");
    }
}
