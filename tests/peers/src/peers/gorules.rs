//! GoRules, by zen-engine: a decision graph with one expression node, `rules/ticket.json`. Its expressions have no state, so they say what
//! the walk amounts to, each building on those above it. A function node could walk in JavaScript, but a JavaScript engine is started for
//! it in each evaluation.
//!
//! Once: the graph, its expressions compiled. Each evaluation: the question into the engine's values by way of JSON values, the graph.

use anyhow::{Context as _, Result, anyhow};
use tokio::runtime::{Builder, Runtime};
use zen_engine::{Decision, Variable, model::GraphContent};

use super::Peer;
use crate::case::{Answer, Case, Decided, Question};

pub(super) struct GoRules {
    decision: Decision,
    runtime: Runtime,
}

impl GoRules {
    pub(super) fn new() -> Result<Self> {
        let graph: GraphContent = serde_json::from_str(include_str!("../../rules/ticket.json"))?;
        let mut decision = Decision::from(graph);
        decision.compile();
        Ok(Self { decision, runtime: Builder::new_current_thread().build()? })
    }
}

impl Peer for GoRules {
    fn name(&self) -> &str {
        "GoRules"
    }

    fn judge(&mut self, case: &Case) -> Result<Answer> {
        let question = Variable::from(serde_json::to_value(Question::numbered(case))?);
        let response = self.runtime.block_on(self.decision.evaluate(question)).map_err(|error| anyhow!("{error}"))?;
        let decision = response.result.dot("decision").context("the graph gives no decision")?;
        let decision = decision.as_str().context("the decision is no text")?.to_owned();
        let at = response.result.dot("at").and_then(|at| at.to_value().as_i64());
        Ok(Decided { decision, at }.into())
    }
}
