//! From the text of the parameter to conditions, and to what the rule reads with them. Every mistake is named with its place and what to
//! write instead.

use assay_sdk::{Actor, Decimal, Duration, EventType, Field, ValueKind};

use crate::{
    condition::{Anchor, Bound, Condition, Matcher, Operand, Operation, Span, Test},
    json::{self, Json},
    mistake::Mistake,
};

/// The name of the parameter: every place begins with it.
const PARAMETER: &str = "conditions";
/// Bytes of the parameter.
const BYTES_MAX: usize = 16 << 10;
/// Conditions altogether.
const CONDITIONS_MAX: usize = 64;
/// Conditions within one another.
const DEPTH_MAX: usize = 6;
/// Events that are counted.
const COUNT_MAX: usize = 100;
/// Kinds, fields and the bytes of their names that hosts take.
const KINDS_MAX: usize = 64;
const FIELDS_MAX: usize = 256;
const NAME_BYTES_MAX: usize = 256;

/// What can be asked of events, each the name under which its events are given.
const VERBS: [&str; 8] = ["seen", "none", "count", "last", "order", "all", "any", "not"];
const EXAMPLE: &str = "write it like {\"seen\": \"ticket.resolved\"}";

/// Conditions and what the rule reads to judge by them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parsed {
    pub(crate) condition: Condition,
    pub(crate) reads: Vec<EventType>,
}

type Result<T> = std::result::Result<T, Mistake>;

/// Reads the parameter.
pub(crate) fn parse(text: &str) -> Result<Parsed> {
    if text.len() > BYTES_MAX {
        let problem = ["it has ", &text.len().to_string(), " bytes"].concat();
        return Err(Mistake::new(PARAMETER, problem, "write at most 16384"));
    }
    let json = json::parse(PARAMETER, text)?;
    let mut reader = Reader { reads: Vec::new(), conditions: 0 };
    let condition = match json {
        Json::List(items) => Condition::All(reader.conditions(PARAMETER, items, DEPTH_MAX)?),
        one => reader.condition(PARAMETER, one, DEPTH_MAX)?,
    };
    Ok(Parsed { condition, reads: reader.reads })
}

struct Reader {
    /// Every kind once, and of each every field once.
    reads: Vec<EventType>,
    conditions: usize,
}

/// An object whose members are taken one by one; what is left is not known.
struct Members {
    path: String,
    left: Vec<(String, Json)>,
}

impl Members {
    fn of(path: &str, json: Json, remedy: &str) -> Result<Self> {
        match json {
            Json::Object(left) => Ok(Self { path: path.to_owned(), left }),
            other => Err(Mistake::new(path, ["it is ", other.kind()].concat(), remedy)),
        }
    }

    fn take(&mut self, name: &str) -> Option<(String, Json)> {
        let place = self.left.iter().position(|(known, _)| known == name)?;
        let (name, json) = self.left.remove(place);
        Some((at(&self.path, &name), json))
    }

    /// Complains about what nobody took.
    fn end(self, known: &str) -> Result<()> {
        match self.left.into_iter().next() {
            None => Ok(()),
            Some((name, _)) => Err(Mistake::new(at(&self.path, &name), "it is not known here", ["there can be: ", known].concat())),
        }
    }
}

fn at(path: &str, name: &str) -> String {
    [path, ".", name].concat()
}

fn item(path: &str, place: usize) -> String {
    [path, "[", &place.to_string(), "]"].concat()
}

impl Reader {
    fn conditions(&mut self, path: &str, items: Vec<Json>, depth: usize) -> Result<Vec<Condition>> {
        if items.is_empty() {
            return Err(Mistake::new(path, "it is empty", EXAMPLE));
        }
        items.into_iter().enumerate().map(|(place, json)| self.condition(&item(path, place), json, depth)).collect()
    }

