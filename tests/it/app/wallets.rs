//! Wallets: what is drawn from which credit, what comes back to it, and what it is worth at a moment.

use assay_app::{GrantRequest, LotView, Page, WalletRequest, WalletView};
use assay_domain::{
    decimal::Decimal,
    money::{Amount, Currency},
    time::Timestamp,
};
use assay_tests::assay::{Installation, at};

use super::{
    corrections::prepared,
    ledger::assert_sound,
    support::{accept, bill, complaint, event, standard},
};

fn usd(text: &str) -> Amount {
    let decimal: Decimal = text.parse().expect("a decimal");
    Amount::new(decimal.at_scale(2).expect("two decimals"), Currency::USD)
}

fn request(customer: &str, amount: &str, key: &str, priority: i64, expires_at: Option<&str>) -> GrantRequest {
    let expires_at = expires_at.map(at);
    GrantRequest { customer: customer.into(), amount: usd(amount), priority, expires_at, key: key.into(), note: String::new() }
}

/// Grants a customer dollars.
pub async fn grant(
    installation: &Installation,
    customer: &str,
    amount: &str,
    key: &str,
    priority: i64,
    expires_at: Option<&str>,
) -> LotView {
    let Installation { assay, caller, .. } = installation;
    assay.grant(caller, &request(customer, amount, key, priority, expires_at)).await.expect("a grant")
}

async fn wallet(installation: &Installation) -> WalletView {
    installation.assay.wallet(&installation.caller, "acme", Currency::USD).await.expect("a wallet")
}

/// What moved acme's lots other than grants: what, which lot by its key, and how much.
async fn moves(installation: &Installation) -> Vec<String> {
    let Installation { assay, caller, .. } = installation;
    let lots = wallet(installation).await.lots;
    let all = assay.transfers(caller, Some("acme"), Page::ALL).await.expect("transfers");
    let moved = all.iter().filter_map(|transfer| Some((transfer, transfer.lot?, transfer.key.split_once('/')?.0)));
    let named = moved.filter(|(_, _, what)| *what != "grant").map(|(transfer, id, what)| {
        let lot = lots.iter().find(|lot| lot.id == id).expect("a lot of acme");
        let origin = lot.origin.and_then(|origin| lots.iter().find(|lot| lot.id == origin)).unwrap_or(lot);
        format!("{what} {} {}", origin.key, transfer.amount.decimal())
    });
    named.collect()
}

/// Acme with March to be billed: 500.00 and 0.99.
async fn before_march() -> Installation {
    prepared(&["acme"], &standard()).await
}

async fn lose_the_outcome(installation: &Installation) {
    installation.clock.set(at("2016-05-02T00:00:00Z"));
    let lost = event("acme-0", "acme-0-reopened", "ticket.reopened", at("2016-03-02T05:00:00Z"), None);
    accept(installation, &installation.caller, vec![lost]).await;
}

#[tokio::test]
async fn lots_are_drawn_by_priority_then_expiry_then_age() {
    let installation = before_march().await;
    for (key, amount, priority, expires_at) in [
        ("ordinary", "400", 100, None),
        ("expiring", "50", 100, Some("2016-12-01T00:00:00Z")),
        ("preferred", "30", 50, None),
        ("expiring-too", "60", 100, Some("2016-12-01T00:00:00Z")),
        ("last", "1000", 200, Some("2016-05-01T00:00:00Z")),
    ] {
        grant(&installation, "acme", amount, key, priority, expires_at).await;
    }
    bill(&installation, &installation.caller, "2016-03").await;
    assert_eq!(
        moves(&installation).await,
        ["draw preferred 30.00", "draw expiring 50.00", "draw expiring-too 60.00", "draw ordinary 360.00", "draw ordinary 0.99"]
    );
    let left: Vec<String> = wallet(&installation).await.lots.iter().map(|lot| format!("{} {}", lot.key, lot.remaining.decimal())).collect();
    assert_eq!(left, ["preferred 0.00", "expiring 0.00", "expiring-too 0.00", "ordinary 39.01", "last 1000.00"]);
    assert_sound(&installation).await;
}

