//! Later truth about billed months: charged or credited afterwards, and never by changing what was issued.

use assay_app::AgreementRequest;
use assay_rating::card::RateCard;
use assay_tests::assay::{Installation, at};
use serde_json::json;

use super::{
    stage::ORDINARY,
    support::{accept, bill, card, drain, event, month, standard, tickets},
};

/// Two customers with one resolved ticket each, and March billed.
pub async fn billed(card: &RateCard) -> Installation {
    let installation = prepared(&["acme", "globex"], card).await;
    bill(&installation, &installation.caller, "2016-03").await;
    installation
}

/// Customers with one resolved ticket each, and an agreement from March on.
pub async fn prepared(customers: &[&str], card: &RateCard) -> Installation {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let caller = &installation.caller;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, customers.iter().flat_map(|customer| tickets(customer, 1, 1)).collect()).await;
    drain(&installation, caller).await;
    installation.agree(caller, "fixed", card, "2016-03-01T00:00:00Z", None).await;
    installation
}

/// An event of March that is told after March was billed.
async fn tell(installation: &Installation, subject: &str, kind: &str, time: &str) {
    let late = event(subject, &format!("{subject}-{kind}-{time}"), kind, at(time), Some("acme"));
    accept(installation, &installation.caller, vec![late]).await;
}

/// A ticket of acme that was opened and resolved on 2016-03-20.
pub async fn resolve(installation: &Installation, subject: &str) {
    tell(installation, subject, "ticket.opened", "2016-03-20T08:00:00Z").await;
    tell(installation, subject, "ticket.resolved", "2016-03-20T10:00:00Z").await;
}

/// The documents of a month: what they are, and what they say.
pub async fn documents(installation: &Installation, text: &str) -> Vec<String> {
    let Installation { assay, caller, .. } = installation;
    let mut found = Vec::new();
    let all = assay.invoices(caller).await.expect("invoices");
    for invoice in all.into_iter().filter(|invoice| invoice.period == month(text)) {
        let corrects = invoice.corrects.map(|number| format!(" for {number}")).unwrap_or_default();
        found.push(format!("{} {}{corrects} {}", invoice.number, invoice.customer_key, invoice.total));
        for view in assay.invoice(caller, &invoice.number, None).await.expect("an invoice").lines {
            let line = view.line;
            let what = format!("{} {} of {}", line.kind.name(), line.charge, line.period);
            found.push(format!("  {what}: {} × {} = {}", line.quantity, line.unit_price, line.amount.decimal()));
        }
    }
    found
}

#[tokio::test]
async fn a_late_outcome_is_a_line_of_the_next_invoice() {
    let installation = billed(&standard()).await;
    let Installation { caller, clock, .. } = &installation;
    let march = documents(&installation, "2016-03").await;
    clock.set(at("2016-05-02T00:00:00Z"));
    resolve(&installation, "late").await;
    bill(&installation, caller, "2016-04").await;
    assert_eq!(
        documents(&installation, "2016-04").await,
        [
            "INV-000003 acme 500.99 USD",
            "  charge platform of 2016-04: 1 × 500 = 500.00",
            "  correction resolutions of 2016-03: 1 × 0.99 = 0.99",
            "INV-000004 globex 500.00 USD",
            "  charge platform of 2016-04: 1 × 500 = 500.00",
        ]
    );
    assert_eq!(documents(&installation, "2016-03").await, march, "an issued invoice never changes");
}

#[tokio::test]
async fn an_outcome_that_was_lost_is_credited_against_its_invoice() {
    let installation = billed(&standard()).await;
    let Installation { caller, clock, .. } = &installation;
    clock.set(at("2016-05-02T00:00:00Z"));
    tell(&installation, "acme-0", "ticket.reopened", "2016-03-02T05:00:00Z").await;
    bill(&installation, caller, "2016-04").await;
    assert_eq!(
        documents(&installation, "2016-04").await,
        [
            "INV-000003 acme 500.00 USD",
            "  charge platform of 2016-04: 1 × 500 = 500.00",
            "CN-000001 acme for INV-000001 -0.99 USD",
            "  correction resolutions of 2016-03: -1 × 0.99 = -0.99",
            "INV-000004 globex 500.00 USD",
            "  charge platform of 2016-04: 1 × 500 = 500.00",
        ]
    );
    clock.set(at("2016-06-02T00:00:00Z"));
    bill(&installation, caller, "2016-05").await;
    assert_eq!(documents(&installation, "2016-05").await.len(), 4, "what is corrected is corrected once");
}

