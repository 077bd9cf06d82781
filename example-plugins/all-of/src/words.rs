//! Conditions in words, for people who look at a verdict.

use assay_sdk::{Actor, Decimal, Duration, EventType};

use crate::condition::{Anchor, Bound, Condition, Matcher, Operand, Operation, Span, Test};

const SECOND: i64 = 1_000_000;

/// Says conditions by the kinds and fields that the rule reads.
pub(crate) struct Words<'r>(pub(crate) &'r [EventType]);

impl Words<'_> {
    /// `no ticket.reopened within 24 hours after the last ticket.resolved`
    pub(crate) fn condition(&self, condition: &Condition) -> String {
        match condition {
            Condition::Count { what, at_least, at_most, span } => self.count(what, *at_least, *at_most, span),
            Condition::Last { what, is, span } => {
                let kind = self.kind(what);
                ["the last ", &self.matcher(what), " has ", &self.tests(kind, is), &self.span(span)].concat()
            }
            Condition::Order { steps, span } => {
                let steps: Vec<String> = steps.iter().map(|step| self.matcher(step)).collect();
                [steps.join(", then "), self.span(span)].concat()
            }
            Condition::All(all) => self.joined(all, " and "),
            Condition::Any(all) => self.joined(all, " or "),
            Condition::Not(condition) => ["not (", &self.condition(condition), ")"].concat(),
        }
    }

    fn joined(&self, all: &[Condition], word: &str) -> String {
        let part = |condition: &Condition| match condition {
            Condition::All(several) | Condition::Any(several) if several.len() > 1 => ["(", &self.condition(condition), ")"].concat(),
            _ => self.condition(condition),
        };
        all.iter().map(part).collect::<Vec<_>>().join(word)
    }

    fn count(&self, what: &Matcher, at_least: usize, at_most: Option<usize>, span: &Span) -> String {
        let what = self.matcher(what);
        let number = |n: usize| n.to_string();
        let count = match (at_least, at_most) {
            (_, Some(0)) => ["no ", &what].concat(),
            (0 | 1, None) => what,
            (n, None) => ["at least ", &number(n), " × ", &what].concat(),
            (0, Some(n)) => ["at most ", &number(n), " × ", &what].concat(),
            (least, Some(most)) => [number(least).as_str(), " to ", &number(most), " × ", &what].concat(),
        };
        [count, self.span(span)].concat()
    }

    fn kind(&self, what: &Matcher) -> Option<&EventType> {
        self.0.get(what.kind)
    }

    fn matcher(&self, what: &Matcher) -> String {
        let kind = self.kind(what);
        let mut words = kind.map(|kind| kind.kind.clone()).unwrap_or_default();
        let by: Vec<&str> = what.by.iter().map(|actor| name(*actor)).collect();
        if !by.is_empty() {
            words = [words.as_str(), " by ", &by.join(" or ")].concat();
        }
        if !what.tests.is_empty() {
            words = [words.as_str(), " with ", &self.tests(kind, &what.tests)].concat();
        }
        words
    }

    fn tests(&self, kind: Option<&EventType>, tests: &[Test]) -> String {
        let test = |test: &Test| {
            let field = kind.and_then(|kind| kind.fields.get(test.field)).map_or("", |field| field.name.as_str());
            [field, " ", &operation(&test.operation)].concat()
        };
        tests.iter().map(test).collect::<Vec<_>>().join(" and ")
    }

    fn span(&self, span: &Span) -> String {
        let within = span.within.map(|length| [" within ", &duration(length)].concat());
        let behind = match (&span.anchor, &within) {
            (Anchor::Opening, None) => String::new(),
            (Anchor::Opening, Some(_)) => " of the opening".to_owned(),
            (Anchor::First(what), _) => [" after the first ", &self.matcher(what)].concat(),
            (Anchor::Last(what), _) => [" after the last ", &self.matcher(what)].concat(),
        };
        [within.unwrap_or_default(), behind].concat()
    }
}

fn name(actor: Actor) -> &'static str {
    match actor {
        Actor::Unknown => "somebody unknown",
        Actor::Ai => "the AI",
        Actor::Human => "a person",
        Actor::Customer => "the customer",
        Actor::System => "a machine",
    }
}

fn operation(operation: &Operation) -> String {
    let listed = |operands: &[Operand]| operands.iter().map(operand).collect::<Vec<_>>().join(" or ");
    match operation {
        Operation::In(operands) => listed(operands),
        Operation::NotIn(operands) => ["other than ", &listed(operands)].concat(),
        Operation::Range(bounds) => {
            let bound = |(bound, number): &(Bound, Decimal)| [word(*bound), &number.to_string()].concat();
            bounds.iter().map(bound).collect::<Vec<_>>().join(" and ")
        }
    }
}

fn word(bound: Bound) -> &'static str {
    match bound {
        Bound::AtLeast => "at least ",
        Bound::AtMost => "at most ",
        Bound::Above => "above ",
        Bound::Below => "below ",
    }
}

fn operand(operand: &Operand) -> String {
    match operand {
        Operand::Text(text) => ["\"", text, "\""].concat(),
        Operand::Number(number) => number.to_string(),
        Operand::Boolean(boolean) => if *boolean { "true" } else { "false" }.to_owned(),
    }
}

/// `1 day and 12 hours`
fn duration(length: Duration) -> String {
    let units = [(86_400 * SECOND, "day"), (3_600 * SECOND, "hour"), (60 * SECOND, "minute"), (SECOND, "second")];
    let (mut rest, mut parts) = (length.as_micros(), Vec::new());
    // A day is a length of time here, and 24 hours is how people say it.
    let units = if rest == 86_400 * SECOND { units.get(1..).unwrap_or_default() } else { units.as_slice() };
    for (size, unit) in units {
        let count = rest / size;
        rest %= size;
        if count > 0 {
            parts.push([count.to_string().as_str(), " ", unit, if count == 1 { "" } else { "s" }].concat());
        }
    }
    if rest != 0 || parts.is_empty() { length.to_string() } else { parts.join(" and ") }
}
