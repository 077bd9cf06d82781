//! One interaction: what was known of it, who had judged that, and what became of each of its events.

use std::collections::{BTreeSet, HashMap};

use assay_domain::{
    decimal::Quantity,
    definition::Version,
    id::{CustomerId, DefinitionId, EventId, InteractionId},
    outcome::Meter,
    projection::Reads,
    ruling::Effect,
    time::Timestamp,
    timeline::{Fact, Timeline},
};
use assay_store::{
    conservation::{Assignment, Judgement, Mark, StandingEvent, StandingUsage},
    disputes::RulingRow,
};

use super::{
    books::Books,
    class::EventClass,
    decided::{Units, amounts, decided},
    known::Known,
    walk::Tally,
};

/// One interaction as it was recorded by the time of a report.
pub(super) struct Case {
    id: InteractionId,
    is_dirty: bool,
    pub(super) facts: Vec<Fact>,
    pub(super) assignments: Vec<Assignment>,
    /// The latest by each version.
    pub(super) judgements: Vec<Judgement>,
    pub(super) usage: Vec<StandingUsage>,
    pub(super) metered: Vec<StandingEvent>,
    pub(super) rulings: Vec<RulingRow>,
    /// The definitions under which a fault is flagged now.
    pub(super) faults: Vec<DefinitionId>,
}

impl Case {
    pub(super) fn new(Mark { id, is_dirty }: Mark) -> Self {
        let (facts, assignments, judgements, usage, metered, rulings, faults) = Default::default();
        Self { id, is_dirty, facts, assignments, judgements, usage, metered, rulings, faults }
    }

    /// Puts every event in its class, and compares the usage with what was decided.
    pub(super) fn count(&self, known: &Known, books: &Books, tally: &mut Tally) {
        let timeline = Timeline::new(self.facts.clone(), self.assignments.last().map(|assignment| assignment.customer));
        let happened = timeline.known(known.as_of);
        tally.add(EventClass::Superseded, self.facts.len() - timeline.facts().len());
        tally.add(EventClass::Withheld, timeline.facts().len() - happened.len());
        let view = View::new(self, known, books, &timeline);
        if view.is_waiting() {
            tally.add(EventClass::Waiting, happened.len());
            return;
        }
        let classes: Vec<EventClass> = view.readings.iter().map(|reading| view.class_under(reading)).collect();
        for fact in happened {
            tally.add(view.class_of(fact, &classes), 1);
        }
        view.compare(tally);
    }

    fn judgement(&self, known: &Known, definition: DefinitionId) -> Option<&Judgement> {
        let under = self.judgements.iter().filter(|judgement| known.definition(judgement.version) == Some(definition));
        under.max_by_key(|judgement| judgement.id)
    }

    fn used(&self, definition: DefinitionId, meter: Meter) -> impl Iterator<Item = &StandingUsage> {
        self.usage.iter().filter(move |usage| usage.definition == definition && usage.meter == meter)
    }

    /// What stands of the usage under a definition.
    fn units(&self, definition: DefinitionId) -> Units {
        let sum = |meter| self.used(definition, meter).fold(0, |sum: i64, usage| sum.saturating_add(usage.quantity.micros()));
        let [outcomes, attempts] = [Meter::Outcome, Meter::Attempt].map(|meter| Quantity::from_micros(sum(meter)));
        Units { outcomes, attempts }
    }
}

/// An interaction at the time of a report.
struct View<'a> {
    case: &'a Case,
    known: &'a Known,
    books: &'a Books,
    happened: &'a [Fact],
    opened_at: Option<Timestamp>,
    customer: Option<CustomerId>,
    /// Of its terms, the definitions that read anything of it.
    readings: Vec<Reading<'a>>,
    /// The events that count by themselves.
    metered: HashMap<EventId, &'a StandingEvent>,
}

/// A definition that reads an interaction.
struct Reading<'a> {
    version: &'a Version,
    reads: &'a Reads,
    judgement: Option<&'a Judgement>,
}

