//! The worker as a daemon, recording together, and doing things once.

use std::sync::Arc;

use assay_app::{AgreementRequest, Caller, Checked, Once};
use assay_domain::{canon::Digest, definition::Timing, event::Disposition};
use assay_tests::{
    assay::{Installation, at},
    hostile::Hostile,
};
use tokio::sync::watch;

use super::support::{accept, card, complaint, drain, event, month, number, standard};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn senders_at_the_same_time_share_transactions_and_each_gets_its_own_answers() {
    let installation = Installation::new("2026-03-10T00:00:00Z").await;
    let (assay, caller, now) = (Arc::clone(&installation.assay), installation.caller.clone(), installation.assay.now());
    let when = at("2026-03-01T00:00:00Z");
    let sender = |n: usize| {
        let (assay, caller) = (Arc::clone(&assay), Caller { actor: format!("sender {n}"), ..caller.clone() });
        tokio::spawn(async move {
            let own = Checked::new(event("T1", &format!("own-{n}"), "ticket.opened", when, None), now);
            let shared = Checked::new(event("T1", "shared", "ticket.opened", when, None), now);
            let bad = Checked::new(event("", "bad", "ticket.opened", when, None), now);
            assay.record(&caller, vec![own, shared, bad]).await.expect("recorded")
        })
    };
    let senders: Vec<_> = (0..40).map(sender).collect();
    let mut first = 0;
    for sender in senders {
        let found = sender.await.expect("a sender");
        assert_eq!(found[0], Disposition::Accepted);
        first += usize::from(found[1] == Disposition::Accepted);
        assert!(matches!(&found[2], Disposition::Rejected(violation) if violation.field == "subject"));
    }
    assert_eq!(first, 1, "one of them was first with the shared event");
    assert_eq!(number(&installation, "select count(*) from events").await, 41);
    assert_eq!(
        number(&installation, "select count(*) from operations where action = 'events.ingest'").await,
        40,
        "each is in the audit log"
    );
}

