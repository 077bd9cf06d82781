//! What authors ask about verdicts: why one is what it is, a real one as a fixture, what another version says, and all of them again and
//! again while they write.

use std::{
    fs,
    io::{BufRead as _, BufReader, Lines},
    path::Path,
    process::{Child, ChildStdout, Stdio},
};

use assay_domain::manifest::{Manifest, Parameter, Reason};
use assay_tests::{
    bin, components,
    hostile::{
        Hostile, Verdict,
        declare::{integer, unexamined},
    },
};
use serde_json::{Value, json};

use super::support::{Folder, row, text};

/// Two tickets as a service desk logs them, with what is nobody else's business.
const LOG: &str = "\
number,mod,updated_at,customer,kind,incident_state,reopen_count,caller
INC7,0,2016-03-01T08:00:00Z,Harbour,incident.updated,New,0,Ada Lovelace
INC7,1,2016-03-01T09:00:00Z,Harbour,note.added,,0,Ada Lovelace
INC7,2,2016-03-01T10:00:00Z,Harbour,incident.updated,Resolved,0,Ada Lovelace
INC7,3,2016-03-01T20:00:00Z,Harbour,incident.updated,Waiting for Ada Lovelace,1,Ada Lovelace
INC7,4,2016-03-04T09:00:00Z,Harbour,incident.updated,Resolved,1,Ada Lovelace
INC8,0,2016-03-01T08:00:00Z,Harbour,note.added,,0,Grace Hopper
";

/// An installation that judged them.
fn judged() -> Folder {
    let folder = Folder::with_rule();
    folder.ok(&[
        "definition",
        "create",
        "resolved-ticket",
        "--rule",
        "resolved-ticket",
        "--param",
        "window=12h",
        "--active-from",
        "2016-01-01",
    ]);
    let log = folder.file("log.csv", LOG);
    let mapping = ["--subject", "number", "--id", "{number}-{mod}", "--time", "updated_at", "--customer", "customer", "--sequence", "mod"];
    folder.ok(&row(&[&["import", "csv", &log, "--type", "{kind}"], &mapping]));
    folder
}

fn rule(folder: &Folder) -> String {
    folder.file("resolved-ticket.wasm", components::resolved_ticket())
}

/// What is said at each line of a timeline.
fn says(story: &Value) -> Vec<[&Value; 3]> {
    let rows = story["timeline"].as_array().expect("rows");
    rows.iter().map(|row| [&row["time"], &row["id"], &row["says"]]).collect()
}

#[test]
fn a_fixture_is_explained_from_one_event_to_the_next() {
    let folder = Folder::on_file();
    let fixture = text(&components::root().join("example-plugins/resolved-ticket/fixtures/plain.toml"));
    let explain = ["rule", "explain", &rule(&folder), "--fixture", &fixture].map(str::to_owned);
    let explain: Vec<&str> = explain.iter().map(String::as_str).collect();
    let stories = folder.json(&explain);
    assert_eq!(stories.as_array().map(Vec::len), Some(5), "one for each question");
    let expected = json!([
        ["2016-03-01T09:00:00Z", "e1", "pending: unresolved"],
        ["2016-03-01T10:00:00Z", "e2", "pending until 2016-03-02T10:00:00Z: awaiting-window"],
        ["2016-03-02T10:00:00Z", "", "success at 2016-03-02T10:00:00Z: resolved"],
    ]);
    let last = &stories[4];
    assert_eq!(json!(says(last)), expected);
    assert_eq!((&last["timeline"][1]["is_evidence"], &last["timeline"][0]["is_evidence"]), (&json!(true), &json!(false)));
    assert_eq!(last["timeline"][1]["reads"], "state=Resolved reopens=0 reassignments=0");
    assert_eq!((&last["verdict"]["decision"], &last["verdict"]["evidence"]), (&json!("success"), &json!("e2")));
    let first = folder.json(&row(&[&explain, &["--as-of", "2016-03-01T09:30:00Z"]]));
    assert_eq!((&first[0]["timeline"][1]["is_withheld"], &first[0]["verdict"]["wake"]), (&json!(true), &json!("none")));
    let words = folder.ok(&explain);
    for part in [
        "◀ evidence",
        "later, withheld",
        "(time goes by)",
        "because resolved: It was resolved and stayed so for the whole window.",
        "it is asked again at 2016-03-02T10:00:00Z, unless a new fact comes before",
        "it waits: only a new fact can decide",
        "of the limit",
    ] {
        assert!(words.contains(part), "{part:?} is not in {words}");
    }
}

