//! The ledger: what documents post, what is held, and that an audit finds whatever was altered.

use assay_app::{Caller, Page};
use assay_domain::{
    definition::Timing,
    id::CustomerId,
    money::{Amount, Currency},
    operation::Operation,
    time::Duration,
};
use assay_store::ledger::{self, Account, NewTransfer, TransferKind};
use assay_tests::{
    assay::{Installation, at},
    raw::Raw,
};

use super::{
    corrections::{billed, resolve},
    stage::ORDINARY,
    support::{accept, bill, drain, event, standard, tickets},
    wallets::grant,
};

/// A customer's transfers: kind, accounts, amount and key.
async fn transfers(installation: &Installation, customer: &str) -> Vec<String> {
    let Installation { assay, caller, .. } = installation;
    let all = assay.transfers(caller, Some(customer), Page::ALL).await.expect("transfers");
    all.iter().map(|t| format!("{} {} from {} {} {}", t.kind, t.debit, t.credit, t.amount.decimal(), t.key)).collect()
}

/// A customer's balances, debits less credits.
async fn balances(installation: &Installation, customer: &str) -> Vec<String> {
    let Installation { assay, caller, .. } = installation;
    let all = assay.balances(caller, Some(customer)).await.expect("balances");
    all.iter().map(|b| format!("{} {}", b.account, b.balance)).collect()
}

/// The names of the checks that find something, each once.
async fn damaged(installation: &Installation) -> Vec<&'static str> {
    let audit = installation.assay.audit_ledger(&installation.caller).await.expect("an audit");
    let mut checks: Vec<&'static str> = audit.violations.iter().map(|violation| violation.check).collect();
    checks.dedup();
    checks
}

/// The audit must find nothing.
pub async fn assert_sound(installation: &Installation) {
    let audit = installation.assay.audit_ledger(&installation.caller).await.expect("an audit");
    assert_eq!(audit.violations, []);
    assert!(audit.transfers > 0, "there was something to look at");
}

async fn reopen(installation: &Installation) {
    let lost = event("acme-0", "acme-0-reopened", "ticket.reopened", at("2016-03-02T05:00:00Z"), None);
    accept(installation, &installation.caller, vec![lost]).await;
}

#[tokio::test]
async fn an_invoice_is_owed_line_by_line_until_it_is_paid() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, .. } = &installation;
    let lines = ["post receivable from revenue 500.00 line/INV-000001/1", "post receivable from revenue 0.99 line/INV-000001/2"];
    assert_eq!(transfers(&installation, "acme").await, lines);
    assert_eq!(balances(&installation, "acme").await, ["receivable 500.99 USD", "revenue -500.99 USD"]);
    assert_sound(&installation).await;
    assay.pay_invoice(caller, "INV-000001", "wire 17").await.expect("paid");
    assert_eq!(transfers(&installation, "acme").await[2..], ["post external from receivable 500.99 pay/INV-000001"]);
    assert_eq!(balances(&installation, "acme").await, ["external 500.99 USD", "receivable 0.00 USD", "revenue -500.99 USD"]);
    assert_sound(&installation).await;
}

#[tokio::test]
async fn later_truth_is_a_correction_that_names_what_it_mends() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, clock, .. } = &installation;
    clock.set(at("2016-05-02T00:00:00Z"));
    resolve(&installation, "late").await;
    bill(&installation, caller, "2016-04").await;
    clock.set(at("2016-06-02T00:00:00Z"));
    reopen(&installation).await;
    bill(&installation, caller, "2016-05").await;
    let all = assay.transfers(caller, Some("acme"), Page::ALL).await.expect("transfers");
    let named = |key: &str| all.iter().find(|transfer| transfer.key == key).unwrap_or_else(|| panic!("{key} is not in {all:?}"));
    let mended = |transfer: &str| named(transfer).corrects;
    let (more, less) = (named("line/INV-000003/2"), named("line/CN-000001/1"));
    assert_eq!((more.kind, more.debit, more.amount.decimal().as_str()), ("correct", "receivable", "0.99"));
    assert_eq!((less.kind, less.debit, less.amount.decimal().as_str()), ("correct", "revenue", "0.99"));
    assert_eq!(mended("line/INV-000003/2"), Some(named("line/INV-000001/2").id));
    assert_eq!(mended("line/CN-000001/1"), Some(more.id), "the latest of its charge and period");
    assert_eq!((mended("line/INV-000003/1"), named("line/INV-000003/1").kind), (None, "post"));
    assert_eq!(less.reason.as_deref(), Some("late facts"));
    assert_sound(&installation).await;
}

