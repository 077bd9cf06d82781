//! Write an outcome rule in Rust.
//!
//! A rule is a function from what happened in one interaction to a verdict. It is ordinary Rust: unit-tested natively, built as a
//! component that imports nothing, run by a host in a fresh instance per question.
//!
//! ```ignore
//! use assay_sdk::{Duration, Timeline, Timestamp, Verdict};
//!
//! #[derive(assay_sdk::Event)]
//! enum Document {
//!     #[event(kind = "document.processed")]
//!     Processed { quality: i64 },
//! }
//!
//! #[derive(assay_sdk::Params)]
//! struct Settings {
//!     /// The lowest quality that counts.
//!     #[param(default = 80)]
//!     minimum: i64,
//! }
//!
//! #[derive(assay_sdk::Reason)]
//! enum Why {
//!     /// The document was read well enough.
//!     Processed,
//!     /// Nothing was read well enough so far.
//!     Waiting,
//! }
//!
//! /// A document counts once it is read well enough.
//! #[assay_sdk::rule(title = "Document processed", unit = "document")]
//! fn document_processed(timeline: &Timeline<Document>, settings: &Settings, _as_of: Timestamp) -> Verdict<Why> {
//!     let good = |document: &Document| matches!(document, Document::Processed { quality } if *quality >= settings.minimum);
//!     match timeline.events.iter().find(|fact| good(&fact.event)) {
//!         Some(fact) => Verdict::success(Why::Processed, fact.at).evidence(fact),
//!         None => Verdict::pending(Why::Waiting),
//!     }
//! }
//!
//! #[cfg(test)]
//! mod tests {
//!     #[test]
//!     fn fixtures() {
//!         assay_sdk::testing::run_fixtures::<super::DocumentProcessed>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
//!     }
//! }
//! ```
//!
//! The function returns a [`Verdict`] or a `Result` of one; an error means that the rule cannot judge. The attribute makes a type
//! of it, named like it in PascalCase, that implements [`Rule`], and exports that type when the target is WebAssembly: one rule per
//! component, any number of rules in a native test.
//!
//! | what rules are made of | |
//! |---|---|
//! | what came first, last, at all, how often, since when | [`Timeline::facts`], [`Facts`], [`of!`] |
//! | a stretch of time, and nothing happening in it | [`Window`], [`Facts::absence`] |
//! | opening hours, in a zone whose clocks are fixed | [`BusinessHours`], [`PinnedZone`] |
//! | exact numbers | [`Decimal`], [`Rounding`] |
//! | events that are named by parameters | [`EventType`], [`AnyEvent`] |
//!
//! What a rule does not use is not in its component.
//!
//! This crate owns the author's types, the manifest made from them, decoding and encoding, the component's allocator and what native
//! tests stand on: fixtures, and timelines made up to try the laws. It has no clock, no randomness in a component and no floats, because a
//! verdict must be the same on every machine for ever; it does not componentise (`assay rule build` does) and checks no limits (hosts do).
//!
//! To add a kind of value: a case in the contract, its Rust type in `value` and `open`, its name in `spec`, its default in the macros'
//! `kind`, its coercion in `testing`. To add a helper: a file with no more than what a rule needs in an evaluation, and its row above.

#[cfg(test)]
extern crate self as assay_sdk;

#[cfg(target_family = "wasm")]
mod arena;
#[doc(hidden)]
pub mod bindings;
mod decimal;
mod error;
mod facts;
mod guest;
mod hours;
mod literal;
mod open;
mod rule;
mod spec;
#[cfg(not(target_family = "wasm"))]
pub mod testing;
mod text;
mod time;
mod timeline;
#[cfg(test)]
mod tutorial;
mod value;
mod verdict;
mod zone;

pub use assay_sdk_macros::{Event, Params, Reason, rule};

pub use crate::{
    decimal::{Decimal, Rounding},
    error::{ParseError, RuleError},
    facts::{Absence, Facts, Place, Window},
    hours::{BusinessHours, Day, Hours, OpeningHours, Week},
    open::{AnyEvent, EventType, Field, Value, ValueKind},
    rule::{About, Event, Params, Reason, Rule},
    time::{Duration, Timestamp},
    timeline::{Actor, EventRef, Fact, Timeline},
    verdict::{Decision, IntoVerdict, Success, Verdict},
    zone::{Local, PinnedZone},
};

/// What the macros write; no part of the interface for authors.
#[doc(hidden)]
pub mod __private {
    pub use crate::{
        bindings::wire::Value,
        rule::TimelineOf,
        spec::{FieldSpec, KindSpec, ParamSpec, Preset, ReasonSpec},
        value::{Arguments, FromValue},
    };
}
