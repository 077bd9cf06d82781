//! What somebody can do who holds a log's key, and what is known of it elsewhere.

use assay_receipt::{bundle::Bundle, chain::ChainHead, note_key::NoteKey, rotation::Rotation, signature::SecretKey};
use assay_tests::{
    components,
    forger::{Cover, Forger, renumber},
    invoiced,
};
use assay_verify::{Check, Pins, Report};

use super::support::{Known, failures, invoice, month, pins, verified};

/// Whether a check fails at a place.
fn fails(report: &Report, check: Check, place: &str) -> bool {
    report.failures().iter().any(|failure| failure.check == check && failure.place.to_string() == place)
}

fn key(bundle: &Bundle, seed: u8) -> NoteKey {
    NoteKey::new(bundle.log.origin.clone(), SecretKey::from_seed([seed; 32])).expect("a key")
}

#[tokio::test]
async fn a_log_under_another_key_is_another_log() {
    let month = month().await;
    let mut forged = month.acme.clone();
    Forger::of(&forged).cover(&mut forged, Cover::Log);
    let report = verified(&forged, &pins(&month.acme));
    for place in ["the log's key", "the checkpoint of the bundle", "the checkpoint of INV-000001"] {
        assert!(fails(&report, Check::Signature, place), "{place}: {:#?}", failures(&report));
    }
    let report = verified(&forged, &Pins::default());
    assert_eq!(failures(&report), Vec::<String>::new(), "nobody knows better");
    let notice = format!("pin the one of your agreement with --log-key {}", forged.log.key);
    assert!(report.summary.notices.iter().any(|told| told.contains(&notice)), "and it says so: {:?}", report.summary.notices);
}

#[tokio::test]
async fn a_key_hands_over_by_its_own_signature() {
    let month = month().await;
    let mut bundle = month.acme.clone();
    let forger = Forger::of(&bundle);
    forger.cover(&mut bundle, Cover::Log);
    let (old, new) = (key(&bundle, 5), forger.key().clone());
    let rotation = Rotation { origin: bundle.log.origin.clone(), size: 0, old: old.verifier().clone(), new };
    bundle.log.key = old.verifier().clone();
    bundle.log.rotations = vec![rotation.sign(&old).expect("a rotation")];
    assert_eq!(failures(&verified(&bundle, &pins(&bundle))), Vec::<String>::new(), "from the first key on");
    assert_eq!(failures(&verified(&bundle, &forger.pins())), Vec::<String>::new(), "from the second key on");

    bundle.log.rotations = vec![forger.sign(&rotation.to_string())];
    let report = verified(&bundle, &pins(&bundle));
    assert!(fails(&report, Check::Signature, "rotation 1"), "the new key has signed: {:#?}", failures(&report));
    bundle.log.rotations.clear();
    let report = verified(&bundle, &pins(&bundle));
    assert!(fails(&report, Check::Signature, "the checkpoint of the bundle"), "nobody has handed over: {:#?}", failures(&report));
}

/// Without a reversal, as if it had never been written; it would have to be billed otherwise too.
fn without_reversal(bundle: &Bundle) -> Bundle {
    let mut forged = bundle.clone();
    let at = Known::of(&forged).reversal;
    forged.chains[0].receipts.remove(at);
    renumber(&mut forged);
    Forger::of(&forged).cover(&mut forged, Cover::Log);
    forged
}

#[tokio::test]
async fn a_reversal_that_is_left_out_and_covered_up_does_not_lead_to_the_head_that_was_named() {
    let month = month().await;
    let forger = Forger::of(&month.acme);
    let named = invoice(&mut month.acme.clone()).heads[0].head.expect("a head");
    let mut forged = without_reversal(&month.acme);
    let report = verified(&forged, &forger.pins());
    assert!(fails(&report, Check::Line, "line 3"), "what it counts is not what it bills: {:#?}", failures(&report));

    let pins = Pins { heads: vec![named], ..forger.pins() };
    let report = verified(&forged, &pins);
    assert!(fails(&report, Check::Chain, &format!("the kept head {}", named.number)), "who has kept the head: {:#?}", failures(&report));
    invoice(&mut forged).heads[0].head = Some(named);
    let report = verified(&forged, &forger.pins());
    let place = format!("receipt {} of acme", named.number);
    assert!(fails(&report, Check::Chain, &place), "whom the invoice tells the head: {:#?}", failures(&report));
}

#[tokio::test]
async fn heads_that_were_kept_are_found_in_their_place() {
    let month = month().await;
    let receipts = &month.acme.chains[0].receipts;
    let head = |at: usize| ChainHead { number: receipts[at].receipt.number, digest: receipts[at].receipt.digest() };
    let kept = vec![head(0), head(receipts.len() - 1)];
    let report = verified(&month.acme, &Pins { heads: kept, ..pins(&month.acme) });
    assert_eq!(failures(&report), Vec::<String>::new());
    let other = ChainHead { digest: head(1).digest, ..head(0) };
    let report = verified(&month.acme, &Pins { heads: vec![other], ..pins(&month.acme) });
    assert!(fails(&report, Check::Chain, "the kept head 1"), "{:#?}", failures(&report));
}

#[tokio::test]
async fn what_was_received_otherwise_is_held_against_the_bundle() {
    let month = month().await;
    let own = Pins { components: vec![components::resolved_ticket().to_vec()], ..pins(&month.acme) };
    assert_eq!(failures(&verified(&month.acme, &own)), Vec::<String>::new());
    let other = Pins { components: vec![components::example("csat").to_vec()], ..pins(&month.acme) };
    let report = verified(&month.acme, &other);
    assert!(failures(&report)[0].starts_with("component, the pinned component "), "{:#?}", failures(&report));

    let approved = Pins { approval_keys: vec![invoiced::acme().public()], ..pins(&month.acme) };
    assert_eq!(failures(&verified(&month.acme, &approved)), Vec::<String>::new());
    let stranger = Pins { approval_keys: vec![SecretKey::from_seed([66; 32]).public()], ..pins(&month.acme) };
    let report = verified(&month.acme, &stranger);
    assert!(fails(&report, Check::Approval, "receipt 1 of acme"), "{:#?}", failures(&report));
}
