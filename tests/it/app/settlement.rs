//! What stands for a ticket as facts come in and time goes by, and the usage that follows.

use assay_domain::{
    definition::Timing,
    time::{Duration, Limit},
};

use super::stage::{ORDINARY, Stage};

/// Plays a table on the definition `fixed`.
async fn check(parameters: &[(&str, &str)], timing: Timing, table: &str) {
    Stage::new(parameters, timing).await.play(table).await;
}

#[tokio::test]
async fn a_resolution_counts_once_its_window_is_over() {
    check(
        &[],
        ORDINARY,
        "
        > 03-01 08:00 T1 opened   acme
        > 03-01 10:00 T1 resolved acme
        @ 03-01 12:00
        = T1 acme fixed@1 open awaiting-window
        ~ acme fixed attempt +1 03-01 08:00 T1
        @ 03-02 09:59
        = T1 acme fixed@1 open awaiting-window
        @ 03-02 10:00
        = T1 acme fixed@1 final resolved 03-02 10:00
        ~ acme fixed outcome +1 03-02 10:00 T1
        @ 08-01 00:00
        = T1 acme fixed@1 final resolved 03-02 10:00
    ",
    )
    .await;
}

#[tokio::test]
async fn a_ticket_reopened_within_its_window_starts_over() {
    check(
        &[],
        ORDINARY,
        "
        > 03-01 08:00 T1 opened   acme
        > 03-01 10:00 T1 resolved acme
        > 03-01 20:00 T1 reopened acme
        @ 03-02 00:00
        = T1 acme fixed@1 open unresolved
        ~ acme fixed attempt +1 03-01 08:00 T1
        > 03-02 09:00 T1 resolved acme
        @ 03-02 12:00
        = T1 acme fixed@1 open awaiting-window
        @ 03-03 09:00
        = T1 acme fixed@1 final resolved 03-03 09:00
        ~ acme fixed outcome +1 03-03 09:00 T1
    ",
    )
    .await;
}

#[tokio::test]
async fn without_retry_a_reopening_fails_the_ticket_for_good() {
    check(
        &[("retry", "false")],
        ORDINARY,
        "
        > 03-01 08:00 T1 opened   acme
        > 03-01 10:00 T1 resolved acme
        > 03-01 20:00 T1 reopened acme
        @ 03-02 00:00
        = T1 acme fixed@1 failed reopened
        ~ acme fixed attempt +1 03-01 08:00 T1
        > 03-02 09:00 T1 resolved acme
        @ 03-05 00:00
        = T1 acme fixed@1 failed reopened
    ",
    )
    .await;
}

#[tokio::test]
async fn a_reopening_told_late_takes_the_success_back() {
    check(
        &[],
        ORDINARY,
        "
        > 03-01 08:00 T1 opened   acme
        > 03-01 10:00 T1 resolved acme
        @ 03-05 00:00
        = T1 acme fixed@1 final resolved 03-02 10:00
        ~ acme fixed attempt +1 03-01 08:00 T1
        ~ acme fixed outcome +1 03-02 10:00 T1
        > 03-01 22:00 T1 reopened acme
        @ 03-05 00:00
        = T1 acme fixed@1 open unresolved
        ~ acme fixed outcome -1 03-02 10:00 T1
        > 03-05 12:00 T1 resolved acme
        @ 03-07 00:00
        = T1 acme fixed@1 final resolved 03-06 12:00
        ~ acme fixed outcome +1 03-06 12:00 T1
    ",
    )
    .await;
}

#[tokio::test]
async fn an_earlier_resolution_told_late_moves_the_success() {
    check(
        &[],
        ORDINARY,
        "
        > 03-01 08:00 T1 opened   acme
        > 03-04 10:00 T1 resolved acme
        @ 03-06 00:00
        = T1 acme fixed@1 final resolved 03-05 10:00
        ~ acme fixed attempt +1 03-01 08:00 T1
        ~ acme fixed outcome +1 03-05 10:00 T1
        > 03-02 10:00 T1 resolved acme
        @ 03-06 00:00
        = T1 acme fixed@1 final resolved 03-03 10:00
        ~ acme fixed outcome +1 03-03 10:00 T1
        ~ acme fixed outcome -1 03-05 10:00 T1
    ",
    )
    .await;
}

#[tokio::test]
async fn events_after_the_horizon_are_counted_and_move_nothing() {
    check(
        &[],
        ORDINARY,
        "
        > 03-01 08:00 T1 opened   acme
        > 03-01 10:00 T1 resolved acme
        @ 03-05 00:00
        = T1 acme fixed@1 final resolved 03-02 10:00
        ~ acme fixed attempt +1 03-01 08:00 T1
        ~ acme fixed outcome +1 03-02 10:00 T1
        > 03-20 00:00 T1 reopened acme
        @ 03-20 00:00
        = T1 acme fixed@1 final resolved 03-02 10:00
        > 04-15 00:00 T1 reopened acme
        > 04-16 00:00 T1 resolved acme
        @ 04-20 00:00
        = T1 acme fixed@1 final resolved 03-02 10:00 late 2
    ",
    )
    .await;
}

