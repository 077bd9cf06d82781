//! Deciding: what each ruling makes of the bill, when nobody decides, and what later facts change.

use assay_app::DisputeDetail;
use assay_domain::{
    dispute::{DisputeState, DisputeTerms},
    ruling::{DefaultRuling, Ruling},
    time::Duration,
};
use assay_tests::assay::{Installation, at};

use super::support::{agreements, billed_micros, decide, held, open, settle, sound, split, stands, steps, tell};
use crate::app::{
    corrections::{billed, documents, prepared},
    support::{bill, complaint, drain, month, standard},
};

/// The line by which the run of April corrects March; none where it does not.
async fn correction(installation: &Installation) -> Option<String> {
    installation.clock.set(at("2016-05-02T00:00:00Z"));
    bill(installation, &installation.caller, "2016-04").await;
    sound(installation).await;
    let april = documents(installation, "2016-04").await;
    april.into_iter().find(|line| line.starts_with("  correction"))
}

/// Of 0.99, in cents, half to even; a unit price of 0.99 for what is left.
///
/// | ruling      | left     | costs exactly | billed | correction |
/// |-------------|----------|---------------|--------|------------|
/// | uphold      | 0        | 0             | 0.00   | −0.99      |
/// | reject      | 1        | 0.99          | 0.99   | none       |
/// | split 0.5   | 0.5      | 0.495         | 0.50   | −0.49      |
/// | split 0.25  | 0.75     | 0.7425        | 0.74   | −0.25      |
/// | split 1/3   | 0.666667 | 0.66000033    | 0.66   | −0.33      |
#[tokio::test]
async fn a_ruling_leaves_its_part_of_a_billed_outcome() {
    let rows = [
        (Ruling::Uphold, 0, Some("-1 × 0.99 = -0.99")),
        (Ruling::Reject, 1_000_000, None),
        (split("0.5"), 500_000, Some("-0.5 × 0.99 = -0.49")),
        (split("0.25"), 750_000, Some("-0.25 × 0.99 = -0.25")),
        (split("0.333333"), 666_667, Some("-0.333333 × 0.99 = -0.33")),
    ];
    for (ruling, left, expect) in rows {
        let installation = billed(&standard()).await;
        let opened = open(&installation, "acme-0").await;
        decide(&installation, opened.view.id, ruling).await;
        assert_eq!((billed_micros(&installation, "acme-0").await, held(&installation).await), (left, vec![]), "{ruling}");
        let expect = expect.map(|line| format!("  correction resolutions of 2016-03: {line}"));
        assert_eq!(correction(&installation).await, expect, "{ruling}");
    }
}

#[tokio::test]
async fn what_is_left_of_an_unbilled_outcome_comes_with_its_first_invoice() {
    for (ruling, expect) in [(split("0.5"), "0.5 × 0.99 = 0.50"), (split("0.25"), "0.75 × 0.99 = 0.74")] {
        let installation = prepared(&["acme"], &standard()).await;
        let opened = open(&installation, "acme-0").await;
        decide(&installation, opened.view.id, ruling).await;
        bill(&installation, &installation.caller, "2016-03").await;
        let march = documents(&installation, "2016-03").await;
        assert_eq!(march[2], format!("  charge resolutions of 2016-03: {expect}"), "{ruling}");
        sound(&installation).await;
    }
}

/// Gives default rulings; how many.
async fn answer_due(installation: &Installation) -> u64 {
    installation.assay.answer_due_disputes(&installation.caller).await.expect("looked after")
}

async fn show(installation: &Installation, detail: &DisputeDetail) -> DisputeDetail {
    installation.assay.dispute(&installation.caller, detail.view.id).await.expect("a dispute")
}

#[tokio::test]
async fn the_default_ruling_is_given_at_the_deadline_and_not_before() {
    for (default, expect, left) in [(DefaultRuling::Uphold, "uphold reversed", 0), (DefaultRuling::Reject, "reject stands", 1_000_000)] {
        let installation = billed(&standard()).await;
        settle(&installation, |terms| (terms.answer_within, terms.default_ruling) = (Duration::days(3), default)).await;
        let opened = open(&installation, "acme-0").await;
        installation.clock.set(at("2016-04-04T23:59:59.999999Z"));
        assert_eq!((answer_due(&installation).await, show(&installation, &opened).await.steps.len()), (0, 1));
        installation.clock.set(at("2016-04-05T00:00:00Z"));
        assert_eq!((answer_due(&installation).await, answer_due(&installation).await), (1, 0), "once");
        let decided = show(&installation, &opened).await;
        assert_eq!(steps(&decided), ["open stands".to_owned(), format!("decided: {expect}, by default")]);
        let step = decided.steps.last().expect("a step");
        assert_eq!((step.reason.as_str(), step.at), ("no answer by 2016-04-05T00:00:00Z", at("2016-04-05T00:00:00Z")));
        assert_eq!((billed_micros(&installation, "acme-0").await, held(&installation).await), (left, vec![]));
        sound(&installation).await;
    }
}

