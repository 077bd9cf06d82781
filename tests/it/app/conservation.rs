//! Every accepted event is in exactly one class and every cent is accounted for, at any time; what does not add up is named.

use assay_app::ConservationReport;
use assay_domain::{
    definition::Timing,
    event::NewEvent,
    time::{Duration, Timestamp},
};
use assay_tests::{
    assay::{Installation, at},
    hostile::{Hostile, Verdict},
};
use serde_json::json;

use super::{
    corrections::{billed, prepared, resolve},
    stage::ORDINARY,
    support::{accept, alter, bill, card, complaint, drain, event, ingest, standard, tickets},
};

/// What is earned settles ten days later.
const HOLDBACK: Timing = Timing { settles_after: Duration::days(10), ..ORDINARY };

/// Traps on an odd number of events, and is not about an even one.
fn odd() -> Hostile {
    let traps = "(if (i32.and (local.get $events-len) (i32.const 1)) (then (unreachable)))";
    Hostile::unexamined().verdict(Verdict::bare(4)).evaluate(traps)
}

/// Events of one interaction: kind and time in April 2016, or a whole time.
fn told(subject: &str, customer: Option<&str>, events: &[(&str, &str)]) -> Vec<NewEvent> {
    let when = |text: &str| if text.len() > 8 { at(text) } else { at(&format!("2016-04-{text}:00Z")) };
    let one = |(n, (kind, time)): (usize, &(&str, &str))| event(subject, &format!("{subject}-{n}"), kind, when(time), customer);
    events.iter().enumerate().map(one).collect()
}

