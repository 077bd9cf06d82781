//! A customer at the portal, in a real browser, by day and by night, without a mouse where it types.

use std::{fs, path::PathBuf};

use assay_tests::{
    browser::{Browser, key},
    components,
    server::Server,
};

use super::portal::billed;

/// Where pictures of the pages are left for people to look at.
fn picture(name: &str, dark: bool) -> PathBuf {
    let folder = components::root().join("target/screenshots");
    fs::create_dir_all(&folder).expect("a folder for the pictures");
    folder.join(format!("portal-{name}-{}.png", if dark { "dark" } else { "light" }))
}

fn log_in(browser: &mut Browser, server: &Server, secret: &str, dark: bool) {
    browser.goto(&server.url("/portal"));
    assert_eq!(browser.text("h1"), "Your side");
    browser.screenshot(&picture("login", dark));
    browser.type_into("#key", secret);
    browser.press(&[key::ENTER]);
    browser.wait_for("table.list");
    assert_eq!(browser.url(), server.url("/portal"));
    let ground = if dark { "rgb(15, 17, 21)" } else { "rgb(255, 255, 255)" };
    assert_eq!(browser.evaluate("return getComputedStyle(document.body).backgroundColor"), ground);
    browser.screenshot(&picture("invoices", dark));
}

/// From the invoice to the outcome that is disputed.
fn follow_to_the_outcome(browser: &mut Browser, subject: &str, dark: bool) {
    browser.click("a[href='/portal/invoices/INV-000001']");
    browser.wait_for("a[href='/portal/invoices/INV-000001/lines/2']");
    browser.screenshot(&picture("invoice", dark));
    browser.click("a[href='/portal/invoices/INV-000001/lines/2']");
    browser.wait_for("table.list");
    browser.click(&format!("a[href='/portal/outcomes/{subject}']"));
    browser.wait_for("table.timeline");
    browser.screenshot(&picture("outcome", dark));
}

/// Fills the form by the keyboard and sends it.
fn dispute(browser: &mut Browser, dark: bool) {
    browser.click("a.button");
    browser.wait_for("#category");
    browser.evaluate("document.querySelector('#category').focus()");
    browser.press(&[key::DOWN; 3]);
    assert_eq!(browser.property("#category", "value"), "duplicate");
    browser.press(&[key::TAB]);
    assert_eq!(browser.evaluate("return document.activeElement.id"), "claim", "the next control is the next one to be filled");
    browser.type_into("#claim", "It was billed in February.");
    browser.screenshot(&picture("dispute-form", dark));
    browser.press(&[key::TAB]);
    browser.press(&[key::ENTER]);
    browser.wait_for("#steps");
    assert!(browser.text("h1").starts_with("Dispute dsp_"));
    assert_eq!(browser.text("p.told"), "It was billed in February.");
    browser.screenshot(&picture("dispute", dark));
    browser.set_size(375, 800);
    assert_eq!(browser.evaluate("return document.documentElement.scrollWidth <= window.innerWidth"), true);
    browser.set_size(1280, 900);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_finds_an_outcome_and_disputes_it() {
    let site = billed().await;
    let caller = &site.installation.caller;
    let secret = site.installation.customer_key(caller, "acme").await;
    let subjects = [site.id(caller, "T1").await, site.id(caller, "T2").await];
    let server = Server::start(site.installation.assay.clone()).await;
    let mut browser = Browser::open();
    for (dark, subject) in [false, true].into_iter().zip(subjects) {
        browser.emulate_dark(dark);
        log_in(&mut browser, &server, &secret, dark);
        follow_to_the_outcome(&mut browser, &subject, dark);
        dispute(&mut browser, dark);
        browser.click(".who button");
        browser.wait_for("#key");
    }
    drop(browser);
    server.stop().await;
}
