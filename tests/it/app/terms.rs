//! Whose an interaction is and what judges it: both follow the facts, and the usage follows them.

use assay_app::{AgreementRequest, VersionRequest};
use assay_tests::assay::{Installation, at};

use super::{
    stage::{ORDINARY, Stage},
    support::{accept, bill, complaint, drain, event, standard, tickets},
};

#[tokio::test]
async fn the_earliest_event_that_names_a_customer_decides() {
    let mut stage = Stage::new(&[], ORDINARY).await;
    stage
        .play(
            "
        > 03-01 08:00 T1 opened     -
        > 03-01 09:00 T1 reassigned acme
        > 03-01 10:00 T1 resolved   globex
        @ 03-05 00:00
        = T1 acme fixed@1 final resolved 03-02 10:00
        ~ acme fixed attempt +1 03-01 08:00 T1
        ~ acme fixed outcome +1 03-02 10:00 T1
        > 03-01 09:30 T1 note.added initech
        @ 03-05 00:00
        = T1 acme fixed@1 final resolved 03-02 10:00
        > 03-01 08:30 T1 note.added globex
        @ 03-05 00:00
        = T1 globex fixed@1 final resolved 03-02 10:00
        ~ acme fixed attempt -1 03-01 08:00 T1
        ~ acme fixed outcome -1 03-02 10:00 T1
        ~ globex fixed attempt +1 03-01 08:00 T1
        ~ globex fixed outcome +1 03-02 10:00 T1
    ",
        )
        .await;
}

#[tokio::test]
async fn an_earlier_event_moves_the_opening_and_the_attempt() {
    let mut stage = Stage::new(&[], ORDINARY).await;
    stage
        .play(
            "
        > 03-01 08:00 T1 opened     acme
        > 03-01 10:00 T1 resolved   acme
        @ 03-05 00:00
        = T1 acme fixed@1 final resolved 03-02 10:00
        ~ acme fixed attempt +1 03-01 08:00 T1
        ~ acme fixed outcome +1 03-02 10:00 T1
        > 02-28 23:00 T1 note.added -
        @ 03-05 00:00
        = T1 acme fixed@1 final resolved 03-02 10:00
        ~ acme fixed attempt +1 02-28 23:00 T1
        ~ acme fixed attempt -1 03-01 08:00 T1
    ",
        )
        .await;
}

#[tokio::test]
async fn an_assignment_wins_over_events_and_the_latest_over_earlier_ones() {
    let mut stage = Stage::new(&[], ORDINARY).await;
    stage
        .play(
            "
        > 03-01 08:00 T1 opened     acme
        @ 03-01 09:00
        = T1 acme fixed@1 open unresolved
        ~ acme fixed attempt +1 03-01 08:00 T1
    ",
        )
        .await;
    stage.assign("T1", "initech").await;
    stage
        .play(
            "
        @ 03-01 09:00
        = T1 initech fixed@1 open unresolved
        ~ acme fixed attempt -1 03-01 08:00 T1
        ~ initech fixed attempt +1 03-01 08:00 T1
        > 03-01 07:00 T1 note.added globex
        @ 03-01 09:00
        = T1 initech fixed@1 open unresolved
        ~ initech fixed attempt +1 03-01 07:00 T1
        ~ initech fixed attempt -1 03-01 08:00 T1
    ",
        )
        .await;
    stage.assign("T1", "acme").await;
    stage
        .play(
            "
        @ 03-01 09:00
        = T1 acme fixed@1 open unresolved
        ~ acme fixed attempt +1 03-01 07:00 T1
        ~ initech fixed attempt -1 03-01 07:00 T1
    ",
        )
        .await;
}

#[tokio::test]
async fn what_belongs_to_nobody_is_judged_and_metered_once_it_is_assigned() {
    let mut stage = Stage::new(&[], ORDINARY).await;
    stage
        .play(
            "
        > 03-01 08:00 T1 opened     -
        > 03-01 10:00 T1 resolved   -
        @ 03-05 00:00
        = T1 - fixed@1 final resolved 03-02 10:00
    ",
        )
        .await;
    let Installation { assay, caller, .. } = &stage.installation;
    assert_eq!(assay.outcome_report(caller).await.expect("a report").unassigned, 1);
    stage.assign("T1", "acme").await;
    stage
        .play(
            "
        @ 03-05 00:00
        = T1 acme fixed@1 final resolved 03-02 10:00
        ~ acme fixed attempt +1 03-01 08:00 T1
        ~ acme fixed outcome +1 03-02 10:00 T1
    ",
        )
        .await;
}