impl<'a> View<'a> {
    fn new(case: &'a Case, known: &'a Known, books: &'a Books, timeline: &'a Timeline) -> Self {
        let happened = timeline.known(known.as_of);
        let (opened_at, customer) = (timeline.opened_at(known.as_of), timeline.customer(known.as_of));
        let judges = opened_at.into_iter().flat_map(|opened_at| known.judges(customer, opened_at));
        let reading = judges.filter(|(_, reads)| happened.iter().any(|fact| reads.includes(&fact.kind)));
        let readings = reading.map(|(version, reads)| Reading { version, reads, judgement: case.judgement(known, version.definition) });
        let metered = case.metered.iter().map(|metered| (metered.event, metered)).collect();
        Self { case, known, books, happened, opened_at, customer, readings: readings.collect(), metered }
    }

    /// Whether some definition was not asked about what is known. A fact that nobody reads leaves no trace of when it was looked at, so
    /// that of the past it is said at once what of the present is said when it has been.
    fn is_waiting(&self) -> bool {
        let is_dirty = self.known.is_now && self.case.is_dirty;
        is_dirty || self.has_orphans() || self.readings.iter().any(|reading| !self.is_flagged(reading) && !self.is_judged(reading))
    }

    /// Whether usage stands under a definition that reads nothing of it any more, and waits to be withdrawn.
    fn has_orphans(&self) -> bool {
        let reads = |definition| self.readings.iter().any(|reading| reading.version.definition == definition);
        self.case.usage.iter().any(|usage| !reads(usage.definition))
    }

    /// Whether a fault is flagged now; those of the machine, and those of a version that is suspended, are recorded nowhere else.
    fn is_flagged(&self, reading: &Reading<'_>) -> bool {
        self.case.faults.contains(&reading.version.definition)
    }

    fn is_judged(&self, reading: &Reading<'_>) -> bool {
        let by_its_terms = reading.judgement.filter(|judgement| judgement.version == reading.version.id);
        by_its_terms.is_some_and(|judgement| self.had_all(judgement) || self.had_alike(judgement, reading.reads))
    }

    /// Whether a judgement was made when everything was recorded that is known.
    fn had_all(&self, judgement: &Judgement) -> bool {
        let had = |fact: &Fact| fact.event <= judgement.facts_until && fact.occurred_at <= judgement.known_at;
        self.case.facts.iter().all(had) && self.case.assignments.iter().all(|assignment| self.was_said(assignment, judgement))
    }

    /// Whether an assignment was there at a judgement. Of two at one instant the order is not recorded; what is judged by now has both.
    fn was_said(&self, assignment: &Assignment, judgement: &Judgement) -> bool {
        assignment.recorded_at < judgement.recorded_at || (self.known.is_now && assignment.recorded_at == judgement.recorded_at)
    }

    /// Whether what was recorded since a judgement changes nothing that it depends on.
    fn had_alike(&self, judgement: &Judgement, reads: &Reads) -> bool {
        let facts = self.case.facts.iter().filter(|fact| fact.event <= judgement.facts_until).cloned().collect();
        let said = self.case.assignments.iter().rev().find(|assignment| self.was_said(assignment, judgement));
        let timeline = Timeline::new(facts, said.map(|assignment| assignment.customer));
        let read =
            |facts: &[Fact]| -> Vec<EventId> { facts.iter().filter(|fact| reads.includes(&fact.kind)).map(|fact| fact.event).collect() };
        timeline.opened_at(judgement.known_at) == self.opened_at
            && timeline.customer(judgement.known_at) == self.customer
            && read(timeline.known(judgement.known_at)) == read(self.happened)
    }

    /// The class of an event; `classes` are those under the definitions that read the interaction.
    fn class_of(&self, fact: &Fact, classes: &[EventClass]) -> EventClass {
        let readings = self.readings.iter().zip(classes).filter(|(reading, _)| reading.reads.includes(&fact.kind));
        match readings.map(|(_, class)| *class).chain(self.class_by_itself(fact)).min() {
            None => EventClass::Unread,
            Some(_) if self.customer.is_none() => EventClass::Unassigned,
            Some(class) => class,
        }
    }

