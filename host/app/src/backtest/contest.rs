//! A candidate beside the version in force, before one interaction: pure computation on an evaluator thread.

use std::{collections::HashMap, sync::Arc};

use assay_domain::{
    approval::Approvals,
    definition::{Version, VersionState},
    fault::FaultCode,
    id::{CustomerId, DefinitionId, InteractionId, VersionId},
    period::Calendar,
    projection::Reads,
    ruling::Effect,
    terms::Agreement,
    time::Timestamp,
};
use assay_store::{
    Connection,
    backtests::{BacktestRow, RecordedUsage},
};

use super::{
    moves::{Item, Place, Shift, shifts},
    request::{Asked, Window},
    side::Side,
};
use crate::{
    Assay,
    breaker::Breaker,
    error::Result,
    judge::Case,
    rated::Rates,
    terms::{Judge, Terms},
};

/// Everything the judgements depend on besides the facts.
pub(super) struct Contest {
    terms: Arc<Terms>,
    definition: DefinitionId,
    candidate: Version,
    judge: Judge,
    window: Window,
    /// Which periods usage falls into.
    calendars: HashMap<CustomerId, Vec<(Agreement, Calendar)>>,
}

/// An interaction as it is recorded.
pub(super) struct Recalled {
    pub(super) case: Case,
    /// What stands of its usage under the definition.
    pub(super) usage: Vec<RecordedUsage>,
    /// What people have ruled over it, as far as a customer is billed for it.
    pub(super) effects: Vec<(CustomerId, Effect)>,
    /// Whether people say that it is a success, if they say anything.
    pub(super) label: Option<bool>,
}

/// What came of an interaction.
pub(super) struct Heard {
    pub(super) interaction: InteractionId,
    /// The revision that was judged.
    pub(super) revision: i64,
    /// When to judge it again without a new fact.
    pub(super) due_at: Option<Timestamp>,
    /// `None` where no version is in force for it that a candidate could replace, or neither reads anything of it.
    pub(super) found: Option<Found>,
}

/// What both versions make of an interaction.
pub(super) struct Found {
    pub(super) interaction: InteractionId,
    pub(super) subject: String,
    pub(super) in_force: Side,
    pub(super) candidate: Side,
    pub(super) label: Option<bool>,
    pub(super) moves: Vec<((Place, Item), Shift)>,
    pub(super) unbilled: u64,
}

impl Contest {
    /// Has both versions judge an interaction.
    pub(super) fn hear(&self, recalled: Recalled, as_of: Timestamp) -> Heard {
        let row = &recalled.case.row;
        let (interaction, revision) = (row.id, row.revision);
        let withheld = recalled.case.timeline.next_withheld(as_of);
        let found = self.found(recalled, as_of);
        let sides = found.iter().flat_map(|found| [found.in_force.due_at, found.candidate.due_at]);
        Heard { interaction, revision, due_at: sides.flatten().chain(withheld).min(), found }
    }

    fn found(&self, Recalled { case, usage, effects, label }: Recalled, as_of: Timestamp) -> Option<Found> {
        let opened_at = case.timeline.opened_at(as_of).filter(|opened_at| self.window.holds(*opened_at))?;
        let customer = case.timeline.customer(as_of);
        let judging = self.terms.in_force(self.definition, customer, opened_at)?;
        // What people decide is decided of the outcome, whichever version earns it.
        let ruling = effects.iter().find(|(billed, _)| Some(*billed) == customer).map(|(_, effect)| *effect).unwrap_or_default();
        let in_force = Side::of(&case, &self.terms, judging, as_of).ruled(ruling);
        let candidate = Side::of(&case, &self.terms, (&self.candidate, &self.judge), as_of).ruled(ruling);
        if [&in_force, &candidate].iter().all(|side| side.is_unread()) {
            return None;
        }
        let keeps_recorded = in_force.fault.is_some_and(|code| code != FaultCode::ValueMissing);
        let shifts = shifts((!keeps_recorded).then_some(in_force.usage.as_slice()), &candidate.usage, &usage);
        let (mut moves, mut unbilled) = (Vec::new(), 0);
        for ((customer, dated_at, item), shift) in shifts {
            match self.place(customer, dated_at) {
                Some(place) => moves.push(((place, item), shift)),
                None => unbilled += u64::from(shift.in_force != shift.candidate),
            }
        }
        Some(Found { interaction: case.row.id, subject: case.row.subject, in_force, candidate, label, moves, unbilled })
    }

    /// The billing period that usage of a customer falls into.
    fn place(&self, customer: CustomerId, dated_at: Timestamp) -> Option<Place> {
        let (agreement, calendar) = self.calendars.get(&customer)?.iter().find(|(agreement, _)| agreement.covers(dated_at))?;
        Some(Place { agreement: agreement.id, period: calendar.containing(dated_at)?.name })
    }
}

impl Assay {
    /// Makes a candidate ready beside the version in force, under the terms that are given.
    pub(super) async fn contest(
        &self,
        c: &mut impl Connection,
        row: &BacktestRow,
        asked: Asked,
        terms: Arc<Terms>,
        rates: &Rates,
    ) -> Result<Contest> {
        let rule = self.rule(c, row.content.component).await?;
        let id = VersionId(0);
        let (content, state, approvals) = (row.content.clone(), VersionState::Draft, Approvals::default());
        let candidate = Version { id, definition: row.definition, number: 0, content, state, approvals };
        // It is asked as often as it takes: the back-test counts its faults by itself.
        let breaker = Arc::new(Breaker::new(c.tenant(), id, None));
        let judge = Judge { rule, reads: Reads::new(&row.content.reads), breaker };
        let mut calendars: HashMap<CustomerId, Vec<(Agreement, Calendar)>> = HashMap::new();
        for agreement in rates.agreements() {
            if let Some(calendar) = rates.calendar(agreement) {
                calendars.entry(agreement.customer).or_default().push((agreement.clone(), calendar));
            }
        }
        Ok(Contest { terms, definition: row.definition, candidate, judge, window: asked.window, calendars })
    }
}
