//! Small rules that keep both laws, over events of one letter each; times are days after the epoch.

use assay_domain::{
    decimal::Quantity,
    time::{Duration, Limit, Timestamp},
    verdict::{Answer, Decision, Success, Verdict},
};

/// When, and what: one letter.
pub type Event = (Timestamp, char);
/// Asked about some events as of a time.
pub type Rule = Box<dyn Fn(&[Event], Timestamp) -> Answer>;

/// `12`, or `12+` and `12-` for one microsecond more or less.
pub fn moment(text: &str) -> Timestamp {
    let (days, micros) = match (text.strip_suffix('+'), text.strip_suffix('-')) {
        (Some(days), _) => (days, 1),
        (_, Some(days)) => (days, -1),
        _ => (text, 0),
    };
    let days: i64 = days.parse().unwrap();
    Timestamp::from_micros(days * Duration::days(1).micros() + micros).unwrap()
}

/// A number of days.
pub fn days(text: &str) -> Duration {
    moment(text).since(Timestamp::EPOCH)
}

/// A number of days, or `unlimited`.
pub fn limit(text: &str) -> Limit {
    if text == "unlimited" { Limit::Unlimited } else { Limit::Limited(days(text)) }
}

/// A verdict of nothing but its decision.
pub fn verdict(decision: Decision) -> Answer {
    Answer::Verdict(Verdict { decision, reason: 0, evidence: Vec::new(), note: None })
}

/// A success of one unit.
pub fn success(at: Timestamp) -> Decision {
    Decision::Success(Success { quantity: Quantity::ONE, at, class: None, credit: Vec::new(), value: None })
}

/// A rule by its name, with its length of time in days where it has one.
pub fn rule(name: &str) -> Rule {
    match name.split_once(':') {
        None => Box::new(says),
        Some(("stays", window)) => stays(days(window)),
        Some(("quiet", window)) => quiet(days(window)),
        Some(("first", patience)) => first(days(patience)),
        Some(_) => panic!("no rule is called {name:?}"),
    }
}

fn succeeds_at(at: Timestamp, as_of: Timestamp) -> Answer {
    verdict(if at <= as_of { success(at) } else { Decision::Pending(Some(at)) })
}

/// The last event decides.
fn says(events: &[Event], _: Timestamp) -> Answer {
    verdict(match events.last() {
        Some((at, 'R')) => success(*at),
        Some((_, 'F')) => Decision::Failure,
        Some((_, 'N')) => Decision::NotEligible,
        Some((_, 'I')) => Decision::Indeterminate,
        Some((_, 'E')) => return Answer::RuleError("error".into()),
        _ => Decision::Pending(None),
    })
}

/// Success when the first R since the last O is old enough.
fn stays(window: Duration) -> Rule {
    Box::new(move |events: &[Event], as_of: Timestamp| {
        let since = events.iter().rposition(|(_, letter)| *letter == 'O').map_or(0, |last| last + 1);
        match events[since..].iter().find(|(_, letter)| *letter == 'R') {
            Some((at, _)) => succeeds_at(at.plus(window), as_of),
            None => verdict(Decision::Pending(None)),
        }
    })
}

/// Success when nothing at all has happened for long enough.
fn quiet(window: Duration) -> Rule {
    Box::new(move |events: &[Event], as_of: Timestamp| match events.last() {
        Some((at, _)) => succeeds_at(at.plus(window), as_of),
        None => verdict(Decision::Pending(None)),
    })
}

/// The first R or F decides for good; without either it is not eligible once its patience is over.
fn first(patience: Duration) -> Rule {
    Box::new(move |events: &[Event], as_of: Timestamp| {
        let over = Timestamp::EPOCH.plus(patience);
        verdict(match events.iter().find(|(_, letter)| matches!(letter, 'R' | 'F')) {
            Some((at, 'R')) => success(*at),
            Some(_) => Decision::Failure,
            None if over <= as_of => Decision::NotEligible,
            None => Decision::Pending(Some(over)),
        })
    })
}
