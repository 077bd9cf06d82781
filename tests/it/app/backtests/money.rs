//! Bills that a back-test predicts are those that are issued: of the version in force, and where the candidate is put in force from the
//! beginning.

use std::collections::{BTreeMap, BTreeSet};

use assay_app::{Caller, Candidate, Changes, desk::Desk};
use assay_domain::{
    definition::Timing,
    event::NewEvent,
    time::{Duration, Limit},
};
use assay_rating::card::RateCard;
use assay_tests::assay::Installation;
use serde_json::json;

use super::support::{changed, report, request, run};
use crate::app::{
    order::arrivals,
    stage::ORDINARY,
    support::{drain, ingest, month},
};

const MONTHS: [&str; 5] = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"];
const STRICT: [(&str, &str); 1] = [("retry", "false")];

/// Tiers, attempts, a commitment and a tax: one unit more or less changes more than its own price.
fn card() -> RateCard {
    let card: RateCard = serde_json::from_value(json!({
        "name": "hybrid", "currency": "USD",
        "charges": [
            { "code": "attempts", "label": "Attempts", "model": "unit", "meter": { "attempts-at": "fixed" }, "price": "0.1" },
            { "code": "resolutions", "label": "Resolved tickets", "model": "graduated", "meter": { "outcome-of": "fixed" },
              "tiers": [{ "up-to": "3", "price": "0.99", "flat-fee": "1" }, { "price": "0.59", "flat-fee": "2.5" }] },
        ],
        "commitment": { "amount": "2", "overage-factor": "1.5" },
        "taxes": [{ "code": "vat", "label": "VAT", "rate": "0.19" }],
    }))
    .expect("the card reads");
    assert_eq!(card.check(), Ok(()));
    card
}

/// A tenant of its own whose tickets are judged by a definition from the beginning, and sold to everybody.
async fn vendor(installation: &Installation, slug: &str, parameters: &[(&str, &str)], timing: Timing, events: &[NewEvent]) -> Caller {
    let caller = installation.tenant(slug).await;
    installation.define(&caller, "fixed", parameters, timing, "2026-01-01T00:00:00Z").await;
    ingest(installation, &caller, events.to_vec()).await;
    drain(installation, &caller).await;
    installation.agree(&caller, "fixed", &card(), "2026-01-01T00:00:00Z", None).await;
    drain(installation, &caller).await;
    caller
}

/// What is billed to each customer for each period, in cents.
async fn bills(installation: &Installation, caller: &Caller) -> BTreeMap<(String, String), i64> {
    for text in MONTHS {
        installation.assay.bill(caller, month(text), |_| {}).await.expect("a bill");
    }
    let mut found = BTreeMap::new();
    for invoice in installation.assay.invoices(caller).await.expect("invoices") {
        for view in installation.assay.invoice(caller, &invoice.number, None).await.expect("an invoice").lines {
            *found.entry((view.customer, view.line.period.to_string())).or_default() += view.line.amount.minor();
        }
    }
    found
}

/// A name, the candidate, and its parameters and timing written down.
type Change<'a> = (&'a str, Candidate, &'a [(&'a str, &'a str)], Timing);

#[tokio::test]
async fn predicted_bills_are_those_that_are_issued() {
    let installation = Installation::new("2026-06-01T00:00:00Z").await;
    let story = Desk { months: 2, customers: 5, ..Desk::new(11, 160) };
    let events: Vec<NewEvent> = arrivals(story).into_iter().map(|(_, event)| event).collect();
    let held = Timing { settles_after: Duration::days(3), deadline: Limit::Limited(Duration::days(20)), ..ORDINARY };
    let slower = Changes { settles_after: Some(held.settles_after), deadline: Some(held.deadline), ..Changes::default() };
    let rows: [Change<'_>; 3] = [
        ("window", changed(&[("window", "240h")]), &[("retry", "false"), ("window", "240h")], ORDINARY),
        ("retry", changed(&[("retry", "true")]), &[("retry", "true")], ORDINARY),
        ("timing", Candidate::Changed(slower), &STRICT, held),
    ];
    let vendor_now = vendor(&installation, "now", &STRICT, ORDINARY, &events).await;
    let mut reports = Vec::new();
    for (name, candidate, ..) in &rows {
        let view = run(&installation, &vendor_now, &request(candidate.clone())).await;
        reports.push((*name, report(&view)));
    }
    let now = bills(&installation, &vendor_now).await;
    for ((name, report), (_, _, parameters, timing)) in reports.into_iter().zip(&rows) {
        let fresh = vendor(&installation, name, parameters, *timing, &events).await;
        let then = bills(&installation, &fresh).await;
        assert!(report.unrated.is_empty() && !report.bills.is_empty(), "{name}: {report:?}");
        let key = |bill: &assay_app::BillChange| (bill.customer.clone(), bill.period.to_string());
        let predicted: BTreeMap<_, _> = report.bills.iter().map(|bill| (key(bill), bill)).collect();
        let all: BTreeSet<_> = now.keys().chain(then.keys()).chain(predicted.keys()).cloned().collect();
        for bill in all {
            let billed = |bills: &BTreeMap<(String, String), i64>| bills.get(&bill).copied().unwrap_or(0);
            match predicted.get(&bill) {
                Some(change) => {
                    let found = (change.in_force.minor(), change.candidate.minor());
                    assert_eq!(found, (billed(&now), billed(&then)), "{name}: {bill:?}");
                }
                None => assert_eq!(billed(&now), billed(&then), "{name}: {bill:?} does not move"),
            }
        }
        let [total] = report.totals.as_slice() else { panic!("{name}: {:?}", report.totals) };
        let sum = |amount: fn(&assay_app::BillChange) -> i64| report.bills.iter().map(amount).sum::<i64>();
        assert_eq!(total.bills, report.bills.len() as u64);
        assert_eq!(total.in_force.minor(), sum(|bill| bill.in_force.minor()), "{name}");
        assert_eq!(total.candidate.minor(), sum(|bill| bill.candidate.minor()), "{name}");
    }
}

/// What waits to be judged is in the bills of both: as it will be once it is judged.
#[tokio::test]
async fn what_is_not_judged_yet_counts_as_it_will() {
    let installation = Installation::new("2026-06-01T00:00:00Z").await;
    let story = Desk { months: 2, customers: 3, ..Desk::new(12, 60) };
    let events: Vec<NewEvent> = arrivals(story).into_iter().map(|(_, event)| event).collect();
    let (first, rest) = events.split_at(events.len() / 2);
    let waiting = vendor(&installation, "waiting", &STRICT, ORDINARY, first).await;
    ingest(&installation, &waiting, rest.to_vec()).await;
    let request = request(changed(&[("window", "240h")]));
    let before = report(&run(&installation, &waiting, &request).await);
    drain(&installation, &waiting).await;
    let after = report(&run(&installation, &waiting, &request).await);
    assert!(!before.bills.is_empty());
    assert_eq!(before, after);
}