#[tokio::test]
async fn a_sender_that_hangs_up_loses_nothing_and_harms_nobody() {
    let installation = Installation::new("2026-03-10T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    let checked = |id: &str| vec![Checked::new(event("T1", id, "ticket.opened", at("2026-03-01T00:00:00Z"), None), assay.now())];
    {
        let hung_up = assay.record(caller, checked("e1"));
        let other = assay.record(caller, checked("e2"));
        tokio::pin!(hung_up);
        // It begins, and is dropped before it is answered.
        tokio::select! {
            biased;
            answer = &mut hung_up => panic!("answered at once: {answer:?}"),
            () = std::future::ready(()) => {}
        }
        assert_eq!(other.await.expect("recorded"), [Disposition::Accepted]);
    }
    assert_eq!(assay.record(caller, checked("e1")).await.expect("recorded"), [Disposition::Duplicate]);
}

/// Works until a condition holds; the condition is looked at after every change that somebody could see.
async fn work_until(installation: &Installation, done: impl AsyncFn() -> bool) {
    let (stop, stopped) = watch::channel(false);
    let assay = Arc::clone(&installation.assay);
    let working = tokio::spawn(async move { assay.work(stopped).await });
    while !done().await {
        tokio::task::yield_now().await;
    }
    stop.send_replace(true);
    working.await.expect("the worker ends when it is told to");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_worker_judges_as_facts_arrive_wakes_timers_and_carries_billing_runs() {
    let installation = Installation::new("2026-03-01T12:00:00Z").await;
    let Installation { assay, caller, clock, .. } = &installation;
    installation.define(caller, "fixed", &[], Timing::default(), "2026-01-01T00:00:00Z").await;
    let events = vec![event("T1", "e1", "ticket.resolved", at("2026-03-01T10:00:00Z"), Some("acme"))];
    let checked = events.into_iter().map(|event| Checked::new(event, assay.now())).collect();
    assay.record(caller, checked).await.expect("recorded");
    let state = async || -> String {
        let view = assay.interaction(caller, "T1").await.expect("an interaction");
        view.outcomes.first().and_then(|view| view.outcome.state).map(|state| state.to_string()).unwrap_or_default()
    };
    work_until(&installation, async || state().await == "open").await;
    clock.set(at("2026-03-02T10:00:00Z"));
    work_until(&installation, async || state().await == "final").await;
    assay.create_rate_card(caller, &standard()).await.expect("a card");
    let request = AgreementRequest {
        customer: "acme".into(),
        definitions: vec![("fixed".into(), None)],
        parties: Default::default(),
        rate_card: "standard".into(),
        overrides: Default::default(),
        from: at("2026-03-01T00:00:00Z"),
        until: None,
    };
    assay.create_agreement(caller, &request).await.expect("an agreement");
    clock.set(at("2026-04-01T00:00:00Z"));
    let run = assay.start_billing_run(caller, month("2026-03")).await.expect("a run");
    assert_eq!(run.state, "draining");
    work_until(&installation, async || {
        let run = assay.billing_run(caller, run.id).await.expect("the run");
        run.state == "finished" && run.progress.report.is_some()
    })
    .await;
    let shown = assay.billing_run(caller, run.id).await.expect("the run").progress;
    assert_eq!((shown.issued, shown.customers, shown.problem), (1, 1, None));
    let invoices = assay.invoices(caller).await.expect("invoices");
    assert_eq!(invoices.iter().map(|invoice| invoice.total.decimal()).collect::<Vec<_>>(), ["500.99"]);
}

#[tokio::test]
async fn a_request_under_the_same_idempotency_key_is_done_once() {
    let installation = Installation::new("2026-03-10T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "fixed", &[], Timing::default(), "2026-01-01T00:00:00Z").await;
    let once = |key: &str, request: &str| Caller {
        once: Some(Once { key: key.into(), request: Digest::of(request.as_bytes()) }),
        ..caller.clone()
    };
    let card = card("standard", serde_json::json!([{ "code": "fee", "label": "Fee", "model": "flat", "amount": "5" }]));
    let first = assay.create_rate_card(&once("k1", "a"), &card).await.expect("a card");
    assert_eq!(assay.create_rate_card(&once("k1", "a"), &card).await.expect("the same answer"), first);
    let reused = complaint(assay.create_rate_card(&once("k1", "b"), &card).await);
    assert_eq!(reused, "the idempotency key \"k1\" was used for another request; use a new key for each request");
    let taken = complaint(assay.create_rate_card(&once("k2", "a"), &card).await);
    assert!(taken.contains("exists and never changes"), "{taken}");
    assert_eq!(number(&installation, "select count(*) from answers").await, 1, "what did not happen has no answer");
    let other = installation.tenant("other").await;
    let theirs = Caller { once: once("k1", "b").once, ..other };
    assay.create_customer(&theirs, "acme").await.expect("another tenant's key is another key");
}

#[tokio::test]
async fn a_quarantined_interaction_is_asked_about_again_by_hand() {
    let installation = Installation::new("2026-03-10T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    let trap = Hostile::unexamined().evaluate("(unreachable)");
    installation.define_hostile(caller, "trap", trap, Timing::default(), "2026-01-01T00:00:00Z").await;
    let when = at("2026-03-01T00:00:00Z");
    accept(&installation, caller, vec![event("T1", "e1", "ping", when, None), event("T2", "e2", "ping", when, None)]).await;
    assert_eq!(drain(&installation, caller).await.faults, 2);
    assert_eq!(drain(&installation, caller).await.judged, 0, "a fault of the rule itself is not tried again by itself");
    assert_eq!(assay.retry_faulted(caller, Some("T1")).await.expect("retried").interactions, 1);
    assert_eq!(drain(&installation, caller).await.faults, 1, "it is asked, and faults again");
    assert_eq!(assay.retry_faulted(caller, None).await.expect("retried").interactions, 2);
    assert_eq!(drain(&installation, caller).await.faults, 2);
    assert_eq!(drain(&installation, caller).await.judged, 0);
    assert_eq!(number(&installation, "select count(*) from evaluations where conclusion = 'fault'").await, 5);
    let other = installation.tenant("other").await;
    assert_eq!(assay.retry_faulted(&other, None).await.expect("nothing").interactions, 0);
    assert!(complaint(assay.retry_faulted(&other, Some("T1")).await).contains("no interaction"));
}
