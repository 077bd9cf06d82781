//! What storage promises whichever engine is behind it. Every test is on the engine of this run of the tests (`Installation::new`): a file
//! of SQLite, or a server of PostgreSQL where `ASSAY_TESTS_ON` says `postgres`. Where the two differ by nature (a file has one writer, and
//! no months), the test says what either does.

use std::time::Duration;

use assay_domain::{
    canon::Digest,
    decimal::Quantity,
    event::NewEvent,
    id::{CustomerId, DefinitionId, EvaluationId, InteractionId, TenantId, VersionId},
    operation::Operation,
    outcome::{Meter, Usage},
    time::Timestamp,
};
use assay_store::{
    Store, StoreError, Tx,
    conservation::Snapshot,
    customers,
    events::{self, EventRow},
    usage::{self, UsageRow},
};
use assay_tests::assay::{Installation, at};
use tokio::{sync::mpsc, task::JoinHandle, time::timeout};

use crate::app::support::event;

/// When everything here happens.
pub fn now() -> Timestamp {
    at("2016-03-01T00:00:00Z")
}

/// An installation, and the store as another process has it.
pub async fn opened() -> (Installation, Store) {
    let installation = Installation::new("2016-03-01T00:00:00Z").await;
    let store = installation.open().await;
    (installation, store)
}

/// What a commit says about itself.
pub fn operation(tenant: TenantId) -> Operation {
    let (actor, subject) = ("test".to_owned(), "contract".to_owned());
    Operation { tenant: Some(tenant), actor, action: "test.write", subject, before: None, after: None, at: now() }
}

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing_and_lets_the_next_one_in() {
    let (installation, store) = opened().await;
    let tenant = installation.caller.tenant;
    let mut dropped = store.begin(tenant).await.expect("a transaction");
    customers::see(&mut dropped, &["ghost".into()], now()).await.expect("written");
    drop(dropped);
    let mut next = store.begin(tenant).await.expect("a transaction");
    assert!(customers::by_key(&mut next, "ghost").await.expect("read").is_none());
    customers::see(&mut next, &["acme".into()], now()).await.expect("written");
    next.commit(operation(tenant)).await.expect("committed");
    let mut reader = store.read(tenant).await.expect("a reader");
    assert!(customers::by_key(&mut reader, "acme").await.expect("read").is_some());
}

#[tokio::test]
async fn a_snapshot_sees_one_moment() {
    let (installation, store) = opened().await;
    let tenant = installation.caller.tenant;
    let mut reader = store.read(tenant).await.expect("a reader");
    let mut snapshot = Snapshot::take(&mut reader).await.expect("a snapshot");
    assert_eq!(customers::all(&mut snapshot).await.expect("customers").len(), 0);
    let mut tx = store.begin(tenant).await.expect("a transaction");
    customers::see(&mut tx, &["acme".into()], now()).await.expect("written");
    tx.commit(operation(tenant)).await.expect("committed");
    assert_eq!(customers::all(&mut snapshot).await.expect("customers").len(), 0, "it was not there at that moment");
    drop(snapshot);
    assert_eq!(customers::all(&mut reader).await.expect("customers").len(), 1);
}

/// How a writer begins: of which tenant, and whether it keeps every other one of it out.
type Writer = (TenantId, bool);

async fn begin(store: &Store, (tenant, is_alone): Writer) -> Tx {
    let begun = if is_alone { store.begin(tenant).await } else { store.begin_beside(tenant).await };
    begun.expect("a transaction")
}

/// Writes for a while, so that whoever could come in meanwhile does.
async fn busy(tx: &mut Tx) {
    for n in 0..100 {
        customers::see(tx, &[format!("customer-{n}")], now()).await.expect("written");
    }
}

/// What happens first when a writer comes while another one is in.
async fn order(store: &Store, first: Writer, next: Writer, waits: bool) -> Vec<&'static str> {
    let (tell, mut told) = mpsc::unbounded_channel();
    let mut tx = begin(store, first).await;
    let (theirs, tell_too) = (store.clone(), tell.clone());
    let coming = tokio::spawn(async move {
        let tx = begin(&theirs, next).await;
        tell_too.send("the next is in").expect("it is heard");
        drop(tx);
    });
    let mut found = Vec::new();
    if waits {
        busy(&mut tx).await;
    } else {
        // Who would have to wait here would wait for ever.
        found.extend(timeout(Duration::from_secs(60), told.recv()).await.expect("it does not wait"));
    }
    tell.send("the first is out").expect("it is heard");
    tx.commit(operation(first.0)).await.expect("committed");
    coming.await.expect("it ends");
    found.extend(std::iter::from_fn(|| told.try_recv().ok()));
    found
}

