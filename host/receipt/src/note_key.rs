//! The keys of signed notes: an ed25519 key with a name (C2SP `signed-note`).
//!
//! Name and id together say which key has signed; the id is the beginning of a hash, so it tells keys apart and proves nothing.

use std::{fmt, str::FromStr};

use assay_domain::canon::Digest;

use crate::{
    signature::{PublicKey, PublicKeyError, SecretKey},
    text::{base64, from_base64, from_hex, serde_as_text, write_hex},
};

/// The type of signature that a verifier key begins with: ed25519 over the text of a note.
const ED25519: u8 = 1;

/// The first four bytes of the hash of a key and its name; written in 8 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 4]);

impl KeyId {
    /// From its bytes.
    pub const fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }

    /// The four bytes.
    pub const fn as_bytes(&self) -> &[u8; 4] {
        &self.0
    }

    fn of(name: &str, encoded: &[u8]) -> Self {
        let hash = Digest::of(&[name.as_bytes(), b"\n", encoded].concat());
        let [first, second, third, fourth, ..] = *hash.as_bytes();
        Self([first, second, third, fourth])
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

/// A name that no key may have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no name of a key: it is empty, or holds a blank, a plus or a control character")]
pub struct KeyNameError(pub(crate) String);

/// Refuses a name that could not be told from what is around it.
pub(crate) fn check_name(name: &str) -> Result<(), KeyNameError> {
    let is_wrong = |letter: char| letter.is_whitespace() || letter.is_control() || letter == '+';
    if name.is_empty() || name.chars().any(is_wrong) { Err(KeyNameError(name.into())) } else { Ok(()) }
}

/// What the notes of a key are checked with. Its text is `name+id+base64`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct VerifierKey {
    name: String,
    id: KeyId,
    key: PublicKey,
}

/// A text that is no verifier key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifierKeyError {
    /// Not three parts, or not of the right letters.
    #[error("{0:?} is no verifier key of the form name+12345678+base64")]
    Form(String),
    /// Its name cannot be one.
    #[error(transparent)]
    Name(#[from] KeyNameError),
    /// Signatures of another type.
    #[error("the verifier key is for signatures of the type {0}: those of notes in ed25519 have the type 1")]
    Type(u8),
    /// Its key is none.
    #[error(transparent)]
    Key(#[from] PublicKeyError),
    /// Its id is that of another key or name.
    #[error("the verifier key says that its id is {told}, and it is {computed}")]
    Id {
        /// What it says.
        told: KeyId,
        /// What follows from its name and key.
        computed: KeyId,
    },
}

impl VerifierKey {
    /// A key under a name.
    pub fn new(name: impl Into<String>, key: PublicKey) -> Result<Self, KeyNameError> {
        let name = name.into();
        check_name(&name)?;
        let id = KeyId::of(&name, &encoded(&key));
        Ok(Self { name, id, key })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its id.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The key itself.
    pub fn public(&self) -> &PublicKey {
        &self.key
    }
}

fn encoded(key: &PublicKey) -> Vec<u8> {
    [[ED25519].as_slice(), key.as_bytes()].concat()
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}+{}", self.name, self.id, base64(&encoded(&self.key)))
    }
}

impl FromStr for VerifierKey {
    type Err = VerifierKeyError;

    fn from_str(text: &str) -> Result<Self, VerifierKeyError> {
        let form = || VerifierKeyError::Form(text.into());
        let (name, rest) = text.split_once('+').ok_or_else(form)?;
        let (digits, encoded) = rest.split_once('+').ok_or_else(form)?;
        let told = from_hex(digits).map(KeyId).filter(|id| id.to_string() == digits).ok_or_else(form)?;
        let encoded = from_base64(encoded).ok_or_else(form)?;
        let key = match encoded.split_first() {
            Some((&ED25519, key)) => PublicKey::from_bytes(key.try_into().map_err(|_| form())?)?,
            Some((other, _)) => return Err(VerifierKeyError::Type(*other)),
            None => return Err(form()),
        };
        let verifier = Self::new(name, key)?;
        let computed = verifier.id;
        if told == computed { Ok(verifier) } else { Err(VerifierKeyError::Id { told, computed }) }
    }
}
serde_as_text!(VerifierKey);

/// What signs notes.
#[derive(Debug, Clone)]
pub struct NoteKey {
    verifier: VerifierKey,
    secret: SecretKey,
}

impl NoteKey {
    /// A secret key under a name.
    pub fn new(name: impl Into<String>, secret: SecretKey) -> Result<Self, KeyNameError> {
        Ok(Self { verifier: VerifierKey::new(name, secret.public())?, secret })
    }

    /// What its notes are checked with.
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The secret key.
    pub(crate) fn secret(&self) -> &SecretKey {
        &self.secret
    }
}
