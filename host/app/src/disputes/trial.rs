//! A version before a saved dispute: the facts that the verdict was about, asked as of the same time.

use std::collections::BTreeMap;

use assay_domain::{
    definition::{Version, VersionContent},
    fault::Fault,
    id::DisputeId,
    projection::{EvaluationInput, Reads},
    time::Timestamp,
    timeline::{Fact, Timeline},
    verdict::{Answer, Decision},
};
use assay_runtime::Rule;
use assay_store::{
    Connection, StoreError,
    disputes::{FixtureRow, TrialResult, TrialRow},
    evaluations::{self, EvaluationRow},
    events,
};

use super::{
    decide::find,
    fixtures::{Expectation, FixtureEvent, FixtureView, SavedFixture},
};
use crate::{ask::Asking, error::Result};

/// What a saved dispute puts before a version.
pub(super) struct Stage {
    dispute: DisputeId,
    opened_at: Timestamp,
    /// What the verdict was about, and what nobody read in between.
    facts: Vec<Fact>,
    as_of: Timestamp,
    expected: Expectation,
}

/// What came of putting it there.
pub(super) enum Tried {
    /// The version answers, or faults as it always would.
    Said(TrialRow),
    /// The machine does not.
    Unable {
        /// Which dispute.
        dispute: DisputeId,
        /// The code of what it lacked.
        code: &'static str,
    },
}

/// Puts a saved dispute together again, or says why that cannot be done any more.
pub(super) async fn recall(c: &mut impl Connection, versions: &[Version], saved: &FixtureRow) -> Result<Result<Stage, String>> {
    let row = find(c, saved.dispute).await?;
    let evaluation = evaluations::by_ids(c, &[row.dispute.evaluation]).await?.into_iter().next();
    let missing = || StoreError::Corrupt { table: "disputes", column: "evaluation", value: row.dispute.evaluation.to_string() };
    let evaluation = evaluation.ok_or_else(missing)?;
    let Some(version) = versions.iter().find(|version| version.id == row.dispute.version) else { return Err(missing().into()) };
    let names = events::names(c).await?;
    let facts = events::facts(c, &names, &[row.dispute.interaction]).await?.into_iter().map(|(_, fact)| fact).collect();
    let judged = usize::try_from(row.dispute.judged).unwrap_or_default();
    let expected = FixtureView::from(saved.clone()).expected;
    Ok(judged_facts(&evaluation, version, facts, judged).map(|(opened_at, facts)| Stage {
        dispute: saved.dispute,
        opened_at,
        facts,
        as_of: evaluation.as_of,
        expected,
    }))
}

/// When the interaction had opened, and the facts that a verdict about so many read events was found with; an error when they are not those
/// that were judged.
fn judged_facts(evaluation: &EvaluationRow, version: &Version, facts: Vec<Fact>, judged: usize) -> Result<(Timestamp, Vec<Fact>), String> {
    let (Some(facts_until), Some(known_at)) = (evaluation.facts_until, evaluation.known_at) else {
        return Err("it is not written down which facts the judgement is about".to_owned());
    };
    let erased = || "the facts are not those that were judged: they were erased or altered".to_owned();
    let timeline = Timeline::new(facts.into_iter().filter(|fact| fact.event <= facts_until).collect(), None);
    let reads = Reads::new(&version.content.reads);
    let opened_at = timeline.opened_at(known_at).ok_or_else(erased)?;
    let known = timeline.known(known_at);
    let input = EvaluationInput::project(opened_at, known, &reads);
    if input.root(&version.content.parameters) != evaluation.input_root {
        return Err(erased());
    }
    let mut read = known.iter().enumerate().filter(|(_, fact)| reads.includes(&fact.kind)).map(|(place, _)| place);
    // Where a verdict was sealed, what came later was not asked about; otherwise everything is there that had happened by the time of asking.
    let until = match (judged.checked_sub(1).and_then(|last| read.nth(last)), read.next()) {
        (Some(last), Some(_)) => last + 1,
        _ => known.partition_point(|fact| fact.occurred_at <= evaluation.as_of),
    };
    Ok((opened_at, known.get(..until).unwrap_or_default().to_vec()))
}

impl Stage {
    /// Asks a version, on an evaluator thread.
    pub(super) fn tried(&self, rule: &Rule, content: &VersionContent) -> Tried {
        let input = EvaluationInput::project(self.opened_at, &self.facts, &Reads::new(&content.reads));
        if input.events.is_empty() {
            let found = "it reads none of the events, so it judges nothing".to_owned();
            return self.said(self.expected.decision != "success", found);
        }
        match (Asking { rule, content, input: &input }).ask(input.events.len(), self.as_of, &mut 0) {
            Ok(answer) => {
                let differences = self.differences(&answer, rule);
                let found = if differences.is_empty() { decided(&answer).to_owned() } else { differences.join(", ") };
                self.said(differences.is_empty(), found)
            }
            Err(fault) => self.faulted(&fault),
        }
    }

    fn said(&self, is_right: bool, found: String) -> Tried {
        let result = if is_right { TrialResult::Passed } else { TrialResult::Failed };
        Tried::Said(TrialRow { dispute: self.dispute, result, found })
    }

    fn faulted(&self, fault: &Fault) -> Tried {
        if fault.code.is_deterministic() {
            return self.said(false, format!("it ends in a fault: {fault}"));
        }
        Tried::Unable { dispute: self.dispute, code: fault.code.code() }
    }

    /// What is not as it should be.
    fn differences(&self, answer: &Answer, rule: &Rule) -> Vec<String> {
        let Expectation { decision, reason, quantity } = &self.expected;
        let (found, said, earned) = (decided(answer), reason_of(answer, rule), answer.success().map(|success| success.quantity));
        let mut differences = Vec::new();
        if found != decision {
            differences.push(format!("it decides {found} and not {decision}"));
        }
        if let Some(reason) = reason.as_ref().filter(|reason| **reason != said) {
            differences.push(format!("because of {said:?} and not {reason:?}"));
        }
        if let Some((quantity, earned)) = quantity.zip(earned).filter(|(quantity, earned)| quantity != earned) {
            differences.push(format!("of {earned} and not {quantity}"));
        }
        differences
    }

    /// All of it, to be handed out.
    pub(super) fn saved(self, title: String, parameters: BTreeMap<String, String>, expected: Expectation) -> SavedFixture {
        let event = |fact: Fact| FixtureEvent {
            id: fact.source_id,
            source: fact.source,
            kind: fact.kind,
            time: fact.occurred_at,
            sequence: fact.sequence,
            actor: fact.actor,
            data: serde_json::from_str(&fact.data).unwrap_or_default(),
        };
        SavedFixture { title, parameters, events: self.facts.into_iter().map(event).collect(), as_of: self.as_of, expected }
    }
}

fn decided(answer: &Answer) -> &'static str {
    match answer {
        Answer::Verdict(verdict) => Decision::name(&verdict.decision),
        Answer::RuleError(_) => "error",
        Answer::MissingField(_) => "indeterminate",
    }
}

fn reason_of(answer: &Answer, rule: &Rule) -> String {
    match answer {
        Answer::Verdict(verdict) => {
            let reasons = &rule.manifest().reasons;
            reasons.get(verdict.reason as usize).map(|reason| reason.code.clone()).unwrap_or_default()
        }
        Answer::RuleError(_) => "rule-error".to_owned(),
        Answer::MissingField(_) => "missing-field".to_owned(),
    }
}
