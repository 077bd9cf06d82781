//! The sampling audit: what chance draws is drawn again by its seed, and what people find says how wrong the whole bill is.

use assay_app::{Interval, Page, SampleDetail, SampleJudgement, SampleRequest};
use assay_domain::{canon::Digest, decimal::Quantity, id::SampleId, ruling::Ruling};
use assay_tests::assay::{Installation, at};
use serde_json::{Value, json};

use super::{
    dice::Dice,
    stage::ORDINARY,
    support::{accept, alter, bill, complaint, drain, event, month, number, standard, tickets},
};

/// So many resolved tickets of each customer in March, at 0.99 each.
async fn sold(customers: &[(&str, u32)]) -> Installation {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let caller = &installation.caller;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, customers.iter().flat_map(|(customer, count)| tickets(customer, *count, *count)).collect()).await;
    drain(&installation, caller).await;
    installation.agree(caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
    installation
}

async fn billed(customers: &[(&str, u32)]) -> Installation {
    let installation = sold(customers).await;
    bill(&installation, &installation.caller, "2016-03").await;
    installation
}

fn request(outcomes: u32, seed: Option<u8>) -> SampleRequest {
    let seed = seed.map(|byte| Digest::from_bytes([byte; 32]));
    SampleRequest { outcomes, period: month("2016-03"), definition: None, customer: None, seed }
}

async fn draw(installation: &Installation, request: &SampleRequest) -> SampleDetail {
    installation.assay.draw_sample(&installation.caller, request).await.expect("a sample")
}

async fn reproduces(installation: &Installation, id: SampleId) -> bool {
    installation.assay.verify_sample(&installation.caller, id).await.expect("drawn again")
}

/// The numbers of the interactions that were drawn, in their order.
fn drawn(sample: &SampleDetail) -> Vec<i64> {
    sample.items.iter().map(|item| item.interaction.0).collect()
}

/// The orders were found by another implementation of ChaCha8 (whose key stream for a key of zeros is 3e00ef2f895f40d6…) and of the shuffle.
#[tokio::test]
async fn a_seed_draws_the_same_again_and_another_draws_otherwise() {
    let installation = billed(&[("acme", 8)]).await;
    let all = draw(&installation, &request(8, Some(7))).await;
    let mut population = drawn(&all);
    population.sort_unstable();
    let of = |places: &[usize]| places.iter().map(|place| population[*place]).collect::<Vec<_>>();
    assert_eq!((drawn(&all), all.view.population, all.view.size), (of(&[2, 6, 0, 3, 1, 4, 5, 7]), 8, 8));
    let rows = [
        (8, Some(7), vec![2, 6, 0, 3, 1, 4, 5, 7]),
        (3, Some(7), vec![2, 6, 0]),
        (8, Some(0), vec![1, 7, 6, 5, 3, 2, 0, 4]),
        (100, Some(0), vec![1, 7, 6, 5, 3, 2, 0, 4]),
    ];
    for (outcomes, seed, places) in rows {
        let sample = draw(&installation, &request(outcomes, seed)).await;
        assert_eq!(drawn(&sample), of(&places), "{outcomes} by {seed:?}");
        assert!(reproduces(&installation, sample.view.id).await);
    }
    let (one, other) = (draw(&installation, &request(8, None)).await, draw(&installation, &request(8, None)).await);
    assert!(one.view.seed != other.view.seed && drawn(&one) != drawn(&other), "chance begins anew each time");
}

#[tokio::test]
async fn the_seed_is_in_the_audit_log_with_what_it_drew_from() {
    let installation = billed(&[("acme", 3)]).await;
    let Installation { assay, caller, .. } = &installation;
    for (seed, is_chosen) in [(Some(7), true), (None, false)] {
        let sample = draw(&installation, &request(2, seed)).await;
        let log = assay.operations(caller, None, 1).await.expect("the log");
        let after: Value = serde_json::from_str(log[0].after.as_deref().expect("it is told")).expect("JSON");
        assert_eq!((log[0].action.as_str(), log[0].subject.as_str()), ("sample.draw", sample.view.id.to_string().as_str()));
        assert_eq!((after["seed"].as_str(), &after["is_chosen_seed"]), (Some(sample.view.seed.to_string().as_str()), &json!(is_chosen)));
        assert_eq!((&after["population"], &after["outcomes"], &after["period"]), (&json!(3), &json!(2), &json!("2016-03")));
    }
    assert_eq!(assay.samples(caller, Page::ALL).await.expect("samples").len(), 2);
}

