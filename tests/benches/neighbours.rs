//! `cargo xtask bench neighbours`: how fast a lawful tenant's interactions are judged and settled: alone, beside a tenant whose rule burns
//! nearly all of its fuel on every event, and beside one that uploads rules without end.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Instant,
};

use assay_app::Caller;
use assay_cli::sandbox::COMPILE;
use assay_domain::{
    definition::Timing,
    event::{Actor, NewEvent},
    time::Duration,
};
use assay_runtime::{Compiler, Engine, Setup};
use assay_tests::{
    assay::{Installation, at},
    bin,
    hostile::Hostile,
};
use tokio::task::JoinSet;

/// Interactions of the lawful tenant.
const INTERACTIONS: u32 = 60_000;
/// More than can be judged meanwhile.
const BURNING: u32 = 5_000;
const ROUNDS: usize = 5;

/// Who else is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nobody,
    Burner,
    Uploader,
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let all = [Beside::Nobody, Beside::Burner, Beside::Uploader];
    let rounds: Vec<[f64; 3]> = (0..ROUNDS).map(|_| all.map(|beside| runtime.block_on(rate(beside)))).collect();
    println!("| beside | interactions judged and settled | share of alone |");
    println!("|---|---|---|");
    for (n, beside) in all.iter().enumerate() {
        let rate = median(rounds.iter().map(|round| round[n]));
        let share = median(rounds.iter().map(|round| round[n] / round[0]));
        println!("| {beside:?} | {rate:.0}/s | {:.0} % |", 100.0 * share);
    }
}

fn engine() -> Engine {
    let compiler = Compiler::Apart { program: bin::path(), arguments: vec![COMPILE.into()] };
    Engine::start(Setup { compiler, ..Setup::default() }).expect("an engine")
}

/// Interactions of the lawful tenant a second.
async fn rate(beside: Beside) -> f64 {
    let installation = Installation::with_engine(engine(), "2016-04-01T00:00:00Z").await;
    let (lawful, other) = (installation.caller.clone(), installation.tenant("other").await);
    installation.define(&lawful, "fixed", &[], Timing::default(), "2016-01-01T00:00:00Z").await;
    tell(&installation, &lawful, "ticket.opened", INTERACTIONS).await;
    let mut uploading = JoinSet::new();
    match beside {
        Beside::Nobody => {}
        Beside::Burner => burn(&installation, &other).await,
        Beside::Uploader => upload(&installation, &other, &mut uploading),
    }
    let started = Instant::now();
    while installation.assay.backlog(&lawful).await.expect("a backlog").waiting > 0 {
        installation.assay.round(Some(BTreeSet::from([lawful.tenant, other.tenant]))).await.expect("a round");
    }
    let rate = f64::from(INTERACTIONS) / started.elapsed().as_secs_f64();
    uploading.shutdown().await;
    // Its turn comes when what is still being compiled is done, so that the next round is not disturbed.
    installation.assay.push_rule(&other, &Hostile::unexamined().build()).await.expect("an admitted rule");
    if beside == Beside::Burner {
        assert!(installation.assay.backlog(&other).await.expect("a backlog").waiting > 0, "it burned to the end");
    }
    rate
}

async fn tell(installation: &Installation, caller: &Caller, kind: &str, interactions: u32) {
    let event = |n: u32| NewEvent {
        source: "bench".into(),
        id: n.to_string(),
        kind: kind.into(),
        subject: format!("S{n}"),
        occurred_at: at("2016-03-01T00:00:00Z").plus(Duration::seconds(n)),
        sequence: 0,
        customer: Some("acme".into()),
        actor: Actor::Unknown,
        data: "{}".into(),
    };
    for from in (0..interactions).step_by(5_000) {
        let events = (from..interactions.min(from + 5_000)).map(event).collect();
        installation.assay.ingest(caller, events).await.expect("a batch");
    }
}

/// A tenant whose every question costs 96 of the 100 million instructions that it may.
async fn burn(installation: &Installation, caller: &Caller) {
    let loops = "(local $n i32) (local.set $n (i32.const 19200000))
        (loop $l (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))";
    let rule = Hostile::unexamined().evaluate(loops);
    installation.define_hostile(caller, "pings", rule, Timing::default(), "2016-01-01T00:00:00Z").await;
    tell(installation, caller, "ping", BURNING).await;
}

/// A tenant that uploads eight rules at once, again and again, each as much work for the compiler as admission lets in.
fn upload(installation: &Installation, caller: &Caller, uploading: &mut JoinSet<()>) {
    let next = Arc::new(AtomicU32::new(0));
    for _ in 0..8 {
        let (assay, caller, next) = (Arc::clone(&installation.assay), caller.clone(), Arc::clone(&next));
        uploading.spawn(async move {
            loop {
                let loops = "loop end ".repeat(4096);
                let body = format!("(drop (i32.const {})) {loops}", next.fetch_add(1, Ordering::Relaxed));
                let rule = Hostile::unexamined().fields(&format!("(func {body})").repeat(8)).build();
                assay.push_rule(&caller, &rule).await.expect("it is as much as is let in");
            }
        });
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
