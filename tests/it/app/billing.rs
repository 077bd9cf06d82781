//! From what was told to what is asked for: exact money, line by line, through the whole service.

use assay_domain::time::Timestamp;
use assay_rating::card::RateCard;
use assay_tests::assay::{Installation, at};
use serde_json::json;

use super::{
    stage::ORDINARY,
    support::{accept, bill, card, complaint, drain, event, month, number, standard, tickets},
};

/// In April 2016, tickets of some customers, judged, and an agreement with each from March on.
async fn agreed(customers: &[(&str, u32, u32)], card: &RateCard, until: Option<&str>) -> Installation {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let caller = &installation.caller;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    let events = customers.iter().flat_map(|(customer, opened, resolved)| tickets(customer, *opened, *resolved));
    accept(&installation, caller, events.collect()).await;
    drain(&installation, caller).await;
    installation.agree(caller, "fixed", card, "2016-03-01T00:00:00Z", until).await;
    installation
}

/// Every document: number, customer, month and total, then its lines.
async fn documents(installation: &Installation) -> Vec<String> {
    let Installation { assay, caller, .. } = installation;
    let mut found = Vec::new();
    for invoice in assay.invoices(caller).await.expect("invoices") {
        found.push(format!("{} {} {} {}", invoice.number, invoice.customer_key, invoice.period, invoice.total));
        for view in assay.invoice(caller, &invoice.number, None).await.expect("an invoice").lines {
            let line = view.line;
            found.push(format!("  {} {} × {} = {}", line.charge, line.quantity, line.unit_price, line.amount.decimal()));
        }
    }
    found
}

fn unit(code: &str, meter: &str, price: &str) -> serde_json::Value {
    json!({ "code": code, "label": code, "model": "unit", "meter": { meter: "fixed" }, "price": price })
}

#[tokio::test]
async fn a_month_is_a_fee_and_the_outcomes_of_each_customer() {
    let installation = agreed(&[("acme", 4, 3), ("globex", 1, 1), ("initech", 2, 0)], &standard(), None).await;
    let Installation { assay, caller, .. } = &installation;
    let mut steps = Vec::new();
    let report = assay.bill(caller, month("2016-03"), |step| steps.push(format!("{step:?}"))).await.expect("a bill");
    assert_eq!(steps, ["Judged(7)", "Issued(3, 3)"]);
    let totals: Vec<String> = report.totals.iter().map(ToString::to_string).collect();
    assert_eq!((report.invoices, totals, report.already_finished), (3, vec!["1503.96 USD".to_owned()], false));
    assert_eq!(
        documents(&installation).await,
        [
            "INV-000001 acme 2016-03 502.97 USD",
            "  platform 1 × 500 = 500.00",
            "  resolutions 3 × 0.99 = 2.97",
            "INV-000002 globex 2016-03 500.99 USD",
            "  platform 1 × 500 = 500.00",
            "  resolutions 1 × 0.99 = 0.99",
            "INV-000003 initech 2016-03 500.00 USD",
            "  platform 1 × 500 = 500.00",
        ]
    );
}

#[tokio::test]
async fn ten_cents_an_attempt_and_a_dollar_fifty_a_success() {
    let hybrid = card("hybrid", json!([unit("attempts", "attempts-at", "0.10"), unit("successes", "outcome-of", "1.50")]));
    let installation = agreed(&[("acme", 1_000, 200)], &hybrid, None).await;
    bill(&installation, &installation.caller, "2016-03").await;
    assert_eq!(
        documents(&installation).await,
        ["INV-000001 acme 2016-03 400.00 USD", "  attempts 1000 × 0.1 = 100.00", "  successes 200 × 1.5 = 300.00",]
    );
}

#[tokio::test]
async fn a_thousand_successes_at_ninety_nine_cents_and_fifty() {
    let per_success = card("per-success", json!([unit("successes", "outcome-of", "0.99")]));
    let installation = agreed(&[("large", 1_000, 1_000), ("small", 50, 50)], &per_success, None).await;
    bill(&installation, &installation.caller, "2016-03").await;
    assert_eq!(
        documents(&installation).await,
        [
            "INV-000001 large 2016-03 990.00 USD",
            "  successes 1000 × 0.99 = 990.00",
            "INV-000002 small 2016-03 49.50 USD",
            "  successes 50 × 0.99 = 49.50",
        ]
    );
}