/// Whatever comes later, a sample is drawn again as it was; what was altered is noticed.
#[tokio::test]
async fn a_sample_is_of_what_documents_had_counted_when_it_was_drawn() {
    let installation = billed(&[("acme", 5), ("globex", 3)]).await;
    let Installation { caller, clock, .. } = &installation;
    let sample = draw(&installation, &request(4, None)).await;
    let late = |subject: &str, kind: &str, time: &str| event(subject, &format!("{subject}-{kind}-late"), kind, at(time), Some("acme"));
    clock.set(at("2016-05-02T00:00:00Z"));
    let facts = vec![
        late("acme-0", "ticket.reopened", "2016-03-02T02:00:00Z"),
        late("more", "ticket.opened", "2016-03-20T08:00:00Z"),
        late("more", "ticket.resolved", "2016-03-20T10:00:00Z"),
    ];
    accept(&installation, caller, facts).await;
    bill(&installation, caller, "2016-04").await;
    assert!(reproduces(&installation, sample.view.id).await, "what came later is no part of it");
    let later = draw(&installation, &request(100, None)).await;
    assert_eq!((sample.view.population, later.view.population), (8, 8), "one was lost, and one came in");
    assert!(reproduces(&installation, later.view.id).await);

    for damage in [
        "update sample_items set dated_at = dated_at + 1 where sample = 1 and position = 2",
        "update samples set population = population + 1 where id = 2",
    ] {
        alter(&installation, damage).await;
    }
    assert_eq!((reproduces(&installation, sample.view.id).await, reproduces(&installation, later.view.id).await), (false, false));
    let another = draw(&installation, &request(3, None)).await;
    alter(&installation, "delete from usage where meter = 'outcome' and id = (select max(id) from usage where meter = 'outcome')").await;
    assert!(!reproduces(&installation, another.view.id).await, "a change of usage was lost");
}

#[tokio::test]
async fn a_sample_is_narrowed_by_definition_and_customer_and_holds_what_is_billed_alone() {
    let installation = sold(&[("acme", 4), ("globex", 2)]).await;
    let Installation { assay, caller, clock, .. } = &installation;
    let dispute = |subject: &str| super::disputes::request(subject);
    // One is kept off the bill, and one is billed by half.
    let withheld = assay.open_dispute(caller, &dispute("acme-0")).await.expect("a dispute").view.id;
    bill(&installation, caller, "2016-03").await;
    let halved = assay.open_dispute(caller, &dispute("acme-1")).await.expect("a dispute").view.id;
    let half = Ruling::Split("0.5".parse().expect("a share"));
    assay.decide_dispute(caller, halved, half, "half of it").await.expect("decided");
    assay.decide_dispute(caller, withheld, Ruling::Uphold, "all of it").await.expect("decided");
    clock.set(at("2016-05-02T00:00:00Z"));
    bill(&installation, caller, "2016-04").await;
    let narrowed = |definition: Option<&str>, customer: Option<&str>| SampleRequest {
        definition: definition.map(str::to_owned),
        customer: customer.map(str::to_owned),
        ..request(100, None)
    };
    let rows = [
        ("all", narrowed(None, None), vec!["acme-1 0.5", "acme-2 1", "acme-3 1", "globex-0 1", "globex-1 1"]),
        ("of a customer", narrowed(None, Some("globex")), vec!["globex-0 1", "globex-1 1"]),
        ("of both", narrowed(Some("fixed"), Some("acme")), vec!["acme-1 0.5", "acme-2 1", "acme-3 1"]),
    ];
    for (name, request, expect) in rows {
        let sample = draw(&installation, &request).await;
        let mut found: Vec<String> = sample.items.iter().map(|item| format!("{} {}", item.subject, item.quantity)).collect();
        found.sort();
        assert_eq!(found, expect, "{name}");
        assert_eq!((&sample.view.definition, &sample.view.customer), (&request.definition, &request.customer), "{name}");
        assert!(reproduces(&installation, sample.view.id).await, "{name}");
    }
}

