//! Components: the example plugins, built once per run; and rules written as text.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
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

/// The example rules.
pub const EXAMPLES: [&str; 4] = ["resolved-ticket", "csat", "qualified-lead", "document-processed"];

/// The component of an example rule, built from source.
pub fn example(name: &str) -> &'static [u8] {
    static BUILT: Mutex<BTreeMap<String, &'static [u8]>> = Mutex::new(BTreeMap::new());
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    built.entry(name.to_owned()).or_insert_with(|| {
        let folder = root().join("example-plugins").join(name);
        let built = build_component(&folder, &Options { quiet: true });
        built.expect("a way to build rules; `cargo xtask plugins` says what is missing").component.leak()
    })
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