#[tokio::test]
async fn writers_keep_each_other_out_or_run_side_by_side() {
    let (installation, store) = opened().await;
    let (own, other) = (installation.caller.tenant, installation.tenant("other").await.tenant);
    let rows = [
        ("two alone", (own, true), (own, true), true),
        ("one alone, then one beside others", (own, true), (own, false), true),
        ("one beside others, then one alone", (own, false), (own, true), true),
        ("two beside each other", (own, false), (own, false), false),
        ("two alone, of two tenants", (own, true), (other, true), false),
    ];
    for (name, first, next, waits_on_a_server) in rows {
        // A file has one writer, whoever it is.
        let waits = waits_on_a_server || installation.is_file();
        let expected = if waits { ["the first is out", "the next is in"] } else { ["the next is in", "the first is out"] };
        assert_eq!(order(&store, first, next, waits).await, expected, "{name}");
    }
}

fn attempt() -> UsageRow {
    let (customer, version) = (CustomerId(1), VersionId(1));
    let (quantity, dated_at, class, value, credit) = (Quantity::ONE, at("2041-07-10T00:00:00Z"), None, None, None);
    let usage = Usage { meter: Meter::Attempt, customer, version, quantity, dated_at, class, value, credit };
    UsageRow { usage, definition: DefinitionId(1), interaction: InteractionId(1), evaluation: EvaluationId(1), dispute: None }
}

/// Records `n` changes of usage and three more beside others; every third writer is given up.
pub async fn record_usage(store: Store, tenant: TenantId, n: usize) {
    let mut tx = store.begin_beside(tenant).await.expect("a transaction");
    for count in [n, 3] {
        usage::insert(&mut tx, &vec![attempt(); count], now()).await.expect("recorded");
    }
    if n.is_multiple_of(3) { drop(tx) } else { tx.commit(operation(tenant)).await.expect("committed") }
}

#[tokio::test]
async fn usage_is_numbered_without_gaps_and_no_number_is_seen_before_a_lower_one() {
    let (installation, store) = opened().await;
    let tenant = installation.caller.tenant;
    let mut raw = installation.raw().await;
    let writing: Vec<JoinHandle<()>> = (1..10).map(|n| tokio::spawn(record_usage(store.clone(), tenant, n))).collect();
    while !writing.iter().all(JoinHandle::is_finished) {
        assert_eq!(raw.number("select coalesce(max(id), 0) - count(*) from usage").await, 0);
    }
    for writer in writing {
        writer.await.expect("it ends");
    }
    let expected: Vec<String> = (1..=45).map(|number| number.to_string()).collect();
    assert_eq!(raw.texts("select id from usage order by id").await, expected);
}

/// Records an event past the question whether its identity is free.
async fn claim(tx: &mut Tx, event: &NewEvent) -> Result<(), StoreError> {
    let content = Digest::of(event.data.as_bytes());
    let row = EventRow { event, content, source: 1, kind: 1, interaction: InteractionId(1), customer: None };
    events::insert(tx, &[row], now()).await.map(|_| ())
}

#[tokio::test]
async fn of_two_that_claim_an_identity_at_the_same_time_one_is_refused() {
    let (installation, store) = opened().await;
    let tenant = installation.caller.tenant;
    let mut first = store.begin_beside(tenant).await.expect("a transaction");
    claim(&mut first, &event("T1", "e1", "ping", now(), None)).await.expect("it is free");
    let theirs = store.clone();
    let second = tokio::spawn(async move {
        let mut tx = theirs.begin_beside(tenant).await.expect("a transaction");
        claim(&mut tx, &event("T2", "e1", "pong", now(), None)).await
    });
    busy(&mut first).await;
    first.commit(operation(tenant)).await.expect("committed");
    let refused = second.await.expect("it ends").expect_err("it is taken");
    // A writer of a file comes after the other one and could have seen it.
    assert_eq!(refused.is_collision(), store.is_shared(), "{refused:?}");
    assert_eq!(installation.raw().await.texts("select source_id from events").await, ["e1"]);
}