#[tokio::test]
async fn what_cannot_be_drawn_is_refused() {
    let installation = billed(&[("acme", 1)]).await;
    let Installation { assay, caller, .. } = &installation;
    let usual = || request(1, None);
    let rows = [
        ("none", SampleRequest { outcomes: 0, ..usual() }, "outcomes: 0 is not within 1 and 10000"),
        ("too many", SampleRequest { outcomes: 10_001, ..usual() }, "outcomes: 10001 is not within 1 and 10000"),
        ("of a month that is not billed", SampleRequest { period: month("2016-04"), ..usual() }, "no billed outcome of 2016-04 is meant"),
        ("of a definition that is not there", SampleRequest { definition: Some("other".into()), ..usual() }, "no definition \"other\""),
        ("of a customer that is not there", SampleRequest { customer: Some("nobody".into()), ..usual() }, "no customer \"nobody\""),
    ];
    for (name, request, problem) in rows {
        let refused = complaint(assay.draw_sample(caller, &request).await);
        assert!(refused.contains(problem), "{name}: {refused}");
    }
    assert_eq!(assay.samples(caller, Page::ALL).await.expect("samples"), []);
    let sample = draw(&installation, &usual()).await.view.id;
    let other = installation.tenant("other").await;
    for refused in [
        complaint(assay.sample(&other, sample).await),
        complaint(assay.sample_report(&other, sample).await),
        complaint(assay.verify_sample(&other, sample).await),
        complaint(assay.judge_sample(&other, sample, &said(1, None)).await),
    ] {
        assert!(refused.contains(&format!("there is no sample \"{sample}\"")), "{refused}");
    }
    assert!(complaint(assay.draw_sample(&other, &usual()).await).contains("no billed outcome"), "that of another tenant is none");
}

/// What somebody says of an outcome: that it is right, or how much there should be instead.
fn said(position: u32, should_be: Option<&str>) -> SampleJudgement {
    let should_be = should_be.map(|text| text.parse::<Quantity>().expect("a quantity"));
    SampleJudgement { position, is_right: should_be.is_none(), should_be, reason: "it was looked at".into() }
}

async fn judge(installation: &Installation, id: SampleId, position: u32, should_be: Option<&str>) {
    let said = said(position, should_be);
    installation.assay.judge_sample(&installation.caller, id, &said).await.expect("said");
}

/// Four outcomes at 0.99, all of which were drawn.
///
/// | judged | errors, in cents | wrong   | mean | all four | standard error of that                  |
/// |--------|------------------|---------|------|----------|-----------------------------------------|
/// | 2      | 0, 99            | 1 of 2  | 49.5 | 198      | 4 × √(4900.5 / 2 × (1 − 2/4)) = 140.0   |
/// | 4      | 0, 99, 50, 0     | 2 of 4  | 37.25| 149      | nothing was not looked at: 0            |
/// | 4      | 0, 0, 50, 0      | 1 of 4  | 12.5 | 50       | 0                                       |
#[tokio::test]
async fn what_people_find_says_how_wrong_the_bill_is() {
    let installation = billed(&[("acme", 4)]).await;
    let Installation { assay, caller, .. } = &installation;
    let id = draw(&installation, &request(4, None)).await.view.id;
    let report = async || assay.sample_report(caller, id).await.expect("a report");
    let nothing = report().await;
    assert_eq!((nothing.judged, nothing.wrong, nothing.rate, nothing.interval, nothing.amounts.len()), (0, 0, None, None, 0));

    judge(&installation, id, 1, None).await;
    let wrong = SampleJudgement { is_right: false, ..said(2, None) };
    let shown = assay.judge_sample(caller, id, &wrong).await.expect("said");
    let second = &shown.items[1];
    assert_eq!((second.is_right, second.should_be, second.actor.as_deref()), (Some(false), Some(Quantity::ZERO), Some("test")));
    assert_eq!(shown.items[2].is_right, None, "nobody has looked at it");
    let half = report().await;
    assert_eq!((half.judged, half.wrong, half.rate, half.interval), (2, 1, Some(0.5), Interval::of_proportion(1, 2)));
    let usd = half.amounts["USD"];
    assert_eq!([usd.billed, usd.wrong, usd.total].map(|amount| amount.decimal()), ["1.98", "0.99", "1.98"]);
    let interval = usd.interval.expect("two were looked at");
    // 1.96 standard errors to each side.
    assert!((interval.low - (198.0 - 274.409)).abs() < 0.01 && (interval.high - (198.0 + 274.409)).abs() < 0.01, "{interval:?}");

    judge(&installation, id, 3, Some("0.5")).await;
    judge(&installation, id, 4, None).await;
    let whole = report().await;
    assert_eq!((whole.judged, whole.wrong, whole.rate, whole.interval), (4, 2, Some(0.5), Interval::of_proportion(2, 4)));
    let usd = whole.amounts["USD"];
    assert_eq!([usd.billed, usd.wrong, usd.total].map(|amount| amount.decimal()), ["3.96", "1.49", "1.49"]);
    assert_eq!(usd.interval, Some(Interval { low: 149.0, high: 149.0 }), "all of them were looked at");

    judge(&installation, id, 2, None).await;
    let mended = report().await;
    assert_eq!((mended.judged, mended.wrong, mended.amounts["USD"].total.decimal()), (4, 1, "0.50".into()), "the latest counts");
    let log = assay.operations(caller, None, 1).await.expect("the log");
    let had_and_has = [&log[0].before, &log[0].after].map(|json| json.as_ref().is_some_and(|json| json.contains("\"right\":true")));
    assert_eq!((log[0].action.as_str(), had_and_has), ("sample.judge", [false, true]), "{log:?}");
    assert!(log[0].before.as_ref().is_some_and(|before| before.contains("\"right\":false")), "{log:?}");
    assert_eq!(number(&installation, "select count(*) from sample_judgements").await, 5, "what was said before stays recorded");
    let log = assay.operations(caller, None, 20).await.expect("the log");
    assert_eq!(log.iter().filter(|entry| entry.action == "sample.judge").count(), 5);
}