#[tokio::test]
async fn what_is_voided_is_posted_backwards_and_again_by_the_next_run() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, clock, .. } = &installation;
    clock.set(at("2016-05-02T00:00:00Z"));
    assay.void_invoice(caller, "INV-000001", "the wrong address").await.expect("voided");
    let voids = ["void revenue from receivable 500.00 void/INV-000001/1", "void revenue from receivable 0.99 void/INV-000001/2"];
    assert_eq!(transfers(&installation, "acme").await[2..], voids);
    assert_eq!(balances(&installation, "acme").await, ["receivable 0.00 USD", "revenue 0.00 USD"]);
    assert_sound(&installation).await;
    bill(&installation, caller, "2016-04").await;
    assert_eq!(balances(&installation, "acme").await, ["receivable 1000.99 USD", "revenue -1000.99 USD"]);
    assert_sound(&installation).await;
}

#[tokio::test]
async fn a_key_is_posted_once() {
    let installation = billed(&standard()).await;
    let store = installation.open().await;
    let caller = &installation.caller;
    let customer = installation.assay.customer(caller, "acme").await.expect("a customer").id;
    let transfer = payment(customer, "once");
    let mut tx = store.begin(caller.tenant).await.expect("a transaction");
    let now = at("2016-05-02T00:00:00Z");
    let both = [transfer.clone(), transfer.clone(), payment(customer, "twice")];
    assert_eq!(ledger::post(&mut tx, &both, now).await.expect("posted"), 2);
    assert_eq!(ledger::post(&mut tx, &both, now).await.expect("posted"), 0);
    let balance = ledger::balance(&mut tx, customer, Currency::USD, Account::External).await.expect("a balance");
    assert_eq!(balance, 14);
    let operation = Operation {
        tenant: Some(caller.tenant),
        actor: "test".into(),
        action: "test.post",
        subject: "once".into(),
        before: None,
        after: None,
        at: now,
    };
    tx.commit(operation).await.expect("committed");
    assert_sound(&installation).await;
}

fn payment(customer: CustomerId, key: &str) -> NewTransfer {
    let accounts = (Account::External, Account::Receivable);
    NewTransfer::new(key.into(), TransferKind::Post, customer, accounts, Amount::new(7, Currency::USD))
}

/// Outcomes are billed ten days after they were earned.
const PATIENT: Timing = Timing { settles_after: Duration::days(10), ..ORDINARY };

/// What is held: customer, period, charge and amount.
async fn held(installation: &Installation) -> Vec<String> {
    let Installation { assay, caller, .. } = installation;
    let all = assay.hold(caller).await.expect("holds");
    all.iter().map(|hold| format!("{} {} {} {}", hold.customer, hold.period, hold.charge, hold.amount)).collect()
}

