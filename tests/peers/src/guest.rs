//! The Extism plugin, compiled as the product compiles rules, with the same settings.
#![expect(clippy::disallowed_methods, reason = "an outer cargo names itself in the environment; the same one is used inside")]

use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use crate::toolchain::find::{TARGET, find};

/// The settings of `host/cli/src/toolchain/build.rs`, the small stack included: fewer pages to touch.
const SETTINGS: [&str; 6] = [
    "profile.release.opt-level=3",
    "profile.release.lto=\"fat\"",
    "profile.release.codegen-units=1",
    "profile.release.panic=\"abort\"",
    "profile.release.strip=true",
    "target.wasm32-unknown-unknown.rustflags=[\"-C\", \"link-arg=-zstack-size=32768\"]",
];

/// Builds the plugin below `target` and reads it.
///
/// # Errors
///
/// There is no compiler for WebAssembly, or the plugin does not compile; cargo has then said why.
pub fn build(target: &Path) -> Result<Vec<u8>> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = target.join("guest");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace).stdin(Stdio::null());
    cargo.args(["build", "--package", "extism-guest", "--release", "--target", TARGET, "--target-dir"]).arg(&output);
    for setting in SETTINGS {
        cargo.args(["--config", setting]);
    }
    find(workspace)?.apply(&mut cargo);
    if !cargo.status().context("cargo cannot be started: install Rust, or put cargo on the PATH")?.success() {
        bail!("the Extism plugin did not compile: cargo reports above why");
    }
    let module = output.join(TARGET).join("release").join("extism_guest.wasm");
    fs::read(&module).with_context(|| format!("cargo built no module at {}", module.display()))
}
