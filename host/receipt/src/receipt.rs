//! Receipts: what a customer is told of a change of what it is billed, in a form that it can execute again.
//!
//! A receipt says what was judged, by what, with which result, and what that changed on the bill. It holds nothing that has to be erased
//! some day: events, the question, the verdict's full text and the customer's key stand in it as salted hashes.

mod encode;
mod laws;

use assay_domain::{
    approval::Parties,
    canon::{Digest, Encoder},
    decimal::{Decimal, Quantity},
    definition::Timing,
    id::{DisputeId, EvaluationId, EventId, InteractionId},
    outcome::{Credit, Meter},
    time::Timestamp,
    value::Value,
};
use serde::{Deserialize, Serialize};

use crate::{
    chain::Link,
    signature::{PublicKey, Signature},
};

pub use laws::ReceiptError;

/// A receipt. There is one for each change of usage that is settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The log that holds its commitment.
    pub origin: String,
    /// The salted hash of the tenant's key for the customer.
    pub customer: Digest,
    /// Its number among the customer's receipts; the first is 1.
    pub number: i64,
    /// The digest of the customer's receipt before it; `None` of the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Digest>,
    /// When its change was recorded.
    pub recorded_at: Timestamp,
    /// What has changed.
    pub change: Change,
    /// What it was judged by.
    pub definition: JudgedBy,
    /// What was judged, and the result.
    pub judgement: Judgement,
}

/// A change of usage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Its number with the service.
    pub usage: i64,
    /// What is counted.
    #[serde(with = "crate::text::meter")]
    pub meter: Meter,
    /// How much; negative where it is withdrawn.
    pub quantity: Quantity,
    /// The date that decides its billing period.
    pub dated_at: Timestamp,
    /// The class of the success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// What the success is worth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Decimal>,
    /// Who is credited with the success: `ai:3 human:1`.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::text::optional")]
    pub credit: Option<Credit>,
    /// The hash of the definition that it was earned under.
    pub earned_under: Digest,
    /// The dispute whose ruling has made it; `None` where the judgement has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispute: Option<DisputeId>,
}

/// The version of the definition that judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgedBy {
    /// The definition's short name.
    pub name: String,
    /// The version's number.
    pub version: u32,
    /// The hash of everything that the version fixes.
    pub hash: Digest,
    /// The rule's component.
    pub component: Digest,
    /// The contract that the component speaks: `assay:rule@0.1.0`.
    pub contract: String,
    /// Its parameters, in the manifest's order.
    pub parameters: Vec<Value>,
    /// Deadline, holdback and horizon.
    pub timing: Timing,
    /// How many parties have agreed to it for this customer.
    pub parties: Parties,
    /// What the customer has signed, where two parties have agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approved>,
}

/// By which signature a customer has agreed to a definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approved {
    /// The customer's key.
    pub key: PublicKey,
    /// For interactions that open from then on.
    pub from: Timestamp,
    /// Over `assay_domain::approval::Consent`.
    pub signature: Signature,
}

/// What was judged, and the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// The judgement's number with the service.
    pub evaluation: EvaluationId,
    /// What was judged.
    pub interaction: InteractionId,
    /// The salted hash of the root of what the rule was asked.
    pub input: Digest,
    /// The time of asking.
    pub as_of: Timestamp,
    /// The decision's name, `rule-error`, `missing-field` or `fault`.
    pub conclusion: String,
    /// The reason's code, or the fault's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The salted hash of the whole verdict, or of the message of an error, as it was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Digest>,
    /// The events that the verdict names as its evidence, in the order of their numbers.
    pub evidence: Vec<Evidence>,
}

/// An event that a verdict rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Its number with the service.
    pub event: EventId,
    /// The salted hash of all that its sender told.
    pub fact: Digest,
    /// Who vouches for it, besides whoever brought it.
    pub vouchers: Vec<Voucher>,
}

/// Who vouches for an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Voucher {
    /// Whoever holds a key, by a signature that anybody can check.
    EventKey {
        /// The public key.
        key: PublicKey,
        /// Over the document `assay.1.attestation`.
        signature: Signature,
        /// Whether the key is the customer's own, and not the tenant's.
        own: bool,
    },
    /// The service, which has checked the signature of a delivery under a secret that it shares with the sender.
    Webhook {
        /// The endpoint's number with the service.
        endpoint: i64,
        /// The secret's number with the service.
        secret: i64,
    },
}

impl Receipt {
    /// The hash of the canonical document.
    pub fn digest(&self) -> Digest {
        let mut to = Encoder::new("assay.1.receipt");
        self.encode(&mut to);
        to.digest()
    }

    /// Its place in its customer's chain.
    pub fn link(&self) -> Link {
        Link { number: self.number, previous: self.previous, digest: self.digest() }
    }
}
