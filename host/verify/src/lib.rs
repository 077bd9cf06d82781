//! Verification without trust: receipts and invoices, from files alone. What a customer runs.
//!
//! Owns: every check of a bundle (`assay_receipt::bundle`), by name and with its place: the log's keys and checkpoints, proofs, the chain
//! of a customer, salted hashes, definitions and components, executing verdicts again, approvals and attestations, and computing the
//! lines of an invoice anew with the arithmetic that has billed them.
//!
//! Deliberately lacks: database, network, async, clock and randomness. Files are read and results are printed elsewhere, and what the
//! service makes of facts is written here once more, from what receipts say: nothing of the service is believed, its code included.
//!
//! Invariants:
//!
//! - Nothing of a bundle is believed before a check that could have failed. What cannot be checked is said in [`Summary::notices`].
//! - A check that does not hold ends nothing: the others are made all the same, so that the first failure is not the only clue.
//! - What is erased is no failure. It is counted and said.
//! - Whatever a bundle holds, verifying it ends: files, events and faults of a rule have limits.
//! - The same bundle and pins give the same report on any machine and any number of threads, unless a limit has cut it short.
//!
//! To add a check: a variant of [`Check`] with its name, the place where it is seen, and a row of `tests/it/verify` in which somebody
//! tampers with what it guards.

mod billing;
mod budget;
mod chains;
mod check;
mod counted;
mod crowd;
mod document;
mod dossier;
mod error;
mod examine;
mod facts;
mod findings;
mod hearing;
mod log;
mod pins;
mod prices;
mod report;
mod rules;

use std::{collections::BTreeSet, sync::Arc};

use assay_domain::{approval::Parties, time::Duration};
use assay_receipt::{
    bundle::Bundle,
    receipt::{Receipt, Voucher},
};
use assay_runtime::Limits;

use crate::{budget::Budget, dossier::Dossier, examine::Examined, facts::Index, log::Log};

pub use crate::{
    check::{Check, Place},
    crowd::Executor,
    error::VerifyError,
    findings::{Count, Failure, TOLD_MAX},
    pins::{Kept, KeptNote, Pins, UnusableKept},
    report::{Report, Summary},
};

/// Events that are put on timelines, of all receipts together.
const EVENTS_MAX: usize = 200_000_000;
/// Definitions whose rules are set up.
const DEFINITIONS_MAX: usize = 1_024;
/// Components that are compiled.
const COMPONENTS_MAX: usize = 64;
/// How many times the fuel of a service: engines of other versions may count otherwise.
const FUEL_FACTOR: u64 = 10;

/// The limits that rules are held to when they are executed again: those of the service, with more fuel and more time. What answered within
/// its limits then answers alike within these.
pub fn limits() -> Limits {
    let limits = Limits::default();
    Limits {
        evaluation_fuel_max: limits.evaluation_fuel_max.saturating_mul(FUEL_FACTOR),
        instantiation_fuel_max: limits.instantiation_fuel_max.saturating_mul(FUEL_FACTOR),
        wall_time_max: Duration::seconds(20),
        ..limits
    }
}

/// Verifies a file. `progress` is told how many receipts are examined, and of how many.
///
/// # Errors
/// When a file is not what it should be, or the machine cannot execute rules. That something does not follow is no error but a [`Report`].
pub fn verify(file: &[u8], pins: &Pins, executor: &Executor, progress: &mut dyn FnMut(u64, u64)) -> Result<Report, VerifyError> {
    let bundle = Bundle::read(file)?;
    check_size(&bundle)?;
    let mut findings = findings::Findings::default();
    let log = Log::open(&bundle.log, pins, &mut findings);
    log.see_kept(&pins.kept, &mut findings)?;
    let definitions = rules::definitions(&bundle, pins, &executor.engine, &mut findings)?;
    let index = Index::of(&bundle);
    let budget = Budget::of(count(&bundle));
    let dossier = Arc::new(Dossier { bundle, index, log, definitions, approval_keys: pins.approval_keys.clone(), budget });
    dossier.see_approvals(&mut findings);
    let Examined { findings: examined, executed, erased, doubts, host: _ } = executor.examine(&dossier, progress)?;
    findings.add(examined);
    chains::see(&dossier, doubts, &mut findings);
    chains::see_kept(&dossier.bundle.chains, &pins.heads, &mut findings);
    let invoice = dossier.bundle.invoice.as_ref();
    let erased_lines = invoice.map_or(0, |invoice| document::see(&dossier, invoice, &mut findings));
    let summary = Summary {
        subject: subject(&dossier.bundle),
        log_key: dossier.log.latest_key().clone(),
        is_pinned: pins.log_key.is_some(),
        receipts: count(&dossier.bundle) as u64,
        executed,
        erased,
        lines: invoice.map_or(0, |invoice| invoice.lines.len() as u64),
        erased_lines,
        notices: notices(&dossier, pins),
    };
    Ok(Report::new(summary, findings))
}

