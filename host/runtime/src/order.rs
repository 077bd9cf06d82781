//! What the compiling process is told, what it does, and what its end means.

use std::{
    io::{self, Read as _, Write as _},
    time::Duration,
};

use crate::{
    admission::{Refusal, RefusalCode},
    compiler::Ended,
    config,
    limits::Limits,
    setup::{Allocation, Optimisation},
};

/// What compiling may cost, and the settings that the code depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CompileOrder {
    pub(crate) optimisation: Optimisation,
    pub(crate) stack_bytes_max: usize,
    pub(crate) memory_bytes_max: u64,
    pub(crate) cpu_seconds_max: u64,
    pub(crate) wall_time_max: Duration,
}

impl CompileOrder {
    pub(crate) fn new(limits: &Limits, compile: CompileLimits, optimisation: Optimisation) -> Self {
        let CompileLimits { memory_bytes_max, cpu_seconds_max, wall_seconds_max } = compile;
        let wall_time_max = Duration::from_secs(wall_seconds_max);
        Self { optimisation, stack_bytes_max: limits.stack_bytes_max, memory_bytes_max, cpu_seconds_max, wall_time_max }
    }

    /// The order as arguments.
    pub(crate) fn arguments(&self) -> [String; 5] {
        let optimised = u8::from(self.optimisation == Optimisation::Speed);
        let (stack, memory) = (self.stack_bytes_max, self.memory_bytes_max);
        [
            optimised.to_string(),
            stack.to_string(),
            memory.to_string(),
            self.cpu_seconds_max.to_string(),
            self.wall_time_max.as_secs().to_string(),
        ]
    }

    fn parse(arguments: &[String]) -> Option<Self> {
        let [optimised, stack, memory, cpu, wall] = arguments else { return None };
        Some(Self {
            optimisation: if optimised == "1" { Optimisation::Speed } else { Optimisation::None },
            stack_bytes_max: stack.parse().ok()?,
            memory_bytes_max: memory.parse().ok()?,
            cpu_seconds_max: cpu.parse().ok()?,
            wall_time_max: Duration::from_secs(wall.parse().ok()?),
        })
    }

    /// Why a process that ended like that gave no code.
    pub(crate) fn refusal(&self, ended: &Ended) -> Refusal {
        let simplify = "split the rule into smaller functions, and link less code into it";
        let over = |code, what: String| Refusal::new(code, what, simplify);
        let complaint = ended.complaint.as_str();
        let Some(status) = ended.status else {
            return over(RefusalCode::CompileTimeout, format!("compiling it takes more than {} s", self.wall_time_max.as_secs()));
        };
        if is_cpu_limit(status) {
            return over(RefusalCode::CompileTimeout, format!("compiling it takes more than {} s of a processor", self.cpu_seconds_max));
        }
        if OUT_OF_MEMORY.iter().any(|words| complaint.contains(words)) {
            return over(RefusalCode::CompileMemory, format!("compiling it takes more than {} MiB", self.memory_bytes_max >> 20));
        }
        if is_killed(status) {
            return Refusal::of_host(format!("the compiling process was killed ({status})"));
        }
        if status.success() {
            return over(RefusalCode::CompileMemory, "it compiles to too much machine code".into());
        }
        let remedy = "build it with `assay rule build`, which checks the component it writes";
        if status.code() == Some(REFUSED) {
            return Refusal::new(RefusalCode::CompileFailed, complaint, remedy);
        }
        Refusal::new(RefusalCode::CompileFailed, format!("the compiler broke on it ({status})"), remedy)
    }
}

/// What compiling one component may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompileLimits {
    /// Bytes of address space.
    pub memory_bytes_max: u64,
    /// Seconds of a processor.
    pub cpu_seconds_max: u64,
    /// Seconds until it is killed, however busy the machine is.
    pub wall_seconds_max: u64,
}

/// What a process says that gets no more memory: the allocator, the system, and what reads the component.
const OUT_OF_MEMORY: [&str; 3] = ["memory allocation of", "Cannot allocate memory", "out of memory"];

/// The exit code of a process whose compiler has refused the component.
const REFUSED: i32 = 10;

#[cfg(unix)]
fn is_cpu_limit(status: std::process::ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    status.signal() == Some(rustix::process::Signal::XCPU.as_raw())
}

/// By somebody else: an operator, or a system without memory.
#[cfg(unix)]
fn is_killed(status: std::process::ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    status.signal() == Some(rustix::process::Signal::KILL.as_raw())
}

#[cfg(not(unix))]
fn is_cpu_limit(_status: std::process::ExitStatus) -> bool {
    false
}

#[cfg(not(unix))]
fn is_killed(_status: std::process::ExitStatus) -> bool {
    false
}

/// The compiling process: takes the order as arguments and the component on standard input, and writes the code to standard output.
/// Before it reads a byte it takes all it will not need from itself, for good. Gives back the exit code.
pub fn compile_and_exit(arguments: &[String]) -> u8 {
    let refused = REFUSED as u8;
    let Some(order) = CompileOrder::parse(arguments) else {
        eprintln!("this command is called by assay itself, to compile a component");
        return 2;
    };
    match confine(&order).and_then(|()| read()) {
        Ok(component) => match compile(&order, &component) {
            Ok(code) => u8::from(io::stdout().lock().write_all(&code).is_err()),
            Err(complaint) => {
                eprintln!("{complaint}");
                refused
            }
        },
        Err(error) => {
            eprintln!("{error}");
            1
        }
    }
}

fn read() -> io::Result<Vec<u8>> {
    let mut component = Vec::new();
    io::stdin().lock().read_to_end(&mut component)?;
    Ok(component)
}

fn compile(order: &CompileOrder, component: &[u8]) -> Result<Vec<u8>, String> {
    let limits = Limits { stack_bytes_max: order.stack_bytes_max, ..Limits::default() };
    let engine = config::wasm(&limits, Allocation::OnDemand, order.optimisation).map_err(|error| error.to_string())?;
    engine.precompile_component(component).map_err(|error| format!("{error:#}"))
}

/// The limits hold in the kernel, and nothing that runs in this process can lift them again.
#[cfg(target_os = "linux")]
fn confine(order: &CompileOrder) -> io::Result<()> {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setpriority_process, setrlimit};
    let limit = |resource, soft: u64, hard: u64| setrlimit(resource, Rlimit { current: Some(soft), maximum: Some(hard) });
    limit(Resource::As, order.memory_bytes_max, order.memory_bytes_max)?;
    limit(Resource::Cpu, order.cpu_seconds_max, order.cpu_seconds_max + 1)?;
    limit(Resource::Core, 0, 0)?;
    limit(Resource::Fsize, 0, 0)?;
    limit(Resource::Nofile, 16, 16)?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    rustix::thread::set_no_new_privs(true)?;
    // Evaluation goes first.
    Ok(setpriority_process(None, 10)?)
}

/// Other systems hold the wall time alone.
#[cfg(not(target_os = "linux"))]
fn confine(_order: &CompileOrder) -> io::Result<()> {
    Ok(())
}
