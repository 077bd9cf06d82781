//! The receipts of a customer, one after the other, each with what proves that it is in the log.

use assay_domain::canon::Digest;
use serde::{Deserialize, Serialize};

use crate::{chain::ChainHead, commitment::Salt, receipt::Receipt};

/// Receipts of one customer, in the order of their numbers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundledChain {
    /// The tenant's key for the customer.
    pub customer: String,
    /// The receipt that they go on from: the head that an earlier invoice named. `None` where they begin with the customer's first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<ChainHead>,
    /// Those after it, without a gap, up to the head that the invoice names; of a bundle without an invoice, any.
    pub receipts: Vec<BundledReceipt>,
    /// Those up to it that the invoice bills besides, as their usage counts at a time that came later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<BundledReceipt>,
}

/// A receipt, and the proof that it is in the log of [`BundledLog::checkpoint`](super::BundledLog::checkpoint).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundledReceipt {
    /// The receipt.
    pub receipt: Receipt,
    /// Its digest, so that the proof can be checked by who does not know how a receipt is encoded.
    pub digest: Digest,
    /// The salt of its entry in the log.
    pub salt: Salt,
    /// The salt of its customer's key; `None` where it is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_salt: Option<Salt>,
    /// Which leaf of the log it is; the first is 0.
    pub leaf: u64,
    /// From the leaf's sibling up to the root's child, in hexadecimal digits.
    pub proof: Vec<Digest>,
}

/// The head of a customer's chain, as an invoice names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedHead {
    /// The tenant's key for the customer.
    pub customer: String,
    /// Its newest receipt when the invoice was issued; `None` where there was none.
    pub head: Option<ChainHead>,
}