    /// The class of an event that a price counts by itself.
    fn class_by_itself(&self, fact: &Fact) -> Option<EventClass> {
        let counted = self.metered.get(&fact.event)?;
        let is_priced = self.known.prices_events(counted.customer, counted.dated_at, &fact.kind);
        is_priced.then(|| self.books.class(counted.customer, counted.dated_at, counted.number, self.known.as_of))
    }

    /// What became of the interaction under a definition: of its usage, if it has any that is priced.
    fn class_under(&self, reading: &Reading<'_>) -> EventClass {
        if self.is_faulted(reading) {
            return EventClass::Quarantined;
        }
        let definition = reading.version.definition;
        let ruling = self.ruling(definition);
        let decided = match (reading.judgement.map_or(EventClass::Open, decided), ruling) {
            (EventClass::Billable, Some(ruling)) if ruling.is_open => return EventClass::Disputed,
            (EventClass::Billable, Some(ruling)) if ruling.effect == Effect::Reversed => EventClass::Overruled,
            (decided, _) => decided,
        };
        // A success of nothing has settled with its attempt.
        let is_nothing = decided == EventClass::Billable && self.case.used(definition, Meter::Outcome).next().is_none();
        let is_priced = |attempt: &&StandingUsage| is_nothing || self.known.prices_attempts(attempt.customer, attempt.dated_at, definition);
        let attempts = self.case.used(definition, Meter::Attempt).filter(is_priced);
        let usage = self.case.used(definition, Meter::Outcome).chain(attempts);
        let class = |usage: &StandingUsage| self.books.class(usage.customer, usage.dated_at, usage.number, self.known.as_of);
        usage.map(class).min().unwrap_or(decided)
    }

    /// What people have ruled over an outcome, as far as its customer is billed for it.
    fn ruling(&self, definition: DefinitionId) -> Option<&RulingRow> {
        let mut rulings = self.case.rulings.iter();
        rulings.find(|ruling| ruling.definition == definition && Some(ruling.customer) == self.customer)
    }

    fn is_faulted(&self, reading: &Reading<'_>) -> bool {
        let is_fault = reading.judgement.is_some_and(|judgement| judgement.conclusion == "fault");
        is_fault || self.is_flagged(reading) || self.is_unpriced(reading)
    }

    /// Whether a success gave no usage because its price needs a value. Now that is flagged; it is recorded nowhere else.
    fn is_unpriced(&self, reading: &Reading<'_>) -> bool {
        let definition = reading.version.definition;
        let is_success = reading.judgement.is_some_and(|judgement| decided(judgement) == EventClass::Billable);
        let prices_values = || self.customer.is_some_and(|customer| self.known.prices_values(customer, definition));
        !self.known.is_now && is_success && self.case.units(definition) == Units::default() && prices_values()
    }

    /// Compares the usage that stands under each definition with what it decided and what people have ruled over that. What a fault keeps is
    /// that of an earlier verdict.
    fn compare(&self, tally: &mut Tally) {
        let read = self.readings.iter().map(|reading| reading.version.definition);
        let definitions: BTreeSet<DefinitionId> = read.chain(self.case.usage.iter().map(|usage| usage.definition)).collect();
        for definition in definitions {
            let reading = self.readings.iter().find(|reading| reading.version.definition == definition);
            let expected = match reading {
                Some(reading) if self.is_faulted(reading) => continue,
                Some(reading) if self.customer.is_some() => reading.judgement.map(amounts).unwrap_or_default(),
                _ => Units::default(),
            };
            let effect = self.ruling(definition).map_or(Effect::Stands, |ruling| ruling.effect);
            tally.compare(self.case.id, definition, expected.after(effect), self.case.units(definition));
        }
    }
}
