//! The first page: numbers, the chart, and what to do while there is nothing to show.

use assay_domain::definition::Timing;
use assay_tests::hostile::Hostile;

use super::support::{Site, between, event, readable, rows};

const TILES: [&str; 7] = ["success-rate", "succeeded", "failed", "open", "quarantined", "waiting", "unassigned"];

/// What each tile says.
fn tiles(page: &str) -> Vec<String> {
    let value = |id: &str| {
        let tile = between(page, &format!("<div class=\"tile\" id=\"{id}\">"), "</div>");
        readable(between(tile[0], "<dd class=\"value\">", "</dd>")[0])
    };
    TILES.iter().map(|id| format!("{id} {}", value(id))).collect()
}

/// What pointing at the chart's bars says.
fn bars(page: &str) -> Vec<&str> {
    between(page, "<g class=\"day\"><title>", "</title>")
}

/// The labels of the upward axis.
fn ticks(page: &str) -> Vec<&str> {
    let upward = |text: &&str| text.contains("text-anchor=\"end\"");
    let labels = between(page, "<text class=\"tick\"", "</text>");
    labels.into_iter().filter(upward).filter_map(|text| Some(text.split_once('>')?.1)).collect()
}

#[tokio::test]
async fn the_tiles_say_how_everything_stands() {
    let page = Site::busy().await.page("/").await;
    let expected = ["success-rate 66.7 %", "succeeded 2", "failed 1", "open 2", "quarantined 0", "waiting 0", "unassigned 1"];
    assert_eq!(tiles(&page), expected);
    assert!(page.contains("<bdi>A vendor</bdi>"), "whose it is");
    assert!(page.contains("href=\"/interactions?state=failed\""), "a number leads to what it counts");
}

#[tokio::test]
async fn what_came_and_was_not_judged_waits() {
    let site = Site::busy().await;
    let late = event("T6", "opened", "2016-03-04T09:00:00Z", None);
    site.installation.assay.ingest(&site.installation.caller, vec![late]).await.expect("a batch");
    assert!(tiles(&site.page("/").await).contains(&"waiting 1".to_owned()));
}

#[tokio::test]
async fn the_chart_has_a_bar_for_each_day_with_anything() {
    let page = Site::busy().await.page("/").await;
    let expected = [
        "2016-03-01: 1 succeeded, 0 failed, 0 open",
        "2016-03-02: 1 succeeded, 1 failed, 0 open",
        "2016-03-03: 0 succeeded, 0 failed, 2 open",
    ];
    assert_eq!(bars(&page), expected);
    assert_eq!(between(&page, "class=\"band ", "\"").len(), 4 + 3, "four pieces of bars, three of the legend");
    assert_eq!(ticks(&page), ["0", "1", "2"]);
    assert!(page.contains("role=\"img\" aria-labelledby=\"chart-title chart-text\""));
    let description = between(&page, "<desc id=\"chart-text\">", "</desc>")[0];
    assert!(description.contains("from 2016-01-04 to 2016-03-03"), "{description}");
    assert!(description.contains("2 succeeded, 1 failed, 2 open"), "{description}");
    assert!(page.contains(">Attempts per day</text>") && page.contains(">Day opened, UTC</text>") && page.contains(">3 Mar</text>"));
}

#[tokio::test]
async fn the_charts_numbers_are_a_table_too() {
    let page = Site::busy().await.page("/").await;
    let days = rows(&page, "Attempts by the day they opened");
    assert_eq!(days.len(), 60);
    assert_eq!(
        days[56..],
        ["2016-02-29 | 0 | 0 | 0 | 0 |", "2016-03-01 | 1 | 0 | 0 | 1 |", "2016-03-02 | 1 | 1 | 0 | 2 |", "2016-03-03 | 0 | 0 | 2 | 2 |"]
    );
}

