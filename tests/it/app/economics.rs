//! What outcomes cost and bring: the textbook's case, and what must not be counted.

use assay_app::{AppError, EconomicsQuery, Question, ReadinessAnswer};
use assay_domain::event::NewEvent;
use assay_tests::assay::{Installation, at};
use serde_json::json;

use super::{
    stage::ORDINARY,
    support::{accept, bill, card, complaint, drain, event, month, number, standard, tickets},
};

fn march() -> EconomicsQuery {
    EconomicsQuery { from: month("2016-03"), through: month("2016-03"), definition: None, customer: None }
}

/// What the work on an interaction cost.
fn cost(subject: &str, id: &str, data: &str) -> NewEvent {
    let at = at("2016-03-02T01:00:00Z");
    NewEvent { data: data.into(), ..event(subject, id, "cost.incurred", at, None) }
}

fn dollars(subject: &str, amount: &str) -> NewEvent {
    let data = json!({ "amount": amount, "currency": "USD", "model": "small-1", "input_tokens": 100, "output_tokens": 10 });
    cost(subject, &format!("{subject}-cost"), &data.to_string())
}

/// So many tickets of acme in March, so many of them resolved, each at a cost, agreed on the standard card; judged in May.
async fn sold(opened: u32, resolved: u32, amount: &str) -> Installation {
    let installation = Installation::new("2016-03-20T00:00:00Z").await;
    let caller = &installation.caller;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, tickets("acme", opened, resolved)).await;
    accept(&installation, caller, (0..opened).map(|n| dollars(&format!("acme-{n}"), amount)).collect()).await;
    drain(&installation, caller).await;
    installation.agree(caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
    drain(&installation, caller).await;
    installation.clock.set(at("2016-09-01T00:00:00Z"));
    drain(&installation, caller).await;
    installation
}

#[tokio::test]
async fn two_hundred_successes_of_a_thousand_attempts_cost_five_times_what_an_attempt_does() {
    let installation = sold(1_000, 200, "0.02").await;
    let Installation { assay, caller, .. } = &installation;
    let report = assay.economics(caller, &march()).await.expect("a report");
    let [row] = &report.rows[..] else { panic!("{:?}", report.rows) };
    assert_eq!((row.definition.as_str(), row.customer.as_deref(), row.attempts, row.successes), ("fixed", Some("acme"), 1_000, 200));
    let text = |money: Option<assay_app::Money>| money.expect("an amount").to_string();
    assert_eq!(row.cost.to_string(), "20.00 USD");
    assert_eq!((text(row.cost_per_attempt()), text(row.cost_per_success())), ("0.02 USD".into(), "0.10 USD".into()));
    let (attempt, success) = (row.cost_per_attempt().expect("one"), row.cost_per_success().expect("one"));
    assert_eq!(success.nanos(), 5 * attempt.nanos(), "five times the cost");
    // 200 × 0.99, and the fee of 500 apart.
    assert_eq!((row.revenue.to_string(), row.margin().to_string()), ("198.00 USD".into(), "178.00 USD".into()));
    assert_eq!(report.other_revenue.iter().map(ToString::to_string).collect::<Vec<_>>(), ["500.00 USD"]);
    // 0.02 of 0.99.
    assert_eq!(format!("{:.4}", row.break_even().expect("a rate")), "0.0202");
    let interval = row.interval.expect("an interval");
    assert!(interval.low < 0.2 && 0.2 < interval.high && interval.high - interval.low < 0.06, "{interval:?}");
    let [model] = &report.models[..] else { panic!("{:?}", report.models) };
    assert_eq!((model.model.as_str(), model.input_tokens, model.output_tokens), ("small-1", 100_000, 10_000));
    assert_eq!(report.cost.iter().map(ToString::to_string).collect::<Vec<_>>(), ["20.00 USD"]);
}

