//! The same few random cases each time. Each test names what must become of some of them, so that one that no longer reaches the
//! sandbox fails; `cargo xtask bench fuzz` goes on with new cases.

use std::{ops::Range, sync::OnceLock};

use assay_tests::fuzz::{Engines, Finding, Random, Tally, Target, attempt, slice};

fn engines() -> &'static Engines {
    static ENGINES: OnceLock<Engines> = OnceLock::new();
    ENGINES.get_or_init(Engines::start)
}

/// Tries a slice of a target, and expects that something became of every kind named.
#[track_caller]
fn holds(target: &str, seeds: Range<u64>, expect: &[&str]) -> Tally {
    let tally = match slice(target, seeds, engines()) {
        Ok(tally) => tally,
        Err(finding) => panic!("{finding}"),
    };
    let unmet: Vec<&&str> = expect.iter().filter(|what| tally.of(what) == 0).collect();
    assert!(unmet.is_empty(), "{target} met no {unmet:?}: {tally}");
    tally
}

#[test]
fn damaged_components_are_refused_or_held_to_their_limits() {
    let tally = holds("mutate", 0..800, &["upload.malformed", "upload.manifest-invalid", "upload.faulty"]);
    assert!(tally.of("answer") > 10, "{tally}");
    assert!(tally.kinds().any(|what| what.starts_with("guest.")), "{tally}");
}

#[test]
fn random_rules_answer_alike_on_every_engine() {
    let tally = holds("generate", 0..100, &["answer", "upload.faulty"]);
    let faults = tally.kinds().filter(|what| what.starts_with("guest.")).count();
    assert!(faults >= 5, "only {faults} kinds of faults: {tally}");
    assert!(tally.of("answer") > 10, "{tally}");
}

#[test]
fn random_answers_come_back_exactly_or_as_the_fault_they_deserve() {
    let faults = ["guest.abi-violation", "guest.output-invalid", "guest.output-limit"];
    let tally = holds("answers", 0..40, &faults);
    assert!(tally.of("lawful") > 1_000 && tally.of("rule error") > 100, "{tally}");
}

#[test]
fn random_verdicts_are_believed_exactly_when_they_are_lawful() {
    let tally = holds("verdicts", 0..300, &["guest.output-invalid", "guest.output-limit", "no verdict"]);
    assert!(tally.of("lawful") > 100_000, "{tally}");
}

#[test]
fn random_declarations_are_refused_exactly_when_they_break_a_rule() {
    let tally = holds("manifests", 0..200, &["upload.faulty"]);
    assert!(tally.of("admitted") > 50 && tally.of("upload.manifest-invalid") > 20, "{tally}");
}

/// What a seed draws never changes, or no finding could be repeated: these are the published numbers of SplitMix64.
#[test]
fn a_seed_draws_the_same_on_every_machine() {
    let mut random = Random::new(0);
    let drawn = [random.word(), random.word(), random.word()];
    assert_eq!(drawn, [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f]);
}

#[test]
fn what_is_found_is_named_with_its_seed() {
    let mut tally = Tally::default();
    let mut found = |run: Target| attempt(("broken", run), 7, engines(), &mut tally).map_err(|finding| finding.what);
    assert_eq!(found(|_, _, _| panic!("it broke")), Err("a panic: it broke".into()));
    assert_eq!(found(|_, _, _| Err("two and two are five".into())), Err("two and two are five".into()));
    assert_eq!(found(|_, _, _| Ok(())), Ok(()));
    let finding = Finding { target: "mutate", seed: 7, what: "it broke".into() };
    assert!(finding.to_string().ends_with("cargo xtask bench fuzz --target mutate --seed 7 --minutes 0"), "{finding}");
}
