//! How much is disputed: rates by definition, reason, customer and category, and what came of it.

use assay_app::{DisputeReport, DisputeRequest, DisputeTally, VersionRequest};
use assay_domain::{dispute::Category, money::Amount, ruling::Ruling};
use assay_tests::assay::{Installation, at};
use serde_json::json;

use super::support::{appeal, decide, open_as, request, split};
use crate::app::{
    stage::ORDINARY,
    support::{accept, bill, card, drain, tickets},
};

/// Ten outcomes of acme and five of globex in March, each under two definitions, billed: `fixed` at 1.00 and `strict` at 2.00.
async fn billed() -> Installation {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    let strict = VersionRequest {
        definition: "strict".into(),
        rule: "resolved-ticket".into(),
        parameters: vec![("retry".into(), "false".into())],
        timing: ORDINARY,
        active_from: Some(at("2016-01-01T00:00:00Z")),
    };
    assay.create_version(caller, &strict).await.expect("a version");
    accept(&installation, caller, [tickets("acme", 10, 10), tickets("globex", 6, 5)].concat()).await;
    drain(&installation, caller).await;
    let charge = |definition: &str, price: &str| json!({ "code": definition, "label": definition, "model": "unit", "meter": { "outcome-of": definition }, "price": price });
    let card = card("both", json!([charge("fixed", "1"), charge("strict", "2")]));
    assay.create_rate_card(caller, &card).await.expect("a card");
    let agreement = |customer: &str| assay_app::AgreementRequest {
        customer: customer.into(),
        definitions: vec![("fixed".into(), None), ("strict".into(), None)],
        parties: Default::default(),
        rate_card: "both".into(),
        overrides: Default::default(),
        from: at("2016-03-01T00:00:00Z"),
        until: None,
    };
    assay.create_agreements(caller, &[agreement("acme"), agreement("globex")]).await.expect("agreements");
    bill(&installation, caller, "2016-03").await;
    installation
}

async fn report(installation: &Installation) -> DisputeReport {
    installation.assay.dispute_report(&installation.caller).await.expect("a report")
}

/// `outcomes disputes rate: open upheld rejected split by-default appealed; disputed; taken back`.
fn in_short(tally: &DisputeTally) -> String {
    let DisputeTally { outcomes, disputes, open, upheld, rejected, split, by_default, appealed, disputed, taken_back } = tally;
    let amounts =
        |amounts: &std::collections::BTreeMap<String, Amount>| amounts.values().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let rate = tally.rate().unwrap_or_else(|| "-".to_owned());
    format!(
        "{outcomes} {disputes} {rate}: {open} {upheld} {rejected} {split} {by_default} {appealed}; {}; {}",
        amounts(disputed),
        amounts(taken_back)
    )
}

#[tokio::test]
async fn rates_are_told_by_definition_reason_customer_and_category() {
    let installation = billed().await;
    let Installation { assay, caller, clock, .. } = &installation;
    let of = |subject: &str, definition: &str, category: Category| DisputeRequest {
        definition: definition.into(),
        category,
        ..request(subject)
    };
    let rows = [
        (of("acme-0", "fixed", Category::NotDelivered), Some(Ruling::Uphold)),
        (of("acme-1", "fixed", Category::NotDelivered), Some(Ruling::Reject)),
        (of("acme-0", "strict", Category::Duplicate), Some(split("0.25"))),
        (of("globex-0", "strict", Category::EvidenceWrong), None),
        (of("globex-1", "strict", Category::NotDelivered), None),
    ];
    let mut ids = Vec::new();
    for (request, ruling) in rows {
        let id = open_as(&installation, &request).await.view.id;
        ids.push(id);
        if let Some(ruling) = ruling {
            decide(&installation, id, ruling).await;
        }
    }
    appeal(&installation, ids[1]).await;
    clock.set(at("2016-04-10T00:00:00Z"));
    decide(&installation, ids[4], Ruling::Reject).await;
    clock.set(at("2016-04-16T00:00:00Z"));
    // That of globex-0 is upheld by default, and so is the appeal of acme-1.
    assert_eq!(assay.answer_due_disputes(caller).await.expect("looked after"), 2);

    let DisputeReport { all, definitions, reasons, customers, categories } = report(&installation).await;
    assert_eq!(in_short(&all), "30 5 0.166666: 0 3 1 1 2 1; 8.00 USD; 4.50 USD");
    let definitions: Vec<String> = definitions.iter().map(|(slug, tally)| format!("{slug} {}", in_short(tally))).collect();
    let expected = ["fixed 15 2 0.133333: 0 2 0 0 1 1; 2.00 USD; 2.00 USD", "strict 15 3 0.200000: 0 1 1 1 1 0; 6.00 USD; 2.50 USD"];
    assert_eq!(definitions, expected);
    let reasons: Vec<String> = reasons.iter().map(|((slug, reason), tally)| format!("{slug} {reason} {}", tally.disputes)).collect();
    assert_eq!(reasons, ["fixed resolved 2", "strict resolved 3"]);
    let customers: Vec<String> = customers.iter().map(|(key, tally)| format!("{key} {}", in_short(tally))).collect();
    let expected = ["acme 20 3 0.150000: 0 2 0 1 1 1; 4.00 USD; 2.50 USD", "globex 10 2 0.200000: 0 1 1 0 1 0; 4.00 USD; 2.00 USD"];
    assert_eq!(customers, expected);
    let categories: Vec<String> = categories.iter().map(|(category, tally)| format!("{category} {}", in_short(tally))).collect();
    let expected = [
        "not-delivered 30 3 0.100000: 0 2 1 0 1 1; 4.00 USD; 2.00 USD",
        "duplicate 30 1 0.033333: 0 0 0 1 0 0; 2.00 USD; 0.50 USD",
        "evidence-wrong 30 1 0.033333: 0 1 0 0 1 0; 2.00 USD; 2.00 USD",
    ];
    assert_eq!(categories, expected);
}

#[tokio::test]
async fn nothing_disputed_is_a_report_too() {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    assert_eq!(report(&installation).await, DisputeReport::default());
    assert_eq!(DisputeTally::default().rate(), None, "nothing is a part of nothing");
    let installation = billed().await;
    let open = report(&installation).await;
    assert_eq!((in_short(&open.all).as_str(), open.categories.len()), ("30 0 0.000000: 0 0 0 0 0 0; ; ", 0));
    let id = open_as(&installation, &request("acme-0")).await.view.id;
    let one = report(&installation).await;
    assert_eq!(in_short(&one.all), "30 1 0.033333: 1 0 0 0 0 0; 1.00 USD; 0.00 USD");
    decide(&installation, id, Ruling::Uphold).await;
    assert_eq!(
        in_short(&report(&installation).await.all),
        "30 1 0.033333: 0 1 0 0 0 0; 1.00 USD; 1.00 USD",
        "what was taken back was billed once"
    );
    let other = installation.tenant("other").await;
    assert_eq!(installation.assay.dispute_report(&other).await.expect("a report"), DisputeReport::default());
}
