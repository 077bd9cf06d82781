//! The simulated support desk: the same for the same seed, and as troublesome as it says.

use std::collections::{BTreeMap, BTreeSet};

use assay_app::desk::Desk;
use assay_domain::{
    canon::Digest,
    event::{Actor, NewEvent},
    time::{Duration, Timestamp},
};
use serde_json::Value;

/// Enough for every kind of trouble to come up.
const DESK: Desk = Desk::new(42, 5_000);

/// All of an event on one line.
fn row(event: &NewEvent) -> String {
    let NewEvent { source, id, kind, subject, occurred_at, sequence, customer, actor, data } = event;
    let customer = customer.as_deref().unwrap_or("-");
    format!("{source}\t{id}\t{kind}\t{subject}\t{occurred_at}\t{sequence}\t{customer}\t{actor}\t{data}\n")
}

fn digest(desk: Desk) -> String {
    let rows: String = desk.events().take(1_000).map(|event| row(&event)).collect();
    Digest::of(rows.as_bytes()).to_string()
}

/// The first telling of each event: subject, then sequence.
fn tickets(desk: Desk) -> BTreeMap<String, BTreeMap<i64, NewEvent>> {
    let mut tickets: BTreeMap<String, BTreeMap<i64, NewEvent>> = BTreeMap::new();
    for event in desk.events() {
        tickets.entry(event.subject.clone()).or_default().entry(event.sequence).or_insert(event);
    }
    tickets
}

fn field<'d>(data: &'d Value, name: &str) -> &'d Value {
    data.get(name).unwrap_or(&Value::Null)
}

fn json(event: &NewEvent) -> Value {
    serde_json::from_str(&event.data).unwrap_or_default()
}

fn state(event: &NewEvent) -> String {
    field(&json(event), "incident_state").as_str().unwrap_or_default().to_owned()
}

fn per_ten_thousand(part: usize, whole: usize) -> usize {
    part * 10_000 / whole.max(1)
}

/// The digest was computed by a second implementation in another language, ChaCha included.
#[test]
fn a_seed_tells_the_same_events_on_every_machine() {
    assert_eq!(digest(DESK), "bff3c2aa96bfa5f6aefcfed0d19827631678b092ee74a94781264d8c4eb79ada");
    assert_eq!(digest(DESK), digest(DESK));
}

#[test]
fn everything_asked_for_changes_the_events() {
    let from = Timestamp::from_micros(DESK.from.micros() + 86_400_000_000).unwrap();
    let others = [
        Desk { seed: 43, ..DESK },
        Desk { interactions: 4_000, ..DESK },
        Desk { from, ..DESK },
        Desk { months: 5, ..DESK },
        Desk { customers: 9, ..DESK },
    ];
    let digests: BTreeSet<String> = others.into_iter().chain([DESK]).map(digest).collect();
    assert_eq!(digests.len(), 6);
}

#[test]
fn the_demo_lasts_six_months_from_new_year() {
    assert_eq!(DESK.from.to_string(), "2026-01-01T00:00:00Z");
    assert_eq!(DESK.until().to_string(), "2026-07-01T00:00:00Z");
    assert_eq!(Desk { months: 0, ..DESK }.until().to_string(), "2026-02-01T00:00:00Z");
}

#[test]
fn exactly_as_many_tickets_are_opened_as_asked_for() {
    for (interactions, months) in [(0, 6), (1, 1), (2, 6), (97, 1), (3_000, 24)] {
        let desk = Desk { interactions, months, ..DESK };
        assert_eq!(tickets(desk).len() as u64, interactions, "{interactions} in {months} months");
    }
}

#[test]
fn every_event_is_valid_when_the_log_ends() {
    for event in DESK {
        assert_eq!(event.check(DESK.until()), Ok(()), "{event:?}");
        assert!(event.occurred_at <= DESK.until() && event.occurred_at >= DESK.from, "{event:?}");
        assert_eq!(event.occurred_at.micros() % 60_000_000, 0, "a minute clock: {event:?}");
    }
}

#[test]
fn events_arrive_in_order_and_never_before_they_occur() {
    let mut events = DESK.events();
    let mut last = DESK.from;
    while let Some(event) = events.next() {
        assert!(events.arrived_at() >= last, "{event:?}");
        assert!(events.arrived_at() >= event.occurred_at, "{event:?}");
        last = events.arrived_at();
    }
}

#[test]
fn trouble_comes_at_the_stated_rates() {
    let (mut told, mut late, mut duplicates, mut conflicts, mut overtaken) = (0, 0, 0, 0, 0);
    let mut firsts: BTreeMap<String, String> = BTreeMap::new();
    let mut latest: BTreeMap<String, i64> = BTreeMap::new();
    let mut events = Desk { interactions: 20_000, ..DESK }.events();
    while let Some(event) = events.next() {
        told += 1;
        late += usize::from(events.arrived_at().since(event.occurred_at) > Duration::days(1));
        match firsts.get(&event.id) {
            Some(first) if *first == row(&event) => duplicates += 1,
            Some(_) => conflicts += 1,
            None => {
                firsts.insert(event.id.clone(), row(&event));
                let latest = latest.entry(event.subject).or_insert(event.sequence);
                overtaken += usize::from(event.sequence < *latest);
                *latest = event.sequence.max(*latest);
            }
        }
    }
    let per_ticket = told * 10 / 20_000;
    assert!((58..=68).contains(&per_ticket), "{per_ticket} events per ten tickets");
    for (name, count, expected) in [("late", late, 80..=120), ("duplicates", duplicates, 80..=120), ("overtaken", overtaken, 200..=1_200)] {
        let rate = per_ten_thousand(count, told);
        assert!(expected.contains(&rate), "{rate} of ten thousand are {name}");
    }
    assert!((2..=40).contains(&conflicts), "{conflicts} conflicts among {told}");
}

