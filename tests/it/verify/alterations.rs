//! Whatever is altered in a bundle is caught by the check that guards it, at its place, and however far it was covered up: the log's key
//! does not help who holds it against hashes, nor do hashes against executing again.

use assay_domain::id::EventId;
use assay_tests::forger::{Cover, Forger};
use assay_verify::Check;

use super::{
    changes::{
        acme_key, add_event, add_line, approve, at_the_end, behead, charge_more, count_twice, declare, delay, drop_evaluation, drop_event,
        drop_line, drop_reversal, forget, hold_back, later, mallory, misattribute, nobody, overlook, raw, redefine, rejudge, reparameter,
        resized, salt, supersede, swap_component, swap_customer, swap_order, take_back_other, two, unresolve, unsign, unsigned, uprooted,
        vouch, widen,
    },
    support::{Known, Month, agreement, evaluation, event, failures, interaction, invoice, month, outcome, pins, reprice, verified},
};

type Change = fn(&mut Month);
/// What is altered, how far that is covered up, which check says so, and where.
type Row = (&'static str, Cover, Change, Check, &'static str);

const RECEIPT: &str = "receipt {outcome} of acme";
const EVENT: &str = "event {event} of receipt {outcome} of acme";
const PERIOD: &str = "2016-03 of {agreement}";

/// What was told.
const FACTS: &[Row] = &[
    ("an event's data", Cover::Nothing, |m| unresolve(&mut m.acme), Check::Commitment, EVENT),
    ("an event's data, hashed anew", Cover::Hashes, |m| unresolve(&mut m.acme), Check::Verdict, RECEIPT),
    ("an event's data, hashed anew, is not signed", Cover::Hashes, |m| unresolve(&mut m.acme), Check::Attestation, EVENT),
    ("an event's time", Cover::Nothing, |m| delay(&mut m.acme), Check::Commitment, EVENT),
    ("an event's time, hashed anew", Cover::Hashes, |m| delay(&mut m.acme), Check::Verdict, RECEIPT),
    ("an event's sender", Cover::Nothing, |m| event(&mut m.acme).source_id += "-x", Check::Commitment, EVENT),
    ("an event's salt", Cover::Nothing, |m| event(&mut m.acme).salt = Some(salt()), Check::Commitment, EVENT),
    ("the event that counts is dropped", Cover::Nothing, |m| drop_event(&mut m.acme, 1), Check::Evidence, EVENT),
    ("another event is dropped", Cover::Nothing, |m| drop_event(&mut m.acme, 0), Check::Commitment, RECEIPT),
    ("an event is added", Cover::Nothing, |m| add_event(&mut m.acme), Check::Commitment, RECEIPT),
    ("an event is superseded", Cover::Nothing, |m| supersede(&mut m.acme), Check::Commitment, RECEIPT),
    ("the subject", Cover::Nothing, |m| interaction(&mut m.acme).subject = Some("T9".into()), Check::Commitment, EVENT),
    ("the salt of the input", Cover::Nothing, |m| evaluation(&mut m.acme).input_salt = Some(salt()), Check::Commitment, RECEIPT),
    ("the salt of the customer", Cover::Nothing, |m| outcome(&mut m.acme).customer_salt = Some(salt()), Check::Commitment, RECEIPT),
    ("the recorded verdict", Cover::Nothing, |m| rejudge(&mut m.acme), Check::Commitment, RECEIPT),
    ("the recorded verdict, hashed anew", Cover::Hashes, |m| rejudge(&mut m.acme), Check::Verdict, RECEIPT),
    ("an evaluation is dropped", Cover::Nothing, |m| drop_evaluation(&mut m.acme), Check::Execution, RECEIPT),
    ("the facts that were known", Cover::Nothing, |m| evaluation(&mut m.acme).facts_until = EventId(0), Check::Evidence, EVENT),
];

