//! Disputes: a customer contests an outcome, people decide, and one appeal reopens what they decided.
//!
//! A dispute is open until it is decided, at the latest by its deadline, when the default ruling of its terms is given: from then on nobody
//! decides otherwise. What was decided may be appealed once, for some days; an appeal has a deadline of its own, and its decision is final.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    ruling::{DefaultRuling, Ruling},
    time::{Duration, Timestamp, serde_as_text},
    violation::Violation,
};

/// Bytes of what a customer says.
const CLAIM_BYTES_MAX: usize = 4096;

/// What a customer says is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// What is billed did not happen.
    NotDelivered,
    /// It happened for somebody else.
    WrongCustomer,
    /// It is billed twice.
    Duplicate,
    /// The events that it rests on are not true.
    EvidenceWrong,
    /// The events are true, and the definition says otherwise.
    DefinitionMisapplied,
    /// Something else.
    Other,
}

impl Category {
    /// Every category and its name.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::NotDelivered, "not-delivered"),
        (Self::WrongCustomer, "wrong-customer"),
        (Self::Duplicate, "duplicate"),
        (Self::EvidenceWrong, "evidence-wrong"),
        (Self::DefinitionMisapplied, "definition-misapplied"),
        (Self::Other, "other"),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(category, _)| *category == self).map_or("other", |(_, name)| name)
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no category.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is none of not-delivered, wrong-customer, duplicate, evidence-wrong, definition-misapplied, other")]
pub struct CategoryError(String);

impl FromStr for Category {
    type Err = CategoryError;

    fn from_str(text: &str) -> Result<Self, CategoryError> {
        Self::ALL.iter().find(|(_, name)| *name == text).map(|(category, _)| *category).ok_or_else(|| CategoryError(text.into()))
    }
}
serde_as_text!(Category);

/// Refuses a claim that says nothing, or more than anybody reads.
pub fn check_claim(claim: &str) -> Result<(), Violation> {
    if claim.trim().is_empty() {
        return Err(Violation::new("claim", "it is empty", "say what is wrong"));
    }
    if claim.len() > CLAIM_BYTES_MAX {
        return Err(Violation::new("claim", format!("{} bytes are more than {CLAIM_BYTES_MAX}", claim.len()), "send a shorter one"));
    }
    if claim.chars().any(|letter| letter.is_control() && letter != '\n') {
        return Err(Violation::new("claim", "it holds a control character", "send printable text; lines may be broken"));
    }
    Ok(())
}

/// What the disputes of an agreement's outcomes keep to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeTerms {
    /// How long after its invoice an outcome may be disputed.
    pub open_within: Duration,
    /// How long a dispute, or an appeal, waits for its answer.
    pub answer_within: Duration,
    /// How long after its answer it may be appealed.
    pub appeal_within: Duration,
    /// What is decided when there is no answer in time.
    pub default_ruling: DefaultRuling,
}

impl Default for DisputeTerms {
    fn default() -> Self {
        Self {
            open_within: Duration::days(60),
            answer_within: Duration::days(14),
            appeal_within: Duration::days(14),
            default_ruling: DefaultRuling::Uphold,
        }
    }
}

impl DisputeTerms {
    /// Refuses lengths that leave no time.
    pub fn check(&self) -> Result<(), Violation> {
        for (field, length) in [("open_within", self.open_within), ("appeal_within", self.appeal_within)] {
            if length < Duration::ZERO {
                return Err(Violation::new(field, "it is negative", "give a length of zero or more"));
            }
        }
        if self.answer_within <= Duration::ZERO {
            return Err(Violation::new("answer_within", "it leaves no time for an answer", "give a length of more than zero"));
        }
        Ok(())
    }
}

/// Where a dispute stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisputeState {
    /// It waits for an answer.
    Open {
        /// Until when; then the default ruling is given.
        due_at: Timestamp,
    },
    /// It is decided, and may be appealed for a while.
    Decided {
        /// How.
        ruling: Ruling,
        /// Until when it may be appealed; then the decision is final.
        appeal_until: Timestamp,
    },
    /// It was appealed, and waits for another answer.
    Appealed {
        /// Until when; then the default ruling is given.
        due_at: Timestamp,
    },
    /// It is decided for good.
    Final {
        /// How.
        ruling: Ruling,
    },
}

/// A step that a dispute does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DisputeError {
    /// There is an answer already.
    #[error("the dispute was decided before: {0}")]
    Decided(Ruling),
    /// It waits for its first answer, or for that to its appeal.
    #[error("the dispute is not decided yet")]
    Undecided,
    /// Nobody has answered it in time.
    #[error("the time for an answer was over at {0}")]
    Overdue(Timestamp),
    /// Its one appeal is over.
    #[error("the decision is final: {0}")]
    Final(Ruling),
    /// It could have been appealed.
    #[error("the decision could be appealed until {0}")]
    Late(Timestamp),
}

