//! What the database itself guards: facts are insert-only whoever asks, and nothing is there before its commit.

use assay_app::AgreementRequest;
use assay_domain::{event::NewEvent, operation::Operation, time::Timestamp};
use assay_store::{MIGRATIONS, customers};
use assay_tests::{
    assay::{Installation, at},
    raw::Raw,
};

use super::{
    disputes,
    stage::ORDINARY,
    support::{accept, bill, drain, event, ingest, number, standard, tickets},
};

const SQLITE: [&str; MIGRATIONS.len()] = [
    include_str!("../../../host/store/migrations/sqlite/0001_foundation.sql"),
    include_str!("../../../host/store/migrations/sqlite/0002_service.sql"),
    include_str!("../../../host/store/migrations/sqlite/0003_sandbox.sql"),
    include_str!("../../../host/store/migrations/sqlite/0004_settlement.sql"),
    include_str!("../../../host/store/migrations/sqlite/0005_scale.sql"),
    include_str!("../../../host/store/migrations/sqlite/0006_audit_chain.sql"),
    include_str!("../../../host/store/migrations/sqlite/0007_lifecycle.sql"),
    include_str!("../../../host/store/migrations/sqlite/0008_receipts.sql"),
    include_str!("../../../host/store/migrations/sqlite/0009_disputes.sql"),
    include_str!("../../../host/store/migrations/sqlite/0010_backtests.sql"),
    include_str!("../../../host/store/migrations/sqlite/0011_attestations.sql"),
    include_str!("../../../host/store/migrations/sqlite/0012_customer_keys.sql"),
    include_str!("../../../host/store/migrations/sqlite/0013_retention.sql"),
    include_str!("../../../host/store/migrations/sqlite/0014_costs.sql"),
];
const POSTGRES: [&str; MIGRATIONS.len()] = [
    include_str!("../../../host/store/migrations/postgres/0001_foundation.sql"),
    include_str!("../../../host/store/migrations/postgres/0002_service.sql"),
    include_str!("../../../host/store/migrations/postgres/0003_sandbox.sql"),
    include_str!("../../../host/store/migrations/postgres/0004_settlement.sql"),
    include_str!("../../../host/store/migrations/postgres/0005_scale.sql"),
    include_str!("../../../host/store/migrations/postgres/0006_audit_chain.sql"),
    include_str!("../../../host/store/migrations/postgres/0007_lifecycle.sql"),
    include_str!("../../../host/store/migrations/postgres/0008_receipts.sql"),
    include_str!("../../../host/store/migrations/postgres/0009_disputes.sql"),
    include_str!("../../../host/store/migrations/postgres/0010_backtests.sql"),
    include_str!("../../../host/store/migrations/postgres/0011_attestations.sql"),
    include_str!("../../../host/store/migrations/postgres/0012_customer_keys.sql"),
    include_str!("../../../host/store/migrations/postgres/0013_retention.sql"),
    include_str!("../../../host/store/migrations/postgres/0014_costs.sql"),
];

/// Queues, caches of what stands, counters, and what must be erasable.
const MUTABLE: [&str; 17] = [
    "answers",
    "backtest_pieces",
    "backtests",
    "balances",
    "billing_runs",
    "breakers",
    "customers",
    "dispute_terms",
    "interactions",
    "log_tiles",
    "outcomes",
    "payloads",
    "retentions",
    "sequences",
    "sessions",
    "veils",
    "wallets",
];

/// Of a key only its end may change, which `keys.rs` tries.
const ENDING: [&str; 1] = ["keys"];

/// What an engine is asked about its schema.
struct Catalogue {
    /// The tables, but for that of the steps; a month of a table is none.
    tables: &'static str,
    /// The triggers of a table that are on, and what the names of those are that guard it.
    triggers: fn(&str) -> String,
    guards: [&'static str; 2],
    /// The columns of a table.
    columns: fn(&str) -> String,
    /// What comes between the names of a trigger that guards and of its table.
    guarded: (&'static str, [&'static str; MIGRATIONS.len()]),
}

