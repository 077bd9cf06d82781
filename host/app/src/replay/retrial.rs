//! One evaluation executed again: pure computation on an evaluator thread, no database in sight.

use std::sync::Arc;

use assay_domain::{
    canon::Digest,
    definition::Version,
    fault::Fault,
    id::{EngineId, EventId},
    projection::{EvaluationInput, Reads},
    standing::{Standing, Walk},
    time::Timestamp,
    timeline::{Fact, Timeline},
    verdict::Answer,
};
use assay_runtime::Rule;
use assay_store::evaluations::EvaluationRow;

use super::{
    laws,
    tally::{Check, Conclusion, Difference, Finding, Tally},
};
use crate::ask::{Asking, Said};

/// A version with its rule on both engines.
pub(crate) struct Bench {
    pub(super) version: Version,
    /// The definition's slug.
    pub(super) definition: String,
    pub(super) reads: Reads,
    pub(super) pooled: Rule,
    pub(super) on_demand: Rule,
}

/// On which engine evaluations are executed again, and what is checked of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trial {
    /// `None` while the engine is not let in.
    pub(crate) engine: Option<EngineId>,
    /// Whether the rule's laws are checked too.
    pub(crate) laws: bool,
}

/// A recorded evaluation with what it takes to execute it again.
pub(crate) struct Retrial {
    pub(super) row: EvaluationRow,
    /// Every fact of the interaction, in no particular order.
    pub(super) facts: Arc<Vec<Fact>>,
    /// The code of why there is none, where the engine refuses the rule.
    pub(super) bench: Result<Arc<Bench>, &'static str>,
}

impl Retrial {
    /// Executes it again and counts what came of it.
    pub(crate) fn hear(&self, trial: Trial, tally: &mut Tally) {
        let (Some(facts_until), Some(known_at)) = (self.row.facts_until, self.row.known_at) else {
            tally.unreplayable += 1;
            return;
        };
        let heard = self.bench.as_ref().map_err(|code| *code).and_then(|bench| {
            let findings = self.findings(bench, trial, facts_until, known_at)?;
            Ok(findings.into_iter().map(|finding| self.difference(bench, finding)).collect::<Vec<_>>())
        });
        match heard {
            Ok(differences) => {
                tally.executed += 1;
                tally.on_demand += u64::from(self.is_on_demand());
                tally.differences.extend(differences);
            }
            Err(code) => *tally.unexecuted.entry(code).or_default() += 1,
        }
    }

    /// Every other evaluation has its memory on demand.
    fn is_on_demand(&self) -> bool {
        self.row.id.0 % 2 == 0
    }

    fn difference(&self, bench: &Bench, finding: Finding) -> Difference {
        Difference {
            evaluation: self.row.id,
            interaction: self.row.interaction,
            definition: bench.definition.clone(),
            version: bench.version.number,
            finding,
        }
    }

    /// What does not hold; the code of a fault when the machine keeps it from being executed.
    fn findings(&self, bench: &Bench, trial: Trial, facts_until: EventId, known_at: Timestamp) -> Result<Vec<Finding>, &'static str> {
        let facts = self.facts.iter().filter(|fact| fact.event <= facts_until).cloned().collect();
        let rule = if self.is_on_demand() { &bench.on_demand } else { &bench.pooled };
        let asked = Asked::new(bench, rule, Timeline::new(facts, None), known_at);
        let Some(asked) = asked.as_ref().filter(|asked| asked.root == self.row.input_root) else {
            return Ok(vec![self.altered(asked.as_ref())]);
        };
        let found = asked.found()?;
        let mut findings: Vec<Finding> = self.compare(&found, trial).into_iter().collect();
        if trial.laws {
            findings.extend(laws::irrelevant_event(asked, &found, self.row.id));
            findings.extend(laws::decided_verdict(asked, &found));
        }
        Ok(findings)
    }

    /// The facts are not those that were judged.
    fn altered(&self, asked: Option<&Asked<'_>>) -> Finding {
        let found = asked.map_or_else(|| "nothing that the rule reads is left".to_owned(), |asked| asked.root.to_string());
        Finding { check: Check::Replay, what: "input root".into(), recorded: self.row.input_root.to_string(), found }
    }

    fn compare(&self, found: &Found, trial: Trial) -> Option<Finding> {
        let (recorded, found) = (Conclusion::recorded(&self.row), Conclusion::found(found));
        let unlike = recorded.unlike(&found);
        let excused = self.row.engine != trial.engine && (recorded.is_overflow() || found.is_overflow());
        let finding =
            || Finding { check: Check::Replay, what: unlike.join(", "), recorded: recorded.to_string(), found: found.to_string() };
        (!unlike.is_empty() && !excused).then(finding)
    }
}

/// What was asked, put together again from the facts.
pub(super) struct Asked<'a> {
    pub(super) bench: &'a Bench,
    pub(super) rule: &'a Rule,
    pub(super) timeline: Timeline,
    pub(super) known_at: Timestamp,
    pub(super) root: Digest,
    input: EvaluationInput,
}

/// What came of asking.
pub(super) struct Found {
    pub(super) said: Said,
    /// The time of asking.
    pub(super) as_of: Timestamp,
    /// `None` for a fault.
    pub(super) standing: Option<Standing>,
}

impl<'a> Asked<'a> {
    /// `None` when no fact was known by then.
    pub(super) fn new(bench: &'a Bench, rule: &'a Rule, timeline: Timeline, known_at: Timestamp) -> Option<Self> {
        let opened_at = timeline.opened_at(known_at)?;
        let input = EvaluationInput::project(opened_at, timeline.known(known_at), &bench.reads);
        let root = input.root(&bench.version.content.parameters);
        (!input.events.is_empty()).then_some(Self { bench, rule, timeline, known_at, root, input })
    }

    /// The standing verdict or the rule's fault; the code of a fault of the machine.
    pub(super) fn found(&self) -> Result<Found, &'static str> {
        match self.standing() {
            Ok(standing) => {
                let said = Said::of(&standing, self.rule.manifest());
                Ok(Found { said, as_of: standing.asked_at, standing: Some(standing) })
            }
            Err(fault) if fault.code.is_deterministic() => Ok(Found { said: Said::fault(&fault), as_of: self.known_at, standing: None }),
            Err(fault) => Err(fault.code.code()),
        }
    }

    /// A fault of the machine is tried once more.
    fn standing(&self) -> Result<Standing, Fault> {
        let times: Vec<Timestamp> = self.input.events.iter().map(|event| event.at).collect();
        let timing = &self.bench.version.content.timing;
        let walk = Walk { opened_at: self.input.opened_at, times: &times, timing, as_of: self.known_at };
        match self.asking().standing(&walk).0 {
            Err(fault) if !fault.code.is_deterministic() => self.asking().standing(&walk).0,
            found => found,
        }
    }

    /// The answer about the first events as of a time.
    pub(super) fn ask(&self, events: usize, at: Timestamp) -> Result<Answer, Fault> {
        self.asking().ask(events, at, &mut 0)
    }

    fn asking(&self) -> Asking<'_> {
        Asking { rule: self.rule, content: &self.bench.version.content, input: &self.input }
    }
}
