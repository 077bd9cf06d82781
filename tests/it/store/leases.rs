//! Leases: nobody has in hand what another one has, and nobody settles what changed since it was taken.

use assay_domain::{
    id::{InteractionId, TenantId},
    time::{Duration, Timestamp},
};
use assay_store::{
    Store,
    interactions::{self, InteractionRow, Settled},
    leases::{self, Work},
};

use super::contract::{now, opened, operation};

/// How long interactions are taken for.
const LEASE: Duration = Duration::seconds(60);

/// Tells something new about interactions.
async fn touch(store: &Store, tenant: TenantId, subjects: &[&str], at: Timestamp) {
    let subjects: Vec<String> = subjects.iter().map(|subject| (*subject).to_owned()).collect();
    let mut tx = store.begin_beside(tenant).await.expect("a transaction");
    interactions::touch(&mut tx, &subjects, at).await.expect("touched");
    tx.commit(operation(tenant)).await.expect("committed");
}

async fn take(store: &Store, tenant: TenantId, work: Work, at: Timestamp, limit: u32) -> Vec<InteractionRow> {
    leases::take(store, tenant, work, at, at.plus(LEASE), limit).await.expect("taken")
}

fn subjects(rows: &[InteractionRow]) -> Vec<&str> {
    rows.iter().map(|row| row.subject.as_str()).collect()
}

/// What is written back of an interaction that was judged at a revision.
fn judged(row: &InteractionRow, revision: i64, due_at: Option<Timestamp>) -> Settled {
    Settled { id: row.id, revision, due_at, opened_at: Some(now()), customer: None }
}

async fn settle(store: &Store, tenant: TenantId, settled: Settled) -> Vec<InteractionId> {
    let mut tx = store.begin_beside(tenant).await.expect("a transaction");
    let done = interactions::settle(&mut tx, &[settled]).await.expect("settled");
    tx.commit(operation(tenant)).await.expect("committed");
    done
}

#[tokio::test]
async fn two_that_take_at_the_same_time_get_different_work_and_no_more_than_they_ask_for() {
    let (installation, store) = opened().await;
    let tenant = installation.caller.tenant;
    let all = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    touch(&store, tenant, &all, now()).await;
    let (one, other) = tokio::join!(take(&store, tenant, Work::Dirty, now(), 6), take(&store, tenant, Work::Dirty, now(), 6));
    assert!(one.len() <= 6 && other.len() <= 6, "{} and {}", one.len(), other.len());
    let mut taken = [subjects(&one), subjects(&other)].concat();
    taken.sort_unstable();
    assert_eq!(taken, all, "each is taken once");
    assert!(take(&store, tenant, Work::Dirty, now(), 6).await.is_empty());
    let other = installation.tenant("other").await.tenant;
    assert!(take(&store, other, Work::Dirty, now().plus(LEASE), 6).await.is_empty(), "another tenant's");
}

#[tokio::test]
async fn what_waits_longest_is_taken_first() {
    let (installation, store) = opened().await;
    let tenant = installation.caller.tenant;
    for (minutes, subject) in [(2, "second"), (3, "third"), (1, "first")] {
        touch(&store, tenant, &[subject], now().plus(Duration::seconds(60 * minutes))).await;
    }
    // What is new about one that waits already does not send it to the end.
    touch(&store, tenant, &["first"], now().plus(Duration::seconds(240))).await;
    let taken = take(&store, tenant, Work::Dirty, now(), 2).await;
    assert_eq!(subjects(&taken), ["first", "second"]);
    assert_eq!(subjects(&take(&store, tenant, Work::Dirty, now(), 2).await), ["third"]);
}

#[tokio::test]
async fn a_lease_is_over_at_its_time() {
    let (installation, store) = opened().await;
    let tenant = installation.caller.tenant;
    touch(&store, tenant, &["T1"], now()).await;
    let first = take(&store, tenant, Work::Dirty, now(), 10).await;
    let (before, end) = (now().plus(Duration::seconds(59)), now().plus(LEASE));
    assert!(take(&store, tenant, Work::Dirty, before, 10).await.is_empty(), "it is in hand");
    let second = take(&store, tenant, Work::Dirty, end, 10).await;
    assert_eq!((first[0].revision, second[0].revision), (2, 3), "whoever had it has an old revision");
    assert_eq!(settle(&store, tenant, judged(&first[0], first[0].revision, None)).await, []);
    assert_eq!(settle(&store, tenant, judged(&second[0], second[0].revision, None)).await, [second[0].id]);
}

