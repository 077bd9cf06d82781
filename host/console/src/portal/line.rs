//! One line of a document, down to the interactions behind it.

use std::sync::Arc;

use assay_app::{Assay, OwnLine, OwnLineOutcome};
use axum::extract::{
    Path, Query, State,
    rejection::{PathRejection, QueryRejection},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{invoice::kind, outcomes::standing};
use crate::{
    error::InPortal,
    layout::{self, There, scroll},
    session::CustomerVisitor,
    words::moment,
};

/// How many a page shows.
const SHOWN_MAX: usize = 50;

/// What the address says.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    after: usize,
}

/// The page.
pub async fn show(
    State(assay): State<Arc<Assay>>,
    visitor: CustomerVisitor,
    path: Result<Path<(String, usize)>, PathRejection>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Markup, InPortal> {
    let (Path((name, position)), Query(Asked { after })) = (path?, asked?);
    let line = assay.own_line(&visitor.own, &name, position, (after, SHOWN_MAX)).await?;
    let number = &line.view.invoice.number;
    let content = html! {
        p.trail { a href="/portal" { "Invoices" } " / " a href={ "/portal/invoices/" (number) } { (kind(&line.view)) " " (number) } }
        h1 { "Line " (position) " of " (number) }
        (facts(&line))
        section aria-labelledby="behind" {
            h2 id="behind" { "What stands behind it" }
            @if line.outcomes.is_empty() { (nothing(after)) } @else { (scroll("What stands behind the line", &table(&line.outcomes))) }
            @if let Some(next) = line.next {
                nav.pages aria-label="Pieces of the list" { a rel="next" href={ "?after=" (next) } { "Next " (SHOWN_MAX) } }
            }
        }
    };
    Ok(layout::portal(&format!("{number}, line {position}"), There::Invoices, Some(&visitor), content))
}

fn facts(line: &OwnLine) -> Markup {
    html! {
        @if let Some(view) = line.view.lines.get(line.index) {
            dl.facts {
                div { dt { "What for" } dd { bdi { (view.line.label) } } }
                div { dt { "Period" } dd { (view.span) } }
                div { dt { "Whose" } dd { bdi { (view.customer) } } }
                div { dt { "Quantity" } dd { (view.line.quantity) @if let Some(unit) = view.basis.unit() { " " (unit) } } }
                div { dt { "Amount" } dd { (view.line.amount) } }
            }
        }
    }
}

fn nothing(after: usize) -> Markup {
    html! {
        p.empty {
            @if after == 0 { "Nothing: it is a fee, or what it took back and what it added come to the same." } @else { "There are no more." }
        }
    }
}

fn table(outcomes: &[OwnLineOutcome]) -> Markup {
    html! {
        table.list {
            caption { "Interactions that the line bills, by date; of a tiered price those of all tiers" }
            thead {
                tr {
                    th scope="col" { "Interaction" }
                    th scope="col" { "Dated" }
                    th.number scope="col" { "Quantity" }
                    th scope="col" { "How it stands now" }
                }
            }
            tbody { @for outcome in outcomes { (row(outcome)) } }
        }
    }
}

fn row(outcome: &OwnLineOutcome) -> Markup {
    html! {
        tr {
            th scope="row" {
                @match &outcome.entry {
                    Some(entry) => a href={ "/portal/outcomes/" (entry.id) } { bdi { (outcome.subject) } },
                    None => bdi { (outcome.subject) },
                }
            }
            td { (moment(outcome.dated_at)) }
            td.number { (outcome.quantity) }
            td {
                @match &outcome.entry {
                    Some(entry) => { @for found in &entry.outcomes { div { (standing(found)) } } }
                    None => span.quiet { "it belongs to another customer by now" },
                }
            }
        }
    }
}
