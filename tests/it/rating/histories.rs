//! Random histories: facts that arrive in batches and change again, and billing runs in between.

use std::collections::BTreeMap;

use assay_rating::{
    card::RateCard,
    rate::{Coverage, UsageItem, Used, rate, rate_advance},
    settle::{Delta, settle},
};
use proptest::{collection::vec, option, prelude::*};

use super::{
    books::{Books, Line, by_charge},
    oracle,
    random::{card, coverage, used},
    support::{card as read_card, whole},
};

const MONTHS: [&str; 2] = ["2016-02", "2016-03"];
const SLOTS: usize = 8;

/// What one interaction or event amounts to from now on, and in which month it is dated: nothing once an outcome is left, the same again
/// when it is earned again, something else when its class, its value or its credit changes.
#[derive(Debug, Clone)]
struct Fact {
    slot: usize,
    stands: Option<(usize, Used)>,
}

#[derive(Debug, Clone)]
enum Step {
    /// Facts become known together.
    Learn(Vec<Fact>),
    /// It becomes known which part of a month an agreement covers, and whether the month has ended.
    Cover(usize, Coverage),
    /// What is due before a month is billed.
    Advance(usize),
    /// A month is billed, in the end or once more.
    Run(usize),
}

fn month() -> impl Strategy<Value = usize> {
    0..MONTHS.len()
}

fn step() -> impl Strategy<Value = Step> {
    let fact = (0..SLOTS, option::weighted(0.75, (month(), used()))).prop_map(|(slot, stands)| Fact { slot, stands });
    let cover = month().prop_flat_map(|month| (Just(month), coverage(MONTHS[month])));
    prop_oneof![
        4 => vec(fact, 1..6).prop_map(Step::Learn),
        1 => cover.prop_map(|(month, coverage)| Step::Cover(month, coverage)),
        1 => month().prop_map(Step::Advance),
        4 => month().prop_map(Step::Run),
    ]
}

/// What is known, and what was posted because of it.
struct World {
    card: RateCard,
    standing: Vec<Option<(usize, Used)>>,
    coverage: [Coverage; 2],
    books: [Books; 2],
}

impl World {
    fn new(card: RateCard) -> Self {
        Self { card, standing: vec![None; SLOTS], coverage: MONTHS.map(whole), books: [Books::default(), Books::default()] }
    }

    fn take(&mut self, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Learn(facts) => facts.into_iter().for_each(|fact| self.standing[fact.slot] = fact.stands),
            Step::Cover(month, coverage) => self.coverage[month] = coverage,
            // Once a month was billed in any way, it is too late for an advance.
            Step::Advance(month) if self.books[month].is_empty() => self.advance(month)?,
            Step::Advance(_) => {}
            Step::Run(month) => self.run(month)?,
        }
        Ok(())
    }

    /// What stands in a month: pieces that are alike are one item.
    fn usage(&self, month: usize) -> Vec<UsageItem> {
        let mut usage: Vec<UsageItem> = Vec::new();
        for (_, used) in self.standing.iter().flatten().filter(|(dated, _)| *dated == month) {
            match usage.iter_mut().find(|item| item.used == *used) {
                Some(item) => item.count += 1,
                None => usage.push(UsageItem { used: used.clone(), count: 1 }),
            }
        }
        usage
    }

    fn advance(&mut self, month: usize) -> Result<(), TestCaseError> {
        let lines = rate_advance(&self.card, &self.coverage[month]).unwrap();
        self.post(month, &settle(&lines, &[]).unwrap(), &Books::of_lines(&lines))
    }

    fn run(&mut self, month: usize) -> Result<(), TestCaseError> {
        let lines = rate(&self.card, &self.coverage[month], &self.usage(month)).unwrap();
        let deltas = settle(&lines, &self.books[month].posted(self.card.currency)).unwrap();
        self.post(month, &deltas, &Books::of_lines(&lines))?;
        prop_assert_eq!(settle(&lines, &self.books[month].posted(self.card.currency)), Ok(Vec::new()));
        Ok(())
    }

    /// Posts differences, which are those of each line on its own.
    fn post(&mut self, month: usize, deltas: &[Delta], due: &Books) -> Result<(), TestCaseError> {
        let line = |delta: &Delta| (delta.charge.clone(), delta.tier, delta.unit_price);
        let sums = |delta: &Delta| (delta.quantity.micros(), delta.amount.minor());
        let by_line: BTreeMap<Line, (i64, i64)> = deltas.iter().map(|delta| (line(delta), sums(delta))).collect();
        prop_assert_eq!(by_line.len(), deltas.len());
        prop_assert_eq!(by_line, due.beyond(&self.books[month]));
        self.books[month].post_deltas(deltas);
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_was_billed_on_the_way_the_postings_come_to_what_stands(card in card(), steps in vec(step(), 0..24)) {
        let mut world = World::new(read_card(card.clone()));
        for step in steps {
            world.take(step)?;
        }
        for month in 0..MONTHS.len() {
            world.run(month)?;
            let (coverage, usage) = (world.coverage[month], world.usage(month));
            let from_nothing = Books::of_lines(&rate(&world.card, &coverage, &usage).unwrap());
            prop_assert_eq!(world.books[month].beyond(&from_nothing), BTreeMap::new());
            let expected = oracle::rate(&card, &coverage, &usage).into_iter().map(|line| (line.charge, line.minor));
            prop_assert_eq!(world.books[month].by_charge(), by_charge(expected));
        }
    }

    #[test]
    fn a_fact_that_is_late_is_billed_as_if_it_had_been_in_time(
        card in card(),
        (early, late) in (vec(used(), 0..6), vec(used(), 1..3)),
        advance in any::<bool>(),
    ) {
        let learn = |facts: &[Used], first: usize| {
            let fact = |(n, used): (usize, &Used)| Fact { slot: first + n, stands: Some((1, used.clone())) };
            Step::Learn(facts.iter().enumerate().map(fact).collect())
        };
        let (early, late) = (learn(&early, 0), learn(&late, SLOTS - 2));
        let billed_before = [early.clone(), Step::Run(1), late.clone(), Step::Run(1)];
        let billed_after = [late, early, Step::Run(1)];
        let mut worlds = [World::new(read_card(card.clone())), World::new(read_card(card))];
        if advance {
            worlds[0].take(Step::Advance(1))?;
        }
        for step in billed_before {
            worlds[0].take(step)?;
        }
        for step in billed_after {
            worlds[1].take(step)?;
        }
        prop_assert_eq!(worlds[0].books[1].beyond(&worlds[1].books[1]), BTreeMap::new());
    }
}
