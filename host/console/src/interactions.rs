//! The list of interactions, by how they stand.

use std::sync::Arc;

use assay_app::{AppError, Assay, InteractionEntry, OutcomeEntry, Page};
use axum::extract::{Query, State, rejection::QueryRejection};
use maud::{Markup, html};

use crate::{
    error::Failure,
    filter::Filter,
    layout::{self, Here, scroll},
    session::Visitor,
    words::{badge, faulted, moment},
};

/// How many a page shows.
const SHOWN_MAX: u32 = 50;

/// The page.
pub async fn list(
    State(assay): State<Arc<Assay>>,
    visitor: Visitor,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Markup, Failure> {
    let Query(filter) = filter?;
    let definitions = assay.definitions_page(&visitor.caller, Page::ALL).await?;
    // One more than is shown tells whether there are more.
    let mut entries = match assay.interactions(&visitor.caller, &filter.query()?, filter.page(SHOWN_MAX + 1)?).await {
        // A customer or a definition that nobody knows has no interactions.
        Err(AppError::NotFound { .. }) => Vec::new(),
        found => found?,
    };
    let more = entries.len() > SHOWN_MAX as usize;
    entries.truncate(SHOWN_MAX as usize);
    let next = entries.last().filter(|_| more).map(|last| filter.address(Some(last.id)));
    let content = html! {
        h1 { "Interactions" }
        (filter.form(&definitions))
        @if entries.is_empty() { (nothing(&filter)) } @else { (scroll("Interactions", &table(&entries))) }
        @if let Some(next) = next { nav.pages aria-label="Pieces of the list" { a rel="next" href=(next) { "Next " (SHOWN_MAX) } } }
    };
    Ok(layout::page("Interactions", Here::Interactions, Some(&visitor), content))
}

fn nothing(filter: &Filter) -> Markup {
    html! {
        section.empty {
            @if filter.is_blank() {
                h2 { "No interactions yet" }
                p { "The first event about something opens its interaction. " a href="/" { "The overview" } " says how to send one." }
            } @else {
                h2 { "Nothing stands like this" }
                p { "No interaction passes these filters, or there are no more of them. " a href="/interactions" { "Show all" } "." }
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
                    th scope="col" { "Customer" }
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
            th scope="row" { a href={ "/interactions/" (entry.id) } { bdi { (entry.subject) } } }
            td { @if let Some(customer) = &entry.customer { bdi { (customer) } } @else { span.quiet { "nobody yet" } } }
            td { @if let Some(at) = entry.opened_at { (moment(at)) } @else { span.quiet { "not judged yet" } } }
            td {
                @if entry.outcomes.is_empty() { span.quiet { "nothing yet" } }
                @for outcome in &entry.outcomes { div { (standing(outcome)) } }
            }
        }
    }
}

fn standing(outcome: &OutcomeEntry) -> Markup {
    html! {
        (badge(outcome.state)) " " (outcome.definition)
        @if let Some(reason) = &outcome.reason { " " code { (reason) } }
        @if outcome.fault.is_some() { " " (faulted()) }
    }
}
