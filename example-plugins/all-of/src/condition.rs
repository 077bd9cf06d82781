//! Conditions, and whether they hold.

use assay_sdk::{Actor, AnyEvent, Decimal, Duration, EventRef, Fact, Facts, Timeline, Timestamp, Value};

/// Something that must hold.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    /// Such events are there: at least so many, and at most so many.
    Count { what: Matcher, at_least: usize, at_most: Option<usize>, span: Span },
    /// The last of such events passes tests.
    Last { what: Matcher, is: Vec<Test>, span: Span },
    /// Such events are there, one after the other.
    Order { steps: Vec<Matcher>, span: Span },
    /// Each of them holds.
    All(Vec<Condition>),
    /// One of them holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
}

/// Which events are meant.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Matcher {
    /// The place of the kind in what the rule reads.
    pub(crate) kind: usize,
    /// By whom; empty is by anybody.
    pub(crate) by: Vec<Actor>,
    pub(crate) tests: Vec<Test>,
}

/// What a field must be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Test {
    /// Its place among the fields that are read of the kind.
    pub(crate) field: usize,
    pub(crate) operation: Operation,
}

/// How a value is compared. One that is missing passes nothing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operation {
    /// It is one of these.
    In(Vec<Operand>),
    /// It is none of these.
    NotIn(Vec<Operand>),
    /// It lies within all of these.
    Range(Vec<(Bound, Decimal)>),
}

/// One end of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    AtLeast,
    AtMost,
    Above,
    Below,
}

/// What a value is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Operand {
    Text(String),
    Number(Decimal),
    Boolean(bool),
}

/// When it has to be so.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Span {
    pub(crate) anchor: Anchor,
    /// For ever when absent.
    pub(crate) within: Option<Duration>,
}

/// Where a span begins.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Anchor {
    /// When the interaction opens.
    Opening,
    /// Behind the first such event.
    First(Matcher),
    /// Behind the last such event, so that each begins it anew.
    Last(Matcher),
}

/// Whether a condition holds. Time alone changes nothing that is met or broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// It holds since then.
    Met(Timestamp),
    /// It does not, since then.
    Broken(Timestamp),
    /// Neither so far: ask again then, or, without a time, when there is another event.
    Open(Option<Timestamp>),
}

/// Whether a condition holds, why, and which one says so.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Finding<'c> {
    pub(crate) state: State,
    pub(crate) evidence: Vec<EventRef>,
    /// The condition that is the reason, where several are together.
    pub(crate) about: &'c Condition,
}

impl Matcher {
    fn matches(&self, fact: &Fact<AnyEvent>) -> bool {
        let by = self.by.is_empty() || self.by.contains(&fact.actor);
        fact.event.kind == self.kind && by && passes(&self.tests, fact)
    }
}

fn passes(tests: &[Test], fact: &Fact<AnyEvent>) -> bool {
    tests.iter().all(|test| fact.event.values.get(test.field).is_some_and(|value| test.operation.holds(value)))
}

impl Operation {
    fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (_, Value::Missing) => false,
            (Self::In(operands), value) => operands.iter().any(|operand| operand.equals(value)),
            (Self::NotIn(operands), value) => !operands.iter().any(|operand| operand.equals(value)),
            (Self::Range(bounds), Value::Decimal(value)) => bounds.iter().all(|(bound, number)| bound.holds(*value, *number)),
            (Self::Range(_), _) => false,
        }
    }
}

impl Bound {
    fn holds(self, value: Decimal, number: Decimal) -> bool {
        match self {
            Self::AtLeast => value >= number,
            Self::AtMost => value <= number,
            Self::Above => value > number,
            Self::Below => value < number,
        }
    }
}

impl Operand {
    fn equals(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Text(text), Value::Text(value)) => text == value,
            (Self::Number(number), Value::Decimal(value)) => number == value,
            (Self::Boolean(boolean), Value::Boolean(value)) => boolean == value,
            _ => false,
        }
    }
}

/// The events of a span.
struct Scope<'t> {
    facts: Facts<'t, AnyEvent>,
    from: Timestamp,
    /// Nothing that happens then or later belongs to it.
    ends: Option<Timestamp>,
    /// What it begins behind.
    anchor: Option<EventRef>,
}

impl Span {
    /// `None` as long as what it begins behind is not there.
    fn of<'t>(&self, timeline: &'t Timeline<AnyEvent>) -> Option<Scope<'t>> {
        let all = timeline.facts();
        let anchor = match &self.anchor {
            Anchor::Opening => None,
            Anchor::First(what) => Some(all.first(|fact| what.matches(fact))?),
            Anchor::Last(what) => Some(all.last(|fact| what.matches(fact))?),
        };
        let (facts, from) = anchor.map_or((all, timeline.opened_at), |anchor| (all.since(anchor), anchor.at));
        let ends = self.within.map(|length| from + length);
        let facts = ends.map_or(facts, |end| facts.before(end));
        Some(Scope { facts, from, ends, anchor: anchor.map(Fact::reference) })
    }
}

