//! The contract as wasmtime sees it, and its adaptation to the domain's types: the only place that knows both.

use assay_domain::{
    decimal::{Decimal, Quantity},
    event::Actor,
    fault::{Fault, FaultCode},
    manifest::{self, EventType, Field, Manifest},
    number::EXACT_MAX,
    projection::InputEvent,
    time::{Duration, Timestamp},
    value::{Value, ValueKind},
    verdict::{Decision, Share, Success, Verdict},
};
use wasmtime::component::{Component, Linker as WasmLinker};

use crate::{limits::Limiter, rule::printable};

wasmtime::component::bindgen!({ path: "../../wit/0.1", world: "outcome-rule" });

pub(crate) use self::exports::assay::rule::rule as wit;

pub(crate) type Pre = OutcomeRulePre<Limiter>;

/// Links components to nothing: a rule imports nothing.
pub(crate) struct Linker(WasmLinker<Limiter>);

impl Linker {
    pub(crate) fn new(engine: &wasmtime::Engine) -> Self {
        Self(WasmLinker::new(engine))
    }

    pub(crate) fn pre_link(&self, component: &Component) -> wasmtime::Result<Pre> {
        OutcomeRulePre::new(self.0.instantiate_pre(component)?)
    }
}

pub(crate) fn value_to_wit(value: &Value) -> wit::Value {
    match value {
        Value::Missing => wit::Value::Missing,
        Value::Boolean(value) => wit::Value::Boolean(*value),
        Value::Integer(value) => wit::Value::Integer(*value),
        Value::Decimal(value) => wit::Value::Decimal(wit::Decimal { mantissa: value.mantissa(), scale: value.scale() }),
        Value::Text(value) => wit::Value::Text(value.clone()),
        Value::Timestamp(value) => wit::Value::Timestamp(value.micros()),
        Value::Duration(value) => wit::Value::Duration(value.micros()),
    }
}

pub(crate) fn timeline_to_wit(opened_at: Timestamp, events: &[InputEvent]) -> wit::Timeline {
    let events = events.iter().map(|event| wit::Event {
        kind: event.kind,
        at: event.at.micros(),
        actor: actor_to_wit(event.actor),
        values: event.values.iter().map(value_to_wit).collect(),
    });
    wit::Timeline { opened_at: opened_at.micros(), events: events.collect() }
}

fn actor_to_wit(actor: Actor) -> wit::Actor {
    match actor {
        Actor::Unknown => wit::Actor::Unknown,
        Actor::Ai => wit::Actor::Ai,
        Actor::Human => wit::Actor::Human,
        Actor::Customer => wit::Actor::Customer,
        Actor::System => wit::Actor::System,
    }
}

fn invalid(detail: impl Into<String>) -> Fault {
    Fault::new(FaultCode::OutputInvalid, detail)
}

fn timestamp(field: &str, micros: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_micros(micros).ok_or_else(|| invalid(format!("{field} {micros} is beyond ±2^53 microseconds")))
}

fn decimal(field: &str, decimal: wit::Decimal) -> Result<Decimal, Fault> {
    Decimal::new(decimal.mantissa, decimal.scale).map_err(|error| invalid(format!("{field}: {error}")))
}

fn value(field: &str, value: wit::Value) -> Result<Value, Fault> {
    Ok(match value {
        wit::Value::Missing => Value::Missing,
        wit::Value::Boolean(value) => Value::Boolean(value),
        wit::Value::Integer(value) if value.unsigned_abs() > EXACT_MAX.unsigned_abs() => {
            return Err(invalid(format!("{field}: {value} is beyond ±2^53")));
        }
        wit::Value::Integer(value) => Value::Integer(value),
        wit::Value::Decimal(value) => Value::Decimal(decimal(field, value)?),
        wit::Value::Text(value) => Value::Text(value),
        wit::Value::Timestamp(value) => Value::Timestamp(timestamp(field, value)?),
        wit::Value::Duration(value) => {
            Value::Duration(Duration::from_micros(value).ok_or_else(|| invalid(format!("{field}: {value} is beyond ±2^53")))?)
        }
    })
}

fn kind(kind: wit::ValueKind) -> ValueKind {
    match kind {
        wit::ValueKind::Boolean => ValueKind::Boolean,
        wit::ValueKind::Integer => ValueKind::Integer,
        wit::ValueKind::Decimal => ValueKind::Decimal,
        wit::ValueKind::Text => ValueKind::Text,
        wit::ValueKind::Timestamp => ValueKind::Timestamp,
        wit::ValueKind::Duration => ValueKind::Duration,
    }
}

pub(crate) fn manifest_from_wit(manifest: wit::Manifest) -> Result<Manifest, Fault> {
    let parameters = manifest.parameters.into_iter().map(|parameter| {
        let default = parameter.default.map(|default| value("parameter default", default)).transpose()?;
        Ok(manifest::Parameter { name: parameter.name, kind: kind(parameter.kind), default, help: parameter.help })
    });
    Ok(Manifest {
        name: manifest.name,
        title: manifest.title,
        summary: manifest.summary,
        unit: manifest.unit,
        parameters: parameters.collect::<Result<_, Fault>>()?,
        reasons: manifest.reasons.into_iter().map(|reason| manifest::Reason { code: reason.code, help: reason.help }).collect(),
        classes: manifest.classes,
        participants: manifest.participants,
        has_value: manifest.has_value,
    })
}

pub(crate) fn reads_from_wit(reads: Vec<wit::EventType>) -> Vec<EventType> {
    let field = |field: wit::Field| Field { name: field.name, path: field.path, kind: kind(field.kind), required: field.required };
    reads.into_iter().map(|read| EventType { kind: read.kind, fields: read.fields.into_iter().map(field).collect() }).collect()
}

pub(crate) fn verdict_from_wit(verdict: wit::Verdict) -> Result<Verdict, Fault> {
    let decision = match verdict.decision {
        wit::Decision::Success(success) => Decision::Success(success_from_wit(success)?),
        wit::Decision::Failure => Decision::Failure,
        wit::Decision::Pending(wake) => Decision::Pending(wake.map(|wake| timestamp("wake", wake)).transpose()?),
        wit::Decision::Indeterminate => Decision::Indeterminate,
        wit::Decision::NotEligible => Decision::NotEligible,
    };
    Ok(Verdict { decision, reason: verdict.reason, evidence: verdict.evidence, note: verdict.note.map(printable) })
}

fn success_from_wit(success: wit::Success) -> Result<Success, Fault> {
    let quantity = decimal("quantity", success.quantity)?;
    Ok(Success {
        quantity: Quantity::from_decimal(quantity)
            .ok_or_else(|| invalid(format!("quantity {quantity} has more than six decimals or is too large")))?,
        at: timestamp("success.at", success.at)?,
        class: success.class,
        credit: success.credit.into_iter().map(|share| Share { participant: share.participant, parts: share.parts }).collect(),
        value: success.value.map(|value| decimal("value", value)).transpose()?,
    })
}
