//! Attestations: who vouches for an event, besides whoever brought it.
//!
//! An event key is the sender's own, and anybody can check what it has signed, then and later. The secret of a webhook is known to both
//! sides: that a delivery was signed with it is what the service says of it.

use crate::{
    canon::Encoder,
    event::NewEvent,
    id::{EventKeyId, WebhookSecretId},
};

/// What vouches for an event, found to be right when it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attestation {
    /// A signature by an event key.
    Key {
        /// The key.
        key: EventKeyId,
        /// In 128 hexadecimal digits.
        signature: String,
    },
    /// The signature of the webhook that brought it.
    Webhook {
        /// The secret that it was made with.
        secret: WebhookSecretId,
    },
}

/// A signature as an event bears it, before anybody has looked at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventSignature {
    /// The public key, in hexadecimal digits.
    pub key: String,
    /// The key's signature of [`message`], in hexadecimal digits.
    pub value: String,
}

/// The bytes that an event key signs: `assay.1.attestation`, source, id, hash of the content. `data` is the event's data in its canonical
/// form (RFC 8785), so that it may be written in any way. To whom it is told is not in it: the signature says what happened.
pub fn message(event: &NewEvent, data: &str) -> Vec<u8> {
    let mut to = Encoder::new("assay.1.attestation");
    to.text(&event.source).text(&event.id).bytes(event.content_digest_with(data).as_bytes());
    to.finish()
}
