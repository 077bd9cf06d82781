//! The standing verdict, worked out by hand: times in days after opening, `+` and `-` one microsecond more or less.

use assay_domain::{
    definition::Timing,
    outcome::OutcomeState,
    standing::{Seal, Standing, WAKE_MIN, WAKES_MAX, Walk},
    time::{Duration, Timestamp},
    verdict::{Answer, Decision},
};

use super::rules::{Event, Rule, limit, moment, rule};

/// `R0,O5+`: what happened, and when.
fn events(text: &str) -> Vec<Event> {
    text.split(',').map(|event| (moment(&event[1..]), event.chars().next().unwrap())).collect()
}

fn timing(deadline: &str, reversible_for: &str) -> Timing {
    Timing { deadline: limit(deadline), settles_after: Duration::ZERO, reversible_for: limit(reversible_for) }
}

/// Judges what has happened by `as_of`.
fn judge(rule: &Rule, events: &[Event], timing: &Timing, as_of: Timestamp) -> Standing {
    let known: Vec<_> = events.iter().copied().filter(|(at, _)| *at <= as_of).collect();
    let times: Vec<_> = known.iter().map(|(at, _)| *at).collect();
    let walk = Walk { opened_at: Timestamp::EPOCH, times: &times, timing, as_of };
    walk.standing(|n, at| Ok::<_, ()>(rule(&known[..n], at))).unwrap()
}

/// A time as the tables write it.
fn show(at: Timestamp) -> String {
    let day = Duration::days(1).micros();
    let days = (at.micros() + day / 2).div_euclid(day);
    let sign = match at.micros() - days * day {
        0 => "",
        1 => "+",
        -1 => "-",
        other => panic!("{other} microseconds off a whole day"),
    };
    format!("{days}{sign}")
}

fn row(standing: &Standing) -> String {
    let answer = match &standing.answer {
        Answer::Verdict(verdict) => match &verdict.decision {
            Decision::Success(success) => format!("success@{}", show(success.at)),
            Decision::Pending(Some(wake)) => format!("pending@{}", show(*wake)),
            decision => decision.name().to_owned(),
        },
        Answer::RuleError(message) | Answer::MissingField(message) => message.clone(),
    };
    let seal = match standing.seal {
        None => "-",
        Some(Seal::Horizon) => "horizon",
        Some(Seal::Deadline) => "deadline",
        Some(Seal::Expired) => "expired",
    };
    format!("{answer} {} {} {seal} {}", show(standing.asked_at), standing.events, standing.asks)
}

/// One scenario a line: events, deadline, reversible for, as of; then answer, asked at, events asked about, seal, asks.
fn check(name: &str, table: &str) {
    let rule = rule(name);
    for line in table.lines().skip(2).filter(|line| !line.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [happened, deadline, reversible_for, as_of, expect @ ..] = words.as_slice() else {
            panic!("{line:?} lacks a column");
        };
        let standing = judge(&rule, &events(happened), &timing(deadline, reversible_for), moment(as_of));
        assert_eq!(row(&standing), expect.join(" "), "in {line:?}");
    }
}

#[test]
fn the_deadline_decides_once() {
    check(
        "says",
        "
        events        deadline  reversible  as-of   answer         asked  of  seal      asks
        R3            10        unlimited   5       success@3      5      1   -         1
        R3            10        unlimited   10      success@3      10     1   -         1
        R3            10        unlimited   50      success@3      10     1   -         1
        O3            10        unlimited   10-     pending        10-    1   -         1
        O3            10        unlimited   10      pending        10     1   expired   1
        O3            10        unlimited   50      pending        10     1   expired   1
        F3            10        unlimited   5       failure        5      1   -         1
        F3            10        unlimited   50      failure        10     1   deadline  1
        N3            10        unlimited   50      not-eligible   10     1   deadline  1
        I3            10        unlimited   50      indeterminate  10     1   deadline  1
        E3            10        unlimited   50      error          10     1   deadline  1
        F3,R4         10        unlimited   50      success@4      10     2   -         1
        F3,R11        10        unlimited   50      failure        10     1   deadline  1
        N3,R11        10        unlimited   50      not-eligible   10     1   deadline  1
        O0            0         unlimited   0       pending        0      1   expired   1
        R0            0         unlimited   0       success@0      0      1   -         1
        ",
    );
}

