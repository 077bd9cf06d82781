//! Judging one interaction: pure computation on an evaluator thread, no database in sight.

use assay_domain::{
    clock::Clock,
    decimal::Quantity,
    definition::Version,
    fault::{Fault, FaultCode},
    id::{DefinitionId, EngineId, EvaluationId, EventId, InteractionId, VersionId},
    outcome::{Credit, Meter, OutcomeState, Usage, usage_deltas},
    projection::EvaluationInput,
    standing::{Standing, Walk},
    time::{Duration, Timestamp},
    timeline::Timeline,
};
use assay_store::{
    evaluations::NewEvaluation,
    interactions::{InteractionRow, Settled},
    metered::{Metered, MeteredChange},
    outcomes::OutcomeRow,
};

use crate::{
    ask::{Asking, Said},
    disputes::Rulings,
    event_usage,
    terms::{Judge, Terms},
};

/// How long after a fault of the infrastructure it is tried again.
const RETRY_AFTER: Duration = Duration::seconds(60);

/// One interaction to judge.
pub(crate) struct Case {
    pub(crate) row: InteractionRow,
    pub(crate) timeline: Timeline,
    /// What stood before.
    pub(crate) stood: Vec<OutcomeRow>,
    /// The events that counted by themselves.
    pub(crate) metered: Vec<Metered>,
}

/// What judging one interaction changes.
pub(crate) struct Settlement {
    pub(crate) settled: Settled,
    /// Since when it waited, if a new fact is why it was judged.
    pub(crate) dirty_since: Option<Timestamp>,
    pub(crate) changes: Vec<Change>,
    /// Outcomes of definitions that no longer judge it, and the usage that withdraws them.
    pub(crate) removed: Vec<(OutcomeRow, Vec<Usage>)>,
    /// Events that come to count by themselves, or no longer do.
    pub(crate) metered: Vec<MeteredChange>,
}

impl Settlement {
    /// Of what is erased nothing can be judged any more: what stood goes on standing, and it waits for nothing.
    pub(crate) fn untouched(row: InteractionRow) -> Self {
        let InteractionRow { id, revision, opened_at, customer, dirty_since, .. } = row;
        let settled = Settled { id, revision, due_at: None, opened_at, customer };
        Self { settled, dirty_since, changes: Vec::new(), removed: Vec::new(), metered: Vec::new() }
    }

    /// The suspended versions that were not asked.
    pub(crate) fn held(&self) -> impl Iterator<Item = VersionId> {
        let is_held = |change: &&Change| change.fault.as_ref().is_some_and(|fault| fault.code == FaultCode::Suspended);
        self.changes.iter().filter(is_held).map(|change| change.outcome.version)
    }
}

/// What changes under one definition.
pub(crate) struct Change {
    /// Recorded, unless the infrastructure failed.
    pub(crate) evaluation: Option<NewEvaluation>,
    pub(crate) outcome: OutcomeRow,
    pub(crate) usage: Vec<Usage>,
    /// The fault that there was no verdict for.
    pub(crate) fault: Option<Fault>,
    /// How long judging took.
    pub(crate) micros: i64,
    /// Instructions that were used, those of a fault included where they are known.
    pub(crate) fuel: u64,
}