/// An event in every class, on 2016-04-20: March is billed, and two events were told after everything was judged.
async fn every_class() -> Installation {
    let installation = Installation::new("2016-03-01T00:00:00Z").await;
    let Installation { assay, caller, clock, .. } = &installation;
    installation.define(caller, "fixed", &[], HOLDBACK, "2016-01-01T00:00:00Z").await;
    installation.define_hostile(caller, "odd", odd(), ORDINARY, "2016-01-01T00:00:00Z").await;
    clock.set(at("2016-04-02T00:00:00Z"));
    accept(&installation, caller, tickets("acme", 2, 1)).await;
    drain(&installation, caller).await;
    installation.agree(caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
    bill(&installation, caller, "2016-03").await;

    clock.set(at("2016-04-20T00:00:00Z"));
    let (acme, globex) = (Some("acme"), Some("globex"));
    let note = ("note.added", "2016-01-06T00:00:00Z");
    let events = [
        told("billable", acme, &[("ticket.opened", "02T08:00"), ("ticket.resolved", "02T10:00")]),
        told("provisional", acme, &[("ticket.opened", "15T08:00"), ("ticket.resolved", "15T10:00"), ("ticket.closed", "15T11:00")]),
        told("failed", acme, &[("ticket.opened", "2016-01-05T00:00:00Z"), note, note, note, note]),
        told("indeterminate", acme, &[("incident.updated", "10T08:00")]),
        told("quarantined", globex, &[("ping", "10T08:00"), ("ping", "10T08:01"), ("ping", "10T08:02")]),
        told("not-eligible", globex, &[("ping", "10T08:00"), ("ping", "10T08:01")]),
        told("unassigned", None, &[("ticket.opened", "10T08:00")]),
        told("wrong", acme, &[("ticket.opened", "10T08:00")]),
        told("withheld", acme, &[("ticket.opened", "20T00:03")]),
    ];
    accept(&installation, caller, events.concat()).await;
    drain(&installation, caller).await;
    let right = event("wrong", "right", "ticket.opened", at("2016-04-11T08:00:00Z"), acme);
    assay.supersede(caller, "test wrong-0", right, "a typing error").await.expect("superseded");
    drain(&installation, caller).await;
    accept(&installation, caller, told("waiting", acme, &[("ticket.opened", "19T08:00"), ("ticket.resolved", "19T10:00")])).await;
    let otherwise = event("acme-1", "acme-1-opened", "ticket.closed", at("2016-03-02T00:01:00Z"), acme);
    assert_eq!(ingest(&installation, caller, vec![otherwise]).await, ["conflict"]);
    installation
}

/// What is reported of a time, or of now; it must add up.
async fn report(installation: &Installation, as_of: Option<Timestamp>) -> ConservationReport {
    let report = installation.assay.conservation(&installation.caller, as_of).await.expect("a report");
    let failing: Vec<_> = report.equations.iter().filter(|equation| !equation.holds).collect();
    assert!(failing.is_empty(), "{as_of:?}: {failing:?}");
    assert_eq!(report.classes.iter().map(|(_, events)| events).sum::<u64>(), report.events, "{as_of:?}");
    report
}

/// The classes that are not empty.
fn classes(report: &ConservationReport) -> String {
    let found = report.classes.iter().filter(|(_, events)| *events > 0);
    found.map(|(class, events)| format!("{class} {events}")).collect::<Vec<_>>().join(", ")
}

const EVERY_CLASS: &str = "superseded 1, withheld 1, waiting 2, unread 4, unassigned 1, quarantined 3, billed 2, billable 2, provisional 3, \
     open 2, failed 1, indeterminate 1, not-eligible 2";

#[tokio::test]
async fn each_class_has_its_events() {
    let installation = every_class().await;
    let report = report(&installation, None).await;
    assert_eq!(classes(&report), EVERY_CLASS);
    assert_eq!((report.events, report.conflicts), (25, 1));
    let other = installation.tenant("other").await;
    let nothing = installation.assay.conservation(&other, None).await.expect("a report");
    assert_eq!((nothing.events, nothing.conflicts, nothing.money.len(), nothing.holds()), (0, 0, 0, true));
}

#[tokio::test]
async fn what_was_known_is_reported_the_same_for_ever() {
    let installation = every_class().await;
    let Installation { assay, caller, clock, .. } = &installation;
    let then = report(&installation, None).await;
    clock.set(at("2016-05-02T00:00:00Z"));
    bill(&installation, caller, "2016-04").await;
    let later = report(&installation, Some(then.as_of)).await;
    assert_eq!((classes(&later), &later.money, later.conflicts), (classes(&then), &then.money, then.conflicts));

    let settled = "superseded 1, unread 4, unassigned 1, quarantined 3, billed 9, open 3, failed 1, indeterminate 1, not-eligible 2";
    let rows = [
        ("before anything", "2016-03-15T00:00:00Z", 0, ""),
        ("when March was billed", "2016-04-02T00:00:00Z", 3, "billed 2, open 1"),
        ("between", "2016-04-10T00:00:00Z", 3, "billed 2, open 1"),
        ("when most was told", "2016-04-20T00:00:00Z", 25, EVERY_CLASS),
        (
            "when what was withheld had happened",
            "2016-04-25T00:00:00Z",
            25,
            "superseded 1, waiting 3, unread 4, unassigned 1, quarantined 3, billed 2, billable 2, provisional 3, open 2, failed 1, \
             indeterminate 1, not-eligible 2",
        ),
        (
            "when the holdback was over",
            "2016-04-27T00:00:00Z",
            25,
            "superseded 1, waiting 3, unread 4, unassigned 1, quarantined 3, billed 2, billable 5, open 2, failed 1, indeterminate 1, \
             not-eligible 2",
        ),
        ("now", "2016-05-02T00:00:00Z", 25, settled),
    ];
    for (name, as_of, events, expected) in rows {
        let found = report(&installation, Some(at(as_of))).await;
        assert_eq!((found.events, classes(&found).as_str()), (events, expected), "{name}");
    }
    clock.set(at("2016-05-03T00:00:00Z"));
    assert_eq!(classes(&report(&installation, Some(at("2016-05-02T00:00:00Z"))).await), settled, "now is past");
    let future = complaint(assay.conservation(caller, Some(at("2016-05-04T00:00:00Z"))).await);
    assert!(future.contains("as_of") && future.contains("is in the future"), "{future}");
}

/// What is posted, what is still to be, and the classes.
fn in_short(report: &ConservationReport) -> String {
    let money = &report.money[0];
    format!("posted {}, due {}, owed {}; {}", money.posted.decimal(), money.due.decimal(), money.receivable.decimal(), classes(report))
}

#[tokio::test]
async fn every_cent_is_posted_or_still_to_be() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, clock, .. } = &installation;
    let mut found = vec![in_short(&report(&installation, None).await)];
    clock.set(at("2016-05-02T00:00:00Z"));
    resolve(&installation, "late").await;
    drain(&installation, caller).await;
    found.push(in_short(&report(&installation, None).await));
    bill(&installation, caller, "2016-04").await;
    found.push(in_short(&report(&installation, None).await));
    clock.set(at("2016-05-10T00:00:00Z"));
    assay.void_invoice(caller, "INV-000003", "a mistake").await.expect("voided");
    assay.pay_invoice(caller, "INV-000001", "transfer 17").await.expect("paid");
    let voided = report(&installation, None).await;
    found.push(in_short(&voided));
    assert_eq!((voided.money[0].voided.decimal(), voided.money[0].paid.decimal()), ("500.99".into(), "500.99".into()));
    clock.set(at("2016-06-02T00:00:00Z"));
    bill(&installation, caller, "2016-05").await;
    found.push(in_short(&report(&installation, None).await));
    let expected = [
        "posted 1001.98, due 0.00, owed 1001.98; billed 4",
        "posted 1001.98, due 0.99, owed 1001.98; billed 4, billable 2",
        "posted 2002.97, due 0.00, owed 2002.97; billed 6",
        "posted 1501.98, due 500.99, owed 1000.99; billed 4, billable 2",
        "posted 3002.97, due 0.00, owed 2501.98; billed 6",
    ];
    assert_eq!(found, expected);
    for (as_of, expected) in ["2016-04-10", "2016-05-02", "2016-05-20"].into_iter().zip([&expected[0], &expected[2], &expected[3]]) {
        let found = report(&installation, Some(at(&format!("{as_of}T00:00:00Z")))).await;
        assert_eq!(in_short(&found), *expected, "{as_of}");
    }
}

