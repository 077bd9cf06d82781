//! A timeline that breaks a law, as the text of a fixture file that fails.

use std::fmt::Write as _;

use assay_domain::{event::Actor, time::Timestamp};
use serde_json::Value as Json;
use toml::Value as Toml;

use super::{
    breach::{Breach, Law},
    material::Drawn,
};
use crate::fixtures::Told;

/// What no fixture is asked about, and what comes first.
const NOT_ASKED: [&str; 5] = ["decision", "field", "note", "error", "credit"];

pub(super) fn fixture(parameters: &[(String, String)], events: &[Drawn], found: &Breach, seed: u64, case: u32) -> String {
    let mut text = format!("# Made up: seed {seed}, case {case}.\n# Broken: {}.\n", found.law);
    line(&mut text, "title", &quoted(&format!("made up: {}", found.law)));
    if !parameters.is_empty() {
        text += "\n[parameters]\n";
        parameters.iter().for_each(|(name, value)| line(&mut text, name, &quoted(value)));
    }
    (1..).zip(events).for_each(|(place, drawn)| event(&mut text, place, drawn));
    ask(&mut text, found.first.0, &found.first.1, found.law);
    if let Some((at, again)) = &found.then {
        text += &format!("# asked as of {at} about the same events it says: {}\n", again.in_full());
        if found.law == Law::Pending {
            ask(&mut text, *at, &found.first.1, found.law);
        }
    }
    text
}

fn event(text: &mut String, place: u32, drawn: &Drawn) {
    *text += "\n[[event]]\n";
    line(text, "type", &quoted(&drawn.kind));
    line(text, "time", &quoted(&drawn.at.to_string()));
    line(text, "sequence", &place.to_string());
    if drawn.actor != Actor::Unknown {
        line(text, "actor", &quoted(&drawn.actor.to_string()));
    }
    if drawn.data.as_object().is_some_and(|data| !data.is_empty()) {
        line(text, "data", &inline(&drawn.data));
    }
}

fn ask(text: &mut String, as_of: Timestamp, told: &Told, law: Law) {
    *text += "\n[[ask]]\n";
    line(text, "as-of", &quoted(&as_of.to_string()));
    if law == Law::Answers {
        let found = told.in_short();
        *text += &format!("# it ends in {found}; say here what it should say\ndecision = \"pending\"\nreason = \"…\"\n");
        return;
    }
    line(text, "decision", &quoted(told.get("decision").unwrap_or_default()));
    for (key, value) in told.pairs().filter(|(key, _)| !NOT_ASKED.contains(key)) {
        let value = if key == "evidence" { list(value) } else { quoted(value) };
        line(text, key, &value);
    }
}

fn line(text: &mut String, key: &str, value: &str) {
    // Writing to a text cannot fail.
    let _ = writeln!(text, "{key} = {value}");
}

fn list(ids: &str) -> String {
    let ids = ids.split(", ").filter(|id| !id.is_empty() && *id != "none").map(quoted);
    format!("[{}]", ids.collect::<Vec<_>>().join(", "))
}

/// JSON on one line of TOML; `null` has no place there.
fn inline(json: &Json) -> String {
    match json {
        Json::Object(members) => {
            let known = members.iter().filter(|(_, value)| !value.is_null());
            let members = known.map(|(key, value)| format!("{} = {}", quoted(key), inline(value)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        Json::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Json::String(text) => quoted(text),
        other => other.to_string(),
    }
}

fn quoted(text: &str) -> String {
    Toml::String(text.to_owned()).to_string()
}
