//! Every interaction, one stretch after the other, and what is counted on the way.

use std::collections::{BTreeMap, HashMap};

use assay_domain::id::{DefinitionId, InteractionId};
use assay_store::{
    Connection,
    conservation::{self, Stretch},
    events,
};

use super::{books::Books, case::Case, class::EventClass, decided::Units, equation::Equation, known::Known};
use crate::error::Result;

/// Interactions that are looked at together.
const STRETCH: u32 = 2_048;
/// How many interactions are named whose usage is not what was decided.
const NAMED: usize = 20;

/// What is counted.
#[derive(Default)]
pub(super) struct Tally {
    classes: BTreeMap<EventClass, u64>,
    units: BTreeMap<DefinitionId, (Units, Units)>,
    broken: Vec<Broken>,
    broken_count: u64,
}

/// An interaction whose usage is not what was decided.
struct Broken {
    interaction: InteractionId,
    definition: DefinitionId,
    decided: Units,
    used: Units,
}

impl Tally {
    pub(super) fn add(&mut self, class: EventClass, events: usize) {
        let count = self.classes.entry(class).or_default();
        *count = count.saturating_add(events as u64);
    }

    /// Compares what was decided of an interaction with what stands of its usage.
    pub(super) fn compare(&mut self, interaction: InteractionId, definition: DefinitionId, decided: Units, used: Units) {
        let (all_decided, all_used) = self.units.entry(definition).or_default();
        (*all_decided, *all_used) = (all_decided.plus(decided), all_used.plus(used));
        if decided == used {
            return;
        }
        self.broken_count += 1;
        if self.broken.len() < NAMED {
            self.broken.push(Broken { interaction, definition, decided, used });
        }
    }

    /// Every class with its events.
    pub(super) fn classes(&self) -> Vec<(EventClass, u64)> {
        EventClass::ALL.iter().map(|(class, _)| (*class, self.classes.get(class).copied().unwrap_or(0))).collect()
    }

    /// That usage is what was decided: of each definition, and of the interactions of which it is not.
    pub(super) fn equations(&self, known: &Known) -> Vec<Equation> {
        let of = |(definition, (decided, used)): (&DefinitionId, &(Units, Units))| {
            let name = format!("decided under {} = usage, where nothing waits", known.slug(*definition));
            Equation::new(name, decided.in_words(), used.in_words())
        };
        let broken = |broken: &Broken| {
            let name = format!("decided of {} under {} = usage", broken.interaction, known.slug(broken.definition));
            Equation::new(name, broken.decided.in_words(), broken.used.in_words())
        };
        let named = self.broken.len() as u64;
        let all = "interactions whose usage is not what was decided";
        let more = (self.broken_count > named).then(|| Equation::new(all, self.broken_count, 0));
        self.units.iter().map(of).chain(self.broken.iter().map(broken)).chain(more).collect()
    }
}

/// Counts everything.
pub(super) async fn walk(c: &mut impl Connection, known: &Known, books: &Books) -> Result<Tally> {
    let names = events::names(c).await?;
    let (mut tally, mut after) = (Tally::default(), InteractionId(0));
    loop {
        let mut cases: BTreeMap<InteractionId, Case> =
            conservation::marks(c, after, STRETCH).await?.into_iter().map(|mark| (mark.id, Case::new(mark))).collect();
        let Some(until) = cases.keys().next_back().copied() else { return Ok(tally) };
        let stretch = Stretch { after, until };
        fill(c, known, &names, stretch, &mut cases).await?;
        cases.values().for_each(|case| case.count(known, books, &mut tally));
        after = until;
    }
}

async fn fill(
    c: &mut impl Connection,
    known: &Known,
    names: &HashMap<i64, String>,
    stretch: Stretch,
    cases: &mut BTreeMap<InteractionId, Case>,
) -> Result<()> {
    hand_out(cases, conservation::facts(c, names, stretch, known.as_of).await?, |case| &mut case.facts);
    hand_out(cases, conservation::assignments(c, stretch, known.as_of).await?, |case| &mut case.assignments);
    hand_out(cases, conservation::judgements(c, stretch, known.as_of).await?, |case| &mut case.judgements);
    hand_out(cases, conservation::usage(c, stretch, known.usage_until).await?, |case| &mut case.usage);
    hand_out(cases, conservation::metered(c, stretch, known.usage_until).await?, |case| &mut case.metered);
    hand_out(cases, conservation::rulings(c, stretch, known.as_of).await?, |case| &mut case.rulings);
    if known.is_now {
        hand_out(cases, conservation::faults(c, stretch).await?, |case| &mut case.faults);
    }
    Ok(())
}

/// Gives each interaction what is its own.
fn hand_out<T>(cases: &mut BTreeMap<InteractionId, Case>, rows: Vec<(InteractionId, T)>, to: impl Fn(&mut Case) -> &mut Vec<T>) {
    for (interaction, row) in rows {
        if let Some(case) = cases.get_mut(&interaction) {
            to(case).push(row);
        }
    }
}