impl Scope<'_> {
    fn is_over(&self, as_of: Timestamp) -> Option<Timestamp> {
        self.ends.filter(|end| *end <= as_of)
    }

    /// What was to come and has not: broken once it is too late.
    fn unmet(&self, as_of: Timestamp) -> State {
        self.is_over(as_of).map_or(State::Open(self.ends), State::Broken)
    }

    /// What must stay as it is: met in the end, and without an end so far.
    fn kept(&self, as_of: Timestamp, since: Timestamp) -> State {
        match (self.ends, self.is_over(as_of)) {
            (_, Some(end)) => State::Met(end),
            (Some(end), None) => State::Open(Some(end)),
            (None, None) => State::Met(since),
        }
    }
}

impl Condition {
    /// Whether it holds as of a time.
    pub(crate) fn find<'c>(&'c self, timeline: &Timeline<AnyEvent>, as_of: Timestamp) -> Finding<'c> {
        let found = match self {
            Self::All(all) => return together(self, all, timeline, as_of, State::is_broken, State::is_met),
            Self::Any(all) => return together(self, all, timeline, as_of, State::is_met, State::is_broken),
            Self::Not(condition) => {
                let found = condition.find(timeline, as_of);
                let state = match found.state {
                    State::Met(at) => State::Broken(at),
                    State::Broken(at) => State::Met(at),
                    open => open,
                };
                return Finding { state, about: self, ..found };
            }
            Self::Count { what, at_least, at_most, span } => {
                span.of(timeline).map(|scope| (count(&scope, what, *at_least, *at_most, as_of), scope.anchor))
            }
            Self::Last { what, is, span } => span.of(timeline).map(|scope| (last(&scope, what, is, as_of), scope.anchor)),
            Self::Order { steps, span } => span.of(timeline).map(|scope| (order(&scope, steps, as_of), scope.anchor)),
        };
        let ((state, mut evidence), anchor) = found.unwrap_or(((State::Open(None), Vec::new()), None));
        evidence.extend(anchor);
        Finding { state, evidence, about: self }
    }
}

type Found = (State, Vec<EventRef>);

fn count(scope: &Scope<'_>, what: &Matcher, at_least: usize, at_most: Option<usize>, as_of: Timestamp) -> Found {
    let found: Vec<&Fact<AnyEvent>> = scope.facts.matching(|fact| what.matches(fact)).collect();
    if let Some(one_more) = at_most.and_then(|most| found.get(most)) {
        return (State::Broken(one_more.at), vec![one_more.reference()]);
    }
    let needed = at_least.checked_sub(1).map(|place| found.get(place));
    let state = match (needed, at_most) {
        (Some(None), _) => scope.unmet(as_of),
        (Some(Some(last)), None) => State::Met(last.at),
        (Some(Some(last)), Some(_)) => scope.kept(as_of, last.at),
        (None, _) => scope.kept(as_of, scope.from),
    };
    (state, found.into_iter().take(at_least.max(1)).map(Fact::reference).collect())
}

fn last(scope: &Scope<'_>, what: &Matcher, is: &[Test], as_of: Timestamp) -> Found {
    let found = scope.facts.last(|fact| what.matches(fact));
    let state = match found {
        Some(fact) if passes(is, fact) => scope.kept(as_of, fact.at),
        _ => scope.unmet(as_of),
    };
    (state, found.map(Fact::reference).into_iter().collect())
}

fn order(scope: &Scope<'_>, steps: &[Matcher], as_of: Timestamp) -> Found {
    let (mut rest, mut evidence, mut at) = (scope.facts, Vec::new(), scope.from);
    for step in steps {
        let Some(fact) = rest.first(|fact| step.matches(fact)) else {
            return (scope.unmet(as_of), evidence);
        };
        evidence.push(fact.reference());
        (rest, at) = (rest.since(fact), fact.at);
    }
    (State::Met(at), evidence)
}

impl State {
    fn is_met(self) -> bool {
        matches!(self, Self::Met(_))
    }

    fn is_broken(self) -> bool {
        matches!(self, Self::Broken(_))
    }

    /// When it was met or broken.
    fn at(self) -> Option<Timestamp> {
        match self {
            Self::Met(at) | Self::Broken(at) => Some(at),
            Self::Open(_) => None,
        }
    }
}

/// Several conditions: the first that is `decisive` decides for all of them, otherwise the last of them when each is the other.
fn together<'c>(
    whole: &'c Condition,
    all: &'c [Condition],
    timeline: &Timeline<AnyEvent>,
    as_of: Timestamp,
    decisive: fn(State) -> bool,
    settled: fn(State) -> bool,
) -> Finding<'c> {
    let found: Vec<Finding<'c>> = all.iter().map(|condition| condition.find(timeline, as_of)).collect();
    if let Some(first) = found.iter().filter(|found| decisive(found.state)).min_by_key(|found| found.state.at()) {
        return first.clone();
    }
    let evidence = found.iter().flat_map(|found| found.evidence.clone()).collect();
    if let Some(last) = found.iter().max_by_key(|found| found.state.at()).filter(|_| found.iter().all(|found| settled(found.state))) {
        return Finding { state: last.state, evidence, about: whole };
    }
    let open = |found: &&Finding<'c>| matches!(found.state, State::Open(_));
    let wakes = found.iter().filter_map(|found| if let State::Open(until) = found.state { until } else { None });
    let until = wakes.min();
    // One that only another event can decide is what is waited for, rather than one whose time comes anyway.
    let waits = found.iter().filter(open).min_by_key(|found| found.state != State::Open(None));
    Finding { state: State::Open(until), evidence, about: waits.map_or(whole, |found| found.about) }
}
