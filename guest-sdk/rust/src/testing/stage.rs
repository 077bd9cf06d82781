//! Asks a rule the way a host does, through the contract's own three calls.

use std::marker::PhantomData;

use super::{
    Answer,
    coerce::{coerce, find},
    fixture::{Fixture, Recorded},
};
use crate::{
    bindings::wire::{self, Guest, Value},
    decimal::Decimal,
    rule::Rule,
    time::Timestamp,
};

/// A rule, configured with a fixture's parameters.
pub(super) struct Stage<R> {
    manifest: wire::Manifest,
    parameters: Vec<Value>,
    reads: Vec<wire::EventType>,
    rule: PhantomData<R>,
}

impl<R: Rule> Stage<R> {
    pub(super) fn new(fixture: &Fixture) -> Result<Self, String> {
        let manifest = <R as Guest>::describe();
        let unknown = fixture.parameters.keys().find(|name| !manifest.parameters.iter().any(|known| known.name == **name));
        if let Some(name) = unknown {
            return Err(format!("the rule has no parameter {name:?}"));
        }
        let parameters = manifest.parameters.iter().map(|known| parameter(known, fixture)).collect::<Result<Vec<_>, _>>()?;
        let reads = <R as Guest>::configure(parameters.clone()).map_err(|error| format!("the rule refuses its parameters: {error}"))?;
        Ok(Self { manifest, parameters, reads, rule: PhantomData })
    }

    /// What it reads with these parameters.
    pub(super) fn reads(&self) -> &[wire::EventType] {
        &self.reads
    }

    /// What is set, in the manifest's order.
    pub(super) fn parameters(&self) -> &[Value] {
        &self.parameters
    }

    /// What the rule says as of a time about the events up to `known`.
    pub(super) fn answer(&self, fixture: &Fixture, known: Timestamp, as_of: Timestamp) -> Answer {
        let facts = || fixture.events.iter().filter(move |recorded| recorded.at <= known);
        let opened_at = facts().next().map_or(known, |first| first.at);
        let read: Vec<_> = facts().filter_map(|recorded| Some((recorded, self.kind(&recorded.kind)?))).collect();
        let projected = read.iter().map(|(recorded, (kind, read))| project(recorded, *kind, read));
        let events = match projected.collect::<Result<Vec<_>, _>>() {
            Ok(events) => events,
            Err(field) => {
                return Answer::from([("decision", "indeterminate".into()), ("reason", "missing-field".into()), ("field", field)]);
            }
        };
        let timeline = wire::Timeline { opened_at: opened_at.as_micros(), events };
        let ids: Vec<_> = read.iter().map(|(recorded, _)| recorded.id.as_str()).collect();
        match <R as Guest>::evaluate(timeline, self.parameters.clone(), as_of.as_micros()) {
            Ok(verdict) => match refusal(&verdict, opened_at, as_of) {
                Some(problem) => Answer::from([("decision", format!("a host refuses it: {problem}"))]),
                None => self.tell(&verdict, &ids),
            },
            Err(message) => Answer::from([("decision", "error".into()), ("error", message)]),
        }
    }

    fn kind(&self, kind: &str) -> Option<(u32, &wire::EventType)> {
        (0..).zip(&self.reads).find(|(_, read)| read.kind == kind)
    }

    fn tell(&self, verdict: &wire::Verdict, ids: &[&str]) -> Answer {
        let reason = self.manifest.reasons.get(place(verdict.reason)).map_or("undeclared", |reason| reason.code.as_str());
        let cited: Vec<_> = verdict.evidence.iter().map(|index| ids.get(place(*index)).copied().unwrap_or("?")).collect();
        let mut answer = Answer::from([("reason", reason.to_owned()), ("evidence", cited.join(", "))]);
        let decision = match &verdict.decision {
            wire::Decision::Success(success) => {
                answer.extend(self.measure(success));
                "success"
            }
            wire::Decision::Pending(wake) => {
                let wake = wake.map_or("none".into(), |wake| Timestamp::from_micros(wake).to_string());
                answer.insert("wake", wake);
                "pending"
            }
            wire::Decision::Failure => "failure",
            wire::Decision::Indeterminate => "indeterminate",
            wire::Decision::NotEligible => "not-eligible",
        };
        answer.insert("decision", decision.into());
        answer
    }

    fn measure(&self, success: &wire::Success) -> Answer {
        let mut answer =
            Answer::from([("at", Timestamp::from_micros(success.at).to_string()), ("quantity", number(success.quantity).to_string())]);
        if let Some(class) = success.class {
            let name = self.manifest.classes.get(place(class)).map_or("undeclared", String::as_str);
            answer.insert("class", name.to_owned());
        }
        if let Some(value) = success.value {
            answer.insert("value", number(value).to_string());
        }
        answer
    }
}

/// What was set, or the default; `missing` lets the rule itself say that it must be set.
fn parameter(known: &wire::Parameter, fixture: &Fixture) -> Result<Value, String> {
    match fixture.parameters.get(&known.name) {
        None => Ok(known.default.clone().unwrap_or(Value::Missing)),
        Some(set) => coerce(set, known.kind).ok_or_else(|| format!("the parameter {} cannot be {set}", known.name)),
    }
}

/// The event with the fields that are read; the field, when one that must be there is not.
fn project(recorded: &Recorded, kind: u32, read: &wire::EventType) -> Result<wire::Event, String> {
    let value = |field: &wire::Field| match find(&recorded.data, &field.path).and_then(|toml| coerce(toml, field.kind)) {
        None if field.required => Err(format!("{}{}", recorded.kind, field.path)),
        value => Ok(value.unwrap_or(Value::Missing)),
    };
    let values = read.fields.iter().map(value).collect::<Result<Vec<_>, _>>()?;
    Ok(wire::Event { kind, at: recorded.at.as_micros(), actor: recorded.actor, values })
}

/// Why a host would call this verdict a fault.
fn refusal(verdict: &wire::Verdict, opened_at: Timestamp, as_of: Timestamp) -> Option<String> {
    match &verdict.decision {
        wire::Decision::Success(success) => {
            let at = Timestamp::from_micros(success.at);
            if at < opened_at || at > as_of {
                return Some(format!("success at {at} is not between opening {opened_at} and asking {as_of}"));
            }
            if success.quantity.mantissa < 0 {
                return Some(format!("quantity {} is below 0", number(success.quantity)));
            }
            if success.quantity.scale > 6 || success.value.is_some_and(|value| value.scale > 6) {
                return Some("a quantity or value has more than six decimals".into());
            }
            success.credit.iter().any(|share| share.parts == 0).then(|| "a share of 0 parts".into())
        }
        wire::Decision::Pending(Some(wake)) if *wake <= as_of.as_micros() => {
            Some(format!("wake {} is not later than the time of asking", Timestamp::from_micros(*wake)))
        }
        _ => None,
    }
}

fn number(decimal: wire::Decimal) -> Decimal {
    Decimal::from_parts(decimal.mantissa, decimal.scale)
}

fn place(index: u32) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}
