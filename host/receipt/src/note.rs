//! Signed notes: a text, an empty line, and a line for each signature (C2SP `signed-note`).
//!
//! Signatures of unknown keys are passed over, so that witnesses can cosign what they have seen; one by a known key that is wrong spoils
//! the note.

use std::{fmt, str::FromStr};

use crate::{
    note_key::{KeyId, KeyNameError, NoteKey, VerifierKey, check_name},
    signature::Signature,
    text::{base64, from_base64, serde_as_text},
};

/// Bytes of a note.
const BYTES_MAX: usize = 1_000_000;
/// Signatures of a note.
const SIGNATURES_MAX: usize = 100;
/// How a line with a signature begins: an em dash and a blank.
const MARK: &str = "\u{2014} ";

/// A text and what was signed of it. Nothing of the text is to be believed before [`Note::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// A signature of a note, as it stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// The name of the key.
    pub name: String,
    /// The id of the key.
    pub id: KeyId,
    /// What the key made of the text; by keys of other types it has other lengths.
    pub bytes: Vec<u8>,
}

/// What is wrong with a note.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// More than anybody needs.
    #[error("the note is larger than a million bytes")]
    TooLarge,
    /// What would look otherwise than it is.
    #[error("the note holds a control character that is no line feed")]
    Control,
    /// The end is missing.
    #[error("the note does not end with a line feed")]
    Unended,
    /// Nothing to sign.
    #[error("the text of the note is empty, or does not end with a line feed")]
    Text,
    /// Text and signatures cannot be told apart.
    #[error("no empty line divides the note's text from its signatures")]
    Undivided,
    /// There is none after the empty line.
    #[error("the note has no signature")]
    NoSignature,
    /// Too many.
    #[error("the note has more than 100 signatures")]
    TooManySignatures,
    /// One that is none.
    #[error("line {line} of the signatures is not a dash, the name of a key and base 64")]
    SignatureForm {
        /// Which line of them; the first is 1.
        line: usize,
    },
    /// One with a name that no key has.
    #[error(transparent)]
    Name(#[from] KeyNameError),
    /// By a known key, and not of this text.
    #[error("the signature by the known key {0} is not of this text")]
    WrongSignature(String),
    /// By others alone.
    #[error("no known key has signed the note: it is signed by {0}")]
    Unknown(String),
}

impl Note {
    /// Signs a text that ends with a line feed.
    pub fn sign(text: impl Into<String>, key: &NoteKey) -> Result<Self, NoteError> {
        let text = text.into();
        if !text.ends_with('\n') {
            return Err(NoteError::Text);
        }
        let mut note = Self { text, signatures: Vec::new() };
        note.cosign(key)?;
        Ok(note)
    }

    /// Adds a signature.
    pub fn cosign(&mut self, key: &NoteKey) -> Result<(), NoteError> {
        let (verifier, signature) = (key.verifier(), key.secret().sign(self.text.as_bytes()));
        let bytes = signature.as_bytes().to_vec();
        if self.signatures.len() == SIGNATURES_MAX {
            return Err(NoteError::TooManySignatures);
        }
        self.signatures.push(NoteSignature { name: verifier.name().to_owned(), id: verifier.id(), bytes });
        let fits = check_size(&self.to_string());
        if fits.is_err() {
            self.signatures.pop();
        }
        fits
    }

    /// What is signed, with the line feed at its end.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All its signatures, those of unknown keys included.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// The keys among these that have signed it. Refuses it where none has, or where a signature by one of them is wrong.
    pub fn verify<'k>(&self, keys: impl IntoIterator<Item = &'k VerifierKey>) -> Result<Vec<&'k VerifierKey>, NoteError> {
        let keys: Vec<&VerifierKey> = keys.into_iter().collect();
        let mut found = Vec::new();
        for signature in &self.signatures {
            let is_by = |key: &&&VerifierKey| key.name() == signature.name && key.id() == signature.id;
            let Some(key) = keys.iter().find(is_by) else { continue };
            self.check(signature, key)?;
            if !found.contains(key) {
                found.push(*key);
            }
        }
        if found.is_empty() { Err(NoteError::Unknown(self.signers())) } else { Ok(found) }
    }

    fn check(&self, signature: &NoteSignature, key: &VerifierKey) -> Result<(), NoteError> {
        let wrong = || NoteError::WrongSignature(key.name().to_owned());
        let bytes: [u8; 64] = signature.bytes.as_slice().try_into().map_err(|_| wrong())?;
        key.public().verify(self.text.as_bytes(), &Signature::from_bytes(bytes)).map_err(|_| wrong())
    }

    fn signers(&self) -> String {
        let names: Vec<String> = self.signatures.iter().map(|signature| format!("{} ({})", signature.name, signature.id)).collect();
        names.join(", ")
    }
}

fn check_size(whole: &str) -> Result<(), NoteError> {
    if whole.len() > BYTES_MAX {
        return Err(NoteError::TooLarge);
    }
    if whole.bytes().any(|byte| byte < b' ' && byte != b'\n') { Err(NoteError::Control) } else { Ok(()) }
}

impl NoteSignature {
    fn read(line: &str) -> Option<(&str, KeyId, Vec<u8>)> {
        let (name, encoded) = line.strip_prefix(MARK)?.split_once(' ')?;
        let bytes = from_base64(encoded)?;
        let (id, bytes) = bytes.split_first_chunk()?;
        (!bytes.is_empty()).then(|| (name, KeyId::from_bytes(*id), bytes.to_vec()))
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.id.as_bytes().as_slice(), &self.bytes].concat();
        write!(f, "{MARK}{} {}", self.name, base64(&bytes))
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

impl FromStr for Note {
    type Err = NoteError;

    fn from_str(whole: &str) -> Result<Self, NoteError> {
        check_size(whole)?;
        let whole = whole.strip_suffix('\n').ok_or(NoteError::Unended)?;
        // The last empty line divides: a text may have others.
        let (text, lines) = match whole.rsplit_once("\n\n") {
            Some((text, lines)) => (format!("{text}\n"), lines),
            None if whole.ends_with('\n') => return Err(NoteError::NoSignature),
            None => return Err(NoteError::Undivided),
        };
        let mut signatures = Vec::new();
        for (at, line) in lines.split('\n').enumerate() {
            if at == SIGNATURES_MAX {
                return Err(NoteError::TooManySignatures);
            }
            let (name, id, bytes) = NoteSignature::read(line).ok_or(NoteError::SignatureForm { line: at + 1 })?;
            check_name(name)?;
            signatures.push(NoteSignature { name: name.to_owned(), id, bytes });
        }
        Ok(Self { text, signatures })
    }
}
serde_as_text!(Note);
