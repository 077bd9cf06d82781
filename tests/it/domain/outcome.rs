//! Outcomes: the state that a standing verdict amounts to, and the usage that a change of it emits.

use std::collections::BTreeMap;

use assay_domain::{
    decimal::{Decimal, Quantity},
    definition::Timing,
    id::{CustomerId, VersionId},
    outcome::{Credit, Meter, OutcomeState, Usage, usage_deltas},
    standing::{Seal, Standing},
    time::Timestamp,
    verdict::{Answer, Decision},
};
use proptest::{option, prelude::*};

use super::rules::{days, moment, success, verdict};

const SEALS: [Option<Seal>; 3] = [None, Some(Seal::Horizon), Some(Seal::Deadline)];

fn state(answer: Answer, seal: Option<Seal>, settles_after: &str, as_of: &str) -> OutcomeState {
    let timing = Timing { settles_after: days(settles_after), ..Timing::default() };
    let standing = Standing { answer, asked_at: moment(as_of), events: 1, seal, asks: 1 };
    OutcomeState::of(&standing, &timing, moment(as_of))
}

#[test]
fn a_success_is_provisional_until_its_holdback_is_over() {
    fn check(settles_after: &str, as_of: &str, expect: OutcomeState) {
        for seal in SEALS {
            let found = state(verdict(success(moment("3"))), seal, settles_after, as_of);
            assert_eq!(found, expect, "{settles_after} days on day {as_of}, {seal:?}");
        }
    }
    check("0", "3", OutcomeState::Final);
    check("0", "1000", OutcomeState::Final);
    check("2", "3", OutcomeState::Provisional);
    check("2", "5-", OutcomeState::Provisional);
    check("2", "5", OutcomeState::Final);
    check("2", "5+", OutcomeState::Final);
}

#[test]
fn every_other_answer_has_its_state() {
    fn check(answer: Answer, expect: OutcomeState) {
        for seal in SEALS {
            for settles_after in ["0", "5"] {
                assert_eq!(state(answer.clone(), seal, settles_after, "10"), expect, "{answer:?}, {seal:?}");
            }
        }
    }
    check(verdict(Decision::Failure), OutcomeState::Failed);
    check(verdict(Decision::Pending(None)), OutcomeState::Open);
    check(verdict(Decision::Pending(Some(moment("12")))), OutcomeState::Open);
    check(verdict(Decision::Indeterminate), OutcomeState::Indeterminate);
    check(verdict(Decision::NotEligible), OutcomeState::NotEligible);
    check(Answer::RuleError("no state".into()), OutcomeState::Indeterminate);
    check(Answer::MissingField("a/b".into()), OutcomeState::Indeterminate);
}

#[test]
fn what_is_pending_at_its_deadline_has_failed() {
    for wake in [None, Some(moment("99"))] {
        assert_eq!(state(verdict(Decision::Pending(wake)), Some(Seal::Expired), "0", "90"), OutcomeState::Failed);
    }
}

#[test]
fn an_attempt_is_what_was_judged() {
    let attempts: Vec<&str> = OutcomeState::ALL.iter().filter(|(state, _)| state.is_attempt()).map(|(_, name)| *name).collect();
    assert_eq!(attempts, ["open", "provisional", "final", "failed"]);
}

/// `meter customer version quantity day [class [value [credit]]]`, one a line.
fn usage(text: &str) -> Vec<Usage> {
    let one = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        Usage {
            meter: Meter::from_name(words[0]).unwrap(),
            customer: CustomerId(words[1].parse().unwrap()),
            version: VersionId(words[2].parse().unwrap()),
            quantity: words[3].parse().unwrap(),
            dated_at: moment(words[4]),
            class: words.get(5).map(|class| (*class).to_owned()),
            value: words.get(6).map(|value| value.parse().unwrap()),
            credit: words.get(7).map(|credit| credit.parse().unwrap()),
        }
    };
    text.split(';').filter(|line| !line.trim().is_empty()).map(one).collect()
}

