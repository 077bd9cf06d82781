//! What timelines are made up of.

use anyhow::{Context as _, Result};
use assay_domain::{
    decimal::Decimal,
    event::Actor,
    id::EventId,
    manifest::Field,
    time::{Duration, Timestamp},
    timeline::{Fact, Timeline},
    value::{Value, ValueKind},
};
use serde_json::{Map, Value as Json};

use super::random::Random;
use crate::fixtures::{Fixture, Stage};

/// Events of the longest timelines.
const EVENTS_MAX: u64 = 8;
/// 2026-01-01T00:00:00Z, in microseconds: where timelines begin.
const BEGINNING: i64 = 1_767_225_600_000_000;
const ACTORS: [Actor; 5] = [Actor::Unknown, Actor::Ai, Actor::Human, Actor::Customer, Actor::System];
/// A kind of event that no rule reads.
pub(super) const UNREAD: &str = "fuzz.unread";
/// The shortest length of time, forwards and backwards.
pub(super) const TICKS: [i64; 2] = [1, -1];

/// One event that nobody has told.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Drawn {
    pub(super) kind: String,
    pub(super) at: Timestamp,
    pub(super) actor: Actor,
    pub(super) data: Json,
}

/// What timelines are made up of.
pub(super) struct Material {
    kinds: Vec<Kind>,
    /// Lengths of time at which a rule may change its mind.
    pub(super) steps: Vec<Duration>,
}

/// What is known of one kind of event.
struct Kind {
    kind: String,
    /// As fixtures tell them.
    samples: Vec<(Actor, Json)>,
    fields: Vec<Pool>,
}

/// Values of a field.
struct Pool {
    path: String,
    required: bool,
    values: Vec<Json>,
}

impl Material {
    pub(super) fn new(stage: &Stage<'_>, fixtures: &[(String, Fixture)]) -> Result<Self> {
        let mut samples: Vec<(String, Actor, Json)> = Vec::new();
        for (name, fixture) in fixtures {
            for fact in fixture.timeline()?.facts() {
                let data = serde_json::from_str(&fact.data).with_context(|| format!("{name} has data that is no JSON"))?;
                samples.push((fact.kind.clone(), fact.actor, data));
            }
        }
        let kinds = stage.reads.iter().map(|read| {
            let of_kind = samples.iter().filter(|(kind, ..)| *kind == read.kind);
            let samples: Vec<_> = of_kind.map(|(_, actor, data)| (*actor, data.clone())).collect();
            let fields = read.fields.iter().map(|field| Pool::new(field, &samples, &stage.parameters)).collect();
            Kind { kind: read.kind.clone(), samples, fields }
        });
        Ok(Self { kinds: kinds.collect(), steps: steps(&stage.parameters) })
    }

    /// A timeline of up to eight events, in order.
    pub(super) fn draw(&self, random: &mut Random) -> Vec<Drawn> {
        let mut at = Timestamp::from_micros(BEGINNING).unwrap_or(Timestamp::EPOCH);
        let mut events = Vec::new();
        for _ in 0..=random.below(EVENTS_MAX) {
            let step = random.one_of(&self.steps).copied().unwrap_or(Duration::ZERO);
            at = if random.once_in(4) { at } else { at.plus(step) };
            events.extend(self.event(at, random));
        }
        events
    }

    fn event(&self, at: Timestamp, random: &mut Random) -> Option<Drawn> {
        if random.once_in(12) {
            return Some(unread(at));
        }
        let kind = random.one_of(&self.kinds)?;
        let (actor, data) = match random.one_of(&kind.samples) {
            Some((actor, data)) if !random.once_in(3) => (*actor, data.clone()),
            _ => (random.one_of(&ACTORS).copied()?, kind.data(random)),
        };
        let actor = if random.once_in(6) { random.one_of(&ACTORS).copied()? } else { actor };
        Some(Drawn { kind: kind.kind.clone(), at, actor, data })
    }
}

/// An event of a kind that no rule reads.
pub(super) fn unread(at: Timestamp) -> Drawn {
    Drawn { kind: UNREAD.into(), at, actor: Actor::System, data: Json::Object(Map::new()) }
}