impl Catalogue {
    fn of(raw: &Raw) -> Self {
        match raw {
            Raw::Sqlite(_) => Self {
                tables: "select name from sqlite_master where type = 'table' and name not like 'sqlite%' and name <> '_sqlx_migrations'",
                triggers: |table| format!("select name from sqlite_master where type = 'trigger' and tbl_name = '{table}' order by name"),
                guards: ["no_delete", "no_update"],
                columns: |table| format!("select name from pragma_table_info('{table}')"),
                guarded: ("_no_update before update on ", SQLITE),
            },
            Raw::Postgres(_) => Self {
                tables: "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') \
                         and not relispartition and relname <> '_sqlx_migrations'",
                triggers: |table| {
                    format!(
                        "select tgname from pg_trigger where tgrelid = '{table}'::regclass and not tgisinternal and tgenabled = 'O' order by tgname"
                    )
                },
                guards: ["insert_only", "no_truncate"],
                columns: |table| {
                    format!("select attname from pg_attribute where attrelid = '{table}'::regclass and attnum > 0 and not attisdropped")
                },
                guarded: ("_insert_only before update or delete on ", POSTGRES),
            },
        }
    }

    /// The tables that the migrations guard.
    fn insert_only(&self) -> Vec<&'static str> {
        let (mark, migrations) = self.guarded;
        let guarded = |line: &'static str| {
            let (_, rest) = line.strip_prefix("create trigger ")?.split_once(mark)?;
            rest.split_whitespace().next()
        };
        let mut tables: Vec<_> = migrations.into_iter().flat_map(str::lines).filter_map(guarded).collect();
        tables.sort_unstable();
        tables
    }
}

/// An installation with something in every table that is insert-only.
pub async fn lived_in() -> Installation {
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
    assay.open_dispute(caller, &disputes::request("acme-1")).await.expect("a dispute");
    let rare = [
        "insert into costs (event, tenant, interaction, nanos, currency) select id, tenant, interaction, 1, 'USD' from events limit 1",
        "insert into discrepancies (tenant, evaluation, engine, kind, recorded, found, found_at) \
         select tenant, id, engine, 'replay', 'this', 'that', 0 from evaluations limit 1",
        "insert into metered (id, tenant, customer, type, event, interaction, dated_at, sign, recorded_at) \
         select -1, e.tenant, c.id, e.type, e.id, e.interaction, 0, 1, 0 from events e, customers c limit 1",
        "insert into supersessions (event, successor, tenant, actor, reason, recorded_at) \
         select min(id), max(id), tenant, 'test', 'wrong', 0 from events group by tenant limit 1",
        "insert into merges (customer, tenant, payer, actor, reason, recorded_at) select id, tenant, id, 'test', 'bought', 0 from customers limit 1",
        "insert into unrated (run, customer, tenant, reason, at) \
         select id, (select min(id) from customers), tenant, 'too large', 0 from billing_runs limit 1",
        "insert into invoice_changes (tenant, invoice, kind, reason, actor, at) select tenant, id, 'paid', 'wire', 'test', 0 from invoices limit 1",
        "insert into lots (tenant, key, kind, customer, currency, amount, priority, note, created_at) \
         select tenant, 'k', 'grant', id, 'USD', 1, 1, '', 0 from customers limit 1",
        "insert into transfers (tenant, key, kind, customer, currency, debit, credit, amount, at) \
         select tenant, 'test', 'post', id, 'USD', 'external', 'wallet', 1, 0 from customers limit 1",
        "insert into top_ups (tenant, customer, currency, balance, amount, requested_at) select tenant, id, 'USD', 0, 1, 0 from customers limit 1",
        "insert into approval_keys (tenant, customer, name, public_key, actor, created_at) \
         select tenant, id, 'a key', '00', 'test', 0 from customers limit 1",
        "insert into approval_key_ends (key, tenant, kind, actor, at) select id, tenant, 'revoked', 'test', 0 from approval_keys",
        "insert into proposals (tenant, version, customer, effective_from, actor, created_at) \
         select k.tenant, v.id, k.customer, 0, 'test', 0 from approval_keys k join versions v on v.tenant = k.tenant limit 1",
        "insert into withdrawals (proposal, tenant, reason, actor, at) select id, tenant, 'a mistake', 'test', 0 from proposals",
        "insert into rejections (proposal, customer, tenant, reason, actor, at) select id, customer, tenant, 'no', 'test', 0 from proposals",
        "insert into approvals (tenant, proposal, version, customer, effective_from, actor, at) \
         select tenant, id, version, customer, 0, 'test', 0 from proposals",
        "insert into retirements (version, tenant, retired_from, reason, actor, created_at) \
         select id, tenant, 4000000000000000, 'over', 'test', 0 from versions limit 1",
        "insert into event_keys (tenant, source, public_key, actor, created_at) select tenant, 'crm', '00', 'test', 0 from customers limit 1",
        "insert into event_keys (tenant, source, customer, public_key, actor, created_at) \
         select tenant, 'crm', id, '01', 'test', 0 from customers limit 1",
        "insert into event_key_ends (key, tenant, reason, actor, at) select max(id), tenant, 'lost', 'test', 0 from event_keys group by tenant",
        "insert into webhook_endpoints (tenant, source, actor, created_at) select tenant, 'crm', 'test', 0 from customers limit 1",
        "insert into webhook_secrets (tenant, endpoint, secret, actor, created_at) select tenant, id, 'first', 'test', 0 from webhook_endpoints",
        "insert into webhook_secrets (tenant, endpoint, secret, actor, created_at) select tenant, id, 'next', 'test', 0 from webhook_endpoints",
        "insert into webhook_secret_ends (secret, tenant, reason, actor, at) \
         select max(id), tenant, 'lost', 'test', 0 from webhook_secrets group by tenant",
        "insert into key_attestations (event, key, tenant, signature, recorded_at) \
         select e.id, k.id, e.tenant, '00', 0 from events e, event_keys k",
        "insert into webhook_attestations (event, secret, tenant, recorded_at) select e.id, s.id, e.tenant, 0 from events e, webhook_secrets s",
        "insert into dispute_fixtures (dispute, tenant, decision, actor, saved_at) select id, tenant, 'failure', 'test', 0 from disputes",
        "insert into fixture_trials (dispute, hash, tenant, result, found, tried_at) \
         select f.dispute, v.hash, f.tenant, 'passed', 'failure', 0 from dispute_fixtures f join versions v on v.tenant = f.tenant",
        "insert into samples (tenant, period, seed, usage_until, population, size, actor, drawn_at) \
         select tenant, '2016-03', hash, 1, 1, 1, 'test', 0 from versions",
        "insert into sample_items (sample, position, tenant, interaction, definition, customer, dated_at, quantity) \
         select s.id, 1, s.tenant, d.interaction, d.definition, d.customer, 0, 1 from samples s join disputes d on d.tenant = s.tenant",
        "insert into sample_judgements (tenant, sample, position, is_right, should_be, reason, actor, at) \
         select tenant, sample, position, 1, 1, 'so it was', 'test', 0 from sample_items",
    ];
    let mut raw = installation.raw().await;
    for row in rare {
        raw.run(row).await;
    }
    installation
}