#[tokio::test]
async fn ticks_are_round_however_high_the_bars() {
    let site = Site::new().await;
    site.define("fixed").await;
    let opened = |n: u32| event(&format!("T{n}"), "opened", "2016-03-01T08:00:00Z", None);
    for (from, to, expect) in
        [(0, 6, vec!["0", "2", "4", "6"]), (6, 12, vec!["0", "5", "10", "15"]), (12, 101, vec!["0", "50", "100", "150"])]
    {
        site.record(&site.installation.caller, (from..to).map(opened).collect()).await;
        assert_eq!(ticks(&site.page("/").await), expect, "{to} on one day");
    }
}

#[tokio::test]
async fn outcomes_are_counted_by_reason_and_lead_to_their_list() {
    let page = Site::busy().await.page("/").await;
    let mut counted = rows(&page, "Outcomes of all time");
    counted.sort();
    let expected =
        ["fixed | ● final | resolved | 2 | 2 |", "fixed | ✕ failed | reopened | 1 | 0 |", "fixed | ○ open | unresolved | 2 | 0 |"];
    let mut expected = expected.map(str::to_owned);
    expected.sort();
    assert_eq!(counted, expected);
    assert!(page.contains("href=\"/interactions?definition=fixed&amp;state=final&amp;reason=resolved\""));
}

#[tokio::test]
async fn one_definition_can_be_chosen() {
    let site = Site::busy().await;
    site.define("other").await;
    site.tell(&[("T9", "opened", "2016-03-03T08:00:00Z", Some("acme"))]).await;
    let page = site.page("/?definition=fixed").await;
    assert!(page.contains("<a href=\"/?definition=fixed\" aria-current=\"true\">fixed</a>"), "the choice is marked");
    assert!(rows(&page, "Outcomes of all time").iter().all(|row| row.starts_with("fixed ")));
    assert_eq!(tiles(&page)[3], "open 3");
    let answer = site.get("/?definition=unheard-of", &site.visitor(&site.installation.caller).await).await;
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn an_empty_installation_says_how_to_begin() {
    let page = Site::new().await.page("/").await;
    for told in ["No events yet", "curl http://console.test/v1/events", "No definitions yet", "assay definition create"] {
        assert!(page.contains(told), "{told}");
    }
    assert!(!page.contains("<svg class=\"chart\""));
}

#[tokio::test]
async fn the_test_side_cannot_be_mistaken_for_the_live_one() {
    let site = Site::busy().await;
    let test = site.installation.test_side(&site.installation.caller).await;
    let (live, test) = (site.page("/").await, site.get("/", &site.visitor(&test).await).await.text);
    assert!(live.contains("<span class=\"mode live\">LIVE</span>") && !live.contains("TEST"));
    assert!(test.contains("<span class=\"mode test\">TEST</span>") && !test.contains("LIVE"));
    assert!(test.contains("Nothing here ever reaches a bill") && test.contains("<title>TEST · Overview"));
    assert!(test.contains("No events yet"), "the sides share no data");
}

/// It comes before the numbers, and escapes what a rule's fault may say.
#[tokio::test]
async fn a_suspended_version_is_an_alarm() {
    let site = Site::busy().await;
    let (assay, caller) = (&site.installation.assay, &site.installation.caller);
    assert!(!site.page("/").await.contains("is suspended"));
    let rule = Hostile::unexamined().evaluate("(unreachable)");
    site.installation.define_hostile(caller, "pings", rule, Timing::default(), "2016-01-01T00:00:00Z").await;
    let ping =
        |n: u32| assay_domain::event::NewEvent { kind: "ping".into(), ..event(&format!("P{n}"), "ping", "2016-03-03T00:00:00Z", None) };
    assay.ingest(caller, (0..110).map(ping).collect()).await.expect("a batch");
    assay.drain(caller, |_| {}).await.expect("judged");
    let page = site.page("/").await;
    let alarm = readable(between(&page, "<p class=\"alert\" role=\"alert\">", "</p>")[0]);
    assert!(alarm.starts_with("pings, version 1, is suspended since 2016-03-05"), "{alarm}");
    assert!(alarm.contains("100 times in a row") && alarm.contains("guest.trap-unreachable"), "{alarm}");
    assert!(!site.page("/?definition=fixed").await.contains("is suspended"), "another definition has nothing to do with it");
}
