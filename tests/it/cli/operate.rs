//! What whoever runs the service looks at: a dashboard over the metrics, traces, and how long data is kept.

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    sync::mpsc,
};

use assay_tests::process::Process;
use serde_json::{Value, json};

use super::support::Folder;

/// The names that begin with `assay_` in a text.
fn names(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("assay_")).map(str::to_owned).collect()
}

/// What a name of a series says without what OpenMetrics puts behind that of its family.
fn family(name: &str) -> &str {
    ["_total", "_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name)
}

#[test]
fn the_dashboard_and_the_alerts_ask_for_metrics_that_are_there_and_the_dashboard_for_all_of_them() {
    let folder = Folder::installed();
    let sources = [include_str!("../../../host/app/src/metrics.rs"), include_str!("../../../host/api/src/measure.rs")];
    let registered = sources.iter().flat_map(|source| source.split("registry.register(").skip(1));
    let named = registered.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
    let told: BTreeSet<String> = named.map(|name| format!("assay_{name}")).collect();
    assert!(told.len() > 12, "{told:?}");

    let dashboard: Value = serde_json::from_str(&folder.ok(&["dashboard"])).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels");
    let asked: BTreeSet<String> = panels
        .iter()
        .flat_map(|panel| panel["targets"].as_array().cloned().unwrap_or_default())
        .flat_map(|target| names(target["expr"].as_str().expect("an expression")))
        .map(|name| family(&name).to_owned())
        .collect();
    assert_eq!(asked, told, "what is shown, and what there is");
    for panel in panels.iter().filter(|panel| panel["type"] != "row") {
        let (title, unit) = (&panel["title"], &panel["fieldConfig"]["defaults"]["unit"]);
        assert!(
            panel["description"].as_str().is_some_and(|text| text.len() > 10) && unit.is_string(),
            "{title}: what it shows, in which unit"
        );
    }

    let alerts = folder.ok(&["dashboard", "--alerts"]);
    let asked: BTreeSet<String> = names(&alerts).iter().map(|name| family(name).to_owned()).collect();
    assert!(asked.len() > 4 && asked.is_subset(&told), "{asked:?}");
    let file = folder.path("alerts.yml");
    folder.ok(&["dashboard", "--alerts", "--to", file.to_str().expect("a path")]);
    assert_eq!(std::fs::read_to_string(file).expect("written").trim_end(), alerts.trim_end());
}

/// A collector that takes whatever is exported and passes its body on.
fn collector() -> (String, mpsc::Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/v1/traces", listener.local_addr().expect("an address"));
    let (send, bodies) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.expect("a connection"));
            let (mut line, mut length) = (String::new(), 0);
            while reader.read_line(&mut line).expect("a line") > 2 {
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().expect("a length");
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).expect("a body");
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            reader.get_mut().write_all(answer).expect("answered");
            if send.send(body).is_err() {
                return;
            }
        }
    });
    (url, bodies)
}

#[test]
fn a_request_continues_its_trace_down_to_what_it_records_and_spans_reach_the_collector_before_the_process_ends() {
    let folder = Folder::in_business();
    let (url, bodies) = collector();
    let configuration = format!("[traces]\nendpoint = \"{url}\"\n");
    std::fs::write(folder.data().join("assay.toml"), configuration).expect("written");
    let key = folder.json(&["key", "create", "--name", "helpdesk", "--role", "ingest"]);
    let bearer = format!("Bearer {}", key["secret"].as_str().expect("a secret"));
    let process = Process::start(&folder.data(), &[]);
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let parent = format!("00-{trace}-00f067aa0ba902b7-01");
    let event =
        json!({ "source": "test", "id": "1", "type": "ticket.opened", "subject": "T-9", "time": "2016-03-01T00:00:00Z" }).to_string();
    let headers = [("authorization", bearer.as_str()), ("traceparent", &parent), ("content-type", "application/json")];
    assert_eq!(process.client().request("POST", "/v1/events", &headers, event.as_bytes()).expect("an answer").status, 201);
    assert!(process.terminate().success());
    let told: Vec<u8> = bodies.try_iter().flatten().collect();
    let holds = |bytes: &[u8]| told.windows(bytes.len()).any(|window| window == bytes);
    let id: Vec<u8> = (0..16).map(|byte| u8::from_str_radix(&trace[2 * byte..2 * byte + 2], 16).expect("hex")).collect();
    assert!(holds(&id), "the trace goes on");
    for span in ["http", "request", "record"] {
        assert!(holds(span.as_bytes()), "the span {span} is told");
    }
    assert!(!holds(key["secret"].as_str().expect("a secret").as_bytes()), "no secret is");
}

#[test]
fn a_collector_that_is_not_there_stops_nothing_and_an_address_that_is_none_is_refused() {
    let folder = Folder::installed();
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    std::fs::write(folder.data().join("assay.toml"), format!("[traces]\nendpoint = \"http://{free}/v1/traces\"\n")).expect("written");
    let process = Process::start(&folder.data(), &[]);
    assert_eq!(process.client().request("GET", "/livez", &[], b"").expect("an answer").status, 200);
    assert!(process.terminate().success());
    std::fs::write(folder.data().join("assay.toml"), "[traces]\nendpoint = \"collector:4318\"\n").expect("written");
    folder.refused(&["serve"], 1, &["is no address of a collector", "http://127.0.0.1:4318/v1/traces"]);
}

#[test]
fn how_long_data_is_kept_is_said_and_shown() {
    let folder = Folder::in_business();
    assert!(folder.ok(&["retention", "show"]).contains("for ever"));
    assert_eq!(folder.json(&["retention", "set", "--days", "30"])["days"], 30);
    assert_eq!(folder.json(&["retention", "apply"]), json!({ "interactions": 0, "payloads": 0 }), "all of it has just arrived");
    let erased = folder.json(&["retention", "erase-all", "--reason", "they leave"]);
    assert!(erased["interactions"].as_u64().is_some_and(|count| count > 0), "{erased}");
    folder.refused(&["retention", "set", "--days", "0"], 1, &["days", "1 to 36500"]);
    folder.refused(&["retention", "set"], 2, &["--days"]);
    assert_eq!(folder.json(&["retention", "set", "--forever"])["days"], Value::Null);
}
