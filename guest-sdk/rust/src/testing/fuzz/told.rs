//! A timeline that breaks a law, as the text of a fixture file that fails.

use std::fmt::Write as _;

use toml::Value as Toml;

use super::{
    super::{
        Answer,
        fixture::{Fixture, Recorded},
    },
    breach::{Breach, Law},
};
use crate::{bindings::wire::Actor, time::Timestamp};

/// What no fixture is asked about.
const NOT_ASKED: [&str; 2] = ["field", "decision"];

pub(super) fn fixture(fixture: &Fixture, found: &Breach, seed: u64, case: u32) -> String {
    let mut text = format!("# Made up: seed {seed}, case {case}.\n# Broken: {}.\n", found.law);
    line(&mut text, "title", &quoted(&format!("made up: {}", found.law)));
    if !fixture.parameters.is_empty() {
        text += "\n[parameters]\n";
        fixture.parameters.iter().for_each(|(name, value)| line(&mut text, name, &value.to_string()));
    }
    fixture.events.iter().for_each(|recorded| event(&mut text, recorded));
    ask(&mut text, found.first.0, &found.first.1, found.law);
    if let Some((at, again)) = &found.then {
        let told = again.iter().map(|(key, value)| format!("{key} {value}")).collect::<Vec<_>>().join(", ");
        text += &format!("# asked as of {at} about the same events it says: {told}\n");
        if found.law == Law::Pending {
            ask(&mut text, *at, &found.first.1, found.law);
        }
    }
    text
}

fn event(text: &mut String, event: &Recorded) {
    *text += "\n[[event]]\n";
    line(text, "type", &quoted(&event.kind));
    line(text, "time", &quoted(&event.at.to_string()));
    line(text, "sequence", &event.sequence.to_string());
    if let Some(actor) = actor(event.actor) {
        line(text, "actor", &quoted(actor));
    }
    if event.data.as_table().is_some_and(|data| !data.is_empty()) {
        line(text, "data", &event.data.to_string());
    }
}

fn actor(actor: Actor) -> Option<&'static str> {
    match actor {
        Actor::Unknown => None,
        Actor::Ai => Some("ai"),
        Actor::Human => Some("human"),
        Actor::Customer => Some("customer"),
        Actor::System => Some("system"),
    }
}

fn ask(text: &mut String, as_of: Timestamp, answer: &Answer, law: Law) {
    *text += "\n[[ask]]\n";
    line(text, "as-of", &quoted(&as_of.to_string()));
    if law == Law::Answers {
        let found = answer.get("decision").map_or("nothing", String::as_str);
        *text += &format!("# it ends in {found}; say here what it should say\ndecision = \"pending\"\nreason = \"…\"\n");
        return;
    }
    if let Some(decision) = answer.get("decision") {
        line(text, "decision", &quoted(decision));
    }
    for (key, value) in answer.iter().filter(|(key, _)| !NOT_ASKED.contains(key)) {
        let value = if *key == "evidence" { list(value) } else { quoted(value) };
        line(text, key, &value);
    }
}

fn line(text: &mut String, key: &str, value: &str) {
    // Writing to a text cannot fail.
    let _ = writeln!(text, "{key} = {value}");
}

fn list(ids: &str) -> String {
    let ids = ids.split(", ").filter(|id| !id.is_empty()).map(quoted);
    format!("[{}]", ids.collect::<Vec<_>>().join(", "))
}

fn quoted(text: &str) -> String {
    Toml::String(text.to_owned()).to_string()
}
