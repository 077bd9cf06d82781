//! Appeals: once, in time, and what is billed while one is open.

use assay_domain::{
    dispute::{DisputeState, Finding},
    ruling::Ruling,
    time::Duration,
};
use assay_tests::assay::{Installation, at};

use super::support::{appeal, billed_micros, decide, findings, held, open, request, settle, sound, split, stands, steps, tell, try_appeal};
use crate::app::{
    corrections::{billed, documents, prepared},
    support::{bill, complaint, drain, standard},
};

#[tokio::test]
async fn a_decision_is_appealed_once_and_the_answer_is_final() {
    let installation = billed(&standard()).await;
    let clock = &installation.clock;
    let id = open(&installation, "acme-0").await.view.id;
    let early = complaint(try_appeal(&installation, id).await);
    assert!(early.contains("is not decided yet") && early.contains("decide it first"), "{early}");
    decide(&installation, id, Ruling::Uphold).await;
    clock.set(at("2016-04-10T00:00:00Z"));
    let appealed = appeal(&installation, id).await;
    assert_eq!(appealed.view.state, DisputeState::Appealed { due_at: at("2016-04-24T00:00:00Z") });
    assert_eq!(findings(&appealed), [Finding::Reproduces; 2], "it is executed again each time that it is opened");
    let twice = complaint(try_appeal(&installation, id).await);
    assert!(twice.contains("is not decided yet"), "{twice}");
    let rejected = decide(&installation, id, Ruling::Reject).await;
    assert_eq!(steps(&rejected), ["open stands", "decided: uphold reversed", "appealed withheld", "final: reject stands"]);
    assert_eq!((rejected.view.state.due_at(), billed_micros(&installation, "acme-0").await), (None, 1_000_000));
    for refused in [
        complaint(try_appeal(&installation, id).await),
        complaint(installation.assay.decide_dispute(&installation.caller, id, Ruling::Uphold, "no").await),
    ] {
        assert!(refused.contains("the decision is final: reject") && refused.contains("stands"), "{refused}");
    }
}

#[tokio::test]
async fn a_late_appeal_is_refused() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, clock, .. } = &installation;
    settle(&installation, |terms| terms.appeal_within = Duration::days(2)).await;
    let (acme, globex) = (open(&installation, "acme-0").await.view.id, open(&installation, "globex-0").await.view.id);
    for id in [acme, globex] {
        decide(&installation, id, Ruling::Uphold).await;
    }
    clock.set(at("2016-04-04T00:00:00Z"));
    appeal(&installation, acme).await;
    clock.set(at("2016-04-04T00:00:00.000001Z"));
    let refused = complaint(try_appeal(&installation, globex).await);
    assert!(refused.contains("the decision is final: uphold"), "{refused}");
    let late = assay.dispute(caller, globex).await.expect("a dispute");
    assert_eq!((stands(&late), late.steps.len()), ("final: uphold, reversed".into(), 2), "time alone makes it final");
}

#[tokio::test]
async fn an_appeal_that_nobody_answers_is_decided_by_default_for_good() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, clock, .. } = &installation;
    let id = open(&installation, "acme-0").await.view.id;
    decide(&installation, id, Ruling::Reject).await;
    appeal(&installation, id).await;
    clock.set(at("2016-04-16T00:00:00Z"));
    assert_eq!(assay.answer_due_disputes(caller).await.expect("looked after"), 1);
    let decided = assay.dispute(caller, id).await.expect("a dispute");
    assert_eq!(steps(&decided).last().expect("a step"), "final: uphold reversed, by default");
    assert_eq!(billed_micros(&installation, "acme-0").await, 0);
    sound(&installation).await;
}

/// What is billed while an appeal is open, by what was decided and by whether a document has billed any of it.
#[tokio::test]
async fn while_an_appeal_is_open_as_little_is_billed_as_before() {
    let rows = [
        ("taken back, of a document", true, Ruling::Uphold, "appealed withheld", 0),
        ("left, of a document", true, Ruling::Reject, "appealed stands", 1_000_000),
        ("split, of a document", true, split("0.25"), "appealed split", 750_000),
        ("taken back before any", false, Ruling::Uphold, "appealed withheld", 0),
        ("left before any", false, Ruling::Reject, "appealed withheld", 0),
        ("split before any", false, split("0.25"), "appealed withheld", 0),
    ];
    for (name, is_billed, ruling, step, micros) in rows {
        let installation = if is_billed { billed(&standard()).await } else { prepared(&["acme"], &standard()).await };
        let id = open(&installation, "acme-0").await.view.id;
        decide(&installation, id, ruling).await;
        let appealed = appeal(&installation, id).await;
        assert_eq!((steps(&appealed)[2].as_str(), billed_micros(&installation, "acme-0").await), (step, micros), "{name}");
        let upheld = decide(&installation, id, Ruling::Uphold).await;
        assert_eq!((stands(&upheld), billed_micros(&installation, "acme-0").await), ("final: uphold, reversed".into(), 0), "{name}");
        assert_eq!(held(&installation).await, [""; 0], "{name}");
    }
}

