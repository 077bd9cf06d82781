//! A bill that cannot be computed exactly holds up nobody else's, and is tried again by the next run.

use assay_app::{AgreementRequest, VersionRequest};
use assay_tests::{
    assay::{Installation, at},
    hostile::{Hostile, Success, Verdict},
};
use serde_json::json;

use super::{
    stage::ORDINARY,
    support::{accept, bill, card, drain, event, month},
};

#[tokio::test]
async fn an_absurd_quantity_holds_up_one_customer_only() {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let Installation { assay, caller, clock, .. } = &installation;
    let billion = Success { mantissa: 1_000_000_000, ..Success::at(at("2016-03-10T00:00:00Z").micros()) };
    let pushed = assay.push_rule(caller, &Hostile::unexamined().verdict(Verdict::success(billion)).build()).await.expect("a rule");
    let version = VersionRequest {
        definition: "fixed".into(),
        rule: pushed.digest.to_string(),
        parameters: vec![("n".into(), "0".into())],
        timing: ORDINARY,
        active_from: Some(at("2016-01-01T00:00:00Z")),
    };
    assay.create_version(caller, &version).await.expect("a version");
    let absurd =
        json!({ "code": "units", "label": "Units", "model": "unit", "meter": { "outcome-of": "fixed" }, "price": "1000000000000" });
    let sober = json!({ "code": "units", "label": "Units", "model": "unit", "meter": { "outcome-of": "fixed" }, "price": "0.01" });
    for (customer, name, charge) in [("acme", "absurd", absurd), ("globex", "sober", sober)] {
        assay.create_rate_card(caller, &card(name, json!([charge]))).await.expect("a card");
        assay.create_customer(caller, customer).await.expect("a customer");
        let request = AgreementRequest {
            customer: customer.into(),
            definitions: vec![("fixed".into(), None)],
            parties: Default::default(),
            rate_card: name.into(),
            overrides: Default::default(),
            from: at("2016-03-01T00:00:00Z"),
            until: None,
        };
        assay.create_agreements(caller, &[request]).await.expect("an agreement");
        accept(&installation, caller, vec![event(customer, customer, "ping", at("2016-03-01T09:00:00Z"), Some(customer))]).await;
    }
    drain(&installation, caller).await;

    let report = assay.bill(caller, month("2016-03"), |_| {}).await.expect("a bill for the others");
    assert_eq!(report.unrated.len(), 1);
    assert!(report.unrated[0].contains("acme"), "{:?}", report.unrated);
    let issued = assay.invoices(caller).await.expect("invoices");
    assert_eq!(issued.iter().map(|i| (i.customer_key.as_str(), i.total.decimal())).collect::<Vec<_>>(), [("globex", "10000000.00".into())]);

    clock.set(at("2016-05-02T00:00:00Z"));
    let report = assay.bill(caller, month("2016-04"), |_| {}).await.expect("the next run");
    assert_eq!(report.unrated.len(), 1, "tried again: {:?}", report.unrated);
    bill(&installation, caller, "2016-03").await;
}
