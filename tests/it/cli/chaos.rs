//! The same few faults each time; `cargo xtask chaos` goes through more of them.

use assay_tests::{
    chaos::{self, Fault, Plan},
    postgres,
};

const PLAN: Plan = Plan { faults: 20, seed: 7, lease_s: 1 };
/// How often each fault happens at least.
const EACH: u64 = 2;

#[test]
fn whatever_dies_hangs_or_is_cut_off_nothing_is_lost_and_nothing_doubled() {
    if postgres::is_wanted() {
        // It is on a server always, and was run with the tests on a file.
        println!("run with the tests on a file");
        return;
    }
    let report = chaos::run(&PLAN, &|number, fault| println!("{number}: {fault}")).unwrap_or_else(|failure| panic!("{failure}"));
    println!("{report}");
    assert!(report.holds(), "{report}");
    let rare: Vec<&str> = Fault::ALL.into_iter().filter(|(fault, _)| report.times(*fault) < EACH).map(|(_, name)| name).collect();
    assert!(rare.is_empty(), "too few: {rare:?}");
}