#[tokio::test]
async fn an_outcome_that_changed_hands_is_credited_here_and_charged_there() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, clock, .. } = &installation;
    clock.set(at("2016-05-02T00:00:00Z"));
    assay.assign_interaction(caller, "acme-0", "globex", "they asked").await.expect("assigned");
    bill(&installation, caller, "2016-04").await;
    assert_eq!(
        documents(&installation, "2016-04").await,
        [
            "INV-000003 acme 500.00 USD",
            "  charge platform of 2016-04: 1 × 500 = 500.00",
            "CN-000001 acme for INV-000001 -0.99 USD",
            "  correction resolutions of 2016-03: -1 × 0.99 = -0.99",
            "INV-000004 globex 500.99 USD",
            "  charge platform of 2016-04: 1 × 500 = 500.00",
            "  correction resolutions of 2016-03: 1 × 0.99 = 0.99",
        ]
    );
}

#[tokio::test]
async fn what_was_lost_and_earned_again_within_a_run_is_no_correction() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, clock, .. } = &installation;
    clock.set(at("2016-05-02T00:00:00Z"));
    assay.assign_interaction(caller, "acme-0", "globex", "they asked").await.expect("assigned");
    drain(&installation, caller).await;
    assay.assign_interaction(caller, "acme-0", "acme", "a mistake").await.expect("assigned");
    bill(&installation, caller, "2016-04").await;
    let found = documents(&installation, "2016-04").await;
    assert!(found.iter().all(|line| !line.contains("correction")), "{found:?}");
}

/// Billed late as a correction, then lost: the customer gets it back, and no invoice asks for less than nothing.
#[tokio::test]
async fn a_correction_that_was_lost_is_credited_too() {
    let per_success = card(
        "per-success",
        json!([{ "code": "successes", "label": "Successes", "model": "unit", "meter": { "outcome-of": "fixed" }, "price": "0.99" }]),
    );
    let installation = prepared(&["globex"], &per_success).await;
    let Installation { assay, caller, clock, .. } = &installation;
    assay.create_customer(caller, "acme").await.expect("a customer");
    let agreement = AgreementRequest {
        customer: "acme".into(),
        definitions: vec![("fixed".into(), None)],
        parties: Default::default(),
        rate_card: "per-success".into(),
        overrides: Default::default(),
        from: at("2016-03-01T00:00:00Z"),
        until: None,
    };
    assay.create_agreements(caller, &[agreement]).await.expect("an agreement");
    bill(&installation, caller, "2016-03").await;
    clock.set(at("2016-05-02T00:00:00Z"));
    resolve(&installation, "late").await;
    bill(&installation, caller, "2016-04").await;
    let april = ["INV-000002 acme 0.99 USD", "  correction successes of 2016-03: 1 × 0.99 = 0.99"];
    assert_eq!(documents(&installation, "2016-04").await, april);
    clock.set(at("2016-06-02T00:00:00Z"));
    tell(&installation, "late", "ticket.reopened", "2016-03-20T12:00:00Z").await;
    bill(&installation, caller, "2016-05").await;
    let may = ["CN-000001 acme for INV-000002 -0.99 USD", "  correction successes of 2016-03: -1 × 0.99 = -0.99"];
    assert_eq!(documents(&installation, "2016-05").await, may);
}

/// What is taken back comes off the newest invoice that billed it, and never more than that invoice billed.
#[tokio::test]
async fn a_reduction_comes_off_the_newest_invoice_first() {
    let installation = billed(&standard()).await;
    let Installation { caller, clock, .. } = &installation;
    clock.set(at("2016-05-02T00:00:00Z"));
    resolve(&installation, "late").await;
    bill(&installation, caller, "2016-04").await;
    clock.set(at("2016-06-02T00:00:00Z"));
    tell(&installation, "acme-0", "ticket.reopened", "2016-03-02T05:00:00Z").await;
    bill(&installation, caller, "2016-05").await;
    clock.set(at("2016-07-02T00:00:00Z"));
    tell(&installation, "late", "ticket.reopened", "2016-03-20T12:00:00Z").await;
    bill(&installation, caller, "2016-06").await;
    for (text, note) in [("2016-05", "CN-000001 acme for INV-000003 -0.99 USD"), ("2016-06", "CN-000002 acme for INV-000001 -0.99 USD")] {
        let found = documents(&installation, text).await;
        let at = found.iter().position(|line| line == note).unwrap_or_else(|| panic!("{note} is not in {found:?}"));
        assert_eq!(found[at + 1], "  correction resolutions of 2016-03: -1 × 0.99 = -0.99");
    }
}

