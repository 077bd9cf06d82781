//! What must hold in the end: the product's own accounts of itself, what was acknowledged, who settled what, and that all of it is what an
//! undisturbed installation makes of the same events.

use std::collections::{BTreeMap, BTreeSet};

use assay_app::{Assay, Caller};
use assay_domain::{
    event::{Disposition, NewEvent},
    period::BillingPeriod,
};
use assay_store::{Opening, Store};
use tempfile::TempDir;
use tokio::runtime::Builder;

use super::{
    installation,
    run::{Plan, Site},
    witness::Witness,
};

/// Events that the undisturbed installation is told at once.
const BATCH: usize = 5_000;

/// Settlements by somebody who had not the lease of just that revision.
const UNFENCED: &str = "select count(*) from witness s where s.kind = 'settled' and not exists (select 1 from witness t \
    where t.kind = 'taken' and t.interaction = s.interaction and t.revision = s.revision - 1 and t.holder = s.holder)";

/// What the report counts, and how.
const COUNTED: [(&str, &str); 7] = [
    ("events", "select count(*) from events"),
    ("times that an interaction was taken in hand", "select count(*) from witness where kind = 'taken'"),
    ("times that one was settled", "select count(*) from witness where kind = 'settled'"),
    ("successes", "select count(*) from outcomes where state = 'final'"),
    ("months billed", "select count(*) from billing_runs where state = 'finished'"),
    ("invoices", "select count(*) from invoices where corrects is null"),
    ("credit notes", "select count(*) from invoices where corrects is not null"),
];

/// One thing that must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What it is.
    pub name: String,
    /// What was looked at, or what is wrong.
    pub found: Result<String, String>,
}

impl Check {
    fn new(name: impl Into<String>, found: Result<String, String>) -> Self {
        Self { name: name.into(), found }
    }
}

/// How much went on.
pub(super) fn counts(site: &Site, witness: &mut Witness) -> Vec<(&'static str, i64)> {
    let sent = [("batches acknowledged", site.load.batches()), ("tries that took", site.load.tries())];
    let sent = sent.map(|(what, count)| (what, i64::try_from(count).expect("a count")));
    sent.into_iter().chain(COUNTED.map(|(what, sql)| (what, witness.number(sql)))).collect()
}

/// Checks everything; nobody else is at work any more.
pub(super) fn all(site: &Site, plan: &Plan, witness: &mut Witness) -> Vec<Check> {
    let told: Vec<NewEvent> = site.load.acknowledged().iter().map(|line| event(line)).collect();
    let (mut months, last) = plan.months();
    months.push(last);
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let (mut checks, found) = runtime.block_on(accounts(site));
    let expected = runtime.block_on(undisturbed(&told, &months));
    checks.push(fenced(witness));
    checks.push(stored(witness, told.len()));
    checks.push(acknowledged(&told, &found));
    checks.extend(compared(&expected, &found));
    checks
}

fn event(line: &str) -> NewEvent {
    assay_api::read_event(line.as_bytes()).expect("an event").0
}

/// What the product says of itself, and its canonical dump.
async fn accounts(site: &Site) -> (Vec<Check>, Vec<String>) {
    let store = Store::connect(&site.url, Opening::default()).await.expect("a database");
    let (assay, caller) = (installation::service(store), Caller::new(site.tenant, "chaos"));
    let report = assay.conservation(&caller, None).await.expect("a report");
    let broken: Vec<_> = report.equations.iter().filter(|equation| !equation.holds).collect();
    let adds_up = if broken.is_empty() { Ok(format!("{} equations", report.equations.len())) } else { Err(format!("{broken:?}")) };
    let audit = assay.audit_ledger(&caller).await.expect("an audit");
    let is_clean =
        if audit.violations.is_empty() { Ok(format!("{} transfers", audit.transfers)) } else { Err(format!("{:?}", audit.violations)) };
    let log = assay.verify_audit(&caller, None, |_, _| {}).await.expect("a report");
    let is_whole = log.violation.map_or_else(|| Ok(format!("{} operations", log.head.size)), |violation| Err(violation.to_string()));
    let found = dump(&assay, &caller).await;
    assay.close().await;
    let adds_up = Check::new("every event and every cent is accounted for", adds_up);
    (vec![adds_up, Check::new("the ledger", is_clean), Check::new("the audit log", is_whole)], found)
}