#[tokio::test]
async fn whoever_decides_too_late_finds_the_default_ruling() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, clock, .. } = &installation;
    let opened = open(&installation, "acme-0").await;
    clock.set(at("2016-04-16T00:00:00Z"));
    let refused = complaint(assay.decide_dispute(caller, opened.view.id, Ruling::Reject, "the log says so").await);
    assert!(refused.contains("was over at 2016-04-16T00:00:00Z") && refused.contains("the default ruling is given"), "{refused}");
    let decided = show(&installation, &opened).await;
    assert_eq!(steps(&decided), ["open stands", "decided: uphold reversed, by default"]);
    assert_eq!(answer_due(&installation).await, 0, "there is nothing left to give");
    let again = complaint(assay.decide_dispute(caller, opened.view.id, Ruling::Reject, "the log says so").await);
    assert!(again.contains("was decided before: uphold"), "{again}");
}

/// A run bills by what is decided by then, whether or not anybody looked after the disputes.
#[tokio::test]
async fn a_run_gives_the_default_rulings_that_are_due_first() {
    let installation = prepared(&["acme", "globex"], &standard()).await;
    let Installation { caller, clock, .. } = &installation;
    settle(&installation, |terms| terms.answer_within = Duration::days(3)).await;
    let late = open(&installation, "acme-0").await;
    clock.set(at("2016-04-04T00:00:00Z"));
    let open_still = open(&installation, "globex-0").await;
    clock.set(at("2016-04-05T00:00:00Z"));
    bill(&installation, caller, "2016-03").await;
    let march = ["INV-000001 acme 500.00 USD", "INV-000002 globex 500.00 USD"];
    let found = documents(&installation, "2016-03").await;
    assert_eq!(found.iter().filter(|line| line.starts_with("INV")).collect::<Vec<_>>(), march);
    assert_eq!(stands(&show(&installation, &late).await), "decided: uphold, reversed");
    assert_eq!(stands(&show(&installation, &open_still).await), "open, withheld");
    sound(&installation).await;
}

#[tokio::test]
async fn terms_are_settled_for_an_agreement_and_hold_from_then_on() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, .. } = &installation;
    let all = agreements(&installation).await;
    let usual = assay.dispute_terms(caller, all[0]).await.expect("terms");
    assert_eq!((usual.settled, usual.terms), (false, DisputeTerms::default()));
    let first = open(&installation, "acme-0").await;
    settle(&installation, |terms| (terms.answer_within, terms.default_ruling) = (Duration::days(2), DefaultRuling::Reject)).await;
    let settled = assay.dispute_terms(caller, all[0]).await.expect("terms");
    assert_eq!((settled.settled, settled.terms.answer_within, settled.terms.appeal_within), (true, Duration::days(2), Duration::days(14)));
    let second = open(&installation, "globex-0").await;
    assert_eq!(second.view.state.due_at(), Some(at("2016-04-04T00:00:00Z")));
    assert_eq!(show(&installation, &first).await.view.state.due_at(), Some(at("2016-04-16T00:00:00Z")), "its time runs already");
    let log = assay.operations(caller, None, 50).await.expect("the log");
    let entry = log.iter().find(|entry| entry.action == "agreement.dispute-terms").expect("an entry");
    assert!(entry.before.is_none() && entry.after.as_ref().is_some_and(|after| after.contains("\"P2D\"")), "{entry:?}");

    let refused = complaint(assay.settle_dispute_terms(caller, "agr_0000000000009".parse().expect("an id"), usual.terms).await);
    assert!(refused.contains("there is no agreement"), "{refused}");
    let none = DisputeTerms { answer_within: Duration::ZERO, ..usual.terms };
    let refused = complaint(assay.settle_dispute_terms(caller, all[0], none).await);
    assert!(refused.starts_with("answer_within: it leaves no time for an answer"), "{refused}");
}

/// Facts of a ticket that is reopened within its window and resolved again: its success moves by two days.
async fn move_success(installation: &Installation) {
    tell(installation, "acme-0", "reopened", "2016-03-02T05:00:00Z").await;
    tell(installation, "acme-0", "resolved", "2016-03-04T01:00:00Z").await;
    drain(installation, &installation.caller).await;
    sound(installation).await;
}