    fn condition(&mut self, path: &str, json: Json, depth: usize) -> Result<Condition> {
        self.conditions += 1;
        if self.conditions > CONDITIONS_MAX {
            return Err(Mistake::new(path, "it is one condition too many", "write at most 64"));
        }
        let Some(depth) = depth.checked_sub(1) else {
            return Err(Mistake::new(path, "it lies too deep", "nest at most 6"));
        };
        let mut members = Members::of(path, json, EXAMPLE)?;
        let mut said = VERBS.into_iter().filter(|verb| members.left.iter().any(|(name, _)| name == verb));
        let (Some(verb), other) = (said.next(), said.next()) else {
            return Err(Mistake::new(path, "it asks nothing", ["say one of: ", &VERBS.join(", ")].concat()));
        };
        if let Some(other) = other {
            return Err(Mistake::new(at(path, other), ["it stands beside ", verb].concat(), "make it a condition of its own"));
        }
        let Some((place, json)) = members.take(verb) else {
            return Err(Mistake::new(path, "it asks nothing", EXAMPLE));
        };
        match verb {
            "all" => self.several(&place, json, depth, members).map(Condition::All),
            "any" => self.several(&place, json, depth, members).map(Condition::Any),
            "not" => {
                members.end("nothing beside not")?;
                Ok(Condition::Not(Box::new(self.condition(&place, json, depth)?)))
            }
            "last" => self.last(&place, json, members),
            "order" => self.order(&place, json, members),
            verb => self.count(verb, &place, json, members),
        }
    }

    fn several(&mut self, path: &str, json: Json, depth: usize, members: Members) -> Result<Vec<Condition>> {
        members.end("nothing beside it")?;
        match json {
            Json::List(items) => self.conditions(path, items, depth),
            other => Err(Mistake::new(path, ["it is ", other.kind()].concat(), "write a list of conditions")),
        }
    }

    fn count(&mut self, verb: &str, path: &str, json: Json, mut members: Members) -> Result<Condition> {
        let what = self.matcher(path, json)?;
        let (at_least, at_most, known) = match verb {
            "seen" => (whole(&mut members, "times")?.unwrap_or(1), None, "times, within, after, after-last"),
            "none" => (0, Some(0), "within, after, after-last"),
            _ => {
                let (least, most) = (whole(&mut members, "at-least")?, whole(&mut members, "at-most")?);
                if least.is_none() && most.is_none() {
                    return Err(Mistake::new(&members.path, "it says no number", "say at-least, at-most or both"));
                }
                (least.unwrap_or(0), most, "at-least, at-most, within, after, after-last")
            }
        };
        if verb == "seen" && at_least == 0 {
            return Err(Mistake::new(at(&members.path, "times"), "it is 0", "write 1 or more, or none in the place of seen"));
        }
        if at_most.is_some_and(|most| most < at_least) {
            return Err(Mistake::new(at(&members.path, "at-most"), "it is below at-least", "write a number that is not"));
        }
        let span = self.span(&mut members)?;
        members.end(known)?;
        Ok(Condition::Count { what, at_least, at_most, span })
    }

    fn last(&mut self, path: &str, json: Json, mut members: Members) -> Result<Condition> {
        let what = self.matcher(path, json)?;
        let Some((place, is)) = members.take("is") else {
            return Err(Mistake::new(&members.path, "it says not what the last one is", "add is, such as {\"/score\": {\"at-least\": 4}}"));
        };
        let is = self.tests(&place, is, what.kind)?;
        let span = self.span(&mut members)?;
        members.end("is, within, after, after-last")?;
        Ok(Condition::Last { what, is, span })
    }

    fn order(&mut self, path: &str, json: Json, mut members: Members) -> Result<Condition> {
        let Json::List(items) = json else {
            return Err(Mistake::new(path, ["it is ", json.kind()].concat(), "write a list of events"));
        };
        if items.len() < 2 {
            return Err(Mistake::new(path, "it has less than two events", "write them in their order, or seen for one"));
        }
        let steps = items.into_iter().enumerate().map(|(place, json)| self.matcher(&item(path, place), json)).collect::<Result<_>>()?;
        let span = self.span(&mut members)?;
        members.end("within, after, after-last")?;
        Ok(Condition::Order { steps, span })
    }

    fn span(&mut self, members: &mut Members) -> Result<Span> {
        let within = match members.take("within") {
            Some((place, json)) => Some(length(place, json)?),
            None => None,
        };
        let anchor = match (members.take("after"), members.take("after-last")) {
            (None, None) => Anchor::Opening,
            (Some((place, json)), None) => Anchor::First(self.matcher(&place, json)?),
            (None, Some((place, json))) => Anchor::Last(self.matcher(&place, json)?),
            (Some(_), Some((place, _))) => return Err(Mistake::new(place, "it stands beside after", "say one of the two")),
        };
        Ok(Span { anchor, within })
    }

