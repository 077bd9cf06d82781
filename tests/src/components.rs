//! Components: the example plugins, built once per run; and rules written as text.

use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
};

use assay_cli::toolchain::{Options, build_component};
use assay_runtime::{Engine, Limits, Rule};

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace").to_owned()
}

/// The component of `resolved-ticket`, built from source.
pub fn resolved_ticket() -> &'static [u8] {
    static BUILT: OnceLock<Vec<u8>> = OnceLock::new();
    BUILT.get_or_init(|| {
        let folder = root().join("example-plugins/resolved-ticket");
        build_component(&folder, &Options { quiet: true })
            .expect("a way to build rules; `cargo xtask plugins` says what is missing")
            .component
    })
}

/// One engine for all tests: each reserves address space for its instances.
pub fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::new(Limits::default()).expect("an engine"))
}

/// `resolved-ticket`, admitted.
pub fn resolved_ticket_rule() -> &'static Rule {
    static RULE: OnceLock<Rule> = OnceLock::new();
    RULE.get_or_init(|| engine().admit(resolved_ticket()).expect("the example plugin is admitted"))
}
