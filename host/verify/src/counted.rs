//! What a price counts: changes of usage as receipts state them, and events by themselves.

use std::collections::BTreeMap;

use assay_domain::{
    decimal::{Decimal, Quantity},
    outcome::Credit,
    time::Timestamp,
};
use assay_rating::{
    card::RateCard,
    rate::{Coverage, FieldValue, UsageItem, Used},
};
use assay_receipt::bundle::CountedEvent;
use serde_json::{Map, Value};

/// A change of usage, as a receipt states it.
pub(crate) struct Change<'a> {
    /// The key of the customer.
    pub(crate) customer: &'a str,
    /// The receipt's number.
    pub(crate) receipt: i64,
    /// The number of the change with the service.
    pub(crate) number: i64,
    /// When it counts.
    pub(crate) at: Timestamp,
    /// What was used.
    pub(crate) used: Used,
    /// 1 where it comes, -1 where it is taken back.
    pub(crate) sign: i64,
}

/// What a price can tell usage apart by; attempts have but a definition.
type Kind = (String, Option<(Option<String>, Quantity, Option<String>, Option<Credit>)>);

fn kind(used: &Used) -> Kind {
    match used {
        Used::Outcome { definition, class, quantity, value, credit } => {
            (definition.clone(), Some((class.clone(), *quantity, value.map(|value| value.to_string()), credit.clone())))
        }
        Used::Attempt { definition } => (definition.clone(), None),
        Used::Event { kind, .. } => (kind.clone(), None),
    }
}

/// What stands after changes: what was taken back again is not in it.
pub(crate) fn net<'a, 'c: 'a>(changes: impl IntoIterator<Item = &'a Change<'c>>) -> Vec<UsageItem> {
    let mut standing: BTreeMap<Kind, UsageItem> = BTreeMap::new();
    for change in changes {
        let item = standing.entry(kind(&change.used)).or_insert_with(|| UsageItem { used: change.used.clone(), count: 0 });
        item.count = item.count.saturating_add(change.sign);
    }
    standing.into_values().filter(|item| item.count != 0).collect()
}

/// What a card counts of events by themselves.
pub(crate) fn events(card: &RateCard, events: &[CountedEvent]) -> Vec<UsageItem> {
    let item = |kind: &str, field: Option<&str>, value, count| UsageItem {
        used: Used::Event { kind: kind.to_owned(), field: field.map(str::to_owned), value },
        count,
    };
    let mut items = Vec::new();
    for (kind, field) in card.event_fields() {
        let of_kind = events.iter().filter(|event| event.kind == kind);
        match field {
            None => items.push(item(kind, None, FieldValue::Absent, i64::try_from(of_kind.count()).unwrap_or(i64::MAX))),
            Some(field) => items.extend(of_kind.map(|event| item(kind, Some(field), value(event.data.as_deref(), field), 1))),
        }
    }
    items
}

/// Refuses an event that does not count in a time.
pub(crate) fn check_time(event: &CountedEvent, coverage: &Coverage) -> Result<(), String> {
    let (from, until) = coverage.covered;
    if from <= event.time && event.time < until { Ok(()) } else { Err(format!("{} is not from {from} to {until}", event.time)) }
}

/// What a member of an event's data holds: a number, or a text that is one, of at most six decimals and not below zero; any other text.
fn value(data: Option<&str>, field: &str) -> FieldValue {
    let object: Map<String, Value> = data.and_then(|data| serde_json::from_str(data).ok()).unwrap_or_default();
    let number = |text: &str| {
        let micros = text.parse::<Decimal>().ok().and_then(|decimal| decimal.at_scale(Quantity::SCALE));
        micros.filter(|micros| *micros >= 0).map(Quantity::from_micros)
    };
    match object.get(field) {
        Some(Value::Number(found)) => number(&found.to_string()).map_or(FieldValue::Absent, FieldValue::Number),
        Some(Value::String(text)) => number(text).map_or_else(|| FieldValue::Text(text.clone()), FieldValue::Number),
        _ => FieldValue::Absent,
    }
}
