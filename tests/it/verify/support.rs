//! A month that is billed once for all tests, a machine to verify it on, and the parts of a bundle that are altered most.

use std::sync::OnceLock;

use assay_domain::{
    decimal::Quantity,
    id::{EventId, InteractionId, ReceiptId},
    outcome::Meter,
};
use assay_receipt::{
    bundle::{Bundle, BundledAgreement, BundledEvaluation, BundledEvent, BundledInteraction, BundledInvoice, BundledReceipt},
    note::Note,
};
use assay_runtime::Evaluators;
use assay_tests::{components, invoiced};
use assay_verify::{Executor, Pins, Report, VerifyError, verify};
use serde_json::{Value, value::RawValue};
use tokio::sync::OnceCell;

/// The bundles of March, of both customers, and those of April, as the service exports them.
#[derive(Clone)]
pub struct Month {
    pub acme: Bundle,
    pub globex: Bundle,
    /// The receipt of an outcome of `acme`.
    pub receipt: Bundle,
    /// The invoice of April to `acme`.
    pub april: Bundle,
    /// The credit note of April to `acme`, for March.
    pub credit: Bundle,
    /// The invoice of March to `acme` once more, after the ticket of the last outcome was erased.
    pub erased: Bundle,
}

/// The month, exported once.
pub async fn month() -> Month {
    static MONTH: OnceCell<Month> = OnceCell::const_new();
    MONTH.get_or_init(export).await.clone()
}

async fn export() -> Month {
    let installation = invoiced::march().await;
    let mut acme = invoiced::bundle(&installation, "INV-000001").await;
    let globex = invoiced::bundle(&installation, "INV-000002").await;
    let usage = outcome(&mut acme).receipt.change.usage;
    let receipt = installation.assay.receipt_bundle(&installation.caller, ReceiptId(usage), &[]).await.expect("a bundle");
    invoiced::april(&installation).await;
    let april = invoiced::bundle(&installation, "INV-000003").await;
    let credit = invoiced::bundle(&installation, "CN-000001").await;
    installation.assay.erase_interaction(&installation.caller, "T4", "they asked for it").await.expect("erased");
    let erased = invoiced::bundle(&installation, "INV-000001").await;
    Month { acme, globex, receipt, april, credit, erased }
}

/// An engine and two threads.
pub fn executor() -> &'static Executor {
    static EXECUTOR: OnceLock<Executor> = OnceLock::new();
    EXECUTOR.get_or_init(|| {
        let engine = components::engine().clone();
        let evaluators = Evaluators::start(2, engine.limits().stack_bytes_max).expect("threads");
        Executor { engine, evaluators }
    })
}

/// What comes of verifying a file.
pub fn verified_file(file: &[u8], pins: &Pins) -> Result<Report, VerifyError> {
    verify(file, pins, executor(), &mut |_, _| {})
}

/// What comes of verifying a bundle that can be verified.
pub fn verified(bundle: &Bundle, pins: &Pins) -> Report {
    verified_file(&bundle.write().expect("a file"), pins).expect("a bundle that can be verified")
}

/// What somebody knows who has the log's key.
pub fn pins(bundle: &Bundle) -> Pins {
    Pins { log_key: Some(bundle.log.key.clone()), ..Pins::default() }
}

/// Every failure: `line, line 3: it bills …`.
pub fn failures(report: &Report) -> Vec<String> {
    report.failures().iter().map(ToString::to_string).collect()
}

/// Where the receipt of an outcome is that stands, the last of them; and where the one is that takes an outcome back.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    pub outcome: usize,
    pub reversal: usize,
}

impl Known {
    pub fn of(bundle: &Bundle) -> Self {
        let receipts = &bundle.chains[0].receipts;
        let reversal = receipts.iter().rposition(|entry| entry.receipt.change.quantity < Quantity::ZERO).expect("a reversal");
        let taken_back = receipts[reversal].receipt.judgement.interaction;
        let stands = |entry: &BundledReceipt| {
            let (change, interaction) = (&entry.receipt.change, entry.receipt.judgement.interaction);
            change.meter == Meter::Outcome && change.quantity > Quantity::ZERO && interaction != taken_back
        };
        Self { outcome: receipts.iter().rposition(stands).expect("an outcome"), reversal }
    }

    /// A text with what stands in braces filled in.
    pub fn fill(self, bundle: &Bundle, text: &str) -> String {
        let (receipts, invoice) = (&bundle.chains[0].receipts, bundle.invoice.as_ref().expect("an invoice"));
        let number = |at: usize| receipts[at].receipt.number;
        let last = number(receipts.len() - 1);
        let event = receipts[self.outcome].receipt.judgement.evidence[0].event;
        text.replace("{outcome}", &number(self.outcome).to_string())
            .replace("{before}", &(number(self.outcome) - 1).to_string())
            .replace("{reversal}", &number(self.reversal).to_string())
            .replace("{last}", &last.to_string())
            .replace("{next}", &(last + 1).to_string())
            .replace("{event}", &event.to_string())
            .replace("{component}", &bundle.components[0].digest.to_string())
            .replace("{agreement}", &invoice.agreements[0].id.to_string())
    }
}

/// The receipt of an outcome that stands.
pub fn outcome(bundle: &mut Bundle) -> &mut BundledReceipt {
    let at = Known::of(bundle).outcome;
    &mut bundle.chains[0].receipts[at]
}

/// The interaction behind it.
pub fn interaction(bundle: &mut Bundle) -> &mut BundledInteraction {
    let id: InteractionId = outcome(bundle).receipt.judgement.interaction;
    bundle.interactions.iter_mut().find(|interaction| interaction.id == id).expect("the interaction")
}

/// The event that it rests on.
pub fn event(bundle: &mut Bundle) -> &mut BundledEvent {
    let id: EventId = outcome(bundle).receipt.judgement.evidence[0].event;
    interaction(bundle).events.iter_mut().find(|event| event.id == id).expect("the event")
}

/// The judgement that it was written after.
pub fn evaluation(bundle: &mut Bundle) -> &mut BundledEvaluation {
    let id = outcome(bundle).receipt.judgement.evaluation;
    bundle.evaluations.iter_mut().find(|evaluation| evaluation.id == id).expect("the evaluation")
}

/// The document.
pub fn invoice(bundle: &mut Bundle) -> &mut BundledInvoice {
    bundle.invoice.as_mut().expect("an invoice")
}

/// Its agreement.
pub fn agreement(bundle: &mut Bundle) -> &mut BundledAgreement {
    &mut invoice(bundle).agreements[0]
}

/// Puts a value into a rate card.
pub fn reprice(bundle: &mut Bundle, pointer: &str, to: &str) {
    let agreement = agreement(bundle);
    let mut card: Value = serde_json::from_str(agreement.card.get()).expect("a card");
    *card.pointer_mut(pointer).expect("a member of the card") = to.into();
    agreement.card = RawValue::from_string(card.to_string()).expect("a card");
}

/// A note with a text in the place of another.
pub fn rewritten(note: &Note, from: &str, to: &str) -> Note {
    let text = note.to_string();
    assert!(text.contains(from), "{text:?} has no {from:?}");
    text.replacen(from, to, 1).parse().expect("a note")
}
