//! A server killed under load again and again: what it acknowledged is there, and the end is the same as if nothing had happened.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use assay_tests::process::Process;
use serde_json::Value;

use super::{crash::kills, support::Folder};
use crate::app::dice::Dice;

/// Connections that send at the same time.
const SENDERS: u64 = 3;
/// Events of one interaction.
const EVENTS_EACH: u64 = 5;

/// An installation with a definition in force, and a key to send with.
fn waiting() -> (Folder, String) {
    let folder = Folder::with_rule().with_short_leases();
    folder.ok(&["definition", "create", "fixed", "--rule", "resolved-ticket", "--param", "retry=false", "--active-from", "2016-01-01"]);
    let key = folder.json(&["key", "create", "--name", "sender", "--role", "ingest"]);
    (folder, key["secret"].as_str().expect("a secret").to_owned())
}

/// Events of long ago, so that every deadline has passed whatever the time is now.
fn batch(first: u64, count: u64) -> String {
    let line = |number: u64| {
        let (subject, at) = (number / EVENTS_EACH, number % EVENTS_EACH);
        let kind = ["ticket.opened", "ticket.resolved", "ticket.reopened", "ticket.resolved", "ticket.closed"][at as usize];
        let day = 1 + at + 2 * (subject % 9);
        format!(
            r#"{{"id":"E{number}","source":"load","type":"{kind}","subject":"T{subject}","time":"2016-03-{day:02}T08:00:00Z","customer":"c{}"}}"#,
            subject % 7
        )
    };
    (first..first + count).map(line).collect::<Vec<_>>().join("\n")
}

/// The number of a batch's first event, and how many it has.
type Batch = (u64, u64);

/// Sends a batch; how many were new and how many were there, or nothing when the server was killed before it answered.
fn send(process: &Process, key: &str, body: &str) -> Option<(u64, u64)> {
    let mut client = assay_tests::http::Client::connect(process.address()).ok()?;
    let headers = [("authorization", format!("Bearer {key}")), ("content-type", "application/x-ndjson".to_owned())];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = client.request("POST", "/v1/events", &headers, body.as_bytes()).ok()?;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let count = |member: &str| answer.json()[member].as_u64().expect("a count");
    assert_eq!(count("conflicts") + count("rejected"), 0, "{}", answer.text());
    Some((count("accepted"), count("duplicates")))
}

/// Sends new batches from several connections until the server is killed; gives back those that were acknowledged.
fn load(process: Process, key: &str, next: &AtomicU64, dice: &mut Dice) -> (Vec<Batch>, Vec<Batch>) {
    let (acknowledged, sent) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    let wanted = 1 + dice.below(40);
    let count = [1, 7, 60, 400][dice.below(4)];
    std::thread::scope(|scope| {
        for _ in 0..SENDERS {
            scope.spawn(|| {
                loop {
                    let first = next.fetch_add(count, Ordering::SeqCst);
                    sent.lock().expect("unpoisoned").push((first, count));
                    match send(&process, key, &batch(first, count)) {
                        Some(found) => {
                            assert_eq!(found, (count, 0), "each batch is new");
                            acknowledged.lock().expect("unpoisoned").push((first, count));
                        }
                        None => return,
                    }
                }
            });
        }
        while acknowledged.lock().expect("unpoisoned").len() < wanted {
            std::thread::yield_now();
        }
        process.kill_now();
    });
    (acknowledged.into_inner().expect("unpoisoned"), sent.into_inner().expect("unpoisoned"))
}

fn dump(folder: &Folder) -> String {
    folder.ok(&["evaluate"]);
    folder.ok(&["dump"])
}

#[test]
fn a_killed_server_loses_nothing_that_it_acknowledged() {
    let (folder, key) = waiting();
    let (next, mut dice) = (AtomicU64::new(0), Dice::new(23));
    let (mut acknowledged, mut sent) = (Vec::new(), Vec::new());
    for _ in 0..kills() {
        let (more, tried) = load(Process::start(&folder.data(), &[]), &key, &next, &mut dice);
        acknowledged.extend(more);
        sent.extend(tried);
    }
    let process = Process::start(&folder.data(), &[]);
    for (first, count) in &acknowledged {
        assert_eq!(send(&process, &key, &batch(*first, *count)), Some((0, *count)), "acknowledged before a kill");
    }
    for (first, count) in &sent {
        let (new, there) = send(&process, &key, &batch(*first, *count)).expect("an answer");
        assert!(new + there == *count && (new == 0 || there == 0), "a batch is recorded whole or not at all: {new} and {there} of {count}");
    }
    assert!(process.terminate().success(), "the server ends well");
    let events: u64 = acknowledged.iter().map(|(_, count)| count).sum();
    println!("assay serve was killed {} times; {events} acknowledged events are there", kills());

    let (calm, key) = waiting();
    let process = Process::start(&calm.data(), &[]);
    for (first, count) in &sent {
        assert_eq!(send(&process, &key, &batch(*first, *count)), Some((*count, 0)));
    }
    assert!(process.terminate().success(), "the server ends well");
    assert!(dump(&folder) == dump(&calm), "the end is the same as if nothing had happened");
}

/// What is in flight when the server is told to end is answered, or was not begun.
#[test]
fn a_server_that_is_told_to_end_answers_what_it_has_begun() {
    let (folder, key) = waiting();
    let process = Process::start(&folder.data(), &[]);
    let mut stream = TcpStream::connect(process.address()).expect("a connection");
    let body = batch(0, 50);
    let head = format!(
        "POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/x-ndjson\r\n\
         Expect: 100-continue\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("sent");
    // It asks for the body, so it has begun.
    let mut asked = [0; 25];
    stream.read_exact(&mut asked).expect("an interim answer");
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    let (half, rest) = body.split_at(body.len() / 2);
    stream.write_all(half.as_bytes()).expect("sent");
    let ending = process.ask_to_end();
    stream.write_all(rest.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains(r#""accepted":50"#), "{answer}");
    assert!(ending.wait().success(), "the server ends well");
    let report: Value = folder.json(&["report", "outcomes"]);
    assert_eq!(report["events"], 50, "{report}");
}
