//! What timelines are made up of.

use toml::{Table, Value as Toml};

use super::super::{
    coerce::find,
    fixture::{Fixture, Recorded},
    random::Random,
    stage::Stage,
};
use crate::{
    bindings::wire::{Actor, Field, Value, ValueKind},
    decimal::Decimal,
    rule::Rule,
    time::{Duration, Timestamp},
};

/// Events of the longest timelines.
const EVENTS_MAX: u64 = 8;
/// 2026-01-01T00:00:00Z: where timelines begin.
const BEGINNING: Timestamp = Timestamp::utc("2026-01-01T00:00:00Z");
const ACTORS: [Actor; 5] = [Actor::Unknown, Actor::Ai, Actor::Human, Actor::Customer, Actor::System];
/// A kind of event that no rule reads.
pub(super) const UNREAD: &str = "fuzz.unread";

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
    samples: Vec<(Actor, Toml)>,
    fields: Vec<Pool>,
}

/// Values of a field.
struct Pool {
    path: String,
    required: bool,
    values: Vec<Toml>,
}

impl Material {
    pub(super) fn new<R: Rule>(stage: &Stage<R>, fixtures: &[Fixture]) -> Self {
        let told = || fixtures.iter().flat_map(|fixture| &fixture.events);
        let kinds = stage.reads().iter().map(|read| {
            let of_kind = || told().filter(move |event| event.kind == read.kind);
            Kind {
                kind: read.kind.clone(),
                samples: of_kind().map(|event| (event.actor, event.data.clone())).collect(),
                fields: read.fields.iter().map(|field| Pool::new(field, of_kind(), stage.parameters())).collect(),
            }
        });
        Self { kinds: kinds.collect(), steps: steps(stage.parameters()) }
    }

    /// A timeline of up to eight events, in order.
    pub(super) fn draw(&self, random: &mut Random) -> Vec<Recorded> {
        let mut at = BEGINNING;
        let mut events = Vec::new();
        for _ in 0..=random.below(EVENTS_MAX) {
            let step = random.one_of(&self.steps).copied().unwrap_or(Duration::ZERO);
            at = if random.once_in(4) { at } else { at + step };
            events.extend(self.event(at, random));
        }
        number(&mut events);
        events
    }

    fn event(&self, at: Timestamp, random: &mut Random) -> Option<Recorded> {
        if random.once_in(12) {
            return Some(Recorded::made_up(UNREAD.into(), at, Actor::System, Toml::Table(Table::new())));
        }
        let kind = random.one_of(&self.kinds)?;
        let (actor, data) = match random.one_of(&kind.samples) {
            Some((actor, data)) if !random.once_in(3) => (*actor, data.clone()),
            _ => (random.one_of(&ACTORS).copied()?, kind.data(random)),
        };
        let actor = if random.once_in(6) { random.one_of(&ACTORS).copied()? } else { actor };
        Some(Recorded::made_up(kind.kind.clone(), at, actor, data))
    }
}

/// Gives events the ids and the sequence of their places.
pub(super) fn number(events: &mut [Recorded]) {
    for (place, event) in (1..).zip(events) {
        event.id = format!("e{place}");
        event.sequence = place;
    }
}

impl Kind {
    fn data(&self, random: &mut Random) -> Toml {
        let mut data = Toml::Table(Table::new());
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
    fn new<'f>(field: &Field, told: impl Iterator<Item = &'f Recorded>, parameters: &[Value]) -> Self {
        let mut values: Vec<Toml> = told.filter_map(|event| find(&event.data, &field.path).cloned()).collect();
        values.extend(parameters.iter().flat_map(|value| near(value, field.kind)));
        values.extend(edges(field.kind));
        Self { path: field.path.clone(), required: field.required, values }
    }
}

/// What is at, just below and just above what a parameter says.
fn near(parameter: &Value, kind: ValueKind) -> Vec<Toml> {
    match (parameter, kind) {
        (Value::Integer(value), ValueKind::Integer | ValueKind::Decimal) => [-1, 0, 1].map(|by| integer(value.saturating_add(by))).into(),
        (Value::Decimal(value), ValueKind::Decimal) => {
            let around = [-1, 0, 1].map(|by| value.mantissa.saturating_add(by));
            around.into_iter().filter_map(|mantissa| Decimal::new(mantissa, value.scale)).map(|value| text(&value.to_string())).collect()
        }
        (Value::Text(value), ValueKind::Text) => value.split(',').map(|part| text(part.trim())).collect(),
        _ => Vec::new(),
    }
}

fn edges(kind: ValueKind) -> Vec<Toml> {
    match kind {
        ValueKind::Boolean => vec![Toml::Boolean(true), Toml::Boolean(false)],
        ValueKind::Integer => [-1, 0, 1, 1_000].map(integer).into(),
        ValueKind::Decimal => ["-0.5", "0", "0.5", "1", "1000"].map(text).into(),
        ValueKind::Text => ["", "x"].map(text).into(),
        ValueKind::Timestamp => ["1970-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2200-01-01T00:00:00Z"].map(text).into(),
        ValueKind::Duration => ["PT0S", "PT1H", "P7D", "-PT1H"].map(text).into(),
    }
}

fn integer(value: i64) -> Toml {
    Toml::String(value.to_string())
}

fn text(value: &str) -> Toml {
    Toml::String(value.to_owned())
}

/// A few lengths of time of every size; and those that parameters set, with a little less, a little more, and half.
fn steps(parameters: &[Value]) -> Vec<Duration> {
    let tick = Duration::from_micros(1);
    let mut steps = vec![Duration::ZERO, tick, Duration::minutes(1), Duration::hours(1), Duration::days(1), Duration::days(40)];
    for parameter in parameters {
        if let Value::Duration(micros) = parameter
            && *micros > 0
        {
            let length = Duration::from_micros(*micros);
            steps.extend([length, length - tick, length + tick, Duration::from_micros(*micros / 2)]);
        }
    }
    steps
}

/// Puts a value where a JSON Pointer finds it.
fn put(data: &mut Toml, path: &str, value: Toml) {
    let mut place = data;
    for token in path.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        let Toml::Table(table) = place else { return };
        place = table.entry(token).or_insert_with(|| Toml::Table(Table::new()));
    }
    *place = value;
}
