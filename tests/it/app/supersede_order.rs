//! Whatever order facts and supersessions come in, and whenever it is judged between them, they end up alike.

use std::collections::BTreeSet;

use assay_app::{Caller, desk::Desk};
use assay_domain::{
    definition::Timing,
    event::NewEvent,
    time::{Duration, Limit, Timestamp},
};
use assay_tests::assay::{Installation, at};

use super::{
    dice::Dice,
    order::arrivals,
    stage::ORDINARY,
    support::{accept, drain, dump},
};

/// Short enough that within a month deadlines pass, holdbacks end and horizons close.
const TIGHT: Timing = Timing {
    deadline: Limit::Limited(Duration::days(10)),
    settles_after: Duration::days(2),
    reversible_for: Limit::Limited(Duration::days(4)),
};

/// What is wrong, by its name, and what stands in its place.
#[derive(Debug, Clone)]
struct Correction {
    wrong: String,
    replacement: NewEvent,
}

fn name(event: &NewEvent) -> String {
    format!("{} {}", event.source, event.id)
}

/// A month of a support desk, each event once, without the last days before now.
fn month(seed: u64, now: Timestamp) -> Vec<NewEvent> {
    let mut known = BTreeSet::new();
    let told = arrivals(Desk { months: 1, ..Desk::new(seed, 60) }).into_iter().map(|(_, event)| event);
    told.filter(|event| event.occurred_at.plus(Duration::days(3)) <= now && known.insert(name(event))).collect()
}

/// The same event told anew: alike, later, as something that no rule reads, or for another customer.
fn corrected(wrong: &NewEvent, way: usize) -> NewEvent {
    let told = NewEvent { id: format!("{}-corrected", wrong.id), ..wrong.clone() };
    match way {
        0 => told,
        1 => NewEvent { occurred_at: told.occurred_at.plus(Duration::hours(30)), ..told },
        2 => NewEvent { kind: "note.added".into(), ..told },
        _ => NewEvent { customer: Some("corrected".into()), ..told },
    }
}

/// Every eleventh event is corrected, and of these every third once more.
fn corrections(events: &[NewEvent], dice: &mut Dice) -> Vec<Correction> {
    let mut corrections = Vec::new();
    for (n, wrong) in events.iter().step_by(11).enumerate() {
        let first = corrected(wrong, dice.below(4));
        corrections.push(Correction { wrong: name(wrong), replacement: first.clone() });
        if n % 3 == 0 {
            corrections.push(Correction { wrong: name(&first), replacement: corrected(&first, dice.below(4)) });
        }
    }
    corrections
}

async fn vendor(installation: &Installation, slug: &str) -> Caller {
    let caller = installation.tenant(slug).await;
    installation.define(&caller, "fixed", &[], ORDINARY, "2026-01-01T00:00:00Z").await;
    installation.define(&caller, "strict", &[("retry", "false"), ("window", "36h")], TIGHT, "2026-01-01T00:00:00Z").await;
    caller
}

async fn apply(installation: &Installation, caller: &Caller, correction: &Correction) {
    let Correction { wrong, replacement } = correction.clone();
    installation.assay.supersede(caller, &wrong, replacement, "told wrong").await.expect(&wrong);
}

/// Everything is recorded, then corrected, then judged once.
async fn at_once(installation: &Installation, slug: &str, events: &[NewEvent], corrections: &[Correction]) -> String {
    let caller = vendor(installation, slug).await;
    accept(installation, &caller, events.to_vec()).await;
    for correction in corrections {
        apply(installation, &caller, correction).await;
    }
    drain(installation, &caller).await;
    dump(installation, &caller).await
}

/// Any order, any batches; corrections as soon as there is something to correct or later; judged now and then.
async fn any_way(installation: &Installation, slug: &str, events: &[NewEvent], corrections: &[Correction], dice: &mut Dice) -> String {
    let caller = vendor(installation, slug).await;
    let mut events = events.to_vec();
    dice.shuffle(&mut events);
    let (mut recorded, mut waiting, mut rest) = (BTreeSet::new(), corrections.to_vec(), events.as_slice());
    while !rest.is_empty() || !waiting.is_empty() {
        let (batch, after) = rest.split_at(rest.len().min(1 + dice.below(40)));
        accept(installation, &caller, batch.to_vec()).await;
        recorded.extend(batch.iter().map(name));
        rest = after;
        for correction in std::mem::take(&mut waiting) {
            if recorded.contains(&correction.wrong) && dice.below(2) == 0 {
                apply(installation, &caller, &correction).await;
                recorded.insert(name(&correction.replacement));
            } else {
                waiting.push(correction);
            }
        }
        if dice.below(3) == 0 {
            drain(installation, &caller).await;
        }
    }
    drain(installation, &caller).await;
    assert_eq!(drain(installation, &caller).await.judged, 0, "one pass is enough");
    dump(installation, &caller).await
}

#[tokio::test]
async fn facts_and_supersessions_end_alike_in_any_order() {
    let installation = Installation::new("2026-01-01T00:00:00Z").await;
    for seed in 1..=2 {
        for now in ["2026-01-20T12:00:00Z", "2026-09-01T00:00:00Z"].map(at) {
            installation.clock.set(now);
            let mut dice = Dice::new(seed);
            let events = month(seed, now);
            let corrections = corrections(&events, &mut dice);
            let slug = |way: &str| format!("s{seed}-{}-{way}", now.micros());
            let expected = at_once(&installation, &slug("once"), &events, &corrections).await;
            assert_eq!(expected.lines().filter(|line| line.starts_with("supersession ")).count(), corrections.len());
            let uncorrected = at_once(&installation, &slug("wrong"), &events, &[]).await;
            let outcomes = |dump: &str| dump.lines().filter(|line| line.starts_with("outcome ")).map(str::to_owned).collect::<Vec<_>>();
            assert_ne!(outcomes(&expected), outcomes(&uncorrected), "the corrections matter");
            for way in ["1", "2", "3"] {
                let found = any_way(&installation, &slug(way), &events, &corrections, &mut dice).await;
                assert_eq!(found, expected, "seed {seed}, {now}, way {way}");
            }
        }
    }
}
