//! The heart: whatever order the facts arrive in, and however they are batched, they end up alike.

use std::collections::BTreeMap;

use assay_app::{Caller, desk::Desk};
use assay_domain::{
    definition::Timing,
    event::NewEvent,
    time::{Duration, Limit, Timestamp},
};
use assay_tests::assay::{Installation, at};

use super::{
    dice::Dice,
    stage::ORDINARY,
    support::{accept, drain, dump, event, ingest},
};

/// Short enough that within a month deadlines pass, holdbacks end and horizons close.
const TIGHT: Timing = Timing {
    deadline: Limit::Limited(Duration::days(10)),
    settles_after: Duration::days(2),
    reversible_for: Limit::Limited(Duration::days(4)),
};

/// A month of a support desk: short enough that many tickets are under way at a time.
fn month(seed: u64) -> Desk {
    Desk { months: 1, ..Desk::new(seed, 60) }
}

/// What a desk tells, each with its arrival, duplicates included; of conflicting tellings the first.
pub fn arrivals(desk: Desk) -> Vec<(Timestamp, NewEvent)> {
    let (mut first, mut told): (BTreeMap<String, NewEvent>, _) = (BTreeMap::new(), Vec::new());
    let mut events = desk.events();
    while let Some(event) = events.next() {
        if *first.entry(event.id.clone()).or_insert_with(|| event.clone()) == event {
            told.push((events.arrived_at(), event));
        }
    }
    told
}

/// A tenant of its own whose tickets two definitions judge.
async fn vendor(installation: &Installation, slug: &str) -> Caller {
    let caller = installation.tenant(slug).await;
    installation.define(&caller, "fixed", &[], ORDINARY, "2026-01-01T00:00:00Z").await;
    let strict = [("retry", "false"), ("max-reassignments", "1"), ("window", "36h")];
    installation.define(&caller, "strict", &strict, TIGHT, "2026-01-01T00:00:00Z").await;
    caller
}

/// Everything in one batch, judged once.
async fn at_once(installation: &Installation, slug: &str, events: &[NewEvent]) -> String {
    let caller = vendor(installation, slug).await;
    ingest(installation, &caller, events.to_vec()).await;
    drain(installation, &caller).await;
    dump(installation, &caller).await
}

/// Any order, any batches, some events again, judged now and then.
async fn any_way(installation: &Installation, slug: &str, events: &[NewEvent], dice: &mut Dice) -> String {
    let caller = vendor(installation, slug).await;
    let mut events = events.to_vec();
    for _ in 0..events.len() / 10 {
        events.push(events[dice.below(events.len())].clone());
    }
    dice.shuffle(&mut events);
    let mut rest = events.as_slice();
    while !rest.is_empty() {
        let (batch, after) = rest.split_at(rest.len().min(1 + dice.below(40)));
        let found = ingest(installation, &caller, batch.to_vec()).await;
        assert!(found.iter().all(|disposition| disposition == "accepted" || disposition == "duplicate"), "{found:?}");
        if dice.below(3) == 0 {
            drain(installation, &caller).await;
        }
        rest = after;
    }
    drain(installation, &caller).await;
    assert_eq!(drain(installation, &caller).await.judged, 0, "one pass is enough");
    dump(installation, &caller).await
}

#[tokio::test]
async fn any_order_and_any_batches_end_alike() {
    let installation = Installation::new("2026-01-01T00:00:00Z").await;
    for seed in 1..=3 {
        for now in ["2026-01-15T12:00:00Z", "2026-02-03T00:00:00Z", "2026-09-01T00:00:00Z"].map(at) {
            installation.clock.set(now);
            let soon = now.plus(Duration::seconds(290));
            let events: Vec<NewEvent> =
                arrivals(month(seed)).into_iter().map(|(_, event)| event).filter(|event| event.occurred_at <= soon).collect();
            let name = |way: usize| format!("s{seed}-{}-{way}", now.micros());
            let expected = at_once(&installation, &name(0), &events).await;
            assert!(expected.lines().filter(|line| line.starts_with("outcome ")).count() > 20, "{expected}");
            let mut dice = Dice::new(seed);
            for way in 1..=4 {
                let found = any_way(&installation, &name(way), &events, &mut dice).await;
                assert_eq!(found, expected, "seed {seed}, {now}, way {way}");
            }
        }
    }
}