    /// `"ticket.resolved"`, or `{"event": …, "by": …, "where": …}`.
    fn matcher(&mut self, path: &str, json: Json) -> Result<Matcher> {
        const REMEDY: &str = "write the type of the events, or {\"event\": …, \"by\": …, \"where\": …}";
        if let Json::Text(kind) = json {
            return Ok(Matcher { kind: self.kind(path, &kind)?, by: Vec::new(), tests: Vec::new() });
        }
        let mut members = Members::of(path, json, REMEDY)?;
        let kind = match members.take("event") {
            Some((place, Json::Text(kind))) => self.kind(&place, &kind)?,
            Some((place, other)) => return Err(Mistake::new(place, ["it is ", other.kind()].concat(), "write the type of the events")),
            None => return Err(Mistake::new(path, "it names no event", REMEDY)),
        };
        let by = match members.take("by") {
            Some((place, Json::List(items))) => {
                items.into_iter().enumerate().map(|(n, json)| actor(item(&place, n), json)).collect::<Result<_>>()?
            }
            Some((place, one)) => vec![actor(place, one)?],
            None => Vec::new(),
        };
        let tests = match members.take("where") {
            Some((place, json)) => self.tests(&place, json, kind)?,
            None => Vec::new(),
        };
        members.end("event, by, where")?;
        Ok(Matcher { kind, by, tests })
    }

    /// The place of a kind in what the rule reads.
    fn kind(&mut self, path: &str, kind: &str) -> Result<usize> {
        if let Some(place) = self.reads.iter().position(|known| known.kind == kind) {
            return Ok(place);
        }
        if kind.is_empty() || kind.len() > NAME_BYTES_MAX || kind.chars().any(char::is_control) {
            return Err(Mistake::new(path, "it is no type of events", "write 1 to 256 printable characters, such as ticket.resolved"));
        }
        if self.reads.len() == KINDS_MAX {
            return Err(Mistake::new(path, "it is one type of events too many", "read at most 64"));
        }
        self.reads.push(EventType { kind: kind.to_owned(), fields: Vec::new() });
        Ok(self.reads.len() - 1)
    }

    /// Tests by the path of the field that they are about.
    fn tests(&mut self, path: &str, json: Json, kind: usize) -> Result<Vec<Test>> {
        let members = Members::of(path, json, "write tests by JSON Pointers, such as {\"/score\": {\"at-least\": 4}}")?;
        if members.left.is_empty() {
            return Err(Mistake::new(path, "it is empty", "name a field, or leave it out"));
        }
        members.left.into_iter().map(|(pointer, json)| self.test(&at(path, &pointer), &pointer, json, kind)).collect()
    }

    fn test(&mut self, path: &str, pointer: &str, json: Json, kind: usize) -> Result<Test> {
        let is_pointer = pointer.starts_with('/') && !pointer.split('~').skip(1).any(|rest| !rest.starts_with(['0', '1']));
        if !is_pointer || pointer.len() > NAME_BYTES_MAX || pointer.chars().any(char::is_control) {
            return Err(Mistake::new(
                path,
                "its name is no JSON Pointer",
                "write the path of the field in the event's data, such as /score",
            ));
        }
        let (value_kind, operation) = operation(path, json)?;
        if self.reads.iter().map(|read| read.fields.len()).sum::<usize>() == FIELDS_MAX {
            return Err(Mistake::new(path, "it is one field too many", "read at most 256"));
        }
        let Some(read) = self.reads.get_mut(kind) else {
            return Err(Mistake::new(path, "its event is not read", EXAMPLE));
        };
        let known = read.fields.iter().position(|field| field.path == pointer && field.kind == value_kind);
        let field = known.unwrap_or_else(|| {
            let name = pointer.strip_prefix('/').filter(|name| !name.is_empty()).unwrap_or(pointer).to_owned();
            read.fields.push(Field { name, path: pointer.to_owned(), kind: value_kind, required: false });
            read.fields.len() - 1
        });
        Ok(Test { field, operation })
    }
}

/// A whole number of events.
fn whole(members: &mut Members, name: &str) -> Result<Option<usize>> {
    let Some((place, json)) = members.take(name) else { return Ok(None) };
    let number = match &json {
        Json::Number(number) => number.parse::<usize>().ok().filter(|number| *number <= COUNT_MAX),
        _ => None,
    };
    number.map(Some).ok_or_else(|| Mistake::new(place, "it is no whole number of events", "write a number from 0 to 100"))
}

