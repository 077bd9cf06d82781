//! The market pack: the same histories under the published semantics of six vendors, and where they differ.

use std::{collections::BTreeMap, fs};

use assay_cli::fixtures;
use assay_runtime::Rule;
use assay_tests::components::{MARKET, engine, example, root};
use tempfile::TempDir;

/// Each history as letters with hours: O opened, c customer, a answer of the AI, g its greeting, h person, H hand-over, J person joins, R resolved,
/// X reopened, B score 1, G score 5, V checked relevant, I checked irrelevant, C confirmed, L lead recommended. Beside it what each rule says a
/// month later: a success with its hour, ✗ a failure, … pending, – not eligible.
const HISTORIES: &str = "
    | history                     | events                      | fin          | zendesk-messaging | zendesk-ticket | agentforce          | hubspot       | quiet-period     |
    | answered-and-left           | O0 c0 a1 R1                 | assumed 25   | contained 73      | contained 72   | handled 24          | resolved 25   | quiet 73         |
    | confirmed                   | O0 c0 a1 C2                 | confirmed 2  | contained 73      | contained 72   | handled 24          | … unresolved  | quiet 73         |
    | greeting-only               | O0 c0 g0                    | … unanswered | contained 72      | contained 72   | handled 24          | … unresolved  | quiet 72         |
    | nobody-answers              | O0 c0                       | … unanswered | … unanswered      | ✗ unanswered   | ✗ unanswered        | … unresolved  | – untouched      |
    | asks-again                  | O0 c0 a1 R1 c31 a32         | assumed 56   | contained 104     | contained 72   | handled 24          | resolved 25   | quiet 104        |
    | handed-over                 | O0 c0 a1 H2 J3 h3           | ✗ handed-off | ✗ escalated       | ✗ escalated    | ✗ escalated         | ✗ handed-off  | ✗ escalated      |
    | people-on-the-third-day     | O0 c0 a1 R1 X48 H48 J49 h49 | ✗ handed-off | ✗ escalated       | ✗ escalated    | handled 24          | resolved 25   | ✗ escalated      |
    | people-on-the-fifth-day     | O0 c0 a1 R1 X96 H96 J97 h97 | ✗ handed-off | contained 73      | contained 72   | handled 24          | resolved 25   | quiet 73         |
    | complains                   | O0 c0 a1 R1 B5              | assumed 25   | contained 73      | contained 72   | ✗ negative-feedback | resolved 25   | quiet 77         |
    | last-word                   | O0 c0 a1 c2                 | … unanswered | … unanswered      | ✗ unanswered   | handled 24          | … unresolved  | quiet 74         |
    | checked-relevant            | O0 c0 a1 R1 V74             | assumed 25   | verified 74       | verified 74    | handled 24          | resolved 25   | quiet 73         |
    | checked-irrelevant          | O0 c0 a1 R1 I74             | assumed 25   | ✗ irrelevant      | ✗ irrelevant   | handled 24          | resolved 25   | quiet 73         |
    | recommended                 | L5                          | … unanswered | … unanswered      | … unanswered   | … unanswered        | recommended 5 | … awaiting-quiet |
    | trickle                     | O0 c0 a1 G60 G120 G180      | assumed 25   | contained 73      | contained 72   | handled 24          | … unresolved  | quiet 252        |
    | answered-late               | O0 c0 c71 a73               | assumed 97   | contained 145     | ✗ unanswered   | ✗ unanswered        | … unresolved  | quiet 145        |
    | two-resolutions-in-a-minute | O0 c0 a1 R1 R1.01           | assumed 25   | contained 73      | contained 72   | handled 24          | resolved 25   | quiet 73.01      |
";

/// The type, actor and data behind a letter.
fn told(letter: char) -> (&'static str, &'static str, &'static str) {
    match letter {
        'O' => ("ticket.opened", "customer", ""),
        'c' => ("message.sent", "customer", ""),
        'a' => ("message.sent", "ai", ""),
        'g' => ("message.sent", "ai", "intent = \"greeting\""),
        'h' => ("message.sent", "human", ""),
        'H' => ("conversation.handoff", "ai", ""),
        'J' => ("agent.joined", "human", ""),
        'R' => ("ticket.resolved", "ai", ""),
        'X' => ("ticket.reopened", "customer", ""),
        'B' => ("csat.submitted", "customer", "score = 1"),
        'G' => ("csat.submitted", "customer", "score = 5"),
        'V' => ("resolution.checked", "system", "relevant = true"),
        'I' => ("resolution.checked", "system", "relevant = false"),
        'C' => ("conversation.confirmed", "customer", ""),
        'L' => ("lead.recommended", "ai", ""),
        other => panic!("{other}"),
    }
}

