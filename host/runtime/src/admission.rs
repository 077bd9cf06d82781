//! The row of checks that a component passes before it may ever judge anything.

use std::fmt;

use assay_domain::{
    canon::Digest,
    fault::{Fault, FaultCode},
    manifest::{Manifest, check_reads},
    time::Timestamp,
};
use wasmtime::component::Component;

use crate::{
    artefacts::Kept,
    compiler::{Compiler, compile_apart},
    config::Engine,
    inspect,
    interpreter::Interpreter,
    order::CompileOrder,
    outline::Outline,
    rule::{ConfigureError, Origin, Question, Rule},
};

/// Why a component is refused: a closed set of stable codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalCode {
    /// Not a component, or a broken one.
    Malformed,
    /// Compiled machine code, which is never taken from outside.
    Precompiled,
    /// It uses a WebAssembly feature that is off.
    FeatureDenied,
    /// It imports something.
    ImportDenied,
    /// It does not export the contract.
    ExportMissing,
    /// It is larger than a limit.
    LimitExceeded,
    /// It speaks a contract version this host does not know.
    WorldUnsupported,
    /// The compiler refused it.
    CompileFailed,
    /// Compiling it took longer than the limit.
    CompileTimeout,
    /// Compiling it took more memory than the limit.
    CompileMemory,
    /// The host could not look at it, which is no fault of the component.
    HostFailed,
    /// It faulted while describing itself, or in the dry run.
    Faulty,
    /// What it declares about itself does not hold.
    ManifestInvalid,
}

impl RefusalCode {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Malformed => "upload.malformed",
            Self::Precompiled => "upload.precompiled",
            Self::FeatureDenied => "upload.feature-denied",
            Self::ImportDenied => "upload.import-denied",
            Self::ExportMissing => "upload.export-missing",
            Self::LimitExceeded => "upload.limit-exceeded",
            Self::WorldUnsupported => "upload.world-unsupported",
            Self::CompileFailed => "upload.compile-failed",
            Self::CompileTimeout => "upload.compile-timeout",
            Self::CompileMemory => "upload.compile-memory",
            Self::HostFailed => "infra.admission-failed",
            Self::Faulty => "upload.faulty",
            Self::ManifestInvalid => "upload.manifest-invalid",
        }
    }
}

/// A refused component: what is wrong, and what its author can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Which check refused it.
    pub code: RefusalCode,
    /// What was found.
    pub problem: String,
    /// What to change.
    pub remedy: String,
}

impl Refusal {
    pub(crate) fn new(code: RefusalCode, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { code, problem: problem.into(), remedy: remedy.into() }
    }

    /// Whether nothing is known to be wrong with the component.
    pub fn is_of_host(&self) -> bool {
        self.code == RefusalCode::HostFailed
    }

    /// No refusal of the component at all: it could not be looked at.
    pub(crate) fn of_host(problem: impl Into<String>) -> Self {
        Self::new(RefusalCode::HostFailed, problem, "nothing is wrong with the component; try again, and tell the operator if it stays so")
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.code.code(), self.problem, self.remedy)
    }
}

impl std::error::Error for Refusal {}

impl Engine {
    /// Runs every check, cheap ones first, and gives back a rule that is ready to evaluate.
    pub fn admit(&self, bytes: &[u8]) -> Result<Rule, Refusal> {
        inspect::size(bytes, &self.limits)?;
        inspect::kind(bytes)?;
        let outline = Outline::of(bytes, &self.limits);
        outline.tally.check(&self.limits)?;
        inspect::features(bytes)?;
        inspect::whole(&outline)?;
        inspect::imports(&outline)?;
        let contract = inspect::contract(&outline.exports)?;
        let rule = self.compile(bytes, contract, outline.interpreter)?;
        dry_run(&rule)?;
        Ok(rule)
    }

    fn compile(&self, bytes: &[u8], contract: String, interpreter: Option<&Interpreter>) -> Result<Rule, Refusal> {
        let digest = Digest::of(bytes);
        let compile = if interpreter.is_some() { self.limits.compile_interpreter } else { self.limits.compile };
        let order = CompileOrder::new(&self.limits, compile, self.setup.optimisation);
        let (component, origin) = self.component(digest, bytes, &order)?;
        let pre = self.linker.pre_link(&component).map_err(|error| {
            let remedy = "generate its exports from wit/0.1 unchanged; the SDK does";
            Refusal::new(RefusalCode::ExportMissing, format!("{error:#}"), remedy)
        })?;
        let manifest = Rule::describe(self, &pre).map_err(|fault| faulty("describe", &fault))?;
        check_manifest(&manifest)?;
        Ok(Rule::new(self.clone(), digest, contract, manifest, pre, origin))
    }

