//! `assay interaction show`

use anyhow::Result;
use assay_app::{AttestationRow, EventView, InteractionView, OutcomeView, SupersededView, Voucher};
use assay_domain::outcome::OutcomeState;
use serde_json::{Value, json};

use crate::{
    output::{Output, table},
    session::Session,
};

pub(crate) async fn run(subject: &str, session: &Session) -> Result<Output> {
    let view = session.assay.interaction(&session.caller, subject).await?;
    Ok(Output::new(as_json(&view), in_words(&view)))
}

fn in_words(view: &InteractionView) -> String {
    let customer = match (&view.customer, view.assigned) {
        (Some(customer), true) => format!("{customer} (assigned by hand)"),
        (Some(customer), false) => customer.clone(),
        (None, _) => "nobody: no event names a customer; use `assay interaction assign`".to_owned(),
    };
    let opened = view.opened_at.map_or_else(|| "not yet".to_owned(), |at| at.to_string());
    let rows = view.events.iter().map(|event| {
        let mark = match &event.superseded {
            Some(_) => "✗ superseded",
            None if event.evidence_for.is_empty() => "",
            None => "◀ evidence",
        };
        [
            event.occurred_at.to_string(),
            event.sequence.to_string(),
            event.kind.clone(),
            event.actor.to_string(),
            event.source_id.clone(),
            event.read.join(" "),
            mark.to_owned(),
        ]
    });
    let timeline = table(&["time", "seq", "event", "actor", "id", "what the rule reads", ""], &["seq"], rows);
    let notes: String = view.events.iter().filter_map(superseded).chain(view.events.iter().filter_map(attested)).collect();
    let verdicts: Vec<String> = view.outcomes.iter().map(verdict).collect();
    let verdicts = if verdicts.is_empty() {
        "nothing stands yet: no definition in force reads its events, or it waits for `assay evaluate`".to_owned()
    } else {
        verdicts.join("\n\n")
    };
    format!("{} ({})\ncustomer: {customer}\nopened:   {opened}\n\n{timeline}\n{notes}\n{verdicts}", view.subject, view.id)
}

/// By what, by whom, when and why an event was superseded, if it was.
fn superseded(event: &EventView) -> Option<String> {
    let SupersededView { successor, actor, reason, at } = event.superseded.as_ref()?;
    Some(format!("{} was superseded by {successor}: {reason} ({actor}, {at})\n", event.source_id))
}

/// Who vouches for an event, if anybody does but whoever told it.
fn attested(event: &EventView) -> Option<String> {
    let by: Vec<String> = event.attested.iter().map(|row| row.by.to_string()).collect();
    (!by.is_empty()).then(|| format!("{} is vouched for by {}\n", event.source_id, by.join(", and by ")))
}

fn verdict(view: &OutcomeView) -> String {
    let outcome = &view.outcome;
    let state = outcome.state.map_or_else(|| "not judged".to_owned(), |state| state.to_string());
    let mut lines = vec![format!("{} (version {} of {}): {state}", view.title, view.version, view.definition)];
    if let Some(code) = &outcome.reason {
        lines.push(format!("  because {code}: {}", view.reason));
    }
    if let Some(at) = outcome.succeeded_at {
        lines.push(format!(
            "  {} {} at {at}{}",
            outcome.quantity,
            view.unit,
            outcome.class.as_ref().map(|class| format!(", {class}")).unwrap_or_default()
        ));
    }
    lines.extend(outcome.note.as_ref().map(|note| format!("  note: {note}")));
    let due = if outcome.state == Some(OutcomeState::Provisional) { "settles" } else { "is asked again" };
    lines.extend(outcome.due_at.map(|at| format!("  {due} at {at}, unless a new fact comes before")));
    if outcome.late_events > 0 {
        lines.push(format!("  {} events came after its horizon and change nothing", outcome.late_events));
    }
    lines.extend(outcome.fault.as_ref().map(|fault| format!("  the rule faulted and this verdict could not be renewed: {fault}")));
    lines.push(format!("  {} (evaluation {}, input {})", view.definition, outcome.evaluation, outcome.input_root));
    lines.join("\n")
}

fn attestation(row: &AttestationRow) -> Value {
    match &row.by {
        Voucher::Key { id, public_key, source, customer, signature } => json!({
            "kind": "event-key", "id": id, "public_key": public_key, "source": source, "customer": customer, "signature": signature,
            "at": row.recorded_at,
        }),
        Voucher::Webhook { endpoint, secret, source } => {
            json!({ "kind": "webhook", "id": secret, "endpoint": endpoint, "source": source, "at": row.recorded_at })
        }
    }
}

fn as_json(view: &InteractionView) -> Value {
    let superseded = |event: &EventView| {
        let view = event.superseded.as_ref()?;
        Some(json!({ "successor": view.successor, "actor": view.actor, "reason": view.reason, "at": view.at }))
    };
    let events: Vec<_> = view
        .events
        .iter()
        .map(|event| {
            json!({ "id": event.id, "source": event.source, "source_id": event.source_id, "type": event.kind, "time": event.occurred_at,
                    "sequence": event.sequence, "actor": event.actor, "evidence_for": event.evidence_for, "read": event.read,
                    "attestations": event.attested.iter().map(attestation).collect::<Vec<_>>(), "superseded": superseded(event) })
        })
        .collect();
    let outcomes: Vec<_> = view
        .outcomes
        .iter()
        .map(|view| {
            let o = &view.outcome;
            json!({ "definition": view.definition, "version": view.version, "state": o.state.map(|state| state.to_string()), "reason": o.reason,
                    "reason_in_words": view.reason, "note": o.note, "evidence": o.evidence, "quantity": o.quantity, "class": o.class,
                    "succeeded_at": o.succeeded_at, "billed_at": o.billed_at, "due_at": o.due_at, "late_events": o.late_events,
                    "fault": o.fault, "evaluation": o.evaluation, "input_root": o.input_root })
        })
        .collect();
    json!({ "id": view.id, "subject": view.subject, "customer": view.customer, "assigned": view.assigned, "opened_at": view.opened_at,
            "events": events, "outcomes": outcomes })
}
