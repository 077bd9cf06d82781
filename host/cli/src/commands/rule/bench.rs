//! `assay rule bench`

use std::path::PathBuf;

use anyhow::Result;
use assay_domain::{fault::FaultCode, value::Value};
use assay_runtime::{Engine, Limits, Rule};
use clap::Args;
use serde_json::json;

use super::{
    component, fixtures_of,
    numbers::{bytes, grouped, share, time},
};
use crate::{
    cost::{Base, Cost, Reached, base, measure, reached, worst},
    fixtures::{self, Fixture, Stage, remedy},
    output::{Output, table},
    sandbox,
};

/// What fuel is, for those who ask.
const UNIT: &str = "One unit of fuel is one instruction of WebAssembly, the same on every machine: what makes no machine code (block, loop, \
     drop) costs nothing,\ncopying and filling memory 1 more for each byte, growing it 64. Time is this machine's, and decides nothing.";

/// What to measure.
#[derive(Debug, Args)]
pub struct Bench {
    /// A component, or a folder to build.
    #[arg(default_value = ".")]
    rule: PathBuf,
    /// The folder with the fixtures, or the one to grow [default: fixtures/ in the rule's folder].
    #[arg(long)]
    fixtures: Option<PathBuf>,
    /// With how many events.
    #[arg(long, value_delimiter = ',', default_values_t = [1_u32, 10, 50, 200, 1_000], value_parser = clap::value_parser!(u32).range(1..=100_000))]
    events: Vec<u32>,
}

/// A timeline that was grown until it met a limit.
struct Met {
    timeline: String,
    reached: Reached,
}

pub(super) fn run(bench: &Bench) -> Result<Output> {
    let fixtures = fixtures::read_all(&fixtures_of(&bench.rule, bench.fixtures.as_deref())?)?;
    let component = component(&bench.rule)?;
    let engine = sandbox::engine()?;
    let rule = engine.admit(&component)?;
    let base = base(&rule, &fixtures)?;
    let rows = rows(&base, &bench.events)?;
    let known = texts(&base.stage, &fixtures)?;
    let found = worst(&base.stage, &known);
    let mut met = vec![Met { timeline: format!("{}, repeated", base.file), reached: reached(&base.stage, |count| base.grown(count)) }];
    for (what, shape) in found.costly.iter().flat_map(|costly| [("most fuel", &costly.of_fuel), ("most memory", &costly.of_memory)]) {
        let timeline = format!("{what}: {shape}");
        met.push(Met { timeline, reached: reached(&base.stage, |count| shape.load(&base.stage, &known, count)) });
    }
    let mut warnings = Vec::new();
    if let Some(costly) = found.costly.iter().find(|costly| costly.grows_faster) {
        let shape = &costly.of_fuel;
        warnings.push(format!("fuel grows faster than the events ({shape}): look for a loop over events within another"));
    }
    if let Some((shape, fault)) = &found.faulty {
        warnings.push(format!("the rule ends in {fault} ({shape}): {}", remedy(fault)));
    }
    Ok(output(&rule, &engine, component.len(), &base, &rows, &met, &warnings))
}

fn rows(base: &Base<'_>, events: &[u32]) -> Result<Vec<(u32, Result<Cost, String>)>> {
    let mut rows = Vec::new();
    for count in events {
        let load = base.grown(usize::try_from(*count)?);
        rows.push((*count, measure(&base.stage, &load).map_err(|fault| fault.to_string())));
    }
    Ok(rows)
}

/// The texts that fixtures have in the fields that the rule reads, by the path of the field.
fn texts(stage: &Stage<'_>, fixtures: &[(String, Fixture)]) -> Result<Vec<(String, String)>> {
    let mut texts = Vec::new();
    for (_, fixture) in fixtures {
        for event in fixture.timeline()?.facts().iter().filter_map(|fact| stage.read(fact)) {
            let fields = stage.reads.get(event.kind as usize).map(|read| read.fields.as_slice()).unwrap_or_default();
            let pairs = fields.iter().zip(event.values);
            texts.extend(
                pairs.filter_map(|(field, value)| if let Value::Text(text) = value { Some((field.path.clone(), text)) } else { None }),
            );
        }
    }
    texts.sort_unstable();
    texts.dedup();
    Ok(texts)
}