#[tokio::test]
async fn what_is_provisional_is_held_and_replaced_until_it_settles() {
    let installation = Installation::new("2016-03-05T00:00:00Z").await;
    let Installation { assay, caller, clock, .. } = &installation;
    installation.define(caller, "fixed", &[], PATIENT, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, tickets("acme", 3, 2)).await;
    drain(&installation, caller).await;
    installation.agree(caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
    drain(&installation, caller).await;
    assert_eq!(held(&installation).await, ["acme 2016-03 resolutions 1.98 USD"]);
    assert_eq!(held(&installation).await.len(), 1);
    assert_eq!(transfers(&installation, "acme").await.len(), 1, "what has not changed is not posted again");
    assert_eq!(balances(&installation, "acme").await, [""; 0], "a hold moves nothing");

    let resolved = event("acme-2", "acme-2-resolved", "ticket.resolved", at("2016-03-02T09:00:00Z"), None);
    accept(&installation, caller, vec![resolved]).await;
    drain(&installation, caller).await;
    assert_eq!(held(&installation).await, ["acme 2016-03 resolutions 2.97 USD"]);
    let found = transfers(&installation, "acme").await;
    let starts =
        ["pending receivable from held 1.98 hold/", "void held from receivable 1.98 void/hold/", "pending receivable from held 2.97 hold/"];
    assert!(found.len() == 3 && found.iter().zip(starts).all(|(found, start)| found.starts_with(start)), "{found:?}");
    let wallet = assay.wallet(caller, "acme", Currency::USD).await.expect("a wallet");
    assert_eq!((wallet.held.minor(), wallet.available.minor()), (297, -297));
    assert_sound(&installation).await;

    clock.set(at("2016-03-20T00:00:00Z"));
    drain(&installation, caller).await;
    assert_eq!(held(&installation).await, [""; 0]);
    assert_sound(&installation).await;
}

#[tokio::test]
async fn a_run_leaves_what_comes_after_it_held() {
    let installation = in_use().await;
    let holds = installation.assay.holds(&installation.caller).await.expect("holds");
    let found: Vec<_> = holds.iter().map(|hold| (hold.customer.as_str(), hold.period.to_string(), hold.amount.to_string())).collect();
    assert_eq!(found, [("acme", "2016-05".to_owned(), "0.99 USD".to_owned())]);
}

/// A ledger with something of everything: two months billed, one of them partly from a wallet, a credit note that gave credit back,
/// a payment and a hold.
async fn in_use() -> Installation {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let Installation { assay, caller, clock, .. } = &installation;
    installation.define(caller, "fixed", &[], PATIENT, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, ["acme", "globex"].iter().flat_map(|customer| tickets(customer, 1, 1)).collect()).await;
    drain(&installation, caller).await;
    installation.agree(caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
    grant(&installation, "acme", "600.00", "order-1", 100, None).await;
    bill(&installation, caller, "2016-03").await;
    clock.set(at("2016-05-02T00:00:00Z"));
    reopen(&installation).await;
    let new = |kind: &str, time: &str| event("new", &format!("new-{kind}"), kind, at(time), Some("acme"));
    let young = vec![new("ticket.opened", "2016-04-25T08:00:00Z"), new("ticket.resolved", "2016-04-25T10:00:00Z")];
    accept(&installation, caller, young).await;
    bill(&installation, caller, "2016-04").await;
    assay.pay_invoice(caller, "INV-000002", "wire 18").await.expect("paid");
    installation
}

/// What is done to the ledger behind its back, and the checks that must find it, and no others.
const DAMAGES: [(&str, &[&str], &[&str]); 22] = [
    ("nothing", &[], &[]),
    (
        "a line that bills too much, with everything that follows from it",
        &[
            "update invoice_lines set amount = amount + 100 where id = (select line from transfers where key = 'line/INV-000002/2')",
            "update transfers set amount = amount + 100 where key = 'line/INV-000002/2'",
            "update balances set debits = debits + 100 where account = 'receivable' and customer = (select id from customers where key = 'globex')",
            "update balances set credits = credits + 100 where account = 'revenue' and customer = (select id from customers where key = 'globex')",
        ],
        &["postings"],
    ),
    (
        "usage that counted",
        &["update usage set quantity = 2000000 where meter = 'outcome' and customer = (select id from customers where key = 'globex')"],
        &["postings"],
    ),
    ("a balance", &["update balances set debits = debits + 1 where account = 'receivable'"], &["accounts", "balances"]),
    ("a balance that is gone", &["delete from balances where account = 'external'"], &["balances"]),
    (
        "a balance of nothing",
        &["insert into balances select tenant, customer, 'JPY', account, 1, 0 from balances where account = 'wallet'"],
        &["balances"],
    ),
    ("a posting that is gone", &["delete from transfers where key = 'line/INV-000002/1'"], &["postings", "balances", "lines"]),
    (
        "a posting of another amount",
        &["update transfers set amount = amount + 1 where key = 'line/INV-000002/1'"],
        &["postings", "balances", "lines"],
    ),
    (
        "a posting of another charge",
        &["update transfers set charge = 'resolutions' where key = 'line/INV-000004/1'"],
        &["postings", "lines"],
    ),
    (
        "a void of what stands",
        &[
            "insert into transfers (tenant, key, kind, customer, currency, debit, credit, amount, agreement, period, charge, invoice, line, corrects, at) \
           select tenant, 'void/INV-000004/1', 'void', customer, currency, credit, debit, amount, agreement, period, charge, invoice, line, id, at \
           from transfers where key = 'line/INV-000004/1'",
        ],
        &["balances", "lines"],
    ),
    (
        "a posting without a line",
        &["insert into transfers (tenant, key, kind, customer, currency, debit, credit, amount, at) \
           select tenant, 'stray', 'post', customer, currency, debit, credit, 5, at from transfers where key = 'line/INV-000004/1'"],
        &["balances", "lines"],
    ),
    ("a number that is left out", &["update invoices set number = 'INV-000009' where number = 'INV-000004'"], &["numbers"]),
    ("a number that was given out", &["update sequences set next = next + 1 where name like 'CN/%'"], &["numbers"]),
    (
        "a credit note for more than was billed",
        &["update invoice_lines set amount = -500 where id = (select line from transfers where key = 'line/CN-000001/1')"],
        &["accounts", "lines", "credit-notes"],
    ),
    ("a lot that was smaller", &["update lots set amount = 1 where kind = 'grant'"], &["lots"]),
    ("a lot that had expired", &["update lots set expires_at = 1 where kind = 'grant'"], &["lots"]),
    (
        "credit that came back twice",
        &["update transfers set amount = 2 * amount where key like 'return/%'"],
        &["accounts", "balances", "lots"],
    ),
    ("a correction of nothing", &["update transfers set corrects = null where key = 'line/CN-000001/1'"], &["references"]),
    ("a correction of itself", &["update transfers set corrects = id where key like 'return/%'"], &["references"]),
    (
        "a correction of another customer's",
        &["update transfers set corrects = (select id from transfers where key = 'line/INV-000002/2') where key = 'line/CN-000001/1'"],
        &["references"],
    ),
    (
        "two holds of the same",
        &["insert into transfers (tenant, key, kind, customer, currency, debit, credit, amount, agreement, period, charge, at) \
           select tenant, key || '0', kind, customer, currency, debit, credit, amount, agreement, period, charge, at from transfers where kind = 'pending'"],
        &["holds"],
    ),
    ("a draw on nobody's lot", &["update transfers set lot = null where key like 'draw/INV-000003/%'"], &["lots"]),
];

const TABLES: [&str; 8] = ["transfers", "balances", "lots", "invoice_lines", "invoices", "sequences", "usage", "top_ups"];

#[tokio::test]
async fn an_audit_finds_whatever_was_altered() {
    let installation = in_use().await;
    let mut raw = installation.raw().await;
    raw.unguarded().await;
    run(&mut raw, &TABLES.map(|table| format!("create table kept_{table} as select * from {table}"))).await;
    for (name, damage, checks) in DAMAGES {
        let damage: Vec<String> = damage.iter().map(|sql| (*sql).to_owned()).collect();
        let altered = run(&mut raw, &damage).await;
        assert!(altered.iter().all(|rows| *rows > 0), "{name}: there is something to alter: {altered:?}");
        assert_eq!(damaged(&installation).await, checks, "{name}: {:#?}", installation.assay.audit_ledger(&installation.caller).await);
        run(&mut raw, &TABLES.map(|table| format!("delete from {table}"))).await;
        run(&mut raw, &TABLES.map(|table| format!("insert into {table} select * from kept_{table}"))).await;
    }
    assert_sound(&installation).await;
}

/// Runs statements; gives back how many rows each of them changed.
async fn run(raw: &mut Raw, statements: &[String]) -> Vec<u64> {
    let mut changed = Vec::new();
    for sql in statements {
        changed.push(raw.run(sql).await);
    }
    changed
}

#[tokio::test]
async fn another_tenants_ledger_is_its_own() {
    let installation = in_use().await;
    let other: Caller = installation.tenant("other").await;
    let assay = &installation.assay;
    assert_eq!(assay.transfers(&other, None, Page::ALL).await.expect("transfers"), []);
    assert_eq!(assay.balances(&other, None).await.expect("balances"), []);
    assert_eq!(assay.holds(&other).await.expect("holds"), []);
    let audit = assay.audit_ledger(&other).await.expect("an audit");
    assert_eq!((audit.transfers, audit.violations), (0, Vec::new()));
    assert!(assay.transfers(&other, Some("acme"), Page::ALL).await.is_err(), "the customer is not theirs");
}
