//! Merged customers: the bill goes to another, and everything else stays where it is.

use std::collections::BTreeMap;

use assay_app::{Caller, CustomerView};
use assay_domain::id::AgreementId;
use assay_tests::assay::{Installation, at};

use super::{
    stage::ORDINARY,
    support::{accept, bill, complaint, drain, dump, event, number, standard, tickets},
};

/// In April 2016, tickets of two customers, judged, and an agreement with each from March on.
async fn agreed() -> Installation {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let caller = &installation.caller;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, [tickets("acme", 3, 2), tickets("globex", 2, 1)].concat()).await;
    drain(&installation, caller).await;
    installation.agree(caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
    drain(&installation, caller).await;
    installation
}

/// Every customer with who pays for it.
async fn payers(installation: &Installation, caller: &Caller) -> Vec<String> {
    let all = installation.assay.customers(caller).await.expect("customers");
    all.into_iter().map(|CustomerView { key, payer, .. }| format!("{key}: {}", payer.unwrap_or("itself".into()))).collect()
}

/// The dump without what merges add to it.
async fn facts(installation: &Installation) -> Vec<String> {
    let dump = dump(installation, &installation.caller).await;
    dump.lines().filter(|line| !line.starts_with("merge ")).map(str::to_owned).collect()
}

#[tokio::test]
async fn the_bill_goes_to_the_other_and_everything_else_stays() {
    let installation = agreed().await;
    let Installation { assay, caller, .. } = &installation;
    let before = facts(&installation).await;
    let view = assay.merge_customer(caller, "globex", "acme", "acme bought it").await.expect("merged");
    assert_eq!([&view.customer, &view.into, &view.payer, &view.actor, &view.reason], ["globex", "acme", "acme", "test", "acme bought it"]);
    assert_eq!(view.recorded_at, at("2016-04-02T00:00:00Z"));
    assert_eq!(facts(&installation).await, before, "nothing is judged again, and usage stays where it is");
    assert!(dump(&installation, caller).await.contains("merge globex acme acme bought it\n"));

    bill(&installation, caller, "2016-03").await;
    let invoices = assay.invoices(caller).await.expect("invoices");
    let [invoice] = invoices.as_slice() else { panic!("{invoices:?}") };
    assert_eq!((invoice.customer_key.as_str(), invoice.total.to_string()), ("acme", "1002.97 USD".to_owned()));
    let agreements: BTreeMap<String, AgreementId> =
        assay.agreements(caller).await.expect("agreements").into_iter().map(|agreement| (agreement.customer, agreement.id)).collect();
    let lines = assay.invoice(caller, &invoice.number, None).await.expect("an invoice").lines;
    let lines: Vec<_> = lines.iter().map(|view| (view.line.agreement, view.line.charge.as_str(), view.line.quantity.to_string())).collect();
    let line = |customer: &str, charge: &'static str, quantity: &str| (agreements[customer], charge, quantity.to_owned());
    let expected = [
        line("acme", "platform", "1"),
        line("acme", "resolutions", "2"),
        line("globex", "platform", "1"),
        line("globex", "resolutions", "1"),
    ];
    assert_eq!(lines, expected, "each line names the agreement of the customer whose usage it bills");
    let usage = "select count(*) from usage g join customers u on u.id = g.customer where u.key = 'globex'";
    assert_eq!(number(&installation, usage).await, 3, "two attempts and an outcome");
}

