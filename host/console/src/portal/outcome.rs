//! One interaction that the customer is billed for: the verdicts, what can be done about them, and the evidence.

use std::sync::Arc;

use assay_app::{Assay, InteractionView, OutcomeView};
use assay_domain::{decimal::Quantity, id::InteractionId, ruling::Effect};
use axum::extract::{Path, State, rejection::PathRejection};
use maud::{Markup, html};

use crate::{
    address::query,
    dispute,
    error::InPortal,
    interaction::timeline,
    layout::{self, There},
    session::CustomerVisitor,
    verdict,
    words::moment,
};

/// The page.
pub async fn show(
    State(assay): State<Arc<Assay>>,
    visitor: CustomerVisitor,
    name: Result<Path<String>, PathRejection>,
) -> Result<Markup, InPortal> {
    let Path(name) = name?;
    let view = assay.own_interaction(&visitor.own, &name).await?;
    let content = html! {
        p.trail { a href="/portal/outcomes" { "Outcomes" } }
        h1 { bdi { (view.subject) } }
        (facts(&view))
        section aria-labelledby="verdicts" {
            h2 id="verdicts" { "What stands, and why" }
            @if view.outcomes.is_empty() { p.empty { "Nothing yet: it waits to be judged." } }
            div.cards { @for outcome in &view.outcomes { (verdict::card(outcome, &to_do(view.id, outcome))) } }
        }
        (timeline(&view.events))
    };
    Ok(layout::portal(&view.subject, There::Outcomes, Some(&visitor), content))
}

fn facts(view: &InteractionView) -> Markup {
    html! {
        dl.facts {
            div { dt { "Id" } dd { code { (view.id) } } }
            @if let Some(customer) = &view.customer { div { dt { "Whose" } dd { bdi { (customer) } } } }
            div { dt { "Opened" } dd { @if let Some(at) = view.opened_at { (moment(at)) } @else { "not yet" } } }
        }
    }
}

/// How the dispute of an outcome stands, or how to dispute it.
fn to_do(interaction: InteractionId, view: &OutcomeView) -> Markup {
    let found = view.dispute;
    // One that was decided against the customer may be disputed anew once it was judged anew; whether it was is seen when it is tried.
    let is_free = found.is_none_or(|found| !found.state.is_open() && found.effect == Effect::Stands);
    html! {
        @if let Some(found) = found {
            p { (dispute::badge(found.state)) " " a href={ "/portal/disputes/" (found.id) } { "Your dispute " (found.id) } }
        }
        @if is_free && view.outcome.quantity > Quantity::ZERO {
            p { a.button href=(dispute_address(interaction, &view.definition)) { "Dispute this outcome" } }
        }
    }
}

/// Where an outcome is disputed.
pub fn dispute_address(interaction: InteractionId, definition: &str) -> String {
    format!("/portal/outcomes/{interaction}/dispute{}", query(&[("definition", Some(definition))]))
}
