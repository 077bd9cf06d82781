//! Compiling in a process of its own, and the code that is kept: what breaks the compiler breaks nothing else, and no machine code is
//! loaded that is not ours.

use std::{
    fs,
    path::{Path, PathBuf},
};

use assay_cli::sandbox::COMPILE;
use assay_runtime::{Artefacts, CompileLimits, Compiler, Engine, Limits, Optimisation, Origin, RefusalCode, Setup};
use assay_tests::{bin, components, hostile::Hostile};
use tempfile::TempDir;

use super::support::{Case, patient, pending};

fn apart() -> Compiler {
    Compiler::Apart { program: bin::path(), arguments: vec![COMPILE.into()] }
}

fn engine(compile: CompileLimits) -> Engine {
    let limits = Limits { compile, ..patient() };
    Engine::start(Setup { limits, compiler: apart(), ..Setup::default() }).unwrap()
}

fn plenty() -> CompileLimits {
    Limits::default().compile
}

/// Many functions of many operators: as much work as admission lets in.
fn heavy() -> Vec<u8> {
    let body = "(local.set 0 (i32.add (i32.mul (local.get 0) (i32.const 3)) (i32.load (local.get 0))))".repeat(8_000);
    let functions: String = (0..40).map(|_| format!("(func (param i32) {body})")).collect();
    Hostile::unexamined().fields(&functions).build()
}

#[test]
fn what_is_compiled_apart_is_the_same_code() {
    let bytes = Hostile::unexamined().build();
    let case = Case::new(0);
    let apart = engine(plenty()).admit(&bytes).unwrap();
    let here = Engine::new(patient()).unwrap().admit(&bytes).unwrap();
    assert_eq!(apart.evaluate(&case.question()), here.evaluate(&case.question()));
    assert_eq!(apart.origin(), Origin::Compiled);
}

#[test]
fn compiling_has_its_limits_and_the_refusal_names_them() {
    let heavy = heavy();
    let rows = [
        (CompileLimits { memory_bytes_max: 112 << 20, ..plenty() }, RefusalCode::CompileMemory, "more than 112 MiB"),
        (CompileLimits { cpu_seconds_max: 1, ..plenty() }, RefusalCode::CompileTimeout, "more than 1 s of a processor"),
        (CompileLimits { wall_seconds_max: 0, ..plenty() }, RefusalCode::CompileTimeout, "more than 0 s"),
    ];
    for (compile, code, says) in rows {
        let engine = engine(compile);
        let refusal = engine.admit(&heavy).map(drop).expect_err(says);
        assert_eq!(refusal.code, code, "{refusal}");
        assert!(refusal.problem.contains(says), "{refusal}");
        assert!(refusal.remedy.contains("smaller functions"), "{refusal}");
    }
}

#[test]
fn a_compiler_that_cannot_be_run_is_no_fault_of_the_component() {
    let bytes = Hostile::unexamined().build();
    let rows =
        [("/nowhere/assay", "cannot be run", RefusalCode::HostFailed), ("/bin/false", "the compiler broke", RefusalCode::CompileFailed)];
    for (program, says, code) in rows {
        let compiler = Compiler::Apart { program: program.into(), arguments: Vec::new() };
        let engine = Engine::start(Setup { limits: patient(), compiler, ..Setup::default() }).unwrap();
        let refusal = engine.admit(&bytes).map(drop).expect_err(program);
        assert_eq!(refusal.code, code, "{refusal}");
        assert!(refusal.problem.contains(says), "{refusal}");
    }
}

/// A folder of kept code, and the one file in it.
struct Kept {
    folder: TempDir,
    bytes: Vec<u8>,
}

impl Kept {
    fn new() -> Self {
        let kept = Self { folder: TempDir::new().unwrap(), bytes: Hostile::unexamined().build() };
        assert_eq!(kept.admit([1; 32], Optimisation::Speed), Origin::Compiled);
        kept
    }

    /// Admits with a key, and gives back where the code came from; the rule answers as it should.
    fn admit(&self, key: [u8; 32], optimisation: Optimisation) -> Origin {
        let artefacts = Artefacts::open(self.folder.path(), key).unwrap();
        let setup = Setup { limits: patient(), optimisation, artefacts: Some(artefacts), ..Setup::default() };
        let rule = Engine::start(setup).unwrap().admit(&self.bytes).unwrap();
        assert_eq!(rule.evaluate(&Case::new(0).question()).map(|evaluated| evaluated.answer), Ok(pending()));
        rule.origin()
    }

