//! One receipt: everything that can be said of it without the others.

use assay_domain::{approval::Parties, attestation, canon::Digest, decimal::Quantity, event::NewEvent, fault::Fault, outcome::Usage};
use assay_receipt::{
    bundle::{BundledChain, BundledEvent, BundledReceipt},
    commitment,
    receipt::{Change, Evidence, JudgedBy, Judgement, Receipt, ReceiptError, Voucher},
};

use crate::{
    check::{Check, Place},
    dossier::{Dossier, Signed},
    facts::Judged,
    findings::Findings,
    hearing::{Heard, Hearing},
    rules::Definition,
};

/// What a receipt says that was written after a rule had failed: what stood before goes on standing.
const FAULT: &str = "fault";

/// What came of examining receipts.
#[derive(Default)]
pub(crate) struct Examined {
    pub(crate) findings: Findings,
    /// Verdicts that were executed again.
    pub(crate) executed: u64,
    /// Receipts of whose evidence something is erased.
    pub(crate) erased: u64,
    /// Of each receipt, in order, what depends on the others.
    pub(crate) doubts: Vec<Doubt>,
    /// Why this machine could not execute a rule, which says nothing about any receipt.
    pub(crate) host: Option<Fault>,
}

/// What is wrong with a receipt, unless others explain it.
#[derive(Default)]
pub(crate) struct Doubt {
    /// Why its verdict does not earn what it counts.
    pub(crate) unearned: Option<String>,
    /// Why its definition needed the customer's signature.
    pub(crate) unsigned: Option<String>,
}

impl Examined {
    /// Adds what came of others.
    pub(crate) fn add(&mut self, other: Self) {
        self.findings.add(other.findings);
        self.executed += other.executed;
        self.erased += other.erased;
        self.doubts.extend(other.doubts);
        self.host = self.host.take().or(other.host);
    }
}

impl Dossier {
    /// Examines a receipt.
    pub(crate) fn examine(&self, chain: &BundledChain, entry: &BundledReceipt, to: &mut Examined) {
        let mut examination = Examination {
            dossier: self,
            receipt: &entry.receipt,
            place: Place::receipt(&chain.customer, entry.receipt.number),
            customer: &chain.customer,
            is_erased: false,
            to: &mut *to,
        };
        examination.see_entry(entry);
        let doubt = examination.see_judgement().unwrap_or_default();
        let is_erased = examination.is_erased;
        to.doubts.push(doubt);
        to.erased += u64::from(is_erased);
    }
}

/// A receipt being examined.
struct Examination<'a> {
    dossier: &'a Dossier,
    receipt: &'a Receipt,
    place: Place,
    customer: &'a str,
    is_erased: bool,
    to: &'a mut Examined,
}

impl<'a> Examination<'a> {
    fn see(&mut self, check: Check, found: Result<(), String>) -> bool {
        self.to.findings.see(check, &self.place, found)
    }

    /// Where it is, whose it is, and what must hold of any receipt.
    fn see_entry(&mut self, entry: &BundledReceipt) {
        if let Err(error) = self.receipt.check() {
            self.to.findings.fail(check_of(&error), &self.place, error);
        }
        let origin = &self.dossier.bundle.log.origin;
        if self.receipt.origin != *origin {
            self.see(Check::Inclusion, Err(format!("it is of the log {:?}, and the bundle of {origin:?}", self.receipt.origin)));
        }
        self.dossier.log.see_inclusion(entry, &self.place, &mut self.to.findings);
        match &entry.customer_salt {
            Some(salt) => {
                let found = opens(&self.receipt.customer, &commitment::customer(salt, self.customer), "the customer");
                self.see(Check::Commitment, found);
            }
            None => self.is_erased = true,
        }
    }

    /// The definition, the facts, the verdict and what it earns; `None` where the bundle lacks one of them.
    fn see_judgement(&mut self) -> Option<Doubt> {
        let JudgedBy { name, version, hash, .. } = &self.receipt.definition;
        let definition = self.dossier.definitions.get(hash);
        let found = definition.ok_or_else(|| format!("no definition of the bundle has the hash {hash} of {name}@{version}"));
        let definition = self.to.findings.take(Check::Definition, &self.place, found)?;
        self.see(Check::Definition, fits(&self.receipt.definition, definition));
        let judged = self.dossier.index.judged(&self.dossier.bundle, self.receipt.judgement.evaluation);
        let judged = judged.and_then(|judged| is_about(judged, self.receipt));
        let judged = self.to.findings.take(Check::Execution, &self.place, judged)?;
        self.receipt.judgement.evidence.iter().for_each(|evidence| self.see_evidence(judged, evidence));
        self.see_detail(judged);
        let Some(heard) = self.hear(judged, definition) else {
            let counts = self.receipt.change.quantity > Quantity::ZERO;
            let unearned = (counts && self.receipt.judgement.conclusion == FAULT).then(|| "a fault earns nothing".to_owned());
            return Some(Doubt { unearned, unsigned: None });
        };
        self.see_verdict(&heard);
        let unsigned = self.see_approval(&heard).err();
        Some(Doubt { unearned: unearned(&self.receipt.change, &self.receipt.definition, &heard.usage).err(), unsigned })
    }