/// 0.99, of which a quarter was given back; the rest is disputed again, billed, and then given back too.
#[tokio::test]
async fn what_a_split_has_left_on_a_document_is_shown_as_disputed_while_it_is_appealed() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, clock, .. } = &installation;
    let id = open(&installation, "acme-0").await.view.id;
    decide(&installation, id, split("0.25")).await;
    appeal(&installation, id).await;
    assert_eq!(held(&installation).await, ["returnable acme resolutions 0.74 USD"], "0.75 × 0.99 is billed still");
    clock.set(at("2016-04-03T00:00:00Z"));
    decide(&installation, id, Ruling::Uphold).await;
    clock.set(at("2016-05-02T00:00:00Z"));
    bill(&installation, caller, "2016-04").await;
    let april = documents(&installation, "2016-04").await;
    let note = april.iter().position(|line| line == "CN-000001 acme for INV-000001 -0.99 USD").unwrap_or_else(|| panic!("{april:?}"));
    assert_eq!(april[note + 1], "  correction resolutions of 2016-03: -1 × 0.99 = -0.99", "one credit note for both decisions");
    assert_eq!(assay.invoice(caller, "INV-000001", None).await.expect("an invoice").disputed.decimal(), "0.00");
    sound(&installation).await;
}

#[tokio::test]
async fn a_decision_that_a_later_dispute_has_passed_over_is_not_appealed() {
    let installation = billed(&standard()).await;
    let caller = &installation.caller;
    let first = open(&installation, "acme-0").await.view.id;
    decide(&installation, first, Ruling::Reject).await;
    tell(&installation, "acme-0", "closed", "2016-03-20T00:00:00Z").await;
    drain(&installation, caller).await;
    let second = open(&installation, "acme-0").await.view.id;
    let refused = complaint(try_appeal(&installation, first).await);
    assert!(refused.contains(&format!("disputed again, by {second}")) && refused.contains("wait for the answer"), "{refused}");
    decide(&installation, second, split("0.5")).await;
    assert!(complaint(try_appeal(&installation, first).await).contains("or appeal that"));
    assert_eq!(billed_micros(&installation, "acme-0").await, 500_000);
    let appealed = appeal(&installation, second).await;
    assert_eq!((stands(&appealed), billed_micros(&installation, "acme-0").await), ("appealed, split".into(), 500_000));
}

/// Each step is an entry of the audit log, with where the dispute stood before it and after it.
#[tokio::test]
async fn every_step_is_in_the_audit_log() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, clock, .. } = &installation;
    settle(&installation, |terms| terms.answer_within = Duration::days(1)).await;
    let id = assay.open_dispute(caller, &request("acme-0")).await.expect("a dispute").view.id;
    assay.decide_dispute(caller, id, split("0.5"), "half of it").await.expect("decided");
    assay.appeal_dispute(caller, id, "all of it").await.expect("appealed");
    clock.set(at("2016-04-03T00:00:00Z"));
    assay.answer_due_disputes(caller).await.expect("looked after");
    assay.save_fixture(caller, id, &Default::default()).await.expect("saved");
    let log = assay.operations(caller, None, 100).await.expect("the log");
    let entries: Vec<_> = log.iter().rev().filter(|entry| entry.subject == id.to_string()).collect();
    let json = |text: &Option<String>| -> serde_json::Value { serde_json::from_str(text.as_deref().expect("it is told")).expect("JSON") };
    let told = |value: &serde_json::Value| {
        let members = ["state", "effect", "share", "by_default"].map(|name| match &value[name] {
            serde_json::Value::Null => "-".to_owned(),
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        members.join(" ")
    };
    let found: Vec<String> =
        entries.iter().map(|entry| format!("{}: {} > {}", entry.action, told(&json(&entry.before)), told(&json(&entry.after)))).collect();
    let expected = [
        "dispute.open: - stands - - > open stands - -",
        "dispute.examine: - - - - > - - - -",
        "dispute.decide: open stands - false > decided split 0.5 false",
        "dispute.appeal: decided split 0.5 false > appealed split 0.5 false",
        "dispute.examine: - - - - > - - - -",
        "dispute.decide: appealed split 0.5 false > final reversed - true",
        "dispute.save-fixture: - - - - > - - - -",
    ];
    assert_eq!(found, expected);
    let (opened, examined) = (json(&entries[0].after), json(&entries[1].after));
    assert_eq!(
        (&opened["amount"], &opened["category"], &opened["invoice"]),
        (&"0.99 USD".into(), &"not-delivered".into(), &"inv_0000000000001".into())
    );
    assert_eq!(examined["finding"], "reproduces");
    assert_eq!(
        (&json(&entries[2].after)["reason"], &json(&entries[6].after)["fixture"]["decision"]),
        (&"half of it".into(), &"failure".into())
    );
    assert!(entries.iter().all(|entry| entry.actor == "test"), "{entries:?}");
}