#[tokio::test]
async fn a_wallet_pays_as_far_as_it_goes() {
    let installation = before_march().await;
    let Installation { assay, caller, .. } = &installation;
    grant(&installation, "acme", "500.50", "order-1", 100, None).await;
    bill(&installation, caller, "2016-03").await;
    assert_eq!(moves(&installation).await, ["draw order-1 500.00", "draw order-1 0.50"]);
    let balances = assay.balances(caller, Some("acme")).await.expect("balances");
    let found: Vec<String> = balances.iter().map(|balance| format!("{} {}", balance.account, balance.balance.decimal())).collect();
    assert_eq!(found, ["external 500.50", "receivable 0.49", "revenue -500.99", "wallet 0.00"]);
    assay.pay_invoice(caller, "INV-000001", "wire 19").await.expect("paid");
    let paid = assay.balances(caller, Some("acme")).await.expect("balances");
    assert!(paid.iter().any(|balance| balance.account == "receivable" && balance.balance.minor() == 0), "{paid:?}");
    assert_sound(&installation).await;
}

#[tokio::test]
async fn credit_is_worth_nothing_from_its_expiry_on() {
    let installation = before_march().await;
    let Installation { caller, clock, .. } = &installation;
    grant(&installation, "acme", "100", "short", 100, Some("2016-04-10T00:00:00Z")).await;
    clock.set(at("2016-04-09T23:59:59.999999Z"));
    assert_eq!(wallet(&installation).await.balance, usd("100"));
    clock.set(at("2016-04-10T00:00:00Z"));
    assert_eq!(wallet(&installation).await.balance, usd("0"), "nobody has to notice it");
    assert_eq!(moves(&installation).await, [""; 0]);
    bill(&installation, caller, "2016-03").await;
    assert_eq!(moves(&installation).await, ["expire short 100.00"]);
    grant(&installation, "acme", "5", "other", 100, None).await;
    assert_eq!(wallet(&installation).await.balance, usd("5"));
    assert_eq!(moves(&installation).await.len(), 1, "it expires once");
    assert_sound(&installation).await;
}

#[tokio::test]
async fn what_is_taken_back_returns_to_the_lots_that_paid_it_the_last_first() {
    let installation = before_march().await;
    let caller = &installation.caller;
    let first = grant(&installation, "acme", "500.50", "first", 50, Some("2016-05-10T00:00:00Z")).await;
    let second = grant(&installation, "acme", "0.49", "second", 100, None).await;
    bill(&installation, caller, "2016-03").await;
    assert_eq!(moves(&installation).await, ["draw first 500.00", "draw first 0.50", "draw second 0.49"]);
    lose_the_outcome(&installation).await;
    bill(&installation, caller, "2016-04").await;
    assert_eq!(moves(&installation).await[3..], ["return second 0.49", "return first 0.50"]);
    let lots = wallet(&installation).await.lots;
    let returned: Vec<_> = lots.iter().filter(|lot| lot.kind == "return").collect();
    let found: Vec<(i64, i64, Option<Timestamp>)> =
        returned.iter().map(|lot| (lot.remaining.minor(), lot.priority, lot.expires_at)).collect();
    let thirty_days_on = Some(at("2016-06-01T00:00:00Z"));
    assert_eq!(found, [(50, 50, thirty_days_on), (49, 100, None)]);
    let origins: Vec<_> = returned.iter().map(|lot| lot.origin).collect();
    assert_eq!(origins, [Some(first.id), Some(second.id)]);
    assert_eq!(wallet(&installation).await.balance, usd("0.99"));
    assert_sound(&installation).await;
}

#[tokio::test]
async fn a_return_is_never_more_than_was_drawn() {
    let installation = before_march().await;
    let caller = &installation.caller;
    grant(&installation, "acme", "500.30", "order-1", 100, None).await;
    bill(&installation, caller, "2016-03").await;
    lose_the_outcome(&installation).await;
    bill(&installation, caller, "2016-04").await;
    assert_eq!(moves(&installation).await, ["draw order-1 500.00", "draw order-1 0.30", "return order-1 0.30"]);
    assert_sound(&installation).await;
}

#[tokio::test]
async fn voiding_gives_all_credit_back() {
    let installation = before_march().await;
    let Installation { assay, caller, clock, .. } = &installation;
    grant(&installation, "acme", "600", "order-1", 100, None).await;
    bill(&installation, caller, "2016-03").await;
    assay.void_invoice(caller, "INV-000001", "the wrong address").await.expect("voided");
    assert_eq!(wallet(&installation).await.balance, usd("600"));
    assert_eq!(moves(&installation).await[2..], ["return order-1 0.99", "return order-1 500.00"]);
    assert_sound(&installation).await;
    clock.set(at("2016-05-02T00:00:00Z"));
    bill(&installation, caller, "2016-04").await;
    assert_eq!(wallet(&installation).await.balance, usd("0"), "April and what was open again of March");
    assert_sound(&installation).await;
}

