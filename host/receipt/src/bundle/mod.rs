//! Bundles: receipts with everything it takes to verify them far from the service, in one file of JSON.
//!
//! A bundle makes claims and proves none by itself: what is in it is believed once it follows from a key that was pinned, from hashes, or
//! from executing it again. Reading is strict: a member that is unknown, missing or there twice is refused with its place.
//!
//! Everything stands in it once. Receipts name evaluations and hashes of definitions; evaluations name interactions, whose events are told
//! once; definitions name components. A receipt alone, its whole chain and an invoice have the same form.

mod chain;
mod facts;
mod invoice;
mod log;
mod rules;

use std::{collections::HashSet, fmt, hash::Hash, str::FromStr};

use assay_domain::{approval::SignedApproval, key::Mode};
use serde::{Deserialize, Serialize};

use crate::text::serde_as_text;

pub use self::{
    chain::{BundledChain, BundledReceipt, NamedHead},
    facts::{BundledEvaluation, BundledEvent, BundledInteraction},
    invoice::{
        Billed, BundledAgreement, BundledInvoice, BundledLine, BundledPeriod, CountedEvent, DocumentKind, LineKind, PostedElsewhere,
    },
    log::{BundledLog, Growth},
    rules::{BundledComponent, BundledDefinition, ComponentBytes},
};

/// Bytes of the largest bundle that is read.
pub const BYTES_MAX: usize = 512 << 20;

/// The first member of every bundle.
const FORMAT: &str = "assay-bundle 1";

/// What the first member says, which is always the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Format;

/// A text that names another format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the format is {0:?}, and {known:?} is the one that is known", known = FORMAT)]
pub struct FormatError(String);

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(FORMAT)
    }
}

impl FromStr for Format {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        if text == FORMAT { Ok(Self) } else { Err(FormatError(text.into())) }
    }
}
serde_as_text!(Format);

/// Who has exported a bundle: what customers sign approvals for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// The tenant's short name, without its side.
    pub tenant: String,
    /// Which side of it.
    pub mode: Mode,
}

/// Receipts with everything it takes to verify them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// What this is.
    pub format: Format,
    /// Who has exported it.
    pub issuer: Issuer,
    /// The log, and what proves how it has grown.
    pub log: BundledLog,
    /// The receipts, by customer.
    pub chains: Vec<BundledChain>,
    /// What the receipts were written after, each once.
    pub evaluations: Vec<BundledEvaluation>,
    /// What was judged, each once.
    pub interactions: Vec<BundledInteraction>,
    /// What it was judged by, each once.
    pub definitions: Vec<BundledDefinition>,
    /// The rules of the definitions, each once.
    pub components: Vec<BundledComponent>,
    /// What customers have signed of the definitions.
    pub approvals: Vec<SignedApproval>,
    /// The document that the receipts are billed by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<BundledInvoice>,
}

/// Why a file is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// More than anybody needs.
    #[error("the file has {0} bytes, and a bundle has {most} at most", most = BYTES_MAX)]
    TooLarge(usize),
    /// It cannot be read.
    #[error("{place}: {problem}")]
    Form {
        /// Which member: `chains[0].receipts[3].salt`.
        place: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Something that stands once stands twice.
    #[error("{list}: {what} stands there twice")]
    Twice {
        /// Which list.
        list: &'static str,
        /// What stands twice.
        what: String,
    },
}

impl Bundle {
    /// Reads a file.
    pub fn read(bytes: &[u8]) -> Result<Self, BundleError> {
        if bytes.len() > BYTES_MAX {
            return Err(BundleError::TooLarge(bytes.len()));
        }
        let form = |place: String, problem: serde_json::Error| {
            let place = if place == "." { "the file".to_owned() } else { place };
            BundleError::Form { place, problem: problem.to_string() }
        };
        let mut json = serde_json::Deserializer::from_slice(bytes);
        let read: Result<Self, _> = serde_path_to_error::deserialize(&mut json);
        let bundle = read.map_err(|error| form(error.path().to_string(), error.into_inner()))?;
        json.end().map_err(|error| form(".".to_owned(), error))?;
        bundle.check_once()?;
        Ok(bundle)
    }

    /// The file.
    pub fn write(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    fn check_once(&self) -> Result<(), BundleError> {
        once("chains", self.chains.iter().map(|chain| &chain.customer))?;
        once("evaluations", self.evaluations.iter().map(|evaluation| evaluation.id))?;
        once("interactions", self.interactions.iter().map(|interaction| interaction.id))?;
        once("events", self.interactions.iter().flat_map(|interaction| &interaction.events).map(|event| event.id))?;
        once("definitions", self.definitions.iter().map(|definition| definition.content.hash()))?;
        once("components", self.components.iter().map(|component| component.digest))?;
        once("log.growth", self.log.growth.iter().map(|growth| growth.old))?;
        self.invoice.as_ref().map_or(Ok(()), BundledInvoice::check_once)
    }
}

/// Refuses a list in which something stands twice.
fn once<T: Eq + Hash + fmt::Display>(list: &'static str, items: impl Iterator<Item = T>) -> Result<(), BundleError> {
    let mut seen = HashSet::new();
    for item in items {
        let what = item.to_string();
        if !seen.insert(item) {
            return Err(BundleError::Twice { list, what });
        }
    }
    Ok(())
}
