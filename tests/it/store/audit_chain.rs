//! The sequencer of the audit log: no operation ever comes to stand before one that is chained.

use assay_domain::{audit::AuditHead, id::TenantId, operation::Operation};
use assay_store::{Store, audit_chain, customers};
use assay_tests::assay::Installation;
use tokio::{sync::mpsc, task::JoinHandle};

use super::contract::{now, opened, operation};

/// More than there are here.
const ALL: u32 = 1_000;

/// Chains a log as another process does.
fn chaining(store: &Store, tenant: TenantId) -> JoinHandle<u32> {
    let store = store.clone();
    tokio::spawn(async move { audit_chain::extend(&store, Some(tenant), ALL).await.expect("chained") })
}

async fn is_sound(installation: &Installation, operations: i64) {
    let report = installation.assay.verify_audit(&installation.caller, None, |_, _| {}).await.expect("a report");
    assert_eq!((report.violation, report.head.size, report.waiting), (None, operations, 0));
}

/// Somebody else's entry, which is in at once where writers run side by side.
async fn overtake(store: &Store, tenant: TenantId) {
    let tx = store.begin_beside(tenant).await.expect("a transaction");
    tx.commit(operation(tenant)).await.expect("committed");
}

#[tokio::test]
async fn who_has_a_smaller_number_and_has_not_committed_is_waited_for() {
    let (installation, store) = opened().await;
    let tenant = installation.caller.tenant;
    let mut slow = store.begin_beside(tenant).await.expect("a transaction");
    slow.log(&operation(tenant)).await.expect("a number");
    if store.is_shared() {
        overtake(&store, tenant).await;
    }
    let chaining = chaining(&store, tenant);
    for n in 0..100 {
        customers::see(&mut slow, &[format!("customer-{n}")], now()).await.expect("written");
    }
    slow.commit(operation(tenant)).await.expect("committed");
    chaining.await.expect("it ends");
    // How the tenant came to be is the first.
    is_sound(&installation, if store.is_shared() { 4 } else { 3 }).await;
}

/// A browser that is let in is an entry of its tenant, in a transaction that belongs to none.
#[tokio::test]
async fn so_is_who_writes_for_a_tenant_from_the_installation() {
    let (installation, store) = opened().await;
    let tenant = installation.caller.tenant;
    let mut slow = store.begin_installation().await.expect("a transaction");
    slow.log(&operation(tenant)).await.expect("a number");
    if store.is_shared() {
        overtake(&store, tenant).await;
    }
    let chaining = chaining(&store, tenant);
    for _ in 0..100 {
        slow.log(&operation(tenant)).await.expect("a number");
    }
    slow.commit(operation(tenant)).await.expect("committed");
    chaining.await.expect("it ends");
    is_sound(&installation, if store.is_shared() { 104 } else { 103 }).await;
}

/// While a tenant's log is chained nobody writes for the tenant, from wherever.
#[tokio::test]
async fn who_writes_for_a_tenant_from_the_installation_waits_for_who_is_alone() {
    let (installation, store) = opened().await;
    let tenant = installation.caller.tenant;
    let (tell, mut told) = mpsc::unbounded_channel();
    let mut alone = store.begin(tenant).await.expect("a transaction");
    let (theirs, tell_too) = (store.clone(), tell.clone());
    let coming = tokio::spawn(async move {
        let mut tx = theirs.begin_installation().await.expect("a transaction");
        tx.log(&operation(tenant)).await.expect("a number");
        tell_too.send("the next has a number").expect("it is heard");
        drop(tx);
    });
    for n in 0..100 {
        customers::see(&mut alone, &[format!("customer-{n}")], now()).await.expect("written");
    }
    tell.send("the first is out").expect("it is heard");
    alone.commit(operation(tenant)).await.expect("committed");
    coming.await.expect("it ends");
    let found: Vec<&str> = std::iter::from_fn(|| told.try_recv().ok()).collect();
    assert_eq!(found, ["the first is out", "the next has a number"]);
}

#[tokio::test]
async fn links_come_in_pieces_and_each_log_has_its_own() {
    let (installation, store) = opened().await;
    let (tenant, other) = (installation.caller.tenant, installation.tenant("other").await.tenant);
    for whose in [tenant, other, tenant, tenant, other] {
        overtake(&store, whose).await;
    }
    let extend = async |whose: Option<TenantId>, limit: u32| audit_chain::extend(&store, whose, limit).await.expect("chained");
    // Each has one of how it came to be.
    let added = [extend(Some(tenant), 3).await, extend(Some(tenant), 3).await, extend(Some(tenant), 3).await];
    assert_eq!((added, extend(Some(other), 3).await, extend(None, 3).await), ([3, 1, 0], 3, 0));
    let mut reader = store.read(tenant).await.expect("a reader");
    let links = audit_chain::links(&mut reader, i64::MIN, ALL).await.expect("links");
    let log = audit_chain::log(&mut reader, links[0].operation, ALL).await.expect("operations");
    assert_eq!(links.iter().map(|link| link.position).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(links.iter().map(|link| link.operation).collect::<Vec<_>>(), log.iter().map(|entry| entry.id).collect::<Vec<_>>());
    assert_eq!(audit_chain::head(&mut reader).await.expect("a head"), links[3].head().expect("a hash"));
    let mut installations = store.read_installation().await.expect("a reader");
    assert_eq!(audit_chain::head(&mut installations).await.expect("a head"), AuditHead::EMPTY);
    let (actor, subject, at) = ("test".to_owned(), "an engine".to_owned(), now());
    let own = Operation { tenant: None, actor, action: "test.write", subject, before: None, after: None, at };
    let tx = store.begin_installation().await.expect("a transaction");
    tx.commit(own).await.expect("committed");
    assert_eq!(audit_chain::waiting(&mut installations).await.expect("a count"), 1);
    assert_eq!((extend(None, 3).await, audit_chain::waiting(&mut installations).await.expect("a count")), (1, 0));
    assert_eq!(audit_chain::length(&mut installations).await.expect("a length"), 1);
}
