//! Money to the cent where what one outcome adds is not what outcomes cost on average.

use assay_app::DisputeRequest;
use assay_domain::{manifest::Manifest, ruling::Ruling};
use assay_rating::card::RateCard;
use assay_tests::{
    assay::{Installation, at},
    hostile::{Hostile, Success, Verdict, declare::unexamined},
};
use serde_json::{Value, json};

use super::support::{decide, held, open, open_as, request, sound, split, worth};
use crate::app::{
    corrections::documents,
    stage::ORDINARY,
    support::{accept, bill, card, drain, event, tickets},
};

fn tiered(model: &str, tiers: Value) -> RateCard {
    let charge = json!({ "code": "tickets", "label": "Tickets", "model": model, "meter": { "outcome-of": "fixed" }, "tiers": tiers });
    card("tiered", json!([charge]))
}

/// Four resolved tickets of acme in March, and their price.
async fn four(card: &RateCard) -> Installation {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let caller = &installation.caller;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, tickets("acme", 4, 4)).await;
    drain(&installation, caller).await;
    installation.agree(caller, "fixed", card, "2016-03-01T00:00:00Z", None).await;
    installation
}

/// The documents of April, the lines of each in the order of their texts.
async fn april(installation: &Installation) -> Vec<String> {
    installation.clock.set(at("2016-05-02T00:00:00Z"));
    bill(installation, &installation.caller, "2016-04").await;
    sound(installation).await;
    let mut found = documents(installation, "2016-04").await;
    found[1..].sort();
    found
}

/// The first two at 10.00 each, all others at 4.00, and 3.00 once there is any of them.
///
/// | tickets | cost  | the last adds | on average |
/// |---------|-------|---------------|------------|
/// | 1       | 10.00 | 10.00         | 10.00      |
/// | 2       | 20.00 | 10.00         | 10.00      |
/// | 3       | 27.00 | 7.00          | 9.00       |
/// | 4       | 31.00 | 4.00          | 7.75       |
fn graduated() -> RateCard {
    tiered("graduated", json!([{ "up-to": "2", "price": "10" }, { "price": "4", "flat-fee": "3" }]))
}

/// What is disputed is worth what it adds, and what is held is what all of it adds together.
///
/// | step               | left on the bill | costs | held for                 | held  |
/// |--------------------|------------------|-------|--------------------------|-------|
/// | billed             | 4                | 31.00 |                          |       |
/// | 1 is disputed      | 4                | 31.00 | 1: 31 − rate(3)          | 4.00  |
/// | 2 is disputed      | 4                | 31.00 | 1, 2: 31 − rate(2)       | 11.00 |
/// | 3 is disputed      | 4                | 31.00 | 1, 2, 3: 31 − rate(1)    | 21.00 |
/// | 4 is disputed      | 4                | 31.00 | all: 31 − rate(0)        | 31.00 |
/// | 1 is upheld        | 3                | 27.00 | 2, 3, 4: 27 − rate(0)    | 27.00 |
/// | 2 is rejected      | 3                | 27.00 | 3, 4: 27 − rate(1)       | 17.00 |
/// | 3 is split by half | 2.5              | 25.00 | 4: 25 − rate(1.5)        | 10.00 |
/// | 4 is upheld        | 1.5              | 15.00 |                          |       |
#[tokio::test]
async fn a_disputed_ticket_is_worth_what_it_adds_and_not_what_tickets_cost_on_average() {
    let installation = four(&graduated()).await;
    bill(&installation, &installation.caller, "2016-03").await;
    assert_eq!(documents(&installation, "2016-03").await[0], "INV-000001 acme 31.00 USD");
    let mut disputes = Vec::new();
    for (subject, sum) in [("acme-0", "4.00"), ("acme-1", "11.00"), ("acme-2", "21.00"), ("acme-3", "31.00")] {
        let opened = open(&installation, subject).await;
        assert_eq!(worth(&opened).as_deref(), Some("4.00"), "{subject}, each by itself");
        assert_eq!(held(&installation).await, [format!("returnable acme tickets {sum} USD")], "{subject}");
        disputes.push(opened.view.id);
    }
    let rulings = [(Ruling::Uphold, Some("27.00")), (Ruling::Reject, Some("17.00")), (split("0.5"), Some("10.00")), (Ruling::Uphold, None)];
    for (id, (ruling, sum)) in disputes.into_iter().zip(rulings) {
        decide(&installation, id, ruling).await;
        let expected: Vec<String> = sum.into_iter().map(|sum| format!("returnable acme tickets {sum} USD")).collect();
        assert_eq!(held(&installation).await, expected, "{id}: {ruling}");
    }
    let credited = [
        "CN-000001 acme for INV-000001 -16.00 USD",
        "  correction tickets of 2016-03: -0.5 × 10 = -5.00",
        "  correction tickets of 2016-03: -1 × 3 = -3.00",
        "  correction tickets of 2016-03: -2 × 4 = -8.00",
    ];
    assert_eq!(april(&installation).await, credited, "31.00 less 15.00");
}