    /// The compiled component: from the code that is kept if it is authentic and fits, otherwise compiled anew.
    fn component(&self, digest: Digest, bytes: &[u8], order: &CompileOrder) -> Result<(Component, Origin), Refusal> {
        let Some(artefacts) = &self.setup.artefacts else {
            return Ok((self.load(&self.code_of(bytes, order)?)?, Origin::Compiled));
        };
        let origin = match artefacts.load(digest, self.code) {
            Kept::Code(code) => match self.load(&code) {
                Ok(component) => return Ok((component, Origin::Kept)),
                Err(_) => Origin::Replaced,
            },
            Kept::Forged => Origin::Replaced,
            Kept::Absent => Origin::Compiled,
        };
        let code = self.code_of(bytes, order)?;
        // What cannot be kept is compiled again by the next process.
        drop(artefacts.keep(digest, self.code, &code));
        Ok((self.load(&code)?, origin))
    }

    fn code_of(&self, bytes: &[u8], order: &CompileOrder) -> Result<Vec<u8>, Refusal> {
        match &self.setup.compiler {
            Compiler::Here => self.wasm.precompile_component(bytes).map_err(|error| failed(format!("{error:#}"))),
            Compiler::Apart { program, arguments } => compile_apart(program, arguments, order, bytes),
        }
    }

    #[expect(unsafe_code, reason = "loading compiled code is running it")]
    fn load(&self, code: &[u8]) -> Result<Component, Refusal> {
        // SAFETY: the code comes from our own compiler, over a pipe or out of a file whose keyed hash was found to be ours.
        let loaded = unsafe { Component::deserialize(&self.wasm, code) };
        loaded.map_err(|error| failed(format!("{error:#}")))
    }
}

fn failed(problem: String) -> Refusal {
    Refusal::new(RefusalCode::CompileFailed, problem, "build it with `assay rule build`, which checks the component it writes")
}

fn check_manifest(manifest: &Manifest) -> Result<(), Refusal> {
    manifest.check().map_err(|v| Refusal::new(RefusalCode::ManifestInvalid, format!("{}: {}", v.field, v.problem), v.remedy))
}

fn faulty(what: &str, fault: &Fault) -> Refusal {
    if !fault.code.is_deterministic() {
        return Refusal::of_host(format!("{what} ended in {fault}"));
    }
    let remedy = match fault.code {
        FaultCode::FuelExhausted => "look for a loop that does not end",
        FaultCode::MemoryLimit => "use less memory",
        FaultCode::StackOverflow => "look for recursion that does not end",
        FaultCode::AbiViolation => "generate the exports with the SDK instead of by hand",
        _ => "run it natively on an empty timeline to find the panic",
    };
    Refusal::new(RefusalCode::Faulty, format!("{what} ended in {fault}"), remedy)
}

/// Configures with the defaults and asks about an empty timeline. A rule whose parameters have no defaults is first run when
/// a definition sets them.
fn dry_run(rule: &Rule) -> Result<(), Refusal> {
    let Some(parameters) = rule.manifest().defaults() else {
        return Ok(());
    };
    let reads = match rule.configure(&parameters) {
        Ok(reads) => reads,
        Err(ConfigureError::Refused(message)) => {
            let problem = format!("configure refuses the rule's own defaults: {message}");
            return Err(Refusal::new(RefusalCode::ManifestInvalid, problem, "declare defaults that it accepts, or none"));
        }
        Err(ConfigureError::Fault(fault)) => return Err(faulty("configure", &fault)),
    };
    check_reads(&reads).map_err(|v| Refusal::new(RefusalCode::ManifestInvalid, format!("{}: {}", v.field, v.problem), v.remedy))?;
    let question = Question { opened_at: Timestamp::EPOCH, events: &[], parameters: &parameters, as_of: Timestamp::EPOCH };
    rule.evaluate(&question).map(drop).map_err(|fault| faulty("evaluate on an empty timeline", &fault))
}
