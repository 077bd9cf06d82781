//! What stands for an interaction under one definition, told in words.

use assay_app::OutcomeView;
use assay_domain::{fault::FaultCode, outcome::OutcomeState};
use maud::{Markup, html};

use crate::words::{badge, moment};

/// The verdict, its reason, and what happens next; and what else there is to say or to do about it.
pub fn card(view: &OutcomeView, more: &Markup) -> Markup {
    let outcome = &view.outcome;
    html! {
        article.card {
            h3 { (view.title) " " (badge(outcome.state)) }
            (reason(view))
            dl.facts {
                div { dt { "Definition" } dd { (view.definition) ", version " (view.version) } }
                (success(view))
                @if let Some(note) = &outcome.note { div { dt { "Note" } dd { bdi { (note) } } } }
                div { dt { "Next" } dd { (next(view)) } }
                @if outcome.late_events > 0 { div { dt { "Late" } dd { (late(outcome.late_events)) } } }
            }
            @if let Some(fault) = &outcome.fault { (quarantine(fault, outcome.state.is_some())) }
            (more)
        }
    }
}

/// In words first, by the code beside it.
fn reason(view: &OutcomeView) -> Markup {
    html! {
        @if let Some(code) = &view.outcome.reason {
            p.reason { @if !view.reason.is_empty() { (view.reason) " " } code { (code) } }
        } @else {
            p.reason { "There is no verdict yet." }
        }
    }
}

fn success(view: &OutcomeView) -> Markup {
    html! {
        @if let Some(at) = view.outcome.succeeded_at {
            div {
                dt { "Succeeded" }
                dd {
                    (moment(at)) ": " (view.outcome.quantity) " × " (view.unit)
                    @if let Some(class) = &view.outcome.class { ", class " (class) }
                }
            }
        }
    }
}

fn next(view: &OutcomeView) -> Markup {
    let (state, due) = (view.outcome.state, view.outcome.due_at);
    html! {
        @match (state, due) {
            (Some(OutcomeState::Provisional), Some(at)) => { "Settles at " (moment(at)) ", unless a new fact comes before." }
            (_, Some(at)) => { "Is asked again at " (moment(at)) ", unless a new fact comes before." }
            (Some(OutcomeState::Open), None) => "Waits for a new fact.",
            _ => "Nothing is due. Only a fact that comes in time changes it.",
        }
    }
}

fn late(events: i64) -> String {
    match events {
        1 => "1 event came after its horizon and changes nothing.".to_owned(),
        n => format!("{n} events came after its horizon and change nothing."),
    }
}

/// Why a verdict could not be renewed. A fault is never a verdict.
fn quarantine(fault: &str, judged: bool) -> Markup {
    let code = fault.split_once(':').map_or(fault, |(code, _)| code);
    let repeats = FaultCode::from_code(code).is_none_or(FaultCode::is_deterministic);
    let stands = if judged { "What stood before goes on standing." } else { "Nothing was judged, and nothing is billed." };
    let remedy = if FaultCode::from_code(code) == Some(FaultCode::Suspended) {
        "The rule is not asked any more, because it only faulted. A new version judges what opens from then on; a retry by hand lets this one try again."
    } else if repeats {
        "The rule itself fails on these facts, each time alike. Its author finds the cause by the code and detail below."
    } else {
        "The machine failed and not the rule. It is tried again by itself."
    };
    html! {
        div.alert {
            p { strong { "Quarantined: a fault keeps this from being judged anew. " } (stands) }
            p { (remedy) }
            p { code { bdi { (fault) } } }
        }
    }
}