/// The events as they would be recorded, in the order in which they are given.
pub(super) fn timeline(events: &[Drawn]) -> Timeline {
    let fact = |(place, event): (i64, &Drawn)| Fact {
        event: EventId(place),
        source: "fixture".into(),
        source_id: format!("e{place}"),
        kind: event.kind.clone(),
        occurred_at: event.at,
        sequence: place,
        customer: None,
        actor: event.actor,
        data: event.data.to_string(),
        superseded_by: None,
    };
    Timeline::new((1..).zip(events).map(fact).collect(), None)
}

impl Kind {
    fn data(&self, random: &mut Random) -> Json {
        let mut data = Json::Object(Map::new());
        for pool in &self.fields {
            let absent = random.once_in(if pool.required { 32 } else { 4 });
            if let Some(value) = random.one_of(&pool.values).filter(|_| !absent) {
                put(&mut data, &pool.path, value.clone());
            }
        }
        data
    }
}

impl Pool {
    fn new(field: &Field, samples: &[(Actor, Json)], parameters: &[Value]) -> Self {
        let mut values: Vec<Json> = samples.iter().filter_map(|(_, data)| data.pointer(&field.path).cloned()).collect();
        values.extend(parameters.iter().flat_map(|value| near(value, field.kind)));
        values.extend(edges(field.kind));
        Self { path: field.path.clone(), required: field.required, values }
    }
}

/// What is at, just below and just above what a parameter says.
fn near(parameter: &Value, kind: ValueKind) -> Vec<Json> {
    match (parameter, kind) {
        (Value::Integer(value), ValueKind::Integer | ValueKind::Decimal) => {
            [-1, 0, 1].map(|by| text(&value.saturating_add(by).to_string())).into()
        }
        (Value::Decimal(value), ValueKind::Decimal) => {
            let around = [-1, 0, 1].map(|by| value.mantissa().saturating_add(by));
            let decimals = around.into_iter().filter_map(|mantissa| Decimal::new(mantissa, value.scale()).ok());
            decimals.map(|value| text(&value.to_string())).collect()
        }
        (Value::Text(value), ValueKind::Text) => value.split(',').map(|part| text(part.trim())).collect(),
        _ => Vec::new(),
    }
}

fn edges(kind: ValueKind) -> Vec<Json> {
    match kind {
        ValueKind::Boolean => vec![Json::Bool(true), Json::Bool(false)],
        ValueKind::Integer => ["-1", "0", "1", "1000"].map(text).into(),
        ValueKind::Decimal => ["-0.5", "0", "0.5", "1", "1000"].map(text).into(),
        ValueKind::Text => ["", "x"].map(text).into(),
        ValueKind::Timestamp => ["1970-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2200-01-01T00:00:00Z"].map(text).into(),
        ValueKind::Duration => ["PT0S", "PT1H", "P7D", "-PT1H"].map(text).into(),
    }
}

fn text(value: &str) -> Json {
    Json::String(value.to_owned())
}

/// A few lengths of time of every size; and those that parameters set, with a little less, a little more, and half.
fn steps(parameters: &[Value]) -> Vec<Duration> {
    let tick = Duration::from_micros(1).unwrap_or(Duration::ZERO);
    let mut steps = vec![Duration::ZERO, tick, Duration::seconds(60), Duration::hours(1), Duration::days(1), Duration::days(40)];
    for parameter in parameters {
        if let Value::Duration(length) = parameter
            && *length > Duration::ZERO
        {
            let micros = length.micros();
            let around = [micros, micros / 2].into_iter().chain(TICKS.map(|tick| micros.saturating_add(tick)));
            steps.extend(around.filter_map(Duration::from_micros));
        }
    }
    steps
}

/// Puts a value where a JSON Pointer finds it.
fn put(data: &mut Json, path: &str, value: Json) {
    let mut place = data;
    for token in path.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        let Json::Object(members) = place else { return };
        place = members.entry(token).or_insert_with(|| Json::Object(Map::new()));
    }
    *place = value;
}
