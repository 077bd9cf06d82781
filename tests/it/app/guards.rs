//! What the database itself guards: facts are insert-only whoever asks, and nothing is there before its commit.

use assay_app::AgreementRequest;
use assay_domain::{event::NewEvent, operation::Operation, time::Timestamp};
use assay_store::{Store, customers};
use assay_tests::assay::{Installation, at};
use sqlx::AssertSqlSafe;

use super::{
    stage::ORDINARY,
    support::{accept, bill, connect, drain, event, ingest, number, standard, tickets},
};

const MIGRATIONS: [&str; 4] = [
    include_str!("../../../host/store/migrations/sqlite/0001_foundation.sql"),
    include_str!("../../../host/store/migrations/sqlite/0002_service.sql"),
    include_str!("../../../host/store/migrations/sqlite/0003_sandbox.sql"),
    include_str!("../../../host/store/migrations/sqlite/0004_settlement.sql"),
];

/// Queues, caches of what stands, counters, and what must be erasable.
const MUTABLE: [&str; 11] = [
    "answers",
    "balances",
    "billing_runs",
    "breakers",
    "customers",
    "interactions",
    "outcomes",
    "payloads",
    "sequences",
    "sessions",
    "wallets",
];

/// Of a key only its end may change, which `keys.rs` tries.
const ENDING: [&str; 1] = ["keys"];

/// The tables that the migrations guard.
fn insert_only() -> Vec<&'static str> {
    let guarded = |line: &'static str| {
        let (_, rest) = line.strip_prefix("create trigger ")?.split_once("_no_update before update on ")?;
        rest.split_whitespace().next()
    };
    let mut tables: Vec<_> = MIGRATIONS.iter().flat_map(|sql| sql.lines()).filter_map(guarded).collect();
    tables.sort_unstable();
    tables
}

async fn names(installation: &Installation, sql: &str) -> Vec<String> {
    let query = sqlx::query_scalar(AssertSqlSafe(sql.to_owned()));
    query.fetch_all(&mut connect(installation).await).await.expect("names")
}