/// The horizon is drawn on the facts' own time: what happened before it counts, however late it is told.
#[tokio::test]
async fn an_event_from_before_the_horizon_counts_however_late_it_is_told() {
    check(
        &[],
        ORDINARY,
        "
        > 03-01 08:00 T1 opened   acme
        > 03-01 10:00 T1 resolved acme
        > 04-15 00:00 T1 closed   acme
        @ 04-20 00:00
        = T1 acme fixed@1 final resolved 03-02 10:00 late 1
        ~ acme fixed attempt +1 03-01 08:00 T1
        ~ acme fixed outcome +1 03-02 10:00 T1
        > 03-01 22:00 T1 reopened acme
        @ 05-20 00:00
        = T1 acme fixed@1 final resolved 04-16 00:00
        ~ acme fixed outcome +1 04-16 00:00 T1
        ~ acme fixed outcome -1 03-02 10:00 T1
    ",
    )
    .await;
}

const A_WEEK: Timing = Timing { deadline: Limit::Limited(Duration::days(7)), ..ORDINARY };

#[tokio::test]
async fn a_ticket_that_meets_its_deadline_open_has_failed() {
    check(
        &[],
        A_WEEK,
        "
        > 03-01 08:00 T1 opened   acme
        @ 03-01 09:00
        = T1 acme fixed@1 open unresolved
        ~ acme fixed attempt +1 03-01 08:00 T1
        @ 03-08 07:59
        = T1 acme fixed@1 open unresolved
        @ 03-08 08:00
        = T1 acme fixed@1 failed deadline
        > 03-09 00:00 T1 resolved acme
        @ 03-20 00:00
        = T1 acme fixed@1 failed deadline late 1
        > 03-02 00:00 T1 resolved acme
        @ 03-20 00:00
        = T1 acme fixed@1 final resolved 03-03 00:00
        ~ acme fixed outcome +1 03-03 00:00 T1
    ",
    )
    .await;
}

#[tokio::test]
async fn a_window_that_ends_after_the_deadline_ends_too_late() {
    check(
        &[],
        A_WEEK,
        "
        > 03-01 08:00 T1 opened   acme
        > 03-07 07:59 T1 resolved acme
        > 03-01 08:00 T2 opened   acme
        > 03-07 08:01 T2 resolved acme
        @ 03-07 12:00
        = T1 acme fixed@1 open awaiting-window
        = T2 acme fixed@1 open awaiting-window
        ~ acme fixed attempt +1 03-01 08:00 T1
        ~ acme fixed attempt +1 03-01 08:00 T2
        @ 03-09 00:00
        = T1 acme fixed@1 final resolved 03-08 07:59
        = T2 acme fixed@1 failed deadline
        ~ acme fixed outcome +1 03-08 07:59 T1
    ",
    )
    .await;
}

#[tokio::test]
async fn without_a_deadline_a_ticket_may_stay_open() {
    check(
        &[],
        Timing { deadline: Limit::Unlimited, ..ORDINARY },
        "
        > 03-01 08:00 T1 opened   acme
        @ 03-01 09:00
        = T1 acme fixed@1 open unresolved
        ~ acme fixed attempt +1 03-01 08:00 T1
        @ 12-30 00:00
        = T1 acme fixed@1 open unresolved
        > 12-30 12:00 T1 resolved acme
        @ 12-31 12:00
        = T1 acme fixed@1 final resolved 12-31 12:00
        ~ acme fixed outcome +1 12-31 12:00 T1
    ",
    )
    .await;
}

const THREE_DAYS_HELD: Timing = Timing { settles_after: Duration::days(3), ..ORDINARY };

#[tokio::test]
async fn a_success_is_provisional_until_its_holdback_is_over() {
    check(
        &[],
        THREE_DAYS_HELD,
        "
        > 03-01 08:00 T1 opened   acme
        > 03-01 10:00 T1 resolved acme
        @ 03-02 10:00
        = T1 acme fixed@1 provisional resolved 03-02 10:00
        ~ acme fixed attempt +1 03-01 08:00 T1
        ~ acme fixed outcome +1 03-05 10:00 T1
        @ 03-05 09:59
        = T1 acme fixed@1 provisional resolved 03-02 10:00
        @ 03-05 10:00
        = T1 acme fixed@1 final resolved 03-02 10:00
    ",
    )
    .await;
}

#[tokio::test]
async fn a_success_lost_in_its_holdback_is_billed_to_nobody() {
    check(
        &[],
        THREE_DAYS_HELD,
        "
        > 03-01 08:00 T1 opened   acme
        > 03-01 10:00 T1 resolved acme
        @ 03-02 10:00
        = T1 acme fixed@1 provisional resolved 03-02 10:00
        ~ acme fixed attempt +1 03-01 08:00 T1
        ~ acme fixed outcome +1 03-05 10:00 T1
        > 03-01 20:00 T1 reopened acme
        @ 03-03 00:00
        = T1 acme fixed@1 open unresolved
        ~ acme fixed outcome -1 03-05 10:00 T1
    ",
    )
    .await;
}

#[tokio::test]
async fn an_event_of_the_near_future_waits_for_its_time() {
    check(
        &[],
        ORDINARY,
        "
        > 03-01 11:00 T1 opened   acme
        > 03-01 12:04 T1 resolved globex
        > 03-01 12:05 T2 opened   acme
        @ 03-01 12:00
        = T1 acme fixed@1 open unresolved
        ~ acme fixed attempt +1 03-01 11:00 T1
        @ 03-01 12:04
        = T1 acme fixed@1 open awaiting-window
        @ 03-01 12:05
        = T1 acme fixed@1 open awaiting-window
        = T2 acme fixed@1 open unresolved
        ~ acme fixed attempt +1 03-01 12:05 T2
        @ 03-02 12:04
        = T1 acme fixed@1 final resolved 03-02 12:04
        = T2 acme fixed@1 open unresolved
        ~ acme fixed outcome +1 03-02 12:04 T1
    ",
    )
    .await;
}
