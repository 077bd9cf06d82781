//! What the customer is billed for, or is going to be: every interaction, by how it stands.

use std::sync::Arc;

use assay_app::{Assay, InteractionEntry, InteractionQuery, OutcomeEntry, Page};
use assay_domain::id::InteractionId;
use axum::extract::{Query, State, rejection::QueryRejection};
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    error::{Failure, InPortal},
    layout::{self, There, scroll},
    session::CustomerVisitor,
    words::{badge, faulted, moment},
};

/// How many a page shows.
const SHOWN_MAX: u32 = 50;

/// What the address says.
#[derive(Debug, Deserialize)]
pub struct Asked {
    after: Option<String>,
}

/// The page.
pub async fn list(
    State(assay): State<Arc<Assay>>,
    visitor: CustomerVisitor,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Markup, InPortal> {
    let Query(asked) = asked?;
    let after = asked.after.as_deref().map(str::parse::<InteractionId>).transpose().map_err(|_| Failure::Malformed)?;
    // One more than is shown tells whether there are more.
    let page = Page { after: after.map_or(0, |id| id.0), limit: SHOWN_MAX + 1 };
    let mut entries = assay.own_interactions(&visitor.own, &InteractionQuery::default(), page).await?;
    let more = entries.len() > SHOWN_MAX as usize;
    entries.truncate(SHOWN_MAX as usize);
    let next = entries.last().filter(|_| more).map(|last| last.id);
    let content = html! {
        h1 { "Outcomes" }
        @if entries.is_empty() { (nothing(after.is_some())) } @else { (scroll("Outcomes", &table(&entries))) }
        @if let Some(next) = next {
            nav.pages aria-label="Pieces of the list" { a rel="next" href={ "/portal/outcomes?after=" (next) } { "Next " (SHOWN_MAX) } }
        }
    };
    Ok(layout::portal("Outcomes", There::Outcomes, Some(&visitor), content))
}

fn nothing(after: bool) -> Markup {
    html! {
        section.empty {
            @if after {
                h2 { "There are no more" }
            } @else {
                h2 { "Nothing yet" }
                p { "Your vendor has recorded nothing that names you." }
            }
        }
    }
}

fn table(entries: &[InteractionEntry]) -> Markup {
    html! {
        table.list {
            caption { "Interactions in order of their arrival" }
            thead {
                tr {
                    th scope="col" { "Interaction" }
                    th scope="col" { "Whose" }
                    th scope="col" { "Opened" }
                    th scope="col" { "Where it stands" }
                }
            }
            tbody { @for entry in entries { (row(entry)) } }
        }
    }
}

fn row(entry: &InteractionEntry) -> Markup {
    html! {
        tr {
            th scope="row" { a href={ "/portal/outcomes/" (entry.id) } { bdi { (entry.subject) } } }
            td { @if let Some(customer) = &entry.customer { bdi { (customer) } } }
            td { @if let Some(at) = entry.opened_at { (moment(at)) } @else { span.quiet { "not judged yet" } } }
            td {
                @if entry.outcomes.is_empty() { span.quiet { "nothing yet" } }
                @for outcome in &entry.outcomes { div { (standing(outcome)) } }
            }
        }
    }
}

/// Where an outcome stands, and why.
pub fn standing(outcome: &OutcomeEntry) -> Markup {
    html! {
        (badge(outcome.state)) " " (outcome.definition)
        @if let Some(reason) = &outcome.reason { " " code { (reason) } }
        @if outcome.fault.is_some() { " " (faulted()) }
    }
}