#[tokio::test]
async fn a_reduction_may_come_off_several_invoices() {
    let installation = billed(&standard()).await;
    let Installation { caller, clock, .. } = &installation;
    clock.set(at("2016-05-02T00:00:00Z"));
    resolve(&installation, "late").await;
    bill(&installation, caller, "2016-04").await;
    clock.set(at("2016-06-02T00:00:00Z"));
    tell(&installation, "acme-0", "ticket.reopened", "2016-03-02T05:00:00Z").await;
    tell(&installation, "late", "ticket.reopened", "2016-03-20T12:00:00Z").await;
    bill(&installation, caller, "2016-05").await;
    assert_eq!(
        documents(&installation, "2016-05").await,
        [
            "INV-000005 acme 500.00 USD",
            "  charge platform of 2016-05: 1 × 500 = 500.00",
            "CN-000001 acme for INV-000001 -0.99 USD",
            "  correction resolutions of 2016-03: -1 × 0.99 = -0.99",
            "CN-000002 acme for INV-000003 -0.99 USD",
            "  correction resolutions of 2016-03: -1 × 0.99 = -0.99",
            "INV-000006 globex 500.00 USD",
            "  charge platform of 2016-05: 1 × 500 = 500.00",
        ]
    );
}

#[tokio::test]
async fn an_agreement_dated_back_is_billed_for_the_months_it_missed() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, clock, .. } = &installation;
    accept(&installation, caller, tickets("initech", 2, 1)).await;
    clock.set(at("2016-05-02T00:00:00Z"));
    let april = assay.bill(caller, month("2016-04"), |_| {}).await.expect("a bill");
    assert!(april.without_agreement.is_empty(), "the usage is of March: {april:?}");
    let march = assay.bill(caller, month("2016-03"), |_| {}).await.expect("a bill");
    assert_eq!(march.without_agreement, ["initech"]);
    let agreement = AgreementRequest {
        customer: "initech".into(),
        definitions: vec![("fixed".into(), None)],
        parties: Default::default(),
        rate_card: "standard".into(),
        overrides: Default::default(),
        from: at("2016-03-01T00:00:00Z"),
        until: None,
    };
    assay.create_agreements(caller, &[agreement]).await.expect("an agreement");
    clock.set(at("2016-06-02T00:00:00Z"));
    bill(&installation, caller, "2016-05").await;
    let may = documents(&installation, "2016-05").await;
    let at = may.iter().position(|line| line == "INV-000007 initech 1500.99 USD").unwrap_or_else(|| panic!("{may:?}"));
    assert_eq!(
        may[at + 1..],
        [
            "  charge platform of 2016-05: 1 × 500 = 500.00",
            "  correction platform of 2016-03: 1 × 500 = 500.00",
            "  correction resolutions of 2016-03: 1 × 0.99 = 0.99",
            "  correction platform of 2016-04: 1 × 500 = 500.00",
        ]
    );
}

#[tokio::test]
async fn two_currencies_are_two_invoices() {
    let mut euros = standard();
    (euros.name, euros.currency) = ("euros".into(), "EUR".parse().expect("a currency"));
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let Installation { assay, caller, clock, .. } = &installation;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, tickets("acme", 1, 1)).await;
    drain(&installation, caller).await;
    installation.agree(caller, "fixed", &standard(), "2016-03-01T00:00:00Z", Some("2016-04-01T00:00:00Z")).await;
    bill(&installation, caller, "2016-03").await;
    installation.agree(caller, "fixed", &euros, "2016-04-01T00:00:00Z", None).await;
    resolve(&installation, "late").await;
    clock.set(at("2016-05-02T00:00:00Z"));
    let report = assay.bill(caller, month("2016-04"), |_| {}).await.expect("a bill");
    assert_eq!(
        documents(&installation, "2016-04").await,
        [
            "INV-000002 acme 500.00 EUR",
            "  charge platform of 2016-04: 1 × 500 = 500.00",
            "INV-000003 acme 0.99 USD",
            "  correction resolutions of 2016-03: 1 × 0.99 = 0.99",
        ]
    );
    let totals: Vec<String> = report.totals.iter().map(ToString::to_string).collect();
    assert_eq!(totals, ["500.00 EUR", "0.99 USD"]);
}