#[tokio::test]
async fn every_table_is_insert_only_or_known_to_change() {
    let installation = Installation::new("2016-03-01T00:00:00Z").await;
    let mut raw = installation.raw().await;
    let catalogue = Catalogue::of(&raw);
    let (tables, guarded) = (raw.texts(catalogue.tables).await, catalogue.insert_only());
    assert!(guarded.len() >= 17, "{guarded:?}");
    for table in tables.iter().filter(|table| !ENDING.contains(&table.as_str())) {
        let (is_guarded, may_change) = (guarded.contains(&table.as_str()), MUTABLE.contains(&table.as_str()));
        assert!(is_guarded != may_change, "{table}: guard it, or name it among those that may change");
        let triggers = raw.texts(&(catalogue.triggers)(table)).await;
        let expected = catalogue.guards.map(|guard| format!("{table}_{guard}"));
        assert_eq!(triggers, if is_guarded { expected.as_slice() } else { &[] }, "{table}");
    }
    let known: Vec<&str> = MUTABLE.into_iter().chain(ENDING).chain(guarded).collect();
    assert_eq!(known.len(), tables.len(), "a table that is guarded or may change is there");
}

#[tokio::test]
async fn facts_cannot_be_updated_or_deleted() {
    let installation = lived_in().await;
    let mut raw = installation.raw().await;
    let catalogue = Catalogue::of(&raw);
    for table in catalogue.insert_only() {
        let count = format!("select count(*) from {table}");
        let before = raw.number(&count).await;
        assert!(before > 0, "{table} is empty, so nothing would be tried");
        let columns = raw.texts(&(catalogue.columns)(table)).await;
        let updates = columns.iter().map(|column| format!(r#"update {table} set "{column}" = "{column}""#));
        // Only a server can empty a table as a whole.
        let whole = (!installation.is_file()).then(|| format!("truncate {table} cascade"));
        for sql in updates.chain([format!("delete from {table}")]).chain(whole) {
            let complaint = raw.execute(&sql).await.expect_err(&sql);
            assert!(complaint.contains(&format!("{table} is insert-only")), "{sql}: {complaint}");
        }
        assert_eq!(raw.number(&count).await, before, "{table}");
    }
}

#[tokio::test]
async fn what_is_not_committed_was_never_there() {
    let installation = Installation::new("2016-03-01T00:00:00Z").await;
    let tenant = installation.caller.tenant;
    let now = at("2016-03-01T00:00:00Z");
    let store = installation.open().await;
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
        parties: Default::default(),
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
