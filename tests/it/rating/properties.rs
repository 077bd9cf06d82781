//! Random cards and usage: what they cost, and that every way of settling them gets there.

use std::collections::BTreeMap;

use assay_domain::{
    decimal::Quantity,
    money::{Amount, Currency},
    outcome::Meter,
    time::{Duration, Timestamp},
};
use assay_rating::{
    card::Price,
    rate::{Coverage, RatedLine, UsageItem, rate},
    settle::{Delta, PostedLine, settle},
};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{
    oracle::{Expected, MeterOf, Model, Plan, PlanTier},
    support::{decimal, whole},
};

/// Whole units mostly, so that totals meet the edges of tiers.
fn micros(units_min: i64, units_max: i64) -> impl Strategy<Value = i64> {
    let unit = Quantity::ONE.micros();
    let whole = (units_min..=units_max).prop_map(move |units| units * unit);
    prop_oneof![3 => whole, 1 => units_min.max(1)..=units_max * unit]
}

/// Thousand-millionths: cents, or all nine decimals.
fn price() -> impl Strategy<Value = i128> {
    let cents = (0..=50_000i64).prop_map(|cents| cents * 10_000_000);
    prop_oneof![cents, 0..=5_000_000_000i64].prop_map(i128::from)
}

fn meter() -> impl Strategy<Value = MeterOf> {
    let definition = || select(vec!["resolved-ticket", "csat"]);
    let outcomes = (definition(), option::of(select(vec!["booked", "qualified"])));
    prop_oneof![
        2 => outcomes.prop_map(|(definition, class)| MeterOf { meter: Meter::Outcome, definition, class }),
        1 => definition().prop_map(|definition| MeterOf { meter: Meter::Attempt, definition, class: None }),
    ]
}

fn tiers() -> impl Strategy<Value = Vec<PlanTier>> {
    let fee = || prop_oneof![Just(0i128), price()];
    (vec((micros(1, 4), any::<bool>(), price(), fee()), 0..4), price(), fee()).prop_map(|(bounded, price, fee)| {
        let mut end = 0i128;
        let mut tiers = Vec::new();
        for (width, exclusive, price, fee) in bounded {
            end += i128::from(width);
            tiers.push(PlanTier { end: Some(end), exclusive, price, fee });
        }
        tiers.push(PlanTier { end: None, exclusive: false, price, fee });
        tiers
    })
}

fn plan() -> impl Strategy<Value = Plan> {
    let unit = (meter(), price(), micros(0, 3).prop_map(i128::from));
    let model = prop_oneof![
        1 => price().prop_map(|amount| Model::Flat { amount }),
        2 => unit.prop_map(|(meter, price, included)| Model::Unit { meter, price, included }),
        3 => (meter(), tiers()).prop_map(|(meter, tiers)| Model::Graduated { meter, tiers }),
    ];
    let currency = select(vec![("USD", 2u32), ("JPY", 0), ("KWD", 3)]);
    let rounding = select(vec!["half-even", "half-up", "down", "up"]);
    let parts = (currency, rounding, vec(model, 1..5));
    parts.prop_map(|((currency, exponent), rounding, charges)| Plan { currency, exponent, rounding, charges })
}

fn item() -> impl Strategy<Value = UsageItem> {
    (meter(), micros(0, 3)).prop_map(|(of, quantity)| UsageItem {
        meter: of.meter,
        definition: of.definition.to_owned(),
        class: of.class.map(str::to_owned),
        quantity: Quantity::from_micros(quantity),
    })
}

/// The whole of March 2016, a part in hours, or a part in microseconds.
fn coverage() -> impl Strategy<Value = Coverage> {
    let (start, end) = whole("2016-03").period;
    let length = end.since(start).micros();
    let hour = Duration::hours(1).micros();
    let part = prop_oneof![
        1 => Just((0i64, length)),
        2 => (0..=length / hour, 0..=length / hour).prop_map(move |(one, other)| (one * hour, other * hour)),
        1 => (0..=length, 0..=length),
    ];
    part.prop_map(move |(one, other)| {
        let at = |micros: i64| Timestamp::from_micros(start.micros() + micros).expect("a time");
        Coverage { period: (start, end), covered: (at(one.min(other)), at(one.max(other))) }
    })
}

fn expected(line: &RatedLine) -> Expected {
    let price = line.unit_price.to_string();
    let (whole, fraction) = price.split_once('.').unwrap_or((price.as_str(), ""));
    Expected {
        charge: line.charge.clone(),
        tier: line.tier,
        quantity: line.quantity.micros().into(),
        price: format!("{whole}{fraction:0<9}").parse().expect("at most nine decimals"),
        minor: line.amount.minor().into(),
    }
}

/// When a piece of usage becomes known, and whether it is withdrawn again some time later.
#[derive(Debug, Clone)]
struct Arrival {
    item: UsageItem,
    at: u16,
    withdrawn_after: Option<u16>,
}

