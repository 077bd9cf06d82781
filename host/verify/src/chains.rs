//! The receipts of a customer, one after the other: none is missing, and each takes back what another counts, or counts what none does.

use std::collections::BTreeMap;

use assay_domain::{decimal::Quantity, id::InteractionId, outcome::Meter};
use assay_receipt::{
    bundle::{BundledChain, BundledInvoice, BundledReceipt, NamedHead},
    chain::{ChainError, ChainHead, Link, follow, follow_to},
    receipt::{Change, Receipt},
};

use crate::{
    check::{Check, Place},
    dossier::{Dossier, in_order},
    examine::Doubt,
    findings::Findings,
};

/// Follows every chain. `doubts` are those about its receipts, in their order.
pub(crate) fn see(dossier: &Dossier, doubts: Vec<Doubt>, findings: &mut Findings) {
    let bundle = &dossier.bundle;
    let mut doubts = doubts.into_iter();
    for chain in &bundle.chains {
        see_links(chain, bundle.invoice.as_ref(), findings);
        let mut counted = Counted::new(chain, bundle.invoice.is_some() && chain.from.is_none());
        for entry in in_order(chain) {
            counted.see(&entry.receipt, doubts.next().unwrap_or_default(), findings);
        }
        counted.see_signed(findings);
    }
    if let Some(invoice) = &bundle.invoice {
        see_heads(invoice, &bundle.chains, findings);
    }
}

/// Whether chains hold the heads that were kept.
pub(crate) fn see_kept(chains: &[BundledChain], kept: &[ChainHead], findings: &mut Findings) {
    let numbered = |number: i64| {
        let heads = chains.iter().flat_map(|chain| in_order(chain).map(|entry| head(&entry.receipt)).chain(chain.from));
        heads.filter(move |head| head.number == number).collect::<Vec<_>>()
    };
    for kept in kept {
        let found = match numbered(kept.number).as_slice() {
            [] => Err("no receipt of the bundle has its number"),
            same if same.contains(kept) => Ok(()),
            _ => Err("the receipt with its number is another"),
        };
        findings.see(Check::Chain, &Place::thing(format!("the kept head {}", kept.number)), found);
    }
}

fn head(receipt: &Receipt) -> ChainHead {
    ChainHead { number: receipt.number, digest: receipt.digest() }
}

/// A chain from where it begins to where it is said to end.
fn see_links(chain: &BundledChain, invoice: Option<&BundledInvoice>, findings: &mut Findings) {
    if chain.from.is_none() && !chain.earlier.is_empty() {
        findings.fail(Check::Chain, &Place::thing(format!("the chain of {}", chain.customer)), "it has receipts before its first");
    }
    let named = invoice.map(|invoice| invoice.heads.iter().find(|named| named.customer == chain.customer));
    let followed = match named {
        None => follow_parts(&chain.receipts),
        Some(Some(NamedHead { head: Some(head), .. })) => follow_to(*head, chain.from, links(&chain.receipts)),
        Some(Some(_)) if !chain.receipts.is_empty() => Err(ChainError::End { expected: 0, found: last(chain) }),
        Some(_) => follow(chain.from, links(&chain.receipts)).map(|_| ()),
    };
    let place =
        followed.as_ref().err().map_or_else(|| Place::receipt(&chain.customer, last(chain)), |error| place_of(&chain.customer, error));
    findings.see(Check::Chain, &place, followed);
    let before = follow_parts(&chain.earlier);
    if let Err(error) = before {
        findings.fail(Check::Chain, &place_of(&chain.customer, &error), error);
    }
}

fn links(entries: &[BundledReceipt]) -> impl Iterator<Item = Link> {
    entries.iter().map(|entry| entry.receipt.link())
}

fn last(chain: &BundledChain) -> i64 {
    chain.receipts.last().map_or(0, |entry| entry.receipt.number)
}

/// Receipts between which others may be missing: their numbers rise, and neighbours go on from each other.
fn follow_parts(entries: &[BundledReceipt]) -> Result<(), ChainError> {
    let mut before: Option<Link> = None;
    for link in links(entries) {
        let is_next = before.is_none_or(|before| before.number.checked_add(1) == Some(link.number));
        match before {
            Some(before) if link.number <= before.number => {
                return Err(ChainError::Repeated { expected: before.number.saturating_add(1), found: link.number });
            }
            Some(before) if is_next && link.previous != Some(before.digest) => return Err(ChainError::Broken { number: link.number }),
            _ => before = Some(link),
        }
    }
    Ok(())
}

fn place_of(customer: &str, error: &ChainError) -> Place {
    let number = match error {
        ChainError::Missing { expected, .. } | ChainError::End { expected, .. } => *expected,
        ChainError::Repeated { found, .. } => *found,
        ChainError::Broken { number } | ChainError::OtherHead { number } => *number,
    };
    Place::receipt(customer, number)
}