#[tokio::test]
async fn a_month_that_is_billed_stays_as_it_is() {
    let installation = agreed(&[("acme", 4, 3)], &standard(), None).await;
    let Installation { assay, caller, .. } = &installation;
    bill(&installation, caller, "2016-03").await;
    let (before, entries) = (documents(&installation).await, number(&installation, "select count(*) from operations").await);
    for _ in 0..3 {
        let again = assay.bill(caller, month("2016-03"), |step| panic!("{step:?}")).await.expect("a bill");
        assert!(again.already_finished);
        assert_eq!(again.invoices, 1);
    }
    assert_eq!(documents(&installation).await, before);
    assert_eq!(number(&installation, "select count(*) from operations").await, entries);
}

#[tokio::test]
async fn a_month_is_billed_when_it_is_over() {
    let installation = agreed(&[("acme", 1, 1)], &standard(), None).await;
    let Installation { assay, caller, clock, .. } = &installation;
    for now in ["2016-04-02T00:00:00Z", "2016-04-30T23:59:59.999999Z"] {
        clock.set(at(now));
        let refused = complaint(assay.bill(caller, month("2016-04"), |_| {}).await);
        assert_eq!(refused, "period: 2016-04 has not ended; bill it from 2016-05-01T00:00:00Z on");
    }
    assert_eq!(number(&installation, "select count(*) from billing_runs").await, 0);
    clock.set(at("2016-05-01T00:00:00Z"));
    bill(&installation, caller, "2016-04").await;
    bill(&installation, caller, "2016-03").await;
    assert_eq!(
        documents(&installation).await,
        [
            "INV-000001 acme 2016-04 500.00 USD",
            "  platform 1 × 500 = 500.00",
            "INV-000002 acme 2016-03 500.99 USD",
            "  platform 1 × 500 = 500.00",
            "  resolutions 1 × 0.99 = 0.99",
        ]
    );
}

#[tokio::test]
async fn a_month_before_any_agreement_is_billed_to_nobody() {
    let installation = agreed(&[("acme", 1, 1)], &standard(), None).await;
    let Installation { assay, caller, .. } = &installation;
    let refused = complaint(assay.bill(caller, month("2016-02"), |_| {}).await);
    let expected = "no agreement starts before the end of 2016-02, so there is nobody to bill; write down agreements first";
    assert_eq!(refused, expected);
    assert_eq!(number(&installation, "select count(*) from billing_runs").await, 0);
}

#[tokio::test]
async fn what_an_agreement_covers_is_half_open() {
    let per_success = card("per-success", json!([unit("successes", "outcome-of", "0.99")]));
    // The successes are dated 01:00, 01:01 and 01:02.
    let installation = agreed(&[("acme", 3, 3)], &per_success, Some("2016-03-03T01:02:00Z")).await;
    bill(&installation, &installation.caller, "2016-03").await;
    assert_eq!(documents(&installation).await, ["INV-000001 acme 2016-03 1.98 USD", "  successes 2 × 0.99 = 1.98"]);
}

#[tokio::test]
async fn who_has_nothing_to_pay_gets_no_invoice() {
    let per_success = card("per-success", json!([unit("successes", "outcome-of", "0.99")]));
    let installation = agreed(&[("acme", 1, 1), ("globex", 5, 0)], &per_success, None).await;
    bill(&installation, &installation.caller, "2016-03").await;
    assert_eq!(documents(&installation).await, ["INV-000001 acme 2016-03 0.99 USD", "  successes 1 × 0.99 = 0.99"]);
}

