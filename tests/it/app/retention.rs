//! How long what is told is kept: what is over is erased, what something waits for is not, and no bill changes by it.

use assay_app::{RetentionErasure, RetentionView};
use assay_tests::assay::{Installation, at};

use super::{
    stage::ORDINARY,
    support::{accept, bill, complaint, drain, event, number, standard, tickets},
};

/// Three tickets of acme, resolved, resolved and open, and one that nobody has named a customer for, recorded on 10 March and judged.
async fn recorded() -> Installation {
    let installation = Installation::new("2016-03-10T00:00:00Z").await;
    let Installation { assay: _, caller, .. } = &installation;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, tickets("acme", 3, 2)).await;
    let resolved = event("nobody", "nobody-1", "ticket.resolved", at("2016-03-02T00:00:00Z"), None);
    accept(&installation, caller, vec![resolved]).await;
    drain(&installation, caller).await;
    installation
}

#[tokio::test]
async fn what_is_over_is_erased_and_what_something_waits_for_is_not() {
    let installation = recorded().await;
    let Installation { assay, caller, clock, .. } = &installation;
    assert_eq!(assay.retention(caller).await.expect("a view"), RetentionView { days: None, kept_back: 0 }, "for ever, unless said");
    assert_eq!(assay.erase_what_is_over(caller).await.expect("nothing"), RetentionErasure::default());

    assay.set_retention(caller, Some(30)).await.expect("said");
    clock.set(at("2016-04-08T00:00:00Z"));
    assert_eq!(assay.erase_what_is_over(caller).await.expect("too early"), RetentionErasure::default());

    clock.set(at("2016-04-10T00:00:01Z"));
    // One is still open and waits for its deadline, one for whose it is.
    assert_eq!(assay.retention(caller).await.expect("a view"), RetentionView { days: Some(30), kept_back: 2 });
    let erased = assay.erase_what_is_over(caller).await.expect("erased");
    assert_eq!(erased, RetentionErasure { interactions: 2, payloads: 4 });
    assert_eq!(number(&installation, "select count(*) from payloads").await, 2);
    assert_eq!(assay.erase_what_is_over(caller).await.expect("again"), RetentionErasure::default());

    // Past the deadline nothing waits for the third.
    clock.set(at("2016-07-01T00:00:00Z"));
    drain(&installation, caller).await;
    assert_eq!(assay.erase_what_is_over(caller).await.expect("erased"), RetentionErasure { interactions: 1, payloads: 1 });
    let told = assay.operations(caller, None, 10).await.expect("operations");
    let actions: Vec<&str> = told.iter().map(|row| row.action.as_str()).filter(|action| action.starts_with("retention")).collect();
    assert_eq!(actions, ["retention.erase", "retention.erase", "retention.set"]);
}

#[tokio::test]
async fn a_new_fact_keeps_an_interaction_for_its_time_again() {
    let installation = recorded().await;
    let Installation { assay, caller, clock, .. } = &installation;
    assay.set_retention(caller, Some(30)).await.expect("said");
    clock.set(at("2016-04-01T00:00:00Z"));
    accept(&installation, caller, vec![event("acme-0", "acme-0-seen", "ticket.seen", at("2016-03-02T05:00:00Z"), None)]).await;
    drain(&installation, caller).await;
    clock.set(at("2016-04-11T00:00:00Z"));
    assert_eq!(assay.erase_what_is_over(caller).await.expect("erased").interactions, 1, "only the one that was told of no more");
}

#[tokio::test]
async fn bills_are_the_same_whether_or_not_what_they_bill_is_erased() {
    let (kept, erased) = (recorded().await, recorded().await);
    for installation in [&kept, &erased] {
        installation.agree(&installation.caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
        drain(installation, &installation.caller).await;
        installation.clock.set(at("2016-04-20T00:00:00Z"));
    }
    erased.assay.set_retention(&erased.caller, Some(7)).await.expect("said");
    assert_eq!(erased.assay.erase_what_is_over(&erased.caller).await.expect("erased").interactions, 2);
    for installation in [&kept, &erased] {
        bill(installation, &installation.caller, "2016-03").await;
    }
    let totals = async |of: &Installation| {
        let all = of.assay.invoices(&of.caller).await.expect("invoices");
        all.into_iter().map(|row| (row.number, row.total)).collect::<Vec<_>>()
    };
    let billed = totals(&kept).await;
    assert_eq!(billed.len(), 1, "something is billed");
    assert_eq!(totals(&erased).await, billed);
}

#[tokio::test]
async fn a_tenant_that_leaves_is_erased_and_no_other() {
    let installation = recorded().await;
    let Installation { assay, caller, .. } = &installation;
    let other = installation.tenant("other").await;
    assert_eq!(assay.erase_everything(&other, "they leave").await.expect("nothing"), RetentionErasure::default());
    assert_eq!(number(&installation, "select count(*) from payloads").await, 6);
    let done = assay.erase_everything(caller, "they leave").await.expect("erased");
    assert_eq!(done.interactions, 2, "what waits for something is kept: {done:?}");
    assay.set_retention(&other, Some(1)).await.expect("said");
    assert_eq!(assay.retention(caller).await.expect("a view").days, None, "what one tenant says holds for no other");
}

#[tokio::test]
async fn a_length_that_is_none_is_refused() {
    let installation = Installation::new("2016-03-10T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    for days in [0, 36_501] {
        let refused = complaint(assay.set_retention(caller, Some(days)).await);
        assert!(refused.starts_with("days: ") && refused.contains("1 to 36500"), "{refused}");
    }
    let refused = complaint(assay.erase_everything(caller, "").await);
    assert!(refused.starts_with("reason"), "{refused}");
    assert_eq!(assay.retention(caller).await.expect("a view").days, None);
}
