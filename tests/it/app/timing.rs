//! Timing: deadlines, holdbacks and horizons on the facts' own time, and timers that fire once, however late.

use assay_app::{Assay, Caller};
use assay_domain::{
    definition::Timing,
    manifest::EventType,
    time::{Duration, Limit},
};
use assay_tests::{
    assay::{Installation, at},
    components,
    hostile::{Hostile, Success, Verdict},
};

use super::{
    stage::{ORDINARY, Stage},
    support::{accept, drain, dump, event, number},
};

const A_WEEK: Timing = Timing { deadline: Limit::Limited(Duration::days(7)), ..ORDINARY };
const TWO_DAYS: Timing = Timing { deadline: Limit::Limited(Duration::days(2)), ..ORDINARY };
const THREE_DAYS_HELD: Timing = Timing { settles_after: Duration::days(3), ..ORDINARY };
const TEN_DAYS_REVERSIBLE: Timing = Timing { reversible_for: Limit::Limited(Duration::days(10)), ..ORDINARY };
const EVER: Timing = Timing { deadline: Limit::Unlimited, settles_after: Duration::ZERO, reversible_for: Limit::Unlimited };

/// From when the definitions are in force.
const FROM: &str = "2016-01-01T00:00:00Z";

/// Says one thing of an odd number of events that tell something, and another of an even number.
fn by_turns(odd: Verdict, even: Verdict) -> Hostile {
    let read = EventType { kind: "ticket.told".into(), fields: Vec::new() };
    let mut rule = Hostile::unexamined().reads(Ok(&[read])).verdict(odd);
    let even = rule.place(&even.answer());
    rule.evaluate(format!("(if (i32.eqz (i32.and (local.get $events-len) (i32.const 1))) (then (return (i32.const {even}))))"))
}

/// A success at the opening of every interaction here.
fn earned() -> Verdict {
    Verdict::success(Success::at(at("2016-03-01T08:00:00Z").micros()))
}

/// Earned by the first event that tells something, lost by the second, earned again by the third.
fn fickle() -> Hostile {
    by_turns(earned(), Verdict::pending(None))
}

async fn define(stage: &Stage, slug: &str, rule: Hostile, timing: Timing) {
    stage.installation.define_hostile(&stage.installation.caller, slug, rule, timing, FROM).await;
}

#[tokio::test]
async fn each_definition_keeps_its_own_time() {
    let mut stage = Stage::new(&[], ORDINARY).await;
    stage.define("held", &[], THREE_DAYS_HELD, FROM).await;
    stage.define("tight", &[], TWO_DAYS, FROM).await;
    stage
        .play(
            "
        > 03-01 08:00 T1 opened   acme
        > 03-02 09:00 T1 resolved acme
        @ 03-02 12:00
        = T1 acme fixed@1 open awaiting-window
        = T1 acme held@1 open awaiting-window
        = T1 acme tight@1 open awaiting-window
        ~ acme fixed attempt +1 03-01 08:00 T1
        ~ acme held attempt +1 03-01 08:00 T1
        ~ acme tight attempt +1 03-01 08:00 T1
        @ 03-03 08:00
        = T1 acme fixed@1 open awaiting-window
        = T1 acme held@1 open awaiting-window
        = T1 acme tight@1 failed deadline
        @ 03-03 09:00
        = T1 acme fixed@1 final resolved 03-03 09:00
        = T1 acme held@1 provisional resolved 03-03 09:00
        = T1 acme tight@1 failed deadline
        ~ acme fixed outcome +1 03-03 09:00 T1
        ~ acme held outcome +1 03-06 09:00 T1
        @ 03-06 08:59
        = T1 acme fixed@1 final resolved 03-03 09:00
        = T1 acme held@1 provisional resolved 03-03 09:00
        = T1 acme tight@1 failed deadline
        @ 03-06 09:00
        = T1 acme fixed@1 final resolved 03-03 09:00
        = T1 acme held@1 final resolved 03-03 09:00
        = T1 acme tight@1 failed deadline
        > 03-02 20:00 T1 reopened acme
        @ 03-06 12:00
        = T1 acme fixed@1 open unresolved
        = T1 acme held@1 open unresolved
        = T1 acme tight@1 failed deadline
        ~ acme fixed outcome -1 03-03 09:00 T1
        ~ acme held outcome -1 03-06 09:00 T1
    ",
        )
        .await;
}

