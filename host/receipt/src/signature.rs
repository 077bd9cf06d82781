//! Keys and signatures: ed25519, in hexadecimal digits.
//!
//! What is signed always says what it is: canonical documents start with their kind (`Consent::message`, `Succession::message` and
//! `attestation::message` of the domain), notes with their origin. So a signature of one is none of another.

use std::{fmt, str::FromStr};

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};

use crate::text::{from_hex, serde_as_text, write_hex};

/// What signatures are checked with: a point of the curve, as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; 32]);

/// Bytes or a text that are no public key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublicKeyError {
    /// Not the right digits.
    #[error("{0:?} is not a public key of 64 hexadecimal digits")]
    Digits(String),
    /// No point.
    #[error("the 32 bytes are no public key: they are no point of the curve")]
    Point,
    /// A point that makes anything signed.
    #[error("the public key is of small order, so that one signature would do for many messages")]
    Weak,
}

/// A signature that is not the key's of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature is not this key's of this message")]
pub struct WrongSignature;

impl PublicKey {
    /// From its bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, PublicKeyError> {
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| PublicKeyError::Point)?;
        if key.is_weak() { Err(PublicKeyError::Weak) } else { Ok(Self(bytes)) }
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Refuses a signature that is not this key's of the message, one that was altered into another valid form included.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), WrongSignature> {
        let key = VerifyingKey::from_bytes(&self.0).map_err(|_| WrongSignature)?;
        key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(&signature.0)).map_err(|_| WrongSignature)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for PublicKey {
    type Err = PublicKeyError;

    fn from_str(text: &str) -> Result<Self, PublicKeyError> {
        Self::from_bytes(from_hex(text).ok_or_else(|| PublicKeyError::Digits(text.into()))?)
    }
}

/// What signs. It prints its public key alone.
#[derive(Clone)]
pub struct SecretKey(SigningKey);

/// A text that is no secret key; says nothing of what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no secret key of 64 hexadecimal digits")]
pub struct SecretKeyError;

impl SecretKey {
    /// From 32 bytes that were drawn.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&seed))
    }

    /// What its signatures are checked with.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs a message; always alike.
    pub fn sign(&self, message: &[u8]) -> Signature {
        let signature: ed25519_dalek::Signature = self.0.sign(message);
        Signature(signature.to_bytes())
    }

    /// The whole secret, in 64 hexadecimal digits.
    pub fn to_hex(&self) -> String {
        self.0.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey of {}", self.public())
    }
}

impl FromStr for SecretKey {
    type Err = SecretKeyError;

    fn from_str(text: &str) -> Result<Self, SecretKeyError> {
        from_hex(text).map(Self::from_seed).ok_or(SecretKeyError)
    }
}

/// A signature, as 128 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature([u8; 64]);

/// A text that is no signature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a signature of 128 hexadecimal digits")]
pub struct SignatureError(String);

impl Signature {
    /// From its bytes.
    pub const fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// The 64 bytes.
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Signature {
    type Err = SignatureError;

    fn from_str(text: &str) -> Result<Self, SignatureError> {
        from_hex(text).map(Self).ok_or_else(|| SignatureError(text.into()))
    }
}
serde_as_text!(PublicKey, Signature);