#[test]
fn an_event_at_the_deadline_is_in_time() {
    check(
        "says",
        "
        events        deadline  reversible  as-of   answer         asked  of  seal      asks
        O3,R10        10        unlimited   50      success@10     10     2   -         1
        O3,R10+       10        unlimited   50      pending        10     1   expired   1
        R3,O10        10        unlimited   50      pending        10     2   expired   1
        R3,O10,R10    10        unlimited   50      success@10     10     3   -         1
        O3,R10,O10    10        unlimited   50      pending        10     3   expired   1
        ",
    );
}

#[test]
fn a_success_across_the_deadline_may_be_lost_but_not_earned_again() {
    check(
        "says",
        "
        events        deadline  reversible  as-of   answer         asked  of  seal      asks
        R3,O12        10        unlimited   11      success@3      10     1   -         1
        R3,O12        10        unlimited   50      pending        12     2   expired   2
        R3,O12,R13    10        unlimited   50      pending        12     2   expired   2
        R3,O8,R9,O12  10        unlimited   50      pending        12     4   expired   2
        R3,O12,F13    10        unlimited   50      pending        12     2   expired   2
        R3,O12        10        30          50      pending        12     2   expired   2
        R3,O33        10        30          50      pending        33     2   expired   3
        R3,O33+       10        30          50      success@3      33+    1   horizon   2
        ",
    );
}

#[test]
fn a_horizon_that_has_passed_seals_before_the_next_event() {
    check(
        "says",
        "
        events        deadline   reversible  as-of   answer         asked  of  seal      asks
        R0            unlimited  30          1000    success@0      1000   1   -         1
        R0,O30        unlimited  30          40      pending        40     2   -         1
        R0,O30+       unlimited  30          40      success@0      30+    1   horizon   1
        R0,O31        unlimited  30          30+     success@0      30+    1   -         1
        R0,O31,R32    unlimited  30          40      success@0      31     1   horizon   1
        R10,O35       unlimited  30          50      pending        50     2   -         2
        R10,O40       unlimited  30          50      pending        50     2   -         2
        R10,O40+      unlimited  30          50      success@10     40+    1   horizon   1
        R0,O5,R9,O40  unlimited  30          50      success@9      40     3   horizon   1
        O0,O31,R32    unlimited  30          40      success@32     40     3   -         3
        F0,R31        unlimited  30          40      success@31     40     2   -         2
        R0,O0         unlimited  0           1       pending        1      2   -         1
        R0,O0+        unlimited  0           1       success@0      0+     1   horizon   1
        ",
    );
}

#[test]
fn events_of_one_time_are_told_at_once() {
    check(
        "says",
        "
        events        deadline   reversible  as-of   answer         asked  of  seal      asks
        R0,O30,R30    unlimited  30          40      success@30     40     3   -         1
        R0,R30,O30    unlimited  30          40      pending        40     3   -         1
        R0,O31,O31    unlimited  30          40      success@0      31     1   horizon   1
        O0,R31,O31    unlimited  30          40      pending        40     3   -         2
        R3,R12,O12    10         unlimited   50      pending        12     3   expired   2
        ",
    );
}

#[test]
fn without_limits_the_last_word_counts() {
    check(
        "says",
        "
        events            deadline   reversible  as-of   answer        asked  of  seal  asks
        O0                unlimited  unlimited   3000    pending       3000   1   -     1
        R0,O1000          unlimited  unlimited   3000    pending       3000   2   -     1
        R0,O1000,R2000    unlimited  unlimited   3000    success@2000  3000   3   -     1
        ",
    );
}

