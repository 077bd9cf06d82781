//! `cargo xtask chaos [--faults N] [--seed S]`: an installation on PostgreSQL at work while its processes are killed and paused, its
//! connections broken and its database crashed, 200 times if nothing else is said. It ends with exit code 1, and with what repeats it, when
//! it does not get over a fault or when anything is lost or doubled in the end.

#![expect(clippy::disallowed_methods, reason = "a long run measures wall time")]

use std::{process::ExitCode, time::Instant};

use assay_tests::chaos::{self, Fault, Plan};

const USAGE: &str = "cargo xtask chaos [--faults N] [--seed S]";
/// Faults between two lines about how far it is.
const PROGRESS_EVERY: usize = 10;

fn main() -> ExitCode {
    let plan = match parse(std::env::args().skip(1).filter(|argument| argument != "--bench")) {
        Ok(plan) => plan,
        Err(complaint) => {
            eprintln!("{complaint}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let (started, faults) = (Instant::now(), plan.faults);
    let told = |number: usize, fault: Fault| {
        if number.is_multiple_of(PROGRESS_EVERY) {
            println!("{:>5} s: {number} of {faults} faults, the last: {fault}", started.elapsed().as_secs());
        }
    };
    match chaos::run(&plan, &told) {
        Ok(report) => {
            println!("{report}");
            println!("chaos: {faults} faults, seed {}, {} s", plan.seed, started.elapsed().as_secs());
            if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Plan, String> {
    let mut plan = Plan { faults: 200, seed: 1, lease_s: 2 };
    while let Some(flag) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("what follows {flag}?"))?;
        let wrong = |_| format!("{value} is no number");
        match flag.as_str() {
            "--faults" => plan.faults = value.parse().map_err(wrong)?,
            "--seed" => plan.seed = value.parse().map_err(wrong)?,
            _ => return Err(format!("what is {flag}?")),
        }
    }
    Ok(plan)
}
