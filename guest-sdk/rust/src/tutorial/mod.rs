//! The rule of `TUTORIAL.md`, as it stands there, so that the page cannot say what does not work.

mod berlin;

use assay_sdk::{Absence, BusinessHours, Day, Duration, Hours, OpeningHours, RuleError, Timeline, Timestamp, Verdict, Week, Window, of};

/// What happens to a question.
#[derive(Debug, Clone, PartialEq, assay_sdk::Event)]
pub enum Question {
    /// Somebody asks.
    #[event(kind = "question.asked")]
    Asked {
        /// 1 is the most urgent.
        priority: Option<i64>,
    },
    /// Somebody answers.
    #[event(kind = "question.answered")]
    Answered,
    /// The answer did not help.
    #[event(kind = "question.complained")]
    Complained,
}

/// What can be set.
#[derive(Debug, Clone, PartialEq, assay_sdk::Params)]
#[params(check = sensible)]
pub struct Settings {
    /// Opening hours until the answer.
    #[param(default = "PT4H")]
    pub within: Duration,
    /// How long no complaint may follow.
    #[param(default = "P2D")]
    pub quiet: Duration,
    /// Questions that are less urgent than this are not judged.
    pub least_urgent: Option<i64>,
}

fn sensible(settings: &Settings) -> Result<(), String> {
    if settings.within <= Duration::ZERO {
        return Err("within is not positive: set it to a length such as PT4H".into());
    }
    if settings.quiet < Duration::ZERO {
        return Err("quiet is negative: set it to PT0S or longer".into());
    }
    Ok(())
}

/// Why a question counts or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, assay_sdk::Reason)]
pub enum Why {
    /// It was answered in time, and left at that.
    Answered,
    /// It is not answered.
    Open,
    /// It was answered too late, or not at all.
    Late,
    /// It is answered, and a complaint may follow.
    Quiet,
    /// The customer complained.
    Complained,
    /// It is less urgent than the rule is about.
    NotUrgent,
}

const OFFICE: &[Hours] = &[Hours::of("09:00-12:30"), Hours::of("13:30-17:00")];

static DESK: BusinessHours = BusinessHours::new(OpeningHours {
    zone: &berlin::BERLIN,
    week: Week::workdays(OFFICE),
    holidays: &[Day::of("2026-04-03"), Day::of("2026-04-06"), Day::of("2026-12-25")],
});

/// A question is answered within opening hours, and the customer leaves it at that.
#[assay_sdk::rule(title = "Answered in time", unit = "answer")]
pub fn answered_in_time(timeline: &Timeline<Question>, settings: &Settings, as_of: Timestamp) -> Result<Verdict<Why>, RuleError> {
    let facts = timeline.facts();
    let Some(asked) = facts.first(of!(Question::Asked { .. })) else {
        return Ok(Verdict::pending(Why::Open));
    };
    if let (Question::Asked { priority: Some(priority) }, Some(least)) = (&asked.event, settings.least_urgent)
        && *priority > least
    {
        return Ok(Verdict::not_eligible(Why::NotUrgent).evidence(asked));
    }
    let due = DESK.after(asked.at, settings.within)?;
    let Some(answer) = facts.since(asked).before(due).first(of!(Question::Answered)) else {
        let verdict = if as_of < due { Verdict::pending_until(Why::Open, due) } else { Verdict::failure(Why::Late) };
        return Ok(verdict.evidence(asked));
    };
    let quiet = Window::after(answer.at, settings.quiet);
    Ok(match facts.since(answer).absence(quiet, as_of, of!(Question::Complained)) {
        Absence::Broken { by } => Verdict::failure(Why::Complained).evidence(answer).evidence(by),
        Absence::Open { until } => Verdict::pending_until(Why::Quiet, until).evidence(answer),
        Absence::Kept { at } => Verdict::success(Why::Answered, at).evidence(asked).evidence(answer),
    })
}

#[cfg(test)]
mod tests {
    use super::AnsweredInTime;

    #[test]
    fn fixtures() {
        assay_sdk::testing::run_fixtures::<AnsweredInTime>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
    }

    #[test]
    fn laws() {
        assay_sdk::testing::run_laws::<AnsweredInTime>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
    }
}

const PAGE: &str = include_str!("../../TUTORIAL.md");

/// The blocks of the page in a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    PAGE.split(fence.as_str()).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn what_the_page_shows_is_what_is_tested() {
    let tested = [include_str!("mod.rs"), include_str!("berlin.rs"), include_str!("../../fixtures/answered.toml")];
    let shown = [blocks("rust"), blocks("toml")].concat();
    assert!(shown.len() >= 7, "{shown:?}");
    for block in shown {
        assert!(tested.iter().any(|source| source.contains(block.trim())), "this is shown and not tested:\n{block}");
    }
}

#[test]
fn parameters_that_make_no_sense_are_refused() {
    let check = |within, quiet, expect: Option<&str>| {
        let refused = sensible(&Settings { within, quiet, least_urgent: None }).err();
        assert_eq!(refused.as_deref().and_then(|problem| problem.split(' ').next()), expect);
    };
    check(Duration::hours(4), Duration::ZERO, None);
    check(Duration::ZERO, Duration::ZERO, Some("within"));
    check(Duration::hours(4), Duration::seconds(-1), Some("quiet"));
}
