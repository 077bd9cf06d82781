//! The catalogue of attacks: components that mean harm, each with what must become of it.
//!
//! Two lists name what is known to be tried: a table of hostile plugins, here `sandbox 1` to `sandbox 32`, and the attacks that the
//! contract itself names. [`ROWS`] holds both; an [`Attack`] says in its `source` which of them it is. Rows of the first that are no
//! matter of one component are tested elsewhere:
//!
//! | row | | test |
//! |---|---|---|
//! | sandbox 20 | compiled code of another engine | `sandbox::compiling::code_is_kept_for_the_next_process` |
//! | sandbox 21 | a ticker that is starved | `sandbox::fuel::wall_time_protects_the_host_and_says_nothing_about_the_rule` |
//! | sandbox 24 | time that the host spends on calls | `sandbox::worlds::a_rule_imports_nothing` |
//! | sandbox 26 | memory that others left | `sandbox::isolation::nothing_is_found_in_memory_of_another_rule` |
//! | sandbox 30 | a limit that nothing enforces | `sandbox::admission::every_limit_lets_in_its_number_and_not_one_more` |
//! | sandbox 32 | uploads that unpack or never end | `api::rules` and `api::events`, which send too much |
//!
//! To add an attack: a row in the file of its theme. To add a row of a list: its line in [`ROWS`]; a test then asks for its attack.

mod abi;
mod binary;
mod bombs;
mod case;
mod files;
mod loops;
mod memory;
mod met;
mod rows;
pub mod run;
mod verdicts;
mod worst;

use assay_domain::fault::FaultCode;
use assay_runtime::RefusalCode;

pub use self::{met::Met, rows::ROWS};

/// A component that means harm.
#[derive(Debug, Clone, Copy)]
pub struct Attack {
    /// What it does.
    pub name: &'static str,
    /// The rows it is an attack of, separated by [`BETWEEN_ROWS`].
    pub source: &'static str,
    /// The component.
    pub component: fn() -> Vec<u8>,
    /// What must become of it.
    pub expect: Expect,
}

/// What stands between two rows of a source.
pub const BETWEEN_ROWS: &str = " · ";

/// What must become of an attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Refused.
    Refused(RefusalCode),
    /// Refused, because a function that admission calls ended in this fault.
    Faulty(FaultCode),
    /// Admitted; an evaluation ends in this fault.
    Fault(FaultCode),
    /// Admitted; an evaluation is slow for the fuel it burns, and ends when it is out of fuel or, on a slower machine, out of time.
    Spent,
    /// Admitted; it answers as if nothing had been done to it.
    Harmless,
    /// More work than the compiler is given, held by the compiling process alone: refused for its time or memory, or compiled after
    /// all, and then harmless.
    Held,
}

impl Attack {
    /// The rows it is an attack of.
    pub fn rows(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.source.split(BETWEEN_ROWS)
    }
}

/// Every attack.
pub fn all() -> Vec<Attack> {
    [on_evaluation(), on_admission()].concat()
}

/// Those that run, or answer.
pub fn on_evaluation() -> Vec<Attack> {
    [loops::attacks(), memory::attacks(), abi::attacks(), verdicts::attacks()].concat()
}

/// Those that must not be let in, and those that are the most that is.
pub fn on_admission() -> Vec<Attack> {
    [files::attacks(), bombs::attacks(), worst::attacks()].concat()
}

fn refused(name: &'static str, source: &'static str, code: RefusalCode, component: fn() -> Vec<u8>) -> Attack {
    Attack { name, source, component, expect: Expect::Refused(code) }
}

fn faulty(name: &'static str, source: &'static str, code: FaultCode, component: fn() -> Vec<u8>) -> Attack {
    Attack { name, source, component, expect: Expect::Faulty(code) }
}

fn fault(name: &'static str, source: &'static str, code: FaultCode, component: fn() -> Vec<u8>) -> Attack {
    Attack { name, source, component, expect: Expect::Fault(code) }
}

fn spent(name: &'static str, source: &'static str, component: fn() -> Vec<u8>) -> Attack {
    Attack { name, source, component, expect: Expect::Spent }
}

fn harmless(name: &'static str, source: &'static str, component: fn() -> Vec<u8>) -> Attack {
    Attack { name, source, component, expect: Expect::Harmless }
}

fn held(name: &'static str, source: &'static str, component: fn() -> Vec<u8>) -> Attack {
    Attack { name, source, component, expect: Expect::Held }
}

/// The export of the contract in text form, with nothing in it.
const HOLLOW: &str = r#"(instance $rule) (export "assay:rule/rule@0.1.0" (instance $rule))"#;

/// A component in text form.
fn component(fields: &str) -> Vec<u8> {
    wat::parse_str(format!("(component {fields})")).unwrap_or_else(|error| panic!("{error}"))
}