fn arrival() -> impl Strategy<Value = Arrival> {
    (item(), 0..1000u16, option::of(1..500u16)).prop_map(|(item, at, withdrawn_after)| Arrival { item, at, withdrawn_after })
}

impl Arrival {
    fn stands(&self, at: u16) -> bool {
        self.at <= at && self.withdrawn_after.is_none_or(|after| at < self.at + after)
    }
}

/// Postings summed up by charge, tier and unit price, as (millionths, minor units).
#[derive(Default)]
struct Books(BTreeMap<(String, u32, Price), (i64, i64)>);

impl Books {
    fn post(&mut self, charge: &str, tier: u32, unit_price: Price, quantity: Quantity, amount: Amount) {
        let sums = self.0.entry((charge.to_owned(), tier, unit_price)).or_default();
        *sums = (sums.0 + quantity.micros(), sums.1 + amount.minor());
    }

    fn post_deltas(&mut self, deltas: &[Delta]) {
        for delta in deltas {
            self.post(&delta.charge, delta.tier, delta.unit_price, delta.quantity, delta.amount);
        }
    }

    fn of(lines: &[RatedLine]) -> Self {
        let mut books = Self::default();
        for line in lines {
            books.post(&line.charge, line.tier, line.unit_price, line.quantity, line.amount);
        }
        books
    }

    fn posted(&self, currency: Currency) -> Vec<PostedLine> {
        let line = |((charge, tier, unit_price), (micros, minor)): (&(String, u32, Price), &(i64, i64))| PostedLine {
            charge: charge.clone(),
            tier: *tier,
            label: "Charge".into(),
            unit_price: *unit_price,
            quantity: Quantity::from_micros(*micros),
            amount: Amount::new(*minor, currency),
        };
        self.0.iter().map(line).collect()
    }

    /// Without the lines that came to nothing.
    fn standing(self) -> BTreeMap<(String, u32, Price), (i64, i64)> {
        self.0.into_iter().filter(|(_, sums)| *sums != (0, 0)).collect()
    }
}

proptest! {
    #[test]
    fn a_card_costs_what_the_oracle_says(
        plan in plan(),
        coverage in coverage(),
        (items, shuffled) in vec(item(), 0..20).prop_flat_map(|items| (Just(items.clone()), Just(items).prop_shuffle())),
    ) {
        let card = plan.card();
        let lines = rate(&card, &coverage, &items).unwrap();
        let length = |(from, until): (Timestamp, Timestamp)| i128::from(until.since(from).micros());
        let share = (length(coverage.covered), length(coverage.period));
        prop_assert_eq!(lines.iter().map(expected).collect::<Vec<_>>(), plan.rate(&items, share));
        prop_assert_eq!(rate(&card, &coverage, &shuffled), Ok(lines));
    }

    #[test]
    fn every_way_of_settling_comes_to_what_the_period_costs(
        plan in plan(),
        arrivals in vec(arrival(), 0..20),
        mut runs in vec(0..1500u16, 0..8),
        (early, last) in (coverage(), coverage()),
        known_from in 0..1500u16,
    ) {
        let card = plan.card();
        let standing = |at: u16| -> Vec<UsageItem> {
            arrivals.iter().filter(|arrival| arrival.stands(at)).map(|arrival| arrival.item.clone()).collect()
        };
        let end = u16::MAX;
        runs.sort_unstable();
        runs.push(end);
        let mut books = Books::default();
        for run in runs {
            let coverage = if run < known_from { early } else { last };
            let lines = rate(&card, &coverage, &standing(run)).unwrap();
            let deltas = settle(&lines, &books.posted(card.currency)).unwrap();
            books.post_deltas(&deltas);
            prop_assert_eq!(settle(&lines, &books.posted(card.currency)), Ok(Vec::new()));
        }
        let from_nothing = rate(&card, &last, &standing(end)).unwrap();
        prop_assert_eq!(books.standing(), Books::of(&from_nothing).standing());
    }

    #[test]
    fn the_order_of_lines_makes_no_difference(plan in plan(), before in vec(item(), 0..10), after in vec(item(), 0..10)) {
        let (card, coverage) = (plan.card(), whole("2016-03"));
        let mut lines = rate(&card, &coverage, &after).unwrap();
        let mut posted = Books::of(&rate(&card, &coverage, &before).unwrap()).posted(card.currency);
        let money = |deltas: Vec<Delta>| {
            let mut books = Books::default();
            books.post_deltas(&deltas);
            books.0
        };
        let one = settle(&lines, &posted).map(money);
        lines.reverse();
        posted.reverse();
        prop_assert_eq!(one, settle(&lines, &posted).map(money));
    }

    #[test]
    fn a_price_is_read_as_it_is_written(nanos in 0..=1_000_000_000_000_000i64) {
        let price: Price = decimal(nanos.into(), 9).parse().unwrap();
        prop_assert_eq!(price.to_string().parse::<Price>(), Ok(price));
        prop_assert_eq!(price.check("price"), Ok(()));
    }
}
