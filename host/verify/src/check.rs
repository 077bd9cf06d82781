//! What is checked, and where.

use std::fmt;

use assay_domain::id::EventId;

/// One kind of check. Its name is how results, programs and people call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// The log's key has signed its checkpoints, and hands over by its own signature.
    Signature,
    /// The log has only grown: since the checkpoint of the invoice, and since those that were kept.
    Consistency,
    /// A receipt is in the log.
    Inclusion,
    /// The receipts of a customer go on from each other without a gap, up to the one that the invoice names.
    Chain,
    /// Events, input, verdict and customer are those that the receipt holds salted hashes of.
    Commitment,
    /// What the receipt says that the verdict rests on is what it rests on.
    Evidence,
    /// A definition is the one that the receipt holds the hash of, with its parameters and its timing.
    Definition,
    /// A component is the one that the definition names, and declares what it is said to.
    Component,
    /// The customer has signed the definition, where the agreement demands it.
    Approval,
    /// Who vouches for an event has signed it.
    Attestation,
    /// The rule can be executed again.
    Execution,
    /// Executed again, it says the same, byte for byte.
    Verdict,
    /// The usage of a receipt is what its verdict amounts to, or takes back what another has counted.
    Usage,
    /// The prices are ones that can be billed by.
    Price,
    /// Rated anew, usage costs what the lines say.
    Line,
    /// The lines sum to the total.
    Total,
}

impl Check {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Consistency => "consistency",
            Self::Inclusion => "inclusion",
            Self::Chain => "chain",
            Self::Commitment => "commitment",
            Self::Evidence => "evidence",
            Self::Definition => "definition",
            Self::Component => "component",
            Self::Approval => "approval",
            Self::Attestation => "attestation",
            Self::Execution => "execution",
            Self::Verdict => "verdict",
            Self::Usage => "usage",
            Self::Price => "price",
            Self::Line => "line",
            Self::Total => "total",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where something was checked: `event evt_0000000000007 of receipt 12 of acme`, `line 3`, `the checkpoint of the bundle`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// A thing with a name of its own.
    pub thing: Option<String>,
    /// An event.
    pub event: Option<EventId>,
    /// A receipt: its customer's key, and its number.
    pub receipt: Option<(String, i64)>,
    /// A line of the document.
    pub line: Option<u32>,
}

impl Place {
    /// A thing with a name of its own.
    pub(crate) fn thing(name: impl Into<String>) -> Self {
        Self { thing: Some(name.into()), ..Self::default() }
    }

    /// A receipt.
    pub(crate) fn receipt(customer: &str, number: i64) -> Self {
        Self { receipt: Some((customer.to_owned(), number)), ..Self::default() }
    }

    /// A line.
    pub(crate) fn line(position: u32) -> Self {
        Self { line: Some(position), ..Self::default() }
    }

    /// One of the events there.
    pub(crate) fn event(self, event: EventId) -> Self {
        Self { event: Some(event), ..self }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let event = self.event.map(|event| format!("event {event}"));
        let receipt = self.receipt.as_ref().map(|(customer, number)| format!("receipt {number} of {customer}"));
        let line = self.line.map(|position| format!("line {position}"));
        let parts: Vec<String> = [event, receipt, line, self.thing.clone()].into_iter().flatten().collect();
        f.write_str(&parts.join(" of "))
    }
}
