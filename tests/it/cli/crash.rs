//! Killed at any point and started again, as often as it takes: the end is the same as if nothing had happened.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    process::Stdio,
};

use assay_app::desk::Desk;
use assay_tests::{assay::at, bin, raw::Raw};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use super::support::{Folder, row};
use crate::app::dice::Dice;

/// How often each command is killed before it may end; `cargo xtask crash` says another number.
#[expect(clippy::disallowed_methods, reason = "the chore that asks for more kills has no other way to say so")]
pub fn kills() -> u64 {
    std::env::var("ASSAY_KILLS").map_or(12, |text| text.parse().expect("ASSAY_KILLS is a number"))
}

/// Enough for several transactions of events, of verdicts and of invoices.
const INTERACTIONS: u64 = 4_000;
const CUSTOMERS: u32 = 150;

/// A support desk of long ago, so that every deadline has passed whatever the time is now.
fn desk() -> Desk {
    Desk { customers: CUSTOMERS, months: 3, from: at("2016-01-01T00:00:00Z"), ..Desk::new(3, INTERACTIONS) }
}

/// What the desk tells, duplicates and conflicts included, in the order of its arrival.
fn log() -> String {
    let mut log = "subject,id,time,sequence,customer,type,incident_state,reopen_count,reassignment_count,priority\n".to_owned();
    for event in desk() {
        let data: Value = serde_json::from_str(&event.data).expect("JSON");
        let column = |name: &str| data[name].as_str().map_or_else(|| data[name].to_string(), str::to_owned);
        let customer = event.customer.as_deref().unwrap_or("?");
        let facts = ["incident_state", "reopen_count", "reassignment_count", "priority"].map(column).join(",");
        let (subject, id, time, sequence, kind) = (&event.subject, &event.id, event.occurred_at, event.sequence, &event.kind);
        writeln!(log, "{subject},{id},{time},{sequence},{customer},{kind},{facts}").expect("text");
    }
    log
}

const MAPPING: [&str; 16] = [
    "--subject",
    "subject",
    "--id",
    "id",
    "--time",
    "time",
    "--sequence",
    "sequence",
    "--customer",
    "customer",
    "--type",
    "{type}",
    "--source",
    "desk",
    "--threads",
    "2",
];
const BILL: [&str; 4] = ["bill", "2016-01", "--through", "2016-04"];

/// An installation that waits for its events.
fn waiting() -> (Folder, String) {
    let folder = Folder::with_rule().with_short_leases();
    let define = ["definition", "create", "fixed", "--rule", "resolved-ticket", "--param", "retry=false", "--active-from", "2016-01-01"];
    folder.ok(&define);
    let file = folder.file("log.csv", log());
    (folder, file)
}

const CARD: &str = r#"
name = "standard"
currency = "USD"
[[charges]]
code = "platform"
label = "Platform fee"
model = "flat"
amount = "500"
[[charges]]
code = "attempts"
label = "Attempts"
model = "unit"
meter = { attempts-at = "fixed" }
price = "0.10"
[[charges]]
code = "resolutions"
label = "Resolved tickets"
model = "graduated"
meter = { outcome-of = "fixed" }
tiers = [ { up-to = "10", price = "0.99" }, { price = "0.59" } ]
"#;

fn agree(folder: &Folder) {
    let card = folder.file("card.toml", CARD);
    folder.ok(&["rate-card", "create", &card]);
    folder.ok(&["agreement", "create", "--all-customers", "--definition", "fixed", "--rate-card", "standard", "--from", "2016-01-01"]);
}

/// What tells how much is written in the database of a folder.
enum Gauge {
    /// A file and its log, in this folder.
    File(PathBuf),
    /// A database of a server.
    Server(Raw, Runtime),
}

impl Gauge {
    fn of(folder: &Folder) -> Self {
        if bin::database(&folder.data()).is_none() {
            return Self::File(folder.data());
        }
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        Self::Server(runtime.block_on(folder.raw()), runtime)
    }

