//! When an outcome is billed: in the month in which it settles, once, however often it was lost and earned again.

use assay_domain::{definition::Timing, time::Duration};
use assay_rating::card::RateCard;
use assay_tests::assay::{Installation, at};
use serde_json::{Value, json};

use super::{
    corrections::documents,
    stage::{ORDINARY, Stage},
    support::{bill, card, number},
};

const THREE_DAYS_HELD: Timing = Timing { settles_after: Duration::days(3), ..ORDINARY };

fn successes() -> Value {
    json!({ "code": "successes", "label": "Successes", "model": "unit", "meter": { "outcome-of": "fixed" }, "price": "0.99" })
}

fn per_success() -> RateCard {
    card("per-success", json!([successes()]))
}

/// Agrees with everybody who is known, from March on.
async fn agree(stage: &Stage, card: &RateCard) {
    let installation = &stage.installation;
    installation.agree(&installation.caller, "fixed", card, "2016-03-01T00:00:00Z", None).await;
}

/// What the run of a month issues when it is carried at a time.
async fn billed(stage: &Stage, now: &str, month: &str) -> Vec<String> {
    let Installation { caller, clock, .. } = &stage.installation;
    clock.set(at(now));
    bill(&stage.installation, caller, month).await;
    documents(&stage.installation, month).await
}

/// The units of outcomes that stand.
async fn units(stage: &Stage) -> i64 {
    number(&stage.installation, "select sum(quantity) from usage where meter = 'outcome'").await
}

const ONE_MICROS: i64 = 1_000_000;

#[tokio::test]
async fn what_is_lost_and_earned_again_within_a_month_is_one_unit() {
    let mut stage = Stage::new(&[], ORDINARY).await;
    stage
        .play(
            "
        > 03-01 08:00 T1 opened   acme
        > 03-01 10:00 T1 resolved acme
        @ 03-03 00:00
        = T1 acme fixed@1 final resolved 03-02 10:00
        ~ acme fixed attempt +1 03-01 08:00 T1
        ~ acme fixed outcome +1 03-02 10:00 T1
        > 03-01 22:00 T1 reopened acme
        @ 03-03 00:00
        = T1 acme fixed@1 open unresolved
        ~ acme fixed outcome -1 03-02 10:00 T1
        > 03-05 12:00 T1 resolved acme
        @ 03-07 00:00
        = T1 acme fixed@1 final resolved 03-06 12:00
        ~ acme fixed outcome +1 03-06 12:00 T1
    ",
        )
        .await;
    agree(&stage, &per_success()).await;
    let march = billed(&stage, "2016-04-01T00:00:00Z", "2016-03").await;
    assert_eq!(march, ["INV-000001 acme 0.99 USD", "  charge successes of 2016-03: 1 × 0.99 = 0.99"]);
    assert_eq!(units(&stage).await, ONE_MICROS);
}

/// A ticket that is resolved at the end of March.
const IN_MARCH: &str = "
    > 03-30 08:00 T1 opened   acme
    > 03-30 10:00 T1 resolved acme
    @ 03-31 12:00
    = T1 acme fixed@1 final resolved 03-31 10:00
    ~ acme fixed attempt +1 03-30 08:00 T1
    ~ acme fixed outcome +1 03-31 10:00 T1
";

/// It was reopened within its window, and resolved again in April.
const AGAIN_IN_APRIL: &str = "
    > 03-31 09:00 T1 reopened acme
    > 04-01 10:00 T1 resolved acme
    @ 04-03 00:00
    = T1 acme fixed@1 final resolved 04-02 10:00
    ~ acme fixed outcome +1 04-02 10:00 T1
    ~ acme fixed outcome -1 03-31 10:00 T1
";

#[tokio::test]
async fn what_is_lost_in_march_and_earned_again_in_april_is_a_unit_of_april() {
    let mut stage = Stage::new(&[], ORDINARY).await;
    stage.play(IN_MARCH).await;
    agree(&stage, &per_success()).await;
    stage.play(AGAIN_IN_APRIL).await;
    assert_eq!(billed(&stage, "2016-04-03T00:00:00Z", "2016-03").await, [""; 0]);
    let april = billed(&stage, "2016-05-01T00:00:00Z", "2016-04").await;
    assert_eq!(april, ["INV-000001 acme 0.99 USD", "  charge successes of 2016-04: 1 × 0.99 = 0.99"]);
    assert_eq!(units(&stage).await, ONE_MICROS);
}

#[tokio::test]
async fn what_was_billed_in_march_is_given_back_when_april_bills_it() {
    let mut stage = Stage::new(&[], ORDINARY).await;
    stage.play(IN_MARCH).await;
    agree(&stage, &per_success()).await;
    let march = billed(&stage, "2016-04-01T00:00:00Z", "2016-03").await;
    assert_eq!(march, ["INV-000001 acme 0.99 USD", "  charge successes of 2016-03: 1 × 0.99 = 0.99"]);
    stage.play(AGAIN_IN_APRIL).await;
    let april = billed(&stage, "2016-05-01T00:00:00Z", "2016-04").await;
    assert_eq!(
        april,
        [
            "INV-000002 acme 0.99 USD",
            "  charge successes of 2016-04: 1 × 0.99 = 0.99",
            "CN-000001 acme for INV-000001 -0.99 USD",
            "  correction successes of 2016-03: -1 × 0.99 = -0.99",
        ]
    );
    assert_eq!(units(&stage).await, ONE_MICROS);
}