#[test]
fn a_window_runs_against_the_deadline_and_the_horizon() {
    check(
        "stays:2",
        "
        events     deadline  reversible  as-of   answer       asked  of  seal     asks
        R0         10        30          1       pending@2    1      1   -        1
        R0         10        30          2-      pending@2    2-     1   -        1
        R0         10        30          2       success@2    2      1   -        1
        R8         10        30          50      success@10   10     1   -        1
        R8+        10        30          50      pending@10+  10     1   expired  1
        R3,O4      10        30          50      pending      10     2   expired  1
        R3,O4,R5   10        30          50      success@7    10     3   -        1
        R3,O35     10        30          50      pending      35     2   expired  3
        R3,O35+    10        30          50      success@5    35+    1   horizon  2
        R0,O10     10        5           50      success@2    10     1   horizon  1
        R0,O7      10        5           50      pending      10     2   expired  2
        R0,O7,R8   10        5           50      success@10   10     3   -        3
        R0,O7+     10        5           50      success@2    7+     1   horizon  1
        R0,O12     10        5           50      success@2    12     1   horizon  2
        O0,R12     10        5           50      pending      10     1   expired  1
        ",
    );
}

/// Opened by an event that the rule does not read, and first read when the time to succeed was over.
#[test]
fn a_success_whose_first_read_event_is_after_the_deadline_comes_too_late() {
    let (events, timing) = (events("R12"), timing("10", "30"));
    let standing = judge(&rule("says"), &events, &timing, moment("50"));
    assert_eq!(standing.seal, Some(Seal::Expired));
    assert_eq!(OutcomeState::of(&standing, &timing, moment("50")), OutcomeState::Failed);
}

#[test]
fn a_fault_ends_the_walk() {
    let (happened, timing) = (events("R3,O33+"), timing("10", "40"));
    let times: Vec<_> = happened.iter().map(|(at, _)| *at).collect();
    let walk = Walk { opened_at: Timestamp::EPOCH, times: &times, timing: &timing, as_of: moment("50") };
    let says = rule("says");
    for faulty in 1..=3 {
        let mut asked = 0;
        let found = walk.standing(|n, at| {
            asked += 1;
            if asked == faulty { Err(asked) } else { Ok(says(&happened[..n], at)) }
        });
        let expect = if faulty <= 2 { Err(faulty) } else { Ok(2) };
        assert_eq!(found.map(|standing| standing.asks), expect);
        assert_eq!(asked, faulty.min(2));
    }
}

#[test]
fn a_rule_is_asked_again_when_it_is_due() {
    fn check(name: &str, happened: &str, limits: (&str, &str), as_of: &str, expect: Option<Timestamp>) {
        let (events, timing) = (events(happened), timing(limits.0, limits.1));
        let standing = judge(&rule(name), &events, &timing, moment(as_of));
        let times: Vec<_> = events.iter().map(|(at, _)| *at).collect();
        let walk = Walk { opened_at: Timestamp::EPOCH, times: &times, timing: &timing, as_of: moment(as_of) };
        assert_eq!(standing.due(&walk, 0), expect, "{happened} as of {as_of}");
    }
    check("stays:2", "O0", ("10", "30"), "1", Some(moment("10")));
    check("stays:2", "O0", ("unlimited", "30"), "1", None);
    check("stays:2", "R0", ("10", "30"), "1", Some(moment("2")));
    check("stays:2", "R0", ("unlimited", "30"), "1", Some(moment("2")));
    check("stays:2", "R0", ("10", "30"), "2-", Some(moment("2")));
    check("stays:20", "R0", ("10", "30"), "1", Some(moment("10")));
    check("stays:2", "R0", ("10", "30"), "2", None);
    check("stays:2", "O0", ("10", "30"), "50", None);
    check("stays:2", "R0,O40", ("unlimited", "30"), "50", None);
}

/// A rule that is asked about the same input again and again is asked less eagerly, and in the end only at the deadline.
#[test]
fn a_rule_that_wakes_itself_again_and_again_is_slowed() {
    let (happened, timing, as_of) = (events("R0"), timing("10", "30"), moment("2-"));
    let times: Vec<_> = happened.iter().map(|(at, _)| *at).collect();
    let walk = Walk { opened_at: Timestamp::EPOCH, times: &times, timing: &timing, as_of };
    let standing = judge(&rule("stays:2"), &happened, &timing, as_of);
    assert_eq!(standing.due(&walk, 1), Some(as_of.plus(WAKE_MIN)));
    assert_eq!(standing.due(&walk, WAKES_MAX - 1), Some(as_of.plus(WAKE_MIN)));
    assert_eq!(standing.due(&walk, WAKES_MAX), Some(moment("10")));
    assert_eq!((WAKE_MIN, WAKES_MAX), (Duration::seconds(60), 1_000));
}
