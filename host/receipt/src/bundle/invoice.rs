//! An invoice or a credit note, and what it takes to compute its lines anew.
//!
//! A run bills a period of an agreement by the difference between what it costs and what was posted for it. So of each period a bundle
//! tells the lines that were posted before, and those that the same run has put on other documents; all of them together sum to what it
//! costs.

use std::fmt;

use assay_domain::{
    approval::Parties,
    decimal::Quantity,
    id::{AgreementId, EventId},
    money::Currency,
    period::{BillingPeriod, PeriodName},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{BundleError, NamedHead, once};
use crate::note::Note;

/// What kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    /// Something to pay.
    Invoice,
    /// Something to get back, for an earlier invoice.
    CreditNote,
}

/// What a line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineKind {
    /// A charge of the document's own period, or of the one after it in advance.
    Charge,
    /// The difference to what an earlier period should have cost.
    Correction,
}

/// A document as it was issued. Money is in minor units of its currency.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundledInvoice {
    /// Its number.
    pub number: String,
    /// Which kind.
    pub kind: DocumentKind,
    /// The number of the invoice that a credit note takes back from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<String>,
    /// The tenant's key for who pays.
    pub payer: String,
    /// The month of the run that issued it.
    pub period: BillingPeriod,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Of every amount.
    pub currency: Currency,
    /// The sum of its lines.
    pub total_minor: i64,
    /// How much prepaid credit had paid of it when the bundle was exported; negative is what a credit note gave back to it.
    pub prepaid_minor: i64,
    /// The total without that.
    pub due_minor: i64,
    /// The last change of usage that the run before had seen, or zero.
    pub usage_after: i64,
    /// The last change of usage that its run saw.
    pub usage_until: i64,
    /// The checkpoint under which it was issued.
    pub checkpoint: Note,
    /// The head of the chain of each customer whose usage it bills.
    pub heads: Vec<NamedHead>,
    /// Its lines, in order.
    pub lines: Vec<BundledLine>,
    /// The agreements that it bills, with their prices.
    pub agreements: Vec<BundledAgreement>,
    /// What its run has billed to the payer, document by document; and every other period in which usage of the chains has changed since
    /// the run before.
    pub periods: Vec<BundledPeriod>,
}

impl BundledInvoice {
    pub(super) fn check_once(&self) -> Result<(), BundleError> {
        once("invoice.heads", self.heads.iter().map(|head| &head.customer))?;
        once("invoice.agreements", self.agreements.iter().map(|agreement| agreement.id))?;
        once("invoice.periods", self.periods.iter().map(ToString::to_string))?;
        let counted = |period: &BundledPeriod| once("invoice.periods.counted", period.counted.iter().map(|event| event.id));
        self.periods.iter().try_for_each(counted)
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundledLine {
    /// Its place on the document, from 1.
    pub position: u32,
    /// What it is for.
    pub kind: LineKind,
    /// Under which agreement.
    pub agreement: AgreementId,
    /// Of which period.
    pub period: PeriodName,
    /// The charge's code in the rate card; `commitment`, `cap`, or `tax-` and a tax's code.
    pub charge: String,
    /// The tier; zero where there are none.
    pub tier: u32,
    /// For people.
    pub label: String,
    /// The price of one unit in major units, as decimal text.
    pub unit_price: String,
    /// How many units; negative when taken back.
    pub quantity: Quantity,
    /// What it comes to.
    pub amount_minor: i64,
}

/// What binds a customer to prices.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundledAgreement {
    /// Its number with the service.
    pub id: AgreementId,
    /// The tenant's key for whose usage it is about.
    pub customer: String,
    /// How many parties it takes to put a version in force for the customer.
    pub parties: Parties,
    /// From when, inclusive.
    pub from: Timestamp,
    /// Until when, exclusive; `None` is open-ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// The slugs of the definitions that it names.
    pub definitions: Vec<String>,
    /// The rate card.
    pub card: Box<RawValue>,
    /// What the customer's prices differ in from the card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overrides: Option<Box<RawValue>>,
}

/// How a period of an agreement was billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Billed {
    /// By everything that stands in it, once it had ended.
    Arrears,
    /// By what is due before it begins.
    Advance,
    /// Not at all so far: nothing was ever posted for it.
    Never,
}

/// A period of an agreement: what was posted for it besides the document's own lines, and what its usage was besides the receipts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundledPeriod {
    /// Which agreement.
    pub agreement: AgreementId,
    /// Which of its periods.
    pub period: PeriodName,
    /// How it was billed.
    pub billed: Billed,
    /// The lines that were posted for it before, on documents that were not voided by then.
    pub before: Vec<PostedElsewhere>,
    /// The lines that the same run has posted for it on other documents.
    pub beside: Vec<PostedElsewhere>,
    /// The events that its prices count by themselves. No receipt is written of them.
    pub counted: Vec<CountedEvent>,
}

impl fmt::Display for BundledPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.period, self.agreement)
    }
}

/// A line on another document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostedElsewhere {
    /// The document's number.
    pub document: String,
    /// The charge's code.
    pub charge: String,
    /// The tier; zero where there are none.
    pub tier: u32,
    /// For people.
    pub label: String,
    /// The price of one unit in major units, as decimal text.
    pub unit_price: String,
    /// How many units; negative when taken back.
    pub quantity: Quantity,
    /// What it comes to.
    pub amount_minor: i64,
}

/// An event that counts by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountedEvent {
    /// Its number with the service.
    pub id: EventId,
    /// Which system told it.
    pub source: String,
    /// The sender's id.
    pub source_id: String,
    /// What kind of thing happened.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened.
    pub time: Timestamp,
    /// The text of its JSON object; `None` where it is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
}
