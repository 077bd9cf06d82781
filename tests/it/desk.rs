//! The simulated support desk: the same for the same seed, and as troublesome as it says.

mod conversations;
mod costs;
mod documents;
mod leads;
mod tickets;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use assay_app::desk::Desk;
use assay_domain::{
    canon::Digest,
    event::{Actor, NewEvent},
    time::{Duration, Timestamp},
};
use serde_json::Value;

/// Enough for every kind of trouble to come up.
const DESK: Desk = Desk::new(42, 5_000);
/// Enough for what is rare in rare kinds of interactions.
const BIG: Desk = Desk::new(42, 20_000);

/// Every source but the meter, how the subjects begin that it tells of, and what it tells of them.
const SOURCES: [(&str, &str, &[&str]); 4] = [
    ("desk", "INC", &["incident.updated"]),
    (
        "chat",
        "CNV",
        &["ticket.opened", "message.sent", "conversation.handoff", "agent.joined", "ticket.resolved", "ticket.reopened", "csat.submitted"],
    ),
    ("crm", "LEA", &["lead.fact", "lead.disqualified", "meeting.booked", "meeting.cancelled"]),
    ("documents", "DOC", &["document.received", "document.processed", "document.failed", "document.retracted"]),
];

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

/// The first telling of each event of a source: by subject, in the source's order.
fn stories(desk: Desk, source: &str) -> BTreeMap<String, Vec<NewEvent>> {
    let mut stories: BTreeMap<String, BTreeMap<i64, NewEvent>> = BTreeMap::new();
    for event in desk.events().filter(|event| event.source == source) {
        stories.entry(event.subject.clone()).or_default().entry(event.sequence).or_insert(event);
    }
    stories.into_iter().map(|(subject, events)| (subject, events.into_values().collect())).collect()
}

/// Who does what according to a source: `ticket.opened by customer`.
fn acts(desk: Desk, source: &str) -> BTreeSet<String> {
    desk.events().filter(|event| event.source == source).map(|event| format!("{} by {}", event.kind, event.actor)).collect()
}

fn json(event: &NewEvent) -> Value {
    serde_json::from_str(&event.data).expect("JSON")
}

/// A text in an event's data; empty when there is none.
fn text(event: &NewEvent, name: &str) -> String {
    json(event)[name].as_str().unwrap_or_default().to_owned()
}

fn per_ten_thousand(part: usize, whole: usize) -> usize {
    part * 10_000 / whole.max(1)
}

