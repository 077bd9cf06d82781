//! Usage of events by themselves: which events count for whom, and what a card reads of them.

use assay_domain::{
    decimal::{Decimal, Quantity},
    time::Timestamp,
    timeline::Timeline,
};
use assay_rating::{
    card::RateCard,
    rate::{FieldValue, UsageItem, Used},
};
use assay_store::{
    Connection,
    interactions::InteractionRow,
    metered::{self, Metered, MeteredChange},
    usage::UsageFilter,
};
use serde_json::{Map, Value};

use crate::{error::Result, terms::Terms};

/// What has to be recorded so that the events of an interaction which count are those that should.
pub(crate) fn changes(row: &InteractionRow, timeline: &Timeline, terms: &Terms, stood: &[Metered], as_of: Timestamp) -> Vec<MeteredChange> {
    let metered = |customer| {
        let facts = timeline.known(as_of).iter().filter(move |fact| terms.counts(customer, &fact.kind));
        facts.map(move |fact| Metered { event: fact.event, customer, dated_at: fact.occurred_at })
    };
    let stands: Vec<Metered> = timeline.customer(as_of).into_iter().flat_map(metered).collect();
    let change = |metered: &Metered, sign| MeteredChange { interaction: row.id, metered: *metered, sign };
    let gone = stood.iter().filter(|metered| !stands.contains(metered)).map(|metered| change(metered, -1));
    let new = stands.iter().filter(|metered| !stood.contains(metered)).map(|metered| change(metered, 1));
    gone.chain(new).collect()
}

/// Adds what a card's event meters count.
pub(crate) async fn read(c: &mut impl Connection, filter: UsageFilter, card: &RateCard, to: &mut Vec<UsageItem>) -> Result<()> {
    let mut fields: Vec<(&str, Option<&str>)> = card.event_fields().collect();
    fields.sort_unstable();
    for kinds in fields.chunk_by(|(one, _), (other, _)| one == other) {
        let Some((kind, _)) = kinds.first() else { continue };
        let read: Vec<&str> = kinds.iter().filter_map(|(_, field)| *field).collect();
        if read.len() < kinds.len() {
            to.push(item(kind, None, FieldValue::Absent, metered::count(c, filter, kind).await?));
        }
        if !read.is_empty() {
            for data in metered::data(c, filter, kind).await? {
                let object: Map<String, Value> = serde_json::from_str(&data).unwrap_or_default();
                to.extend(read.iter().map(|field| item(kind, Some(field), value(object.get(*field)), 1)));
            }
        }
    }
    Ok(())
}

fn item(kind: &str, field: Option<&str>, value: FieldValue, count: i64) -> UsageItem {
    UsageItem { used: Used::Event { kind: kind.to_owned(), field: field.map(str::to_owned), value }, count }
}

/// A number, or a text that is one, of at most six decimals and not below zero; any other text as it is. A hostile number must not keep a
/// whole bill from being computed.
fn value(found: Option<&Value>) -> FieldValue {
    let number = |text: &str| {
        let micros = text.parse::<Decimal>().ok().and_then(|decimal| decimal.at_scale(Quantity::SCALE));
        micros.filter(|micros| *micros >= 0).map(Quantity::from_micros)
    };
    match found {
        Some(Value::Number(found)) => number(&found.to_string()).map_or(FieldValue::Absent, FieldValue::Number),
        Some(Value::String(text)) => number(text).map_or_else(|| FieldValue::Text(text.clone()), FieldValue::Number),
        _ => FieldValue::Absent,
    }
}