/// What opened earlier than was known had its deadline earlier too.
#[tokio::test]
async fn a_late_opening_moves_the_deadline() {
    let mut stage = Stage::new(&[], A_WEEK).await;
    stage
        .play(
            "
        > 03-05 08:00 T1 opened     acme
        > 03-10 10:00 T1 resolved   acme
        @ 03-12 00:00
        = T1 acme fixed@1 final resolved 03-11 10:00
        ~ acme fixed attempt +1 03-05 08:00 T1
        ~ acme fixed outcome +1 03-11 10:00 T1
        > 03-03 08:00 T1 note.added -
        @ 03-12 00:00
        = T1 acme fixed@1 failed deadline late 1
        ~ acme fixed attempt +1 03-03 08:00 T1
        ~ acme fixed attempt -1 03-05 08:00 T1
        ~ acme fixed outcome -1 03-11 10:00 T1
    ",
        )
        .await;
}

#[tokio::test]
async fn a_fact_at_the_deadline_is_in_time_however_late_it_is_told() {
    let mut stage = Stage::new(&[("window", "PT0S")], A_WEEK).await;
    stage
        .play(
            "
        > 03-01 08:00 T1 opened   acme
        > 03-01 08:00 T2 opened   acme
        @ 03-08 07:59
        = T1 acme fixed@1 open unresolved
        = T2 acme fixed@1 open unresolved
        ~ acme fixed attempt +1 03-01 08:00 T1
        ~ acme fixed attempt +1 03-01 08:00 T2
        @ 03-08 08:00
        = T1 acme fixed@1 failed deadline
        = T2 acme fixed@1 failed deadline
        > 03-08 08:00 T1 resolved acme
        > 03-08 08:01 T2 resolved acme
        @ 03-08 09:00
        = T1 acme fixed@1 final resolved 03-08 08:00
        = T2 acme fixed@1 failed deadline late 1
        ~ acme fixed outcome +1 03-08 08:00 T1
    ",
        )
        .await;
}

#[tokio::test]
async fn a_fact_at_the_horizon_still_takes_the_success_back() {
    let mut stage = Stage::bare().await;
    define(&stage, "fickle", fickle(), TEN_DAYS_REVERSIBLE).await;
    stage
        .play(
            "
        > 03-01 08:00 T1 told acme
        > 03-01 08:00 T2 told acme
        @ 03-01 09:00
        = T1 acme fickle@1 final because 03-01 08:00
        = T2 acme fickle@1 final because 03-01 08:00
        ~ acme fickle attempt +1 03-01 08:00 T1
        ~ acme fickle attempt +1 03-01 08:00 T2
        ~ acme fickle outcome +1 03-01 08:00 T1
        ~ acme fickle outcome +1 03-01 08:00 T2
        > 03-11 08:00 T1 told acme
        > 03-11 08:01 T2 told acme
        @ 03-12 00:00
        = T1 acme fickle@1 open because
        = T2 acme fickle@1 final because 03-01 08:00 late 1
        ~ acme fickle outcome -1 03-01 08:00 T1
        > 03-12 12:00 T2 told acme
        @ 05-30 08:00
        = T1 acme fickle@1 failed deadline
        = T2 acme fickle@1 final because 03-01 08:00 late 2
    ",
        )
        .await;
}

/// Before the deadline what was lost may be earned again; from it on it may only be lost.
#[tokio::test]
async fn a_success_across_the_deadline_is_lost_for_good() {
    let mut stage = Stage::bare().await;
    define(&stage, "fickle", fickle(), A_WEEK).await;
    stage
        .play(
            "
        > 03-01 08:00 T1 told acme
        > 03-01 08:00 T2 told acme
        > 03-01 08:00 T3 told acme
        @ 03-02 00:00
        = T1 acme fickle@1 final because 03-01 08:00
        = T2 acme fickle@1 final because 03-01 08:00
        = T3 acme fickle@1 final because 03-01 08:00
        ~ acme fickle attempt +1 03-01 08:00 T1
        ~ acme fickle attempt +1 03-01 08:00 T2
        ~ acme fickle attempt +1 03-01 08:00 T3
        ~ acme fickle outcome +1 03-01 08:00 T1
        ~ acme fickle outcome +1 03-01 08:00 T2
        ~ acme fickle outcome +1 03-01 08:00 T3
        > 03-03 00:00 T3 told acme
        @ 03-03 12:00
        = T1 acme fickle@1 final because 03-01 08:00
        = T2 acme fickle@1 final because 03-01 08:00
        = T3 acme fickle@1 open because
        ~ acme fickle outcome -1 03-01 08:00 T3
        > 03-04 00:00 T3 told acme
        > 03-08 08:00 T2 told acme
        @ 03-08 08:00
        = T1 acme fickle@1 final because 03-01 08:00
        = T2 acme fickle@1 failed deadline
        = T3 acme fickle@1 final because 03-01 08:00
        ~ acme fickle outcome +1 03-01 08:00 T3
        ~ acme fickle outcome -1 03-01 08:00 T2
        > 03-09 00:00 T1 told acme
        @ 03-09 00:00
        = T1 acme fickle@1 failed deadline
        = T2 acme fickle@1 failed deadline
        = T3 acme fickle@1 final because 03-01 08:00
        ~ acme fickle outcome -1 03-01 08:00 T1
        > 03-10 00:00 T1 told acme
        > 04-05 00:00 T3 told acme
        @ 04-10 00:00
        = T1 acme fickle@1 failed deadline late 1
        = T2 acme fickle@1 failed deadline
        = T3 acme fickle@1 final because 03-01 08:00 late 1
    ",
        )
        .await;
}

