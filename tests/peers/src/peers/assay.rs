//! Assay: the component of `resolved-ticket` in the product's sandbox, within all its limits.
//!
//! Once: the engine, admission, compilation, linking. Each evaluation: a fresh instance (or the one that is kept), the events into it, the
//! rule, the verdict out of it and checked, the instance given back.

use anyhow::{Result, bail};
use assay_domain::{
    time::Timestamp,
    verdict::{Answer as Given, Decision, Verdict},
};
use assay_runtime::{Engine, InstanceReuse, Limits, Question, Rule};

use super::Peer;
use crate::case::{Answer, Case, timestamp};

/// The guest's arena never frees; a new instance now and then keeps the reused one within its memory.
const QUESTIONS_MAX: u32 = 2_000;

pub(super) struct Assay {
    name: &'static str,
    rule: Rule,
    kept: Option<Kept>,
}

struct Kept {
    instance: InstanceReuse,
    questions: u32,
}

/// The rule of this component.
pub(super) fn admit(component: &[u8]) -> Result<Rule> {
    Ok(Engine::new(Limits::default())?.admit(component)?)
}

impl Assay {
    pub(super) fn fresh(name: &'static str, rule: Rule) -> Self {
        Self { name, rule, kept: None }
    }

    pub(super) fn reused(name: &'static str, rule: Rule) -> Result<Self> {
        let kept = Some(Kept { instance: rule.reuse()?, questions: 0 });
        Ok(Self { name, rule, kept })
    }
}

impl Peer for Assay {
    fn name(&self) -> &str {
        self.name
    }

    fn judge(&mut self, case: &Case) -> Result<Answer> {
        let question = Question {
            opened_at: timestamp(case.updates[0].at),
            events: &case.inputs,
            parameters: &case.parameters,
            as_of: timestamp(case.as_of),
        };
        let evaluated = match &mut self.kept {
            None => self.rule.evaluate(&question)?,
            Some(kept) => {
                kept.questions += 1;
                if kept.questions == QUESTIONS_MAX {
                    *kept = Kept { instance: self.rule.reuse()?, questions: 0 };
                }
                kept.instance.evaluate(&question)?
            }
        };
        answer(evaluated.answer)
    }
}

fn answer(given: Given) -> Result<Answer> {
    match given {
        Given::Verdict(Verdict { decision: Decision::Success(success), .. }) => Ok(Answer::Success(success.at.micros())),
        Given::Verdict(Verdict { decision: Decision::Pending(wake), .. }) => Ok(Answer::Pending(wake.map(Timestamp::micros))),
        Given::Verdict(Verdict { decision: Decision::Failure, .. }) => Ok(Answer::Failure),
        other => bail!("the rule answers {other:?}"),
    }
}
