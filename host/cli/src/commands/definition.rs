//! `assay definition`

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use assay_app::{ApprovedView, SuspensionView, VersionRequest, VersionView};
use assay_domain::{
    definition::Timing,
    difference::Difference,
    manifest::EventType,
    time::{Duration, Limit, Timestamp},
};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{agreement::definition as name_and_number, evaluate, time_or_date};
use crate::{
    output::{Output, table, with},
    session::Session,
};

/// Write down what counts as an outcome.
#[derive(Debug, Subcommand)]
pub enum Definition {
    /// Write down the next version of a definition; the first one creates it.
    Create(Create),
    /// Put a version in force for everybody whose agreement does not demand two parties: resolved-ticket@2.
    Activate {
        /// The definition and the version's number.
        version: String,
        /// For interactions that open from then on: a date or a time, UTC. In the past only for a first version while
        /// nothing is invoiced.
        #[arg(long, value_parser = time_or_date)]
        from: Timestamp,
    },
    /// Take a version out of force: what opens later is not judged by it, and what has opened stays under it.
    Retire {
        /// The definition and the version's number.
        version: String,
        /// For interactions that open from then on: a date or a time, UTC, not in the past.
        #[arg(long, value_parser = time_or_date)]
        from: Timestamp,
        /// Why, for the audit log.
        #[arg(long)]
        reason: String,
    },
    /// Show in words what a version changes.
    Diff {
        /// The definition and the version's number.
        version: String,
        /// The number of the version to compare with [default: the one in force for everybody, or the one before].
        #[arg(long, value_name = "NUMBER")]
        from: Option<u32>,
    },
    /// List every version.
    List,
    /// Show what a definition's versions fix.
    Show {
        /// The definition.
        name: String,
    },
}

/// What a version fixes.
#[derive(Debug, Args)]
pub struct Create {
    /// The definition's name: a-z, 0-9 and -.
    name: String,
    /// The rule: its name, id or digest.
    #[arg(long)]
    rule: String,
    /// A parameter, as name=value. Can be given several times; the others take their defaults.
    #[arg(long = "param", value_parser = parameter)]
    parameters: Vec<(String, String)>,
    /// An interaction not successful this long after opening has failed: 90d, P90D, or unlimited.
    #[arg(long, default_value = "90d")]
    deadline: Limit,
    /// How long after success the outcome stays provisional.
    #[arg(long, default_value = "PT0S")]
    settles_after: Duration,
    /// How long after success later facts may still reverse it: 30d, or unlimited.
    #[arg(long, default_value = "30d")]
    reversible_for: Limit,
    /// Put it in force at once, for interactions that open from then on.
    #[arg(long, value_parser = time_or_date)]
    active_from: Option<Timestamp>,
}

/// A parameter as name=value.
pub(crate) fn parameter(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    pair.ok_or_else(|| format!("{text:?} is not name=value, such as window=24h"))
}

pub(crate) async fn run(command: &Definition, session: &Session) -> Result<Output> {
    match command {
        Definition::Create(create) => run_create(create, session).await,
        Definition::Activate { version, from } => {
            let (slug, number) = named(version)?;
            let id = session.assay.activate_version(&session.caller, &slug, number, *from).await?;
            let drained = evaluate::drain(session).await?;
            let view = session.assay.versions(&session.caller).await?.into_iter().find(|view| view.id == id);
            let unsigned = view.map(|view| view.unsigned).unwrap_or_default();
            let kept = if unsigned.is_empty() { String::new() } else { format!(", but for {}", without_signature(&unsigned)) };
            let text = format!("{slug}@{number} ({id}) is in force from {from}{kept}\n{}", evaluate::in_words(&drained));
            let json = json!({ "id": id, "active_from": from, "unsigned": unsigned, "evaluated": evaluate::as_json(&drained) });
            Ok(Output::new(json, text))
        }
        Definition::Retire { version, from, reason } => {
            let (slug, number) = named(version)?;
            let id = session.assay.retire_version(&session.caller, &slug, number, *from, reason).await?;
            let drained = evaluate::drain(session).await?;
            let text = format!("{slug}@{number} ({id}) judges nothing that opens from {from} on\n{}", evaluate::in_words(&drained));
            Ok(Output::new(json!({ "id": id, "retired_from": from, "evaluated": evaluate::as_json(&drained) }), text))
        }
        Definition::Diff { version, from } => {
            let (slug, number) = named(version)?;
            let found = session.assay.version_differences(&session.caller, &slug, number, *from).await?;
            Ok(Output::new(json!(found), differences_in_words(&found)))
        }
        Definition::List => {
            let all = session.assay.versions(&session.caller).await?;
            let rows = all.iter().map(|v| {
                let hash = v.hash.to_string().chars().take(16).collect();
                [format!("{}@{}", v.definition, v.number), v.stage.name().to_owned(), active(v), hash, suspended(v)]
            });
            Ok(Output::new(all.iter().map(as_json).collect(), table(&["version", "", "in force from", "hash", ""], &[], rows)))
        }
        Definition::Show { name } => {
            let all = session.assay.versions(&session.caller).await?;
            let of_name: Vec<_> = all.iter().filter(|version| version.definition == *name).collect();
            if of_name.is_empty() {
                anyhow::bail!("there is no definition {name:?}; `assay definition list` shows them");
            }
            let text: Vec<String> = of_name.iter().map(|version| in_words(version)).collect();
            Ok(Output::new(of_name.iter().map(|version| as_json(version)).collect(), text.join("\n\n")))
        }
    }
}

