//! A resolved ticket succeeds when the person served is satisfied: a score, given in time, that reaches a minimum. The README tells
//! the whole of its semantics.

use std::str::FromStr;

use assay_sdk::{Duration, Fact, RuleError, Timeline, Timestamp, Verdict};

#[cfg(test)]
mod tests;

/// What happens to a ticket and to the survey about it.
#[derive(Debug, Clone, PartialEq, assay_sdk::Event)]
pub enum Ticket {
    /// It is resolved; the first time starts the response time.
    #[event(kind = "ticket.resolved")]
    Resolved,
    /// The person served says how satisfied they are.
    #[event(kind = "csat.submitted")]
    Scored {
        /// On the survey's own scale: more is better.
        #[field(path = "/score")]
        score: i64,
    },
}

/// What can be set.
#[derive(Debug, Clone, PartialEq, assay_sdk::Params)]
#[params(check = sensible)]
pub struct Settings {
    /// The lowest score that is satisfied.
    #[param(default = 4)]
    pub minimum: i64,
    /// How long after the first resolution a score still counts.
    #[param(default = "P7D")]
    pub respond_within: Duration,
    /// What a ticket becomes that got no score in time: fails, succeeds or not-eligible.
    #[param(default = "not-eligible")]
    pub silence: String,
    /// Which of several scores decides: the last, once the response time is over, or the first, at once.
    #[param(default = "last")]
    pub which: String,
}

/// Why a ticket counts or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, assay_sdk::Reason)]
pub enum Why {
    /// The score that decides reaches the minimum.
    Satisfied,
    /// The score that decides is below the minimum.
    Dissatisfied,
    /// It got no score in time.
    Silent,
    /// It is not resolved.
    Unresolved,
    /// It is resolved, and a score may still be given or changed.
    AwaitingScore,
}

/// What no score in time means.
enum Silence {
    Fails,
    Succeeds,
    NotEligible,
}

/// Which of several scores decides.
#[derive(PartialEq)]
enum Which {
    Last,
    First,
}

impl FromStr for Silence {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "fails" => Ok(Self::Fails),
            "succeeds" => Ok(Self::Succeeds),
            "not-eligible" => Ok(Self::NotEligible),
            _ => Err("silence is unknown: set it to fails, succeeds or not-eligible"),
        }
    }
}

impl FromStr for Which {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "last" => Ok(Self::Last),
            "first" => Ok(Self::First),
            _ => Err("which is unknown: set it to last or first"),
        }
    }
}

fn sensible(settings: &Settings) -> Result<(), String> {
    if settings.respond_within < Duration::ZERO {
        return Err("respond-within is negative: set it to PT0S or longer".into());
    }
    settings.silence.parse::<Silence>()?;
    settings.which.parse::<Which>()?;
    Ok(())
}

/// A resolved ticket gets a satisfaction score, in time, that reaches a minimum.
#[assay_sdk::rule(title = "Customer is satisfied", unit = "satisfied ticket")]
pub fn csat(timeline: &Timeline<Ticket>, settings: &Settings, as_of: Timestamp) -> Result<Verdict<Why>, RuleError> {
    let (silence, which) = (settings.silence.parse::<Silence>()?, settings.which.parse::<Which>()?);
    let mut resolution: Option<&Fact<Ticket>> = None;
    let mut chosen: Option<(&Fact<Ticket>, i64)> = None;
    for fact in &timeline.events {
        if resolution.is_some_and(|first| fact.at >= first.at + settings.respond_within) {
            break;
        }
        match fact.event {
            Ticket::Resolved => resolution = resolution.or(Some(fact)),
            Ticket::Scored { score } if chosen.is_none() || which == Which::Last => chosen = Some((fact, score)),
            Ticket::Scored { .. } => {}
        }
    }
    let Some(resolution) = resolution else {
        return Ok(Verdict::pending(Why::Unresolved));
    };
    let decided_at = match chosen {
        Some((fact, _)) if which == Which::First => fact.at.max(resolution.at),
        _ => resolution.at + settings.respond_within,
    };
    if as_of < decided_at {
        let pending = Verdict::pending_until(Why::AwaitingScore, decided_at).evidence(resolution);
        return Ok(pending.evidence_from(chosen.map(|(fact, _)| fact)));
    }
    Ok(match (chosen, silence) {
        (Some((fact, score)), _) if score >= settings.minimum => Verdict::success(Why::Satisfied, decided_at).evidence(fact),
        (Some((fact, _)), _) => Verdict::failure(Why::Dissatisfied).evidence(fact),
        (None, Silence::Fails) => Verdict::failure(Why::Silent).evidence(resolution),
        (None, Silence::Succeeds) => Verdict::success(Why::Silent, decided_at).evidence(resolution),
        (None, Silence::NotEligible) => Verdict::not_eligible(Why::Silent).evidence(resolution),
    })
}