#[tokio::test]
async fn a_new_fact_ends_a_lease() {
    let (installation, store) = opened().await;
    let tenant = installation.caller.tenant;
    touch(&store, tenant, &["T1"], now()).await;
    let before = take(&store, tenant, Work::Dirty, now(), 10).await;
    touch(&store, tenant, &["T1"], now()).await;
    let after = take(&store, tenant, Work::Dirty, now(), 10).await;
    assert_eq!(subjects(&after), ["T1"]);
    assert_eq!(settle(&store, tenant, judged(&before[0], before[0].revision, None)).await, [], "it was judged without the new fact");
    assert_eq!(settle(&store, tenant, judged(&after[0], after[0].revision, None)).await, [after[0].id]);
}

#[tokio::test]
async fn a_settlement_ends_a_lease_and_sets_the_next_time() {
    let (installation, store) = opened().await;
    let tenant = installation.caller.tenant;
    touch(&store, tenant, &["T1"], now()).await;
    let taken = take(&store, tenant, Work::Dirty, now(), 10).await;
    let due_at = now().plus(Duration::seconds(30));
    assert_eq!(
        settle(&store, tenant, judged(&taken[0], taken[0].revision - 1, Some(due_at))).await,
        [],
        "the revision of before the lease"
    );
    assert_eq!(settle(&store, tenant, judged(&taken[0], taken[0].revision, Some(due_at))).await, [taken[0].id]);
    assert!(take(&store, tenant, Work::Dirty, due_at, 10).await.is_empty(), "nothing is new");
    assert!(take(&store, tenant, Work::Due, now(), 10).await.is_empty(), "its time has not come");
    let due = take(&store, tenant, Work::Due, due_at, 10).await;
    assert_eq!(
        (subjects(&due), due[0].due_at, due[0].opened_at),
        (vec!["T1"], Some(due_at), Some(now())),
        "though the lease would have lasted"
    );
    assert!(take(&store, tenant, Work::Due, due_at, 10).await.is_empty());
}

#[tokio::test]
async fn what_is_let_go_of_can_be_taken_at_once() {
    let (installation, store) = opened().await;
    let tenant = installation.caller.tenant;
    touch(&store, tenant, &["kept", "left"], now()).await;
    let taken = take(&store, tenant, Work::Dirty, now(), 10).await;
    let [kept, left] = taken.as_slice() else { panic!("{taken:?}") };
    // At another revision it is somebody else's.
    leases::release(&store, tenant, &[(kept.id, kept.revision - 1), (left.id, left.revision)]).await.expect("released");
    let again = take(&store, tenant, Work::Dirty, now(), 10).await;
    assert_eq!(subjects(&again), ["left"]);
    let mut tx = store.begin_beside(tenant).await.expect("a transaction");
    leases::let_go(&mut tx, &[(kept.id, kept.revision)]).await.expect("let go");
    drop(tx);
    assert!(take(&store, tenant, Work::Dirty, now(), 10).await.is_empty(), "it was not committed");
    let mut tx = store.begin_beside(tenant).await.expect("a transaction");
    leases::let_go(&mut tx, &[(kept.id, kept.revision)]).await.expect("let go");
    tx.commit(operation(tenant)).await.expect("committed");
    assert_eq!(subjects(&take(&store, tenant, Work::Dirty, now(), 10).await), ["kept"]);
}

/// On a server nobody waits for it; in a file the other writer is out before anybody can settle.
#[tokio::test]
async fn what_is_being_changed_is_not_settled() {
    let (installation, store) = opened().await;
    let tenant = installation.caller.tenant;
    touch(&store, tenant, &["T1"], now()).await;
    let taken = take(&store, tenant, Work::Dirty, now(), 10).await;
    let settling = || settle(&store, tenant, judged(&taken[0], taken[0].revision, None));
    let mut changing = store.begin_beside(tenant).await.expect("a transaction");
    interactions::touch(&mut changing, &["T1".into()], now()).await.expect("touched");
    if store.is_shared() {
        assert_eq!(settling().await, [], "it is not waited for");
    }
    changing.commit(operation(tenant)).await.expect("committed");
    assert_eq!(settling().await, []);
}