    /// One event that the verdict rests on, and who vouches for it.
    fn see_evidence(&mut self, judged: Judged<'a>, evidence: &Evidence) {
        let place = self.place.clone().event(evidence.event);
        let event = judged.event(evidence.event).ok_or("the bundle has no such event, or the evaluation did not know it");
        let Some(event) = self.to.findings.take(Check::Evidence, &place, event) else { return };
        let Some(told) = event.told(judged.interaction.subject.as_deref()) else {
            self.is_erased = true;
            return;
        };
        self.see_fact(event, &told, evidence, &place);
        for voucher in &evidence.vouchers {
            if let Some(found) = vouches(voucher, &told) {
                self.to.findings.see(Check::Attestation, &place, found);
            }
        }
    }

    fn see_fact(&mut self, event: &BundledEvent, told: &NewEvent, evidence: &Evidence, place: &Place) {
        let Some(salt) = &event.salt else {
            self.is_erased = true;
            return;
        };
        let fact = commitment::fact_digest(&told.source, &told.id, &told.content_digest());
        self.to.findings.see(Check::Commitment, place, opens(&evidence.fact, &commitment::event(salt, &fact), "the event"));
    }

    /// The verdict as it was recorded is the one that the receipt holds the hash of.
    fn see_detail(&mut self, judged: Judged<'_>) {
        let evaluation = judged.evaluation;
        let found = match (&self.receipt.judgement.detail, &evaluation.detail, &evaluation.detail_salt) {
            (Some(hash), Some(detail), Some(salt)) => opens(hash, &commitment::detail(salt, detail), "the recorded verdict"),
            (None, None, _) => Ok(()),
            (None, Some(_), _) => Err("it holds the hash of no recorded verdict, and the bundle has one".to_owned()),
            (Some(_), ..) => {
                self.is_erased = true;
                return;
            }
        };
        self.see(Check::Commitment, found);
    }

    /// Executes the judgement again; `None` where that cannot be done, or where the rule faults, or did.
    fn hear(&mut self, judged: Judged<'_>, definition: &Definition) -> Option<Heard> {
        let Some(timeline) = judged.timeline(&definition.reads) else {
            self.is_erased = true;
            return None;
        };
        let bench = self.to.findings.take(Check::Execution, &self.place, definition.bench(&self.dossier.budget))?;
        let hearing = Hearing::new(bench, &timeline, judged.evaluation.known_at);
        let hearing = hearing.ok_or("the bundle has no event that the rule reads and the evaluation knew");
        let hearing = self.to.findings.take(Check::Commitment, &self.place, hearing)?;
        match &judged.evaluation.input_salt {
            Some(salt) => {
                let found = opens(&self.receipt.judgement.input, &commitment::input_root(salt, &hearing.root()), "what the rule is asked");
                self.see(Check::Commitment, found);
            }
            None => self.is_erased = true,
        }
        // Whether a rule faults depends on limits, which are others here.
        if self.receipt.judgement.conclusion == FAULT {
            return None;
        }
        match hearing.hear() {
            Ok(heard) => {
                self.to.executed += 1;
                self.see(Check::Execution, Ok(()));
                Some(heard)
            }
            Err(fault) => {
                definition.faulted();
                self.see_fault(fault, definition);
                None
            }
        }
    }

    fn see_fault(&mut self, fault: Fault, definition: &Definition) {
        if fault.code.is_deterministic() {
            self.see(Check::Execution, Err(format!("executed again, the rule of {} faults: {fault}", definition.name)));
        } else {
            self.to.host.get_or_insert(fault);
        }
    }

    fn see_verdict(&mut self, heard: &Heard) {
        let Judgement { conclusion, reason, as_of, detail, evidence, evaluation, .. } = &self.receipt.judgement;
        let findings = &mut self.to.findings;
        findings.equal(Check::Verdict, &self.place, "the decision", conclusion, &heard.conclusion.to_owned());
        findings.equal(Check::Verdict, &self.place, "the reason", reason.as_ref().unwrap_or(&String::new()), &heard.reason);
        findings.equal(Check::Verdict, &self.place, "the time of asking", as_of, &heard.asked_at);
        let mut rests_on = heard.evidence.clone();
        rests_on.sort_unstable();
        let is_told = evidence.iter().map(|evidence| evidence.event).eq(rests_on.iter().copied());
        let events = || rests_on.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let found = if is_told { Ok(()) } else { Err(format!("executed again, the verdict rests on {}", events())) };
        findings.see(Check::Evidence, &self.place, found);
        let recorded =
            self.dossier.index.judged(&self.dossier.bundle, *evaluation).ok().and_then(|judged| judged.evaluation.detail.as_ref());
        if let (Some(_), Some(recorded)) = (detail, recorded) {
            findings.equal(Check::Verdict, &self.place, "the verdict", recorded, heard.detail.as_ref().unwrap_or(&String::new()));
        }
    }