/// An installation with something in every table.
async fn lived_in() -> Installation {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, tickets("acme", 3, 2)).await;
    let opening = event("stray", "stray-opened", "ticket.opened", at("2016-03-05T00:00:00Z"), None);
    let other = NewEvent { data: r#"{"x":1}"#.into(), ..opening.clone() };
    assert_eq!(ingest(&installation, caller, vec![opening, other]).await, ["accepted", "conflict"]);
    drain(&installation, caller).await;
    installation.agree(caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
    bill(&installation, caller, "2016-03").await;
    assay.assign_interaction(caller, "stray", "acme", "they asked").await.expect("assigned");
    drain(&installation, caller).await;
    let rare = [
        "insert into discrepancies (tenant, evaluation, engine, kind, recorded, found, found_at) \
         select tenant, id, engine, 'replay', 'this', 'that', 0 from evaluations limit 1",
        "insert into metered (id, tenant, customer, type, event, interaction, dated_at, sign, recorded_at) \
         select -1, e.tenant, c.id, e.type, e.id, e.interaction, 0, 1, 0 from events e, customers c limit 1",
        "insert into supersessions select min(id), max(id), tenant, 'test', 'wrong', 0 from events group by tenant limit 1",
        "insert into merges select id, tenant, id, 'test', 'bought', 0 from customers limit 1",
        "insert into unrated select id, (select min(id) from customers), tenant, 'too large', 0 from billing_runs limit 1",
        "insert into invoice_changes (tenant, invoice, kind, reason, actor, at) select tenant, id, 'paid', 'wire', 'test', 0 from invoices limit 1",
        "insert into lots (tenant, key, kind, customer, currency, amount, priority, note, created_at) \
         select tenant, 'k', 'grant', id, 'USD', 1, 1, '', 0 from customers limit 1",
        "insert into transfers (tenant, key, kind, customer, currency, debit, credit, amount, at) \
         select tenant, 'test', 'post', id, 'USD', 'external', 'wallet', 1, 0 from customers limit 1",
        "insert into top_ups (tenant, customer, currency, balance, amount, requested_at) select tenant, id, 'USD', 0, 1, 0 from customers limit 1",
    ];
    for row in rare {
        sqlx::query(row).execute(&mut connect(&installation).await).await.expect(row);
    }
    installation
}

#[tokio::test]
async fn every_table_is_insert_only_or_known_to_change() {
    let installation = Installation::new("2016-03-01T00:00:00Z").await;
    let sql =
        "select name from sqlite_master where type = 'table' and name not like 'sqlite%' and name <> '_sqlx_migrations' order by name";
    let tables = names(&installation, sql).await;
    let guarded = insert_only();
    assert!(guarded.len() >= 17, "{guarded:?}");
    for table in tables.iter().filter(|table| !ENDING.contains(&table.as_str())) {
        let (is_guarded, may_change) = (guarded.contains(&table.as_str()), MUTABLE.contains(&table.as_str()));
        assert!(is_guarded != may_change, "{table}: guard it, or name it among those that may change");
        let sql = format!("select name from sqlite_master where type = 'trigger' and tbl_name = '{table}' order by name");
        let triggers = names(&installation, &sql).await;
        let expected = [format!("{table}_no_delete"), format!("{table}_no_update")];
        assert_eq!(triggers, if is_guarded { expected.as_slice() } else { &[] }, "{table}");
    }
    let known: Vec<&str> = MUTABLE.into_iter().chain(ENDING).chain(guarded).collect();
    assert_eq!(known.len(), tables.len(), "a table that is guarded or may change is there");
}

#[tokio::test]
async fn facts_cannot_be_updated_or_deleted() {
    let installation = lived_in().await;
    let mut connection = connect(&installation).await;
    for table in insert_only() {
        let before = number(&installation, &format!("select count(*) from {table}")).await;
        assert!(before > 0, "{table} is empty, so nothing would be tried");
        let columns = names(&installation, &format!("select name from pragma_table_info('{table}')")).await;
        let updates = columns.iter().map(|column| format!("update {table} set {column} = {column}"));
        for sql in updates.chain([format!("delete from {table}")]) {
            let refused = sqlx::query(AssertSqlSafe(sql.clone())).execute(&mut connection).await;
            let complaint = refused.expect_err(&sql).to_string();
            assert!(complaint.contains(&format!("{table} is insert-only")), "{sql}: {complaint}");
        }
        assert_eq!(number(&installation, &format!("select count(*) from {table}")).await, before, "{table}");
    }
}

#[tokio::test]
async fn what_is_not_committed_was_never_there() {
    let installation = Installation::new("2016-03-01T00:00:00Z").await;
    let tenant = installation.caller.tenant;
    let now = at("2016-03-01T00:00:00Z");
    let store = Store::open(&installation.database()).await.expect("a store");
    let operations = "select count(*) from operations";
    let before = number(&installation, operations).await;

    let mut dropped = store.begin(tenant).await.expect("a transaction");
    customers::see(&mut dropped, &["ghost".into()], now).await.expect("written");
    assert!(customers::by_key(&mut dropped, "ghost").await.expect("read").is_some(), "it sees its own writes");
    drop(dropped);
    let mut reader = store.read(tenant).await.expect("a reader");
    assert!(customers::by_key(&mut reader, "ghost").await.expect("read").is_none());
    assert_eq!(number(&installation, operations).await, before);

    let mut kept = store.begin(tenant).await.expect("a transaction");
    customers::see(&mut kept, &["acme".into()], now).await.expect("written");
    kept.commit(operation(&installation, now)).await.expect("committed");
    assert!(customers::by_key(&mut reader, "acme").await.expect("read").is_some());
    assert_eq!(number(&installation, operations).await, before + 1);
}

fn operation(installation: &Installation, at: Timestamp) -> Operation {
    let tenant = Some(installation.caller.tenant);
    Operation { tenant, actor: "test".into(), action: "customer.see", subject: "acme".into(), before: None, after: None, at }
}

#[tokio::test]
async fn a_use_case_that_fails_half_way_leaves_nothing() {
    let installation = lived_in().await;
    let Installation { assay, caller, .. } = &installation;
    assay.create_customer(caller, "globex").await.expect("a customer");
    let request = |customer: &str| AgreementRequest {
        customer: customer.into(),
        definitions: vec![("fixed".into(), None)],
        rate_card: "standard".into(),
        overrides: Default::default(),
        from: at("2016-04-01T00:00:00Z"),
        until: None,
    };
    let counts = "select (select count(*) from agreements) + 1000 * (select count(*) from operations)";
    let before = number(&installation, counts).await;
    let both = [request("globex"), request("nobody")];
    assay.create_agreements(caller, &both).await.expect_err("the second customer is not there");
    assert_eq!(number(&installation, counts).await, before);
    assay.create_agreements(caller, &both[..1]).await.expect("the first alone");
    assert_eq!(number(&installation, counts).await, before + 1001);
}
