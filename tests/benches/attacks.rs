//! `cargo xtask bench attacks [MINUTES]`: what becomes of every attack of the catalogue, what it costs and what it leaves behind; given
//! minutes, the whole catalogue again and again for that long, and the memory of the process after each.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]

use std::time::Instant;

use assay_runtime::{Engine, Rule};
use assay_tests::{
    attacks::{
        self,
        run::{self, HEAD},
    },
    components,
};

fn main() {
    // Cargo adds an argument of its own.
    let minutes = std::env::args().skip(1).find_map(|argument| argument.parse::<u64>().ok());
    let engine = run::engine();
    let neighbour = engine.admit(components::resolved_ticket()).expect("the example plugin is admitted");
    let mut complaints = table(&engine, &neighbour);
    if let Some(minutes) = minutes {
        complaints.extend(again_and_again(&engine, &neighbour, minutes));
    }
    run::fill_every_slot(&engine, &neighbour).expect("every slot is free");
    complaints.extend((0..1000).filter_map(|_| run::harm_to(&neighbour)));
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
    println!("\nEvery attack became what it must; all slots are free, and 1,000 answers of the neighbour are right.");
}

/// Runs every attack once, and prints a row of each.
fn table(engine: &Engine, neighbour: &Rule) -> Vec<String> {
    println!("{HEAD}");
    let mut complaints = Vec::new();
    for attack in attacks::all() {
        let outcome = run::run(engine, &attack, neighbour);
        println!("{outcome}");
        complaints.extend(outcome.complaints(&attack));
    }
    complaints
}

/// Runs the catalogue for so many minutes, and prints the memory after each; gives back the complaints, in the order of the attacks.
fn again_and_again(engine: &Engine, neighbour: &Rule, minutes: u64) -> Vec<String> {
    println!("\n| minute | attacks | memory in MiB |\n|---:|---:|---:|");
    let (started, mut minute, mut ran) = (Instant::now(), 0, 0);
    let mut complaints = Vec::new();
    told(minute, ran);
    for attack in attacks::all().iter().cycle() {
        let outcome = run::run(engine, attack, neighbour);
        complaints.extend(outcome.complaints(attack));
        ran += 1;
        let passed = started.elapsed().as_secs() / 60;
        if passed > minute {
            minute = passed;
            told(minute, ran);
        }
        if minute >= minutes {
            break;
        }
    }
    complaints
}

fn told(minute: u64, ran: u64) {
    println!("| {minute} | {ran} | {:.1} |", run::anonymous_bytes() as f64 / f64::from(1 << 20));
}
