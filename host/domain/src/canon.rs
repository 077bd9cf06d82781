//! The canonical encoding: everything that is hashed goes through it.
//!
//! Version 1. A document starts with its domain text (`assay.1.input`), so that two kinds of document never hash alike.
//! Integers are 8 bytes big-endian; texts, byte strings and lists are preceded by their length; an option by 0 or 1; a
//! variant by its tag. No field names, no padding, one encoding per value. Golden tests hold it still.

use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::time::serde_as_text;
use serde::{Deserialize, Serialize};

/// A SHA-256 hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Hashes bytes as they are, e.g. a component file.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// From stored bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is not 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a SHA-256 digest of 64 hexadecimal digits")]
pub struct DigestError(String);

impl std::str::FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let error = || DigestError(text.into());
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(error());
        }
        let mut bytes = [0; 32];
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = text.get(2 * i..2 * i + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()).ok_or_else(error)?;
        }
        Ok(Self(bytes))
    }
}
serde_as_text!(Digest);

/// Writes one canonical document.
pub struct Encoder(Vec<u8>);

impl Encoder {
    /// Starts a document of the named kind and version.
    pub fn new(domain: &str) -> Self {
        let mut encoder = Self(Vec::with_capacity(256));
        encoder.text(domain);
        encoder
    }

    /// A variant's tag or a boolean.
    pub fn tag(&mut self, tag: u8) -> &mut Self {
        self.0.push(tag);
        self
    }

    /// An integer.
    pub fn int(&mut self, n: i64) -> &mut Self {
        self.0.extend_from_slice(&n.to_be_bytes());
        self
    }

    /// The number of items that follow.
    pub fn len(&mut self, n: usize) -> &mut Self {
        self.0.extend_from_slice(&(n as u64).to_be_bytes());
        self
    }

    /// A byte string.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.len(bytes.len());
        self.0.extend_from_slice(bytes);
        self
    }

    /// A text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes())
    }

    /// An optional text.
    pub fn optional_text(&mut self, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.tag(1).text(text),
            None => self.tag(0),
        }
    }

    /// The document.
    pub fn finish(self) -> Vec<u8> {
        self.0
    }

    /// The document's hash.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }
}
