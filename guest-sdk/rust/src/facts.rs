//! Parts of a timeline, and what is asked about them: what came first, last, at all, how often, and what did not come.

use std::slice;

use crate::{
    time::{Duration, Timestamp},
    timeline::{EventRef, Fact, Timeline},
};

/// Facts that follow one another on a timeline: by time, those of one time in the sender's sequence. Copied freely: it is a view.
#[derive(Debug)]
pub struct Facts<'t, E>(&'t [Fact<E>]);

/// A place on a timeline: that of a fact, or of whatever happens at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Of a fact.
    Fact(EventRef),
    /// Of a time.
    Time(Timestamp),
}

/// A part of a timeline, by its beginning and its end. What happens at the very end happens after it, so that a verdict given then
/// does not hang on a fact of the same instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its first instant.
    pub from: Timestamp,
    /// The first instant after it.
    pub to: Timestamp,
}

/// What is known of nothing happening within a window.
#[derive(Debug, PartialEq)]
pub enum Absence<'t, E> {
    /// Something happened: the first such fact.
    Broken {
        /// Which.
        by: &'t Fact<E>,
    },
    /// Nothing so far, and the window is not over: ask again then.
    Open {
        /// When the window is over.
        until: Timestamp,
    },
    /// Nothing happened until the window was over.
    Kept {
        /// When it was.
        at: Timestamp,
    },
}

impl<E> From<&Fact<E>> for Place {
    fn from(fact: &Fact<E>) -> Self {
        Self::Fact(fact.reference())
    }
}

impl From<EventRef> for Place {
    fn from(fact: EventRef) -> Self {
        Self::Fact(fact)
    }
}

impl From<Timestamp> for Place {
    fn from(at: Timestamp) -> Self {
        Self::Time(at)
    }
}

impl Window {
    /// From a time on, so long.
    pub fn after(from: Timestamp, length: Duration) -> Self {
        Self { from, to: from + length }
    }

    /// So long, up to a time.
    pub fn before(to: Timestamp, length: Duration) -> Self {
        Self { from: to - length, to }
    }

    /// Whether a time lies in it.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }

    /// Whether it lies in the past of a time of asking.
    pub fn is_over(&self, as_of: Timestamp) -> bool {
        self.to <= as_of
    }
}

impl<E> Timeline<E> {
    /// Its events, to be asked about.
    pub fn facts(&self) -> Facts<'_, E> {
        Facts(&self.events)
    }
}

impl<E> Clone for Facts<'_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Facts<'_, E> {}

impl<'t, E> Facts<'t, E> {
    /// How many there are.
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// One after the other.
    pub fn iter(self) -> slice::Iter<'t, Fact<E>> {
        self.0.iter()
    }

    /// What follows a fact on the timeline, even at its own time; or what happened at a time or later.
    pub fn since(self, start: impl Into<Place>) -> Self {
        let start = match start.into() {
            Place::Fact(fact) => self.0.partition_point(|other| other.reference() <= fact),
            Place::Time(at) => self.0.partition_point(|other| other.at < at),
        };
        Self(self.0.get(start..).unwrap_or_default())
    }

    /// What precedes a fact on the timeline, even at its own time; or what happened earlier than a time.
    pub fn before(self, end: impl Into<Place>) -> Self {
        let end = match end.into() {
            Place::Fact(fact) => self.0.partition_point(|other| other.reference() < fact),
            Place::Time(at) => self.0.partition_point(|other| other.at < at),
        };
        Self(self.0.get(..end).unwrap_or_default())
    }

    /// What happened within a window.
    pub fn within(self, window: Window) -> Self {
        self.since(window.from).before(window.to)
    }

    /// Those that pass a test, such as `of!(Ticket::Resolved)`.
    pub fn matching(self, test: impl Fn(&Fact<E>) -> bool) -> impl Iterator<Item = &'t Fact<E>> {
        self.0.iter().filter(move |fact| test(fact))
    }

    /// The first that passes a test.
    pub fn first(self, test: impl Fn(&Fact<E>) -> bool) -> Option<&'t Fact<E>> {
        self.0.iter().find(|fact| test(fact))
    }

    /// The last that passes a test.
    pub fn last(self, test: impl Fn(&Fact<E>) -> bool) -> Option<&'t Fact<E>> {
        self.0.iter().rev().find(|fact| test(fact))
    }

    /// Whether any passes a test.
    pub fn any(self, test: impl Fn(&Fact<E>) -> bool) -> bool {
        self.0.iter().any(test)
    }

    /// Whether none passes a test.
    pub fn none(self, test: impl Fn(&Fact<E>) -> bool) -> bool {
        !self.any(test)
    }

    /// Whether every one passes a test.
    pub fn every(self, test: impl Fn(&Fact<E>) -> bool) -> bool {
        self.0.iter().all(test)
    }

    /// How many pass a test.
    pub fn count(self, test: impl Fn(&Fact<E>) -> bool) -> usize {
        self.0.iter().filter(|fact| test(fact)).count()
    }

    /// What is known as of a time about none of these facts within a window passing a test. The fact that opens a window is left out by
    /// asking `facts.since(opening)`.
    pub fn absence(self, window: Window, as_of: Timestamp, test: impl Fn(&Fact<E>) -> bool) -> Absence<'t, E> {
        match self.within(window).first(test) {
            Some(by) => Absence::Broken { by },
            None if window.is_over(as_of) => Absence::Kept { at: window.to },
            None => Absence::Open { until: window.to },
        }
    }
}

