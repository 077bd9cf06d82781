//! Runs an attack, and sees what became of it, of its neighbour and of the host's memory.

#![expect(clippy::disallowed_methods, reason = "what admission takes is wall time: most of it passes in another process")]

use std::{
    fmt, fs,
    time::{Duration, Instant},
};

use assay_cli::sandbox::COMPILE;
use assay_domain::fault::Fault;
use assay_runtime::{Compiler, Engine, InstanceReuse, Refusal, Rule, Setup};

use super::{
    Attack, Expect, Met,
    case::{Case, answer_of_neighbour},
};
use crate::bin;

/// How often something is tried that fails for a reason of the machine's, as the worker tries it again.
const TRIES: usize = 10;

/// The most time of a processor that an evaluation may take, what the clock ends included: it ticks every 10 ms, and an operation may be
/// under way at the last tick.
const EVALUATION_MAX: Duration = Duration::from_secs(1);

/// The most memory that an attack may leave behind, or all of them together.
pub const GROWN_BYTES_MAX: i64 = 64 << 20;

/// An engine with the default limits that compiles in a process of its own, each time: code that is kept would hide what that takes.
pub fn engine() -> Engine {
    let compiler = Compiler::Apart { program: bin::path(), arguments: vec![COMPILE.into()] };
    Engine::start(Setup { compiler, ..Setup::default() }).expect("an engine")
}

/// What became of an attack. It is shown as a row of the table that [`HEAD`] begins.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Which.
    pub name: &'static str,
    /// The rows it is an attack of.
    pub source: &'static str,
    /// What was found, in words.
    pub found: String,
    /// Whether that is what must become of it, and its neighbour answered as always.
    pub ok: bool,
    /// Wall time of its admission: nearly all of it is compiling.
    pub compile: Duration,
    /// Time of the processor of its longer evaluation.
    pub evaluate: Duration,
    /// Memory of this process that was not given back.
    pub memory_grown_bytes: i64,
}

/// The head of the table of outcomes.
pub const HEAD: &str = "| attack | rows | found | admitted or refused in ms | evaluated in ms of a processor | memory left in MiB |
|---|---|---|---:|---:|---:|";

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, source, found, compile, evaluate, memory_grown_bytes, .. } = self;
        let (compile, evaluate) = (compile.as_secs_f64() * 1e3, evaluate.as_secs_f64() * 1e3);
        let memory = *memory_grown_bytes as f64 / f64::from(1 << 20);
        write!(f, "| {name} | {source} | {found} | {compile:.0} | {evaluate:.1} | {memory:.1} |")
    }
}

impl Outcome {
    /// What is wrong with it, if anything.
    pub fn complaints(&self, attack: &Attack) -> Vec<String> {
        let Self { name, found, evaluate, memory_grown_bytes, .. } = self;
        let rows = [
            (!self.ok).then(|| format!("{name}: expected {:?}, found {found}", attack.expect)),
            (*evaluate > EVALUATION_MAX)
                .then(|| format!("{name}: an evaluation took {evaluate:?} of a processor, at most {EVALUATION_MAX:?}")),
            (*memory_grown_bytes > GROWN_BYTES_MAX).then(|| format!("{name}: {memory_grown_bytes} bytes were not given back")),
        ];
        rows.into_iter().flatten().collect()
    }
}

/// Admits an attack and asks it twice, then its neighbour. The neighbour is `resolved-ticket`, admitted by the same engine.
pub fn run(engine: &Engine, attack: &Attack, neighbour: &Rule) -> Outcome {
    let Attack { name, source, .. } = *attack;
    let component = (attack.component)();
    let before = anonymous_bytes();
    let started = Instant::now();
    let admitted = admit(engine, &component);
    let compile = started.elapsed();
    let (first, second, evaluate) = match admitted {
        Ok(rule) => attack.ask_twice(&rule),
        Err(refusal) => (Met::Refusal(refusal.clone()), Met::Refusal(refusal), Duration::ZERO),
    };
    let same = first.is_same(&second) || attack.expect == Expect::Spent;
    let harm = harm_to(neighbour);
    let memory_grown_bytes = anonymous_bytes() - before;
    let ok = attack.expect.allows(&first) && attack.expect.allows(&second) && same && harm.is_none();
    let second = if same { String::new() } else { format!(", then {second}") };
    let harm = harm.map(|harm| format!(", and its neighbour said {harm}")).unwrap_or_default();
    Outcome { name, source, found: in_a_cell(&format!("{first}{second}{harm}")), ok, compile, evaluate, memory_grown_bytes }
}