#[test]
fn an_interaction_is_explained_by_the_rule_that_judged_it_or_by_another() {
    let folder = judged();
    let story = folder.json(&["rule", "explain", "--interaction", "INC7"]);
    let expected = json!([
        ["2016-03-01T08:00:00Z", "INC7-0", "pending: unresolved"],
        ["2016-03-01T09:00:00Z", "INC7-1", null],
        ["2016-03-01T10:00:00Z", "INC7-2", "pending until 2016-03-01T22:00:00Z: awaiting-window"],
        ["2016-03-01T20:00:00Z", "INC7-3", "pending: unresolved"],
        ["2016-03-04T09:00:00Z", "INC7-4", "pending until 2016-03-04T21:00:00Z: awaiting-window"],
        ["2016-03-04T21:00:00Z", "", "success at 2016-03-04T21:00:00Z: resolved"],
    ]);
    assert_eq!(json!(says(&story)), expected);
    assert_eq!((&story["timeline"][1]["reads"], &story["stands"]["version"]), (&Value::Null, &json!("resolved-ticket@1")));
    let words = folder.ok(&["rule", "explain", "--interaction", "INC7"]);
    assert!(words.contains("not read: INC7-1 (note.added)") && words.contains("under resolved-ticket@1 what the rule says"), "{words}");
    // With a longer window, as of a time at which it was not over.
    let component = rule(&folder);
    let other = [component.as_str(), "--param", "window=48h", "--as-of", "2016-03-05"];
    let other = folder.json(&row(&[&["rule", "explain", "--interaction", "INC7"], &other]));
    assert_eq!((&other["verdict"]["wake"], &other["stands"]), (&json!("2016-03-06T09:00:00Z"), &Value::Null));
    folder.refused(&["rule", "explain", "--interaction", "INC8"], 1, &["no definition has judged INC8: give the rule to ask"]);
    folder.refused(&["rule", "explain", "--interaction", "INC9"], 1, &["there is no interaction \"INC9\""]);
    folder.refused(&["rule", "explain"], 2, &["--fixture"]);
}

#[test]
fn a_recorded_interaction_has_nothing_personal_and_the_same_verdicts() {
    let folder = judged();
    let file = text(&folder.path("fixtures/reopened.toml"));
    let report = folder.json(&["rule", "record", "INC7", "--to", &file]);
    let counts = ["events", "left_out", "replaced", "asks"].map(|key| report[key].as_u64().expect("a number"));
    assert_eq!(counts, [4, 1, 2, 6], "{report}");
    assert_eq!(report["kept"], json!([{ "field": "state", "text": "Resolved" }]));
    let fixture = fs::read_to_string(&file).expect("the fixture");
    for personal in ["INC7", "Ada", "Lovelace", "Harbour", "csv", "note.added", "New"] {
        assert!(!fixture.contains(personal), "{personal} is in {fixture}");
    }
    for part in [
        "window = \"PT12H\"\n",
        "data = { incident_state = \"state-1\", reopen_count = 0 }\n",
        "data = { incident_state = \"state-3\", reopen_count = 1 }\n",
        "wake = \"2016-03-01T22:00:00Z\"\nevidence = [\"e2\"]\n",
        "decision = \"success\"\nreason = \"resolved\"\nat = \"2016-03-04T21:00:00Z\"\nquantity = \"1\"\nevidence = [\"e4\"]\n",
    ] {
        assert!(fixture.contains(part), "{part:?} is not in {fixture}");
    }
    let tested = folder.ok(&["rule", "test", &rule(&folder), "--fixtures", &file]);
    assert!(tested.ends_with("\n6 asked, 0 failed\n"), "{tested}");
    folder.refused(&["rule", "record", "INC7", "--to", &file], 1, &["is there already: name a new file"]);

    // Texts that are known to be nobody's, and another rule.
    let spared = text(&folder.path("spared.toml"));
    let report = folder.json(&["rule", "record", "INC7", "--to", &spared, "--keep", "state", "--as-of", "2016-03-01T12:00:00Z"]);
    assert_eq!((&report["kept"], &report["replaced"], &report["events"]), (&json!([]), &json!(0), &json!(2)), "{report}");
    assert!(fs::read_to_string(&spared).expect("the fixture").contains("\"New\""));
    let nothing = text(&folder.path("nothing.toml"));
    let bare = ["rule", "record", "INC8", "--to", &nothing, "--rule", &rule(&folder)].map(str::to_owned);
    let bare: Vec<&str> = bare.iter().map(String::as_str).collect();
    folder.refused(&bare, 1, &["the rule reads none of the events of this interaction"]);
    assert!(!folder.path("nothing.toml").exists());
}

/// An interaction that ends in a fault is no fixture.
#[test]
fn what_faults_is_not_recorded() {
    let folder = judged();
    let trap = "(if (i32.eq (local.get $events-len) (i32.const 1)) (then (unreachable)))";
    let reads = [assay_domain::manifest::EventType { kind: "note.added".into(), fields: Vec::new() }];
    let rule = folder.file("trap.wasm", Hostile::unexamined().reads(Ok(&reads)).evaluate(trap).build());
    let file = text(&folder.path("trap.toml"));
    let record = ["rule", "record", "INC8", "--to", &file, "--rule", &rule, "--param", "n=1"];
    folder.refused(&record, 1, &["asked as of 2016-03-01T08:00:00Z the rule ends in guest.trap-unreachable", "--as-of"]);
    assert!(!folder.path("trap.toml").exists());
}

