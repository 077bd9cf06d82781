//! What a charge counts.

use std::fmt;

use assay_domain::violation::Violation;
use serde::{Deserialize, Serialize};

use assay_domain::{event::check_name, manifest::check_slug};

use crate::usage::{UsageItem, Used};

/// Which usage a charge counts: `{ outcome-of = "resolved-ticket", class = "booked", credit-to = "ai" }`,
/// `{ attempts-at = "resolved-ticket" }` or `{ events = "llm.call", aggregate = "sum", field = "tokens" }`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "MeterFields", into = "MeterFields")]
pub enum MeterRef {
    /// The quantity of each success.
    Outcomes {
        /// The definition's slug.
        definition: String,
        /// Only outcomes of this class; `None` counts all of them, with a class or without.
        class: Option<String>,
        /// Only the share of this participant; `None` counts the whole.
        credit_to: Option<String>,
    },
    /// One for each interaction that was judged at all.
    Attempts {
        /// The definition's slug.
        definition: String,
    },
    /// Events by themselves.
    Events {
        /// Their type.
        kind: String,
        /// What is made of them.
        aggregate: Aggregate,
        /// The member of their data that is read; `None` only for a count.
        field: Option<String>,
    },
}

/// What is made of the events of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aggregate {
    /// How many there are.
    #[default]
    Count,
    /// The sum of a field.
    Sum,
    /// The largest value of a field; zero when there is none.
    Max,
    /// How many different values a field has.
    Unique,
}

impl MeterRef {
    /// The slug of the definition that is counted; `None` for events.
    pub fn definition(&self) -> Option<&str> {
        match self {
            Self::Outcomes { definition, .. } | Self::Attempts { definition } => Some(definition),
            Self::Events { .. } => None,
        }
    }

    /// The type of the events that are counted, and the field that is read of them.
    pub fn event_field(&self) -> Option<(&str, Option<&str>)> {
        match self {
            Self::Events { kind, field, .. } => Some((kind, field.as_deref())),
            _ => None,
        }
    }

    /// Whether a piece of usage is counted.
    pub fn counts(&self, item: &UsageItem) -> bool {
        match (self, &item.used) {
            (Self::Outcomes { .. }, Used::Outcome { definition, class, .. }) => self.counts_outcome(definition, class.as_deref()),
            (Self::Attempts { definition }, Used::Attempt { definition: attempted }) => definition == attempted,
            (Self::Events { kind, field, .. }, Used::Event { kind: happened, field: read, .. }) => kind == happened && field == read,
            _ => false,
        }
    }

    /// Whether successes of a definition and class are counted.
    pub(crate) fn counts_outcome(&self, definition: &str, class: Option<&str>) -> bool {
        match self {
            Self::Outcomes { definition: counted, class: only, .. } => {
                counted == definition && only.as_deref().is_none_or(|only| class == Some(only))
            }
            _ => false,
        }
    }

    /// Checks the names; `at` is the charge's field.
    pub(crate) fn check(&self, at: &str) -> Result<(), Violation> {
        match self {
            Self::Outcomes { definition, class, credit_to } => {
                check_slug(&format!("{at}.meter.outcome-of"), definition)?;
                if let Some(class) = class {
                    check_slug(&format!("{at}.meter.class"), class)?;
                }
                credit_to.as_ref().map_or(Ok(()), |name| check_slug(&format!("{at}.meter.credit-to"), name))
            }
            Self::Attempts { definition } => check_slug(&format!("{at}.meter.attempts-at"), definition),
            Self::Events { kind, aggregate, field } => {
                check_name(&format!("{at}.meter.events"), kind)?;
                match (aggregate, field) {
                    (Aggregate::Count, Some(_)) => {
                        let remedy = "leave `field` out, or say what to make of it: sum, max or unique";
                        Err(Violation::new(format!("{at}.meter.field"), "a count reads no field", remedy))
                    }
                    (Aggregate::Count, None) => Ok(()),
                    (_, Some(field)) => check_name(&format!("{at}.meter.field"), field),
                    (_, None) => {
                        let remedy = "name the member of the events' data to read";
                        Err(Violation::new(format!("{at}.meter.field"), "it is missing", remedy))
                    }
                }
            }
        }
    }
}

impl fmt::Display for MeterRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outcomes { definition, .. } => write!(f, "outcomes of {definition}"),
            Self::Attempts { definition } => write!(f, "attempts at {definition}"),
            Self::Events { kind, .. } => write!(f, "events {kind}"),
        }
    }
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct MeterFields {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outcome_of: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attempts_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    events: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    class: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    credit_to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    aggregate: Option<Aggregate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

impl TryFrom<MeterFields> for MeterRef {
    type Error = &'static str;

    fn try_from(fields: MeterFields) -> Result<Self, Self::Error> {
        let MeterFields { outcome_of, attempts_at, events, class, credit_to, aggregate, field } = fields;
        let of_outcomes = class.is_some() || credit_to.is_some();
        let of_events = aggregate.is_some() || field.is_some();
        match (outcome_of, attempts_at, events) {
            (Some(_), None, None) if of_events => Err("`aggregate` and `field` go with `events`"),
            (Some(definition), None, None) => Ok(Self::Outcomes { definition, class, credit_to }),
            (None, Some(_), None) if of_outcomes || of_events => {
                Err("an attempt has no class, no credit and no field; leave them out, or count `outcome-of` or `events`")
            }
            (None, Some(definition), None) => Ok(Self::Attempts { definition }),
            (None, None, Some(_)) if of_outcomes => Err("`class` and `credit-to` go with `outcome-of`"),
            (None, None, Some(kind)) => Ok(Self::Events { kind, aggregate: aggregate.unwrap_or_default(), field }),
            _ => Err("a meter names what it counts by one of `outcome-of`, `attempts-at` and `events`"),
        }
    }
}

impl From<MeterRef> for MeterFields {
    fn from(meter: MeterRef) -> Self {
        match meter {
            MeterRef::Outcomes { definition, class, credit_to } => {
                Self { outcome_of: Some(definition), class, credit_to, ..Self::default() }
            }
            MeterRef::Attempts { definition } => Self { attempts_at: Some(definition), ..Self::default() },
            MeterRef::Events { kind, aggregate, field } => {
                Self { events: Some(kind), aggregate: Some(aggregate), field, ..Self::default() }
            }
        }
    }
}
