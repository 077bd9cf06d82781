//! What is done to a bundle of a month, one alteration a function; and what stands in the place of what was there.

use assay_domain::{
    approval::Parties,
    decimal::Quantity,
    definition::Timing,
    id::EventId,
    time::{Duration, Timestamp},
    value::Value,
};
use assay_receipt::{
    bundle::Bundle,
    commitment::Salt,
    note::Note,
    receipt::{Approved, Voucher},
    signature::{SecretKey, Signature},
};
use assay_tests::{components, invoiced};
use serde_json::value::RawValue;

use super::support::{Known, Month, evaluation, event, executor, interaction, invoice, outcome, rewritten};

pub fn salt() -> Salt {
    Salt::new([7; 32])
}

pub fn two() -> Quantity {
    Quantity::from_micros(2_000_000)
}

pub fn at_the_end() -> Timestamp {
    "2016-03-31T00:00:00Z".parse().expect("a time")
}

pub fn later() -> Timing {
    Timing { settles_after: Duration::hours(1), ..Timing::default() }
}

pub fn mallory() -> SecretKey {
    SecretKey::from_seed([66; 32])
}

pub fn acme_key() -> SecretKey {
    invoiced::acme()
}

/// A signature that is nobody's.
pub fn nobody() -> Signature {
    mallory().sign(b"something else")
}

pub fn raw(json: &str) -> Option<Box<RawValue>> {
    Some(RawValue::from_string(json.into()).expect("JSON"))
}

