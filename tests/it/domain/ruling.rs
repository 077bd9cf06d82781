//! Rulings: what each leaves of an outcome, and that verdicts and rulings add up alike in either order.

use std::collections::BTreeMap;

use assay_domain::{
    decimal::{Decimal, Quantity},
    id::{CustomerId, VersionId},
    outcome::{Meter, Usage, usage_deltas},
    ruling::{DefaultRuling, Effect, Ruling, Share},
    time::{Duration, Timestamp},
};

fn share(text: &str) -> Share {
    text.parse().unwrap()
}

fn quantity(text: &str) -> Quantity {
    text.parse().unwrap()
}

#[test]
fn a_share_is_more_than_nothing_and_less_than_all() {
    let rows = [
        ("0.5", Some(500_000)),
        ("0.000001", Some(1)),
        ("0.999999", Some(999_999)),
        ("5e-1", Some(500_000)),
        ("0", None),
        ("1", None),
        ("1.5", None),
        ("-0.5", None),
        ("0.0000001", None),
        ("half", None),
        ("", None),
    ];
    for (text, expect) in rows {
        let found = text.parse::<Share>();
        assert_eq!(found.as_ref().ok().map(|share| share.micros()), expect, "{text:?}");
        assert!(found.err().is_none_or(|error| error.to_string().contains(&format!("{text:?}"))), "{text:?}");
    }
    assert_eq!((Share::from_micros(0), Share::from_micros(1_000_000), Share::from_micros(-1)), (None, None, None));
    assert_eq!(share("0.250").to_string(), "0.25");
}

/// What is left is cut to whole millionths towards the customer.
#[test]
fn a_split_leaves_the_rest_and_never_more() {
    let rows = [
        ("1", "0.5", "0.5"),
        ("1", "0.000001", "0.999999"),
        ("1", "0.999999", "0.000001"),
        ("3", "0.333333", "2.000001"),
        // 0.000001 × 0.5 and 0.000003 × 0.5 are no whole millionths.
        ("0.000001", "0.5", "0"),
        ("0.000003", "0.5", "0.000001"),
        ("2.5", "0.1", "2.25"),
        // The largest quantity there can be is larger than what its product with a share fits into.
        ("1000000000", "0.5", "500000000"),
        ("1000000000", "0.000001", "999999000"),
    ];
    for (whole, taken, left) in rows {
        assert_eq!(share(taken).left_of_quantity(quantity(whole)), quantity(left), "{whole} less {taken} of it");
    }
}

/// An attempt and an outcome of one customer, the outcome dated on a day.
fn earned(outcome: &str, day: u16, class: Option<&str>, value: Option<&str>) -> Vec<Usage> {
    let one = |meter, quantity, dated_at, value: Option<Decimal>| Usage {
        meter,
        customer: CustomerId(1),
        version: VersionId(1),
        quantity,
        dated_at,
        class: class.filter(|_| meter == Meter::Outcome).map(str::to_owned),
        value,
        credit: None,
    };
    let at = Timestamp::EPOCH.plus(Duration::days(day));
    let attempt = one(Meter::Attempt, Quantity::ONE, Timestamp::EPOCH, None);
    let outcome = quantity(outcome);
    let outcome =
        (outcome > Quantity::ZERO).then(|| one(Meter::Outcome, outcome, at, value.map(|value| value.parse::<Decimal>().unwrap())));
    [attempt].into_iter().chain(outcome).collect()
}

/// Quantities and values of outcomes, with how many attempts stand beside them.
fn counted(usage: &[Usage]) -> String {
    let attempts = usage.iter().filter(|usage| usage.meter == Meter::Attempt).count();
    let outcomes = usage.iter().filter(|usage| usage.meter == Meter::Outcome);
    let worth = |usage: &Usage| usage.value.map(|value| format!(" worth {value}")).unwrap_or_default();
    let outcomes: Vec<String> = outcomes.map(|usage| format!("{}{}", usage.quantity, worth(usage))).collect();
    format!("{attempts} attempt, {}", outcomes.join(" and "))
}

