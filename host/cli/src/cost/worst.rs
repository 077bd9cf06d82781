//! Timelines made up from what a rule declares to read, to find the costliest.

use std::fmt;

use assay_domain::{
    decimal::Decimal,
    event::Actor,
    fault::{Fault, FaultCode},
    id::EventId,
    manifest::Field,
    projection::InputEvent,
    time::{Duration, Timestamp},
    value::{Value, ValueKind},
};

use super::Load;
use crate::fixtures::Stage;

/// Events of the timelines that are compared.
const PROBE: usize = 200;
/// Kinds of events that are tried alone.
const KINDS_MAX: usize = 16;
/// Bytes of a long text.
const LONG: usize = 4096;
/// The first event: a Monday.
const START: i64 = 1_704_067_200_000_000;

/// How a timeline is made up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shape {
    /// The one kind of events, or all in turn.
    kind: Option<usize>,
    /// What it is called.
    name: Option<String>,
    /// From one event to the next.
    apart: Duration,
    has_long_texts: bool,
    /// Whether numbers rise, or stay the same.
    has_rising_numbers: bool,
    /// How long after the last event is asked.
    wait: Duration,
}

/// What was found among all shapes.
pub(crate) struct Worst {
    /// Nothing where the rule answers to none.
    pub(crate) costly: Option<Costly>,
    /// One that ends in a fault which is no limit.
    pub(crate) faulty: Option<(Shape, Fault)>,
}

/// The costliest of the shapes.
pub(crate) struct Costly {
    /// The one that takes most instructions.
    pub(crate) of_fuel: Shape,
    /// The one that takes most memory.
    pub(crate) of_memory: Shape,
    /// Whether the instructions grow faster than the events.
    pub(crate) grows_faster: bool,
}

/// How much a shape takes; one that meets a limit takes more than any that does not.
type Weight = (u64, usize);

/// Tries every shape, with texts that are known to mean something to the rule.
pub(crate) fn worst(stage: &Stage<'_>, known: &[(String, String)]) -> Worst {
    let mut of_fuel: Option<(Weight, Shape)> = None;
    let mut of_memory: Option<(Weight, Shape)> = None;
    let mut faulty = None;
    for shape in shapes(stage) {
        let load = shape.load(stage, known, PROBE);
        let (fuel, memory) = match stage.rule.evaluate(&stage.question(load.opened_at, &load.events, load.as_of)) {
            Ok(evaluated) => (evaluated.fuel, evaluated.memory_bytes),
            Err(fault) if is_limit(&fault) => (u64::MAX, usize::MAX),
            Err(fault) => {
                faulty.get_or_insert((shape, fault));
                continue;
            }
        };
        take(&mut of_fuel, (fuel, memory), &shape);
        take(&mut of_memory, (memory as u64, usize::try_from(fuel).unwrap_or(usize::MAX)), &shape);
    }
    let costly = of_fuel.zip(of_memory).map(|(((fuel, _), of_fuel), (_, of_memory))| {
        let twice = of_fuel.load(stage, known, 2 * PROBE);
        let twice = stage.rule.evaluate(&stage.question(twice.opened_at, &twice.events, twice.as_of));
        let grows_faster = twice.is_ok_and(|evaluated| evaluated.fuel > fuel.saturating_mul(3));
        Costly { of_fuel, of_memory, grows_faster }
    });
    Worst { costly, faulty }
}

fn take(most: &mut Option<(Weight, Shape)>, weight: Weight, shape: &Shape) {
    if most.as_ref().is_none_or(|(known, _)| weight > *known) {
        *most = Some((weight, shape.clone()));
    }
}

/// Whether a fault says that something was too much.
fn is_limit(fault: &Fault) -> bool {
    matches!(
        fault.code,
        FaultCode::FuelExhausted | FaultCode::MemoryLimit | FaultCode::WallTime | FaultCode::OutputLimit | FaultCode::StackOverflow
    )
}