#[tokio::test]
async fn a_grant_is_made_once_for_its_key() {
    let installation = before_march().await;
    let Installation { assay, caller, clock, .. } = &installation;
    let expires_at = Some("2016-04-10T00:00:00Z");
    let made = grant(&installation, "acme", "100", "order-1", 100, expires_at).await;
    let again = grant(&installation, "acme", "100", "order-1", 100, expires_at).await;
    assert_eq!(made, again);
    let other = complaint(assay.grant(caller, &request("acme", "200", "order-1", 100, expires_at)).await);
    assert!(other.contains("use a new key for each grant"), "{other}");
    clock.set(at("2016-04-11T00:00:00Z"));
    let late = grant(&installation, "acme", "100", "order-1", 100, expires_at).await;
    assert_eq!((late.id, late.remaining), (made.id, usd("0")), "it was granted, and has expired since");
    assert_eq!(wallet(&installation).await.lots.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_granted_or_configured_is_refused() {
    let installation = before_march().await;
    let Installation { assay, caller, .. } = &installation;
    assay.create_customer(caller, "old").await.expect("a customer");
    assay.merge_customer(caller, "old", "acme", "bought").await.expect("merged");
    for (grant, remedy) in [
        (request("acme", "0", "k", 100, None), "grant more than zero"),
        (request("acme", "1", "", 100, None), "key"),
        (request("nobody", "1", "k", 100, None), "the list of customers shows them"),
        (request("acme", "1", "k", 100, Some("2016-04-02T00:00:00Z")), "give a later time"),
        (request("old", "1", "k", 100, None), "grant it to \"acme\""),
    ] {
        let refused = complaint(assay.grant(caller, &grant).await);
        assert!(refused.contains(remedy), "{refused:?} does not say {remedy:?}");
    }
    let euros = Amount::new(1, "EUR".parse().expect("a currency"));
    for (below, amount) in [(euros, usd("1")), (usd("1"), euros), (usd("1"), usd("0"))] {
        let refused = complaint(assay.configure_wallet(caller, &behaviour(false, Some((below, amount)))).await);
        assert!(refused.contains("top_up"), "{refused}");
    }
    assert!(wallet(&installation).await.lots.is_empty());
}

fn behaviour(hard_stop: bool, top_up: Option<(Amount, Amount)>) -> WalletRequest {
    WalletRequest { customer: "acme".into(), currency: Currency::USD, hard_stop, top_up }
}

#[tokio::test]
async fn a_hard_stop_is_an_answer_and_loses_nothing() {
    let installation = before_march().await;
    let Installation { assay, caller, .. } = &installation;
    assert!(!wallet(&installation).await.stopped, "nobody asked for a stop");
    let stopped = assay.configure_wallet(caller, &behaviour(true, None)).await.expect("configured");
    assert!(stopped.stopped && stopped.hard_stop, "{stopped:?}");
    let told = event("acme-9", "acme-9-opened", "ticket.opened", at("2016-03-30T00:00:00Z"), Some("acme"));
    accept(&installation, caller, vec![told]).await;
    grant(&installation, "acme", "500.99", "order-1", 100, None).await;
    assert!(!wallet(&installation).await.stopped);
    bill(&installation, caller, "2016-03").await;
    assert!(wallet(&installation).await.stopped, "it is used up");
}

#[tokio::test]
async fn more_is_asked_for_once_until_there_was_enough_again() {
    let installation = before_march().await;
    let Installation { assay, caller, clock, .. } = &installation;
    grant(&installation, "acme", "600", "order-1", 100, None).await;
    assay.configure_wallet(caller, &behaviour(false, Some((usd("100"), usd("500"))))).await.expect("configured");
    bill(&installation, caller, "2016-03").await;
    clock.set(at("2016-05-02T00:00:00Z"));
    bill(&installation, caller, "2016-04").await;
    let asked = || async {
        let all = assay.top_ups(caller, Page::ALL).await.expect("requests");
        all.iter().map(|request| format!("{} at {}", request.amount.decimal(), request.balance.decimal())).collect::<Vec<_>>()
    };
    assert_eq!(asked().await, ["500.00 at 99.01"]);
    grant(&installation, "acme", "550", "order-2", 100, None).await;
    clock.set(at("2016-06-02T00:00:00Z"));
    bill(&installation, caller, "2016-05").await;
    assert_eq!(asked().await, ["500.00 at 99.01", "500.00 at 50.00"]);
}
