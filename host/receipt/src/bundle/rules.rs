//! What was judged by: definitions, and the components of their rules.

use std::{fmt, str::FromStr};

use assay_domain::{canon::Digest, definition::VersionContent, manifest::Manifest};
use serde::{Deserialize, Serialize};

use crate::text::{base64, from_base64, serde_as_text};

/// A version of a definition. Its hash is not told: it follows from the content. Versions of one content have one hash and are told once,
/// by the name of one of them; receipts say by which name they were judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundledDefinition {
    /// The definition's slug.
    pub slug: String,
    /// Which of its versions: 1, 2, 3, …
    pub version: u32,
    /// What the version fixes, and its hash covers.
    pub content: VersionContent,
}

/// A rule as it was uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundledComponent {
    /// The hash of its bytes.
    pub digest: Digest,
    /// What it declares about itself, as it was read when it was uploaded.
    pub manifest: Manifest,
    /// The file.
    pub bytes: ComponentBytes,
}

/// A component's file; in JSON, base 64.
#[derive(Clone, PartialEq, Eq)]
pub struct ComponentBytes(pub Vec<u8>);

/// A text that is not base 64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not base 64 with its padding")]
pub struct ComponentBytesError;

impl fmt::Debug for ComponentBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ComponentBytes({} bytes)", self.0.len())
    }
}

impl fmt::Display for ComponentBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64(&self.0))
    }
}

impl FromStr for ComponentBytes {
    type Err = ComponentBytesError;

    fn from_str(text: &str) -> Result<Self, ComponentBytesError> {
        from_base64(text).map(Self).ok_or(ComponentBytesError)
    }
}
serde_as_text!(ComponentBytes);
