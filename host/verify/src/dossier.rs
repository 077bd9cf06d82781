//! A bundle with everything that was made ready of it, for any number of threads.

use std::collections::BTreeMap;

use assay_domain::{
    approval::{Consent, SignedApproval},
    canon::Digest,
    time::Timestamp,
};
use assay_receipt::{
    bundle::{Bundle, BundledChain, BundledReceipt},
    signature::{PublicKey, Signature, WrongSignature},
};

use crate::{
    budget::Budget,
    check::{Check, Place},
    facts::Index,
    findings::Findings,
    log::Log,
    rules::Definition,
};

/// A bundle, its log, its definitions, and what was pinned of approvals.
pub(crate) struct Dossier {
    pub(crate) bundle: Bundle,
    pub(crate) index: Index,
    pub(crate) log: Log,
    pub(crate) definitions: BTreeMap<Digest, Definition>,
    pub(crate) approval_keys: Vec<PublicKey>,
    pub(crate) budget: Budget,
}

/// An approval, wherever it stands.
pub(crate) struct Signed<'a> {
    pub(crate) customer: &'a str,
    pub(crate) definition: &'a str,
    pub(crate) hash: Digest,
    pub(crate) from: Timestamp,
}

impl Dossier {
    /// Every receipt with its chain: those that an invoice bills from before, then those that go on.
    pub(crate) fn receipts(&self) -> impl Iterator<Item = (&BundledChain, &BundledReceipt)> {
        self.bundle.chains.iter().flat_map(|chain| in_order(chain).map(move |entry| (chain, entry)))
    }

    /// Refuses an approval that the customer has not signed, or with a key that is not the pinned one.
    pub(crate) fn check_approval(&self, signed: &Signed<'_>, key: &PublicKey, signature: &Signature) -> Result<(), String> {
        if !self.approval_keys.is_empty() && !self.approval_keys.contains(key) {
            return Err(format!("it is signed with {key}, which is none of the pinned keys"));
        }
        let Signed { customer, definition, hash, from } = *signed;
        let issuer = &self.bundle.issuer;
        let consent = Consent { tenant: &issuer.tenant, mode: issuer.mode, customer, definition, hash, from };
        let wrong = |error: WrongSignature| {
            format!("{error}: the customer {customer} has not approved {definition} from {from} on with the key {key}")
        };
        key.verify(&consent.message(), signature).map_err(wrong)
    }

    /// Whether every approval of the bundle is one.
    pub(crate) fn see_approvals(&self, findings: &mut Findings) {
        for told in &self.bundle.approvals {
            let place = Place::thing(format!("the approval of {}@{} by {}", told.definition, told.version, told.customer));
            let signed = Signed { customer: &told.customer, definition: &told.definition, hash: told.hash, from: told.from };
            let found = read(told).and_then(|(key, signature)| self.check_approval(&signed, &key, &signature));
            findings.see(Check::Approval, &place, found);
        }
    }
}

fn read(told: &SignedApproval) -> Result<(PublicKey, Signature), String> {
    let key = told.key.parse::<PublicKey>().map_err(|error| error.to_string())?;
    let signature = told.signature.parse::<Signature>().map_err(|error| error.to_string())?;
    Ok((key, signature))
}

/// The receipts of a chain in the order of their numbers.
pub(crate) fn in_order(chain: &BundledChain) -> impl Iterator<Item = &BundledReceipt> {
    chain.earlier.iter().chain(&chain.receipts)
}
