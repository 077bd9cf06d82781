//! One interaction: whose it is, what stands for it and why, and everything that happened.

use std::sync::Arc;

use assay_app::{Assay, EventView, InteractionView, OutcomeView, SupersededView};
use axum::extract::{Path, State, rejection::PathRejection};
use maud::{Markup, html};

use crate::{
    dispute,
    error::Failure,
    layout::{self, Here, scroll},
    session::Visitor,
    verdict,
    words::moment,
};

/// The page.
pub async fn show(State(assay): State<Arc<Assay>>, visitor: Visitor, name: Result<Path<String>, PathRejection>) -> Result<Markup, Failure> {
    let Path(name) = name?;
    let view = assay.interaction(&visitor.caller, &name).await?;
    let content = html! {
        p.trail { a href="/interactions" { "Interactions" } }
        h1 { bdi { (view.subject) } }
        (facts(&view))
        (verdicts(&view))
        (timeline(&view.events))
    };
    Ok(layout::page(&view.subject, Here::Interactions, Some(&visitor), content))
}

fn facts(view: &InteractionView) -> Markup {
    html! {
        dl.facts {
            div { dt { "Id" } dd { code { (view.id) } } }
            div {
                dt { "Customer" }
                dd {
                    @if let Some(customer) = &view.customer {
                        bdi { (customer) } @if view.assigned { " (assigned by hand)" }
                    } @else {
                        (nobody(view))
                    }
                }
            }
            div { dt { "Opened" } dd { @if let Some(at) = view.opened_at { (moment(at)) } @else { "not yet" } } }
        }
    }
}

/// What to do about an interaction that nobody pays for. It is named by its id: a subject may hold what a shell would run.
fn nobody(view: &InteractionView) -> Markup {
    html! {
        strong { "nobody yet" }
        p {
            "No event names a customer, so nobody is billed. Send an event that names one, or say whose it is: "
            code { "assay interaction assign " (view.id) " --customer KEY --reason WHY" }
        }
    }
}

fn verdicts(view: &InteractionView) -> Markup {
    html! {
        section aria-labelledby="verdicts" {
            h2 id="verdicts" { "What stands, and why" }
            @if view.outcomes.is_empty() {
                p.empty { "Nothing yet: no definition in force reads its events, or it waits to be judged." }
            }
            div.cards { @for outcome in &view.outcomes { (verdict::card(outcome, &disputed(outcome))) } }
        }
    }
}

/// That its customer contests it.
fn disputed(outcome: &OutcomeView) -> Markup {
    html! {
        @if let Some(found) = &outcome.dispute {
            p { (dispute::badge(found.state)) " " a href={ "/disputes/" (found.id) } { "Dispute " (found.id) } }
        }
    }
}

/// Everything that happened, with the evidence marked.
pub fn timeline(events: &[EventView]) -> Markup {
    let table = html! {
        table.timeline {
            caption { "Everything that happened, in order. ▶ marks the evidence a verdict rests on; what is struck through counts no more." }
            thead {
                tr {
                    th scope="col" { "Time" }
                    th scope="col" { "Event" }
                    th scope="col" { "Actor" }
                    th scope="col" { "Source and id" }
                    th scope="col" { "What the rule reads" }
                    th scope="col" { "Evidence" }
                }
            }
            tbody { @for event in events { (row(event)) } }
        }
    };
    html! {
        section aria-labelledby="timeline" {
            h2 id="timeline" { "Timeline" }
            (scroll("Timeline", &table))
        }
    }
}

fn row(event: &EventView) -> Markup {
    let definitions = event.evidence_for.join(", ");
    html! {
        tr.evidence[!event.evidence_for.is_empty()].superseded[event.superseded.is_some()] {
            th scope="row" { (moment(event.occurred_at)) }
            td { bdi { (event.kind) } }
            td { (event.actor) }
            td {
                bdi { (event.source) } " " code { bdi { (event.source_id) } }
                @for row in &event.attested { " " span { span aria-hidden="true" { "✓ " } "vouched for by " bdi { (row.by) } } }
            }
            td { @for read in &event.read { code { bdi { (read) } } " " } }
            td {
                @if let Some(view) = &event.superseded { (superseded(view)) }
                @if !definitions.is_empty() { strong { span aria-hidden="true" { "▶ " } "evidence" } " for " (definitions) }
            }
        }
    }
}

/// By what, why, by whom and when: for people who do not see the line through it, too.
fn superseded(view: &SupersededView) -> Markup {
    html! {
        strong { span aria-hidden="true" { "✗ " } "superseded" } " by " code { (view.successor) } ": " bdi { (view.reason) }
        " (" bdi { (view.actor) } ", " (moment(view.at)) ") "
    }
}