/// What was judged by.
const RULES: &[Row] = &[
    ("a parameter", Cover::Nothing, |m| widen(&mut m.acme), Check::Definition, RECEIPT),
    ("a parameter, hashed anew, is not approved", Cover::Hashes, |m| widen(&mut m.acme), Check::Approval, RECEIPT),
    ("a parameter in the receipt", Cover::Log, |m| reparameter(&mut m.acme), Check::Definition, RECEIPT),
    ("the timing", Cover::Nothing, |m| hold_back(&mut m.acme), Check::Definition, RECEIPT),
    ("the timing in the receipt", Cover::Log, |m| outcome(&mut m.acme).receipt.definition.timing = later(), Check::Definition, RECEIPT),
    ("what is read", Cover::Nothing, |m| m.acme.definitions[0].content.reads[0].fields.clear(), Check::Definition, RECEIPT),
    ("the component's bytes", Cover::Nothing, |m| m.acme.components[0].bytes.0[100] ^= 1, Check::Component, "the component {component}"),
    ("another valid component", Cover::Nothing, |m| swap_component(&mut m.acme), Check::Component, "the definition fixed@1"),
    ("another valid component, hashed anew", Cover::Hashes, |m| redefine(&mut m.acme), Check::Definition, "the definition fixed@1"),
    ("the manifest", Cover::Nothing, |m| declare(&mut m.acme), Check::Component, "the component {component}"),
    ("an approval's signature", Cover::Log, |m| approve(&mut m.acme, |approved| approved.signature = nobody()), Check::Approval, RECEIPT),
    ("an approval's key", Cover::Log, |m| approve(&mut m.acme, |approved| approved.key = mallory().public()), Check::Approval, RECEIPT),
    (
        "an approval that came later",
        Cover::Log,
        |m| approve(&mut m.acme, |approved| approved.from = at_the_end()),
        Check::Approval,
        RECEIPT,
    ),
    ("an approval is left out", Cover::Log, |m| unsign(&mut m.acme), Check::Approval, RECEIPT),
    ("whose tenant it is", Cover::Nothing, |m| m.acme.issuer.tenant = "other".into(), Check::Approval, RECEIPT),
    ("an attestation's signature", Cover::Log, |m| vouch(&mut m.acme, &acme_key(), nobody()), Check::Attestation, EVENT),
    ("an attestation's key", Cover::Log, |m| vouch(&mut m.acme, &mallory(), nobody()), Check::Attestation, EVENT),
];

/// What receipts say.
const RECEIPTS: &[Row] = &[
    ("a decision", Cover::Nothing, |m| outcome(&mut m.acme).receipt.judgement.conclusion = "failure".into(), Check::Inclusion, RECEIPT),
    (
        "a decision, signed anew",
        Cover::Log,
        |m| outcome(&mut m.acme).receipt.judgement.conclusion = "failure".into(),
        Check::Verdict,
        RECEIPT,
    ),
    ("a reason", Cover::Log, |m| outcome(&mut m.acme).receipt.judgement.reason = Some("escalated".into()), Check::Verdict, RECEIPT),
    ("the time of asking", Cover::Log, |m| outcome(&mut m.acme).receipt.judgement.as_of = at_the_end(), Check::Verdict, RECEIPT),
    ("a quantity", Cover::Nothing, |m| outcome(&mut m.acme).receipt.change.quantity = two(), Check::Inclusion, RECEIPT),
    ("a digest", Cover::Nothing, |m| outcome(&mut m.acme).digest = m.globex.chains[0].receipts[0].digest, Check::Inclusion, RECEIPT),
    ("a quantity, signed anew", Cover::Log, |m| outcome(&mut m.acme).receipt.change.quantity = two(), Check::Usage, RECEIPT),
    ("a date", Cover::Log, |m| outcome(&mut m.acme).receipt.change.dated_at = at_the_end(), Check::Usage, RECEIPT),
    ("a class", Cover::Log, |m| outcome(&mut m.acme).receipt.change.class = Some("large".into()), Check::Usage, RECEIPT),
    ("a credit", Cover::Log, |m| outcome(&mut m.acme).receipt.change.credit = "human:1".parse().ok(), Check::Usage, RECEIPT),
    ("a value", Cover::Log, |m| outcome(&mut m.acme).receipt.change.value = "5".parse().ok(), Check::Usage, RECEIPT),
    (
        "what it was earned under",
        Cover::Log,
        |m| outcome(&mut m.acme).receipt.change.earned_under = m.acme.components[0].digest,
        Check::Usage,
        RECEIPT,
    ),
    ("the evidence is left out", Cover::Log, |m| outcome(&mut m.acme).receipt.judgement.evidence.clear(), Check::Evidence, RECEIPT),
    ("other evidence", Cover::Hashes, |m| misattribute(&mut m.acme), Check::Evidence, RECEIPT),
    ("an outcome is counted twice", Cover::Log, |m| count_twice(&mut m.acme), Check::Usage, "receipt {next} of acme"),
    ("something else is taken back", Cover::Log, |m| take_back_other(&mut m.acme), Check::Usage, "receipt {reversal} of acme"),
    ("the number of a change", Cover::Log, |m| outcome(&mut m.acme).receipt.change.usage = 0, Check::Chain, RECEIPT),
    ("another log", Cover::Log, |m| outcome(&mut m.acme).receipt.origin += "x", Check::Inclusion, RECEIPT),
    ("the receipt of another customer", Cover::Log, swap_customer, Check::Commitment, RECEIPT),
    ("two receipts change places", Cover::Nothing, |m| swap_order(&mut m.acme), Check::Chain, "receipt {before} of acme"),
    ("a reversal is left out", Cover::Nothing, |m| drop_reversal(&mut m.acme), Check::Chain, "receipt {reversal} of acme"),
    ("the head of the chain", Cover::Nothing, |m| behead(&mut m.acme), Check::Chain, "receipt {last} of acme"),
    ("the chain begins later", Cover::Nothing, |m| drop(m.acme.chains[0].receipts.remove(0)), Check::Chain, "receipt 1 of acme"),
];

