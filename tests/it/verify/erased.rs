//! What is erased: every proof still holds, nothing of it is executed again, and the result says so.

use assay_receipt::bundle::Bundle;
use assay_verify::Check;

use super::support::{Known, failures, month, outcome, pins, verified};

/// What is left of a bundle once the interaction of a receipt is erased.
fn erase(bundle: &mut Bundle) {
    let id = outcome(bundle).receipt.judgement.interaction;
    for interaction in bundle.interactions.iter_mut().filter(|interaction| interaction.id == id) {
        interaction.subject = None;
        for event in &mut interaction.events {
            (event.data, event.salt) = (None, None);
        }
    }
    for evaluation in bundle.evaluations.iter_mut().filter(|evaluation| evaluation.interaction == id) {
        (evaluation.detail, evaluation.input_salt, evaluation.detail_salt) = (None, None, None);
    }
    for entry in bundle.chains[0].receipts.iter_mut().filter(|entry| entry.receipt.judgement.interaction == id) {
        entry.customer_salt = None;
    }
}

#[tokio::test]
async fn what_is_erased_is_said_and_all_that_is_left_still_follows() {
    let month = month().await;
    let mut bundle = month.acme.clone();
    erase(&mut bundle);
    for (name, bundle) in [("in the file", &bundle), ("by the service", &month.erased)] {
        let report = verified(bundle, &pins(&month.acme));
        assert_eq!(failures(&report), Vec::<String>::new(), "{name}");
        let receipts = bundle.chains[0].receipts.len() as u64;
        assert_eq!((report.summary.erased, report.summary.executed), (2, receipts - 2), "{name}: its attempt and its outcome");
        assert!(report.sentence().ends_with("5 lines computed anew; evidence erased for 2 receipts."), "{name}: {}", report.sentence());
    }
}

#[tokio::test]
async fn what_is_erased_covers_up_no_alteration_of_what_is_left() {
    let month = month().await;
    let known = Known::of(&month.acme);
    let mut bundle = month.acme.clone();
    erase(&mut bundle);
    outcome(&mut bundle).receipt.change.quantity = "2".parse().expect("a quantity");
    let report = verified(&bundle, &pins(&month.acme));
    let number = bundle.chains[0].receipts[known.outcome].receipt.number;
    let failure = report.failures().iter().find(|failure| failure.check == Check::Inclusion).expect("a failure");
    assert_eq!(failure.place.to_string(), format!("receipt {number} of acme"));
}