fn output(
    rule: &Rule,
    engine: &Engine,
    component_bytes: usize,
    base: &Base<'_>,
    rows: &[(u32, Result<Cost, String>)],
    met: &[Met],
    warnings: &[String],
) -> Output {
    let limits = engine.limits();
    let costs: Vec<serde_json::Value> = rows.iter().map(|(events, cost)| cost_as_json(*events, cost)).collect();
    let reached: Vec<serde_json::Value> = met
        .iter()
        .map(|met| {
            let fault = met.reached.fault.as_ref();
            json!({ "timeline": met.timeline, "events": met.reached.events, "limit": fault.map(|fault| fault.code.code()) })
        })
        .collect();
    let json = json!({ "name": rule.manifest().name, "digest": rule.digest(), "bytes": component_bytes,
        "fixture": { "file": base.file, "title": base.title }, "costs": costs, "reached": reached, "warnings": warnings,
        "limits": { "fuel": limits.evaluation_fuel_max, "memory_bytes": limits.memory_bytes_max, "micros": limits.wall_time_max.micros() } });
    let cells = rows.iter().map(|(events, cost)| cells(*events, cost, limits));
    let head = ["events", "fuel", "for each", "of the limit", "memory", "of the limit", "time"];
    let limit_rows = met.iter().map(|met| [met.timeline.clone(), first_limit(&met.reached, limits), at(&met.reached)]);
    let warned: String = warnings.iter().map(|warning| format!("\nwarning: {warning}")).collect();
    let text = format!(
        "{}, {}, sha256 {}\n\n{} ({}), repeated until there are so many events:\n{}\n{UNIT}\n\n{}{warned}",
        rule.manifest().name,
        bytes(component_bytes),
        rule.digest(),
        base.file,
        base.title,
        table(&head, &head, cells),
        table(&["timeline that grows", "the first limit it meets", "with"], &[], limit_rows),
    );
    Output::new(json, text)
}

fn cost_as_json(events: u32, cost: &Result<Cost, String>) -> serde_json::Value {
    match cost {
        Ok(cost) => json!({ "events": events, "fuel": cost.fuel, "memory_bytes": cost.memory_bytes, "micros": cost.micros }),
        Err(fault) => json!({ "events": events, "fault": fault }),
    }
}

fn cells(events: u32, cost: &Result<Cost, String>, limits: &Limits) -> [String; 7] {
    let events_text = grouped(events.into());
    match cost {
        Err(fault) => [events_text, fault.clone(), String::new(), String::new(), String::new(), String::new(), String::new()],
        Ok(Cost { fuel, memory_bytes, micros }) => [
            events_text,
            grouped(*fuel),
            grouped(fuel / u64::from(events.max(1))),
            share(*fuel, limits.evaluation_fuel_max),
            bytes(*memory_bytes),
            share(*memory_bytes as u64, limits.memory_bytes_max as u64),
            time(*micros),
        ],
    }
}

/// The limit that is met first, with its size.
fn first_limit(reached: &Reached, limits: &Limits) -> String {
    let Some(fault) = &reached.fault else {
        return "none".to_owned();
    };
    match fault.code {
        FaultCode::FuelExhausted => format!("fuel, {}", grouped(limits.evaluation_fuel_max)),
        FaultCode::MemoryLimit => format!("memory, {}", bytes(limits.memory_bytes_max)),
        FaultCode::WallTime => format!("time, {}", time(u64::try_from(limits.wall_time_max.micros()).unwrap_or_default())),
        FaultCode::StackOverflow => format!("stack, {}", bytes(limits.stack_bytes_max)),
        FaultCode::OutputLimit => format!("size of the verdict: {}", fault.detail),
        _ => fault.to_string(),
    }
}

fn at(reached: &Reached) -> String {
    let events = grouped(reached.events as u64);
    if reached.fault.is_some() { format!("about {events} events") } else { format!("up to {events} events") }
}