#[tokio::test]
async fn what_cannot_be_said_is_refused() {
    let installation = billed(&[("acme", 1)]).await;
    let Installation { assay, caller, .. } = &installation;
    let id = draw(&installation, &request(1, None)).await.view.id;
    let rows = [
        (
            "right, and something else",
            SampleJudgement { is_right: true, ..said(1, Some("0.5")) },
            "what was rightly billed is as it should be",
        ),
        ("wrong, and the same", said(1, Some("1")), "1 of 1 is no other quantity of zero or more"),
        ("less than nothing", said(1, Some("-1")), "-1 of 1 is no other quantity"),
        ("of no outcome", said(2, None), "there is no outcome"),
        ("of none at all", said(0, None), "there is no outcome"),
        ("for no reason", SampleJudgement { reason: " ".into(), ..said(1, None) }, "reason: it is empty; say why"),
    ];
    for (name, said, problem) in rows {
        let refused = complaint(assay.judge_sample(caller, id, &said).await);
        assert!(refused.contains(problem), "{name}: {refused}");
    }
    judge(&installation, id, 1, Some("2")).await;
    let report = assay.sample_report(caller, id).await.expect("a report");
    assert_eq!(report.amounts["USD"].total.decimal(), "-0.99", "there should have been more");
}

/// The first four are of table I in Newcombe, Statistics in Medicine 17 (1998), 857–872, method 5.
#[test]
fn the_interval_is_that_of_the_tables() {
    let rows = [
        (81, 263, 0.2527, 0.3676),
        (15, 148, 0.0578, 0.1617),
        (0, 20, 0.0, 0.1684),
        (1, 29, 0.0009, 0.1776),
        (0, 10, 0.0, 0.3085),
        (5, 10, 0.1871, 0.8129),
        (10, 10, 0.6915, 1.0),
        (0, 1, 0.0, 0.975),
        (1, 1, 0.025, 1.0),
        (2, 50, 0.0049, 0.1371),
        (50, 10_000, 0.0037, 0.0066),
    ];
    for (found, among, low, high) in rows {
        let interval = Interval::of_proportion(found, among).expect("an interval");
        let is_near = |one: f64, other: f64| (one - other).abs() < 0.000_05 + 1e-9;
        assert!(is_near(interval.low, low) && is_near(interval.high, high), "{found} of {among}: {interval:?}");
        let mirrored = Interval::of_proportion(among - found, among).expect("an interval");
        let is_same = |one: f64, other: f64| (one - other).abs() < 1e-9;
        assert!(is_same(mirrored.low, 1.0 - interval.high) && is_same(mirrored.high, 1.0 - interval.low), "{found} of {among}");
    }
    assert_eq!((Interval::of_proportion(0, 0), Interval::of_proportion(2, 1)), (None, None));
}

/// Samples of 50 from 400 outcomes, 2,000 times each: the interval holds the true share at least 95 times in 100, whatever the share is.
#[test]
fn the_interval_holds_the_true_share_as_often_as_it_says() {
    const SAMPLES: usize = 2_000;
    let intervals: Vec<Interval> = (0..=50).map(|found| Interval::of_proportion(found, 50).expect("an interval")).collect();
    for (seed, wrong) in [(1, 4), (2, 20), (3, 80), (4, 200), (5, 0)] {
        let (mut dice, mut covered) = (Dice::new(seed), 0);
        let share = wrong as f64 / 400.0;
        for _ in 0..SAMPLES {
            let mut outcomes: Vec<usize> = (0..400).collect();
            for place in 0..50 {
                outcomes.swap(place, place + dice.below(400 - place));
            }
            let found = outcomes[..50].iter().filter(|outcome| **outcome < wrong).count();
            covered += usize::from(intervals[found].low <= share && share <= intervals[found].high);
        }
        assert!(covered * 100 >= SAMPLES * 95, "{covered} of {SAMPLES} where {wrong} of 400 are wrong");
    }
}
