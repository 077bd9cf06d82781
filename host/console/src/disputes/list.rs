use std::sync::Arc;

use assay_app::{Assay, DisputeQuery, DisputeView, Page};
use assay_domain::{id::DisputeId, time::Timestamp};
use axum::extract::{Query, State, rejection::QueryRejection};
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    address::query,
    dispute::{self, badge},
    error::Failure,
    layout::{self, Here, scroll},
    session::Visitor,
    words::moment,
};

/// How many of all a page shows.
const SHOWN_MAX: u32 = 50;

/// What the address says.
#[derive(Debug, Deserialize)]
pub struct Asked {
    all: Option<String>,
    after: Option<String>,
}

/// Those that wait for an answer, the most urgent first; or all of them, as they were opened.
pub async fn list(
    State(assay): State<Arc<Assay>>,
    visitor: Visitor,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Markup, Failure> {
    let Query(asked) = asked?;
    let is_open = asked.all.is_none();
    let after = asked.after.as_deref().map(str::parse::<DisputeId>).transpose().map_err(|_| Failure::Malformed)?;
    let page = if is_open { Page::ALL } else { Page { after: after.map_or(0, |id| id.0), limit: SHOWN_MAX + 1 } };
    let filter = DisputeQuery { is_open, ..DisputeQuery::default() };
    let mut found = assay.disputes(&visitor.caller, &filter, page).await?;
    let more = !is_open && found.len() > SHOWN_MAX as usize;
    if is_open {
        found.sort_by_key(|view| view.state.due_at());
    } else {
        found.truncate(SHOWN_MAX as usize);
    }
    let next = found.last().filter(|_| more).map(|last| address(Some(last.id)));
    let content = html! {
        h1 { "Disputes" }
        nav.choices aria-label="Which disputes" {
            a href="/disputes" aria-current=[is_open.then_some("true")] { "Waiting for an answer" }
            a href=(address(None)) aria-current=[(!is_open).then_some("true")] { "All" }
        }
        @if found.is_empty() { (nothing(is_open)) } @else { (scroll("Disputes", &table(&found, assay.now()))) }
        @if let Some(next) = next { nav.pages aria-label="Pieces of the list" { a rel="next" href=(next) { "Next " (SHOWN_MAX) } } }
    };
    Ok(layout::page("Disputes", Here::Disputes, Some(&visitor), content))
}

/// All of them, after one.
fn address(after: Option<DisputeId>) -> String {
    let after = after.map(|id| id.to_string());
    format!("/disputes{}", query(&[("all", Some("true")), ("after", after.as_deref())]))
}

fn nothing(is_open: bool) -> Markup {
    html! {
        section.empty {
            @if is_open {
                h2 { "Nobody waits for an answer" }
                p { "A customer disputes an outcome in the portal, with a key that " code { "assay key create --customer" } " makes." }
            } @else {
                h2 { "No disputes" }
                p { "Nothing was ever disputed, or there are no more of them." }
            }
        }
    }
}

fn table(views: &[DisputeView], now: Timestamp) -> Markup {
    html! {
        table.list {
            caption { "Disputes, with what happens to each by itself and when" }
            thead {
                tr {
                    th scope="col" { "Dispute" }
                    th scope="col" { "Due" }
                    th scope="col" { "State" }
                    th scope="col" { "Customer" }
                    th scope="col" { "Outcome" }
                    th scope="col" { "What is wrong" }
                    th.number scope="col" { "Worth" }
                }
            }
            tbody { @for view in views { (row(view, now)) } }
        }
    }
}

fn row(view: &DisputeView, now: Timestamp) -> Markup {
    let is_late = view.state.is_open() && view.state.due_at().is_some_and(|at| at <= now);
    html! {
        tr {
            th scope="row" { a href={ "/disputes/" (view.id) } { (view.id) } div.quiet { "opened " (moment(view.opened_at)) } }
            td { (dispute::due(view.state)) @if is_late { " " strong { "overdue" } } }
            td { (badge(view.state)) }
            td { bdi { (view.customer) } }
            td { bdi { (view.subject) } " " (view.definition) }
            td { (dispute::category(view.category)) }
            td.number { @if let Some(amount) = view.amount { (amount) } @else { "–" } }
        }
    }
}