#[tokio::test]
async fn a_ruling_binds_whatever_facts_come_later() {
    for (ruling, left) in [(Ruling::Uphold, 0), (split("0.25"), 750_000), (Ruling::Reject, 1_000_000)] {
        let installation = billed(&standard()).await;
        let Installation { assay, caller, .. } = &installation;
        let opened = open(&installation, "acme-0").await;
        decide(&installation, opened.view.id, ruling).await;
        move_success(&installation).await;
        assert_eq!(billed_micros(&installation, "acme-0").await, left, "{ruling}: judged anew, and ruled on as before");
        let sql = "select dated_at from usage u join interactions i on i.id = u.interaction where u.meter = 'outcome' \
                   and i.subject = 'acme-0' group by dated_at having sum(u.quantity) <> 0";
        let dates = installation.raw().await.texts(sql).await;
        let moved: Vec<String> = if left > 0 { vec![at("2016-03-05T01:00:00Z").micros().to_string()] } else { vec![] };
        assert_eq!(dates, moved, "{ruling}: what counts is dated by the verdict that stands");

        // It is a ruling between the vendor and acme: whoever else it turns out to belong to is billed as the verdict says.
        for (customer, expect) in [("globex", 1_000_000), ("acme", left)] {
            assay.assign_interaction(caller, "acme-0", customer, "they asked").await.expect("assigned");
            drain(&installation, caller).await;
            assert_eq!(billed_micros(&installation, "acme-0").await, expect, "{ruling}: it is {customer}'s");
            sound(&installation).await;
        }
        tell(&installation, "acme-0", "reopened", "2016-03-04T02:00:00Z").await;
        drain(&installation, caller).await;
        assert_eq!(billed_micros(&installation, "acme-0").await, 0, "{ruling}: nothing is left of what is earned no more");
        correction(&installation).await;
    }
}

#[tokio::test]
async fn what_is_earned_no_more_while_it_is_disputed_is_decided_all_the_same() {
    for is_billed in [false, true] {
        let installation = if is_billed { billed(&standard()).await } else { prepared(&["acme"], &standard()).await };
        let Installation { caller, .. } = &installation;
        let opened = open(&installation, "acme-0").await;
        tell(&installation, "acme-0", "reopened", "2016-03-02T05:00:00Z").await;
        drain(&installation, caller).await;
        sound(&installation).await;
        let rejected = decide(&installation, opened.view.id, Ruling::Reject).await;
        assert_eq!((stands(&rejected), billed_micros(&installation, "acme-0").await), ("decided: reject, stands".into(), 0));
        assert_eq!(held(&installation).await, [""; 0]);
        tell(&installation, "acme-0", "resolved", "2016-03-04T01:00:00Z").await;
        drain(&installation, caller).await;
        assert_eq!(billed_micros(&installation, "acme-0").await, 1_000_000, "it is earned again, and stands");
        sound(&installation).await;
    }
}

#[tokio::test]
async fn a_merged_customer_is_ruled_on_as_it_is_and_its_payer_gets_the_credit_note() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, .. } = &installation;
    assay.merge_customer(caller, "acme", "globex", "bought").await.expect("merged");
    let opened = open(&installation, "acme-0").await;
    assert_eq!((opened.view.customer.as_str(), opened.view.invoice.as_deref()), ("acme", Some("INV-000001")));
    assert_eq!(held(&installation).await, ["returnable globex resolutions 0.99 USD"]);
    decide(&installation, opened.view.id, Ruling::Uphold).await;
    assert_eq!(correction(&installation).await.as_deref(), Some("  correction resolutions of 2016-03: -1 × 0.99 = -0.99"));
    let april = documents(&installation, "2016-04").await;
    assert!(april.contains(&"CN-000001 globex for INV-000001 -0.99 USD".to_owned()), "{april:?}");
}

/// The bill of a voided document is open again: what was taken back meanwhile is not on the next one, and what is still disputed is shown.
#[tokio::test]
async fn what_was_voided_is_billed_anew_by_what_is_decided_then() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, clock, .. } = &installation;
    let (acme, globex) = (open(&installation, "acme-0").await, open(&installation, "globex-0").await);
    clock.set(at("2016-04-10T00:00:00Z"));
    decide(&installation, acme.view.id, Ruling::Uphold).await;
    for number in ["INV-000001", "INV-000002"] {
        assay.void_invoice(caller, number, "the wrong address").await.expect("voided");
    }
    settle(&installation, |terms| terms.default_ruling = DefaultRuling::Reject).await;
    sound(&installation).await;
    clock.set(at("2016-05-02T00:00:00Z"));
    assay.bill(caller, month("2016-04"), |_| {}).await.expect("a bill");
    let invoices = assay.invoices(caller).await.expect("invoices");
    let totals: Vec<String> = invoices.iter().skip(2).map(|invoice| format!("{} {}", invoice.customer_key, invoice.total)).collect();
    assert_eq!(totals, ["acme 1000.00 USD", "globex 1000.99 USD"], "the run has given the default ruling first");
    assert_eq!(show(&installation, &globex).await.view.state.ruling(), Some(Ruling::Reject));
    assert!(matches!(show(&installation, &acme).await.view.state, DisputeState::Final { ruling: Ruling::Uphold }));
    sound(&installation).await;
}