#[tokio::test]
async fn numbers_have_no_gaps() {
    let installation = agreed(&[("acme", 1, 1), ("globex", 1, 1), ("initech", 1, 1)], &standard(), None).await;
    let Installation { assay, caller, clock, .. } = &installation;
    clock.set(at("2016-07-02T00:00:00Z"));
    for text in ["2016-03", "2016-04", "2016-05", "2016-06"] {
        bill(&installation, caller, text).await;
    }
    let invoices = assay.invoices(caller).await.expect("invoices");
    let numbers: Vec<String> = invoices.into_iter().map(|invoice| invoice.number).collect();
    let expected: Vec<String> = (1..=12).map(|n| format!("INV-{n:06}")).collect();
    assert_eq!(numbers, expected);
}

#[tokio::test]
async fn what_belongs_to_nobody_is_reported_and_holds_nothing_up() {
    let installation = agreed(&[("acme", 1, 1)], &standard(), None).await;
    let Installation { assay, caller, .. } = &installation;
    let strays = ["S2", "S1"].map(|subject| event(subject, subject, "ticket.opened", at("2016-03-05T00:00:00Z"), None));
    accept(&installation, caller, strays.into()).await;
    let report = assay.bill(caller, month("2016-03"), |_| {}).await.expect("a bill");
    assert_eq!(report.unassigned, (2, vec!["S1".to_owned(), "S2".to_owned()]));
    assert_eq!((report.invoices, report.faulted), (1, 0));
}

/// Subject, quantity and date of what is behind a line.
async fn behind(installation: &Installation, number: &str, line: usize) -> Vec<(String, String, Timestamp)> {
    let view = installation.assay.invoice(&installation.caller, number, Some(line)).await.expect("an invoice");
    let line = view.lines.into_iter().nth(line - 1).expect("the line");
    line.behind.into_iter().map(|(subject, quantity, at)| (subject, quantity.to_string(), at)).collect()
}

#[tokio::test]
async fn a_line_leads_to_the_interactions_behind_it() {
    let flat = json!({ "code": "platform", "label": "Platform fee", "model": "flat", "amount": "500" });
    let both = json!([unit("attempts", "attempts-at", "0.10"), flat, unit("successes", "outcome-of", "1.50")]);
    let installation = agreed(&[("acme", 3, 2), ("globex", 4, 4)], &card("both", both), None).await;
    let Installation { assay, caller, .. } = &installation;
    bill(&installation, caller, "2016-03").await;
    let one = |subject: &str, text: &str| (subject.to_owned(), "1".to_owned(), at(text));
    assert_eq!(
        behind(&installation, "INV-000001", 1).await,
        [one("acme-0", "2016-03-02T00:00:00Z"), one("acme-1", "2016-03-02T00:01:00Z"), one("acme-2", "2016-03-02T00:02:00Z"),]
    );
    assert!(behind(&installation, "INV-000001", 2).await.is_empty(), "a fee has none");
    assert_eq!(
        behind(&installation, "INV-000001", 3).await,
        [one("acme-0", "2016-03-03T01:00:00Z"), one("acme-1", "2016-03-03T01:01:00Z"),]
    );
    assert_eq!(behind(&installation, "INV-000002", 3).await.len(), 4);
    for line in [0, 4, usize::MAX] {
        let refused = complaint(assay.invoice(caller, "INV-000001", Some(line)).await);
        assert_eq!(refused, format!("line: there is no line {line}; name one of 1 to 3"));
    }
    let by_id = assay.invoices(caller).await.expect("invoices").remove(1).id.to_string();
    assert_eq!(assay.invoice(caller, &by_id, None).await.expect("an invoice").invoice.number, "INV-000002");
}

/// A success that moved is behind its line once, with the date it has now.
#[tokio::test]
async fn what_is_behind_a_line_has_the_date_it_is_billed_under() {
    let installation = agreed(&[("acme", 1, 1)], &standard(), None).await;
    let caller = &installation.caller;
    let earlier = event("acme-0", "earlier", "ticket.resolved", at("2016-03-02T00:30:00Z"), None);
    accept(&installation, caller, vec![earlier]).await;
    bill(&installation, caller, "2016-03").await;
    assert_eq!(behind(&installation, "INV-000001", 2).await, [("acme-0".to_owned(), "1".to_owned(), at("2016-03-03T00:30:00Z"))]);
}
