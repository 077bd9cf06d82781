//! The JSON of event data: what is accepted, and when two texts say the same.

use std::{borrow::Cow, fmt};

use assay_domain::violation::Violation;
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, SeqAccess, Visitor},
};

/// Checks that data is a JSON object whose numbers every reader understands alike, and that it holds no U+0000.
pub(crate) fn check(data: &str) -> Result<(), Violation> {
    let trimmed = data.trim_start();
    if !trimmed.starts_with('{') {
        return Err(Violation::new("data", "it is not a JSON object", "send an object, {} when there is nothing to tell"));
    }
    serde_json::from_str::<DistinctKeys>(data)
        .map_err(|error| Violation::new("data", format!("it is not JSON: {error}"), "send valid JSON (RFC 8259)"))?;
    if strings(data).any(holds_nul) {
        return Err(Violation::new("data", "it holds the character U+0000", "leave it out"));
    }
    match numbers(data).find(|number| !survives(number)) {
        Some(number) => {
            let problem = format!("the number {number} does not survive a round trip through IEEE 754");
            Err(Violation::new("data", problem, "send it as a string"))
        }
        None => Ok(()),
    }
}

/// Whether two texts are the same JSON, by their RFC 8785 canonical form.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a == b || canonical(a).zip(canonical(b)).is_some_and(|(a, b)| a == b)
}

/// The RFC 8785 canonical form of a text; `None` if it is no JSON.
pub(crate) fn canonical(text: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    serde_json_canonicalizer::to_string(&value).ok()
}

/// The number tokens of a valid JSON text.
fn numbers(data: &str) -> impl Iterator<Item = &str> {
    let mut rest = data;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit())?;
            rest = rest.get(start..)?;
            if rest.starts_with('"') {
                rest = after_string(rest)?;
                continue;
            }
            let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E'))).unwrap_or(rest.len());
            let (number, after) = rest.split_at_checked(end)?;
            rest = after;
            return Some(number);
        }
    })
}

/// The strings of a valid JSON text, quotes included.
fn strings(data: &str) -> impl Iterator<Item = &str> {
    let mut rest = data;
    std::iter::from_fn(move || {
        rest = rest.get(rest.find('"')?..)?;
        let after = after_string(rest)?;
        let string = rest.get(..rest.len() - after.len());
        rest = after;
        string
    })
}

/// Whether a string holds the escape of U+0000; a backslash that is itself escaped starts none.
fn holds_nul(string: &str) -> bool {
    string.match_indices("\\u0000").any(|(at, _)| {
        let backslashes = string.bytes().take(at).collect::<Vec<_>>().iter().rev().take_while(|byte| **byte == b'\\').count();
        backslashes % 2 == 0
    })
}

fn after_string(quoted: &str) -> Option<&str> {
    let mut escaped = false;
    let end = quoted.bytes().skip(1).position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })?;
    quoted.get(end + 2..)
}

/// Whether a decimal text and the nearest double's shortest text are the same number.
fn survives(number: &str) -> bool {
    let Ok(double) = number.parse::<f64>() else {
        return false;
    };
    double.is_finite() && decimal_digits(number) == decimal_digits(&format!("{double:e}"))
}

/// A number's significant digits and the place of its point.
fn decimal_digits(number: &str) -> Option<(bool, String, i64)> {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (negative, mantissa) = mantissa.strip_prefix('-').map_or((false, mantissa), |rest| (true, rest));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let digits = all.trim_start_matches('0');
    let place =
        exponent.parse::<i64>().ok()?.checked_add(i64::try_from(whole.len()).ok()? - i64::try_from(all.len() - digits.len()).ok()?)?;
    let digits = digits.trim_end_matches('0');
    Some(if digits.is_empty() { (false, String::new(), 0) } else { (negative, digits.to_owned(), place) })
}

/// Any JSON whose objects name each member once: two readers of one that does not may see different data.
struct DistinctKeys;

impl<'de> Deserialize<'de> for DistinctKeys {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for DistinctKeys {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self, M::Error> {
        let mut keys: Vec<Key<'de>> = Vec::new();
        while let Some((key, Self)) = map.next_entry()? {
            keys.push(key);
        }
        keys.sort_unstable();
        match keys.windows(2).find(|pair| pair.first() == pair.last()).and_then(<[_]>::first) {
            Some(twice) => Err(M::Error::custom(format!("the member {:?} stands twice in one object", twice.0))),
            None => Ok(self),
        }
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<Self, S::Error> {
        while let Some(Self) = seq.next_element()? {}
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }
}

/// A member's name, borrowed where it holds no escape.
#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(transparent)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);
