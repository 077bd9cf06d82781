//! A tenant whose rules use all they may costs the others no more than their turn.

use std::collections::BTreeSet;

use assay_domain::{event::NewEvent, id::TenantId, time::Duration};
use assay_runtime::{Engine, Limits};
use assay_tests::{
    assay::{Installation, at},
    hostile::Hostile,
};

use super::{
    stage::ORDINARY,
    support::{accept, event, number},
};

/// From when the versions are in force.
const FROM: &str = "2026-01-01T00:00:00Z";

/// Less fuel and more time, so that only fuel decides.
fn engine() -> Engine {
    let limits = Limits { evaluation_fuel_max: 1_000_000, wall_time_max: Duration::seconds(60), instances_max: 8, ..Limits::default() };
    Engine::new(limits).expect("an engine")
}

fn pings(interactions: u32) -> Vec<NewEvent> {
    let when = at("2026-03-01T00:00:00Z");
    (0..interactions).map(|n| event(&format!("P{n}"), &format!("p{n}"), "ping", when, Some("acme"))).collect()
}

async fn waiting(installation: &Installation, tenant: TenantId) -> i64 {
    number(installation, &format!("select count(*) from interactions where tenant = {} and dirty_since is not null", tenant.0)).await
}

/// Burns all of its fuel; or nearly all of it, and then answers, or traps; or all of it before it is asked.
fn burners() -> [Hostile; 4] {
    let nearly = "(local $n i32) (local.set $n (i32.const 120000))
        (loop $l (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))";
    let start = format!("(func $start {nearly}) (start $start)");
    [
        Hostile::unexamined().evaluate("(loop $l (br $l))"),
        Hostile::unexamined().evaluate(nearly),
        Hostile::unexamined().evaluate(format!("{nearly} (unreachable)")),
        Hostile::unexamined().fields(&start),
    ]
}

#[tokio::test]
async fn a_turn_ends_when_its_fuel_is_used_up() {
    for burner in burners() {
        for burner_is_first in [true, false] {
            let installation = Installation::with_engine(engine(), "2026-03-10T00:00:00Z").await;
            let other = installation.tenant("other").await;
            let (burning, lawful) = if burner_is_first { (&installation.caller, &other) } else { (&other, &installation.caller) };
            installation.define_hostile(burning, "pings", burner.clone(), ORDINARY, FROM).await;
            installation.define_hostile(lawful, "pings", Hostile::unexamined(), ORDINARY, FROM).await;
            accept(&installation, burning, pings(60)).await;
            accept(&installation, lawful, pings(500)).await;
            let both = || Some(BTreeSet::from([burning.tenant, lawful.tenant]));

            installation.assay.round(both()).await.expect("a round");
            assert_eq!(waiting(&installation, lawful.tenant).await, 0, "everything of the lawful tenant is judged in its turn");
            let left = waiting(&installation, burning.tenant).await;
            // Two full evaluations for each of two threads, and what was begun when they were used up.
            assert!((60 - 10..60).contains(&left), "{left} of 60 are left");
            for _ in 0..30 {
                installation.assay.round(both()).await.expect("a round");
            }
            assert_eq!(waiting(&installation, burning.tenant).await, 0, "nothing is lost, it only takes its time");
            assert_eq!(number(&installation, "select count(*) from outcomes").await, 560);
        }
    }
}

/// What a person waits for is done at once, whatever it costs.
#[tokio::test]
async fn a_command_has_no_turn() {
    let installation = Installation::with_engine(engine(), "2026-03-10T00:00:00Z").await;
    let caller = &installation.caller;
    let [_, burner, ..] = burners();
    installation.define_hostile(caller, "pings", burner, ORDINARY, FROM).await;
    accept(&installation, caller, pings(60)).await;
    assert_eq!(installation.assay.drain(caller, |_| {}).await.expect("judged").judged, 60);
}
