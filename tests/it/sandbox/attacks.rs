//! The whole catalogue of attacks, each held to its fault or refusal, its time and its memory, beside a neighbour that answers on.

use std::{
    collections::BTreeSet,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
};

use assay_tests::{
    attacks::{
        self, Attack, ROWS,
        run::{self, GROWN_BYTES_MAX, HEAD},
    },
    components,
};

/// Says to a process of the tests that it was started for one of them.
const ALONE: &str = "ASSAY_TEST_ALONE";

/// The heaviest on processor and memory, and the quickest to trap.
const HEAVY: [&str; 12] = [
    "a loop",
    "calls that double",
    "fills without end",
    "copies without end",
    "a loop in realloc",
    "a trap",
    "recursion",
    "memory page by page",
    "all of its memory, written",
    "growing memory by nothing",
    "loads that miss every cache",
    "a note of 1 MiB",
];

/// How often the neighbour is asked while each of them runs, at least.
const ANSWERS: usize = 500;

#[test]
fn every_row_of_both_lists_has_its_attack() {
    let attacks = attacks::all();
    let rows: BTreeSet<&str> = attacks.iter().flat_map(Attack::rows).collect();
    assert_eq!(rows, BTreeSet::from(ROWS));
    let names: BTreeSet<&str> = attacks.iter().map(|attack| attack.name).collect();
    assert_eq!(names.len(), attacks.len(), "no name is given twice");
}

#[test]
fn attacks_on_evaluation_are_held_to_their_bounds() {
    alone("attacks_on_evaluation_are_held_to_their_bounds", || hold(&attacks::on_evaluation()));
}

#[test]
fn attacks_on_admission_are_held_to_their_bounds() {
    alone("attacks_on_admission_are_held_to_their_bounds", || hold(&attacks::on_admission()));
}

/// Runs a test of this file in a process of its own: memory is told of whole processes, and the other tests take some too.
#[expect(clippy::disallowed_methods, reason = "a process of the tests has no other way to say what it was started for")]
fn alone(test: &str, body: impl FnOnce()) {
    if std::env::var_os(ALONE).is_some() {
        return body();
    }
    let name = format!("{}::{test}", module_path!().trim_start_matches("it::"));
    let mut command = Command::new(std::env::current_exe().expect("a running executable"));
    command.args([name.as_str(), "--exact", "--nocapture", "--test-threads=1"]).env(ALONE, "1");
    // Memory that was freed goes back to the system at once, not only when there is a lot of it: what is left is held.
    command.env("MALLOC_TRIM_THRESHOLD_", "131072");
    let output = command.output().expect("the tests start");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}: {told}{}", output.status, String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("1 passed"), "{name} is no test: {told}");
    println!("{told}");
}

/// Runs them all before it complains of any.
fn hold(attacks: &[Attack]) {
    let engine = run::engine();
    let neighbour = engine.admit(components::resolved_ticket()).expect("the example plugin is admitted");
    // What the first evaluations take once and for all is no attack's.
    run::run(&engine, &attacks[0], &neighbour);
    let before = run::anonymous_bytes();
    println!("{HEAD}");
    let mut complaints = Vec::new();
    for attack in attacks {
        let outcome = run::run(&engine, attack, &neighbour);
        println!("{outcome}");
        complaints.extend(outcome.complaints(attack));
    }
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
    let grown = run::anonymous_bytes() - before;
    assert!(grown <= GROWN_BYTES_MAX, "{grown} bytes were not given back");
    run::fill_every_slot(&engine, &neighbour).expect("every slot is free");
    assert_eq!((0..1000).find_map(|_| run::harm_to(&neighbour)), None);
}

#[test]
fn a_neighbour_answers_while_an_attack_runs() {
    let catalogue = attacks::all();
    for name in HEAVY {
        let attack = catalogue.iter().find(|attack| attack.name == name).unwrap_or_else(|| panic!("there is no attack {name:?}"));
        beside(attack);
    }
}

/// The attack again and again on one thread, its neighbour on another.
fn beside(attack: &Attack) {
    let rule = run::admit(components::engine(), &(attack.component)()).expect("an attack that is let in");
    let neighbour = components::resolved_ticket_rule();
    let enough = AtomicBool::new(false);
    let strike = || {
        let (mut strikes, mut wrong) = (0, None);
        while strikes < 2 || !enough.load(Ordering::Relaxed) {
            let (met, _) = attack.ask(&rule);
            strikes += 1;
            wrong = wrong.or((!attack.expect.allows(&met)).then(|| met.to_string()));
        }
        wrong
    };
    let (struck, harm) = std::thread::scope(|scope| {
        let striking = scope.spawn(strike);
        let (mut answers, mut harm) = (0, None);
        while answers < ANSWERS || !striking.is_finished() {
            harm = harm.or_else(|| run::harm_to(neighbour));
            answers += 1;
            enough.store(answers >= ANSWERS, Ordering::Relaxed);
        }
        (striking.join().expect("no panic"), harm)
    });
    assert_eq!(struck, None, "{}", attack.name);
    assert_eq!(harm, None, "beside {}", attack.name);
}