impl Case {
    /// Judges the interaction under every definition of its terms; what people have ruled applies after the verdicts.
    pub(crate) fn judge(mut self, terms: &Terms, rulings: &Rulings, as_of: Timestamp, clock: &dyn Clock) -> Settlement {
        let customer = self.timeline.customer(as_of);
        let opened_at = self.timeline.opened_at(as_of);
        let facts_until = self.timeline.facts().iter().map(|fact| fact.event).max().unwrap_or(EventId(0));
        let mut due: Vec<Timestamp> = self.timeline.next_withheld(as_of).into_iter().collect();
        let mut changes = Vec::new();
        if let Some(opened_at) = opened_at {
            for (version, judge) in terms.judges(customer, opened_at) {
                let input = EvaluationInput::project(opened_at, self.timeline.known(as_of), &judge.reads);
                if input.events.is_empty() {
                    continue;
                }
                let stood = self.take(version.definition);
                let (engine, interaction) = (terms.engine, self.row.id);
                let hearing = Hearing { terms, rulings, version, judge, input, as_of, engine, facts_until, interaction, customer, stood };
                let started = clock.now();
                match hearing.judge() {
                    Heard::Unchanged(due_at) => due.extend(due_at),
                    Heard::Changed(mut change) => {
                        change.micros = clock.now().micros() - started.micros();
                        due.extend(change.outcome.due_at);
                        changes.push(*change);
                    }
                }
            }
        }
        let metered = event_usage::changes(&self.row, &self.timeline, terms, &self.metered, as_of);
        let removed =
            self.stood.into_iter().map(|stood| (usage_deltas(&rulings.usages(&stood), &[]), stood)).map(|(usage, stood)| (stood, usage));
        Settlement {
            settled: Settled { id: self.row.id, revision: self.row.revision, due_at: due.into_iter().min(), opened_at, customer },
            dirty_since: self.row.dirty_since,
            changes,
            removed: removed.collect(),
            metered,
        }
    }

    /// What one version makes of the interaction by itself, whatever stands; its breaker is neither asked nor told. `None` where it reads
    /// nothing of it.
    pub(crate) fn tried(&self, terms: &Terms, (version, judge): (&Version, &Judge), as_of: Timestamp) -> Option<Change> {
        let input = EvaluationInput::project(self.timeline.opened_at(as_of)?, self.timeline.known(as_of), &judge.reads);
        if input.events.is_empty() {
            return None;
        }
        let (engine, interaction, facts_until) = (terms.engine, self.row.id, EventId(0));
        let (customer, stood) = (self.timeline.customer(as_of), None);
        let rulings = &Rulings::default();
        let hearing = Hearing { terms, rulings, version, judge, input, as_of, engine, facts_until, interaction, customer, stood };
        let blank = hearing.blank(hearing.input.root(&version.content.parameters));
        Some(hearing.ask(blank, |_| {}))
    }

    fn take(&mut self, definition: DefinitionId) -> Option<OutcomeRow> {
        let at = self.stood.iter().position(|stood| stood.definition == definition)?;
        Some(self.stood.swap_remove(at))
    }
}

/// One interaction before one version.
struct Hearing<'a> {
    terms: &'a Terms,
    rulings: &'a Rulings,
    version: &'a Version,
    judge: &'a Judge,
    input: EvaluationInput,
    as_of: Timestamp,
    engine: EngineId,
    facts_until: EventId,
    interaction: InteractionId,
    customer: Option<assay_domain::id::CustomerId>,
    stood: Option<OutcomeRow>,
}

enum Heard {
    Unchanged(Option<Timestamp>),
    Changed(Box<Change>),
}