#[tokio::test]
async fn definitions_judge_independently() {
    let mut stage = Stage::new(&[], ORDINARY).await;
    stage.define("strict", &[("retry", "false")], ORDINARY, "2016-01-01T00:00:00Z").await;
    stage
        .play(
            "
        > 03-01 08:00 T1 opened     acme
        > 03-01 10:00 T1 resolved   acme
        > 03-01 12:00 T1 reopened   acme
        > 03-01 14:00 T1 resolved   acme
        @ 03-05 00:00
        = T1 acme fixed@1 final resolved 03-02 14:00
        = T1 acme strict@1 failed reopened
        ~ acme fixed attempt +1 03-01 08:00 T1
        ~ acme fixed outcome +1 03-02 14:00 T1
        ~ acme strict attempt +1 03-01 08:00 T1
    ",
        )
        .await;
}

async fn agree(stage: &Stage, customer: &str, definitions: &[(&str, Option<u32>)], from: &str) {
    let Installation { assay, caller, .. } = &stage.installation;
    assay.create_rate_card(caller, &standard()).await.expect("a card");
    let request = AgreementRequest {
        customer: customer.into(),
        definitions: definitions.iter().map(|(slug, number)| ((*slug).to_owned(), *number)).collect(),
        parties: Default::default(),
        rate_card: "standard".into(),
        overrides: Default::default(),
        from: at(from),
        until: None,
    };
    assay.create_agreements(caller, &[request]).await.expect("an agreement");
}

#[tokio::test]
async fn an_agreement_names_the_definitions_that_judge() {
    let mut stage = Stage::new(&[], ORDINARY).await;
    stage.define("strict", &[("retry", "false")], ORDINARY, "2016-01-01T00:00:00Z").await;
    stage
        .play(
            "
        > 02-29 08:00 T0 opened     acme
        > 03-01 00:00 T1 opened     acme
        > 03-01 08:00 T2 opened     globex
        @ 03-02 00:00
        = T0 acme fixed@1 open unresolved
        = T0 acme strict@1 open unresolved
        = T1 acme fixed@1 open unresolved
        = T1 acme strict@1 open unresolved
        = T2 globex fixed@1 open unresolved
        = T2 globex strict@1 open unresolved
        ~ acme fixed attempt +1 02-29 08:00 T0
        ~ acme fixed attempt +1 03-01 00:00 T1
        ~ acme strict attempt +1 02-29 08:00 T0
        ~ acme strict attempt +1 03-01 00:00 T1
        ~ globex fixed attempt +1 03-01 08:00 T2
        ~ globex strict attempt +1 03-01 08:00 T2
    ",
        )
        .await;
    agree(&stage, "acme", &[("fixed", None)], "2016-03-01T00:00:00Z").await;
    stage
        .play(
            "
        @ 03-02 00:00
        = T0 acme fixed@1 open unresolved
        = T0 acme strict@1 open unresolved
        = T1 acme fixed@1 open unresolved
        = T2 globex fixed@1 open unresolved
        = T2 globex strict@1 open unresolved
        ~ acme strict attempt -1 03-01 00:00 T1
    ",
        )
        .await;
}

#[tokio::test]
async fn the_version_in_force_at_the_opening_judges() {
    let mut stage = Stage::new(&[], ORDINARY).await;
    stage.define("fixed", &[("window", "72h")], ORDINARY, "2016-03-10T00:00:00Z").await;
    stage
        .play(
            "
        > 03-09 23:59 T1 opened     acme
        > 03-10 10:00 T1 resolved   acme
        > 03-10 00:00 T2 opened     acme
        > 03-10 10:00 T2 resolved   acme
        @ 03-20 00:00
        = T1 acme fixed@1 final resolved 03-11 10:00
        = T2 acme fixed@2 final resolved 03-13 10:00
        ~ acme fixed attempt +1 03-09 23:59 T1
        ~ acme fixed attempt +1 03-10 00:00 T2
        ~ acme fixed outcome +1 03-11 10:00 T1
        ~ acme fixed outcome +1 03-13 10:00 T2
        > 03-09 12:00 T2 note.added -
        @ 03-20 00:00
        = T1 acme fixed@1 final resolved 03-11 10:00
        = T2 acme fixed@1 final resolved 03-11 10:00
        ~ acme fixed attempt +1 03-09 12:00 T2
        ~ acme fixed attempt -1 03-10 00:00 T2
        ~ acme fixed outcome +1 03-11 10:00 T2
        ~ acme fixed outcome -1 03-13 10:00 T2
    ",
        )
        .await;
}