#[tokio::test]
async fn a_cost_that_cannot_be_read_is_named_and_counts_for_nothing_and_one_that_was_wrong_is_superseded() {
    let installation = sold(2, 1, "1").await;
    let Installation { assay, caller, .. } = &installation;
    accept(&installation, caller, vec![cost("acme-0", "odd", r#"{"amount":"much"}"#)]).await;
    assay.supersede(caller, "test acme-1-cost", dollars_again(), "the meter was wrong").await.expect("superseded");
    drain(&installation, caller).await;
    let report = assay.economics(caller, &march()).await.expect("a report");
    assert_eq!(report.rows[0].cost.to_string(), "1.25 USD", "one of 1, and 0.25 in the place of the other");
    assert_eq!((report.unreadable, report.examples.len()), (1, 1));
    assert!(report.examples[0].problem.starts_with("amount \"much\""), "{:?}", report.examples);
}

fn dollars_again() -> NewEvent {
    NewEvent { id: "acme-1-cost-again".into(), ..dollars("acme-1", "0.25") }
}

#[tokio::test]
async fn erasing_payloads_changes_no_report_and_nobody_sees_anothers() {
    let installation = sold(3, 2, "0.5").await;
    let Installation { assay, caller, .. } = &installation;
    let before = assay.economics(caller, &march()).await.expect("a report");
    assay.erase_everything(caller, "they leave").await.expect("erased");
    assert_eq!(number(&installation, "select count(*) from payloads").await, 0);
    assert_eq!(assay.economics(caller, &march()).await.expect("a report"), before);
    let other = installation.tenant("other").await;
    let theirs = assay.economics(&other, &march()).await.expect("a report");
    assert!(theirs.rows.is_empty() && theirs.cost.is_empty() && theirs.models.is_empty(), "{theirs:?}");
}

#[tokio::test]
async fn what_is_taken_back_is_counted_and_earns_nothing() {
    let installation = sold(2, 2, "0.10").await;
    let Installation { assay, caller, .. } = &installation;
    accept(&installation, caller, vec![event("acme-1", "acme-1-back", "ticket.reopened", at("2016-03-02T03:00:00Z"), None)]).await;
    drain(&installation, caller).await;
    let report = assay.economics(caller, &march()).await.expect("a report");
    let row = &report.rows[0];
    assert_eq!((row.attempts, row.successes, row.reversals, row.disputes), (2, 1, 1, 0));
    assert_eq!((row.revenue.to_string(), row.cost_per_success().expect("one").to_string()), ("0.99 USD".into(), "0.20 USD".into()));
}

#[tokio::test]
async fn the_card_in_force_is_simulated_at_what_it_bills_and_another_at_what_it_would() {
    let installation = sold(100, 40, "0.10").await;
    let Installation { assay, caller, .. } = &installation;
    bill(&installation, caller, "2016-03").await;
    let billed = assay.invoices(caller).await.expect("invoices")[0].total;
    let usage =
        card("usage", json!([{ "code": "a", "label": "Attempts", "model": "unit", "meter": { "attempts-at": "fixed" }, "price": "0.05" }]));
    let found = assay.simulate_prices(caller, &march(), &["standard".into()], vec![usage]).await.expect("a simulation");
    let [standard, usage] = &found.cards[..] else { panic!("{found:?}") };
    assert_eq!(standard.revenue.to_string(), billed.to_string(), "500 and 40 × 0.99");
    assert_eq!((usage.revenue.to_string(), usage.cost.to_string(), usage.losing), ("5.00 USD".into(), "10.00 USD".into(), 1));
    assert_eq!([usage.p10, usage.p50, usage.p90].map(|money| money.to_string()), ["-5.00 USD"; 3].map(String::from));
    assert_eq!((found.months, usage.customers[0].customer.as_str(), usage.customers[0].variation), (1, "acme", Some(0.0)));
}

#[tokio::test]
async fn readiness_is_answered_from_data() {
    let installation = sold(200, 190, "0.10").await;
    let Installation { assay, caller, .. } = &installation;
    let answers = assay.readiness(caller, &march()).await.expect("answers");
    let of = |question: Question| answers.iter().find(|found| found.question == question).expect("an answer");
    assert_eq!([Question::Binary, Question::Rate, Question::Credit, Question::Trust].map(|q| of(q).answer), [ReadinessAnswer::Yes; 4]);
    assert_eq!((of(Question::Rate).part, of(Question::Rate).whole), (190, 200));
    let dear = sold(200, 10, "0.50").await;
    let answers = dear.assay.readiness(&dear.caller, &march()).await.expect("answers");
    let rate = answers.iter().find(|found| found.question == Question::Rate).expect("an answer");
    assert_eq!(rate.answer, ReadinessAnswer::No, "5 % are less than 0.50 of 0.99: {rate:?}");
    let few = sold(2, 2, "0.10").await;
    let answers = few.assay.readiness(&few.caller, &march()).await.expect("answers");
    let trust = answers.iter().find(|found| found.question == Question::Trust).expect("an answer");
    assert_eq!(trust.answer, ReadinessAnswer::Unclear, "two are too few to say: {trust:?}");
}

#[tokio::test]
async fn what_is_asked_for_wrongly_says_what_to_give() {
    let installation = Installation::new("2016-03-20T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    let backwards = EconomicsQuery { through: month("2016-02"), ..march() };
    assert!(complaint(assay.economics(caller, &backwards).await).starts_with("through: is before the first month"));
    let long = EconomicsQuery { through: month("2020-02"), ..march() };
    assert!(complaint(assay.economics(caller, &long).await).contains("36 months"));
    let unknown = EconomicsQuery { definition: Some("nothing".into()), ..march() };
    assert!(matches!(assay.economics(caller, &unknown).await, Err(AppError::NotFound { .. })));
    assert!(assay.simulate_prices(caller, &march(), &[], Vec::new()).await.expect("nothing").cards.is_empty(), "no card is stored");
    assert!(complaint(assay.simulate_prices(caller, &march(), &["nothing".into()], Vec::new()).await).contains("rate card \"nothing\""));
}