    fn files(&self) -> Vec<PathBuf> {
        fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    fn change(&self, change: impl Fn(&mut Vec<u8>)) {
        let files = self.files();
        let [path]: &[PathBuf] = files.as_slice() else { panic!("{files:?}") };
        let mut bytes = fs::read(path).unwrap();
        change(&mut bytes);
        fs::write(path, bytes).unwrap();
    }
}

#[test]
fn code_is_kept_for_the_next_process() {
    let kept = Kept::new();
    assert_eq!(kept.admit([1; 32], Optimisation::Speed), Origin::Kept);
    assert_eq!(kept.files().len(), 1);
    assert_eq!(kept.admit([1; 32], Optimisation::None), Origin::Compiled, "another engine has code of its own");
    assert_eq!(kept.files().len(), 2);
    assert!(kept.files().iter().all(|file| file.extension().is_some_and(|e| e == "code")), "nothing half made is left");
}

#[test]
fn code_that_is_not_ours_is_never_loaded() {
    let kept = Kept::new();
    assert_eq!(kept.admit([2; 32], Optimisation::Speed), Origin::Replaced, "another key");
    assert_eq!(kept.admit([2; 32], Optimisation::Speed), Origin::Kept);
    type Change = fn(&mut Vec<u8>);
    let changes: [(&str, Change); 6] = [
        ("a bit of the code", |bytes| bytes[1000] ^= 1),
        ("a bit of the hash", |bytes| bytes[3] ^= 128),
        ("cut short", |bytes| bytes.truncate(2000)),
        ("nothing left", Vec::clear),
        ("one byte more", |bytes| bytes.push(0)),
        ("machine code alone", |bytes| drop(bytes.drain(..32))),
    ];
    for (name, change) in changes {
        kept.change(change);
        assert_eq!(kept.admit([2; 32], Optimisation::Speed), Origin::Replaced, "{name}");
        assert_eq!(kept.admit([2; 32], Optimisation::Speed), Origin::Kept, "{name}: it was put right");
    }
}

/// Authentic code of one component in the place of another's.
#[test]
fn code_of_another_component_is_not_loaded() {
    let kept = Kept::new();
    let other = Kept { folder: TempDir::new().unwrap(), bytes: Hostile::unexamined().evaluate("(unreachable)").build() };
    other.admit_only();
    let (mine, theirs) = (kept.files().remove(0), other.files().remove(0));
    fs::copy(theirs, mine).unwrap();
    assert_eq!(kept.admit([1; 32], Optimisation::Speed), Origin::Replaced);
}

impl Kept {
    /// Keeps the code of a rule that does not answer.
    fn admit_only(&self) {
        let artefacts = Artefacts::open(self.folder.path(), [1; 32]).unwrap();
        let setup = Setup { limits: patient(), artefacts: Some(artefacts), ..Setup::default() };
        Engine::start(setup).unwrap().admit(&self.bytes).unwrap();
    }
}

/// The key is the installation's: nobody else can read it, and it is made once.
#[test]
fn an_installation_has_a_key_of_its_own() {
    let data = TempDir::new().unwrap();
    bin::ok(data.path(), &["tenant", "create", "vendor", "--title", "A vendor"]);
    let component = data.path().join("rule.wasm");
    fs::write(&component, components::resolved_ticket()).unwrap();
    let push = || bin::ok(data.path(), &["rule", "push", component.to_str().unwrap()]);
    let first = push();
    let key = |data: &Path| fs::read(data.join("artefacts").join("key")).unwrap();
    let kept = key(data.path());
    assert_eq!(kept.len(), 32);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(data.path().join("artefacts").join("key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(push(), first);
    assert_eq!(key(data.path()), kept);
    fs::write(data.path().join("artefacts").join("key"), b"short").unwrap();
    let complaint = bin::fails(data.path(), &["rule", "list"]);
    assert!(complaint.contains("does not hold 32 bytes; remove it"), "{complaint}");
}