fn length(place: String, json: Json) -> Result<Duration> {
    let length = match &json {
        Json::Text(text) => text.parse::<Duration>().ok().filter(|length| *length >= Duration::ZERO),
        _ => None,
    };
    let said = if let Json::Text(text) = &json { ["\"", text, "\""].concat() } else { json.kind().to_owned() };
    length.ok_or_else(|| Mistake::new(place, [said.as_str(), " is no length of time"].concat(), "write it like PT24H, P7D or P1DT12H"))
}

fn actor(place: String, json: Json) -> Result<Actor> {
    let actor = match &json {
        Json::Text(text) => match text.as_str() {
            "ai" => Some(Actor::Ai),
            "human" => Some(Actor::Human),
            "customer" => Some(Actor::Customer),
            "system" => Some(Actor::System),
            "unknown" => Some(Actor::Unknown),
            _ => None,
        },
        _ => None,
    };
    actor.ok_or_else(|| Mistake::new(place, "nobody is called so", "write ai, human, customer, system or unknown"))
}

/// How a field is compared, and so what kind of value it has.
fn operation(path: &str, json: Json) -> Result<(ValueKind, Operation)> {
    match json {
        Json::Object(_) => {
            let members = Members::of(path, json, EXAMPLE)?;
            compared(members)
        }
        Json::List(_) | Json::Null => Err(Mistake::new(
            path,
            ["it is ", json.kind()].concat(),
            "write a text, a number, true or false, or {\"in\": […]}, {\"not\": …}, {\"at-least\": …, \"below\": …}",
        )),
        one => {
            let (kind, operand) = operand(path, one)?;
            Ok((kind, Operation::In(vec![operand])))
        }
    }
}

fn compared(mut members: Members) -> Result<(ValueKind, Operation)> {
    const KNOWN: &str = "in, not, at-least, at-most, above, below";
    if let Some((place, json)) = members.take("in") {
        members.end("nothing beside in")?;
        let (kind, operands) = operands(&place, json)?;
        return Ok((kind, Operation::In(operands)));
    }
    if let Some((place, json)) = members.take("not") {
        members.end("nothing beside not")?;
        let (kind, operands) = operands(&place, json)?;
        return Ok((kind, Operation::NotIn(operands)));
    }
    let mut bounds = Vec::new();
    for (name, bound) in [("at-least", Bound::AtLeast), ("at-most", Bound::AtMost), ("above", Bound::Above), ("below", Bound::Below)] {
        if let Some((place, json)) = members.take(name) {
            bounds.push((bound, number(&place, json)?));
        }
    }
    let path = members.path.clone();
    members.end(KNOWN)?;
    if bounds.is_empty() {
        return Err(Mistake::new(path, "it compares with nothing", ["there can be: ", KNOWN].concat()));
    }
    Ok((ValueKind::Decimal, Operation::Range(bounds)))
}

/// One value, or a list of values of one kind.
fn operands(path: &str, json: Json) -> Result<(ValueKind, Vec<Operand>)> {
    let Json::List(items) = json else {
        let (kind, one) = operand(path, json)?;
        return Ok((kind, vec![one]));
    };
    let mut all = Vec::with_capacity(items.len());
    let mut first: Option<ValueKind> = None;
    for (place, json) in items.into_iter().enumerate() {
        let place = item(path, place);
        let (kind, operand) = operand(&place, json)?;
        if *first.get_or_insert(kind) != kind {
            return Err(Mistake::new(place, "it is of another kind than the first", "compare a field with values of one kind"));
        }
        all.push(operand);
    }
    match first {
        Some(kind) => Ok((kind, all)),
        None => Err(Mistake::new(path, "it is empty", "write the values that there can be")),
    }
}

fn operand(path: &str, json: Json) -> Result<(ValueKind, Operand)> {
    match json {
        Json::Text(text) => Ok((ValueKind::Text, Operand::Text(text))),
        Json::Boolean(boolean) => Ok((ValueKind::Boolean, Operand::Boolean(boolean))),
        Json::Number(_) => Ok((ValueKind::Decimal, Operand::Number(number(path, json)?))),
        other => Err(Mistake::new(path, ["it is ", other.kind()].concat(), "write a text, a number, true or false")),
    }
}

fn number(path: &str, json: Json) -> Result<Decimal> {
    let number = match &json {
        Json::Number(number) => number.parse().ok(),
        _ => None,
    };
    number.ok_or_else(|| Mistake::new(path, "it is no number", "write one within ±2^53 and with at most 12 decimals"))
}
