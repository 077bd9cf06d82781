//! Walls between tenants: nothing of one is listed for another, and on a server a statement that forgets whose it is about meets a second wall.

use assay_domain::{
    id::{BacktestId, CustomerId, DefinitionId, EvaluationId, EventId, InteractionId, InvoiceId},
    key::Role,
    money::Currency,
    time::Timestamp,
};
use assay_store::{
    Database, Page, Reader, Sql, StoreError, agreements, answers, approval_keys, approvals, attestations, audit_chain, backtests, billing,
    breakers, conservation, customers, definitions, discrepancies, dump, evaluations, event_keys, events, holds,
    interactions::{self, InteractionFilter},
    invoice_changes, keys, ledger, ledger_audit, merges, metered, operations, outcomes, proposals, rate_cards, rules, supersessions, usage,
    wallets, webhooks,
};
use assay_tests::assay::{Installation, at};

use super::contract::{now, opened, operation};
use crate::app::{
    guards::lived_in,
    support::{accept, drain, event},
};

/// What somebody else could guess.
struct Ids {
    interactions: Vec<InteractionId>,
    evaluations: Vec<EvaluationId>,
    customer: CustomerId,
    invoice: InvoiceId,
    superseded: EventId,
}

impl Ids {
    async fn of(installation: &Installation, own: &mut Reader) -> Self {
        let superseded = EventId(installation.raw().await.number("select event from supersessions").await);
        let interactions = interactions::page(own, &InteractionFilter::default(), Page::ALL).await.expect("interactions");
        let evaluations = evaluations::page(own, None, EvaluationId(0), EvaluationId(i64::MAX), 100).await.expect("evaluations");
        Self {
            interactions: interactions.into_iter().map(|row| row.id).collect(),
            evaluations: evaluations.into_iter().map(|row| row.id).collect(),
            customer: customers::by_key(own, "acme").await.expect("read").expect("a customer"),
            invoice: billing::invoices(own).await.expect("invoices")[0].id,
            superseded,
        }
    }
}