impl Hearing<'_> {
    fn judge(self) -> Heard {
        let root = self.input.root(&self.version.content.parameters);
        if let Some(stood) = self.stood.as_ref().filter(|stood| self.still_stands(stood, root)) {
            return Heard::Unchanged(stood.due_at);
        }
        let blank = self.blank(root);
        if let Some(fault) = self.judge.breaker.suspension() {
            return Heard::Changed(Box::new(self.hold(blank, fault)));
        }
        let breaker = &self.judge.breaker;
        Heard::Changed(Box::new(self.ask(blank, |heard| match heard {
            Ok(0) => {}
            Ok(_) => breaker.answered(),
            Err(fault) => breaker.faulted(fault, self.as_of),
        })))
    }

    /// Asks the rule. `tell` is told that it answered, with the instructions it used, or that it faulted.
    fn ask(&self, blank: OutcomeRow, tell: impl FnOnce(Result<u64, &Fault>)) -> Change {
        let times: Vec<Timestamp> = self.input.events.iter().map(|event| event.at).collect();
        let walk = Walk { opened_at: self.input.opened_at, times: &times, timing: &self.version.content.timing, as_of: self.as_of };
        let asking = Asking { rule: &self.judge.rule, content: &self.version.content, input: &self.input };
        let (standing, fuel) = asking.standing(&walk);
        tell(standing.as_ref().map(|_| fuel));
        match standing {
            Ok(standing) => self.stand(blank, &standing, &walk, fuel),
            Err(fault) => self.fault(blank, &fault, fuel),
        }
    }

    /// The same input under the same version, for the same customer, with no timer due: nothing to do.
    fn still_stands(&self, stood: &OutcomeRow, root: assay_domain::canon::Digest) -> bool {
        let asked_again = stood.due_at.is_some_and(|due| due <= self.as_of);
        let billed_at = stood.succeeded_at.map(|at| at.plus(self.version.content.timing.settles_after));
        let is_unpriced = stood.fault.as_ref().is_some_and(|fault| fault.starts_with(FaultCode::ValueMissing.code()));
        let is_priced_alike = self.terms.lacks_value(stood, billed_at) == is_unpriced;
        self.same_question(stood, root) && stood.customer == self.customer && !asked_again && is_priced_alike
    }

    fn same_question(&self, stood: &OutcomeRow, root: assay_domain::canon::Digest) -> bool {
        stood.version == self.version.id && stood.input_root == root
    }

    fn blank(&self, input_root: assay_domain::canon::Digest) -> OutcomeRow {
        OutcomeRow {
            interaction: self.interaction,
            definition: self.version.definition,
            version: self.version.id,
            evaluation: EvaluationId(0),
            input_root,
            state: None,
            reason: None,
            note: None,
            evidence: Vec::new(),
            quantity: Quantity::ZERO,
            class: None,
            value: None,
            credit: None,
            succeeded_at: None,
            billed_at: None,
            attempted_at: None,
            customer: self.customer,
            events: 0,
            late_events: 0,
            wakes: 0,
            due_at: None,
            fault: None,
        }
    }

    fn stand(&self, blank: OutcomeRow, standing: &Standing, walk: &Walk<'_>, fuel: u64) -> Change {
        let timing = &self.version.content.timing;
        let manifest = self.judge.rule.manifest();
        let state = OutcomeState::of(standing, timing, self.as_of);
        let success = standing.answer.success();
        let billed_at = success.map(|success| success.at.plus(timing.settles_after));
        let said = Said::of(standing, manifest);
        let wakes = self.stood.as_ref().filter(|stood| self.same_question(stood, blank.input_root)).map_or(0, |stood| stood.wakes + 1);
        let holdback = billed_at.filter(|_| state == OutcomeState::Provisional);
        let outcome = OutcomeRow {
            state: Some(state),
            reason: Some(said.reason.clone()),
            note: said.note.clone(),
            evidence: said.evidence.iter().filter_map(|index| Some(self.input.events.get(*index as usize)?.event)).collect(),
            quantity: success.map_or(Quantity::ZERO, |success| success.quantity),
            class: success.and_then(|success| manifest.classes.get(success.class? as usize).cloned()),
            value: success.and_then(|success| success.value),
            credit: success.and_then(|success| Credit::new(&success.credit, &manifest.participants)),
            succeeded_at: success.map(|success| success.at),
            billed_at,
            attempted_at: state.is_attempt().then_some(self.input.opened_at),
            events: i64::try_from(standing.events).unwrap_or(i64::MAX),
            late_events: i64::try_from(self.input.events.len() - standing.events).unwrap_or(0),
            wakes,
            due_at: standing.due(walk, wakes).or(holdback),
            ..blank
        };
        let evaluation = self.record(standing.asked_at, said, fuel, &outcome);
        if self.terms.lacks_value(&outcome, billed_at) {
            return self.unpriced(evaluation, outcome, fuel);
        }
        let usage = self.changes(&outcome);
        Change { evaluation: Some(evaluation), outcome, usage, fault: None, micros: 0, fuel }
    }

    /// A success that its price needs the worth of, and has none: recorded, and billed neither as it is nor as nothing.
    fn unpriced(&self, evaluation: NewEvaluation, outcome: OutcomeRow, fuel: u64) -> Change {
        let fault = Fault::new(FaultCode::ValueMissing, "the charge is a percentage of a value that the verdict does not give");
        let flagged = OutcomeRow { fault: Some(fault.to_string()), billed_at: None, attempted_at: None, ..outcome };
        let usage = self.changes(&flagged);
        Change { evaluation: Some(evaluation), outcome: flagged, usage, fault: Some(fault), micros: 0, fuel }
    }

    /// What has to be emitted when an outcome stands in the place of the one that stood.
    fn changes(&self, outcome: &OutcomeRow) -> Vec<Usage> {
        let before = self.stood.as_ref().map(|stood| self.rulings.usages(stood)).unwrap_or_default();
        usage_deltas(&before, &self.rulings.usages(outcome))
    }

    /// A suspended version is not asked; what stood goes on standing, flagged.
    fn hold(&self, blank: OutcomeRow, fault: Fault) -> Change {
        let (root, version) = (blank.input_root, self.version.id);
        let stood = self.stood.clone().unwrap_or(blank);
        let outcome = OutcomeRow { fault: Some(fault.to_string()), input_root: root, version, due_at: None, ..stood };
        Change { evaluation: None, outcome, usage: Vec::new(), fault: Some(fault), micros: 0, fuel: 0 }
    }

    /// A fault is never a verdict: what stood goes on standing, flagged.
    fn fault(&self, blank: OutcomeRow, fault: &Fault, fuel: u64) -> Change {
        let root = blank.input_root;
        let flagged = OutcomeRow { fault: Some(fault.to_string()), input_root: root, ..self.stood.clone().unwrap_or(blank) };
        if !fault.code.is_deterministic() {
            let due_at = Some(self.as_of.plus(RETRY_AFTER));
            let outcome = OutcomeRow { due_at, ..flagged };
            return Change { evaluation: None, outcome, usage: Vec::new(), fault: Some(fault.clone()), micros: 0, fuel };
        }
        let outcome = OutcomeRow { version: self.version.id, due_at: None, ..flagged };
        let evaluation = self.record(self.as_of, Said::fault(fault), fuel, &outcome);
        Change { evaluation: Some(evaluation), outcome, usage: Vec::new(), fault: Some(fault.clone()), micros: 0, fuel }
    }

    fn record(&self, as_of: Timestamp, said: Said, fuel: u64, of: &OutcomeRow) -> NewEvaluation {
        NewEvaluation {
            interaction: of.interaction,
            version: self.version.id,
            input_root: of.input_root,
            as_of,
            conclusion: said.conclusion,
            reason: Some(said.reason),
            detail: said.detail,
            fuel,
            engine: self.engine,
            facts_until: self.facts_until,
            known_at: self.as_of,
        }
    }
}

/// The usage that the verdict on an outcome amounts to, before any ruling; none while it belongs to nobody.
pub(crate) fn usages(outcome: &OutcomeRow) -> Vec<Usage> {
    let Some(customer) = outcome.customer else {
        return Vec::new();
    };
    let attempt = outcome.attempted_at.map(|dated_at| Usage {
        meter: Meter::Attempt,
        customer,
        version: outcome.version,
        quantity: Quantity::ONE,
        dated_at,
        class: None,
        value: None,
        credit: None,
    });
    let earned = outcome.billed_at.filter(|_| outcome.quantity > Quantity::ZERO).map(|dated_at| Usage {
        meter: Meter::Outcome,
        customer,
        version: outcome.version,
        quantity: outcome.quantity,
        dated_at,
        class: outcome.class.clone(),
        value: outcome.value,
        credit: outcome.credit.clone(),
    });
    attempt.into_iter().chain(earned).collect()
}
