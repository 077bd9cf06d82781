//! Rego, by regorus: its interpreter, and its virtual machine, for which the same policy is compiled further. The policy is
//! `rules/ticket.rego`; rules of Rego have no state, so it says what the walk amounts to.
//!
//! Once: the policy compiled, for the virtual machine also the machine, which is kept. Each evaluation: the question as JSON text and from
//! it the input, the entry point.

use anyhow::{Result, anyhow};
use regorus::{CompiledPolicy, PolicyModule, Value, compile_policy_with_entrypoint, languages::rego::compiler::Compiler, rvm::RegoVM};

use super::Peer;
use crate::case::{Answer, Case, Decided, Question};

const ENTRY_POINT: &str = "data.ticket.answer";

/// The policy.
pub(super) fn compile() -> Result<CompiledPolicy> {
    let module = PolicyModule { id: "ticket.rego".into(), content: include_str!("../../rules/ticket.rego").into() };
    compile_policy_with_entrypoint(Value::new_object(), &[module], ENTRY_POINT.into())
}

pub(super) struct Interpreted(CompiledPolicy);

impl Interpreted {
    pub(super) fn new(policy: CompiledPolicy) -> Self {
        Self(policy)
    }
}

impl Peer for Interpreted {
    fn name(&self) -> &str {
        "Rego, interpreter"
    }

    fn judge(&mut self, case: &Case) -> Result<Answer> {
        answer(&self.0.eval_with_input(input(case)?)?)
    }
}

pub(super) struct Virtual(RegoVM);

impl Virtual {
    pub(super) fn new(policy: CompiledPolicy) -> Result<Self> {
        let program = Compiler::compile_from_policy(&policy, &[ENTRY_POINT]).map_err(|error| anyhow!("{error}"))?;
        let mut machine = RegoVM::new_with_policy(policy);
        machine.load_program(program);
        // By default it stops after so few instructions that long timelines are beyond it.
        machine.set_max_instructions(usize::MAX);
        Ok(Self(machine))
    }
}

impl Peer for Virtual {
    fn name(&self) -> &str {
        "Rego, virtual machine"
    }

    fn judge(&mut self, case: &Case) -> Result<Answer> {
        self.0.set_input(input(case)?);
        answer(&self.0.execute().map_err(|error| anyhow!("{error}"))?)
    }
}

fn input(case: &Case) -> Result<Value> {
    Value::from_json_str(&serde_json::to_string(&Question::of(case))?)
}

fn answer(value: &Value) -> Result<Answer> {
    let at = match &value["at"] {
        Value::Null => None,
        at => Some(at.as_i64()?),
    };
    Ok(Decided { decision: value["decision"].as_string()?.to_string(), at }.into())
}