/// What a list is of, and how many there are in it.
type Listed = Vec<(&'static str, usize)>;

fn many<T>(found: Result<Vec<T>, StoreError>) -> usize {
    found.expect("rows").len()
}

fn one<T>(found: Result<Option<T>, StoreError>) -> usize {
    usize::from(found.expect("a row or none").is_some())
}

fn late() -> Timestamp {
    at("2100-01-01T00:00:00Z")
}

/// Facts, and what was made of them.
async fn judged(c: &mut Reader, ids: &Ids) -> Listed {
    let names = events::names(c).await.expect("names");
    let (first, stretch) = (InteractionId(0), conservation::Stretch { after: InteractionId(0), until: InteractionId(i64::MAX) });
    let written = conservation::written(c, late()).await.expect("what is written");
    vec![
        ("names", names.len()),
        ("conflicts", many(events::conflicts(c, Page::ALL).await)),
        ("facts", many(events::facts(c, &names, &ids.interactions).await)),
        ("the content of an event", one(events::content(c, ids.superseded).await)),
        ("an event by its name", many(events::by_name(c, "test acme-0-opened").await)),
        ("what a person superseded", one(supersessions::of_event(c, ids.superseded).await)),
        ("who vouches for an event", many(attestations::of(c, &[ids.superseded]).await)),
        ("what senders sign with", many(event_keys::page(c, Page::ALL).await)),
        ("keys that vouch", many(event_keys::live(c).await)),
        ("a key by its digits", one(event_keys::by_digits(c, "crm", "00").await)),
        ("endpoints", many(webhooks::page(c, Page::ALL).await)),
        ("their secrets", many(webhooks::secrets(c).await)),
        ("secrets that open", many(webhooks::live(c).await)),
        ("interactions", many(interactions::page(c, &InteractionFilter::default(), Page::ALL).await)),
        ("one interaction", one(interactions::by_id(c, ids.interactions[0]).await)),
        ("interactions that wait", many(interactions::dirty(c, (Timestamp::MIN, first), 100).await)),
        ("interactions of nobody", many(interactions::unassigned(c, 100).await)),
        ("evaluations", many(evaluations::page(c, None, EvaluationId(0), EvaluationId(i64::MAX), 100).await)),
        ("given evaluations", many(evaluations::by_ids(c, &ids.evaluations).await)),
        ("outcomes", many(outcomes::of(c, &ids.interactions).await)),
        ("outcomes counted", many(outcomes::counts(c).await)),
        ("events that count", many(metered::standing(c, &ids.interactions).await)),
        ("discrepancies", many(discrepancies::page(c, Page::ALL).await)),
        ("back-tests", many(backtests::page(c, Page::ALL).await)),
        ("open back-tests", many(backtests::open(c).await)),
        ("pieces of a back-test", many(backtests::pieces(c, BacktestId(1), InteractionId(0), 100).await)),
        ("labels of a back-test", one(backtests::labels(c, BacktestId(1)).await)),
        ("recorded usage", many(backtests::recorded(c, DefinitionId(1), &ids.interactions, i64::MAX).await)),
        ("breakers", many(breakers::all(c).await)),
        ("marks", many(conservation::marks(c, first, 100).await)),
        ("facts of a stretch", many(conservation::facts(c, &names, stretch, late()).await)),
        ("judgements of a stretch", many(conservation::judgements(c, stretch, late()).await)),
        ("usage of a stretch", many(conservation::usage(c, stretch, i64::MAX).await)),
        ("versions written", written.versions.len()),
    ]
}

/// What was agreed, billed and paid.
async fn billed(c: &mut Reader, ids: &Ids) -> Listed {
    let logged = operations::latest(c, i64::MAX, 1_000).await.expect("the log");
    vec![
        ("customers", many(customers::page(c, Page::ALL).await)),
        ("rules", many(rules::all(c).await)),
        ("definitions", many(definitions::all(c).await)),
        ("versions", many(definitions::versions(c).await)),
        ("rate cards", many(rate_cards::all(c).await)),
        ("agreements", many(agreements::all(c).await)),
        ("what customers approve with", many(approval_keys::of(c, ids.customer).await)),
        ("proposals", many(proposals::page(c, Page::ALL).await)),
        ("approvals", many(approvals::find(c, approvals::ApprovalFilter::default()).await)),
        ("merged customers", merges::payers(c).await.expect("payers").len()),
        ("runs", many(billing::runs(c).await)),
        ("documents", many(billing::invoices(c).await)),
        ("lines", many(billing::lines(c, ids.invoice).await)),
        ("posted periods", many(billing::posted_periods(c).await)),
        ("periods of unrated bills", many(billing::posted_of_unrated(c).await)),
        ("why a document changed", one(invoice_changes::reason(c, ids.invoice).await)),
        ("documents by currency", many(conservation::documents(c, late()).await)),
        ("transfers", many(ledger::transfers_page(c, None, Page::ALL).await)),
        ("balances", many(ledger::balances(c, None).await)),
        ("numbers of documents", many(ledger_audit::numbers(c).await)),
        ("holds", many(holds::open(c).await)),
        ("lots", many(wallets::lots(c, ids.customer, Currency::USD).await)),
        ("a wallet", one(wallets::wallet(c, ids.customer, Currency::USD).await)),
        ("top-ups", many(wallets::top_ups_page(c, Page::ALL).await)),
        ("customers with usage", many(usage::customers(c, Timestamp::MIN, late()).await)),
        ("keys", many(keys::page(c, Page::ALL).await)),
        ("an answer", one(answers::find(c, "once").await)),
        ("links of the log", many(audit_chain::links(c, i64::MIN, 1_000).await)),
        // How a tenant came to be is its own.
        ("the log", logged.iter().filter(|entry| entry.action != "tenant.create").count()),
    ]
}

async fn dumped(c: &mut Reader) -> Listed {
    let mut listed = Listed::new();
    for section in dump::SECTIONS {
        listed.push((section.name(), many(dump::rows(c, section).await)));
    }
    listed
}

/// The last few things that a tenant can have.
async fn furnish(installation: &Installation) {
    let caller = &installation.caller;
    installation.key(caller, &[Role::Viewer]).await;
    accept(installation, caller, vec![event("nobody's", "n1", "ticket.opened", at("2016-03-06T00:00:00Z"), None)]).await;
    drain(installation, caller).await;
    accept(installation, caller, vec![event("nobody's", "n2", "ticket.closed", at("2016-03-06T01:00:00Z"), None)]).await;
    let mut raw = installation.raw().await;
    for row in [
        "insert into breakers (version, tenant, round, faults) select id, tenant, 0, 1 from versions",
        "insert into backtests (id, tenant, definition, hash, candidate, request, labels, kind, state, as_of, facts_until, usage_until, \
         interactions_until, total, faults, created_at) \
         select 1, v.tenant, v.definition, v.hash, '{\"component\":\"' || lower(hex(v.hash)) || '\",\"contract\":\"' || v.contract || \
         '\",\"parameters\":' || v.parameters || ',\"reads\":' || v.reads || ',\"timing\":' || v.timing || '}', '{}', '{}', 'history', 'judging', \
         0, 0, 0, 0, 0, 0, 0 from versions v limit 1",
        "insert into backtest_pieces (backtest, interaction, tenant, seen, tally) select id, 1, tenant, 0, '{}' from backtests",
        "insert into wallets (tenant, customer, currency, hard_stop) select tenant, id, 'USD', 0 from customers",
        "insert into answers (tenant, key, request, answer, created_at) select tenant, 'once', content, '{}', 0 from events order by id limit 1",
        "insert into transfers (tenant, key, kind, customer, currency, debit, credit, amount, agreement, period, charge, at) \
         select tenant, 'held/' || id, 'pending', customer, 'USD', 'receivable', 'held', 1, id, '2016-03', 'resolutions', 0 from agreements",
    ] {
        assert!(raw.run(row).await > 0, "{row}");
    }
}

#[tokio::test]
async fn nothing_of_a_tenant_is_listed_for_another_one() {
    let installation = lived_in().await;
    furnish(&installation).await;
    let store = installation.open().await;
    let mut own = store.read(installation.caller.tenant).await.expect("a reader");
    let ids = Ids::of(&installation, &mut own).await;
    let mut other = store.read(installation.tenant("other").await.tenant).await.expect("a reader");
    for (reader, is_owner) in [(&mut own, true), (&mut other, false)] {
        let listed = [judged(reader, &ids).await, billed(reader, &ids).await, dumped(reader).await].concat();
        let wrong: Vec<_> = listed.into_iter().filter(|(_, rows)| (*rows > 0) != is_owner).collect();
        assert!(wrong.is_empty(), "{wrong:?}, for {}", if is_owner { "whose they are" } else { "another" });
    }
}

const FORGETFUL: &str = "select count(*) from interactions";
const FORGETFUL_CHANGE: &str = "update interactions set revision = revision + 1";

/// How many interactions a statement sees on a connection that does not say whose.
async fn seen(c: &mut impl Database) -> i64 {
    let seen = match c.sql() {
        Sql::Sqlite(file) => sqlx::query_scalar::<_, i64>(FORGETFUL).fetch_one(file).await,
        Sql::Postgres(server) => sqlx::query_scalar::<_, i64>(FORGETFUL).fetch_one(server).await,
    };
    seen.expect("a count")
}

/// How many interactions a statement changes on a connection that does not say whose.
async fn changed(c: &mut impl Database) -> u64 {
    let changed = match c.sql() {
        Sql::Sqlite(file) => sqlx::query(FORGETFUL_CHANGE).execute(file).await.map(|done| done.rows_affected()),
        Sql::Postgres(server) => sqlx::query(FORGETFUL_CHANGE).execute(server).await.map(|done| done.rows_affected()),
    };
    changed.expect("changed")
}

/// A file has one wall, in the statements; a server has a second one, which whoever connects as a superuser passes by.
#[tokio::test]
async fn a_statement_that_forgets_whose_it_is_about_meets_a_second_wall_on_a_server() {
    let (installation, store) = opened().await;
    let tenants = [installation.caller.tenant, installation.tenant("other").await.tenant];
    for tenant in tenants {
        let mut tx = store.begin_beside(tenant).await.expect("a transaction");
        interactions::touch(&mut tx, &["T1".into()], now()).await.expect("touched");
        tx.commit(operation(tenant)).await.expect("committed");
    }
    let (of_one, of_none) = if store.is_shared() { (1, 0) } else { (2, 2) };
    for tenant in tenants {
        let mut reader = store.read(tenant).await.expect("a reader");
        assert_eq!(seen(&mut reader).await, of_one);
        let mut tx = store.begin(tenant).await.expect("a transaction");
        assert_eq!((seen(&mut tx).await, changed(&mut tx).await), (of_one, of_one.unsigned_abs()));
    }
    let mut installations = store.read_installation().await.expect("a reader");
    assert_eq!(seen(&mut installations).await, of_none, "what is a tenant's is none of the installation's");
    assert_eq!(installation.raw().await.number(FORGETFUL).await, 2);
}