    /// Two parties have agreed by a signature, before the interaction opened; otherwise one was enough, or why it was not.
    fn see_approval(&mut self, heard: &Heard) -> Result<(), String> {
        let JudgedBy { name, hash, parties, approval, .. } = &self.receipt.definition;
        let (Parties::Two, Some(approved)) = (parties, approval) else { return self.check_one_party(heard) };
        let signed = Signed { customer: self.customer, definition: name, hash: *hash, from: approved.from };
        let late = || format!("{name} is approved from {} on, and the interaction opened at {}", approved.from, heard.opened_at);
        let found = self.dossier.check_approval(&signed, &approved.key, &approved.signature);
        let found = found.and_then(|()| if approved.from <= heard.opened_at { Ok(()) } else { Err(late()) });
        self.see(Check::Approval, found);
        Ok(())
    }

    /// One party was enough by the customer's agreement, where the bundle has it.
    fn check_one_party(&self, heard: &Heard) -> Result<(), String> {
        let agreements = self.dossier.bundle.invoice.iter().flat_map(|invoice| &invoice.agreements);
        let mut mine = agreements.filter(|agreement| agreement.customer == self.customer && agreement.from <= heard.opened_at);
        match mine.find(|agreement| agreement.until.is_none_or(|until| heard.opened_at < until)) {
            Some(agreement) if agreement.parties == Parties::Two => {
                Err(format!("the agreement {} demands the customer's signature", agreement.id))
            }
            _ => Ok(()),
        }
    }
}

/// Which check a law of receipts belongs to.
fn check_of(error: &ReceiptError) -> Check {
    match error {
        ReceiptError::Number(_) | ReceiptError::Previous => Check::Chain,
        ReceiptError::Nothing => Check::Usage,
        ReceiptError::Order(_) => Check::Evidence,
        ReceiptError::Approval => Check::Approval,
    }
}

/// Whether a salted hash is that of what the bundle tells.
fn opens(told: &Digest, found: &Digest, what: &str) -> Result<(), String> {
    if told == found { Ok(()) } else { Err(format!("{what} is not what the receipt holds the salted hash of")) }
}

/// Whether an evaluation is about the interaction of a receipt.
fn is_about<'a>(judged: Judged<'a>, receipt: &Receipt) -> Result<Judged<'a>, String> {
    let (told, found) = (receipt.judgement.interaction, judged.evaluation.interaction);
    if told == found { Ok(judged) } else { Err(format!("its evaluation is about {found}, and it is about {told}")) }
}

/// Whether a receipt says of its definition what that fixes.
fn fits(told: &JudgedBy, definition: &Definition) -> Result<(), String> {
    let content = &definition.content;
    let parts = [
        ("component", told.component == content.component),
        ("contract", told.contract == content.contract),
        ("parameters", told.parameters == content.parameters),
        ("timing", told.timing == content.timing),
    ];
    match parts.iter().find(|(_, is_same)| !is_same) {
        Some((part, _)) => Err(format!("it tells another {part} than the definition with its hash has")),
        None => Ok(()),
    }
}

/// Whether a key has signed an event; of a webhook, the service's word is all there is.
fn vouches(voucher: &Voucher, told: &NewEvent) -> Option<Result<(), String>> {
    let Voucher::EventKey { key, signature, .. } = voucher else { return None };
    let value: Result<serde_json::Value, _> = serde_json::from_str(&told.data);
    let canonical =
        value.and_then(|value| serde_json_canonicalizer::to_string(&value)).map_err(|error| format!("its data is no JSON: {error}"));
    let verified = |data: String| {
        key.verify(&attestation::message(told, &data), signature).map_err(|error| format!("{error}: {key} does not vouch for it"))
    };
    Some(canonical.and_then(verified))
}

/// Refuses what a verdict does not earn. Less than it earns is what a ruling leaves of it, and to the customer's good.
fn unearned(change: &Change, definition: &JudgedBy, earned: &[Usage]) -> Result<(), String> {
    let Change { meter, quantity, dated_at, class, value, credit, earned_under, .. } = change;
    if *quantity < Quantity::ZERO {
        return Ok(());
    }
    if *earned_under != definition.hash {
        return Err("it counts what was earned under another definition than the one that judged".to_owned());
    }
    let usage = earned.iter().find(|usage| usage.meter == *meter).ok_or_else(|| format!("its verdict earns no {}", meter.name()))?;
    if usage.dated_at != *dated_at {
        return Err(format!("it counts at {dated_at}, and its verdict at {}", usage.dated_at));
    }
    if usage.class != *class || usage.credit != *credit {
        return Err("its verdict has another class, or credits others".to_owned());
    }
    let is_worth = match (value, usage.value) {
        (None, None) => true,
        // A loss is billed as nothing, so a share of it may be less of a loss.
        (Some(told), Some(earned)) => told.at_scale(6).zip(earned.at_scale(6)).is_some_and(|(told, earned)| told <= earned.max(0)),
        _ => false,
    };
    if *quantity > usage.quantity || !is_worth {
        return Err(format!("it counts {quantity}, and its verdict earns {}, or is worth something else", usage.quantity));
    }
    Ok(())
}
