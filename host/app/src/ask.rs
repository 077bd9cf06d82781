//! Asking a rule what stands, and saying it in the terms of its manifest: the same for judging and for executing again.

use assay_domain::{
    definition::VersionContent,
    fault::Fault,
    manifest::Manifest,
    projection::EvaluationInput,
    standing::{Seal, Standing, Walk},
    time::Timestamp,
    verdict::Answer,
};
use assay_runtime::{Question, Rule};

/// A rule with the parameters and the timing it judges an input with.
pub(crate) struct Asking<'a> {
    pub(crate) rule: &'a Rule,
    pub(crate) content: &'a VersionContent,
    pub(crate) input: &'a EvaluationInput,
}

impl Asking<'_> {
    /// What stands as of a time, and the instructions that were used to find it.
    pub(crate) fn standing(&self, walk: &Walk<'_>) -> (Result<Standing, Fault>, u64) {
        let mut fuel = 0;
        (walk.standing(|events, at| self.ask(events, at, &mut fuel)), fuel)
    }

    /// The answer about the first events as of a time.
    pub(crate) fn ask(&self, events: usize, at: Timestamp, fuel: &mut u64) -> Result<Answer, Fault> {
        if let Some(answer) = Answer::without_rule(self.input, events) {
            return Ok(answer);
        }
        let question = Question {
            opened_at: self.input.opened_at,
            events: self.input.events.get(..events).unwrap_or_default(),
            parameters: &self.content.parameters,
            as_of: at,
        };
        let evaluated = self.rule.evaluate(&question)?;
        *fuel += evaluated.fuel + evaluated.instantiation_fuel;
        Ok(evaluated.answer)
    }
}

/// A standing verdict, or a fault, in words that can be recorded and compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// The decision's name, `rule-error`, `missing-field` or `fault`.
    pub(crate) conclusion: &'static str,
    /// The reason's code, or the fault's.
    pub(crate) reason: String,
    /// The rule's note, or the message of its error.
    pub(crate) note: Option<String>,
    /// Indices of the events that are the evidence.
    pub(crate) evidence: Vec<u32>,
    /// The whole verdict as JSON, or the message of an error or fault.
    pub(crate) detail: Option<String>,
}

impl Said {
    pub(crate) fn of(standing: &Standing, manifest: &Manifest) -> Self {
        let host = |conclusion, reason: &str, note: Option<&String>| Self {
            conclusion,
            reason: reason.into(),
            note: note.cloned(),
            evidence: Vec::new(),
            detail: note.cloned(),
        };
        match &standing.answer {
            Answer::RuleError(message) => host("rule-error", "rule-error", Some(message)),
            Answer::MissingField(field) => host("missing-field", "missing-field", Some(field)),
            Answer::Verdict(verdict) => Self {
                conclusion: verdict.decision.name(),
                reason: match standing.seal {
                    Some(Seal::Expired) => "deadline".into(),
                    _ => manifest.reasons.get(verdict.reason as usize).map(|reason| reason.code.clone()).unwrap_or_default(),
                },
                note: verdict.note.clone(),
                evidence: verdict.evidence.clone(),
                detail: serde_json::to_string(verdict).ok(),
            },
        }
    }

    pub(crate) fn fault(fault: &Fault) -> Self {
        let detail = Some(fault.detail.clone());
        Self { conclusion: "fault", reason: fault.code.code().to_owned(), note: None, evidence: Vec::new(), detail }
    }
}
