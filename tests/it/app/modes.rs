//! The two sides of a tenant: the same rules, and nothing else in common.

use assay_app::{Page, VersionRequest};
use assay_domain::{definition::Timing, key::Mode};
use assay_tests::{
    assay::{Installation, at},
    components,
};

use super::support::{accept, bill, drain, event, standard};

#[tokio::test]
async fn data_of_one_side_is_not_seen_on_the_other() {
    let installation = Installation::new("2026-03-10T00:00:00Z").await;
    let Installation { assay, caller: live, .. } = &installation;
    let test = installation.test_side(live).await;
    let when = at("2026-03-01T00:00:00Z");
    accept(&installation, &test, vec![event("T1", "e1", "ticket.resolved", when, Some("acme"))]).await;
    installation.define(&test, "fixed", &[], Timing::default(), "2026-01-01T00:00:00Z").await;
    drain(&installation, &test).await;
    assert_eq!(assay.outcome_report(&test).await.expect("a report").rows.len(), 1);
    drain(&installation, live).await;
    let report = assay.outcome_report(live).await.expect("a report");
    assert_eq!((report.events, report.interactions, report.rows.len()), (0, 0, 0));
    assert!(assay.customers(live).await.expect("customers").is_empty());
    assert!(assay.versions(live).await.expect("versions").is_empty());
    assert!(assay.interaction(live, "T1").await.is_err());
    // The same identity is free on the other side.
    accept(&installation, live, vec![event("T1", "e1", "ticket.opened", when, Some("acme"))]).await;
}

#[tokio::test]
async fn a_rule_pushed_on_one_side_serves_both() {
    let installation = Installation::new("2026-03-10T00:00:00Z").await;
    let Installation { assay, caller: live, .. } = &installation;
    let test = installation.test_side(live).await;
    let pushed = assay.push_rule(&test, components::resolved_ticket()).await.expect("a rule");
    let seen = assay.rules_page(live, Page::ALL).await.expect("rules");
    assert_eq!(seen.iter().map(|rule| rule.digest).collect::<Vec<_>>(), [pushed.digest]);
    let request = VersionRequest {
        definition: "fixed".into(),
        rule: "resolved-ticket".into(),
        parameters: Vec::new(),
        timing: Timing::default(),
        active_from: None,
    };
    assay.create_version(live, &request).await.expect("a version");
    let other = installation.tenant("other").await;
    assert!(assay.rules(&other).await.expect("rules").is_empty(), "another tenant has its own");
}

#[tokio::test]
async fn a_bill_of_the_test_side_says_so_and_live_numbers_have_no_gap() {
    let installation = Installation::new("2026-04-10T00:00:00Z").await;
    let Installation { assay, caller: live, .. } = &installation;
    let test = installation.test_side(live).await;
    for side in [&test, live] {
        accept(&installation, side, vec![event("T1", "e1", "ticket.resolved", at("2026-03-02T00:00:00Z"), Some("acme"))]).await;
        installation.define(side, "fixed", &[], Timing::default(), "2026-01-01T00:00:00Z").await;
        drain(&installation, side).await;
        installation.agree(side, "fixed", &standard(), "2026-03-01T00:00:00Z", None).await;
        bill(&installation, side, "2026-03").await;
    }
    let numbers = async |side| -> Vec<String> {
        let invoices = assay.invoices(side).await.expect("invoices");
        invoices.into_iter().map(|invoice| invoice.number).collect()
    };
    assert_eq!((numbers(&test).await, numbers(live).await), (vec!["TEST-INV-000001".to_owned()], vec!["INV-000001".to_owned()]));
}

#[tokio::test]
async fn each_tenant_has_two_sides() {
    let installation = Installation::new("2026-03-10T00:00:00Z").await;
    installation.tenant("other").await;
    let sides = installation.assay.tenants().await.expect("tenants");
    let found: Vec<_> = sides.iter().map(|side| (side.slug.as_str(), side.mode, side.live == side.id)).collect();
    let expected = [("vendor", Mode::Live, true), ("vendor", Mode::Test, false), ("other", Mode::Live, true), ("other", Mode::Test, false)];
    assert_eq!(found, expected);
}
