//! Webhooks as Standard Webhooks has them: a delivery is signed with a secret that sender and service know.
//!
//! The signature is the HMAC-SHA-256 of the delivery's id, its time and its body, with dots between them. As nothing else divides them,
//! neither an id nor a time may hold a dot.

use std::{fmt, ops::RangeInclusive, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::{
    event::NAME_BYTES_MAX,
    time::{Duration, Timestamp},
};

/// How far the time of a delivery may be from ours, before or after.
pub const TOLERANCE: Duration = Duration::seconds(300);

const PREFIX: &str = "whsec_";
/// Bytes of a secret; at most a block of the hash.
const SECRET_BYTES: RangeInclusive<usize> = 24..=64;
const BLOCK_BYTES: usize = 64;

/// What a webhook is signed with. It prints nothing of itself.
#[derive(Clone)]
pub struct WebhookSecret(Vec<u8>);

impl WebhookSecret {
    /// One that was drawn.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes.to_vec())
    }

    /// Its text, for whoever signs: `whsec_` and base 64.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    fn mac(&self) -> Hmac<Sha256> {
        // A key shorter than a block is filled up with zeros, says RFC 2104.
        let mut block = [0; BLOCK_BYTES];
        block.iter_mut().zip(&self.0).for_each(|(to, from)| *to = *from);
        Hmac::<Sha256>::new(&block.into())
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret")
    }
}

/// A text that is no secret; says nothing of what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not whsec_ and 24 to 64 bytes in base 64")]
pub struct WebhookSecretError;

impl FromStr for WebhookSecret {
    type Err = WebhookSecretError;

    fn from_str(text: &str) -> Result<Self, WebhookSecretError> {
        let digits = text.strip_prefix(PREFIX).ok_or(WebhookSecretError)?;
        let bytes = STANDARD.decode(digits).map_err(|_| WebhookSecretError)?;
        if SECRET_BYTES.contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(WebhookSecretError) }
    }
}

/// What the head of a delivery says, before anybody has looked whether it is true.
#[derive(Debug, Clone)]
pub struct Delivery {
    id: String,
    /// As it was written, which is what is signed.
    time: String,
    sent_at: Timestamp,
    signatures: Vec<[u8; 32]>,
}

/// What is wrong with the head of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// Its id cannot be signed.
    #[error("`webhook-id` is 1 to 256 printable ASCII letters without a dot")]
    Id,
    /// Its time is none.
    #[error("`webhook-timestamp` is a whole number of seconds since 1970")]
    Time,
    /// It bears no signature of the kind.
    #[error("`webhook-signature` is a list of `v1,` and 32 bytes in base 64, with spaces between them")]
    Signature,
    /// It was sent at another time than it came, so it may have been kept by somebody.
    #[error(
        "`webhook-timestamp` is more than 5 minutes from the time of the service: send it again, signed anew, and check the sender's clock"
    )]
    Stale,
}

impl Delivery {
    /// From the texts of `webhook-id`, `webhook-timestamp` and `webhook-signature`. Signatures of other kinds than `v1` are passed over.
    pub fn read(id: &str, time: &str, signatures: &str) -> Result<Self, DeliveryError> {
        let is_signable = |byte: u8| byte.is_ascii_graphic() && byte != b'.';
        if id.is_empty() || id.len() > NAME_BYTES_MAX || !id.bytes().all(is_signable) {
            return Err(DeliveryError::Id);
        }
        let sent_at = seconds(time).ok_or(DeliveryError::Time)?;
        let signatures: Vec<[u8; 32]> = signatures.split(' ').filter_map(signature).collect();
        if signatures.is_empty() {
            return Err(DeliveryError::Signature);
        }
        Ok(Self { id: id.to_owned(), time: time.to_owned(), sent_at, signatures })
    }

    /// Refuses one that was sent long before it came, or after.
    pub fn check_time(&self, now: Timestamp) -> Result<(), DeliveryError> {
        let apart = now.since(self.sent_at).micros().unsigned_abs();
        if apart > TOLERANCE.micros().unsigned_abs() { Err(DeliveryError::Stale) } else { Ok(()) }
    }

    /// Whether one of its signatures is that of this body with this secret; of two signatures of one length it takes as long to find out.
    pub fn is_signed_with(&self, secret: &WebhookSecret, body: &[u8]) -> bool {
        let mut mac = secret.mac();
        let parts: [&[u8]; 5] = [self.id.as_bytes(), b".", self.time.as_bytes(), b".", body];
        parts.into_iter().for_each(|part| mac.update(part));
        let tag = mac.finalize().into_bytes();
        self.signatures.iter().any(|signature| bool::from(tag.as_slice().ct_eq(signature)))
    }
}

fn seconds(text: &str) -> Option<Timestamp> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Timestamp::from_micros(text.parse::<i64>().ok()?.checked_mul(1_000_000)?)
}

fn signature(text: &str) -> Option<[u8; 32]> {
    STANDARD.decode(text.strip_prefix("v1,")?).ok()?.try_into().ok()
}
