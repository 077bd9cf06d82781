//! An evaluation executed again: the same events before the same rule, as of the same time.

use assay_domain::{
    canon::Digest,
    decimal::Quantity,
    definition::VersionContent,
    fault::Fault,
    id::{CustomerId, EventId, VersionId},
    manifest::Manifest,
    outcome::{Credit, Meter, OutcomeState, Usage},
    projection::{EvaluationInput, Reads},
    standing::{Seal, Standing, Walk},
    time::Timestamp,
    timeline::Timeline,
    verdict::Answer,
};
use assay_runtime::{Question, Rule};

use crate::budget::Budget;

/// A definition that is ready to judge.
pub(crate) struct Bench<'a> {
    pub(crate) rule: &'a Rule,
    pub(crate) content: &'a VersionContent,
    pub(crate) reads: &'a Reads,
    pub(crate) budget: &'a Budget,
}

/// What a rule is asked about, put together from events.
pub(crate) struct Hearing<'a> {
    bench: Bench<'a>,
    input: EvaluationInput,
    known_at: Timestamp,
}

/// What came of asking.
pub(crate) struct Heard {
    /// When the interaction opened.
    pub(crate) opened_at: Timestamp,
    /// The time that the rule was asked as of.
    pub(crate) asked_at: Timestamp,
    /// The decision's name, `rule-error` or `missing-field`.
    pub(crate) conclusion: &'static str,
    /// The reason's code.
    pub(crate) reason: String,
    /// The whole verdict as JSON, or the message of an error.
    pub(crate) detail: Option<String>,
    /// The events that are the evidence.
    pub(crate) evidence: Vec<EventId>,
    /// The usage that it amounts to, before any ruling; whose it is and under which version is not told.
    pub(crate) usage: Vec<Usage>,
}

impl<'a> Hearing<'a> {
    /// `None` where no event that the rule reads was known by then.
    pub(crate) fn new(bench: Bench<'a>, timeline: &Timeline, known_at: Timestamp) -> Option<Self> {
        let opened_at = timeline.opened_at(known_at)?;
        let input = EvaluationInput::project(opened_at, timeline.known(known_at), bench.reads);
        (!input.events.is_empty()).then_some(Self { bench, input, known_at })
    }

    /// The hash of everything that an answer can depend on besides the time of asking.
    pub(crate) fn root(&self) -> Digest {
        self.input.root(&self.bench.content.parameters)
    }

    /// Asks what stands; once more where the machine has failed.
    pub(crate) fn hear(&self) -> Result<Heard, Fault> {
        let standing = match self.standing() {
            Err(fault) if !fault.code.is_deterministic() => self.standing(),
            standing => standing,
        };
        Ok(self.heard(&standing?))
    }

    fn standing(&self) -> Result<Standing, Fault> {
        let times: Vec<Timestamp> = self.input.events.iter().map(|event| event.at).collect();
        let timing = &self.bench.content.timing;
        let walk = Walk { opened_at: self.input.opened_at, times: &times, timing, as_of: self.known_at };
        walk.standing(|events, at| self.ask(events, at))
    }

    fn ask(&self, events: usize, at: Timestamp) -> Result<Answer, Fault> {
        if let Some(answer) = Answer::without_rule(&self.input, events) {
            return Ok(answer);
        }
        let question = Question {
            opened_at: self.input.opened_at,
            events: self.input.events.get(..events).unwrap_or_default(),
            parameters: &self.bench.content.parameters,
            as_of: at,
        };
        Ok(self.bench.budget.ask(|| self.bench.rule.evaluate(&question))?.answer)
    }

    fn heard(&self, standing: &Standing) -> Heard {
        let manifest = self.bench.rule.manifest();
        let (conclusion, reason, detail) = said(standing, manifest);
        let evidence = match &standing.answer {
            Answer::Verdict(verdict) => verdict.evidence.as_slice(),
            _ => &[],
        };
        let event = |index: &u32| Some(self.input.events.get(usize::try_from(*index).ok()?)?.event);
        Heard {
            opened_at: self.input.opened_at,
            asked_at: standing.asked_at,
            conclusion,
            reason,
            detail,
            evidence: evidence.iter().filter_map(event).collect(),
            usage: self.usage(standing, manifest),
        }
    }

    fn usage(&self, standing: &Standing, manifest: &Manifest) -> Vec<Usage> {
        let timing = &self.bench.content.timing;
        let blank = |meter, quantity, dated_at| Usage {
            meter,
            customer: CustomerId(0),
            version: VersionId(0),
            quantity,
            dated_at,
            class: None,
            value: None,
            credit: None,
        };
        let is_attempt = OutcomeState::of(standing, timing, self.known_at).is_attempt();
        let attempt = is_attempt.then(|| blank(Meter::Attempt, Quantity::ONE, self.input.opened_at));
        let success = standing.answer.success().filter(|success| success.quantity > Quantity::ZERO);
        let outcome = success.map(|success| Usage {
            class: success.class.and_then(|class| manifest.classes.get(usize::try_from(class).ok()?).cloned()),
            value: success.value,
            credit: Credit::new(&success.credit, &manifest.participants),
            ..blank(Meter::Outcome, success.quantity, success.at.plus(timing.settles_after))
        });
        attempt.into_iter().chain(outcome).collect()
    }
}

/// The conclusion, the reason's code, and the detail that is recorded.
fn said(standing: &Standing, manifest: &Manifest) -> (&'static str, String, Option<String>) {
    match &standing.answer {
        Answer::RuleError(message) => ("rule-error", "rule-error".into(), Some(message.clone())),
        Answer::MissingField(field) => ("missing-field", "missing-field".into(), Some(field.clone())),
        Answer::Verdict(verdict) => {
            let declared =
                || usize::try_from(verdict.reason).ok().and_then(|at| manifest.reasons.get(at)).map(|reason| reason.code.clone());
            let reason = if standing.seal == Some(Seal::Expired) { Some("deadline".into()) } else { declared() };
            (verdict.decision.name(), reason.unwrap_or_default(), serde_json::to_string(verdict).ok())
        }
    }
}
