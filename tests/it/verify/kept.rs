//! Checkpoints that a customer has kept: a log that has forked since, or was cut off, does not get past them.

use assay_receipt::{bundle::Bundle, log_proof::GrowthProof, note::Note, proof::ConsistencyProof};
use assay_tests::forger::{Cover, Forger};
use assay_verify::{Check, Kept, KeptNote, Pins, Report, VerifyError};

use super::support::{failures, month, outcome, pins, verified, verified_file};

/// A log that holds the receipts of a bundle and nothing else.
async fn logged() -> (Bundle, Forger) {
    let mut bundle = month().await.acme;
    let forger = Forger::of(&bundle);
    forger.cover(&mut bundle, Cover::Log);
    (bundle, forger)
}

fn size(bundle: &Bundle) -> u64 {
    bundle.chains[0].receipts.len() as u64
}

fn keeping(forger: &Forger, note: Note) -> Pins {
    Pins { kept: vec![Kept { name: "may.checkpoint".into(), what: KeptNote::Checkpoint(note) }], ..forger.pins() }
}

/// The one failure of a check.
fn failure(report: &Report, check: Check) -> String {
    let found: Vec<String> = report.failures().iter().filter(|failure| failure.check == check).map(ToString::to_string).collect();
    assert!(!found.is_empty(), "no failure of {check}: {:#?}", failures(report));
    found[0].clone()
}

#[tokio::test]
async fn every_checkpoint_of_one_log_is_its_beginning() {
    let (mut bundle, forger) = logged().await;
    for old in 0..=size(&bundle) {
        bundle.log.growth = vec![forger.growth(&bundle, old)];
        let kept = forger.checkpoint(&bundle, old);
        assert_eq!(failures(&verified(&bundle, &keeping(&forger, kept))), Vec::<String>::new(), "of {old} leaves");
    }
}

#[tokio::test]
async fn a_log_that_forked_is_not_the_one_that_was_kept() {
    let (honest, forger) = logged().await;
    let mut forked = honest.clone();
    outcome(&mut forked).receipt.recorded_at = "2016-04-01T00:00:00Z".parse().expect("a time");
    forger.cover(&mut forked, Cover::Log);
    assert_eq!(failures(&verified(&forked, &forger.pins())), Vec::<String>::new(), "by itself it looks whole");

    let kept = forger.checkpoint(&honest, size(&honest));
    let told = failure(&verified(&forked, &keeping(&forger, kept)), Check::Consistency);
    assert!(told.starts_with("consistency, the kept checkpoint may.checkpoint: the log has forked"), "{told}");

    let old = size(&honest) - 1;
    let kept = keeping(&forger, forger.checkpoint(&honest, old));
    let told = failure(&verified(&forked, &kept), Check::Consistency);
    assert!(told.contains("nothing proves that the log of"), "without a proof: {told}");
    for (name, from) in [("of the honest log", &honest), ("of the forked log", &forked)] {
        let mut proved = forked.clone();
        proved.log.growth = vec![forger.growth(from, old)];
        let told = failure(&verified(&proved, &kept), Check::Consistency);
        assert!(told.contains("the proof does not lead to the root of the"), "with a proof {name}: {told}");
    }
}

#[tokio::test]
async fn a_log_that_was_cut_off_is_shorter_than_the_one_that_was_kept() {
    let (honest, forger) = logged().await;
    let kept = keeping(&forger, forger.checkpoint(&honest, size(&honest)));
    let mut cut = honest.clone();
    cut.chains[0].receipts.pop();
    forger.cover(&mut cut, Cover::Log);
    let told = failure(&verified(&cut, &kept), Check::Consistency);
    assert!(told.contains("the log has shrunk") && told.contains("it was cut off"), "{told}");
}

#[tokio::test]
async fn a_bundle_may_be_older_than_what_was_kept_if_the_log_has_grown_from_it() {
    let (bundle, forger) = logged().await;
    let (old, new) = (size(&bundle) - 2, size(&bundle));
    let later = forger.checkpoint(&bundle, new);
    let growth = GrowthProof { old, consistency: ConsistencyProof { hashes: forger.growth(&bundle, old).proof }, checkpoint: later };
    let mut older = bundle.clone();
    older.invoice = None;
    older.chains[0].receipts.truncate(usize::try_from(old).expect("a size"));
    forger.cover(&mut older, Cover::Log);
    let kept = Kept::read("june.growth", &growth.to_string()).expect("a proof of growth");
    let report = verified(&older, &Pins { kept: vec![kept], ..forger.pins() });
    assert_eq!(failures(&report), Vec::<String>::new());
}

#[tokio::test]
async fn what_the_log_has_not_signed_cannot_be_held_against_it() {
    let month = month().await;
    let forger = Forger::of(&month.acme);
    let stranger = keeping(&forger, forger.checkpoint(&month.acme, 1)).kept;
    let pins = Pins { kept: stranger, ..pins(&month.acme) };
    let refused = verified_file(&month.acme.write().expect("a file"), &pins);
    assert!(matches!(&refused, Err(VerifyError::Kept(unusable)) if unusable.name == "may.checkpoint"), "{refused:?}");
    for text in ["", "old 3\n", "assay\n3\nAAAA\n", "\u{2014} x y\n"] {
        assert!(Kept::read("a file", text).is_err(), "{text:?}");
    }
}