#[test]
fn a_ruling_touches_the_outcome_and_never_the_attempt() {
    let half = Effect::Split(share("0.5"));
    let rows = [
        (Effect::Stands, "2", Some("12.5"), "1 attempt, 2 worth 12.5"),
        (Effect::Withheld, "2", Some("12.5"), "1 attempt, "),
        (Effect::Reversed, "2", Some("12.5"), "1 attempt, "),
        (half, "2", Some("12.5"), "1 attempt, 1 worth 6.25"),
        (half, "2", None, "1 attempt, 1"),
        (Effect::Split(share("0.333333")), "1", Some("0.000002"), "1 attempt, 0.666667 worth 0.000001"),
        // Half a millionth is nothing, so nothing stands.
        (half, "0.000001", None, "1 attempt, "),
        (half, "0", None, "1 attempt, "),
        (Effect::Stands, "0", None, "1 attempt, "),
    ];
    for (effect, outcome, value, expect) in rows {
        let usage = earned(outcome, 3, Some("booked"), value);
        assert_eq!(counted(&effect.apply(usage.clone())), expect, "{} of {outcome} worth {value:?}", effect.name());
        let outcomes = effect.apply(usage).into_iter().filter(|usage| usage.meter == Meter::Outcome);
        let sum = outcomes.map(|usage| usage.quantity.micros()).sum();
        assert_eq!(effect.of_quantity(quantity(outcome)), Quantity::from_micros(sum), "{} of {outcome}", effect.name());
    }
}

#[test]
fn rulings_and_effects_go_by_their_names_and_shares() {
    let half = share("0.5");
    let rows = [
        (Ruling::Uphold, "uphold", None, Effect::Reversed, "reversed"),
        (Ruling::Reject, "reject", None, Effect::Stands, "stands"),
        (Ruling::Split(half), "split", Some(half), Effect::Split(half), "split"),
    ];
    for (ruling, name, taken, effect, effect_name) in rows {
        assert_eq!((ruling.name(), ruling.share(), ruling.effect()), (name, taken, effect));
        assert_eq!((effect.name(), effect.share()), (effect_name, taken));
        assert_eq!(Ruling::from_parts(name, taken), Some(ruling));
        assert_eq!(Effect::from_parts(effect_name, taken), Some(effect));
        let other = if taken.is_some() { None } else { Some(half) };
        assert_eq!((Ruling::from_parts(name, other), Effect::from_parts(effect_name, other)), (None, None), "{name}");
    }
    assert_eq!(Effect::from_parts("withheld", None), Some(Effect::Withheld));
    assert_eq!(
        (Effect::from_parts("withheld", Some(half)), Effect::from_parts("other", None), Ruling::from_parts("", None)),
        (None, None, None)
    );
    for (default, name) in [(DefaultRuling::Uphold, "uphold"), (DefaultRuling::Reject, "reject")] {
        assert_eq!((default.ruling().name(), DefaultRuling::from_name(name)), (name, Some(default)));
    }
    assert_eq!((DefaultRuling::from_name("split"), Effect::default()), (None, Effect::Stands));
}

/// Everything that tells one piece of usage from another, with its sum in millionths.
fn add(sums: &mut BTreeMap<String, i64>, usage: &[Usage]) {
    for Usage { meter, customer, dated_at, quantity, class, value, .. } in usage {
        let value = value.map(|value| value.to_string());
        *sums.entry(format!("{} {customer} {dated_at} {class:?} {value:?}", meter.name())).or_default() += quantity.micros();
    }
    sums.retain(|_, sum| *sum != 0);
}

/// What a chain of (effect, verdict) has emitted, step by step from nothing.
fn emitted(chain: &[(Effect, &Vec<Usage>)]) -> BTreeMap<String, i64> {
    let (mut sums, mut before) = (BTreeMap::new(), Vec::new());
    for (effect, verdict) in chain {
        let after = effect.apply((*verdict).clone());
        add(&mut sums, &usage_deltas(&before, &after));
        before = after;
    }
    sums
}

#[test]
fn a_verdict_and_a_ruling_add_up_alike_in_either_order() {
    let verdicts = [
        earned("0", 0, None, None),
        earned("1", 3, None, None),
        earned("1", 9, None, None),
        earned("2.5", 3, Some("booked"), Some("112.5")),
    ];
    let effects = [Effect::Stands, Effect::Withheld, Effect::Reversed, Effect::Split(share("0.5")), Effect::Split(share("0.333333"))];
    for from in effects {
        for to in effects {
            for before in &verdicts {
                for after in &verdicts {
                    let verdict_first = emitted(&[(from, before), (from, after), (to, after)]);
                    let ruling_first = emitted(&[(from, before), (to, before), (to, after)]);
                    let at_once = emitted(&[(to, after)]);
                    assert_eq!(verdict_first, ruling_first, "{from:?} to {to:?}, {before:?} to {after:?}");
                    assert_eq!(verdict_first, at_once, "{from:?} to {to:?}, {before:?} to {after:?}");
                }
            }
        }
    }
}