#[test]
fn tickets_take_every_path() {
    let tickets = tickets(DESK);
    let (mut within, mut after, mut unresolved, mut left, mut shared) = (0, 0, 0, 0, 0);
    for updates in tickets.values() {
        let updates: Vec<&NewEvent> = updates.values().collect();
        let states: Vec<String> = updates.iter().map(|event| state(event)).collect();
        assert_eq!(states.first().map(String::as_str), Some("New"));
        shared += usize::from(updates.windows(2).any(|pair| pair[0].occurred_at == pair[1].occurred_at));
        left += usize::from(!states.iter().any(|state| state == "Closed" || state == "Resolved"));
        unresolved += usize::from(states.iter().any(|state| state == "Closed") && !states.iter().any(|state| state == "Resolved"));
        for pair in updates.windows(2) {
            let reopened = state(pair[0]) == "Resolved" && state(pair[1]) == "Active";
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
    for updates in tickets(DESK).values() {
        let counts: Vec<(u64, u64)> = updates
            .values()
            .map(|event| {
                let data = json(event);
                let count = |name| field(&data, name).as_u64().unwrap_or(u64::MAX);
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
fn ids_and_data_belong_together() {
    for event in DESK.events().take(5_000) {
        let data: Value = serde_json::from_str(&event.data).unwrap();
        assert_eq!(field(&data, "number").as_str(), Some(event.subject.as_str()));
        assert_eq!(field(&data, "updated_by").as_str(), Some(event.actor.to_string().as_str()));
        assert_eq!(event.id, format!("{}-{}", event.subject, event.sequence));
        assert_eq!((event.source.as_str(), event.kind.as_str()), ("desk", "incident.updated"));
        assert!((300..=900).contains(&event.data.len()), "{} bytes: {}", event.data.len(), event.data);
    }
}

#[test]
fn every_kind_of_actor_takes_part() {
    let actors: BTreeSet<String> = DESK.events().map(|event| event.actor.to_string()).collect();
    let expected = [Actor::Ai, Actor::Human, Actor::Customer, Actor::System].map(|actor| actor.to_string());
    assert_eq!(actors, BTreeSet::from(expected));
}

#[test]
fn customers_differ_in_volume_and_a_few_tickets_name_none() {
    let names = DESK.customers();
    let mut volumes: BTreeMap<Option<String>, usize> = BTreeMap::new();
    for updates in tickets(DESK).values() {
        let named: BTreeSet<&Option<String>> = updates.values().map(|event| &event.customer).collect();
        assert_eq!(named.len(), 1, "a ticket keeps its customer");
        *volumes.entry(named.into_iter().next().cloned().flatten()).or_default() += 1;
    }
    let volume = |name: Option<&String>| volumes.get(&name.cloned()).copied().unwrap_or_default();
    assert_eq!(volumes.len(), names.len() + 1);
    assert!(names.is_sorted_by_key(|name| std::cmp::Reverse(volume(Some(name)))), "{volumes:?}");
    assert!(volume(names.first()) > 5 * volume(names.last()), "{volumes:?}");
    assert!((25..=150).contains(&volume(None)), "{volumes:?}");
}

#[test]
fn company_names_are_unique_however_many() {
    for count in [1, 8, 24, 25, 288, 289, 1_000] {
        let names = Desk { customers: count, ..DESK }.customers();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), count as usize);
    }
}

#[test]
fn tickets_come_in_office_hours_and_ever_more() {
    let desk = Desk { interactions: 20_000, ..DESK };
    let (mut office, mut first, mut last) = (0, 0, 0);
    for event in desk.events().filter(|event| event.sequence == 0) {
        let hour = event.occurred_at.micros() / 3_600_000_000;
        let workday = (hour / 24 + 3) % 7 < 5;
        office += usize::from(workday && (7..18).contains(&(hour % 24)));
        let month = event.occurred_at.to_string();
        first += usize::from(month.starts_with("2026-01"));
        last += usize::from(month.starts_with("2026-06"));
    }
    assert!((7_500..=9_500).contains(&per_ten_thousand(office, 20_000)), "{office} in office hours");
    assert!(last * 10 > first * 12, "{first} in the first month, {last} in the last");
}

#[test]
fn a_large_desk_starts_at_once() {
    let events: Vec<NewEvent> = Desk::new(1, 1_000_000).events().take(1_000).collect();
    assert_eq!(events.len(), 1_000);
}
