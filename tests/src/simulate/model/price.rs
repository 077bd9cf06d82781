//! How much a meter counts.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{fraction::Fraction, plan::Meter, usage::What};

/// The total of a meter.
pub(super) fn measure(meter: &Meter, used: &[&What]) -> Fraction {
    match meter {
        Meter::Outcomes { slug, class, credit_to } => used.iter().map(|what| outcome(what, slug, *class, *credit_to)).sum(),
        Meter::Attempts { slug } => {
            let count = used.iter().filter(|what| matches!(what, What::Attempt { slug: of } if of == slug)).count();
            Fraction::whole(count as i128)
        }
        Meter::Events { kind, aggregate, field } => events(used, kind, aggregate, field.unwrap_or_default()),
    }
}

/// What one outcome counts for: one, or the share of a participant.
fn outcome(what: &What, of: &str, only: Option<&str>, credit_to: Option<&str>) -> Fraction {
    let What::Outcome { slug, class, credit, .. } = what else {
        return Fraction::ZERO;
    };
    if *slug != of || (only.is_some() && only != *class) {
        return Fraction::ZERO;
    }
    // Without credit it is all the AI's; the one rule that gives any gives three parts of four to it.
    match (credit_to, credit) {
        (None, _) | (Some("ai"), None) => Fraction::whole(1),
        (Some("ai"), Some(_)) => Fraction::new(3, 4),
        (Some("human"), Some(_)) => Fraction::new(1, 4),
        (Some(_), _) => Fraction::ZERO,
    }
}

fn events(used: &[&What], kind: &str, aggregate: &str, field: &str) -> Fraction {
    let of_kind = used.iter().filter_map(|what| match what {
        What::Event { kind: of, data } if of == kind => Some(&data[field]),
        _ => None,
    });
    let numbers = of_kind.clone().filter_map(number);
    match aggregate {
        "count" => Fraction::whole(of_kind.count() as i128),
        "sum" => numbers.sum(),
        "max" => numbers.max().unwrap_or(Fraction::ZERO),
        _ => {
            let texts = of_kind.filter(|value| number(value).is_none()).filter_map(Value::as_str);
            let texts: BTreeSet<&str> = texts.collect();
            let numbers: BTreeSet<Fraction> = numbers.collect();
            Fraction::whole((texts.len() + numbers.len()) as i128)
        }
    }
}

/// A number with at most one decimal, or a text that is one: no more is told.
fn number(value: &Value) -> Option<Fraction> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return None,
    };
    let (whole, tenths) = text.split_once('.').unwrap_or((&text, "0"));
    Some(Fraction::new(whole.parse::<i128>().ok()? * 10 + tenths.parse::<i128>().ok()?, 10))
}

/// What each outcome of a definition is worth.
pub(super) fn worths(of: &str, used: &[&What]) -> impl Iterator<Item = Fraction> {
    used.iter().filter_map(move |what| match what {
        What::Outcome { slug, value, .. } if *slug == of => value.map(|tenths| Fraction::new(tenths.into(), 10)),
        _ => None,
    })
}
