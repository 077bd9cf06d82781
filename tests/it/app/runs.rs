//! Billing runs that were cut off, only begun, or overtaken by the facts.

use assay_app::{Assay, BillProgress};
use assay_tests::{
    assay::{Installation, at},
    components,
};
use tokio::sync::Notify;

use super::{
    corrections::{billed, documents, prepared, resolve},
    support::{alter, bill, complaint, drain, dump, month, number, standard},
};

/// Enough for several transactions of a run.
fn many() -> Vec<String> {
    (0..150).map(|n| format!("customer-{n:03}")).collect()
}

#[tokio::test]
async fn a_run_that_was_cut_off_goes_on_where_it_was() {
    let names = many();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let whole = prepared(&names, &standard()).await;
    bill(&whole, &whole.caller, "2016-03").await;

    let installation = prepared(&names, &standard()).await;
    let Installation { assay, caller, clock, .. } = &installation;
    let issued = Notify::new();
    tokio::select! {
        biased;
        () = issued.notified() => {}
        report = assay.bill(caller, month("2016-03"), |step| if matches!(step, BillProgress::Issued(..)) { issued.notify_one() }) => {
            panic!("it was not cut off: {report:?}")
        }
    }
    let some = number(&installation, "select count(*) from invoices").await;
    assert!((1..150).contains(&some), "{some} of 150 invoices");

    clock.set(at("2016-05-02T00:00:00Z"));
    let store = installation.open().await;
    let other = Assay::new(store, components::engine().clone(), installation.world(), 1).expect("a service");
    let refused = complaint(other.bill(caller, month("2016-04"), |_| {}).await);
    assert_eq!(refused, "the run of 2016-03 is not finished; bill 2016-03 to its end first");
    let mut steps = Vec::new();
    let report = other.bill(caller, month("2016-03"), |step| steps.push(step)).await.expect("a bill");
    assert_eq!((report.invoices, report.already_finished), (150, false));
    let left = 150 - u64::try_from(some).expect("a count");
    assert_eq!(steps.last(), Some(&BillProgress::Issued(left, left)), "nobody is billed twice");
    let invoices = other.invoices(caller).await.expect("invoices");
    for (invoice, n) in invoices.iter().zip(1..) {
        assert_eq!(invoice.number, format!("INV-{n:06}"));
        assert_eq!(invoice.total.to_string(), "500.99 USD");
    }
    assert_eq!(dump(&installation, caller).await, dump(&whole, &whole.caller).await);
}

#[tokio::test]
async fn a_run_that_only_began_judges_and_bills() {
    let installation = prepared(&["acme"], &standard()).await;
    let caller = &installation.caller;
    let began = at("2016-04-02T00:00:00Z").micros();
    let run = format!("({}, '2016-03', {began}, 'draining', {began})", caller.tenant.0);
    alter(&installation, &format!("insert into billing_runs (tenant, period, as_of, state, created_at) values {run}")).await;
    resolve(&installation, "T2").await;
    bill(&installation, caller, "2016-03").await;
    assert_eq!(
        documents(&installation, "2016-03").await,
        [
            "INV-000001 acme 501.98 USD",
            "  charge platform of 2016-03: 1 × 500 = 500.00",
            "  charge resolutions of 2016-03: 2 × 0.99 = 1.98",
        ]
    );
}

/// What is told while a run issues its invoices waits for the next run.
#[tokio::test]
async fn a_run_sees_the_usage_it_was_frozen_at() {
    let installation = billed(&standard()).await;
    let Installation { caller, clock, .. } = &installation;
    clock.set(at("2016-05-02T00:00:00Z"));
    bill(&installation, caller, "2016-04").await;
    alter(&installation, "update billing_runs set state = 'issuing' where period = '2016-04'").await;
    resolve(&installation, "late").await;
    drain(&installation, caller).await;
    let before = documents(&installation, "2016-04").await;
    bill(&installation, caller, "2016-04").await;
    assert_eq!(documents(&installation, "2016-04").await, before);
    clock.set(at("2016-06-02T00:00:00Z"));
    bill(&installation, caller, "2016-05").await;
    let may = documents(&installation, "2016-05").await;
    assert!(may.contains(&"  correction resolutions of 2016-03: 1 × 0.99 = 0.99".to_owned()), "{may:?}");
}
