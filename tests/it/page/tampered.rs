//! Whatever is altered is named as the program names it: in a file after it was exported, and by a vendor that covers it up.

use assay_domain::{canon::Digest, outcome::Meter, time::Duration, value::Value};
use assay_receipt::{bundle::Bundle, commitment::Salt};
use assay_tests::forger::{Cover, Forger, renumber};
use assay_verify::Pins;

use super::support::{Page, alone, counts_an_outcome, entry, evaluation, event, month, pins, said_by_assay};

/// What is altered, how far that is covered up, the check that catches it first, and how it is done.
type Row = (&'static str, Cover, &'static str, fn(&mut Bundle));

const ROWS: [Row; 22] = [
    ("when an event happened", Cover::Nothing, "commitment", |bundle| {
        let event = event(bundle);
        event.time = event.time.plus(Duration::seconds(1));
    }),
    ("what an event says", Cover::Nothing, "commitment", |bundle| event(bundle).data = Some(CLOSED.into())),
    ("what a signed event says, with its hashes", Cover::Hashes, "attestation", |bundle| event(bundle).data = Some(CLOSED.into())),
    ("the salt of an event", Cover::Nothing, "commitment", |bundle| event(bundle).salt = Some(Salt::new([1; 32]))),
    ("an event that is left out", Cover::Nothing, "evidence", |bundle| {
        let id = entry(bundle).receipt.judgement.evidence[0].event;
        bundle.interactions.iter_mut().for_each(|interaction| interaction.events.retain(|event| event.id != id));
    }),
    ("a parameter", Cover::Nothing, "definition", |bundle| bundle.definitions[0].content.parameters[0] = HOUR),
    ("a parameter, with the hashes", Cover::Hashes, "verdict", |bundle| bundle.definitions[0].content.parameters[0] = HOUR),
    ("a parameter of the receipt", Cover::Log, "definition", |bundle| entry(bundle).receipt.definition.parameters[0] = HOUR),
    ("the recorded verdict", Cover::Nothing, "commitment", double),
    ("the recorded verdict, with its hash", Cover::Hashes, "verdict", double),
    ("the reason", Cover::Log, "verdict", |bundle| entry(bundle).receipt.judgement.reason = Some("reopened".into())),
    ("the evidence", Cover::Log, "evidence", |bundle| entry(bundle).receipt.judgement.evidence.clear()),
    ("a byte of the component", Cover::Nothing, "component", |bundle| {
        *bundle.components[0].bytes.0.last_mut().expect("a byte") ^= 1;
    }),
    ("the manifest", Cover::Nothing, "component", |bundle| bundle.components[0].manifest.reasons[0].code = "excellent".into()),
    ("the salt of the entry", Cover::Nothing, "inclusion", |bundle| entry(bundle).salt = Salt::new([1; 32])),
    ("a hash of the proof", Cover::Nothing, "inclusion", |bundle| entry(bundle).proof[0] = Digest::of(b"another")),
    ("the place in the log", Cover::Nothing, "inclusion", |bundle| entry(bundle).leaf += 1),
    ("the checkpoint", Cover::Nothing, "signature", |bundle| {
        let text = bundle.log.checkpoint.to_string();
        bundle.log.checkpoint = text.replacen("\n", "\n1", 1).parse().expect("a note");
    }),
    ("the quantity", Cover::Log, "usage", |bundle| {
        let quantity = &mut entry(bundle).receipt.change.quantity;
        *quantity = quantity.checked_add(*quantity).expect("twice as much");
    }),
    ("what is counted", Cover::Log, "usage", |bundle| entry(bundle).receipt.change.meter = Meter::Attempt),
    ("whose it is", Cover::Nothing, "commitment", |bundle| bundle.chains[0].customer = "globex".into()),
    ("from when on the customer has agreed", Cover::Log, "approval", |bundle| {
        let approval = entry(bundle).receipt.definition.approval.as_mut().expect("a signature");
        approval.from = approval.from.plus(Duration::seconds(1));
    }),
];

const CLOSED: &str = r#"{"incident_state":"Closed","reopen_count":0}"#;
const HOUR: Value = Value::Duration(Duration::hours(1));

fn double(bundle: &mut Bundle) {
    let detail = evaluation(bundle).detail.as_mut().expect("a verdict");
    assert!(detail.contains(r#""quantity":"1""#), "{detail}");
    *detail = detail.replace(r#""quantity":"1""#, r#""quantity":"2""#);
}

/// The bundle with the alteration, and what whoever verifies it takes for the log's key.
fn altered(bundle: &Bundle, cover: Cover, alter: fn(&mut Bundle)) -> (Bundle, Pins) {
    let mut altered = bundle.clone();
    if cover == Cover::Nothing {
        alter(&mut altered);
        return (altered, pins(bundle));
    }
    let forger = Forger::of(bundle);
    renumber(&mut altered);
    alter(&mut altered);
    forger.cover(&mut altered, cover);
    (altered, forger.pins())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_alteration_is_named_as_the_program_names_it() {
    let bundle = alone(&month().await.acme, counts_an_outcome);
    let mut page = Page::open();
    for (what, cover, check, alter) in ROWS {
        let (altered, pins) = altered(&bundle, cover, alter);
        let (by_page, by_assay) = (page.verify(&altered, &pins), said_by_assay(&altered, &pins));
        assert_eq!(by_page, by_assay, "{what}");
        let named = format!(" does not follow from the facts: {check}, ");
        assert!(by_page.sentence.contains(&named), "{what}: {}", by_page.sentence);
        assert!(page.checks().contains(&format!("{check} does not hold")), "{what}: {:?}", page.checks());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_altered_by_a_vendor_that_only_writes_its_log_anew() {
    let bundle = alone(&month().await.acme, counts_an_outcome);
    let (same, pins) = altered(&bundle, Cover::Hashes, |_| ());
    let said = Page::open().verify(&same, &pins);
    assert_eq!((said.state.as_str(), &said), ("holds", &said_by_assay(&same, &pins)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_key_of_another_log_is_not_the_pinned_one() {
    let bundle = alone(&month().await.acme, counts_an_outcome);
    let pins = Forger::of(&bundle).pins();
    let said = Page::open().verify(&bundle, &pins);
    assert_eq!(said, said_by_assay(&bundle, &pins));
    assert!(said.sentence.contains("signature, the log's key: "), "{}", said.sentence);
}
