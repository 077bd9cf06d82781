//! CEL, by its interpreter in Rust. The language has no state, so the walk becomes what it amounts to: the first start of a resolution
//! that nothing breaks within the window. Its parts are expressions of their own, each bound to a name for those after it, as the
//! admission policies of Kubernetes do it.
//!
//! Once: the environment and the compiled expressions. Each evaluation: a context, the events into it by serde, the expressions in order.

use std::sync::Arc;

use ::cel::{Context, Env, Program, Value};
use anyhow::{Result, anyhow, bail};

use super::Peer;
use crate::case::{Answer, Case, Question, WINDOW};

const PARTS: [(&str, &str); 6] = [
    ("told", "events.filter(e, e.reopens != null)"),
    ("resolved", "events.map(e, e.state == 'Resolved' || e.state == 'Closed')"),
    // More reopenings than any event before told of.
    ("risen", "events.map(e, e.reopens != null && told.exists(p, p.n < e.n) && told.all(p, p.n >= e.n || p.reopens < e.reopens))"),
    ("breaks", "events.map(e, !resolved[e.n] || risen[e.n], e.n)"),
    ("starts", "events.map(e, resolved[e.n] && (e.n == 0 || !resolved[e.n - 1] || risen[e.n]), e.n)"),
    ("successes", "starts.filter(s, !breaks.exists(b, b > s && events[b].at < events[s].at + window)).map(s, events[s].at + window)"),
];
const ANSWER: &str = "size(successes) == 0 ? [] : [as_of >= successes[0], successes[0]]";

pub(super) struct Cel {
    env: Arc<Env>,
    parts: Vec<(&'static str, Program)>,
    answer: Program,
}

impl Cel {
    pub(super) fn new() -> Result<Self> {
        let env = Env::stdlib();
        let compile = |source: &str| env.compile(source).map_err(|error| anyhow!("{source}: {error}"));
        let parts = PARTS.into_iter().map(|(name, source)| Ok((name, compile(source)?))).collect::<Result<_>>()?;
        let answer = compile(ANSWER)?;
        Ok(Self { env: Arc::new(env), parts, answer })
    }
}

impl Peer for Cel {
    fn name(&self) -> &str {
        "CEL"
    }

    fn judge(&mut self, case: &Case) -> Result<Answer> {
        let mut context = Context::with_env(Arc::clone(&self.env));
        context.add_variable("events", Question::numbered(case).events)?;
        context.add_variable_from_value("window", WINDOW);
        context.add_variable_from_value("as_of", case.as_of);
        for (name, part) in &self.parts {
            let value = Value::resolve_val(part.expression(), &context).map_err(|error| anyhow!("{name}: {error}"))?.into_owned();
            context.add_variable_as_val(*name, value);
        }
        answer(&self.answer.execute(&context).map_err(|error| anyhow!("{error}"))?)
    }
}

fn answer(value: &Value) -> Result<Answer> {
    let Value::List(items) = value else {
        bail!("the answer is no list: {value:?}");
    };
    match items.as_slice() {
        [] => Ok(Answer::Pending(None)),
        [Value::Bool(true), Value::Int(at)] => Ok(Answer::Success(*at)),
        [Value::Bool(false), Value::Int(at)] => Ok(Answer::Pending(Some(*at))),
        other => bail!("the answer is {other:?}"),
    }
}