/// Every customer whose usage a document bills has a head, and every head its receipts.
fn see_heads(invoice: &BundledInvoice, chains: &[BundledChain], findings: &mut Findings) {
    let users = invoice.agreements.iter().map(|agreement| &agreement.customer);
    for customer in users.chain(chains.iter().map(|chain| &chain.customer)) {
        if !invoice.heads.iter().any(|named| named.customer == *customer) {
            findings.fail(Check::Chain, &Place::thing(format!("the chain of {customer}")), "the document names no head of it");
        }
    }
    for named in invoice.heads.iter().filter(|named| named.head.is_some()) {
        if !chains.iter().any(|chain| chain.customer == named.customer) {
            findings.fail(Check::Chain, &Place::thing(format!("the chain of {}", named.customer)), "the bundle does not have it");
        }
    }
}

/// What is counted once: a meter of an interaction under a definition.
type Counter = (InteractionId, String, Meter);

/// What receipts of a customer have counted so far.
struct Counted<'a> {
    customer: &'a str,
    /// Whether all that came before is there.
    is_whole: bool,
    /// What stands, which receipt says so, and why that needed the customer's signature and has none.
    standing: BTreeMap<Counter, (&'a Receipt, Option<String>)>,
    /// What stood at some time.
    given: BTreeMap<Counter, Vec<&'a Change>>,
    /// The number of the change that came last.
    usage: i64,
}

impl<'a> Counted<'a> {
    fn new(chain: &'a BundledChain, is_whole: bool) -> Self {
        Self { customer: &chain.customer, is_whole, standing: BTreeMap::new(), given: BTreeMap::new(), usage: i64::MIN }
    }

    fn see(&mut self, receipt: &'a Receipt, doubt: Doubt, findings: &mut Findings) {
        let place = Place::receipt(self.customer, receipt.number);
        let usage = std::mem::replace(&mut self.usage, receipt.change.usage);
        if receipt.change.usage <= usage {
            findings.fail(Check::Chain, &place, format!("it is of the change {}, which comes before {usage}", receipt.change.usage));
        }
        let found = if receipt.change.quantity < Quantity::ZERO { self.take_back(receipt) } else { self.count(receipt, doubt) };
        findings.see(Check::Usage, &place, found);
    }

    /// What was judged before an agreement demanded a signature was taken back: it is what stands that must be signed.
    fn see_signed(&self, findings: &mut Findings) {
        for (receipt, unsigned) in self.standing.values() {
            let found = unsigned.as_ref().map_or(Ok(()), Err);
            findings.see(Check::Approval, &Place::receipt(self.customer, receipt.number), found);
        }
    }

    fn count(&mut self, receipt: &'a Receipt, doubt: Doubt) -> Result<(), String> {
        let counter = counter(receipt);
        let problem = doubt.unearned.filter(|_| !self.gives_back(&counter, &receipt.change));
        self.given.entry(counter.clone()).or_default().push(&receipt.change);
        let before = self.standing.insert(counter, (receipt, doubt.unsigned));
        match (problem, before) {
            (Some(problem), _) => Err(problem),
            (None, Some((before, _))) => Err(format!("it counts what receipt {} counts already", before.number)),
            (None, None) => Ok(()),
        }
    }

    /// Whether a ruling gives back what was counted before, or a part of it.
    fn gives_back(&self, counter: &Counter, change: &Change) -> bool {
        let is_part = |given: &&Change| {
            given.dated_at == change.dated_at
                && given.class == change.class
                && given.credit == change.credit
                && change.quantity <= given.quantity
        };
        let was_given = self.given.get(counter).is_some_and(|given| given.iter().any(is_part));
        change.dispute.is_some() && (was_given || !self.is_whole)
    }

    fn take_back(&mut self, receipt: &'a Receipt) -> Result<(), String> {
        match self.standing.remove(&counter(receipt)) {
            Some((before, _)) if is_opposite(&before.change, &receipt.change) => Ok(()),
            Some((before, _)) => Err(format!("it takes back something else than receipt {} counts", before.number)),
            None if !self.is_whole => Ok(()),
            None => Err("it takes back what no receipt before it counts".to_owned()),
        }
    }
}

fn counter(receipt: &Receipt) -> Counter {
    (receipt.judgement.interaction, receipt.definition.name.clone(), receipt.change.meter)
}

fn is_opposite(one: &Change, other: &Change) -> bool {
    let Change { quantity, dated_at, class, value, credit, earned_under, .. } = one;
    let is_same = *dated_at == other.dated_at && *class == other.class && *value == other.value && *credit == other.credit;
    is_same && *earned_under == other.earned_under && quantity.negated() == other.quantity
}
