//! `cargo xtask simulate [--seeds N] [--from S] [--threads T]`: lives through as many seeds as it is told to, a thousand from 0 on if nothing
//! else is said. The first failure ends it with exit code 1, named with what repeats it; otherwise it prints how often everything happened.

#![expect(clippy::disallowed_methods, reason = "a long run measures wall time")]

use std::{
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::ScopedJoinHandle,
    time::{Duration, Instant},
};

use assay_tests::simulate::{self, Failure, Tally};

const USAGE: &str = "cargo xtask simulate [--seeds N] [--from S] [--threads T]";
const PROGRESS_EVERY: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    let wanted = match Wanted::parse(std::env::args().skip(1).filter(|argument| argument != "--bench")) {
        Ok(wanted) => wanted,
        Err(complaint) => {
            eprintln!("{complaint}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let started = Instant::now();
    match run(&wanted) {
        Ok(tally) => {
            println!("{tally}");
            tally.rare().for_each(|(name, count)| println!("rare: {name}, {count} times"));
            let (seconds, seeds) = (started.elapsed().as_secs_f64(), wanted.seeds);
            println!("simulate: {seeds} seeds from {} hold every invariant, {seconds:.0} s", wanted.from);
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// What is asked for.
struct Wanted {
    seeds: u64,
    from: u64,
    threads: u64,
}

impl Wanted {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut wanted = Self { seeds: 1_000, from: 0, threads: 2 };
        while let Some(flag) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("what follows {flag}?"))?;
            let number = value.parse().map_err(|_| format!("{value} is no number"))?;
            match flag.as_str() {
                "--seeds" => wanted.seeds = number,
                "--from" => wanted.from = number,
                "--threads" => wanted.threads = number,
                _ => return Err(format!("what is {flag}?")),
            }
        }
        Ok(wanted)
    }
}

/// What the threads share.
#[derive(Default)]
struct Shared {
    next: AtomicU64,
    is_over: AtomicBool,
    tally: Mutex<Tally>,
    failure: Mutex<Option<Box<Failure>>>,
}

fn run(wanted: &Wanted) -> Result<Tally, Box<Failure>> {
    let shared = Shared::default();
    let started = Instant::now();
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..wanted.threads.max(1)).map(|_| scope.spawn(|| shared.live(wanted))).collect();
        let mut told = Instant::now();
        while !running.iter().all(ScopedJoinHandle::is_finished) {
            // Who has ended has run out of seeds, or panicked: the others end with what they are at.
            if running.iter().any(ScopedJoinHandle::is_finished) {
                shared.is_over.store(true, Ordering::SeqCst);
            }
            std::thread::sleep(Duration::from_millis(50));
            if told.elapsed() >= PROGRESS_EVERY {
                told = Instant::now();
                println!("{:>5} s: {} seeds", started.elapsed().as_secs(), shared.tally().seeds);
            }
        }
    });
    match shared.failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(failure) => Err(failure),
        None => Ok(shared.tally.into_inner().unwrap_or_else(PoisonError::into_inner)),
    }
}

impl Shared {
    fn tally(&self) -> std::sync::MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lives through one seed after the other, up to the first failure of any thread.
    fn live(&self, wanted: &Wanted) {
        while !self.is_over.load(Ordering::SeqCst) {
            let n = self.next.fetch_add(1, Ordering::SeqCst);
            if n >= wanted.seeds {
                return;
            }
            match simulate::run(wanted.from.wrapping_add(n)) {
                Ok((tally, _)) => self.tally().add(tally),
                Err(failure) => {
                    self.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(failure);
                    self.is_over.store(true, Ordering::SeqCst);
                }
            }
        }
    }
}
