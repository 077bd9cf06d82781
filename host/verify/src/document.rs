//! An invoice or a credit note: the log it was issued under, the usage of its receipts, and its lines.

use std::collections::BTreeSet;

use assay_domain::{money::Amount, outcome::Meter};
use assay_rating::rate::Used;
use assay_receipt::{
    bundle::{BundledChain, BundledInvoice, BundledReceipt, DocumentKind},
    receipt,
};

use crate::{
    billing,
    check::{Check, Place},
    counted::Change,
    dossier::Dossier,
    findings::Findings,
};

/// Verifies a document; gives back how many of its lines could not be computed anew.
pub(crate) fn see(dossier: &Dossier, invoice: &BundledInvoice, findings: &mut Findings) -> u64 {
    let name = format!("the checkpoint of {}", invoice.number);
    if let Some(size) = dossier.log.see_earlier(&invoice.checkpoint, &name, findings) {
        for (chain, entry) in dossier.receipts().filter(|(_, entry)| entry.leaf >= size) {
            let problem = format!("{} was issued under a log of {size} leaves, which do not hold it", invoice.number);
            findings.fail(Check::Inclusion, &Place::receipt(&chain.customer, entry.receipt.number), problem);
        }
    }
    let changes: Vec<Change<'_>> = dossier.receipts().map(|(chain, entry)| change(chain, entry)).collect();
    billing::see(invoice, &changes, findings)
}

/// The change of a receipt, as prices see it.
fn change<'a>(chain: &'a BundledChain, entry: &'a BundledReceipt) -> Change<'a> {
    let receipt::Change { usage, meter, quantity, dated_at, class, value, credit, .. } = &entry.receipt.change;
    let definition = entry.receipt.definition.name.clone();
    let is_taken_back = quantity.micros() < 0;
    let quantity = if is_taken_back { quantity.negated() } else { *quantity };
    let used = match meter {
        Meter::Attempt => Used::Attempt { definition },
        Meter::Outcome => Used::Outcome { definition, class: class.clone(), quantity, value: *value, credit: credit.clone() },
    };
    let sign = if is_taken_back { -1 } else { 1 };
    Change { customer: &chain.customer, receipt: entry.receipt.number, number: *usage, at: *dated_at, used, sign }
}

/// What a document is called at the beginning of a sentence.
pub(crate) fn subject(invoice: &BundledInvoice) -> String {
    let what = match invoice.kind {
        DocumentKind::Invoice => "The invoice",
        DocumentKind::CreditNote => "The credit note",
    };
    format!("{what} {} of {} to {}", invoice.number, Amount::new(invoice.total_minor, invoice.currency), invoice.payer)
}

/// What the result depends on and receipts cannot prove.
pub(crate) fn notices(invoice: &BundledInvoice) -> Vec<String> {
    let mut notices = Vec::new();
    for agreement in &invoice.agreements {
        notices.push(format!(
            "the prices of {} are those that the bundle tells of {}: compare them with it",
            agreement.customer, agreement.id
        ));
    }
    let elsewhere = invoice.periods.iter().flat_map(|period| period.before.iter().chain(&period.beside));
    let documents: BTreeSet<&str> = elsewhere.map(|posted| posted.document.as_str()).collect();
    if !documents.is_empty() {
        let documents: Vec<&str> = documents.into_iter().collect();
        notices.push(format!("lines of {} are taken as told: compare them with these documents", documents.join(", ")));
    }
    let counted: usize = invoice.periods.iter().map(|period| period.counted.len()).sum();
    if counted > 0 {
        notices.push(format!("{counted} events that are counted by themselves are taken as told: no receipt is written of them"));
    }
    if invoice.prepaid_minor != 0 {
        let prepaid = Amount::new(invoice.prepaid_minor, invoice.currency);
        notices.push(format!("{prepaid} of prepaid credit is taken as told: compare it with what you have paid ahead"));
    }
    notices
}
