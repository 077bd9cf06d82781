//! `cargo xtask bench fuzz [--minutes N] [--target NAME] [--seed S]`: the fuzzing of the sandbox with ever new seeds, every target for as
//! long as the others, five minutes if nothing else is said; each target has one case at least. The first finding ends it with exit code 1,
//! named with what repeats it.
//!
//! A case that takes a minute is named before the process is aborted. A case that takes the process with it is named by the next run.

#![expect(clippy::disallowed_methods, reason = "a long run measures wall time, and its seeds are new ones")]

use std::{
    fs,
    path::PathBuf,
    process::ExitCode,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use assay_tests::{
    components,
    fuzz::{Engines, Finding, TARGETS, Tally, Target, attempt, target},
};

const USAGE: &str = "cargo xtask bench fuzz [--minutes N] [--target NAME] [--seed S]";
const HANGS_AFTER: Duration = Duration::from_secs(60);
const PROGRESS_EVERY: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    let wanted = match Wanted::parse(std::env::args().skip(1).filter(|argument| argument != "--bench")) {
        Ok(wanted) => wanted,
        Err(complaint) => {
            eprintln!("{complaint}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&wanted) {
        Ok(()) => ExitCode::SUCCESS,
        Err(finding) => {
            eprintln!("{finding}");
            ExitCode::FAILURE
        }
    }
}

/// What is asked for.
struct Wanted {
    time: Duration,
    targets: Vec<(&'static str, Target)>,
    seed: u64,
}

impl Wanted {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut wanted = Self { time: Duration::from_secs(5 * 60), targets: TARGETS.to_vec(), seed: new_seed() };
        while let Some(flag) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("what follows {flag}?"))?;
            match flag.as_str() {
                "--minutes" => wanted.time = Duration::from_secs(60 * number(&value)?),
                "--target" => wanted.targets = vec![target(&value).ok_or_else(|| no_target(&value))?],
                "--seed" => wanted.seed = number(&value)?,
                _ => return Err(format!("what is {flag}?")),
            }
        }
        Ok(wanted)
    }
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("{text} is no number"))
}

fn no_target(name: &str) -> String {
    format!("there is no target {name}: there are {}", TARGETS.map(|(known, _)| known).join(", "))
}

/// A million seeds for each second, so that no two runs have the same.
fn new_seed() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock past 1970");
    now.as_secs() << 20
}

/// The cases of one target.
struct Stream {
    target: (&'static str, Target),
    cases: u64,
    spent: Duration,
    tally: Tally,
}

fn run(wanted: &Wanted) -> Result<(), Finding> {
    println!("fuzz: seeds from {}, for {} s", wanted.seed, wanted.time.as_secs());
    let stream = |target: &(&'static str, Target)| Stream { target: *target, cases: 0, spent: Duration::ZERO, tally: Tally::default() };
    let mut streams: Vec<Stream> = wanted.targets.iter().map(stream).collect();
    let (engines, watch) = (Engines::start(), Watch::start());
    let (started, mut told) = (Instant::now(), Instant::now());
    while started.elapsed() < wanted.time || streams.iter().any(|stream| stream.cases == 0) {
        let Some(stream) = streams.iter_mut().min_by_key(|stream| stream.spent) else { break };
        let (begun, seed) = (Instant::now(), wanted.seed.wrapping_add(stream.cases));
        watch.begin(stream.target.0, seed);
        let ended = attempt(stream.target, seed, &engines, &mut stream.tally);
        watch.end();
        ended?;
        stream.cases += 1;
        stream.spent += begun.elapsed();
        if told.elapsed() >= PROGRESS_EVERY {
            told = Instant::now();
            println!("{:>5} s: {}; at most {} MiB", started.elapsed().as_secs(), cases(&streams), peak_mebibytes());
        }
    }
    for stream in &streams {
        println!("{}: {} cases, {:.0} s: {}", stream.target.0, stream.cases, stream.spent.as_secs_f64(), stream.tally);
    }
    Ok(())
}

fn cases(streams: &[Stream]) -> String {
    streams.iter().map(|stream| format!("{} {}", stream.target.0, stream.cases)).collect::<Vec<_>>().join(", ")
}

/// The most memory that the process has held; 0 where the system does not tell.
fn peak_mebibytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes: Option<u64> = peak.and_then(|text| text.trim().trim_end_matches(" kB").parse().ok());
    kibibytes.unwrap_or_default() >> 10
}

/// The case under way: its target, its seed and when it began.
type UnderWay = Arc<Mutex<Option<(&'static str, u64, Instant)>>>;

/// Knows the case under way, and leaves its name in a file for when the process dies of it.
struct Watch {
    under_way: UnderWay,
    file: PathBuf,
    _stop: Sender<()>,
}

impl Watch {
    fn start() -> Self {
        let file = components::root().join("target").join("fuzz.case");
        if let Ok(case) = fs::read_to_string(&file) {
            println!("fuzz: an earlier run came no further than {case}");
        }
        let under_way = UnderWay::default();
        let watched = Arc::clone(&under_way);
        let (stop, stopped) = channel();
        std::thread::spawn(move || {
            while stopped.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                abort_if_it_hangs(&watched);
            }
        });
        Self { under_way, file, _stop: stop }
    }

    fn begin(&self, target: &'static str, seed: u64) {
        *self.under_way.lock().unwrap_or_else(PoisonError::into_inner) = Some((target, seed, Instant::now()));
        fs::write(&self.file, format!("--target {target} --seed {seed}")).expect("a folder for what is built");
    }

    fn end(&self) {
        *self.under_way.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.file));
    }
}

fn abort_if_it_hangs(watched: &UnderWay) {
    let under_way = *watched.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((target, seed, begun)) = under_way.filter(|(.., begun)| begun.elapsed() > HANGS_AFTER) {
        let what = format!("it has not ended after {} s", begun.elapsed().as_secs());
        eprintln!("{}", Finding { target, seed, what });
        std::process::abort();
    }
}
