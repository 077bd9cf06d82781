//! A lead is qualified once everything required is known about it and, if wanted, a meeting is booked and kept for a window. The README
//! tells the whole of its semantics.

use std::str::FromStr;

use assay_sdk::{Duration, Fact, RuleError, Timeline, Timestamp, Verdict};

#[cfg(test)]
mod tests;

/// A lead's evidence is one event per fact, and hosts bound evidence.
const REQUIRED_MAX: usize = 64;

/// What happens to a lead.
#[derive(Debug, Clone, PartialEq, assay_sdk::Event)]
pub enum Lead {
    /// Something is known about it.
    #[event(kind = "lead.fact")]
    Learned {
        /// What is known, such as "email".
        #[field(path = "/name")]
        name: String,
        /// Its value; without one nothing is known.
        #[field(path = "/value")]
        value: Option<String>,
    },
    /// It is not worth pursuing.
    #[event(kind = "lead.disqualified")]
    Disqualified,
    /// A meeting with it is booked.
    #[event(kind = "meeting.booked")]
    Booked,
    /// The meeting does not take place.
    #[event(kind = "meeting.cancelled")]
    Cancelled,
}

/// What can be set.
#[derive(Debug, Clone, PartialEq, assay_sdk::Params)]
#[params(check = sensible)]
pub struct Settings {
    /// The names of the facts that must be known, with commas between them.
    #[param(default = "email,company")]
    pub required: String,
    /// Whether a meeting must be booked too: required or ignored.
    #[param(default = "ignored")]
    pub meeting: String,
    /// How long a required meeting must stay booked once everything else is there.
    #[param(default = "PT24H")]
    pub cancel_window: Duration,
}

/// Why a lead counts or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, assay_sdk::Reason)]
pub enum Why {
    /// Every required fact is known.
    Qualified,
    /// Every required fact is known, and the meeting stayed booked for the whole window.
    Booked,
    /// A required fact is not known.
    FactsMissing,
    /// Every required fact is known, and no meeting is booked.
    MeetingMissing,
    /// A meeting is booked, and the window is not over.
    AwaitingWindow,
    /// It was disqualified before it was qualified.
    Disqualified,
}

/// What a meeting is to a lead.
enum Meeting {
    Required,
    Ignored,
}

impl FromStr for Meeting {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "required" => Ok(Self::Required),
            "ignored" => Ok(Self::Ignored),
            _ => Err("meeting is unknown: set it to required or ignored"),
        }
    }
}

impl Settings {
    fn names(&self) -> impl Iterator<Item = &str> {
        self.required.split(',').map(str::trim)
    }
}

fn sensible(settings: &Settings) -> Result<(), String> {
    let names: Vec<&str> = settings.names().collect();
    if names.contains(&"") {
        return Err("required has an empty name: set it to names with a comma between two, such as email,company".into());
    }
    if names.len() > REQUIRED_MAX {
        return Err("required has too many names: set it to at most 64".into());
    }
    if names.iter().enumerate().any(|(place, name)| names.iter().take(place).any(|before| before == name)) {
        return Err("required has a name twice: set each once".into());
    }
    settings.meeting.parse::<Meeting>()?;
    if settings.cancel_window < Duration::ZERO {
        return Err("cancel-window is negative: set it to PT0S or longer".into());
    }
    Ok(())
}

/// What the events so far say about the lead.
struct Standing<'t> {
    /// Every required fact's name, with the event that told it first.
    facts: Vec<(&'t str, Option<&'t Fact<Lead>>)>,
    meeting_required: bool,
    /// The booking, as long as it stands.
    meeting: Option<&'t Fact<Lead>>,
}

impl<'t> Standing<'t> {
    /// Takes an event in.
    fn learn(&mut self, fact: &'t Fact<Lead>) {
        match &fact.event {
            Lead::Learned { name, value } => {
                let told = value.as_deref().is_some_and(|value| !value.trim().is_empty());
                if let Some((_, first)) = self.facts.iter_mut().find(|(required, _)| told && *required == name.as_str()) {
                    *first = first.or(Some(fact));
                }
            }
            Lead::Booked if self.meeting_required => self.meeting = self.meeting.or(Some(fact)),
            Lead::Cancelled => self.meeting = None,
            Lead::Booked | Lead::Disqualified => {}
        }
    }

    fn facts_known(&self) -> bool {
        self.facts.iter().all(|(_, first)| first.is_some())
    }

    fn complete(&self) -> bool {
        self.facts_known() && (self.meeting.is_some() || !self.meeting_required)
    }

    /// The events that make it what it is.
    fn evidence(&self) -> impl Iterator<Item = &'t Fact<Lead>> {
        self.facts.iter().filter_map(|(_, first)| *first).chain(self.meeting)
    }
}

/// Everything required is known about a lead and, if wanted, a meeting with it stays booked for a window.
#[assay_sdk::rule(title = "Lead is qualified", unit = "qualified lead", classes = ["qualified", "booked"])]
pub fn qualified_lead(timeline: &Timeline<Lead>, settings: &Settings, as_of: Timestamp) -> Result<Verdict<Why>, RuleError> {
    let (meeting_required, window, why, class) = match settings.meeting.parse::<Meeting>()? {
        Meeting::Required => (true, settings.cancel_window, Why::Booked, "booked"),
        Meeting::Ignored => (false, Duration::ZERO, Why::Qualified, "qualified"),
    };
    let mut lead = Standing { facts: settings.names().map(|name| (name, None)).collect(), meeting_required, meeting: None };
    let mut candidate: Option<&Fact<Lead>> = None;
    for fact in &timeline.events {
        if candidate.is_some_and(|last| fact.at >= last.at + window) {
            break;
        }
        if fact.event == Lead::Disqualified {
            return Ok(Verdict::failure(Why::Disqualified).evidence(fact));
        }
        lead.learn(fact);
        candidate = if lead.complete() { candidate.or(Some(fact)) } else { None };
    }
    let Some(last) = candidate else {
        return Ok(Verdict::pending(if lead.facts_known() { Why::MeetingMissing } else { Why::FactsMissing }));
    };
    let succeeds_at = last.at + window;
    let verdict = if as_of < succeeds_at {
        Verdict::pending_until(Why::AwaitingWindow, succeeds_at)
    } else {
        Verdict::success(why, succeeds_at).class(class)
    };
    Ok(verdict.evidence_from(lead.evidence()))
}