#[tokio::test]
async fn what_a_merged_customer_does_later_is_judged_by_its_own_terms() {
    let installation = agreed().await;
    let Installation { assay, caller, clock, .. } = &installation;
    assay.merge_customer(caller, "globex", "acme", "acme bought it").await.expect("merged");
    let opened = event("late", "late-opened", "ticket.opened", at("2016-04-01T00:00:00Z"), Some("globex"));
    let resolved = event("late", "late-resolved", "ticket.resolved", at("2016-04-01T01:00:00Z"), None);
    accept(&installation, caller, vec![opened, resolved]).await;
    clock.set(at("2016-05-02T00:00:00Z"));
    bill(&installation, caller, "2016-04").await;
    assert_eq!(assay.interaction(caller, "late").await.expect("an interaction").customer.as_deref(), Some("globex"));
    let invoices = assay.invoices(caller).await.expect("invoices");
    assert!(!invoices.is_empty() && invoices.iter().all(|invoice| invoice.customer_key == "acme"), "{invoices:?}");
    let billed = "select sum(l.quantity) from invoice_lines l join customers u on u.id = l.customer \
                  where u.key = 'globex' and l.charge = 'resolutions' and l.period = '2016-04'";
    assert_eq!(number(&installation, billed).await, 1_000_000);
}

#[tokio::test]
async fn chains_end_at_the_last_and_circles_are_refused() {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    for key in ["a", "b", "c", "d"] {
        assay.create_customer(caller, key).await.expect("a customer");
    }
    let id = assay.customer(caller, "c").await.expect("a customer").id.to_string();
    assert_eq!(assay.merge_customer(caller, "a", "b", "bought").await.expect("merged").payer, "b");
    assert_eq!(assay.merge_customer(caller, "b", &id, "bought").await.expect("merged").payer, "c");
    assert_eq!(payers(&installation, caller).await, ["a: c", "b: c", "c: itself", "d: itself"]);
    for (from, into, reason, expect) in [
        ("a", "d", "why", "\"a\" was merged before, and its bill goes to \"c\"; merge \"c\" if its bill is to go elsewhere too"),
        ("a", "b", "why", "\"a\" was merged before"),
        ("c", "a", "why", "the bill of \"a\" goes to \"c\" already"),
        ("c", "b", "why", "the bill of \"b\" goes to \"c\" already; name a customer whose bill goes elsewhere"),
        ("c", "c", "why", "into: it is the customer itself"),
        ("c", id.as_str(), "why", "into: it is the customer itself"),
        ("nobody", "d", "why", "there is no customer \"nobody\""),
        ("c", "nobody", "why", "there is no customer \"nobody\""),
        ("c", "d", "", "reason: it is empty"),
    ] {
        let refused = complaint(assay.merge_customer(caller, from, into, reason).await);
        assert!(refused.contains(expect), "{from} into {into}: {refused}");
    }
    assert_eq!(number(&installation, "select count(*) from merges").await, 2);
    assert_eq!(assay.merge_customer(caller, "c", "d", "bought").await.expect("merged").payer, "d");
    assert_eq!(payers(&installation, caller).await, ["a: d", "b: d", "c: d", "d: itself"]);
    assert_eq!(number(&installation, "select count(*) from operations where action = 'customer.merge'").await, 3);
    let view = assay.create_customer(caller, "a").await.expect("confirmed again");
    assert_eq!((view.payer, assay.customer(caller, "b").await.expect("a customer").payer), (Some("d".into()), Some("d".into())));
}

#[tokio::test]
async fn who_is_merged_or_pays_is_confirmed_and_another_tenant_knows_nothing_of_it() {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    let other = installation.tenant("other").await;
    for tenant in [caller, &other] {
        accept(&installation, tenant, [tickets("acme", 1, 1), tickets("globex", 1, 1)].concat()).await;
    }
    assay.merge_customer(caller, "globex", "acme", "bought").await.expect("merged");
    let standings = async |caller: &Caller| {
        let all = assay.customers(caller).await.expect("customers");
        all.iter().map(|customer| customer.standing.name()).collect::<Vec<_>>()
    };
    assert_eq!(standings(caller).await, ["confirmed", "confirmed"]);
    assert_eq!(standings(&other).await, ["mentioned", "mentioned"], "nothing was judged there");
    assert_eq!(payers(&installation, &other).await, ["acme: itself", "globex: itself"]);
}
