//! True receipts, and those of which something is erased.

use std::fs;

use assay_domain::{decimal::Quantity, outcome::Meter};
use assay_receipt::receipt::Receipt;
use assay_tests::components;
use assay_verify::Pins;
use serde_json::json;

use super::support::{Month, Page, alone, counts_an_outcome, entry, month, pins, said_by_assay};

const CHECKS: [&str; 12] = [
    "signature",
    "inclusion",
    "chain",
    "commitment",
    "evidence",
    "definition",
    "component",
    "approval",
    "attestation",
    "execution",
    "verdict",
    "usage",
];

/// Whether a receipt is of a kind.
type Kind = fn(&Receipt) -> bool;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_true_receipt_is_verified_by_the_page_in_the_words_of_the_program() {
    let Month { acme, globex } = month().await;
    let mut page = Page::open();
    let kinds: [(&str, Kind); 3] = [
        ("an outcome", counts_an_outcome),
        ("an attempt", |receipt| receipt.change.meter == Meter::Attempt),
        ("a reversal", |receipt| receipt.change.quantity < Quantity::ZERO),
    ];
    for (name, is) in kinds {
        let bundle = alone(&acme, is);
        let said = page.verify(&bundle, &pins(&bundle));
        assert_eq!(said, said_by_assay(&bundle, &pins(&bundle)), "{name}");
        assert_eq!(said.state, "holds", "{name}: {}", said.sentence);
        assert!(page.checks().iter().all(|check| check.ends_with(" holds")), "{name}: {:?}", page.checks());
    }
    let bundle = alone(&acme, counts_an_outcome);
    assert_eq!(page.verify(&bundle, &pins(&bundle)).state, "holds");
    assert_eq!(page.checks(), CHECKS.map(|check| format!("{check} holds")));
    let bundle = alone(&globex, counts_an_outcome);
    assert_eq!(page.verify(&bundle, &Pins::default()), said_by_assay(&bundle, &Pins::default()), "nobody signs for globex");
    let notices = page.browser.texts("#notices li").join("\n");
    for part in [bundle.log.key.to_string().as_str(), "the vendor alone", "nobody but the vendor vouches"] {
        assert!(notices.contains(part), "{part}: {notices}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_erased_is_said_and_no_failure() {
    let mut bundle = alone(&month().await.acme, counts_an_outcome);
    for interaction in &mut bundle.interactions {
        interaction.subject = None;
        for event in &mut interaction.events {
            (event.data, event.salt) = (None, None);
        }
    }
    for evaluation in &mut bundle.evaluations {
        (evaluation.detail, evaluation.input_salt, evaluation.detail_salt) = (None, None, None);
    }
    entry(&mut bundle).customer_salt = None;
    let said = Page::open().verify(&bundle, &pins(&bundle));
    assert_eq!(said, said_by_assay(&bundle, &pins(&bundle)));
    assert!(said.sentence.ends_with("0 verdicts executed again; evidence erased for 1 receipt."), "{}", said.sentence);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_bundle_with_several_receipts_one_is_chosen() {
    let bundle = month().await.acme;
    let receipts = bundle.chains[0].earlier.len() + bundle.chains[0].receipts.len();
    let mut page = Page::open();
    let said = page.verify(&bundle, &pins(&bundle));
    let first = bundle.chains[0].earlier.first().or(bundle.chains[0].receipts.first()).expect("a receipt");
    let subject = format!("The receipt {} of acme follows from the facts: ", first.receipt.number);
    assert!(said.sentence.starts_with(&subject), "{}", said.sentence);
    assert_eq!(page.browser.evaluate("return document.querySelectorAll('#chosen option').length"), receipts);
    assert!(!page.browser.property("#choice", "hidden").as_bool().expect("a truth value"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_can_be_read_by_day_and_by_night_on_any_screen() {
    let bundle = alone(&month().await.acme, counts_an_outcome);
    let mut page = Page::open();
    let folder = components::root().join("target/screenshots");
    fs::create_dir_all(&folder).expect("a folder for the pictures");
    for dark in [false, true] {
        page.browser.emulate_dark(dark);
        assert_eq!(page.verify(&bundle, &pins(&bundle)).state, "holds");
        let ground = if dark { "rgb(15, 17, 21)" } else { "rgb(255, 255, 255)" };
        assert_eq!(page.browser.evaluate("return getComputedStyle(document.body).backgroundColor"), ground);
        page.browser.screenshot(&folder.join(format!("verify-{}.png", if dark { "dark" } else { "light" })));
    }
    page.browser.set_size(375, 800);
    let beyond = "return [...document.body.querySelectorAll('*')].filter((one) => !one.closest('.scroll *')
        && one.getBoundingClientRect().right > document.documentElement.clientWidth).map((one) => one.outerHTML.slice(0, 80))";
    assert_eq!(page.browser.evaluate(beyond), json!([]), "what is wider than the screen");
    let labels = "return [...document.querySelectorAll('input, select')].every((field) => field.labels.length === 1)";
    assert_eq!(page.browser.evaluate(labels), true);
}