#[tokio::test]
async fn what_is_decided_at_the_deadline_stands_with_its_own_reason() {
    let mut stage = Stage::bare().await;
    for (slug, decision) in [("failing", 1), ("other", 4), ("unclear", 3)] {
        define(&stage, slug, by_turns(Verdict::bare(decision), earned()), A_WEEK).await;
    }
    stage
        .play(
            "
        > 03-01 08:00 T1 told acme
        > 03-01 08:00 T2 told acme
        @ 03-02 00:00
        = T1 acme failing@1 failed because
        = T1 acme other@1 not-eligible because
        = T1 acme unclear@1 indeterminate because
        = T2 acme failing@1 failed because
        = T2 acme other@1 not-eligible because
        = T2 acme unclear@1 indeterminate because
        ~ acme failing attempt +1 03-01 08:00 T1
        ~ acme failing attempt +1 03-01 08:00 T2
        > 03-08 08:00 T2 told acme
        @ 03-08 08:00
        = T1 acme failing@1 failed because
        = T1 acme other@1 not-eligible because
        = T1 acme unclear@1 indeterminate because
        = T2 acme failing@1 final because 03-01 08:00
        = T2 acme other@1 final because 03-01 08:00
        = T2 acme unclear@1 final because 03-01 08:00
        ~ acme failing outcome +1 03-01 08:00 T2
        ~ acme other attempt +1 03-01 08:00 T2
        ~ acme other outcome +1 03-01 08:00 T2
        ~ acme unclear attempt +1 03-01 08:00 T2
        ~ acme unclear outcome +1 03-01 08:00 T2
        > 03-08 08:01 T1 told acme
        @ 06-15 00:00
        = T1 acme failing@1 failed because late 1
        = T1 acme other@1 not-eligible because late 1
        = T1 acme unclear@1 indeterminate because late 1
        = T2 acme failing@1 final because 03-01 08:00
        = T2 acme other@1 final because 03-01 08:00
        = T2 acme unclear@1 final because 03-01 08:00
    ",
        )
        .await;
}

/// An incident that does not say how it stands cannot be judged; after the deadline it changes nothing.
#[tokio::test]
async fn a_missing_field_is_a_reason_of_its_own_at_the_deadline() {
    let mut stage = Stage::new(&[], A_WEEK).await;
    stage
        .play(
            "
        > 03-01 08:00 T1 incident.updated acme
        > 03-01 08:00 T2 opened           acme
        @ 03-02 00:00
        = T1 acme fixed@1 indeterminate missing-field
        = T2 acme fixed@1 open unresolved
        ~ acme fixed attempt +1 03-01 08:00 T2
        @ 03-08 08:00
        = T1 acme fixed@1 indeterminate missing-field
        = T2 acme fixed@1 failed deadline
        > 03-09 00:00 T1 resolved         acme
        > 03-09 00:00 T2 incident.updated acme
        @ 03-12 00:00
        = T1 acme fixed@1 indeterminate missing-field late 1
        = T2 acme fixed@1 failed deadline late 1
    ",
        )
        .await;
}

