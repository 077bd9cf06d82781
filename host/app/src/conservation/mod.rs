//! Conservation: every accepted event is in exactly one class, usage is what was decided, and every cent is accounted for, at any time.
//!
//! What is said of a time depends on nothing that was recorded later: facts, assignments, supersessions, judgements, rulings, usage,
//! agreements, versions, runs, documents and transfers are only ever added to, each with the time of its recording, so that a report of the past says
//! what it said then. Only a report of the present looks at the live tables too: they know which interactions were touched, and the
//! faults that are recorded nowhere, those of the machine and of suspended versions. Of the past, such interactions wait. Usage is cut
//! by the number of its changes, as billing runs cut it.
//!
//! To add a class: a variant of [`EventClass`] in its place among the others, and where it is decided in `case`. To add an equation: its
//! two sides in [`Money`](equation::Money) and its line in its `equations`.

mod books;
mod case;
mod class;
mod decided;
mod equation;
mod known;
mod posted;
mod walk;

use assay_domain::{decimal::Quantity, id::DefinitionId, time::Timestamp, violation::Violation};
use assay_store::{
    Connection,
    conservation::{self, Snapshot},
};

pub(crate) use self::known::versions;
use self::{books::Books, known::Known};
pub use self::{
    class::EventClass,
    equation::{Equation, MoneyView},
};
use crate::{Assay, Caller, error::Result};

/// Where everything is at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConservationReport {
    /// The time.
    pub as_of: Timestamp,
    /// Events that were accepted by then.
    pub events: u64,
    /// Events that were kept aside because their identity was taken; they are in no class.
    pub conflicts: u64,
    /// Every class with its events, in their order.
    pub classes: Vec<(EventClass, u64)>,
    /// The money of each currency, by its code.
    pub money: Vec<MoneyView>,
    /// What must be equal.
    pub equations: Vec<Equation>,
}

impl ConservationReport {
    /// Whether everything is equal that must be.
    pub fn holds(&self) -> bool {
        self.equations.iter().all(|equation| equation.holds)
    }
}

impl Assay {
    /// Puts every event that was accepted by a time into one class, and accounts for every cent; now unless a time is given.
    pub async fn conservation(&self, caller: &Caller, as_of: Option<Timestamp>) -> Result<ConservationReport> {
        let now = self.clock.now();
        let as_of = as_of.unwrap_or(now);
        if as_of > now {
            return Err(Violation::new("as_of", format!("{as_of} is in the future"), "give a time that has come, or none for now").into());
        }
        let mut reader = self.store.read(caller.tenant).await?;
        let mut snapshot = Snapshot::take(&mut reader).await?;
        let known = Known::read(&mut snapshot, as_of, as_of == now).await?;
        let books = Books::read(&mut snapshot, &known).await?;
        report(&mut snapshot, &known, &books).await
    }
}

async fn report(c: &mut impl Connection, known: &Known, books: &Books) -> Result<ConservationReport> {
    let tally = walk::walk(c, known, books).await?;
    let (events, conflicts) = conservation::accepted(c, known.as_of).await?;
    let (events, conflicts) = (events.unsigned_abs(), conflicts.unsigned_abs());
    let classes = tally.classes();
    let sum = classes.iter().map(|(_, count)| count).sum::<u64>();
    let mut equations = vec![Equation::new("events accepted = events in a class", events, sum)];
    equations.extend(tally.equations(known));
    equations.extend(standing(c, known).await?);
    equations.extend(books.money.values().flat_map(equation::Money::equations));
    equations.extend(books.broken.iter().cloned());
    let money = books.money.values().map(MoneyView::from).collect();
    Ok(ConservationReport { as_of: known.as_of, events, conflicts, classes, money, equations })
}

/// That the usage of each definition is what stands by the live table, which knows the present alone.
async fn standing(c: &mut impl Connection, known: &Known) -> Result<Vec<Equation>> {
    if !known.is_now {
        return Ok(Vec::new());
    }
    let standing = conservation::standing(c).await?;
    let used = conservation::used(c, known.usage_until).await?;
    let mut definitions: Vec<_> = standing.iter().chain(&used).map(|(definition, _)| *definition).collect();
    definitions.sort_unstable();
    definitions.dedup();
    let equation = |definition| {
        let name = format!("successes that stand under {} = usage", known.slug(definition));
        Equation::new(name, sum(&standing, definition), sum(&used, definition))
    };
    Ok(definitions.into_iter().map(equation).collect())
}

fn sum(sums: &[(DefinitionId, Quantity)], definition: DefinitionId) -> Quantity {
    sums.iter().find(|(of, _)| *of == definition).map(|(_, sum)| *sum).unwrap_or_default()
}