/// The log.
const LOG: &[Row] = &[
    ("the place of a leaf", Cover::Nothing, |m| outcome(&mut m.acme).leaf ^= 1, Check::Inclusion, RECEIPT),
    ("the salt of a leaf", Cover::Nothing, |m| outcome(&mut m.acme).salt = salt(), Check::Inclusion, RECEIPT),
    ("a hash of a proof", Cover::Nothing, |m| outcome(&mut m.acme).proof[0] = m.acme.components[0].digest, Check::Inclusion, RECEIPT),
    ("a hash less in a proof", Cover::Nothing, |m| outcome(&mut m.acme).proof.truncate(1), Check::Inclusion, RECEIPT),
    (
        "the size of the log",
        Cover::Nothing,
        |m| m.acme.log.checkpoint = resized(&m.acme.log.checkpoint),
        Check::Signature,
        "the checkpoint of the bundle",
    ),
    (
        "the root of the log",
        Cover::Nothing,
        |m| m.acme.log.checkpoint = uprooted(&m.acme.log.checkpoint),
        Check::Signature,
        "the checkpoint of the bundle",
    ),
    (
        "the signature of the log",
        Cover::Nothing,
        |m| m.acme.log.checkpoint = unsigned(&m.acme.log.checkpoint),
        Check::Signature,
        "the checkpoint of the bundle",
    ),
    (
        "the checkpoint of the invoice",
        Cover::Nothing,
        |m| invoice(&mut m.acme).checkpoint = uprooted(&invoice(&mut m.acme).checkpoint),
        Check::Signature,
        "the checkpoint of INV-000001",
    ),
];