async fn run_create(create: &Create, session: &Session) -> Result<Output> {
    let timing = Timing { deadline: create.deadline, settles_after: create.settles_after, reversible_for: create.reversible_for };
    let request = VersionRequest {
        definition: create.name.clone(),
        rule: create.rule.clone(),
        parameters: create.parameters.clone(),
        timing,
        active_from: create.active_from,
    };
    let version = session.assay.create_version(&session.caller, &request).await?;
    let drained = if create.active_from.is_some() { Some(evaluate::drain(session).await?) } else { None };
    let judged = drained.as_ref().map(|drained| format!("\n{}", evaluate::in_words(drained))).unwrap_or_default();
    let json = with(as_json(&version), "evaluated", drained.as_ref().map_or(Value::Null, evaluate::as_json));
    Ok(Output::new(json, in_words(&version) + &judged))
}

/// The definition and the number of a version that is named as `slug@number`.
pub(crate) fn named(version: &str) -> Result<(String, u32)> {
    let (slug, number) = name_and_number(version)?;
    let number = number.with_context(|| format!("{version:?} names no version; write it as {slug}@1"))?;
    Ok((slug, number))
}

/// From when a version is in force for everybody, and until when.
fn active(version: &VersionView) -> String {
    let from = version.active_from.map(|from| from.to_string()).unwrap_or_default();
    version.retired_from.map_or_else(|| from.clone(), |until| format!("{from} until {until}").trim_start().to_owned())
}

fn without_signature(customers: &[String]) -> String {
    format!("{}: they have to sign it and have not", customers.join(", "))
}

/// For whom a version holds by itself, a line each.
fn approvals(version: &VersionView) -> String {
    let line = |ApprovedView { customer, from, parties }: &ApprovedView| format!("{customer} from {from}, {parties}");
    version.approved.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Differences, one a line.
pub(crate) fn differences_in_words(differences: &[Difference]) -> String {
    if differences.is_empty() {
        return "nothing is different".to_owned();
    }
    let words = |text: &Option<String>| text.clone().unwrap_or_default();
    let rows = differences.iter().map(|d| [format!("{} {}", d.part.name(), d.name), words(&d.before), words(&d.after)]);
    table(&["what", "before", "after"], &[], rows)
}

/// Why its rule is not asked any more; empty for most.
fn suspended(version: &VersionView) -> String {
    let since =
        |s: &SuspensionView| format!("suspended since {} after {} faults in a row, the last of them {}", s.since, s.faults, s.fault);
    version.suspended.as_ref().map(since).unwrap_or_default()
}

fn as_json(version: &VersionView) -> Value {
    json!({ "id": version.id, "definition": version.definition, "number": version.number, "hash": version.hash,
            "stage": version.stage, "active_from": version.active_from, "retired_from": version.retired_from,
            "approved": version.approved, "unsigned": version.unsigned, "component": version.content.component,
            "parameters": parameters(version), "reads": version.content.reads, "timing": version.content.timing,
            "suspended": version.suspended })
}

fn in_words(version: &VersionView) -> String {
    let timing = &version.content.timing;
    let parameters: Vec<String> = parameters(version).into_iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let reads: Vec<String> = version.content.reads.iter().map(reading).collect();
    let held = version.suspended.is_some().then(|| ["SUSPENDED".to_owned(), suspended(version)]);
    let unsigned = (!version.unsigned.is_empty()).then(|| ["but for".to_owned(), without_signature(&version.unsigned)]);
    let approved = (!version.approved.is_empty()).then(|| ["approved by".to_owned(), approvals(version)]);
    let rows = [
        ["stage".to_owned(), version.stage.name().to_owned()],
        ["in force from".to_owned(), active(version)],
        ["hash".to_owned(), version.hash.to_string()],
        ["component".to_owned(), version.content.component.to_string()],
        ["parameters".to_owned(), parameters.join("\n")],
        ["reads".to_owned(), reads.join("\n")],
        ["deadline".to_owned(), timing.deadline.to_string()],
        ["settles after".to_owned(), timing.settles_after.to_string()],
        ["reversible for".to_owned(), timing.reversible_for.to_string()],
    ];
    let rows = held.into_iter().chain(rows).chain(unsigned).chain(approved);
    table(&[&format!("{}@{}", version.definition, version.number), ""], &[], rows)
}

/// The parameters by name; one that may stay absent and does is left out.
fn parameters(version: &VersionView) -> BTreeMap<&str, String> {
    let pairs = version.parameter_names.iter().zip(&version.content.parameters);
    pairs.filter(|(_, value)| value.kind().is_some()).map(|(name, value)| (name.as_str(), value.to_string())).collect()
}

/// An event type and the fields that are read of it: `incident.updated: /incident_state (text)`.
pub(crate) fn reading(read: &EventType) -> String {
    let optional = |required: bool| if required { "" } else { ", optional" };
    let fields: Vec<String> =
        read.fields.iter().map(|field| format!("{} ({}{})", field.path, field.kind, optional(field.required))).collect();
    if fields.is_empty() { read.kind.clone() } else { format!("{}: {}", read.kind, fields.join(", ")) }
}