#[tokio::test]
async fn without_limits_nothing_is_ever_sealed_and_no_timer_runs() {
    let mut stage = Stage::bare().await;
    define(&stage, "ever", fickle(), EVER).await;
    define(&stage, "month", fickle(), ORDINARY).await;
    stage
        .play(
            "
        > 03-01 08:00 T1 told acme
        @ 03-02 00:00
        = T1 acme ever@1 final because 03-01 08:00
        = T1 acme month@1 final because 03-01 08:00
        ~ acme ever attempt +1 03-01 08:00 T1
        ~ acme ever outcome +1 03-01 08:00 T1
        ~ acme month attempt +1 03-01 08:00 T1
        ~ acme month outcome +1 03-01 08:00 T1
        > 12-30 00:00 T1 told acme
        @ 12-30 00:00
        = T1 acme ever@1 open because
        = T1 acme month@1 final because 03-01 08:00 late 1
        ~ acme ever outcome -1 03-01 08:00 T1
        > 12-30 12:00 T1 told acme
        @ 12-31 00:00
        = T1 acme ever@1 final because 03-01 08:00
        = T1 acme month@1 final because 03-01 08:00 late 2
        ~ acme ever outcome +1 03-01 08:00 T1
    ",
        )
        .await;
    assert_eq!(number(&stage.installation, "select count(*) from interactions where due_at is not null").await, 0);
}

/// Has itself woken on the 10th and on the 20th of March, when it succeeds.
fn woken_twice() -> Hostile {
    let [tenth, twentieth] = ["2016-03-10T00:00:00Z", "2016-03-20T00:00:00Z"].map(|text| at(text).micros());
    let read = EventType { kind: "ticket.opened".into(), fields: Vec::new() };
    let mut rule = Hostile::unexamined().reads(Ok(&[read])).verdict(Verdict::success(Success::at(twentieth)));
    let waits = [tenth, twentieth].map(|until| (until, rule.place(&Verdict::pending(Some(until)).answer())));
    let before = |(until, answer): (i64, u32)| {
        format!("(if (i64.lt_s (local.get $as-of) (i64.const {until})) (then (return (i32.const {answer}))))")
    };
    rule.evaluate(waits.map(before).concat())
}

/// A vendor whose tickets wait for windows, wakes, holdbacks and deadlines; one of them has not even happened yet.
async fn vendor(installation: &Installation, slug: &str) -> Caller {
    let caller = installation.tenant(slug).await;
    installation.clock.set(at("2016-03-01T12:00:00Z"));
    for (slug, timing) in [("fixed", ORDINARY), ("held", THREE_DAYS_HELD), ("tight", A_WEEK)] {
        installation.define(&caller, slug, &[], timing, FROM).await;
    }
    installation.define_hostile(&caller, "twice", woken_twice(), ORDINARY, FROM).await;
    let told = [("T1", "opened", "08:00"), ("T1", "resolved", "10:00"), ("T2", "opened", "08:00"), ("T3", "opened", "12:04")];
    let told = told.map(|(subject, kind, time)| {
        let when = at(&format!("2016-03-01T{time}:00Z"));
        event(subject, &format!("{subject}-{kind}"), &format!("ticket.{kind}"), when, Some("acme"))
    });
    accept(installation, &caller, Vec::from(told)).await;
    drain(installation, &caller).await;
    caller
}

async fn evaluations(installation: &Installation, caller: &Caller) -> i64 {
    number(installation, &format!("select count(*) from evaluations where tenant = {}", caller.tenant.0)).await
}

/// Judged every day for half a year, or once at its end by a process that knows of nothing but the database: it ends alike.
#[tokio::test]
async fn timers_that_fire_months_late_in_another_process_end_as_if_they_had_fired_in_time() {
    let installation = Installation::new("2016-03-01T12:00:00Z").await;
    let daily = vendor(&installation, "daily").await;
    let start = at("2016-03-01T12:00:00Z");
    for day in 1..=150 {
        installation.clock.set(start.plus(Duration::days(day)));
        drain(&installation, &daily).await;
        assert_eq!(installation.assay.waiting(&daily).await.expect("a number"), 0, "on day {day}");
    }
    // T1 is asked 2, 3, 2 and 3 times, the others 2, 2, 2 and 3 times: each timer fired once.
    assert_eq!(evaluations(&installation, &daily).await, 10 + 9 + 9);

    let late = vendor(&installation, "late").await;
    installation.clock.set(start.plus(Duration::days(150)));
    let store = installation.open().await;
    let other = Assay::new(store, components::engine().clone(), installation.world(), 1).expect("a service");
    assert_eq!(other.waiting(&late).await.expect("a number"), 3);
    assert_eq!(other.drain(&late, |_| {}).await.expect("judged").judged, 3);
    assert_eq!(other.drain(&late, |_| {}).await.expect("judged").judged, 0, "they fire once");
    assert_eq!(drain(&installation, &late).await.judged, 0, "and in one process");
    other.close().await;
    // What is past several wakes is asked once: the first two for the second time, the third for the first.
    assert_eq!(evaluations(&installation, &late).await, 8 + 8 + 4);
    assert_eq!(dump(&installation, &late).await, dump(&installation, &daily).await);
}
