//! Rules that break one law each, and are found out.

use std::path::PathBuf;

use assay_sdk::{Duration, Timeline, Timestamp, Verdict, of};

use super::Fuzz;
use crate::testing::check_fixture;

#[derive(Debug, Clone, PartialEq, assay_sdk::Event)]
enum Ticket {
    #[event(kind = "ticket.resolved")]
    Resolved,
    #[event(kind = "csat.submitted")]
    Scored { score: i64 },
}

#[derive(Debug, assay_sdk::Params)]
struct Settings {
    #[param(default = "PT24H")]
    window: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, assay_sdk::Reason)]
enum Why {
    Resolved,
    Waiting,
}

/// A ticket counts once it has been resolved for a while.
#[assay_sdk::rule(title = "Keeps the laws", unit = "ticket")]
fn lawful(timeline: &Timeline<Ticket>, settings: &Settings, as_of: Timestamp) -> Verdict<Why> {
    let Some(resolved) = timeline.facts().first(of!(Ticket::Resolved)) else {
        return Verdict::pending(Why::Waiting);
    };
    let due = resolved.at + settings.window;
    let verdict = if as_of < due { Verdict::pending_until(Why::Waiting, due) } else { Verdict::success(Why::Resolved, due) };
    verdict.evidence(resolved)
}

/// The success is always now.
#[assay_sdk::rule(title = "Never settles", unit = "ticket")]
fn restless(timeline: &Timeline<Ticket>, _settings: &Settings, as_of: Timestamp) -> Verdict<Why> {
    match timeline.facts().first(of!(Ticket::Resolved)) {
        Some(_) => Verdict::success(Why::Resolved, as_of),
        None => Verdict::pending(Why::Waiting),
    }
}

/// It does not say when it will have decided.
#[assay_sdk::rule(title = "Decides unasked", unit = "ticket")]
fn unannounced(timeline: &Timeline<Ticket>, settings: &Settings, as_of: Timestamp) -> Verdict<Why> {
    match timeline.facts().first(of!(Ticket::Resolved)) {
        Some(resolved) if as_of >= resolved.at + settings.window => Verdict::success(Why::Resolved, resolved.at),
        _ => Verdict::pending(Why::Waiting),
    }
}

/// The success may lie in the future.
#[assay_sdk::rule(title = "Hurries", unit = "ticket")]
fn hasty(timeline: &Timeline<Ticket>, settings: &Settings, _as_of: Timestamp) -> Verdict<Why> {
    match timeline.facts().last(of!(Ticket::Scored { score } if *score > 3)) {
        Some(scored) => Verdict::success(Why::Resolved, scored.at + settings.window),
        None => Verdict::pending(Why::Waiting),
    }
}

const FIXTURE: &str = r#"
title = "resolved and scored"
[[event]]
type = "ticket.resolved"
time = "2016-03-01T10:00:00Z"
actor = "ai"
[[event]]
type = "csat.submitted"
time = "2016-03-01T11:00:00Z"
actor = "customer"
data = { score = 5, comment = "quick" }
[[ask]]
as-of = "2016-03-01T10:00:00Z"
decision = "pending"
reason = "waiting"
"#;

/// A folder of one's own with this fixture; it stays until the system clears its temporary files.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("assay-sdk-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("one.toml"), FIXTURE).unwrap();
    folder
}

/// What is wrong with a fixture.
type Check = fn(&str, &str) -> Vec<String>;

#[test]
fn a_lawful_rule_passes() {
    for seed in [1, 2, 3] {
        assert_eq!(Fuzz { seed, ..Fuzz::default() }.counterexample::<Lawful>(folder("lawful")), Ok(None));
    }
}

#[test]
fn a_broken_law_is_found_and_told_as_a_small_fixture_that_fails() {
    let fuzz = Fuzz { cases: 1_000, seed: 7 };
    let found = [
        (fuzz.counterexample::<Restless>(folder("restless")), "a decided verdict stays", check_fixture::<Restless> as Check),
        (fuzz.counterexample::<Unannounced>(folder("unannounced")), "a pending verdict stays", check_fixture::<Unannounced> as Check),
        (fuzz.counterexample::<Hasty>(folder("hasty")), "a verdict that a host believes", check_fixture::<Hasty> as Check),
    ];
    for (found, law, check) in found {
        let text = found.unwrap().unwrap_or_else(|| panic!("nobody noticed that {law}"));
        assert!(text.contains(law), "{text}");
        assert_eq!(text.matches("[[event]]").count(), 1, "{text}");
        assert!(!text.contains("comment"), "what does not matter is left out: {text}");
        assert!(!check("it", &text).is_empty(), "{text}");
    }
}

#[test]
fn a_seed_makes_up_the_same_timelines_every_time() {
    let found = |seed| Fuzz { cases: 1_000, seed }.counterexample::<Restless>(folder("again")).unwrap();
    assert_eq!(found(3), found(3));
}

#[test]
fn a_folder_without_fixtures_is_named() {
    let empty = folder("empty");
    std::fs::remove_file(empty.join("one.toml")).unwrap();
    assert_eq!(Fuzz::default().counterexample::<Lawful>(empty), Err("holds no fixture (*.toml)".into()));
}
