//! Rhai: the walk as a script, `rules/ticket.rhai`, on the host's own type of events.
//!
//! Once: the engine with the type's getters, the script compiled. Each evaluation: an array of events, a scope, the function.

use ::rhai::{AST, Array, Dynamic, Engine, ImmutableString, Scope};
use anyhow::{Result, anyhow, bail};

use super::Peer;
use crate::case::{Answer, Case, Update, WINDOW};

pub(super) struct Rhai {
    engine: Engine,
    script: AST,
}

#[derive(Clone)]
struct Event {
    at: i64,
    state: ImmutableString,
    reopens: Option<i64>,
    reassignments: Option<i64>,
}

impl Rhai {
    pub(super) fn new() -> Result<Self> {
        let mut engine = Engine::new();
        engine
            .register_type_with_name::<Event>("Event")
            .register_get("at", |event: &mut Event| event.at)
            .register_get("state", |event: &mut Event| event.state.clone())
            .register_get("reopens", |event: &mut Event| count(event.reopens))
            .register_get("reassignments", |event: &mut Event| count(event.reassignments));
        let script = engine.compile(include_str!("../../rules/ticket.rhai")).map_err(|error| anyhow!("{error}"))?;
        Ok(Self { engine, script })
    }
}

impl Peer for Rhai {
    fn name(&self) -> &str {
        "Rhai"
    }

    fn judge(&mut self, case: &Case) -> Result<Answer> {
        let events: Array = case.updates.iter().map(event).collect();
        let arguments = (events, WINDOW, case.as_of);
        let answer = self.engine.call_fn::<Array>(&mut Scope::new(), &self.script, "judge", arguments);
        match answer.map_err(|error| anyhow!("{error}"))?.as_slice() {
            [] => Ok(Answer::Pending(None)),
            [over, at] => {
                let at = integer(at)?;
                Ok(if truth(over)? { Answer::Success(at) } else { Answer::Pending(Some(at)) })
            }
            other => bail!("the script answers {other:?}"),
        }
    }
}

fn event(update: &Update) -> Dynamic {
    let Update { at, state, reopens, reassignments } = *update;
    Dynamic::from(Event { at, state: state.into(), reopens, reassignments })
}

/// What is missing is `()` in Rhai.
fn count(count: Option<i64>) -> Dynamic {
    count.map_or(Dynamic::UNIT, Dynamic::from_int)
}

fn integer(value: &Dynamic) -> Result<i64> {
    value.as_int().map_err(|kind| anyhow!("a time is {kind}"))
}

fn truth(value: &Dynamic) -> Result<bool> {
    value.as_bool().map_err(|kind| anyhow!("a truth is {kind}"))
}