impl DisputeError {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Decided(_) => "appeal the decision",
            Self::Undecided => "decide it first",
            Self::Overdue(_) => "the default ruling is given in the place of an answer",
            Self::Final(_) | Self::Late(_) => "a decision that is final stands",
        }
    }
}

impl DisputeState {
    /// The state of a dispute that is opened.
    pub fn open(at: Timestamp, terms: &DisputeTerms) -> Self {
        Self::Open { due_at: at.plus(terms.answer_within) }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Decided { .. } => "decided",
            Self::Appealed { .. } => "appealed",
            Self::Final { .. } => "final",
        }
    }

    /// Whether it waits for an answer.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open { .. } | Self::Appealed { .. })
    }

    /// When something happens by itself: the default ruling, or the end of the time for an appeal.
    pub fn due_at(self) -> Option<Timestamp> {
        match self {
            Self::Open { due_at } | Self::Appealed { due_at } | Self::Decided { appeal_until: due_at, .. } => Some(due_at),
            Self::Final { .. } => None,
        }
    }

    /// How it is decided.
    pub fn ruling(self) -> Option<Ruling> {
        match self {
            Self::Decided { ruling, .. } | Self::Final { ruling } => Some(ruling),
            Self::Open { .. } | Self::Appealed { .. } => None,
        }
    }

    /// The same as it is by a time: once its time for an appeal is over, a decision is final.
    #[must_use]
    pub fn by(self, now: Timestamp) -> Self {
        match self {
            Self::Decided { ruling, appeal_until } if appeal_until < now => Self::Final { ruling },
            state => state,
        }
    }

    /// Decides it, in time; the answer to an appeal is final.
    pub fn decide(self, ruling: Ruling, at: Timestamp, terms: &DisputeTerms) -> Result<Self, DisputeError> {
        match self {
            Self::Open { due_at } | Self::Appealed { due_at } if due_at <= at => Err(DisputeError::Overdue(due_at)),
            Self::Open { .. } | Self::Appealed { .. } => Ok(self.answered(ruling, at, terms)),
            Self::Decided { ruling, .. } => Err(DisputeError::Decided(ruling)),
            Self::Final { ruling } => Err(DisputeError::Final(ruling)),
        }
    }

    /// What time makes of it: the default ruling where nobody has answered by then; `None` where nothing is due.
    #[must_use]
    pub fn lapse(self, at: Timestamp, terms: &DisputeTerms) -> Option<Self> {
        let is_due = self.is_open() && self.due_at().is_some_and(|due_at| due_at <= at);
        is_due.then(|| self.answered(terms.default_ruling.ruling(), at, terms))
    }

    fn answered(self, ruling: Ruling, at: Timestamp, terms: &DisputeTerms) -> Self {
        match self {
            Self::Open { .. } => Self::Decided { ruling, appeal_until: at.plus(terms.appeal_within) },
            Self::Appealed { .. } | Self::Decided { .. } | Self::Final { .. } => Self::Final { ruling },
        }
    }

    /// Reopens what was decided, once and in time.
    pub fn appeal(self, at: Timestamp, terms: &DisputeTerms) -> Result<Self, DisputeError> {
        match self {
            Self::Decided { appeal_until, .. } if at > appeal_until => Err(DisputeError::Late(appeal_until)),
            Self::Decided { .. } => Ok(Self::Appealed { due_at: at.plus(terms.answer_within) }),
            Self::Final { ruling } => Err(DisputeError::Final(ruling)),
            Self::Open { .. } | Self::Appealed { .. } => Err(DisputeError::Undecided),
        }
    }
}

/// What executing a disputed judgement again has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// The same component gives the same verdict on the same facts.
    Reproduces,
    /// It does, and the facts are contested: the dispute names some, or some were superseded.
    Contested,
    /// It does not: an incident, which is written down among the discrepancies.
    Differs,
    /// It could not be executed.
    Unexecuted,
}

impl Finding {
    const ALL: [(Self, &'static str); 4] =
        [(Self::Reproduces, "reproduces"), (Self::Contested, "contested"), (Self::Differs, "differs"), (Self::Unexecuted, "unexecuted")];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(finding, _)| *finding == self).map_or("unexecuted", |(_, name)| name)
    }

    /// From its name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(finding, _)| *finding)
    }

    /// What it means.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Reproduces => "executed again, the judgement comes out as it was recorded",
            Self::Contested => "executed again, the judgement comes out as it was recorded, and the evidence is contested",
            Self::Differs => "executed again, the judgement does not come out as it was recorded: an incident",
            Self::Unexecuted => "the judgement could not be executed again",
        }
    }
}