/// The same before the invoice, which goes out for two: 20.00, while 31 − 20 is held; what stands in the end comes with the next.
#[tokio::test]
async fn what_is_withheld_is_held_for_what_it_would_add() {
    let installation = four(&graduated()).await;
    let (first, second) = (open(&installation, "acme-0").await, open(&installation, "acme-1").await);
    // When the second is disputed three are on the bill: it adds 7.00.
    assert_eq!((worth(&first).as_deref(), worth(&second).as_deref()), (Some("4.00"), Some("7.00")));
    assert_eq!(held(&installation).await, ["billable acme tickets 11.00 USD"]);
    bill(&installation, &installation.caller, "2016-03").await;
    assert_eq!(documents(&installation, "2016-03").await, ["INV-000001 acme 20.00 USD", "  charge tickets of 2016-03: 2 × 10 = 20.00"]);
    for id in [first.view.id, second.view.id] {
        decide(&installation, id, Ruling::Reject).await;
    }
    let late =
        ["INV-000002 acme 11.00 USD", "  correction tickets of 2016-03: 1 × 3 = 3.00", "  correction tickets of 2016-03: 2 × 4 = 8.00"];
    assert_eq!(april(&installation).await, late);
}

/// Up to three at 10.00 each, from four on all at 5.00: four cost 20.00, three 30.00. A bill is the price of what stands, so whoever takes one
/// of four back pays more; there is nothing to hold for that.
#[tokio::test]
async fn taking_back_an_outcome_may_cost_more_where_the_price_falls_with_the_volume() {
    let installation = four(&tiered("volume", json!([{ "up-to": "3", "price": "10" }, { "price": "5" }]))).await;
    bill(&installation, &installation.caller, "2016-03").await;
    let opened = open(&installation, "acme-0").await;
    assert_eq!((worth(&opened).as_deref(), held(&installation).await), (Some("-10.00"), vec![]));
    decide(&installation, opened.view.id, Ruling::Uphold).await;
    let late = [
        "INV-000002 acme 10.00 USD",
        "  correction tickets of 2016-03: -4 × 5 = -20.00",
        "  correction tickets of 2016-03: 3 × 10 = 30.00",
    ];
    assert_eq!(april(&installation).await, late);
}

const CLOSED: &str = "2016-03-10T08:00:00Z";

/// A success worth 500.
fn deal() -> Hostile {
    let success = Success { value: Some((500, 0)), ..Success::at(at(CLOSED).micros()) };
    Hostile::unexamined().manifest(&Manifest { has_value: true, ..unexamined() }).verdict(Verdict::success(success))
}

/// 2 % of what a success is worth, and 8.00 at least.
///
/// | ruling    | left | worth | 2 %   | billed |
/// |-----------|------|-------|-------|--------|
/// | reject    | 1    | 500   | 10.00 | 10.00  |
/// | split 0.1 | 0.9  | 450   | 9.00  | 9.00   |
/// | split 0.5 | 0.5  | 250   | 5.00  | 8.00   |
/// | uphold    | 0    |       |       | none   |
#[tokio::test]
async fn a_split_takes_its_share_of_the_worth_and_the_price_has_its_bounds() {
    let fee = json!({ "code": "fee", "label": "Success fee", "model": "percentage", "meter": { "outcome-of": "deals" }, "rate": "0.02",
                      "minimum": "8" });
    let rows = [
        (Ruling::Reject, Some(["INV-000001 acme 10.00 USD", "  charge fee of 2016-03: 500 × 0.02 = 10.00"])),
        (split("0.1"), Some(["INV-000001 acme 9.00 USD", "  charge fee of 2016-03: 450 × 0.02 = 9.00"])),
        (split("0.5"), Some(["INV-000001 acme 8.00 USD", "  charge fee of 2016-03: 1 × 8 = 8.00"])),
        (Ruling::Uphold, None),
    ];
    for (ruling, expect) in rows {
        let installation = Installation::new("2016-04-02T00:00:00Z").await;
        let caller = &installation.caller;
        installation.define_hostile(caller, "deals", deal(), ORDINARY, "2016-01-01T00:00:00Z").await;
        accept(&installation, caller, vec![event("D1", "closed", "ping", at(CLOSED), Some("acme"))]).await;
        drain(&installation, caller).await;
        installation.agree(caller, "deals", &card("fees", json!([fee.clone()])), "2016-03-01T00:00:00Z", None).await;
        drain(&installation, caller).await;
        let opened = open_as(&installation, &DisputeRequest { definition: "deals".into(), ..request("D1") }).await;
        assert_eq!(worth(&opened).as_deref(), Some("10.00"));
        decide(&installation, opened.view.id, ruling).await;
        bill(&installation, caller, "2016-03").await;
        let expect: Vec<&str> = expect.into_iter().flatten().collect();
        assert_eq!(documents(&installation, "2016-03").await, expect, "{ruling}");
        sound(&installation).await;
    }
}