pub fn unresolve(bundle: &mut Bundle) {
    event(bundle).data = Some(r#"{"incident_state":"New","reopen_count":0}"#.into());
}

pub fn delay(bundle: &mut Bundle) {
    let event = event(bundle);
    event.time = event.time.plus(Duration::hours(1));
}

pub fn drop_event(bundle: &mut Bundle, at: usize) {
    interaction(bundle).events.remove(at);
}

pub fn add_event(bundle: &mut Bundle) {
    let interaction = interaction(bundle);
    let mut event = interaction.events[0].clone();
    (event.id, event.source_id) = (EventId(0), "another".into());
    interaction.events.insert(0, event);
}

pub fn supersede(bundle: &mut Bundle) {
    let interaction = interaction(bundle);
    interaction.events[0].superseded_by = Some(interaction.events[1].id);
}

pub fn rejudge(bundle: &mut Bundle) {
    let detail = evaluation(bundle).detail.as_mut().expect("a verdict");
    detail.push(' ');
}

pub fn drop_evaluation(bundle: &mut Bundle) {
    let id = evaluation(bundle).id;
    bundle.evaluations.retain(|evaluation| evaluation.id != id);
}

pub fn widen(bundle: &mut Bundle) {
    bundle.definitions[0].content.parameters[0] = Value::Duration(Duration::hours(1));
}

pub fn reparameter(bundle: &mut Bundle) {
    outcome(bundle).receipt.definition.parameters[0] = Value::Duration(Duration::hours(1));
}

pub fn hold_back(bundle: &mut Bundle) {
    bundle.definitions[0].content.timing = later();
}

pub fn swap_component(bundle: &mut Bundle) {
    let rule = executor().engine.admit(components::example("csat")).expect("an admitted rule");
    let component = &mut bundle.components[0];
    (component.digest, component.manifest) = (rule.digest(), rule.manifest().clone());
    component.bytes.0 = components::example("csat").to_vec();
}

pub fn redefine(bundle: &mut Bundle) {
    swap_component(bundle);
    bundle.definitions[0].content.component = bundle.components[0].digest;
}

pub fn declare(bundle: &mut Bundle) {
    bundle.components[0].manifest.reasons[0].help += " Or not.";
}

pub fn approve(bundle: &mut Bundle, change: fn(&mut Approved)) {
    change(outcome(bundle).receipt.definition.approval.as_mut().expect("an approval"));
}

pub fn unsign(bundle: &mut Bundle) {
    let definition = &mut outcome(bundle).receipt.definition;
    (definition.parties, definition.approval) = (Parties::One, None);
}

pub fn vouch(bundle: &mut Bundle, key: &SecretKey, signature: Signature) {
    let vouchers = &mut outcome(bundle).receipt.judgement.evidence[0].vouchers;
    *vouchers = vec![Voucher::EventKey { key: key.public(), signature, own: true }];
}

/// The other event of the interaction in the place of the one that counts.
pub fn misattribute(bundle: &mut Bundle) {
    let other = interaction(bundle).events[0].id;
    outcome(bundle).receipt.judgement.evidence[0].event = other;
}

pub fn count_twice(bundle: &mut Bundle) {
    let mut again = outcome(bundle).clone();
    let receipts = &mut bundle.chains[0].receipts;
    let last = &receipts.last().expect("a receipt").receipt;
    (again.receipt.number, again.receipt.change.usage) = (last.number + 1, last.change.usage + 1);
    receipts.push(again);
}

pub fn take_back_other(bundle: &mut Bundle) {
    let at = Known::of(bundle).reversal;
    bundle.chains[0].receipts[at].receipt.change.class = Some("large".into());
}

pub fn swap_customer(month: &mut Month) {
    let number = outcome(&mut month.acme).receipt.number;
    let mut other = month.globex.chains[0].receipts[0].clone();
    other.receipt.number = number;
    *outcome(&mut month.acme) = other;
}

pub fn swap_order(bundle: &mut Bundle) {
    let at = Known::of(bundle).outcome;
    bundle.chains[0].receipts.swap(at - 1, at);
}

pub fn drop_reversal(bundle: &mut Bundle) {
    let at = Known::of(bundle).reversal;
    bundle.chains[0].receipts.remove(at);
}

pub fn behead(bundle: &mut Bundle) {
    let digest = bundle.components[0].digest;
    invoice(bundle).heads[0].head.as_mut().expect("a head").digest = digest;
}

/// A checkpoint of another size under the same signature.
pub fn resized(note: &Note) -> Note {
    let size = note.text().lines().nth(1).expect("a size");
    rewritten(note, &format!("\n{size}\n"), &format!("\n{size}0\n"))
}

/// A checkpoint of another root under the same signature.
pub fn uprooted(note: &Note) -> Note {
    let root = note.text().lines().nth(2).expect("a root");
    let first = if root.starts_with('A') { "B" } else { "A" };
    rewritten(note, root, &format!("{first}{}", &root[1..]))
}

/// The same checkpoint under another signature of the same key.
pub fn unsigned(note: &Note) -> Note {
    let text = note.to_string();
    let line = text.lines().last().expect("a signature");
    let (head, tail) = line.split_at(line.len() - 20);
    let letter = if tail.starts_with('A') { "B" } else { "A" };
    rewritten(note, line, &format!("{head}{letter}{}", &tail[1..]))
}

pub fn charge_more(bundle: &mut Bundle) {
    let invoice = invoice(bundle);
    invoice.lines[1].amount_minor += 100;
    invoice.total_minor += 100;
    invoice.due_minor += 100;
}

pub fn drop_line(bundle: &mut Bundle) {
    let invoice = invoice(bundle);
    let line = invoice.lines.remove(1);
    invoice.total_minor -= line.amount_minor;
    invoice.due_minor -= line.amount_minor;
    invoice.lines.iter_mut().zip(1..).for_each(|(line, position)| line.position = position);
}

pub fn add_line(bundle: &mut Bundle) {
    let invoice = invoice(bundle);
    let mut line = invoice.lines[0].clone();
    (line.position, line.charge, line.amount_minor) = (6, "support".into(), 1_000);
    invoice.lines.push(line);
    invoice.total_minor += 1_000;
    invoice.due_minor += 1_000;
}

/// The usage up to the reversal, as if that had not been recorded yet.
pub fn overlook(bundle: &mut Bundle) {
    let reversal = Known::of(bundle).reversal;
    let usage = bundle.chains[0].receipts[reversal].receipt.change.usage;
    invoice(bundle).usage_until = usage - 1;
}

/// Nothing of the period is told, and nothing of it is billed.
pub fn forget(bundle: &mut Bundle) {
    let invoice = invoice(bundle);
    invoice.periods.clear();
    invoice.lines.clear();
    (invoice.total_minor, invoice.due_minor) = (0, 0);
}