#[test]
fn usage_follows_what_stands() {
    fn check(before: &str, after: &str, expect: &str) {
        assert_eq!(usage_deltas(&usage(before), &usage(after)), usage(expect), "from {before:?} to {after:?}");
    }
    let one = "outcome 1 1 1 5";
    check("outcome 1 1 1 5 booked 40", "outcome 1 1 1 5 booked 50", "outcome 1 1 -1 5 booked 40; outcome 1 1 1 5 booked 50");
    check("outcome 1 1 1 5 a 4 ai:1", "outcome 1 1 1 5 a 4 human:1", "outcome 1 1 -1 5 a 4 ai:1; outcome 1 1 1 5 a 4 human:1");
    check("", "", "");
    check("", one, one);
    check(one, "", "outcome 1 1 -1 5");
    check(one, one, "");
    check(one, "outcome 1 1 2.5 5", "outcome 1 1 -1 5; outcome 1 1 2.5 5");
    check(one, "outcome 1 1 1 6", "outcome 1 1 -1 5; outcome 1 1 1 6");
    check(one, "outcome 2 1 1 5", "outcome 1 1 -1 5; outcome 2 1 1 5");
    check(one, "outcome 1 2 1 5", "outcome 1 1 -1 5; outcome 1 2 1 5");
    check(one, "outcome 1 1 1 5 booked", "outcome 1 1 -1 5; outcome 1 1 1 5 booked");
    check("outcome 1 1 1 5 booked", "outcome 1 1 1 5 qualified", "outcome 1 1 -1 5 booked; outcome 1 1 1 5 qualified");
    check("attempt 1 1 1 0", "attempt 1 1 1 0; outcome 1 1 1 5", one);
    check("attempt 1 1 1 0; outcome 1 1 1 5", "attempt 1 1 1 0", "outcome 1 1 -1 5");
    check("attempt 1 1 1 0; outcome 1 1 1 5", "", "attempt 1 1 -1 0; outcome 1 1 -1 5");
    check("attempt 1 1 1 0; outcome 1 1 1 5", "outcome 1 1 1 5; attempt 1 1 1 0", "");
}

/// Everything that tells one line of usage from another, with its sum in millionths.
type Sums = BTreeMap<(Meter, CustomerId, VersionId, Timestamp, Option<String>, Option<String>, Option<Credit>), i64>;

fn add(sums: &mut Sums, usage: &[Usage], sign: i64) {
    for Usage { meter, customer, version, quantity, dated_at, class, value, credit } in usage {
        let value = value.map(|value| value.to_string());
        let key = (*meter, *customer, *version, *dated_at, class.clone(), value, credit.clone());
        *sums.entry(key).or_default() += sign * quantity.micros();
    }
    sums.retain(|_, sum| *sum != 0);
}

fn any_usage(meter: Meter) -> impl Strategy<Value = Usage> {
    let class = option::of(prop_oneof![Just("booked".to_owned()), Just("qualified".to_owned())]);
    let value = option::of((0..3i64).prop_map(|value| value.to_string().parse::<Decimal>().unwrap()));
    let credit = option::of(prop_oneof![Just("ai:1"), Just("ai:3 human:1")].prop_map(|credit| credit.parse::<Credit>().unwrap()));
    let numbers = (0..2i64, 0..2i64, 1..3i64, 0..2i64);
    (numbers, class, value, credit).prop_map(move |((customer, version, quantity, day), class, value, credit)| Usage {
        meter,
        customer: CustomerId(customer),
        version: VersionId(version),
        quantity: Quantity::from_micros(quantity * 500_000),
        dated_at: moment(&day.to_string()),
        class,
        value,
        credit,
    })
}

/// What one interaction amounts to: an attempt at most, and an outcome at most.
fn stands() -> impl Strategy<Value = Vec<Usage>> {
    (option::of(any_usage(Meter::Attempt)), option::of(any_usage(Meter::Outcome)))
        .prop_map(|(attempt, outcome)| attempt.into_iter().chain(outcome).collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn deltas_sum_to_the_difference(before in stands(), after in stands()) {
        let deltas = usage_deltas(&before, &after);
        let mut sums = Sums::new();
        add(&mut sums, &before, 1);
        add(&mut sums, &deltas, 1);
        add(&mut sums, &after, -1);
        prop_assert_eq!(sums, Sums::new());
        prop_assert_eq!(deltas.is_empty(), before == after);
    }
}
