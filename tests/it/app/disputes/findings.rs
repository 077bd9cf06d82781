//! Executing the disputed judgement again: what it says, and that it is said once for each time a dispute is opened.

use assay_app::{DisputeDetail, DisputeRequest, Page};
use assay_domain::{dispute::Finding, ruling::Ruling};
use assay_tests::assay::{Installation, at};

use super::support::{appeal, decide, findings, open, open_as, request};
use crate::app::{
    corrections::billed,
    support::{alter, drain, event, number, standard},
};

/// The detail of what was found.
fn detail(detail: &DisputeDetail) -> Option<&str> {
    detail.finding().and_then(|found| found.detail.as_deref())
}

#[tokio::test]
async fn what_comes_out_as_it_was_recorded_reproduces() {
    let installation = billed(&standard()).await;
    let opened = open(&installation, "acme-0").await;
    let found = opened.finding().expect("it was executed at once");
    assert_eq!((found.finding, detail(&opened), found.found_at), (Finding::Reproduces, None, at("2016-04-02T00:00:00Z")));
    assert!(found.finding.in_words().contains("comes out as it was recorded"));
    assert_eq!(installation.assay.discrepancy_count(&installation.caller).await.expect("a count"), 0);
}

#[tokio::test]
async fn evidence_that_the_dispute_names_is_contested() {
    let installation = billed(&standard()).await;
    let events = vec!["test acme-0-resolved".to_owned(), "test acme-0-opened".to_owned(), "test acme-0-resolved".to_owned()];
    let opened = open_as(&installation, &DisputeRequest { events, ..request("acme-0") }).await;
    assert_eq!((findings(&opened), opened.view.events.len()), (vec![Finding::Contested], 2), "each event once");
    assert!(opened.finding().expect("a finding").finding.in_words().contains("the evidence is contested"));
}

#[tokio::test]
async fn evidence_that_was_superseded_is_contested() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, .. } = &installation;
    let right = event("acme-0", "right", "ticket.opened", at("2016-03-02T00:00:01Z"), Some("acme"));
    assay.supersede(caller, "test acme-0-opened", right, "a second later").await.expect("superseded");
    drain(&installation, caller).await;
    assert_eq!(findings(&open(&installation, "acme-0").await), [Finding::Contested]);
    assert_eq!(findings(&open(&installation, "globex-0").await), [Finding::Reproduces], "that is another ticket");
}

/// Whatever is altered in the database itself: an incident, written down among the discrepancies, and told by the dispute.
#[tokio::test]
async fn what_does_not_come_out_as_it_was_recorded_is_an_incident() {
    let evaluation = "(select o.evaluation from outcomes o join interactions i on i.id = o.interaction where i.subject = 'acme-0')";
    let rows = [
        (
            "the reason",
            format!("update evaluations set reason = 'unresolved' where id = {evaluation}"),
            "recorded: success because unresolved",
        ),
        (
            "the decision",
            format!("update evaluations set conclusion = 'failure', reason = 'reopened', detail = null where id = {evaluation}"),
            "recorded: failure because reopened",
        ),
        (
            "the time of asking",
            format!("update evaluations set as_of = as_of + 1 where id = {evaluation}"),
            "found: success because resolved",
        ),
        ("an event", "update events set occurred_at = occurred_at + 60000000 where source_id = 'acme-0-resolved'".to_owned(), "recorded: "),
        ("a lost event", "delete from events where source_id = 'acme-0-resolved'".to_owned(), "recorded: "),
    ];
    for (name, damage, told) in rows {
        let installation = billed(&standard()).await;
        let Installation { assay, caller, .. } = &installation;
        alter(&installation, &damage).await;
        let opened = assay.open_dispute(caller, &request("acme-0")).await.expect("a dispute");
        assert_eq!(findings(&opened), [Finding::Differs], "{name}: {:?}", detail(&opened));
        assert!(detail(&opened).is_some_and(|found| found.contains(told) && found.contains("found: ")), "{name}: {:?}", detail(&opened));
        assert!(opened.finding().expect("a finding").finding.in_words().contains("an incident"));
        let discrepancies = assay.discrepancies(caller, Page::ALL).await.expect("discrepancies");
        assert_eq!(discrepancies.iter().map(|row| row.evaluation).collect::<Vec<_>>(), [opened.view.evaluation], "{name}");
        let log = assay.operations(caller, None, 5).await.expect("the log");
        assert!(log.iter().any(|entry| entry.action == "audit.discrepancy"), "{name}: {log:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_executed_says_why() {
    let installation = billed(&standard()).await;
    alter(&installation, "update evaluations set engine = null, facts_until = null, known_at = null").await;
    let opened = open(&installation, "acme-0").await;
    assert_eq!(findings(&opened), [Finding::Unexecuted]);
    assert_eq!(detail(&opened), Some("it is not written down which facts it is about"));
}

/// A process may die between opening a dispute and executing its judgement again.
#[tokio::test]
async fn what_was_left_unexecuted_is_executed_when_disputes_are_looked_after() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, .. } = &installation;
    let id = open(&installation, "acme-0").await.view.id;
    alter(&installation, "delete from dispute_findings").await;
    assert_eq!(findings(&assay.dispute(caller, id).await.expect("a dispute")), []);
    for _ in 0..2 {
        assert_eq!(assay.answer_due_disputes(caller).await.expect("looked after"), 0);
        assert_eq!(findings(&assay.dispute(caller, id).await.expect("a dispute")), [Finding::Reproduces]);
    }
    assert_eq!(number(&installation, "select count(*) from dispute_findings").await, 1, "once");
    decide(&installation, id, Ruling::Uphold).await;
    assert_eq!(findings(&appeal(&installation, id).await), [Finding::Reproduces; 2], "and once more as it was appealed");
}
