//! A verdict and a ruling end alike, whichever comes first and even where they come at once.

use std::collections::BTreeMap;

use assay_app::Assay;
use assay_domain::{id::DisputeId, ruling::Ruling};
use assay_tests::assay::{Installation, at};

use super::support::{appeal, decide, open, sound, split, tell};
use crate::app::{
    corrections::{billed, prepared},
    support::{bill, drain, dump, standard},
};

/// When the late facts are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    BeforeTheRuling,
    AfterTheRuling,
    Beside,
}

/// Late facts, and what they make of the outcome.
#[derive(Debug, Clone, Copy)]
enum Facts {
    /// It is earned no more.
    Lost,
    /// It is earned later.
    Moved,
    /// It is earned as before, by another judgement.
    Same,
}

async fn tell_late(installation: &Installation, facts: Facts) {
    match facts {
        Facts::Lost => tell(installation, "acme-0", "reopened", "2016-03-02T05:00:00Z").await,
        Facts::Moved => {
            tell(installation, "acme-0", "reopened", "2016-03-02T05:00:00Z").await;
            tell(installation, "acme-0", "resolved", "2016-03-04T01:00:00Z").await;
        }
        Facts::Same => tell(installation, "acme-0", "closed", "2016-03-20T00:00:00Z").await,
    }
}

/// Lives through a dispute and late facts, up to the next bill; everything that must be the same in the end.
async fn lived(is_billed: bool, facts: Facts, ruling: Ruling, is_appealed: bool, when: When) -> String {
    let installation = if is_billed { billed(&standard()).await } else { prepared(&["acme", "globex"], &standard()).await };
    let Installation { assay, caller, clock, .. } = &installation;
    let id = open(&installation, "acme-0").await.view.id;
    if is_appealed {
        decide(&installation, id, Ruling::Reject).await;
        appeal(&installation, id).await;
    }
    match when {
        When::BeforeTheRuling => {
            tell_late(&installation, facts).await;
            drain(&installation, caller).await;
            sound(&installation).await;
            decide(&installation, id, ruling).await;
        }
        When::AfterTheRuling => {
            decide(&installation, id, ruling).await;
            tell_late(&installation, facts).await;
            drain(&installation, caller).await;
        }
        When::Beside => {
            tell_late(&installation, facts).await;
            let judged = assay.drain(caller, |_| {});
            let (judged, ruled) = tokio::join!(judged, rule(assay, &installation, id, ruling));
            judged.expect("judged");
            ruled.expect("ruled");
            // What was judged beside the ruling is judged again.
            drain(&installation, caller).await;
        }
    }
    sound(&installation).await;
    for (month, now) in [("2016-03", "2016-05-02T00:00:00Z"), ("2016-04", "2016-05-02T00:00:00Z"), ("2016-05", "2016-06-02T00:00:00Z")] {
        clock.set(at(now));
        bill(&installation, caller, month).await;
    }
    sound(&installation).await;
    dump(&installation, caller).await
}

async fn rule(assay: &Assay, installation: &Installation, id: DisputeId, ruling: Ruling) -> Result<(), assay_app::AppError> {
    assay.decide_dispute(&installation.caller, id, ruling, "the log says so").await.map(drop)
}

/// Every order ends alike; gives back how each of these facts and rulings ends.
async fn check(is_billed: bool, is_appealed: bool, all: &[Facts]) -> BTreeMap<String, String> {
    let mut ends = BTreeMap::new();
    for facts in all.iter().copied() {
        for ruling in [Ruling::Uphold, Ruling::Reject, split("0.25")] {
            let first = lived(is_billed, facts, ruling, is_appealed, When::BeforeTheRuling).await;
            for when in [When::AfterTheRuling, When::Beside] {
                assert_eq!(lived(is_billed, facts, ruling, is_appealed, when).await, first, "{facts:?}, {ruling}, {when:?}");
            }
            ends.insert(format!("{facts:?} {}", ruling.name()), first);
        }
    }
    ends
}

#[tokio::test]
async fn of_a_billed_outcome() {
    let ends = check(true, false, &[Facts::Lost, Facts::Moved, Facts::Same]).await;
    // What was lost is gone whatever was ruled; otherwise each ruling has an end of its own.
    assert_eq!((&ends["Lost uphold"], &ends["Lost split"]), (&ends["Lost reject"], &ends["Lost reject"]));
    for facts in ["Moved", "Same"] {
        let [upheld, rejected, split] = ["uphold", "reject", "split"].map(|ruling| &ends[&format!("{facts} {ruling}")]);
        assert!(upheld != rejected && rejected != split && split != upheld, "{facts}");
    }
}

#[tokio::test]
async fn of_an_outcome_that_is_kept_off_the_bill() {
    check(false, false, &[Facts::Lost, Facts::Moved]).await;
}

#[tokio::test]
async fn of_an_outcome_whose_ruling_is_appealed() {
    check(true, true, &[Facts::Moved]).await;
}

/// What was opened, decided and appealed between the facts leaves the same as a ruling on all of them.
#[tokio::test]
async fn rulings_in_between_leave_no_trace_on_the_bill() {
    let mut ends = Vec::new();
    for is_stirred in [false, true] {
        let installation = billed(&standard()).await;
        let Installation { caller, clock, .. } = &installation;
        let id = open(&installation, "acme-0").await.view.id;
        if is_stirred {
            decide(&installation, id, split("0.5")).await;
            tell_late(&installation, Facts::Moved).await;
            drain(&installation, caller).await;
            appeal(&installation, id).await;
        } else {
            decide(&installation, id, Ruling::Reject).await;
            appeal(&installation, id).await;
            tell_late(&installation, Facts::Moved).await;
            drain(&installation, caller).await;
        }
        decide(&installation, id, split("0.25")).await;
        clock.set(at("2016-05-02T00:00:00Z"));
        bill(&installation, caller, "2016-04").await;
        sound(&installation).await;
        ends.push(dump(&installation, caller).await);
    }
    assert_eq!(ends[0], ends[1]);
}
