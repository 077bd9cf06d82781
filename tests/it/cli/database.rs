//! The binary and its database: addresses that nobody else sees, schemas, shares of the service, a copy on a server, a backup.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use assay_store::MIGRATIONS;
use assay_tests::{
    bin, components,
    http::{Client, Response},
    postgres,
    process::Process,
};
use serde_json::{Value, json};

use super::support::{Folder, row, text};

/// What nobody must ever see.
const PASSWORD: &str = "hunter2";

/// A fresh database without a schema, for the ordinary role that owns it.
fn unmigrated() -> String {
    postgres::database().replacen("postgres://postgres@", "postgres://assay@", 1)
}

/// The same address with a password, which the server does not ask for.
fn with_password(url: &str) -> String {
    url.replacen("assay@", &format!("assay:{PASSWORD}@"), 1)
}

/// A command on a database.
fn on<'a>(url: &'a str, arguments: &[&'a str]) -> Vec<&'a str> {
    row(&[arguments, &["--database", url]])
}

fn get(address: SocketAddr, path: &str) -> Response {
    Client::connect(address).expect("a connection").request("GET", path, &[], b"").expect("an answer")
}

/// Waits for what comes within a minute, or never.
fn eventually(what: &str, mut has_come: impl FnMut() -> bool) {
    for _ in 0..600 {
        if has_come() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("it never comes that {what}");
}

/// A worker as a process of its own; dropped, it is killed.
struct Worker(Child);

impl Worker {
    /// Starts it, and waits until it says where it answers.
    fn start(data: &Path, arguments: &[&str]) -> (Self, SocketAddr) {
        let mut command = bin::command(data, &row(&[&["worker"], arguments]));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the binary starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let address = line.trim().rsplit("//").next().and_then(|address| address.parse().ok());
        (Self(child), address.unwrap_or_else(|| panic!("assay worker said {line:?} and not where it listens")))
    }

    /// Asks it to end, and waits until it has.
    fn terminate(mut self) -> Option<i32> {
        let asked = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().expect("kill runs");
        assert!(asked.success(), "{asked}");
        self.0.wait().expect("a child").code()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// It must fail, complain about all of this, and keep the password to itself.
fn refused(mut command: Command, parts: &[&str]) {
    let output = command.output().expect("the binary starts");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(1), true), "{complaint}");
    assert!(!complaint.contains(PASSWORD), "{complaint}");
    for part in parts {
        assert!(complaint.contains(part), "{part:?} is not in {complaint}");
    }
}

#[test]
fn an_address_that_is_none_is_refused_and_not_repeated() {
    let folder = Folder::on_file().with_tenant();
    let data = folder.data();
    let file = data.join("assay.toml");
    for (address, problem) in [
        ("", "does not begin with postgres://"),
        ("assay:hunter2@host/assay", "does not begin with postgres://"),
        ("mysql://assay:hunter2@host/assay", "does not begin with postgres://"),
        ("postgres://assay:hunter2@host", "names no database"),
        ("postgres://assay:hunter2@host/", "names no database"),
        ("postgres://assay:hunter2@host:many/assay", "has a port that is no number"),
        ("postgres://assay:hunter2/@host/assay", "%2F"),
        ("postgres://assay:hunter2#@host/assay", "%23"),
        ("postgres://assay:hunter2@host/assay?pasword=hunter2", "has a parameter that is not known"),
    ] {
        let parts = ["database: the address of the database", problem, "write it like postgres://user:password@host:5432/name"];
        refused(bin::command(&data, &on(address, &["tenant", "list"])), &parts);
        let mut told = bin::command(&data, &["--json", "tenant", "list"]);
        told.env("ASSAY_DATABASE", address);
        refused(told, &parts);
        std::fs::write(&file, format!("database = {address:?}\n")).expect("a file");
        refused(bin::command(&data, &["tenant", "list"]), &parts);
        std::fs::write(&file, "").expect("a file");
        refused(bin::command(&data, &["db", "copy", "--to", address]), &["--to: the address of the database", problem]);
    }
    for (content, line) in [
        ("threads = 2\ndatabase = \"postgres://assay:hunter2@host/assay\n", "line 2"),
        ("database = postgres://assay:hunter2@host/assay\n", "line 1"),
        ("database = [\"postgres://assay:hunter2@host/assay\"]\n", "line 1"),
        ("database = \"\"\"\npostgres://assay:hunter2@host/\\assay\"\"\"\n", "line 2"),
    ] {
        std::fs::write(&file, content).expect("a file");
        refused(bin::command(&data, &["tenant", "list"]), &["the configuration file", line]);
    }
}

#[test]
fn nobody_sees_the_password() {
    let (folder, url) = (Folder::on_file(), with_password(&postgres::migrated()));
    let nowhere = format!("{url}_nowhere");
    let told = folder.ok(&on(&url, &["tenant", "create", "vendor"]));
    assert!(told.contains(&url.replacen(PASSWORD, "***", 1)), "{told}");
    for url in [&url, &nowhere] {
        for arguments in [
            ["doctor"].as_slice(),
            &["migrate"],
            &["tenant", "list"],
            &["tenant", "create", "vendor"],
            &["db", "backup", "x.db"],
            &["db", "maintain"],
            &["serve", "--help"],
        ] {
            let forms: [&[&str]; 2] = [&[], &["--json"]];
            for form in forms {
                let mut command = bin::command(&folder.data(), &row(&[arguments, form]));
                let output = command.env("ASSAY_DATABASE", url).output().expect("the binary starts");
                let said = [output.stdout, output.stderr].concat();
                let said = String::from_utf8_lossy(&said);
                assert!(!said.contains(PASSWORD) && !said.is_empty(), "{arguments:?}: {said}");
            }
        }
    }
    let process = Process::start(&folder.data(), &on(&url, &["--log-level", "debug"]));
    assert_eq!(get(process.address(), "/readyz").status, 200);
    assert_eq!(process.terminate().code(), Some(0));
    let log = std::fs::read_to_string(folder.data().join("serve.log")).expect("the log");
    assert!(log.contains("told to stop") && !log.contains(PASSWORD), "{log}");
}

#[test]
fn a_schema_is_brought_up_to_date_once() {
    let (folder, url) = (Folder::on_file(), unmigrated());
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    for command in [["tenant", "create", "vendor"], serve, ["worker", "--listen", "127.0.0.1:0"]] {
        folder.refused(&on(&url, &command), 1, &["cannot open postgres://assay@", "run `assay migrate`"]);
    }
    let steps: Vec<usize> = (1..=MIGRATIONS.len()).collect();
    assert_eq!(folder.json(&on(&url, &["migrate"])), json!({ "applied": steps }));
    assert_eq!(folder.ok(&on(&url, &["migrate"])).trim(), "the schema is up to date");
    assert_eq!(folder.json(&on(&url, &["migrate"])), json!({ "applied": [] }));
    folder.refused(&on(&url, &serve), 1, &["there is no installation in postgres://", "`assay tenant create NAME`"]);
    folder.ok(&on(&url, &["tenant", "create", "vendor"]));
    assert_eq!(folder.json(&on(&url, &["tenant", "list"]))[0]["name"], "vendor");
}

#[test]
fn a_file_is_brought_up_to_date_by_whatever_opens_it() {
    let folder = Folder::on_file();
    folder.refused(&["migrate"], 1, &["there is no installation in"]);
    let folder = folder.with_tenant();
    assert!(folder.ok(&["migrate"]).contains("whenever it is opened"));
    assert_eq!(folder.json(&["db", "maintain"]), json!({ "made": [] }));
    folder.refused(&["worker"], 1, &["a worker needs a database of PostgreSQL", "--database", "`assay serve` judges and bills too"]);
}

#[test]
fn partitions_are_made_once() {
    let (folder, url) = (Folder::on_file(), postgres::migrated());
    let made = |ahead: &str| folder.json(&on(&url, &["db", "maintain", "--ahead", ahead]))["made"].clone();
    let months = made("14");
    assert!(months.as_array().is_some_and(|months| months.iter().any(|month| month.to_string().starts_with("\"events_2"))), "{months}");
    assert_eq!((made("14"), made("2")), (json!([]), json!([])));
    folder.refused(&on(&url, &["db", "maintain", "--ahead", "soon"]), 2, &["--ahead", "soon"]);
}

/// How requests without a key are answered: of the API, of the console, and those about the process.
fn statuses(address: SocketAddr) -> [u16; 5] {
    ["/v1/customers", "/login", "/livez", "/readyz", "/metrics"].map(|path| get(address, path).status)
}

#[test]
fn a_process_answers_for_its_share_of_the_service() {
    let (folder, url) = (Folder::on_file(), postgres::migrated());
    folder.ok(&on(&url, &["tenant", "create", "vendor"]));
    let shares: [(&[&str], [u16; 5]); 5] = [
        (&[], [401, 200, 200, 200, 401]),
        (&["--no-worker"], [401, 200, 200, 200, 401]),
        (&["--ingest"], [401, 404, 200, 200, 401]),
        (&["--console"], [404, 200, 200, 200, 401]),
        (&["--evaluate", "--bill"], [404, 404, 200, 200, 401]),
    ];
    for (flags, expected) in shares {
        let process = Process::start(&folder.data(), &on(&url, flags));
        assert_eq!(statuses(process.address()), expected, "{flags:?}");
        assert_eq!(process.terminate().code(), Some(0), "{flags:?}");
    }
    let (worker, address) = Worker::start(&folder.data(), &["--database", &url]);
    assert_eq!(statuses(address), [404, 404, 200, 200, 401]);
    let answer = get(address, "/v1/customers").json();
    assert!(answer["detail"].as_str().is_some_and(|detail| detail.contains("the API is served by others")), "{answer}");
    assert_eq!(worker.terminate(), Some(0));
    folder.refused(&on(&url, &["serve", "--no-worker", "--bill"]), 2, &["--no-worker", "--bill"]);
}

#[test]
fn what_one_process_records_another_judges() {
    let folder = Folder::empty();
    bin::keep(&folder.data(), Some(postgres::migrated()));
    let folder = folder.opened_for_business();
    let key = folder.json(&["key", "create", "--name", "sender", "--role", "ingest"]);
    let bearer = format!("Bearer {}", key["secret"].as_str().expect("a secret"));
    let front = Process::start(&folder.data(), &["--ingest"]);
    let (worker, _) = Worker::start(&folder.data(), &[]);
    let event = json!({ "id": "E1", "source": "chat", "type": "ticket.opened", "subject": "T2", "time": "2016-03-01T08:00:00Z" });
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let answer = front.client().request("POST", "/v1/events", &headers, event.to_string().as_bytes()).expect("an answer");
    assert_eq!(answer.status, 201, "{}", answer.text());
    eventually("everything is judged", || {
        let report = folder.json(&["report", "outcomes"]);
        (&report["interactions"], &report["waiting"]) == (&json!(2), &json!(0))
    });
    assert_eq!((front.terminate().code(), worker.terminate()), (Some(0), Some(0)));
}

#[test]
fn a_file_that_nobody_judges_is_warned_about() {
    let folder = Folder::on_file().with_tenant();
    let log = folder.data().join("serve.log");
    let shares: [(&[&str], bool); 5] =
        [(&[], false), (&["--evaluate"], false), (&["--ingest", "--console"], true), (&["--bill"], true), (&["--no-worker"], true)];
    for (flags, is_warned) in shares {
        assert_eq!(Process::start(&folder.data(), flags).terminate().code(), Some(0), "{flags:?}");
        let told = std::fs::read_to_string(&log).expect("the log");
        assert_eq!(told.contains("nobody judges what comes in"), is_warned, "{flags:?}: {told}");
        std::fs::remove_file(&log).expect("removed");
    }
}

/// A request that has begun, and what is still to be sent of it.
fn begun(address: SocketAddr, key: &str) -> (TcpStream, &'static [u8]) {
    const BODY: &str = r#"{"id":"E1","source":"chat","type":"ticket.opened","subject":"T1","time":"2016-03-01T08:00:00Z"}"#;
    let mut stream = TcpStream::connect(address).expect("a connection");
    let head = format!(
        "POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/x-ndjson\r\n\
         Expect: 100-continue\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        BODY.len()
    );
    stream.write_all(head.as_bytes()).expect("sent");
    // It asks for the body, so it has begun.
    let mut asked = [0; 25];
    stream.read_exact(&mut asked).expect("an interim answer");
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    (stream, BODY.as_bytes())
}

#[test]
fn a_process_that_is_about_to_end_is_not_ready_and_answers_what_has_begun() {
    let folder = Folder::on_file().with_tenant();
    let patient = "[limits]\nbody-idle-timeout-s = 600\nshutdown-s = 600\n";
    std::fs::write(folder.data().join("assay.toml"), patient).expect("a file");
    let key = folder.json(&["key", "create", "--name", "sender", "--role", "ingest"]);
    let process = Process::start(&folder.data(), &[]);
    let address = process.address();
    let (mut stream, rest) = begun(address, key["secret"].as_str().expect("a secret"));
    assert_eq!(get(address, "/readyz").status, 200);
    let ending = process.ask_to_end();
    eventually("it is not ready", || get(address, "/readyz").status == 503);
    let unready = get(address, "/readyz");
    assert!(unready.json()["detail"].as_str().is_some_and(|detail| detail.contains("shutting down")), "{}", unready.text());
    assert_eq!((unready.header("retry-after"), unready.header("connection")), (Some("1"), Some("close")));
    assert_eq!(get(address, "/livez").status, 200, "it runs");
    assert_eq!(get(address, "/v1/customers").status, 503, "nothing new is begun");
    stream.write_all(rest).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains(r#""accepted":1"#), "{answer}");
    assert_eq!(ending.wait().code(), Some(0));
    assert_eq!(folder.json(&["report", "outcomes"])["events"], 1);
}

#[test]
fn a_file_is_copied_to_a_server_and_both_are_equal() {
    let folder = Folder::on_file();
    let rules = tempfile::TempDir::new().expect("a folder");
    for name in components::OF_THE_DEMO {
        std::fs::write(rules.path().join(format!("{name}.component.wasm")), components::example(name)).expect("a file");
    }
    folder.ok(&["demo", "--exit", "--interactions", "300", "--rules", &text(rules.path())]);
    let url = postgres::migrated();
    let copy: [&str; 4] = ["db", "copy", "--to", &url];
    let told = folder.json(&copy);
    assert_eq!(told["difference"], Value::Null, "{told}");
    let compared = told["compared"].as_array().expect("what was compared");
    assert_eq!(compared.len(), 1 + 2 * 3, "the tenants, and of each side three things: {told}");
    for row in compared {
        let is_empty = row["of"] == "demo, test";
        assert!(row["equal"] == true && (is_empty || row["count"].as_u64().is_some_and(|count| count > 0)), "{told}");
    }
    for seen in [
        ["dump"].as_slice(),
        &["invoice", "list"],
        &["report", "outcomes"],
        &["ledger", "balances"],
        &["operation", "list"],
        &["audit", "verify"],
        &["audit", "verify", "--installation"],
    ] {
        assert_eq!(folder.json(seen), folder.json(&on(&url, seen)), "{seen:?}");
    }
    folder.refused(&copy, 1, &["is not empty: it holds the tenant \"demo\""]);
    folder.refused(&["db", "copy", "--to", &unmigrated()], 1, &["cannot open postgres://", "run `assay migrate`"]);
    let log = folder.file("more.csv", "number,at\nlate,2026-03-01T08:00:00Z\n");
    let import: [&str; 11] = ["import", "csv", &log, "--subject", "number", "--id", "number", "--time", "at", "--type", "ticket.opened"];
    let told = folder.json(&on(&url, &import));
    assert_eq!((&told["accepted"], &told["evaluated"]["judged"]), (&json!(1), &json!(1)), "it goes on there: {told}");
    folder.ok(&on(&url, &["report", "conservation"]));
}

#[test]
fn a_backup_that_is_put_back_is_what_was_backed_up() {
    let folder = Folder::on_file().opened_for_business();
    let before = folder.json(&["dump"]);
    let process = Process::start(&folder.data(), &[]);
    let saved = text(&folder.data().join("saved.db"));
    let told = folder.json(&["db", "backup", &saved]);
    assert_eq!(told["bytes"].as_u64(), std::fs::metadata(&saved).ok().map(|file| file.len()), "{told}");
    folder.refused(&["db", "backup", &saved], 1, &["is there already"]);
    assert_eq!(process.terminate().code(), Some(0));
    let log = folder.file("more.csv", "number,at\nT2,2016-03-01T08:00:00Z\n");
    folder.ok(&["import", "csv", &log, "--subject", "number", "--id", "number", "--time", "at", "--type", "ticket.opened"]);
    assert_ne!(folder.json(&["dump"]), before);

    for end in ["-wal", "-shm"] {
        // They are not there when the last to use the file has closed it well.
        drop(std::fs::remove_file(folder.data().join(format!("assay.db{end}"))));
    }
    std::fs::copy(&saved, folder.data().join("assay.db")).expect("put back");
    assert_eq!(folder.json(&["dump"]), before);
    let url = postgres::migrated();
    folder.refused(&on(&url, &["db", "backup", "x.db"]), 1, &["pg_dump --format=custom --file=x.db --dbname=postgres://assay@"]);
}
