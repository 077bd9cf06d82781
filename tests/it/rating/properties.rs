//! Random cards and usage: what they cost, and what it does not depend on.

use assay_rating::{
    card::{Price, RateCard},
    rate::{RatedLine, UsageItem, rate, rate_advance, worth},
    settle::{Delta, settle},
};
use proptest::{collection::vec, prelude::*};

use super::{
    books::Books,
    oracle,
    random::{card, coverage, item},
    support::{card as read_card, decimal, whole},
};

/// A tax is on everything; any other line is of one charge.
fn is_tax(line: &RatedLine) -> bool {
    line.charge.starts_with("tax-")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_period_costs_what_the_oracle_says(
        card in card(),
        coverage in coverage("2016-03"),
        (items, shuffled) in vec(item(), 0..20).prop_flat_map(|items| (Just(items.clone()), Just(items).prop_shuffle())),
    ) {
        let read = read_card(card.clone());
        let lines = rate(&read, &coverage, &items).unwrap();
        prop_assert_eq!(oracle::read(&lines), oracle::rate(&card, &coverage, &items));
        prop_assert_eq!(rate(&read, &coverage, &shuffled), Ok(lines));
    }

    #[test]
    fn pieces_cost_the_same_one_by_one(card in card(), coverage in coverage("2016-03"), items in vec(item(), 0..8)) {
        let card = read_card(card);
        let one = |item: &UsageItem| UsageItem { count: 1, ..item.clone() };
        let pieces: Vec<UsageItem> = items.iter().flat_map(|item| (0..item.count).map(move |_| one(item))).collect();
        prop_assert_eq!(rate(&card, &coverage, &pieces), rate(&card, &coverage, &items));
    }

    #[test]
    fn what_is_due_in_advance_is_a_part_of_the_whole(card in card(), coverage in coverage("2016-02"), items in vec(item(), 0..8)) {
        let read = read_card(card.clone());
        let early = rate_advance(&read, &coverage).unwrap();
        prop_assert_eq!(oracle::read(&early), oracle::rate_advance(&card, &coverage));
        let lines = rate(&read, &coverage, &items).unwrap();
        prop_assert!(early.iter().filter(|line| !is_tax(line)).all(|line| lines.contains(line)));
    }

    #[test]
    fn one_more_is_worth_what_it_adds(card in card(), coverage in coverage("2016-03"), mut items in vec(item(), 0..12), extra in item()) {
        let without = oracle::sum(&oracle::rate(&card, &coverage, &items));
        match items.iter_mut().find(|item| item.used == extra.used) {
            Some(item) => item.count += 1,
            None => items.push(UsageItem { count: 1, ..extra.clone() }),
        }
        let with = oracle::sum(&oracle::rate(&card, &coverage, &items));
        let worth = worth(&read_card(card), &coverage, &items, &extra).unwrap();
        prop_assert_eq!(i128::from(worth.minor()), with - without);
    }

    #[test]
    fn the_order_of_lines_makes_no_difference(card in card(), before in vec(item(), 0..10), after in vec(item(), 0..10)) {
        let (card, coverage) = (read_card(card), whole("2016-03"));
        let mut lines = rate(&card, &coverage, &after).unwrap();
        let mut posted = Books::of_lines(&rate(&card, &coverage, &before).unwrap()).posted(card.currency);
        let money = |deltas: Vec<Delta>| {
            let mut books = Books::default();
            books.post_deltas(&deltas);
            books
        };
        let one = settle(&lines, &posted).map(money);
        lines.reverse();
        posted.reverse();
        prop_assert_eq!(one, settle(&lines, &posted).map(money));
    }

    #[test]
    fn a_card_is_read_as_it_is_written(card in card()) {
        let read = read_card(card);
        let written = serde_json::to_string(&read).unwrap();
        prop_assert_eq!(serde_json::from_str::<RateCard>(&written).unwrap(), read);
    }

    #[test]
    fn a_price_is_read_as_it_is_written(nanos in 0..=1_000_000_000_000_000i64) {
        let price: Price = decimal(nanos.into(), 9).parse().unwrap();
        prop_assert_eq!(price.to_string().parse::<Price>(), Ok(price));
        prop_assert_eq!(price.check("price"), Ok(()));
    }
}
