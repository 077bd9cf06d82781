//! The same few simulated lives each time; `cargo xtask simulate` lives through more of them.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use assay_domain::{operation::Operation, time::Timestamp};
use assay_store::{Faults, Moment, Opening, Store, tenants};
use assay_tests::{postgres, simulate};
use tempfile::TempDir;

#[test]
fn simulated_lives_hold_every_invariant() {
    // A server takes longer for each step.
    let seeds = if postgres::is_wanted() { 10 } else { 40 };
    let tally = simulate::slice(0..seeds).unwrap_or_else(|failure| panic!("{failure}"));
    let dull = [("steps", tally.steps("a month is billed") < seeds), ("deaths", tally.faults("dies ") < seeds)];
    let dull: Vec<&str> = dull.into_iter().filter(|(_, is_dull)| *is_dull).map(|(what, _)| what).collect();
    assert!(dull.is_empty(), "there were too few {dull:?}:\n{tally}");
}

/// A failure can be repeated only if a seed is all that a life depends on.
#[test]
fn a_seed_is_lived_through_in_one_way() {
    for seed in [3, 1_000_003] {
        let [one, other] = [(); 2].map(|()| simulate::run(seed).unwrap_or_else(|failure| panic!("{failure}")));
        assert_eq!(one, other, "seed {seed}");
    }
}

#[test]
fn what_happens_less_than_a_hundred_times_in_ten_thousand_seeds_is_rare() {
    let mut tally = simulate::run(5).unwrap_or_else(|failure| panic!("{failure}")).0;
    assert_eq!(tally.rare().count(), 0, "once in one seed is often");
    tally.seeds = 10_000;
    assert!(tally.rare().count() > 0, "once in ten thousand is not:\n{tally}");
}

/// Strikes once, at a moment.
struct Once(Moment, AtomicUsize);

impl Faults for Once {
    fn strike(&self, moment: Moment) -> io::Result<()> {
        let is_first = moment == self.0 && self.1.fetch_add(1, Ordering::SeqCst) == 0;
        if is_first { Err(io::Error::other("struck")) } else { Ok(()) }
    }
}

/// Tries to create a tenant; what it is told, and whether the tenant is there.
async fn create(moment: Moment) -> (bool, bool) {
    let folder = TempDir::new().expect("a temporary folder");
    let faults = Arc::new(Once(moment, AtomicUsize::new(0)));
    let opening = Opening { is_durable: false, faults: Some(faults) };
    let store = Store::open_with(&folder.path().join("assay.db"), opening).await.expect("a database");
    let created = async {
        let mut tx = store.begin_installation().await?;
        tenants::insert(&mut tx, "vendor", "A vendor", Timestamp::EPOCH).await?;
        let (actor, subject, at) = ("test".to_owned(), "vendor".to_owned(), Timestamp::EPOCH);
        tx.commit(Operation { tenant: None, actor, action: "tenant.create", subject, before: None, after: None, at }).await
    };
    let is_told = created.await.is_ok();
    let mut reader = store.read_installation().await.expect("a reader");
    let is_there = !tenants::all(&mut reader).await.expect("tenants").is_empty();
    (is_told, is_there)
}

#[tokio::test]
async fn a_fault_before_a_commit_leaves_nothing_and_one_after_it_everything() {
    let cases = [
        ("nothing goes wrong", Moment::Commit("other.action"), (true, true)),
        ("it does not begin", Moment::Begin, (false, false)),
        ("it dies before the commit", Moment::Commit("tenant.create"), (false, false)),
        ("it dies after the commit", Moment::Committed("tenant.create"), (false, true)),
    ];
    for (name, moment, expect) in cases {
        assert_eq!(create(moment).await, expect, "{name}");
    }
}
