//! Components: the example plugins, built once per run; and rules written as text.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, OnceLock, PoisonError},
};

use assay_cli::{
    sandbox::COMPILE,
    toolchain::{Options, build_component},
};
use assay_runtime::{Artefacts, Compiler, Engine, Rule, Setup};

use crate::bin;

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace").to_owned()
}

/// The example rules in Rust.
pub const EXAMPLES: [&str; 5] = ["resolved-ticket", "csat", "qualified-lead", "document-processed", "all-of"];

/// Those that judge in the demo.
pub const OF_THE_DEMO: [&str; 4] = ["resolved-ticket", "csat", "qualified-lead", "document-processed"];

/// The published semantics of the market's vendors.
pub const MARKET: [&str; 6] = ["fin", "zendesk-messaging", "zendesk-ticket", "agentforce", "hubspot", "quiet-period"];

/// The first of them in other languages.
pub const SISTERS: [&str; 2] = ["resolved-ticket-js", "resolved-ticket-c"];

/// The component of an example rule, built from source.
pub fn example(name: &str) -> &'static [u8] {
    static BUILT: Mutex<BTreeMap<String, &'static [u8]>> = Mutex::new(BTreeMap::new());
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    built.entry(name.to_owned()).or_insert_with(|| {
        let folder = root().join("example-plugins").join(name);
        let source = if folder.join("Makefile").is_file() { made(&folder, name) } else { folder };
        let built = build_component(&source, &Options { quiet: true });
        built.expect("a way to build rules; `cargo xtask plugins` says what is missing").component.leak()
    })
}

/// The core module that make leaves in the folder of a rule.
fn made(folder: &Path, name: &str) -> PathBuf {
    let made = Command::new("make").arg("-C").arg(folder).stdout(Stdio::null()).status().expect("make; `cargo xtask plugins` installs it");
    assert!(made.success(), "`make` failed in {}: `cargo xtask plugins` says what is missing", folder.display());
    folder.join(format!("{name}.wasm"))
}

/// The component of a rule of the tests of the SDK for JavaScript.
pub fn scripted(name: &str) -> Vec<u8> {
    let sdk = root().join("guest-sdk").join("js");
    let made = tempfile::NamedTempFile::new().expect("a file");
    let rule = Path::new("tests").join("rules").join(name).join("rule.js");
    let mut build = Command::new("node");
    build.arg("bin/assay-rule.js").arg("build").arg(rule).arg("--out").arg(made.path()).current_dir(sdk);
    let output = build.output().expect("node; `cargo xtask plugins` installs it");
    assert!(output.status.success(), "{name} was not built: {}", String::from_utf8_lossy(&output.stderr));
    std::fs::read(made.path()).expect("the component")
}

/// The component of `resolved-ticket`.
pub fn resolved_ticket() -> &'static [u8] {
    example("resolved-ticket")
}

/// One engine for all tests: each reserves address space for its instances.
pub fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::start(setup()).expect("an engine"))
}

/// Compiles as the product does, in a process of its own, and keeps what it compiled for the next run of the tests.
fn setup() -> Setup {
    let compiler = Compiler::Apart { program: bin::path(), arguments: vec![COMPILE.into()] };
    let artefacts = Artefacts::open(root().join("target").join("tests"), [7; 32]).expect("a folder for compiled rules");
    Setup { compiler, artefacts: Some(artefacts), ..Setup::default() }
}

/// `resolved-ticket`, admitted.
pub fn resolved_ticket_rule() -> &'static Rule {
    static RULE: OnceLock<Rule> = OnceLock::new();
    RULE.get_or_init(|| engine().admit(resolved_ticket()).expect("the example plugin is admitted"))
}
