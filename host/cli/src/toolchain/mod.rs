//! From the source of a rule to a component.
//!
//! Owns finding a way to compile to WebAssembly on this machine and building rules with it. Everything that needs a component comes
//! here, so there is one answer to "how are rules compiled". It never changes a toolchain, never contradicts rustup's settings, and
//! calls the system's package manager as root only. It does not judge what a rule does: that is admission, in the runtime.
//!
//! To add a way to compile: a fact in [`Probe`], its place in [`Probe::way`], and an arm in [`find()`] that makes it true. To add another
//! kind of source: a variant of `Source`, how it is recognised in `Source::of`, and the arm in `build.rs` that makes a component of it.

mod build;
mod component;
mod find;
mod machine;
mod module;
mod npm;
mod package;
mod source;

pub use build::{Built, Options, build_component, build_components};
pub use find::{Compiler, Probe, TARGET, Way, find, look};