/// The invoice.
const INVOICE: &[Row] = &[
    ("a price", Cover::Nothing, |m| reprice(&mut m.acme, "/charges/1/tiers/0/price", "0.95"), Check::Line, "line 2"),
    ("a tier", Cover::Nothing, |m| reprice(&mut m.acme, "/charges/1/tiers/0/up-to", "3"), Check::Line, "line 2"),
    ("a fee", Cover::Nothing, |m| reprice(&mut m.acme, "/charges/0/amount", "400"), Check::Line, "line 1"),
    ("a tax", Cover::Nothing, |m| reprice(&mut m.acme, "/taxes/0/rate", "0.2"), Check::Line, "line 5"),
    ("a card that is none", Cover::Nothing, |m| reprice(&mut m.acme, "/charges/0/amount", "-1"), Check::Price, "the agreement {agreement}"),
    ("an override", Cover::Nothing, |m| agreement(&mut m.acme).overrides = raw(r#"{"taxes":[]}"#), Check::Line, "line 5"),
    ("a commitment", Cover::Nothing, |m| agreement(&mut m.acme).overrides = raw(r#"{"commitment":{"amount":"900"}}"#), Check::Line, PERIOD),
    ("a line's quantity", Cover::Nothing, |m| invoice(&mut m.acme).lines[1].quantity = two().negated(), Check::Line, "line 2"),
    ("a line's amount", Cover::Nothing, |m| charge_more(&mut m.acme), Check::Line, "line 2"),
    ("a line's price", Cover::Nothing, |m| invoice(&mut m.acme).lines[1].unit_price = "1".into(), Check::Line, "line 2"),
    ("a line's label", Cover::Nothing, |m| invoice(&mut m.acme).lines[1].label = "Something".into(), Check::Line, "line 2"),
    ("a line is left out", Cover::Nothing, |m| drop_line(&mut m.acme), Check::Line, PERIOD),
    ("a line is added", Cover::Nothing, |m| add_line(&mut m.acme), Check::Line, "line 6"),
    ("two lines change places", Cover::Nothing, |m| invoice(&mut m.acme).lines.swap(0, 1), Check::Line, "INV-000001"),
    ("the total", Cover::Nothing, |m| invoice(&mut m.acme).total_minor += 1, Check::Total, "INV-000001"),
    ("what is due", Cover::Nothing, |m| invoice(&mut m.acme).due_minor += 1, Check::Total, "INV-000001"),
    (
        "the currency",
        Cover::Nothing,
        |m| invoice(&mut m.acme).currency = "EUR".parse().expect("euros"),
        Check::Price,
        "the agreement {agreement}",
    ),
    ("a reversal is not counted", Cover::Nothing, |m| overlook(&mut m.acme), Check::Line, "line 3"),
    ("a period is left out", Cover::Nothing, |m| invoice(&mut m.acme).periods.clear(), Check::Line, "line 1"),
    ("a period is left out with its lines", Cover::Nothing, |m| forget(&mut m.acme), Check::Usage, "receipt 1 of acme"),
    ("an agreement is left out", Cover::Nothing, |m| invoice(&mut m.acme).agreements.clear(), Check::Price, PERIOD),
    ("an agreement that began later", Cover::Nothing, |m| agreement(&mut m.acme).from = at_the_end(), Check::Line, "line 1"),
    ("an invoice before its time", Cover::Nothing, |m| invoice(&mut m.acme).issued_at = agreement(&mut m.acme).from, Check::Price, PERIOD),
];

#[tokio::test]
async fn a_month_follows_from_its_facts() {
    let month = month().await;
    let report = verified(&month.acme, &pins(&month.acme));
    assert_eq!(failures(&report), Vec::<String>::new());
    let receipts = month.acme.chains[0].receipts.len();
    let expected = format!(
        "The invoice INV-000001 of 598.77 USD to acme follows from the facts: {receipts} receipts in the log, {receipts} verdicts executed again, \
         5 lines computed anew."
    );
    assert_eq!((report.sentence(), report.is_verified(), report.summary.erased), (expected, true, 0));
    let report = verified(&month.globex, &pins(&month.globex));
    assert_eq!(failures(&report), Vec::<String>::new());
    assert!(
        report.summary.notices.iter().any(|notice| notice.contains("the vendor alone has put in force")),
        "{:?}",
        report.summary.notices
    );
}

#[tokio::test]
async fn a_receipt_alone_follows_from_its_facts() {
    let month = month().await;
    let report = verified(&month.receipt, &pins(&month.acme));
    let number = Known::of(&month.acme).fill(&month.acme, "{outcome}");
    let expected = format!("The receipt {number} of acme follows from the facts: 1 receipt in the log, 1 verdict executed again.");
    assert_eq!((report.sentence(), failures(&report)), (expected, Vec::new()));
    let mut altered = month.receipt.clone();
    altered.chains[0].receipts[0].receipt.judgement.conclusion = "failure".into();
    let report = verified(&altered, &pins(&month.acme));
    let expected = format!("The receipt {number} of acme does not follow from the facts: inclusion, receipt {number} of acme: ");
    assert!(report.sentence().starts_with(&expected), "{}", report.sentence());
}

#[tokio::test]
async fn facts_that_were_altered_are_caught() {
    check(FACTS).await;
}

#[tokio::test]
async fn rules_that_were_altered_are_caught() {
    check(RULES).await;
}

#[tokio::test]
async fn receipts_that_were_altered_are_caught() {
    check(RECEIPTS).await;
}

#[tokio::test]
async fn a_log_that_was_altered_is_caught() {
    check(LOG).await;
}

#[tokio::test]
async fn an_invoice_that_was_altered_is_caught() {
    check(INVOICE).await;
}

async fn check(rows: &[Row]) {
    let month = month().await;
    let known = Known::of(&month.acme);
    for (name, cover, change, check, place) in rows {
        let mut altered = month.clone();
        change(&mut altered);
        let forger = Forger::of(&altered.acme);
        forger.cover(&mut altered.acme, *cover);
        let pins = if *cover == Cover::Nothing { pins(&month.acme) } else { forger.pins() };
        let report = verified(&altered.acme, &pins);
        let place = known.fill(&month.acme, place);
        let is_named = report.failures().iter().any(|failure| failure.check == *check && failure.place.to_string() == place);
        assert!(is_named, "{name}: no failure of `{check}` at {place}: {:#?}", failures(&report));
        assert!(report.sentence().contains("does not follow"), "{name}: {}", report.sentence());
    }
}