#[tokio::test]
async fn what_is_lost_and_earned_again_within_a_billed_month_corrects_nothing() {
    let mut stage = Stage::new(&[], ORDINARY).await;
    stage
        .play(
            "
        > 03-01 08:00 T1 opened   acme
        > 03-01 10:00 T1 resolved acme
        @ 03-31 00:00
        = T1 acme fixed@1 final resolved 03-02 10:00
        ~ acme fixed attempt +1 03-01 08:00 T1
        ~ acme fixed outcome +1 03-02 10:00 T1
    ",
        )
        .await;
    agree(&stage, &per_success()).await;
    assert_eq!(billed(&stage, "2016-04-01T00:00:00Z", "2016-03").await.len(), 2);
    stage
        .play(
            "
        > 03-01 12:00 T1 reopened acme
        > 03-01 13:00 T1 resolved acme
        @ 04-02 00:00
        = T1 acme fixed@1 final resolved 03-02 13:00
        ~ acme fixed outcome +1 03-02 13:00 T1
        ~ acme fixed outcome -1 03-02 10:00 T1
    ",
        )
        .await;
    assert_eq!(billed(&stage, "2016-05-01T00:00:00Z", "2016-04").await, [""; 0]);
    assert_eq!(units(&stage).await, ONE_MICROS);
}

/// What settles as the month ends is billed with the next, and what is lost before it settles is never billed.
#[tokio::test]
async fn an_outcome_is_billed_in_the_month_in_which_it_settles() {
    let attempts = json!({ "code": "attempts", "label": "Attempts", "model": "unit", "meter": { "attempts-at": "fixed" }, "price": "0.1" });
    let mut stage = Stage::new(&[], THREE_DAYS_HELD).await;
    stage
        .play(
            "
        > 03-27 08:00 T1 opened   acme
        > 03-28 00:00 T1 resolved acme
        > 03-27 08:00 T2 opened   acme
        > 03-27 23:59 T2 resolved acme
        > 03-27 08:00 T3 opened   acme
        > 03-29 12:00 T3 resolved acme
        @ 03-31 23:58
        = T1 acme fixed@1 provisional resolved 03-29 00:00
        = T2 acme fixed@1 provisional resolved 03-28 23:59
        = T3 acme fixed@1 provisional resolved 03-30 12:00
        ~ acme fixed attempt +1 03-27 08:00 T1
        ~ acme fixed attempt +1 03-27 08:00 T2
        ~ acme fixed attempt +1 03-27 08:00 T3
        ~ acme fixed outcome +1 03-31 23:59 T2
        ~ acme fixed outcome +1 04-01 00:00 T1
        ~ acme fixed outcome +1 04-02 12:00 T3
        @ 03-31 23:59
        = T1 acme fixed@1 provisional resolved 03-29 00:00
        = T2 acme fixed@1 final resolved 03-28 23:59
        = T3 acme fixed@1 provisional resolved 03-30 12:00
    ",
        )
        .await;
    agree(&stage, &card("hybrid", json!([attempts, successes()]))).await;
    assert_eq!(
        billed(&stage, "2016-04-01T00:00:00Z", "2016-03").await,
        ["INV-000001 acme 1.29 USD", "  charge attempts of 2016-03: 3 × 0.1 = 0.30", "  charge successes of 2016-03: 1 × 0.99 = 0.99"]
    );
    stage
        .play(
            "
        @ 04-01 00:00
        = T1 acme fixed@1 final resolved 03-29 00:00
        = T2 acme fixed@1 final resolved 03-28 23:59
        = T3 acme fixed@1 provisional resolved 03-30 12:00
        > 03-30 09:00 T3 reopened acme
        @ 04-01 12:00
        = T1 acme fixed@1 final resolved 03-29 00:00
        = T2 acme fixed@1 final resolved 03-28 23:59
        = T3 acme fixed@1 open unresolved
        ~ acme fixed outcome -1 04-02 12:00 T3
    ",
        )
        .await;
    assert_eq!(
        billed(&stage, "2016-05-01T00:00:00Z", "2016-04").await,
        ["INV-000002 acme 0.99 USD", "  charge successes of 2016-04: 1 × 0.99 = 0.99"]
    );
}

/// Nothing was judged since the ticket came: the run fires what is due by itself, months late.
#[tokio::test]
async fn a_billing_run_fires_the_timers_that_are_due() {
    let mut stage = Stage::new(&[], ORDINARY).await;
    stage
        .play(
            "
        > 03-01 08:00 T1 opened   acme
        > 03-01 10:00 T1 resolved acme
        @ 03-01 12:00
        = T1 acme fixed@1 open awaiting-window
        ~ acme fixed attempt +1 03-01 08:00 T1
    ",
        )
        .await;
    agree(&stage, &per_success()).await;
    let march = billed(&stage, "2016-08-01T00:00:00Z", "2016-03").await;
    assert_eq!(march, ["INV-000001 acme 0.99 USD", "  charge successes of 2016-03: 1 × 0.99 = 0.99"]);
    assert_eq!(billed(&stage, "2016-08-01T00:00:00Z", "2016-04").await, [""; 0]);
}
