//! A person at the console, in a real browser, by day and by night.

use std::{fs, path::PathBuf};

use assay_domain::key::Role;
use assay_tests::{
    browser::{Browser, key},
    components,
    server::Server,
};

use super::support::Site;

/// Where pictures of the pages are left for people to look at.
fn picture(name: &str, dark: bool) -> PathBuf {
    let folder = components::root().join("target/screenshots");
    fs::create_dir_all(&folder).expect("a folder for the pictures");
    folder.join(format!("console-{name}-{}.png", if dark { "dark" } else { "light" }))
}

/// Asks for a page, is sent to log in, types the key, and comes back to it.
fn log_in(browser: &mut Browser, server: &Server, secret: &str, dark: bool) {
    browser.goto(&server.url("/interactions?state=final"));
    assert_eq!((browser.title().as_str(), browser.text("h1").as_str()), ("Log in · Assay", "Log in"));
    browser.screenshot(&picture("login", dark));
    browser.type_into("#key", secret);
    browser.press(&[key::ENTER]);
    browser.wait_for("table.list");
    assert_eq!(browser.url(), server.url("/interactions?state=final"));
    assert_eq!(browser.texts("table.list tbody th"), ["T1", "T2"]);
    browser.screenshot(&picture("interactions", dark));
}

fn read_the_overview(browser: &mut Browser, dark: bool) {
    browser.click("nav a[href='/']");
    browser.wait_for("svg.chart");
    assert_eq!(browser.text("h1"), "Overview");
    assert_eq!(browser.text(".mode"), "LIVE");
    let values = browser.texts(".tile .value");
    assert_eq!(values[1..], ["2", "1", "2", "0", "0", "1"]);
    assert_eq!(browser.evaluate("return document.querySelectorAll('svg.chart g.day').length"), 3, "a bar for each day with anything");
    let tall = browser.evaluate("return document.querySelector('svg.chart .day .band').getBoundingClientRect().height > 20");
    assert_eq!(tall, true, "bars are drawn");
    let ground = if dark { "rgb(15, 17, 21)" } else { "rgb(255, 255, 255)" };
    assert_eq!(browser.evaluate("return getComputedStyle(document.body).backgroundColor"), ground, "the stylesheet is let in");
    browser.screenshot(&picture("overview", dark));
}

/// From a number to the list behind it, to one interaction and its evidence.
fn follow_to_the_evidence(browser: &mut Browser, interaction: &str, dark: bool) {
    browser.click("#failed a");
    browser.wait_for("table.list");
    browser.click(&format!("a[href='/interactions/{interaction}']"));
    browser.wait_for("table.timeline");
    assert_eq!(browser.text("h1"), "T3");
    assert!(browser.text(".reason").starts_with("It was reopened within the window"));
    let marks = browser.texts("tr.evidence td:last-child");
    assert_eq!(marks, ["▶ evidence for fixed"; 2]);
    browser.screenshot(&picture("interaction", dark));
}

/// On a small screen nothing but tables and the chart is wider than the window, and the first key leads past the navigation.
fn use_a_small_screen_without_a_mouse(browser: &mut Browser, server: &Server, dark: bool) {
    browser.set_size(375, 800);
    browser.goto(&server.url("/"));
    assert_eq!(browser.evaluate("return document.documentElement.scrollWidth <= window.innerWidth"), true);
    browser.press(&[key::TAB]);
    assert_eq!(browser.evaluate("return document.activeElement.className"), "skip");
    browser.press(&[key::ENTER]);
    assert!(browser.url().ends_with("/#content"));
    browser.screenshot(&picture("overview-small", dark));
    browser.set_size(1280, 900);
}

fn log_out(browser: &mut Browser, server: &Server) {
    browser.click(".who button");
    browser.wait_for("#key");
    browser.goto(&server.url("/"));
    assert_eq!(browser.text("h1"), "Log in");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_follows_a_number_to_its_evidence() {
    let site = Site::busy().await;
    let caller = &site.installation.caller;
    let secret = site.installation.key(caller, &[Role::Viewer]).await;
    let interaction = site.id(caller, "T3").await;
    let server = Server::start(site.installation.assay.clone()).await;
    let mut browser = Browser::open();
    for dark in [false, true] {
        browser.emulate_dark(dark);
        log_in(&mut browser, &server, &secret, dark);
        read_the_overview(&mut browser, dark);
        follow_to_the_evidence(&mut browser, &interaction, dark);
        use_a_small_screen_without_a_mouse(&mut browser, &server, dark);
        log_out(&mut browser, &server);
    }
    drop(browser);
    server.stop().await;
}