#[tokio::test]
async fn a_customer_may_keep_a_version_of_its_own() {
    let mut stage = Stage::new(&[], ORDINARY).await;
    stage.define("fixed", &[("window", "72h")], ORDINARY, "2016-03-10T00:00:00Z").await;
    let Installation { assay, caller, .. } = &stage.installation;
    assay.create_customer(caller, "acme").await.expect("a customer");
    agree(&stage, "acme", &[("fixed", Some(1))], "2016-03-01T00:00:00Z").await;
    stage
        .play(
            "
        > 03-11 08:00 T1 opened     acme
        > 03-11 10:00 T1 resolved   acme
        > 03-11 08:00 T2 opened     globex
        > 03-11 10:00 T2 resolved   globex
        @ 03-20 00:00
        = T1 acme fixed@1 final resolved 03-12 10:00
        = T2 globex fixed@2 final resolved 03-14 10:00
        ~ acme fixed attempt +1 03-11 08:00 T1
        ~ acme fixed outcome +1 03-12 10:00 T1
        ~ globex fixed attempt +1 03-11 08:00 T2
        ~ globex fixed outcome +1 03-14 10:00 T2
    ",
        )
        .await;
}

#[tokio::test]
async fn a_first_version_dated_back_judges_what_is_there() {
    let mut stage = Stage::bare().await;
    stage
        .play(
            "
        > 03-01 08:00 T1 opened     acme
        > 03-01 10:00 T1 resolved   acme
        @ 03-05 00:00
    ",
        )
        .await;
    stage.define("fixed", &[], ORDINARY, "2016-03-01T08:00:00Z").await;
    stage
        .play(
            "
        @ 03-05 00:00
        = T1 acme fixed@1 final resolved 03-02 10:00
        ~ acme fixed attempt +1 03-01 08:00 T1
        ~ acme fixed outcome +1 03-02 10:00 T1
    ",
        )
        .await;
}

#[tokio::test]
async fn nothing_else_is_dated_back() {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    let version = |slug: &str| VersionRequest {
        definition: slug.into(),
        rule: "resolved-ticket".into(),
        parameters: vec![("window".into(), "1h".into())],
        timing: ORDINARY,
        active_from: None,
    };
    assay.create_version(caller, &version("fixed")).await.expect("a second version");
    let refused = complaint(assay.activate_version(caller, "fixed", 2, at("2016-04-01T23:59:59Z")).await);
    assert!(refused.contains("only a definition's first version may be dated back"), "{refused}");

    accept(&installation, caller, tickets("acme", 1, 1)).await;
    drain(&installation, caller).await;
    installation.agree(caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
    bill(&installation, caller, "2016-03").await;
    assay.create_version(caller, &version("other")).await.expect("a first version");
    let refused = complaint(assay.activate_version(caller, "other", 1, at("2016-04-01T23:59:59Z")).await);
    assert!(refused.contains("the tenant has issued invoices"), "{refused}");
    assay.activate_version(caller, "other", 1, at("2016-04-02T00:00:00Z")).await.expect("from now on");
    assay.activate_version(caller, "fixed", 2, at("2016-05-01T00:00:00Z")).await.expect("from next month on");
}

#[tokio::test]
async fn what_no_rule_reads_is_evaluated_by_none() {
    let stage = Stage::new(&[], ORDINARY).await;
    let Installation { caller, clock, .. } = &stage.installation;
    let judged = async |id: &str, kind: &str| {
        let note = event("T1", id, kind, at("2016-03-01T09:00:00Z"), Some("acme"));
        accept(&stage.installation, caller, vec![note]).await;
        let drained = drain(&stage.installation, caller).await;
        (drained.judged, drained.evaluated)
    };
    clock.set(at("2016-03-01T10:00:00Z"));
    assert_eq!(judged("e1", "note.added").await, (1, 0), "nothing to judge yet");
    assert_eq!(judged("e2", "ticket.opened").await, (1, 1), "the first event that is read");
    assert_eq!(judged("e3", "note.added").await, (1, 0), "the same input");
    assert_eq!(judged("e4", "ticket.reassigned").await, (1, 1), "another input");
    let idle = drain(&stage.installation, caller).await;
    assert_eq!((idle.judged, idle.evaluated), (0, 0));
}
