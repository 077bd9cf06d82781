//! The service as a process: it listens, works, logs and ends when it is told to.

use std::{
    io::{BufRead as _, BufReader},
    net::TcpListener,
    process::Stdio,
    time::Duration,
};

use assay_tests::{bin, process::Process};
use serde_json::Value;

use super::support::{Folder, row};

#[test]
fn it_serves_until_it_is_told_to_end() {
    let folder = Folder::installed();
    let process = Process::start(&folder.data(), &[]);
    let health = process.client().request("GET", "/livez", &[], b"").expect("an answer");
    assert_eq!((health.status, &health.json()["status"]), (200, &Value::from("ok")));
    let mut client = process.client();
    assert_eq!(client.request("GET", "/v1/customers", &[], b"").expect("an answer").status, 401);
    assert_eq!(client.request("GET", "/login", &[], b"").expect("an answer").status, 200, "the console is there");
    assert_eq!(process.terminate().code(), Some(0));
    assert_eq!(folder.json(&["report", "outcomes"])["events"], 0, "the database is free again");
}

#[test]
fn programs_read_where_it_listens_and_what_it_logs() {
    let folder = Folder::installed();
    let process = Process::start(&folder.data(), &["--log-format", "json", "--log-level", "info"]);
    process.client().request("GET", "/livez", &[("x-request-id", "looked-for")], b"").expect("an answer");
    assert!(process.terminate().success());
    let log = std::fs::read_to_string(folder.data().join("serve.log")).expect("the log");
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"))).collect();
    assert!(lines.iter().any(|line| line["request_id"] == "looked-for" && line["status"] == 200), "{log}");

    let mut command = bin::command(&folder.data(), &["--json", "serve", "--listen", "127.0.0.1:0"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the binary starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    child.kill().expect("killed");
    child.wait().expect("a child");
    let told: Value = serde_json::from_str(&line).expect("JSON");
    assert!(told["listening"].as_str().is_some_and(|url| url.starts_with("http://127.0.0.1:")), "{line}");
}

/// How many interactions wait to be judged.
fn waiting(folder: &Folder) -> Value {
    folder.json(&["report", "outcomes"])["waiting"].clone()
}

#[test]
fn it_judges_what_waits_unless_another_process_does() {
    let folder = Folder::in_business();
    let log = folder.file("more.csv", "number,at,customer\nT2,2016-03-01T08:00:00Z,acme\n");
    let mapping = ["--subject", "number", "--id", "number", "--time", "at", "--customer", "customer", "--type", "ticket.opened"];
    folder.ok(&row(&[&["import", "csv", &log], &mapping, &["--no-evaluate"]]));

    let idle = Process::start(&folder.data(), &["--no-worker"]);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(waiting(&folder), 1, "nobody judges");
    assert!(idle.terminate().success());

    let busy = Process::start(&folder.data(), &[]);
    for _ in 0..200 {
        if waiting(&folder) == 0 {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(waiting(&folder), 0, "what waits is judged");
    assert!(busy.terminate().success());
}

#[test]
fn what_it_cannot_do_it_says_at_once() {
    let empty = Folder::empty();
    empty.refused(&["serve", "--listen", "127.0.0.1:0"], 1, &["there is no installation in", "`assay tenant create NAME`"]);
    let folder = Folder::installed();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    folder.refused(&["serve", "--listen", &address], 1, &[&format!("cannot listen on {address}"), "--listen"]);
    folder.refused(&["serve", "--listen", "here"], 2, &["--listen", "here"]);
    folder.refused(&["serve", "--log-format", "xml"], 2, &["--log-format", "xml", "json"]);
    folder.refused(&["serve", "--log-level", "loud"], 1, &["log.level", "\"loud\" is no level of the log"]);
}
