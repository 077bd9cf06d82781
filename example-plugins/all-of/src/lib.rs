//! Conditions over events, given as a parameter: a rule without a compiler. The README tells the whole of its semantics.
//!
//! `json` and `parse` make conditions of the parameter, and say what the rule reads with them; `condition` says whether they hold, and
//! `words` says them to people. To add a condition: a variant there, its member in `parse`, its words, and its row in the README.

mod condition;
mod json;
mod mistake;
mod parse;
mod words;

use assay_sdk::{AnyEvent, EventType, RuleError, Timeline, Timestamp, Verdict};

use crate::{
    condition::State,
    mistake::Mistake,
    parse::{Parsed, parse},
    words::Words,
};

#[cfg(test)]
mod tests;

/// Events that a verdict cites.
const EVIDENCE_MAX: usize = 256;
/// Bytes of a note.
const NOTE_BYTES_MAX: usize = 1_000;

/// What can be set.
#[derive(Debug, Clone, PartialEq, assay_sdk::Params)]
pub struct Settings {
    /// What must hold: a list of conditions as JSON, such as
    /// `[{"seen": "ticket.resolved"}, {"none": "ticket.reopened", "within": "PT24H", "after": "ticket.resolved"}]`.
    /// The README of the rule lists them all.
    pub conditions: String,
}

/// Why an interaction counts or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, assay_sdk::Reason)]
pub enum Why {
    /// Every condition holds.
    AllHold,
    /// A condition does not hold, and will not unless something else happens.
    Broken,
    /// A condition does not hold yet, and only another event can change that.
    Waiting,
    /// Whether a condition holds is known when its time is over.
    AwaitingWindow,
}

fn reads(settings: &Settings) -> Result<Vec<EventType>, String> {
    parse(&settings.conditions).map(|parsed| parsed.reads).map_err(Mistake::into_words)
}

/// Every condition over the events of an interaction holds.
#[assay_sdk::rule(title = "Conditions hold", unit = "outcome", reads = reads)]
pub fn all_of(timeline: &Timeline<AnyEvent>, settings: &Settings, as_of: Timestamp) -> Result<Verdict<Why>, RuleError> {
    let Parsed { condition, reads } = parse(&settings.conditions).map_err(|mistake| RuleError::new(mistake.into_words()))?;
    let words = Words(&reads);
    let found = condition.find(timeline, as_of);
    let said = |before: &str, what| note([before, &words.condition(what)].concat());
    let verdict = match found.state {
        State::Met(at) => Verdict::success(Why::AllHold, at).note(said("holds: ", &condition)),
        State::Broken(_) => Verdict::failure(Why::Broken).note(said("broken: ", found.about)),
        State::Open(wake) => {
            let why = if time_decides(found.about, timeline, as_of) { Why::AwaitingWindow } else { Why::Waiting };
            let verdict = wake.map_or_else(|| Verdict::pending(why), |wake| Verdict::pending_until(why, wake));
            verdict.note(said("waits for: ", found.about))
        }
    };
    Ok(verdict.evidence_from(found.evidence.into_iter().take(EVIDENCE_MAX)))
}

/// Whether a condition that is open is decided by time, if nothing else happens.
fn time_decides(condition: &condition::Condition, timeline: &Timeline<AnyEvent>, as_of: Timestamp) -> bool {
    matches!(condition.find(timeline, as_of).state, State::Open(Some(_)))
}

/// As much of it as a verdict carries.
fn note(mut text: String) -> String {
    if text.len() > NOTE_BYTES_MAX {
        let end = (0..=NOTE_BYTES_MAX).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    text
}