/// Admits a component; what keeps it from that for a reason of the machine's is tried again.
pub fn admit(engine: &Engine, component: &[u8]) -> Result<Rule, Refusal> {
    let of_the_machine = |refusal: &Refusal| refusal.code.code().starts_with("infra.") || refusal.problem.contains("ended in infra.");
    retried(|| engine.admit(component), of_the_machine)
}

impl Attack {
    /// Asks it once, in a fresh instance; gives back what it met, and the time of the processor that this took.
    pub fn ask(&self, rule: &Rule) -> (Met, Duration) {
        let case = Case::of_attacks();
        let mut longest = Duration::ZERO;
        let timed = || {
            let before = thread_time();
            let asked = rule.evaluate(&case.question());
            longest = longest.max(thread_time().saturating_sub(before));
            asked
        };
        let of_the_machine = |fault: &Fault| !fault.code.is_deterministic() && !self.expect.allows(&Met::Fault(fault.clone()));
        let asked = retried(timed, of_the_machine);
        (asked.map_or_else(Met::Fault, Met::Answer), longest)
    }

    fn ask_twice(&self, rule: &Rule) -> (Met, Met, Duration) {
        let ((first, one), (second, other)) = (self.ask(rule), self.ask(rule));
        (first, second, one.max(other))
    }
}

/// What `resolved-ticket` says instead of what it always says, if anything.
pub fn harm_to(neighbour: &Rule) -> Option<String> {
    let case = Case::of_neighbour();
    let asked = retried(|| neighbour.evaluate(&case.question()), |fault: &Fault| !fault.code.is_deterministic());
    match asked {
        Ok(evaluated) if evaluated.answer == answer_of_neighbour() => None,
        Ok(evaluated) => Some(format!("{:?}", evaluated.answer)),
        Err(fault) => Some(fault.to_string()),
    }
}

/// Whether every slot for an instance is free: as many as there may be exist at once.
pub fn fill_every_slot(engine: &Engine, rule: &Rule) -> Result<(), Fault> {
    let held: Result<Vec<InstanceReuse>, Fault> = (0..engine.limits().instances_max).map(|_| rule.reuse()).collect();
    held.map(drop)
}

fn retried<T, E>(mut attempt: impl FnMut() -> Result<T, E>, of_the_machine: impl Fn(&E) -> bool) -> Result<T, E> {
    for _ in 1..TRIES {
        match attempt() {
            Err(error) if of_the_machine(&error) => {}
            done => return done,
        }
    }
    attempt()
}

/// One line without bars, short enough for a table.
fn in_a_cell(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || c == '|' { ' ' } else { c }).take(160).collect()
}

/// The memory of this process that no file stands behind, in bytes.
pub fn anonymous_bytes() -> i64 {
    let status = fs::read_to_string("/proc/self/status").expect("a system that tells the memory of its processes");
    let anonymous = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes = anonymous.and_then(|text| text.trim().trim_end_matches(" kB").parse::<i64>().ok());
    1024 * kilobytes.expect("a number of kilobytes")
}

/// The time of a processor that this thread has had: no other thread or process adds to it.
fn thread_time() -> Duration {
    let told = fs::read_to_string("/proc/thread-self/schedstat").expect("a system that tells the time of its threads");
    let nanoseconds = told.split_whitespace().next().and_then(|text| text.parse().ok());
    Duration::from_nanos(nanoseconds.expect("a number of nanoseconds"))
}
