//! What a rule is made of. Authors derive these traits; the hidden items are how the macros fill the manifest.

use crate::{
    bindings::wire::Value,
    error::RuleError,
    open::EventType,
    spec::{KindSpec, ParamSpec, ReasonSpec},
    time::Timestamp,
    timeline::Timeline,
    verdict::Verdict,
};

/// What a rule reads: an enum with one variant per kind of event. Derive it.
///
/// ```ignore
/// #[derive(assay_sdk::Event)]
/// enum Ticket {
///     #[event(kind = "ticket.updated")]
///     Updated {
///         #[field(path = "/state")] // the default path is "/" and the field's name
///         state: String,
///         score: Option<i64>, // an Option need not be there
///     },
///     #[event(kind = "ticket.closed")]
///     Closed,
/// }
/// ```
///
/// A field is a `bool`, `i64`, `Decimal`, `String`, `Timestamp` or `Duration`, or an `Option` of one. An interaction in which a
/// field without `Option` is absent or of another kind is `indeterminate` before the rule runs.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what a rule reads",
    label = "does not derive `Event`",
    note = "a rule reads an enum with one variant per kind of event: put #[derive(assay_sdk::Event)] on it"
)]
pub trait Event: Sized {
    #[doc(hidden)]
    const KINDS: &'static [KindSpec];

    #[doc(hidden)]
    fn decode(kind: u32, values: Vec<Value>) -> Option<Self>;
}

/// What can be set per definition version: a struct with one field per parameter. Derive it.
///
/// ```ignore
/// #[derive(assay_sdk::Params)]
/// #[params(check = sensible)] // fn sensible(settings: &Settings) -> Result<(), String>
/// struct Settings {
///     /// How long nothing may happen.
///     #[param(default = "PT24H")]
///     window: Duration,
///     #[param(default = true, help = "Whether a second try counts.")]
///     retry: bool,
///     limit: Option<i64>, // may stay absent
///     team: String, // must be set
/// }
/// ```
///
/// A field has one of the types of an event's field; its name in the manifest is in kebab-case. `()` is no parameters.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a rule's parameters",
    label = "does not derive `Params`",
    note = "parameters are a struct with a field for each: put #[derive(assay_sdk::Params)] on it, or take `&()`"
)]
pub trait Params: Sized {
    #[doc(hidden)]
    const PARAMETERS: &'static [ParamSpec];

    #[doc(hidden)]
    fn decode(values: Vec<Value>) -> Result<Self, RuleError>;

    /// Refuses values that make no sense together, in words for the person who set them.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

impl Params for () {
    const PARAMETERS: &'static [ParamSpec] = &[];

    fn decode(_values: Vec<Value>) -> Result<Self, RuleError> {
        Ok(())
    }
}

/// Why a verdict is what it is: an enum without fields. Derive it; a variant's code is its name in kebab-case or
/// `#[reason(code = "…")]`, its doc comment explains it to people.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the reasons of a rule",
    label = "does not derive `Reason`",
    note = "reasons are an enum without fields: put #[derive(assay_sdk::Reason)] on it"
)]
pub trait Reason {
    #[doc(hidden)]
    const REASONS: &'static [ReasonSpec];

    #[doc(hidden)]
    fn index(&self) -> u32;
}

/// What a rule says about itself.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Kebab-case: `resolved-ticket`.
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    /// For people, longer.
    pub summary: &'static str,
    /// What one unit of the outcome is called: "resolution".
    pub unit: &'static str,
    /// The classes a success may have.
    pub classes: &'static [&'static str],
    /// Who may be credited.
    pub participants: &'static [&'static str],
    /// Whether every success carries a value.
    pub has_value: bool,
}

/// A rule: what `#[assay_sdk::rule]` makes of a function, named like it in PascalCase.
///
/// Two laws hold for every rule: an event that does not matter changes nothing, and a success or failure does not change when the
/// same timeline is asked again later. [`crate::testing`] checks the second on every fixture, and both on timelines that it makes up.
pub trait Rule {
    /// What it reads.
    type Event: Event;
    /// What can be set.
    type Params: Params;
    /// Its reasons.
    type Reason: Reason;
    /// What it says about itself.
    const ABOUT: About;

    /// What it reads with these parameters, or why they make no sense; `None` where it reads every kind of its event type.
    fn reads(_params: &Self::Params) -> Option<Result<Vec<EventType>, String>> {
        None
    }

    /// Judges a timeline as of a time, which is never before its last event.
    fn judge(timeline: &Timeline<Self::Event>, params: &Self::Params, as_of: Timestamp) -> Result<Verdict<Self::Reason>, RuleError>;
}

/// Finds the event type of a rule's first argument.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the first argument of a rule is a `&Timeline<…>` of a type that derives `Event`, not a `&{Self}`",
    label = "not a timeline"
)]
pub trait TimelineOf {
    /// The timeline's events.
    type Event: Event;
}

impl<E: Event> TimelineOf for Timeline<E> {
    type Event = E;
}
