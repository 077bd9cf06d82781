//! Disputes as they are printed.

use assay_app::{DisputeDetail, DisputeView, FixtureView, StepView};
use assay_domain::ruling::Effect;
use serde_json::{Value, json};

use crate::output::{Output, table, with};

pub(super) fn list(all: &[DisputeView]) -> Output {
    let rows = all.iter().map(|view| {
        let amount = view.amount.map(|amount| amount.to_string()).unwrap_or_default();
        [
            view.id.to_string(),
            view.opened_at.to_string(),
            view.customer.clone(),
            view.subject.clone(),
            view.category.to_string(),
            amount,
            stands(view),
        ]
    });
    Output::new(
        all.iter().map(as_json).collect(),
        table(&["dispute", "opened", "customer", "interaction", "category", "worth", "stands"], &["worth"], rows),
    )
}

pub(super) fn detail(detail: &DisputeDetail) -> Output {
    let steps: Vec<Value> = detail.steps.iter().map(step_as_json).collect();
    let json = with(as_json(&detail.view), "steps", steps.into());
    Output::new(with(json, "fixture", json!(detail.fixture)), in_words(detail))
}

/// What documents had to do with it when it was opened.
fn billed(view: &DisputeView) -> String {
    match (&view.invoice, view.effect) {
        (Some(number), _) => format!("billed by {number}"),
        (None, Effect::Withheld) => "kept off the next document".to_owned(),
        (None, _) => "no document had billed it".to_owned(),
    }
}

/// Where it stands, and until when.
fn stands(view: &DisputeView) -> String {
    let ruling = view.state.ruling().map(|ruling| format!(": {ruling}")).unwrap_or_default();
    let until = view.state.due_at().map(|at| format!(", until {at}")).unwrap_or_default();
    format!("{}{ruling}{until}", view.state.name())
}

fn in_words(detail: &DisputeDetail) -> String {
    let view = &detail.view;
    let amount = view.amount.map_or_else(|| "an amount that cannot be said".to_owned(), |amount| amount.to_string());
    let billed = billed(view);
    let mut text = format!(
        "{}: {} of {} under {}@{}, {} for {}\n{}: {}\n{billed}; {}",
        view.id,
        view.quantity,
        view.subject,
        view.definition,
        view.version,
        amount,
        view.customer,
        view.category,
        view.claim,
        stands(view)
    );
    if !view.events.is_empty() {
        let events: Vec<String> = view.events.iter().map(ToString::to_string).collect();
        text += &format!("\ncontested events: {}", events.join(", "));
    }
    if let Some(found) = detail.finding() {
        let detail = found.detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default();
        text += &format!("\n{}{detail}", found.finding.in_words());
    }
    let rows = detail.steps.iter().map(|step| {
        let what = step.state.ruling().map_or_else(|| step.state.name().to_owned(), |ruling| format!("{}: {ruling}", step.state.name()));
        let who = if step.by_default { format!("{}, by default", step.actor) } else { step.actor.clone() };
        [step.at.to_string(), what, step.effect.name().to_owned(), who, step.reason.clone()]
    });
    text += &format!("\n{}", table(&["at", "step", "outcome", "by", "why"], &[], rows));
    if let Some(FixtureView { expected, .. }) = &detail.fixture {
        text += &format!("\nsaved as a fixture: later versions must decide {}", expected.decision);
    }
    text
}

fn as_json(view: &DisputeView) -> Value {
    let ruling = view.state.ruling();
    json!({
        "id": view.id, "interaction": view.interaction, "subject": view.subject, "definition": view.definition, "version": view.version,
        "evaluation": view.evaluation, "reason": view.reason, "customer": view.customer, "category": view.category, "claim": view.claim,
        "events": view.events, "quantity": view.quantity, "dated_at": view.dated_at, "agreement": view.place.map(|(agreement, _)| agreement),
        "period": view.place.map(|(_, period)| period.to_string()), "invoice": view.invoice,
        "amount": view.amount.map(|amount| amount.decimal()), "currency": view.amount.map(|amount| amount.currency()),
        "actor": view.actor, "opened_at": view.opened_at, "state": view.state.name(), "ruling": ruling.map(|ruling| ruling.name()),
        "share": ruling.and_then(|ruling| ruling.share()), "due_at": view.state.due_at(), "effect": view.effect.name(),
    })
}

fn step_as_json(step: &StepView) -> Value {
    let ruling = step.state.ruling();
    let finding =
        step.finding.as_ref().map(|found| json!({ "finding": found.finding, "detail": found.detail, "found_at": found.found_at }));
    json!({
        "state": step.state.name(), "ruling": ruling.map(|ruling| ruling.name()), "share": ruling.and_then(|ruling| ruling.share()),
        "effect": step.effect.name(), "due_at": step.state.due_at(), "by_default": step.by_default, "reason": step.reason,
        "actor": step.actor, "at": step.at, "finding": finding,
    })
}
