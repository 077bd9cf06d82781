//! Commitments: hashes under a salt, which bind to something and tell nothing of it to whoever lacks the salt.
//!
//! The salts of what personal data stands in (events, inputs, verdicts) and of the customer's key are derived from the veil key of their
//! interaction. Once that is erased, a receipt and all its proofs still hold, and nobody can find out any more what it was about, not even
//! by guessing. A log entry has a salt of its own, which is drawn.

use std::{fmt, str::FromStr};

use assay_domain::{
    canon::{Digest, Encoder},
    id::{CustomerId, EvaluationId, EventId},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::text::{from_hex, serde_as_text, write_hex};

/// Thirty-two bytes without which a commitment tells nothing. It prints nothing of itself but in its text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; 32]);

/// A text that is no salt; says nothing of what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no salt of 64 hexadecimal digits")]
pub struct SaltError;

impl Salt {
    /// From bytes that were drawn, or stored.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn over(&self, domain: &str, what: &[u8]) -> Digest {
        let mut to = Encoder::new(domain);
        to.bytes(&self.0).bytes(what);
        to.digest()
    }
}

impl fmt::Display for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt")
    }
}

impl FromStr for Salt {
    type Err = SaltError;

    fn from_str(text: &str) -> Result<Self, SaltError> {
        from_hex(text).map(Self).ok_or(SaltError)
    }
}
serde_as_text!(Salt);

/// The entry of a receipt in the log: `assay.1.leaf`, salt, digest of the receipt.
pub fn leaf(salt: &Salt, receipt: &Digest) -> Digest {
    salt.over("assay.1.leaf", receipt.as_bytes())
}

/// What a receipt says of an event: `assay.1.veiled-event`, salt, [`fact_digest`].
pub fn event(salt: &Salt, fact: &Digest) -> Digest {
    salt.over("assay.1.veiled-event", fact.as_bytes())
}

/// What a receipt says of an input root: `assay.1.veiled-input`, salt, root.
pub fn input_root(salt: &Salt, root: &Digest) -> Digest {
    salt.over("assay.1.veiled-input", root.as_bytes())
}

/// What a receipt says of the whole verdict as it was recorded, or of the message of an error: `assay.1.veiled-detail`, salt, text.
pub fn detail(salt: &Salt, text: &str) -> Digest {
    salt.over("assay.1.veiled-detail", text.as_bytes())
}

/// What a receipt says of its customer: `assay.1.veiled-customer`, salt, the tenant's key for the customer.
pub fn customer(salt: &Salt, key: &str) -> Digest {
    salt.over("assay.1.veiled-customer", key.as_bytes())
}

/// The hash of an event as a whole: `assay.1.fact`, source, the sender's id, hash of the content (`NewEvent::content_digest`).
pub fn fact_digest(source: &str, id: &str, content: &Digest) -> Digest {
    let mut to = Encoder::new("assay.1.fact");
    to.text(source).text(id).bytes(content.as_bytes());
    to.digest()
}

/// What the salts of one interaction derive from. It prints nothing of itself.
#[derive(Clone)]
pub struct VeilKey([u8; 32]);

impl VeilKey {
    /// From bytes that were drawn, or stored.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes, to be stored, and erased some day.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The salt of an event.
    pub fn event_salt(&self, event: EventId) -> Salt {
        self.salt("event", event.0)
    }

    /// The salt of what an evaluation was asked about.
    pub fn input_salt(&self, evaluation: EvaluationId) -> Salt {
        self.salt("input", evaluation.0)
    }

    /// The salt of what an evaluation has said.
    pub fn detail_salt(&self, evaluation: EvaluationId) -> Salt {
        self.salt("detail", evaluation.0)
    }

    /// The salt of a customer's key.
    pub fn customer_salt(&self, customer: CustomerId) -> Salt {
        self.salt("customer", customer.0)
    }

    /// HMAC-SHA-256 of `assay.1.salt`, the kind of thing, its number.
    fn salt(&self, kind: &str, number: i64) -> Salt {
        let mut message = Encoder::new("assay.1.salt");
        message.text(kind).int(number);
        // A key shorter than a block is filled up with zeros, says RFC 2104.
        let mut block = [0; 64];
        block.iter_mut().zip(self.0).for_each(|(to, from)| *to = from);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(&message.finish());
        Salt(mac.finalize().into_bytes().into())
    }
}

impl fmt::Debug for VeilKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VeilKey")
    }
}
