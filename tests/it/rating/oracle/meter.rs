//! What a meter makes of usage, every piece looked at on its own.

use assay_rating::rate::{FieldValue, UsageItem, Used};
use serde_json::Value;

use super::{credit, fraction::Fraction};

/// The pieces that a meter counts, and how many there are of each.
pub fn counted<'a>(meter: &Value, usage: &'a [UsageItem]) -> Vec<(&'a Used, Fraction)> {
    let standing = usage.iter().filter(|item| item.count != 0 && counts(meter, &item.used));
    standing.map(|item| (&item.used, Fraction::whole(item.count.into()))).collect()
}

fn counts(meter: &Value, used: &Used) -> bool {
    match used {
        Used::Outcome { definition, class, .. } => {
            let fits = meter["class"].is_null() || meter["class"].as_str() == class.as_deref();
            fits && meter["outcome-of"].as_str() == Some(definition.as_str())
        }
        Used::Attempt { definition } => meter["attempts-at"].as_str() == Some(definition.as_str()),
        Used::Event { kind, field, .. } => meter["events"].as_str() == Some(kind.as_str()) && meter["field"].as_str() == field.as_deref(),
    }
}

/// How much there is of it all.
pub fn total(meter: &Value, usage: &[UsageItem]) -> Fraction {
    let counted = counted(meter, usage);
    match meter["aggregate"].as_str() {
        Some("sum") => numbers(&counted).map(|(number, count)| number * count).sum(),
        Some("max") => numbers(&counted).map(|(number, _)| number).max().unwrap_or(Fraction::ZERO),
        Some("unique") => Fraction::whole(different(&counted)),
        _ => counted.iter().map(|(used, count)| one(meter, used) * *count).sum(),
    }
}

fn one(meter: &Value, used: &Used) -> Fraction {
    match (used, meter["credit-to"].as_str()) {
        (Used::Outcome { quantity, credit, .. }, Some(participant)) => credit::share(*quantity, credit.as_ref(), participant),
        (Used::Outcome { quantity, .. }, None) => Fraction::millionths(quantity.micros()),
        _ => Fraction::ONE,
    }
}

fn numbers(counted: &[(&Used, Fraction)]) -> impl Iterator<Item = (Fraction, Fraction)> {
    counted.iter().filter_map(|(used, count)| match used {
        Used::Event { value: FieldValue::Number(number), .. } => Some((Fraction::millionths(number.micros()), *count)),
        _ => None,
    })
}

fn different(counted: &[(&Used, Fraction)]) -> i128 {
    let mut seen: Vec<&FieldValue> = Vec::new();
    for (used, _) in counted {
        if let Used::Event { value: value @ (FieldValue::Number(_) | FieldValue::Text(_)), .. } = used
            && !seen.contains(&value)
        {
            seen.push(value);
        }
    }
    i128::try_from(seen.len()).expect("few values")
}