impl<'t, E> IntoIterator for Facts<'t, E> {
    type Item = &'t Fact<E>;
    type IntoIter = slice::Iter<'t, Fact<E>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A test of facts: those whose event is like a pattern.
///
/// ```ignore
/// facts.first(of!(Ticket::Resolved | Ticket::Closed));
/// facts.any(of!(Ticket::Scored { score } if *score >= settings.minimum));
/// ```
#[macro_export]
macro_rules! of {
    ($pattern:pat $(if $guard:expr)? $(,)?) => {
        |fact: &$crate::Fact<_>| ::core::matches!(&fact.event, $pattern $(if $guard)?)
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::Actor;

    fn hour(n: i64) -> Timestamp {
        Timestamp::from_micros(0) + Duration::hours(n)
    }

    /// One fact for each letter, an hour apart; a dash is an hour of nothing.
    fn told(letters: &str) -> Timeline<char> {
        let told = (0..).zip(letters.chars()).filter(|(_, letter)| *letter != '-');
        Timeline::new(told.map(|(n, letter)| (hour(n), Actor::Unknown, letter)))
    }

    fn letters(facts: Facts<'_, char>) -> String {
        facts.into_iter().map(|fact| fact.event).collect()
    }

    #[test]
    fn parts_of_a_timeline() {
        let timeline = told("abcab");
        let facts = timeline.facts();
        let second = facts.last(of!('a')).unwrap();
        let cases = [
            (facts.since(second), "b"),
            (facts.before(second), "abc"),
            (facts.since(second.reference()), "b"),
            (facts.since(hour(3)), "ab"),
            (facts.before(hour(3)), "abc"),
            (facts.since(hour(9)), ""),
            (facts.before(hour(0)), ""),
            (facts.within(Window::after(hour(1), Duration::hours(2))), "bc"),
            (facts.within(Window::before(hour(4), Duration::hours(1))), "a"),
            (facts.within(Window::after(hour(2), Duration::ZERO)), ""),
        ];
        for (part, expected) in cases {
            assert_eq!(letters(part), expected);
        }
        assert_eq!(facts.matching(of!('a' | 'c')).map(|fact| fact.event).collect::<String>(), "aca");
    }

    #[test]
    fn first_last_any_none_and_counts() {
        let timeline = told("abcab");
        let facts = timeline.facts();
        let at = |fact: Option<&Fact<char>>| fact.map(|fact| fact.at);
        assert_eq!((at(facts.first(of!('b'))), at(facts.last(of!('b')))), (Some(hour(1)), Some(hour(4))));
        assert_eq!((facts.any(of!('c')), facts.none(of!('c')), facts.every(of!('a'..='c'))), (true, false, true));
        assert_eq!((facts.len(), facts.count(of!('b')), facts.count(of!('d'))), (5, 2, 0));
        let least = 'b';
        assert_eq!(facts.count(of!(letter if *letter >= least)), 3);
        let none = facts.since(hour(9));
        assert_eq!((none.is_empty(), none.none(of!(_)), none.every(of!('d'))), (true, true, true));
        assert_eq!(at(none.first(of!(_))), None);
    }

    #[test]
    fn facts_of_one_time_keep_their_order_and_one_does_not_follow_itself() {
        let timeline = Timeline::new(['a', 'b', 'c'].map(|letter| (hour(1), Actor::Unknown, letter)));
        let facts = timeline.facts();
        let (first, last) = (facts.first(of!(_)).unwrap(), facts.last(of!(_)).unwrap());
        assert_eq!(letters(facts.since(first)), "bc");
        assert_eq!(letters(facts.before(last)), "ab");
        assert_eq!(letters(facts.since(hour(1))), "abc");
    }

    #[test]
    fn absence_is_broken_open_or_kept_and_the_end_of_a_window_lies_after_it() {
        let window = Window::after(hour(0), Duration::hours(3));
        let check = |letters: &str, as_of: i64, expected: &str| {
            let timeline = told(letters);
            let opening = timeline.facts().first(of!(_)).unwrap();
            let found = match timeline.facts().since(opening).absence(window, hour(as_of), of!('a')) {
                Absence::Broken { by } => format!("broken at {}", by.at),
                Absence::Open { until } => format!("open until {until}"),
                Absence::Kept { at } => format!("kept at {at}"),
            };
            assert_eq!(found, expected, "{letters} as of {as_of}");
        };
        check("a", 1, "open until 1970-01-01T03:00:00Z");
        check("a", 3, "kept at 1970-01-01T03:00:00Z");
        check("a--a", 3, "kept at 1970-01-01T03:00:00Z");
        check("a----a", 9, "kept at 1970-01-01T03:00:00Z");
        check("a-ab", 3, "broken at 1970-01-01T02:00:00Z");
        check("a-b", 2, "open until 1970-01-01T03:00:00Z");
    }
}