const PINGS: &str = "title = \"one ping\"\nparameters = { n = 1 }\n[[event]]\ntype = \"ping\"\ntime = \"2016-03-01T10:00:00Z\"\n\
                     [[ask]]\nas-of = \"2016-03-01T11:00:00Z\"\ndecision = \"pending\"\n";

#[test]
fn two_rules_are_compared_by_what_they_declare_and_say() {
    let folder = Folder::on_file();
    let lenient = Manifest {
        reasons: vec![Reason { code: "because".into(), help: "For a reason.".into() }, Reason { code: "new".into(), help: "New.".into() }],
        classes: Vec::new(),
        parameters: vec![
            integer("n", None),
            Parameter { help: "Another.".into(), ..integer("m", Some(assay_domain::value::Value::Integer(3))) },
        ],
        ..unexamined()
    };
    let old = folder.file("old.wasm", Hostile::unexamined().build());
    let new = folder.file("new.wasm", Hostile::new().manifest(&lenient).verdict(Verdict::bare(1)).build());
    let fixture = folder.file("pings.toml", PINGS);
    let diff = |from: &str, to: &str| {
        let output = bin::run(&folder.data(), &["rule", "diff", from, to, "--fixtures", &fixture, "--json"]);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{output:?}: {error}"));
        (output.status.code(), report)
    };
    let (code, report) = diff(&old, &new);
    let changed: Vec<_> = report["declared"].as_array().expect("changes").iter().map(|c| [&c["what"], &c["old"], &c["new"]]).collect();
    let expected = json!([
        ["class plain", "", null],
        ["parameter m", null, "integer, default 3: Another."],
        ["reason because", "Because.", "For a reason."],
        ["reason new", null, "New."],
    ]);
    assert_eq!(json!(changed[..4]), expected);
    assert_eq!((changed.len(), changed[4][0]), (5, &json!("component")));
    let verdict =
        json!([{ "what": "pings.toml (one ping), as of 2016-03-01T11:00:00Z", "old": "pending: because", "new": "failure: because" }]);
    assert_eq!((code, &report["verdicts"]["changed"], &report["verdicts"]["asked"]), (Some(1), &verdict, &json!(1)));
    let (code, report) = diff(&old, &old);
    assert_eq!((code, &report["declared"], &report["verdicts"]["changed"]), (Some(0), &json!([]), &json!([])));
    assert!(folder.ok(&["rule", "diff", &old, &old]).contains("no fixtures to ask both about: name them with --fixtures"));
}

/// `assay rule test --watch` as a process of its own; dropped, it is killed.
struct Watching {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Watching {
    fn start(folder: &Folder, arguments: &[&str]) -> Self {
        let mut command = bin::command(&folder.data(), arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the binary starts");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        Self { child, lines }
    }

    /// What it says up to the line that says that it goes on watching.
    fn turn(&mut self) -> String {
        let mut said = String::new();
        for line in &mut self.lines {
            let line = line.expect("a line");
            said = said + &line + "\n";
            if line.starts_with("watching ") {
                return said;
            }
        }
        panic!("it ended: {said}")
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn a_watched_rule_is_tested_at_every_change() {
    let folder = Folder::on_file();
    let old = Hostile::unexamined().build();
    let (rule, fixtures) = (folder.file("rule.wasm", &old), folder.path("fixtures"));
    fs::create_dir(&fixtures).expect("a folder");
    // Put in place whole, or half of it might be tested.
    let put = |content: &[u8], to: &Path| {
        let made = folder.file("made", content);
        fs::rename(made, to).expect("a file");
    };
    let write = |fixture: &str| put(fixture.as_bytes(), &fixtures.join("pings.toml"));
    write(PINGS);
    let mut watching = Watching::start(&folder, &["rule", "test", &rule, "--fixtures", &text(&fixtures), "--watch"]);
    let first = watching.turn();
    assert!(first.contains("1 asked, 0 failed") && !first.contains("changed: "), "{first}");
    write(&PINGS.replace("pending", "success"));
    let second = watching.turn();
    assert!(second.contains("changed: ") && second.contains("pings.toml") && second.contains("1 asked, 1 failed"), "{second}");
    // What is wrong in between ends nothing.
    write("title = ");
    assert!(!watching.turn().contains("asked"));
    write(&PINGS.replace("pending", "failure"));
    assert!(watching.turn().contains("1 asked, 1 failed"));
    put(&Hostile::unexamined().verdict(Verdict::bare(1)).build(), Path::new(&rule));
    let last = watching.turn();
    assert!(last.contains("rule.wasm") && last.contains("1 asked, 0 failed"), "{last}");
}
