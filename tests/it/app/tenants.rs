//! Tenants know nothing of each other, and another's names are as unknown as names that nobody ever gave.

use assay_app::{AgreementRequest, Caller, VersionRequest};
use assay_tests::assay::{Installation, at};

use super::{
    stage::ORDINARY,
    support::{accept, bill, complaint, drain, dump, ingest, standard, tickets},
};

/// Judged, billed for March, with one ticket that nobody pays for.
async fn busy(installation: &Installation, caller: &Caller) {
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(installation, caller, tickets("acme", 4, 3)).await;
    drain(installation, caller).await;
    installation.agree(caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
    bill(installation, caller, "2016-03").await;
}

#[tokio::test]
async fn an_identity_is_free_in_every_tenant() {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let other = installation.tenant("other").await;
    accept(&installation, &installation.caller, tickets("acme", 2, 2)).await;
    accept(&installation, &other, tickets("acme", 2, 2)).await;
    let again = ingest(&installation, &other, tickets("acme", 2, 2)).await;
    assert_eq!(again, ["duplicate"; 4]);
}

#[tokio::test]
async fn the_same_work_ends_alike_in_every_tenant() {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let other = installation.tenant("other").await;
    busy(&installation, &installation.caller).await;
    busy(&installation, &other).await;
    assert_eq!(dump(&installation, &other).await, dump(&installation, &installation.caller).await);
    for caller in [&installation.caller, &other] {
        let invoices = installation.assay.invoices(caller).await.expect("invoices");
        let numbers: Vec<&str> = invoices.iter().map(|invoice| invoice.number.as_str()).collect();
        assert_eq!(numbers, ["INV-000001"]);
    }
}

#[tokio::test]
async fn nothing_that_one_tenant_does_touches_another() {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    busy(&installation, caller).await;
    let before = dump(&installation, caller).await;
    let (operations, report) = (assay.operations(caller, None, 1_000).await.expect("the log").len(), assay.outcome_report(caller).await);

    let other = installation.tenant("other").await;
    busy(&installation, &other).await;
    accept(&installation, &other, tickets("globex", 50, 50)).await;
    assay.create_customer(&other, "globex").await.expect("a customer");
    assay.assign_interaction(&other, "acme-0", "globex", "they asked").await.expect("assigned");
    assert_eq!(assay.waiting(caller).await.expect("a number"), 0, "another's queue");
    assert_eq!(drain(&installation, caller).await.judged, 0, "another's queue");
    assert_eq!(drain(&installation, &other).await.judged, 51);

    assert_eq!(dump(&installation, caller).await, before);
    assert_eq!(assay.operations(caller, None, 1_000).await.expect("the log").len(), operations);
    let (was, is) = (report.expect("a report"), assay.outcome_report(caller).await.expect("a report"));
    assert_eq!((is.events, is.interactions, is.rows), (was.events, was.interactions, was.rows));
}

#[tokio::test]
async fn what_another_tenant_has_is_not_found() {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    busy(&installation, caller).await;
    let other = installation.tenant("other").await;
    assay.create_customer(&other, "mine").await.expect("a customer");
    let invoice = assay.invoices(caller).await.expect("invoices").remove(0);
    let interaction = assay.interaction(caller, "acme-0").await.expect("an interaction");
    let rule = assay.rules(caller).await.expect("rules").remove(0);
    let version =
        |rule: String| VersionRequest { definition: "mine".into(), rule, parameters: Vec::new(), timing: ORDINARY, active_from: None };
    let agreement = |customer: &str, definition: &str, rate_card: &str| AgreementRequest {
        customer: customer.into(),
        definitions: vec![(definition.into(), None)],
        parties: Default::default(),
        rate_card: rate_card.into(),
        overrides: Default::default(),
        from: at("2016-04-01T00:00:00Z"),
        until: None,
    };
    for refused in [
        complaint(assay.invoice(&other, &invoice.number, None).await),
        complaint(assay.invoice(&other, &invoice.id.to_string(), None).await),
        complaint(assay.interaction(&other, "acme-0").await),
        complaint(assay.interaction(&other, &interaction.id.to_string()).await),
        complaint(assay.assign_interaction(&other, "acme-0", "mine", "it is ours").await),
        complaint(assay.create_version(&other, &version(rule.manifest.name.clone())).await),
        complaint(assay.create_version(&other, &version(rule.id.to_string())).await),
        complaint(assay.create_version(&other, &version(rule.digest.to_string())).await),
        complaint(assay.activate_version(&other, "fixed", 1, at("2016-05-01T00:00:00Z")).await),
        complaint(assay.create_rate_card(&other, &standard()).await),
        complaint(assay.create_agreements(&other, &[agreement("acme", "fixed", "standard")]).await),
        complaint(assay.create_agreements(&other, &[agreement("mine", "fixed", "standard")]).await),
    ] {
        assert!(refused.starts_with("there is no "), "{refused}");
    }
    assert!(assay.invoices(&other).await.expect("invoices").is_empty());
    assert!(assay.rules(&other).await.expect("rules").is_empty());
    assert!(assay.versions(&other).await.expect("versions").is_empty());
    assert!(assay.rate_cards(&other).await.expect("cards").is_empty());
    assert!(assay.agreements(&other).await.expect("agreements").is_empty());
    assert_eq!(dump(&installation, &other).await, "");
}