/// Refuses a bundle of nothing, and one that would keep the machine busy for ever.
fn check_size(bundle: &Bundle) -> Result<(), VerifyError> {
    let receipts = count(bundle);
    if receipts == 0 && bundle.invoice.is_none() {
        return Err(VerifyError::Empty);
    }
    let longest = bundle.interactions.iter().map(|interaction| interaction.events.len()).max().unwrap_or(0);
    let sizes = [
        ("events of all receipts together", receipts.saturating_mul(longest), EVENTS_MAX),
        ("definitions", bundle.definitions.len(), DEFINITIONS_MAX),
        ("components", bundle.components.len(), COMPONENTS_MAX),
    ];
    match sizes.into_iter().find(|(_, found, most)| found > most) {
        Some((what, found, most)) => Err(VerifyError::TooMuch { what, found, most }),
        None => Ok(()),
    }
}

fn count(bundle: &Bundle) -> usize {
    bundle.chains.iter().map(|chain| chain.earlier.len() + chain.receipts.len()).sum()
}

/// What is verified, at the beginning of a sentence.
fn subject(bundle: &Bundle) -> String {
    if let Some(invoice) = &bundle.invoice {
        return document::subject(invoice);
    }
    let customers: Vec<&str> = bundle.chains.iter().map(|chain| chain.customer.as_str()).collect();
    let receipts: Vec<i64> = bundle.chains.iter().flat_map(|chain| chain.receipts.iter().map(|entry| entry.receipt.number)).collect();
    match receipts.as_slice() {
        [one] => format!("The receipt {one} of {}", customers.join(", ")),
        many => format!("The bundle of {} receipts of {}", many.len(), customers.join(", ")),
    }
}

/// What the result depends on and the bundle cannot prove.
fn notices(dossier: &Dossier, pins: &Pins) -> Vec<String> {
    let mut notices = Vec::new();
    if pins.log_key.is_none() {
        notices.push(format!(
            "the log's key is the bundle's own word; pin the one of your agreement with --log-key {}",
            dossier.log.first_key()
        ));
    }
    if pins.kept.is_empty() {
        notices.push(
            "no kept checkpoint was given, so whether everybody is shown the same log was not checked; keep this bundle's".to_owned(),
        );
    }
    for chain in dossier.bundle.chains.iter().filter(|chain| chain.from.is_some()) {
        notices.push(format!("the receipts of {} before those here were verified with an earlier invoice, or not at all", chain.customer));
    }
    let receipts = || dossier.receipts().map(|(_, entry)| &entry.receipt);
    let keys: BTreeSet<_> = receipts().filter_map(|receipt| Some(receipt.definition.approval.as_ref()?.key)).collect();
    if pins.approval_keys.is_empty() {
        notices.extend(keys.iter().map(|key| format!("definitions are approved with the key {key}: check that it is yours")));
    }
    let one_party = receipts().filter(|receipt| receipt.definition.parties == Parties::One).count();
    notices
        .extend((one_party > 0).then(|| format!("{one_party} receipts are judged by definitions that the vendor alone has put in force")));
    let unsigned = receipts().filter(|receipt| !is_vouched(receipt)).count();
    notices.extend((unsigned > 0).then(|| format!("{unsigned} receipts rest on events that nobody but the vendor vouches for")));
    notices.extend(dossier.bundle.invoice.iter().flat_map(document::notices));
    notices
}

/// Whether somebody has signed every event that a receipt rests on.
fn is_vouched(receipt: &Receipt) -> bool {
    let is_signed = |voucher: &Voucher| matches!(voucher, Voucher::EventKey { .. });
    receipt.judgement.evidence.iter().all(|evidence| evidence.vouchers.iter().any(is_signed))
}