fn shapes(stage: &Stage<'_>) -> Vec<Shape> {
    let alone = stage.reads.iter().enumerate().take(KINDS_MAX).map(|(place, read)| (Some(place), Some(read.kind.clone())));
    let mut shapes = Vec::new();
    for (kind, name) in alone.chain([(None, None)]) {
        for apart in [Duration::ZERO, Duration::seconds(60), Duration::days(2)] {
            for wait in [Duration::ZERO, Duration::days(400)] {
                for (has_long_texts, has_rising_numbers) in [(false, false), (false, true), (true, false), (true, true)] {
                    shapes.push(Shape { kind, name: name.clone(), apart, has_long_texts, has_rising_numbers, wait });
                }
            }
        }
    }
    shapes
}

impl Shape {
    /// A timeline of this shape with so many events. `known` are texts by the path of their field.
    pub(crate) fn load(&self, stage: &Stage<'_>, known: &[(String, String)], count: usize) -> Load {
        let kinds = stage.reads.len().max(1);
        let start = Timestamp::from_micros(START).unwrap_or(Timestamp::EPOCH);
        let at = |n: usize| {
            let by = self.apart.micros().saturating_mul(i64::try_from(n).unwrap_or(i64::MAX));
            start.plus(Duration::from_micros(by).unwrap_or(Duration::days(u16::MAX)))
        };
        let event = |n: usize| {
            let kind = self.kind.unwrap_or(n % kinds);
            let fields = stage.reads.get(kind).map(|read| read.fields.as_slice()).unwrap_or_default();
            let values = fields.iter().map(|field| self.value(field, known, n, at(n))).collect();
            let id = EventId(i64::try_from(n).unwrap_or(i64::MAX));
            InputEvent { event: id, kind: u32::try_from(kind).unwrap_or_default(), at: at(n), actor: Actor::Ai, values }
        };
        let events: Vec<InputEvent> = (0..count).map(event).collect();
        let as_of = at(count.saturating_sub(1)).plus(self.wait);
        Load { opened_at: start, events, as_of }
    }

    fn value(&self, field: &Field, known: &[(String, String)], n: usize, at: Timestamp) -> Value {
        let number = if self.has_rising_numbers { i64::try_from(n).unwrap_or(i64::MAX) } else { 1 };
        match field.kind {
            ValueKind::Boolean => Value::Boolean(n.is_multiple_of(2)),
            ValueKind::Integer => Value::Integer(number),
            ValueKind::Decimal => Decimal::new(number, 0).map_or(Value::Missing, Value::Decimal),
            ValueKind::Text => Value::Text(self.text(field, known, n)),
            ValueKind::Timestamp => Value::Timestamp(at),
            ValueKind::Duration => Value::Duration(Duration::hours(u32::try_from(number).unwrap_or(1))),
        }
    }

    /// Texts of fixtures in turn; or long ones, no two alike.
    fn text(&self, field: &Field, known: &[(String, String)], n: usize) -> String {
        if self.has_long_texts {
            return format!("{n:0>LONG$}");
        }
        let of_field: Vec<&String> = known.iter().filter(|(path, _)| *path == field.path).map(|(_, text)| text).collect();
        of_field.get(n % of_field.len().max(1)).map_or_else(|| "text".to_owned(), |text| (*text).clone())
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "only {name}")?,
            None => f.write_str("every kind in turn")?,
        }
        if self.apart == Duration::ZERO {
            f.write_str(", all at one time")?
        } else {
            write!(f, ", {} apart", self.apart)?
        }
        if self.has_long_texts {
            write!(f, ", texts of {LONG} bytes")?;
        }
        if self.has_rising_numbers {
            f.write_str(", rising numbers")?;
        }
        if self.wait == Duration::ZERO { f.write_str(", asked at once") } else { write!(f, ", asked {} later", self.wait) }
    }
}