#[tokio::test]
async fn an_event_that_a_price_counts_by_itself_is_billed_though_no_definition_reads_it() {
    let calls = json!({ "code": "calls", "label": "Calls", "model": "unit", "meter": { "events": "llm.call" }, "price": "0.01" });
    let installation = prepared(&["acme"], &card("calls", json!([calls]))).await;
    let caller = &installation.caller;
    let call = |n: u32| event("acme-0", &format!("call-{n}"), "llm.call", at("2016-03-05T00:00:00Z"), None);
    accept(&installation, caller, (0..3).map(call).collect()).await;
    drain(&installation, caller).await;
    assert_eq!(classes(&report(&installation, None).await), "billable 5");
    bill(&installation, caller, "2016-03").await;
    assert_eq!(classes(&report(&installation, None).await), "billed 5");
}

#[tokio::test]
async fn damage_is_named() {
    let lost = "delete from usage where id = (select min(id) from usage where meter = 'outcome')";
    let rows: [(&str, &str, &[&str]); 5] = [
        (
            "a lost success",
            lost,
            &[
                "decided under fixed",
                "decided of itn_",
                "successes that stand under fixed",
                "2016-03 under agr_",
                "cost of what documents counted",
            ],
        ),
        (
            "an altered line",
            "update invoice_lines set amount = amount + 1 where id = 1",
            &["invoices - credit notes - voided = lines that stand (USD)", "2016-03 under agr_", "cost of what documents counted"],
        ),
        (
            "a lost transfer",
            "delete from transfers where id = 1",
            &["revenue + tax = posted (USD)", "receivable = posted - wallet draws - payments (USD)"],
        ),
        (
            "an event of nothing",
            "update events set interaction = 999 where source_id = 'acme-0-resolved'",
            &["events accepted = events in a class"],
        ),
        (
            "an altered outcome",
            "update outcomes set quantity = 2 * quantity where interaction = (select min(interaction) from outcomes)",
            &["successes that stand under fixed"],
        ),
    ];
    for (name, damage, expected) in rows {
        let installation = billed(&standard()).await;
        report(&installation, None).await;
        alter(&installation, damage).await;
        let report = installation.assay.conservation(&installation.caller, None).await.expect("a report");
        let failing: Vec<_> = report.equations.iter().filter(|equation| !equation.holds).map(|equation| equation.name.as_str()).collect();
        assert!(!report.holds(), "{name}");
        for part in expected {
            assert!(failing.iter().any(|found| found.contains(part)), "{name}: {part:?} is not among {failing:?}");
        }
    }
}