/// The digest was computed by a second implementation in another language, ChaCha included.
#[test]
fn a_seed_tells_the_same_events_on_every_machine() {
    assert_eq!(digest(DESK), "7f245ef33fae57394085d7cd30884e58121587ccfc5998933ce2de6e6f5a86e8");
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
fn exactly_as_many_interactions_begin_as_asked_for() {
    for (interactions, months) in [(0, 6), (1, 1), (2, 6), (97, 1), (3_000, 24)] {
        let subjects: BTreeSet<String> = Desk { interactions, months, ..DESK }.events().map(|event| event.subject).collect();
        assert_eq!(subjects.len() as u64, interactions, "{interactions} in {months} months");
        let numbers: BTreeSet<u64> = subjects.iter().map(|subject| subject[3..].parse().expect("a number")).collect();
        assert!(numbers.into_iter().eq(1..=interactions), "each number once: {subjects:?}");
    }
}

#[test]
fn every_kind_of_interaction_has_its_share() {
    let subjects: BTreeSet<String> = BIG.events().map(|event| event.subject).collect();
    for (prefix, expected) in [("INC", 6_700..=7_300), ("CNV", 1_200..=1_600), ("LEA", 750..=1_050), ("DOC", 550..=850)] {
        let rate = per_ten_thousand(subjects.iter().filter(|subject| subject.starts_with(prefix)).count(), subjects.len());
        assert!(expected.contains(&rate), "{rate} of ten thousand are {prefix}");
    }
}

#[test]
fn every_source_tells_its_own() {
    let told: BTreeSet<(String, String, String)> =
        DESK.events().map(|event| (event.source, event.subject[..3].to_owned(), event.kind)).collect();
    let owned = |source: &str, prefix: &str, kind: &str| (source.to_owned(), prefix.to_owned(), kind.to_owned());
    let mut expected: BTreeSet<(String, String, String)> = BTreeSet::new();
    for (source, prefix, kinds) in SOURCES {
        expected.extend(kinds.iter().map(|kind| owned(source, prefix, kind)));
        expected.insert(owned("meter", prefix, "cost.incurred"));
    }
    assert_eq!(told, expected);
}

#[test]
fn every_event_is_valid_when_the_log_ends() {
    for event in DESK {
        assert_eq!(event.check(DESK.until()), Ok(()), "{event:?}");
        assert!(event.occurred_at <= DESK.until() && event.occurred_at >= DESK.from, "{event:?}");
        assert_eq!(event.occurred_at.micros() % 60_000_000, 0, "a minute clock: {event:?}");
        assert!(json(&event).is_object(), "{event:?}");
        let of_source = if event.source == "meter" { "-cost" } else { "" };
        assert_eq!(event.id, format!("{}{of_source}-{}", event.subject, event.sequence));
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

/// How many events a source tells, and how many of them make trouble.
#[derive(Debug, Default)]
struct Trouble {
    told: usize,
    late: usize,
    duplicates: usize,
    conflicts: usize,
    overtaken: usize,
}

/// The trouble that sources make, each of them that is wanted.
fn trouble(desk: Desk, wanted: impl Fn(&str) -> bool) -> BTreeMap<String, Trouble> {
    let mut found: BTreeMap<String, Trouble> = BTreeMap::new();
    let mut firsts: HashMap<String, Digest> = HashMap::new();
    let mut latest: HashMap<(String, String), i64> = HashMap::new();
    let mut events = desk.events();
    while let Some(event) = events.next() {
        if !wanted(&event.source) {
            continue;
        }
        let trouble = found.entry(event.source.clone()).or_default();
        trouble.told += 1;
        trouble.late += usize::from(events.arrived_at().since(event.occurred_at) > Duration::days(1));
        let content = event.content_digest();
        match firsts.get(&event.id) {
            Some(first) if *first == content => trouble.duplicates += 1,
            Some(_) => trouble.conflicts += 1,
            None => {
                firsts.insert(event.id, content);
                let latest = latest.entry((event.source, event.subject)).or_insert(event.sequence);
                trouble.overtaken += usize::from(event.sequence < *latest);
                *latest = event.sequence.max(*latest);
            }
        }
    }
    found
}

#[test]
fn trouble_comes_at_the_stated_rates() {
    let mut all = Trouble::default();
    for one in trouble(BIG, |_| true).values() {
        all.told += one.told;
        all.late += one.late;
        all.duplicates += one.duplicates;
        all.conflicts += one.conflicts;
        all.overtaken += one.overtaken;
    }
    let told = all.told;
    let per_interaction = told * 10 / 20_000;
    assert!((68..=78).contains(&per_interaction), "{per_interaction} events per ten interactions");
    for (name, count, expected) in [
        ("late", all.late, 80..=120),
        ("duplicates", all.duplicates, 80..=120),
        ("overtaken", all.overtaken, 200..=1_200),
        ("conflicts", all.conflicts, 1..=8),
    ] {
        let rate = per_ten_thousand(count, told);
        assert!(expected.contains(&rate), "{rate} of ten thousand are {name}");
    }
}

#[test]
fn no_source_is_spared_trouble() {
    let mut found = trouble(BIG, |source| source == "desk");
    found.extend(trouble(Desk { interactions: 100_000, ..DESK }, |source| source != "desk"));
    assert_eq!(found.keys().map(String::as_str).collect::<Vec<_>>(), ["chat", "crm", "desk", "documents", "meter"]);
    for (source, trouble) in found {
        for (name, count) in [("late", trouble.late), ("duplicates", trouble.duplicates)] {
            let rate = per_ten_thousand(count, trouble.told);
            assert!((70..=140).contains(&rate), "{rate} of ten thousand that {source} tells are {name}");
        }
        assert!(trouble.conflicts > 0 && trouble.overtaken > 0, "{source}: {trouble:?}");
    }
}

#[test]
fn what_comes_altered_is_the_same_event_with_other_data() {
    let mut firsts: HashMap<String, NewEvent> = HashMap::new();
    let mut altered: BTreeSet<String> = BTreeSet::new();
    for event in BIG {
        let first = firsts.entry(event.id.clone()).or_insert_with(|| event.clone());
        if *first != event {
            assert_eq!(NewEvent { data: first.data.clone(), ..event.clone() }, *first);
            assert_ne!(json(first), json(&event));
            altered.insert(event.kind);
        } else if event.source != "desk" {
            assert!(matches!(json(&event)["revision"].as_u64(), Some(1 | 2)), "{event:?}");
        }
    }
    assert!(altered.len() >= 5, "{altered:?}");
}

#[test]
fn every_kind_of_actor_takes_part() {
    let actors: BTreeSet<String> = DESK.events().map(|event| event.actor.to_string()).collect();
    let expected = [Actor::Ai, Actor::Human, Actor::Customer, Actor::System].map(|actor| actor.to_string());
    assert_eq!(actors, BTreeSet::from(expected));
}

#[test]
fn customers_differ_in_volume_and_a_few_interactions_name_none() {
    let names = BIG.customers();
    let mut named: BTreeMap<String, BTreeSet<Option<String>>> = BTreeMap::new();
    for event in BIG {
        named.entry(event.subject).or_default().insert(event.customer);
    }
    let mut volumes: BTreeMap<Option<String>, usize> = BTreeMap::new();
    for customers in named.into_values() {
        assert_eq!(customers.len(), 1, "an interaction keeps its customer");
        *volumes.entry(customers.into_iter().next().flatten()).or_default() += 1;
    }
    let volume = |name: Option<&String>| volumes.get(&name.cloned()).copied().unwrap_or_default();
    assert_eq!(volumes.len(), names.len() + 1);
    assert!(names.is_sorted_by_key(|name| std::cmp::Reverse(volume(Some(name)))), "{volumes:?}");
    assert!(volume(names.first()) > 5 * volume(names.last()), "{volumes:?}");
    assert!((100..=600).contains(&volume(None)), "{volumes:?}");
}

#[test]
fn company_names_are_unique_however_many() {
    for count in [1, 8, 24, 25, 288, 289, 1_000] {
        let names = Desk { customers: count, ..DESK }.customers();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), count as usize);
    }
}

#[test]
fn interactions_begin_in_office_hours_and_ever_more() {
    let (mut begun, mut office, mut first, mut last) = (BTreeSet::new(), 0, 0, 0);
    for event in BIG.events().filter(|event| event.sequence == 0 && event.source != "meter") {
        if !begun.insert(event.id) {
            continue;
        }
        let hour = event.occurred_at.micros() / 3_600_000_000;
        let workday = (hour / 24 + 3) % 7 < 5;
        office += usize::from(workday && (7..18).contains(&(hour % 24)));
        let month = event.occurred_at.to_string();
        first += usize::from(month.starts_with("2026-01"));
        last += usize::from(month.starts_with("2026-06"));
    }
    assert!((7_500..=9_500).contains(&per_ten_thousand(office, begun.len())), "{office} in office hours");
    assert!(last * 10 > first * 12, "{first} in the first month, {last} in the last");
}

#[test]
fn a_large_desk_starts_at_once() {
    let events: Vec<NewEvent> = Desk::new(1, 1_000_000).events().take(1_000).collect();
    assert_eq!(events.len(), 1_000);
}
