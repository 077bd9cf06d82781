//! The month after: its receipts go on from the head that was named before, a credit note takes back, and the log has another key.

use assay_receipt::{
    bundle::{Bundle, PostedElsewhere},
    rotation::Rotation,
};
use assay_verify::{Check, Kept, KeptNote, Pins, Report};

use super::support::{failures, invoice, month, pins, verified};

fn fails(report: &Report, check: Check, place: &str) -> bool {
    report.failures().iter().any(|failure| failure.check == check && failure.place.to_string() == place)
}

#[tokio::test]
async fn a_credit_note_and_the_invoice_beside_it_follow_from_what_was_billed_before() {
    let month = month().await;
    for (bundle, subject) in
        [(&month.credit, "The credit note CN-000001 of -0.94 USD to acme"), (&month.april, "The invoice INV-000003 of 595.00 USD to acme")]
    {
        let report = verified(bundle, &pins(&month.acme));
        let done = "10 receipts in the log, 10 verdicts executed again, 2 lines computed anew";
        assert_eq!((failures(&report), report.sentence()), (Vec::new(), format!("{subject} follows from the facts: {done}.")));
        let taken = report.summary.notices.iter().any(|notice| notice.starts_with("lines of ") && notice.contains("INV-000001"));
        assert!(taken, "what was billed before is told, and said to be: {:?}", report.summary.notices);
    }
}

#[tokio::test]
async fn what_was_kept_in_march_is_found_in_april() {
    let month = month().await;
    let head = invoice(&mut month.acme.clone()).heads[0].head.expect("a head");
    let kept = Kept { name: "march.checkpoint".into(), what: KeptNote::Checkpoint(month.acme.log.checkpoint.clone()) };
    let march = Pins { heads: vec![head], kept: vec![kept], ..pins(&month.acme) };
    assert_eq!(failures(&verified(&month.april, &march)), Vec::<String>::new());
}

#[tokio::test]
async fn the_key_that_signs_now_may_be_pinned_as_well_as_the_first() {
    let month = month().await;
    let mut april = month.april.clone();
    let rotation: Rotation = april.log.rotations[0].text().parse().expect("a rotation");
    let latest = Pins { log_key: Some(rotation.new), ..Pins::default() };
    assert_eq!(failures(&verified(&april, &latest)), Vec::<String>::new());
    april.log.rotations.clear();
    let report = verified(&april, &pins(&month.acme));
    assert!(fails(&report, Check::Signature, "the checkpoint of the bundle"), "{:#?}", failures(&report));
}

#[tokio::test]
async fn corrections_that_were_altered_are_caught() {
    type Change = fn(&mut Bundle);
    let month = month().await;
    let agreement = invoice(&mut month.april.clone()).agreements[0].id;
    let period = format!("2016-03 of {agreement}");
    let (april, credit) = (&month.april, &month.credit);
    let rows: [(&str, &Bundle, Change, Check, &str); 8] = [
        ("what is taken back", credit, |b| invoice(b).lines[0].amount_minor += 1, Check::Line, "line 1"),
        ("how much is taken back", credit, |b| invoice(b).lines[0].quantity = "-2".parse().expect("two"), Check::Line, "line 1"),
        ("what was billed before", credit, |b| posted(b, "tier").amount_minor += 1, Check::Line, "line 1"),
        ("what is taken back elsewhere", april, beside, Check::Line, period.as_str()),
        ("what was billed before, out of sight", april, |b| posted(b, "flat").amount_minor += 1, Check::Line, period.as_str()),
        ("a correction that nobody takes up", april, forget_march, Check::Usage, "receipt 10 of acme"),
        ("a reversal is left out", april, |b| drop(b.chains[0].receipts.pop()), Check::Chain, "receipt 10 of acme"),
        ("a receipt of before is left out", april, |b| drop(b.chains[0].earlier.pop()), Check::Line, period.as_str()),
    ];
    for (name, bundle, change, check, place) in rows {
        let mut altered = bundle.clone();
        change(&mut altered);
        let report = verified(&altered, &pins(&month.acme));
        assert!(fails(&report, check, place), "{name}: no failure of `{check}` at {place}: {:#?}", failures(&report));
    }
}

/// A line of March on the invoice of March: of the second tier, or flat.
fn posted<'b>(bundle: &'b mut Bundle, which: &str) -> &'b mut PostedElsewhere {
    let march = invoice(bundle).periods.iter_mut().find(|told| told.period.to_string() == "2016-03").expect("March");
    let is_meant = |line: &&mut PostedElsewhere| if which == "tier" { line.tier == 2 } else { line.charge == "platform" };
    march.before.iter_mut().find(is_meant).expect("a line")
}

fn beside(bundle: &mut Bundle) {
    let march = invoice(bundle).periods.iter_mut().find(|told| told.period.to_string() == "2016-03").expect("March");
    march.beside[0].amount_minor += 1;
}

fn forget_march(bundle: &mut Bundle) {
    invoice(bundle).periods.retain(|told| told.period.to_string() != "2016-03");
}
