//! Costs: one for each stretch of the AI agent's work, in exact decimals.

use std::collections::{BTreeMap, BTreeSet};

use assay_domain::{
    event::{Actor, NewEvent},
    time::Timestamp,
};
use rust_decimal::Decimal;

use super::{DESK, SOURCES, acts, json, stories, text};

/// When the AI agent's stretches of work end.
fn ends(events: &[NewEvent]) -> Vec<Timestamp> {
    let stretches = events.chunk_by(|one, next| one.actor == next.actor).filter(|stretch| stretch[0].actor == Actor::Ai);
    stretches.filter_map(<[NewEvent]>::last).map(|last| last.occurred_at).collect()
}

#[test]
fn everything_the_ai_agent_works_on_costs() {
    let costs = stories(DESK, "meter").into_iter();
    let costs: BTreeMap<String, Vec<Timestamp>> =
        costs.map(|(subject, events)| (subject, events.iter().map(|event| event.occurred_at).collect())).collect();
    let worked_on = SOURCES.into_iter().flat_map(|(source, ..)| stories(DESK, source));
    let worked_on: BTreeMap<String, Vec<Timestamp>> =
        worked_on.map(|(subject, events)| (subject, ends(&events))).filter(|(_, ends)| !ends.is_empty()).collect();
    assert_eq!(costs, worked_on);
    assert_eq!(acts(DESK, "meter"), BTreeSet::from(["cost.incurred by system".to_owned()]));
}

#[test]
fn amounts_are_decimals_and_tokens_are_counted() {
    let (mut amounts, mut models) = (BTreeSet::new(), BTreeSet::new());
    for event in DESK.events().filter(|event| event.kind == "cost.incurred") {
        let amount: Decimal = text(&event, "amount").parse().expect("a decimal");
        assert!(amount > Decimal::ZERO && amount < Decimal::ONE && amount.scale() == 4, "{}", event.data);
        assert_eq!(text(&event, "currency"), "USD");
        for name in ["input_tokens", "output_tokens"] {
            assert!(json(&event)[name].as_u64().is_some_and(|tokens| (100..1_000_000).contains(&tokens)), "{}", event.data);
        }
        amounts.insert(amount);
        models.insert(text(&event, "model"));
    }
    assert!(amounts.len() > 100, "{amounts:?}");
    assert_eq!(models, BTreeSet::from(["desk-large", "desk-small"].map(str::to_owned)));
}