#[tokio::test]
async fn backwards_one_at_a_time_ends_alike() {
    let installation = Installation::new("2026-02-03T00:00:00Z").await;
    let events: Vec<NewEvent> = arrivals(Desk { interactions: 15, ..month(4) }).into_iter().map(|(_, event)| event).collect();
    let expected = at_once(&installation, "forwards", &events).await;
    let caller = vendor(&installation, "backwards").await;
    for event in events.into_iter().rev() {
        ingest(&installation, &caller, vec![event]).await;
        drain(&installation, &caller).await;
    }
    assert_eq!(dump(&installation, &caller).await, expected);
}

/// The clock goes with the arrivals, so that timers fire between facts that are told late.
#[tokio::test]
async fn a_live_feed_ends_like_a_late_import() {
    let installation = Installation::new("2026-01-01T00:00:00Z").await;
    let end = at("2026-09-01T00:00:00Z");
    for seed in 5..=7 {
        let told = arrivals(month(seed));
        let events: Vec<NewEvent> = told.iter().map(|(_, event)| event.clone()).collect();
        installation.clock.set(end);
        let expected = at_once(&installation, &format!("import-{seed}"), &events).await;

        installation.clock.set(at("2026-01-01T00:00:00Z"));
        let caller = vendor(&installation, &format!("live-{seed}")).await;
        let (mut dice, mut batch) = (Dice::new(seed), Vec::new());
        for (arrived, event) in told {
            batch.push(event);
            if dice.below(6) == 0 {
                installation.clock.set(arrived);
                ingest(&installation, &caller, std::mem::take(&mut batch)).await;
                drain(&installation, &caller).await;
            }
        }
        installation.clock.set(end);
        ingest(&installation, &caller, batch).await;
        drain(&installation, &caller).await;
        assert_eq!(dump(&installation, &caller).await, expected, "seed {seed}");
    }
}

/// Events that share a time are ordered by sequence, then source, then id, as bytes: never by arrival.
#[tokio::test]
async fn facts_of_one_minute_have_one_order() {
    let installation = Installation::new("2016-03-05T00:00:00Z").await;
    let told = |source: &str, id: &str, sequence: i64, kind: &str, customer: &str| NewEvent {
        source: source.into(),
        sequence,
        ..event("T1", id, kind, at("2016-03-01T08:00:00Z"), Some(customer))
    };
    // In this order the ticket ends resolved, and belongs to the first.
    let events = [
        told("b", "z", -1, "ticket.opened", "acme"),
        told("a", "10", 0, "ticket.resolved", "globex"),
        told("a", "9", 0, "ticket.reopened", "initech"),
        told("b", "1", 0, "ticket.resolved", "hooli"),
    ];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
        let caller = installation.tenant(&format!("order-{order:?}").replace(['[', ']', ',', ' '], "")).await;
        installation.define(&caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
        for index in order {
            accept(&installation, &caller, vec![events[index].clone()]).await;
            drain(&installation, &caller).await;
        }
        let view = installation.assay.interaction(&caller, "T1").await.expect("an interaction");
        let ids: Vec<&str> = view.events.iter().map(|event| event.source_id.as_str()).collect();
        assert_eq!(ids, ["z", "10", "9", "1"], "{order:?}");
        assert_eq!(view.customer.as_deref(), Some("acme"));
        assert_eq!(view.outcomes[0].outcome.succeeded_at, Some(at("2016-03-02T08:00:00Z")));
    }
}
