//! Wallets and the ledger: what is printed, and the exit codes.

use assay_tests::bin;
use serde_json::json;

use super::support::{Folder, row};

const GRANT: [&str; 8] = ["wallet", "grant", "acme", "99.50", "--currency", "USD", "--key", "order-1"];

#[tokio::test]
async fn a_grant_is_shown_and_audited() {
    let folder = Folder::in_business();
    let told = folder.ok(&GRANT);
    assert!(told.starts_with("granted 99.50 USD to acme (lot_"), "{told}");
    assert_eq!(folder.ok(&GRANT), told, "the same key grants once");
    let top_up = ["--hard-stop", "--top-up-below", "10", "--top-up-amount", "100"];
    folder.ok(&row(&[&["wallet", "configure", "acme", "--currency", "USD"], &top_up]));
    let shown = folder.json(&["wallet", "show", "acme", "--currency", "USD"]);
    assert_eq!((&shown["balance"], &shown["available"], &shown["stopped"]), (&json!("99.50"), &json!("99.50"), &json!(false)));
    assert_eq!(shown["top_up"], json!({ "below": "10.00", "amount": "100.00" }));
    assert_eq!(shown["lots"][0]["key"], json!("order-1"));
    let balances = folder.json(&["ledger", "balances", "--customer", "acme"]);
    assert_eq!((&balances[0]["account"], &balances[0]["balance"]), (&json!("external"), &json!("99.50")));
    assert_eq!((&balances[1]["account"], &balances[1]["balance"]), (&json!("wallet"), &json!("-99.50")));
    assert!(folder.ok(&["ledger", "transfers"]).contains("external from wallet"));
    assert_eq!(folder.json(&["ledger", "hold"]), json!([]));
    assert_eq!(folder.json(&["wallet", "top-ups"]), json!([]));
    assert_eq!(folder.ok(&["audit", "ledger"]).trim(), "1 transfers checked: everything adds up");

    folder.raw().await.run("update balances set debits = debits + 1 where account = 'external'").await;
    let output = bin::run(&folder.data(), &["audit", "ledger"]);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{printed}");
    for part in ["external of acme in USD", "debits 9951, credits 0", "debits 9950, credits 0", "1 transfers checked: 1 violation\n"] {
        assert!(printed.contains(part), "{part:?} is not in {printed}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let folder = Folder::in_business();
    folder.refused(&["wallet", "grant", "acme", "0.001", "--currency", "USD", "--key", "k"], 1, &["more than the 2 decimals of USD"]);
    folder.refused(&["wallet", "grant", "acme", "1", "--currency", "XXX", "--key", "k"], 2, &["XXX"]);
    folder.refused(&["wallet", "configure", "acme", "--currency", "USD", "--top-up-below", "5"], 2, &["--top-up-amount"]);
    folder.refused(&["wallet", "show", "nobody", "--currency", "USD"], 1, &["there is no customer \"nobody\""]);
}