    /// In bytes.
    fn written(&mut self) -> u64 {
        match self {
            Self::File(data) => {
                let size = |name: &str| std::fs::metadata(data.join(name)).map_or(0, |file| file.len());
                size("assay.db") + size("assay.db-wal")
            }
            Self::Server(raw, runtime) => {
                let size = runtime.block_on(raw.number("select pg_database_size(current_database())"));
                u64::try_from(size).expect("a size")
            }
        }
    }

    /// How many looks take as long as so many at a file: a server takes longer to answer.
    fn looks(&self, at_a_file: u64) -> u64 {
        match self {
            Self::File(_) => at_a_file,
            Self::Server(..) => (at_a_file / 64).max(1),
        }
    }
}

/// Starts a command and kills it once it has written so much, or was looked at so often; whether it was still running.
fn kill(gauge: &mut Gauge, data: &Path, arguments: &[&str], written_max: u64, looks: u64) -> bool {
    let mut command = bin::command(data, arguments);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts");
    let before = gauge.written();
    for _ in 0..looks {
        if let Some(status) = child.try_wait().expect("a child") {
            assert!(status.success(), "assay {arguments:?} failed after a kill: {status}");
            return false;
        }
        if gauge.written() >= before.saturating_add(written_max) {
            break;
        }
        std::thread::yield_now();
    }
    child.kill().expect("killed");
    !child.wait().expect("a child").success()
}

/// Kills a command again and again, in turns by what it has written and by how often it was looked at.
fn torment(folder: &Folder, arguments: &[&str], written_max: u64, dice: &mut Dice) {
    let (kills, mut killed, mut gauge) = (kills(), 0, Gauge::of(folder));
    // Small enough that the last kills still find something undone.
    let share = usize::try_from(written_max * 2 / kills + 1).expect("a size");
    for turn in 0..20 * kills {
        if killed == kills {
            break;
        }
        let looks = gauge.looks(1_u64 << (6 + dice.below(12)));
        let most = 1 + dice.below(share) as u64;
        let (most, looks) = if turn % 2 == 0 { (most, u64::MAX) } else { (u64::MAX, looks) };
        killed += u64::from(kill(&mut gauge, &folder.data(), arguments, most, looks));
    }
    println!("assay {} was killed {killed} times", arguments.first().copied().unwrap_or_default());
    assert_eq!(killed, kills, "assay {arguments:?} ended before it could be killed as often");
}

/// The canonical dump, line by line.
fn dump(folder: &Folder) -> Vec<String> {
    let path: PathBuf = folder.data().join("dump.txt");
    folder.ok(&["dump", "--to", path.to_str().expect("a path")]);
    std::fs::read_to_string(path).expect("the dump").lines().map(str::to_owned).collect()
}

fn compare(calm: &Folder, killed: &Folder, when: &str) {
    let (calm, killed) = (dump(calm), dump(killed));
    let differs = calm.iter().zip(&killed).find(|(calm, killed)| calm != killed);
    assert_eq!(differs, None, "the first difference after {when}");
    assert_eq!(calm.len(), killed.len(), "after {when}");
    assert!(calm.len() > 1_000, "{} lines after {when}", calm.len());
}

#[test]
fn killed_again_and_again_it_ends_as_if_nothing_had_happened() {
    let (calm, log) = waiting();
    let mut gauge = Gauge::of(&calm);
    let before = gauge.written();
    calm.ok(&row(&[&["import", "csv", &log], &MAPPING]));
    let imported = gauge.written();
    agree(&calm);
    let agreed = gauge.written();

    let mut dice = Dice::new(17);
    let (killed, log) = waiting();
    let import = row(&[&["import", "csv", &log], &MAPPING]);
    torment(&killed, &import, imported - before, &mut dice);
    killed.ok(&import);
    compare(&calm, &killed, "the import");
    agree(&killed);

    calm.ok(&BILL);
    let billed = gauge.written().saturating_sub(agreed).max(1 << 16);
    torment(&killed, &BILL, billed / 2, &mut dice);
    killed.ok(&BILL);
    compare(&calm, &killed, "the bills");
    let numbers = |folder: &Folder| -> Vec<Value> {
        let listed = folder.json(&["invoice", "list"]);
        listed.as_array().expect("invoices").iter().map(|invoice| invoice["number"].clone()).collect()
    };
    assert_eq!(numbers(&killed), numbers(&calm), "numbers without gaps");
}
