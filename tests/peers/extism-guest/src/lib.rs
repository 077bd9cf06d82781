//! The logic of `resolved-ticket` as an Extism plugin, by two protocols: bytes laid out by hand, and JSON.
//!
//! The bytes are `window`, `as_of`, then each event as `at`, `reopens`, `reassignments` and the state: integers of 8 bytes, little
//! endian, -1 for a count that is missing; texts of up to 255 bytes after their length. The answer is a tag (0 pending, 1 pending until
//! a time, 2 success) and the time.

use extism_pdk::{Error, FnResult, Json, plugin_fn};
use serde::{Deserialize, Serialize};

/// What is asked in JSON; what the rule has no use for is skipped.
#[derive(Deserialize)]
pub struct Question {
    events: Vec<Event>,
    window: i64,
    as_of: i64,
}

#[derive(Deserialize)]
struct Event {
    at: i64,
    state: String,
    reopens: Option<i64>,
}

/// What is answered in JSON.
#[derive(Serialize)]
pub struct Answer {
    decision: &'static str,
    at: Option<i64>,
}

/// Judges a ticket that is told in bytes.
#[plugin_fn]
pub fn judge_bytes(question: Vec<u8>) -> FnResult<Vec<u8>> {
    let (updates, window, as_of) = Reader(&question).question().ok_or_else(|| Error::msg("the question ends too early"))?;
    let (tag, at) = match resolution(&updates, window) {
        None => (0, 0),
        Some(at) if as_of < at => (1, at),
        Some(at) => (2, at),
    };
    let mut answer = vec![tag];
    answer.extend_from_slice(&at.to_le_bytes());
    Ok(answer)
}

/// Judges a ticket that is told in JSON.
#[plugin_fn]
pub fn judge_json(question: Json<Question>) -> FnResult<Json<Answer>> {
    let Question { events, window, as_of } = question.into_inner();
    let update = |event: &Event| Update { at: event.at, resolved: is_resolved(event.state.as_bytes()), reopens: event.reopens };
    let updates: Vec<Update> = events.iter().map(update).collect();
    let at = resolution(&updates, window);
    let decision = if at.is_some_and(|at| as_of >= at) { "success" } else { "pending" };
    Ok(Json(Answer { decision, at }))
}

struct Update {
    at: i64,
    resolved: bool,
    reopens: Option<i64>,
}

fn is_resolved(state: &[u8]) -> bool {
    matches!(state, b"Resolved" | b"Closed")
}

/// When the ticket has been resolved for the whole window, as far as is known; none while it is not resolved.
fn resolution(updates: &[Update], window: i64) -> Option<i64> {
    let mut told: Option<i64> = None;
    let mut since: Option<i64> = None;
    for update in updates {
        if since.is_some_and(|since| update.at >= since + window) {
            break;
        }
        let risen = told.is_some_and(|before| update.reopens.is_some_and(|now| now > before));
        told = told.max(update.reopens);
        if risen || !update.resolved {
            since = None;
        }
        if update.resolved && since.is_none() {
            since = Some(update.at);
        }
    }
    since.map(|since| since + window)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn question(&mut self) -> Option<(Vec<Update>, i64, i64)> {
        let (window, as_of) = (self.integer()?, self.integer()?);
        let mut updates = Vec::new();
        while !self.0.is_empty() {
            let (at, reopens, _reassignments) = (self.integer()?, self.integer()?, self.integer()?);
            let reopens = (reopens >= 0).then_some(reopens);
            updates.push(Update { at, resolved: is_resolved(self.text()?), reopens });
        }
        Some((updates, window, as_of))
    }

    fn integer(&mut self) -> Option<i64> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(i64::from_le_bytes(*bytes))
    }

    fn text(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first()?;
        let (text, rest) = rest.split_at_checked(usize::from(*length))?;
        self.0 = rest;
        Some(text)
    }
}