/// What comes of the same events told to a file, and of the same months billed after all of them.
async fn undisturbed(told: &[NewEvent], months: &[BillingPeriod]) -> Vec<String> {
    let folder = TempDir::new().expect("a temporary folder");
    let opening = Opening { is_durable: false, faults: None };
    let store = Store::open_with(&folder.path().join("assay.db"), opening).await.expect("a database");
    let assay = installation::service(store);
    let caller = installation::establish(&assay).await;
    for batch in told.chunks(BATCH) {
        let dispositions = assay.ingest(&caller, batch.to_vec()).await.expect("a batch");
        assert!(dispositions.iter().all(|disposition| *disposition == Disposition::Accepted), "an event was acknowledged as new twice");
    }
    assay.drain(&caller, |_| {}).await.expect("judged");
    for month in months {
        assay.bill(&caller, *month, |_| {}).await.expect("a bill");
    }
    let dump = dump(&assay, &caller).await;
    assay.close().await;
    dump
}

async fn dump(assay: &Assay, caller: &Caller) -> Vec<String> {
    let mut bytes = Vec::new();
    assay.dump(caller, &mut bytes).await.expect("a dump");
    String::from_utf8(bytes).expect("text").lines().map(str::to_owned).collect()
}

/// Whoever settled had the lease: one who was paused past it settled nothing.
fn fenced(witness: &mut Witness) -> Check {
    let (unfenced, settled) = (witness.number(UNFENCED), witness.number("select count(*) from witness where kind = 'settled'"));
    let found = match unfenced {
        0 if settled > 0 => Ok(format!("{settled} settlements, each by who had the lease")),
        _ => Err(format!("{unfenced} of {settled} settlements by somebody who had not the lease")),
    };
    Check::new("leases", found)
}

/// No event without its identity and its payload, and none more than were acknowledged.
fn stored(witness: &mut Witness, told: usize) -> Check {
    let counts = ["events", "identities", "payloads"].map(|table| (table, witness.number(&format!("select count(*) from {table}"))));
    let told = i64::try_from(told).expect("a count");
    let is_same = counts.iter().all(|(_, count)| *count == told);
    let said = format!("{counts:?}, and {told} events were acknowledged");
    Check::new("what is stored", if is_same { Ok(said) } else { Err(said) })
}

/// Every acknowledged event is there once.
fn acknowledged(told: &[NewEvent], dump: &[String]) -> Check {
    let mut there: BTreeMap<&str, u64> = BTreeMap::new();
    let ids = of_section(dump, "event").into_iter().filter_map(|line| line.split(' ').nth(2));
    ids.for_each(|id| *there.entry(id).or_default() += 1);
    let lost: Vec<&str> = told.iter().map(|event| event.id.as_str()).filter(|id| !there.contains_key(id)).collect();
    let doubled: Vec<&str> = there.iter().filter(|(_, count)| **count > 1).map(|(id, _)| *id).collect();
    let found = match (lost.first(), doubled.first()) {
        (None, None) => Ok(format!("{} of them", told.len())),
        _ => Err(format!("{} are lost: {lost:?}; {} are there twice: {doubled:?}", lost.len(), doubled.len())),
    };
    Check::new("each acknowledged event is there once", found)
}

/// Each section of both dumps.
fn compared(expected: &[String], found: &[String]) -> Vec<Check> {
    let sections: BTreeSet<&str> = expected.iter().chain(found).filter_map(|line| line.split(' ').next()).collect();
    let needed = ["event", "interaction", "outcome", "posting", "run", "usage"];
    let sections = sections.into_iter().chain(needed).collect::<BTreeSet<_>>();
    sections.into_iter().map(|section| same(section, &of_section(expected, section), &of_section(found, section))).collect()
}

fn of_section<'d>(dump: &'d [String], section: &str) -> Vec<&'d str> {
    dump.iter().map(String::as_str).filter(|line| line.split(' ').next() == Some(section)).collect()
}

/// Dumps are sorted, so the first lines that differ show what is missing or too much.
fn same(section: &str, expected: &[&str], found: &[&str]) -> Check {
    let differs = expected.iter().zip(found).find(|(expected, found)| expected != found);
    let verdict = match differs {
        Some((expected, found)) => Err(format!("undisturbed {expected:?}, here {found:?}")),
        None if expected.len() != found.len() => Err(format!("{} lines, undisturbed {}", found.len(), expected.len())),
        None if expected.is_empty() => Err("there is nothing to compare".to_owned()),
        None => Ok(format!("{} lines", found.len())),
    };
    Check::new(format!("undisturbed it is the same: {section}"), verdict)
}