/// An hour of March 2016, to the second.
fn hour(text: &str) -> String {
    let seconds = (text.parse::<f64>().expect("an hour") * 3_600.0).round() as u64;
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    format!("2016-03-{:02}T{:02}:{:02}:{:02}Z", days + 1, rest / 3_600, rest / 60 % 60, rest % 60)
}

/// The fixture that asks about a history a month later.
fn fixture(events: &str, says: &str) -> String {
    let mut text = String::from("title = \"a history\"\n");
    for (sequence, event) in events.split(' ').enumerate() {
        let (letter, at) = event.split_at(1);
        let (kind, actor, data) = told(letter.chars().next().expect("a letter"));
        text += &format!(
            "[[event]]\ntype = \"{kind}\"\nactor = \"{actor}\"\nsequence = {sequence}\ntime = \"{}\"\ndata = {{ {data} }}\n",
            hour(at)
        );
    }
    let (mark, word) = says.split_once(' ').expect("two words");
    let expected = match mark {
        "✗" => format!("decision = \"failure\"\nreason = \"{word}\""),
        "…" => format!("decision = \"pending\"\nwake = \"none\"\nreason = \"{word}\""),
        "–" => format!("decision = \"not-eligible\"\nreason = \"{word}\""),
        reason => format!("decision = \"success\"\nreason = \"{reason}\"\nat = \"{}\"", hour(word)),
    };
    format!("{text}[[ask]]\nas-of = \"2016-03-31T00:00:00Z\"\n{expected}\n")
}

/// The rows of the table: a name, the events, and what each rule says.
fn rows() -> Vec<Vec<&'static str>> {
    let cells = |line: &'static str| line.trim().trim_matches('|').split('|').map(str::trim).collect();
    HISTORIES.trim().lines().skip(1).map(cells).collect()
}

fn rules() -> BTreeMap<&'static str, Rule> {
    MARKET.into_iter().map(|name| (name, engine().admit(example(name)).expect("the rule is admitted"))).collect()
}

#[test]
fn each_vendor_judges_each_history_as_it_publishes() {
    let head: Vec<&str> = HISTORIES.trim().lines().next().expect("a head").trim_matches('|').split('|').map(str::trim).skip(2).collect();
    assert_eq!(head, MARKET);
    let rules = rules();
    let folder = TempDir::new().expect("a folder");
    for row in rows() {
        for (name, says) in MARKET.iter().zip(&row[2..]) {
            fs::write(folder.path().join("history.toml"), fixture(row[1], says)).expect("written");
            let report = fixtures::run(&rules[name], folder.path()).expect("a report");
            let differences: Vec<_> = report.asks.iter().flat_map(|ask| &ask.differences).collect();
            assert!(differences.is_empty() && report.asks.len() == 1, "{name} of {}: {differences:?}", row[0]);
        }
    }
}

#[test]
fn any_two_vendors_bill_some_history_differently() {
    let rows = rows();
    let is_billed = |says: &str| says.starts_with(|first: char| first.is_ascii_alphabetic());
    for (n, one) in MARKET.iter().enumerate() {
        for (m, other) in MARKET.iter().enumerate().skip(n + 1) {
            let differs = rows.iter().any(|row| is_billed(row[2 + n]) != is_billed(row[2 + m]));
            assert!(differs, "{one} and {other} bill the same histories");
        }
    }
}

#[test]
fn every_rule_says_where_its_semantics_come_from() {
    for name in MARKET {
        let text = fs::read_to_string(root().join("example-plugins").join(name).join("README.md")).expect("a README");
        for heading in ["## What it reads", "## Parameters", "## The walk", "## Where the semantics come from"] {
            assert!(text.contains(heading), "{name}: {heading}");
        }
    }
}
