//! Every dispute of the customer, the latest first.

use std::sync::Arc;

use assay_app::{Assay, DisputeQuery, DisputeView, Page};
use axum::extract::State;
use maud::{Markup, html};

use crate::{
    dispute::{self, badge},
    error::InPortal,
    layout::{self, There, scroll},
    session::CustomerVisitor,
    words::moment,
};

/// The page.
pub async fn list(State(assay): State<Arc<Assay>>, visitor: CustomerVisitor) -> Result<Markup, InPortal> {
    let mut disputes = assay.own_disputes(&visitor.own, &DisputeQuery::default(), Page::ALL).await?;
    disputes.reverse();
    let content = html! {
        h1 { "Disputes" }
        @if disputes.is_empty() {
            section.empty {
                h2 { "No disputes" }
                p {
                    "Where you think that an outcome should not be billed, dispute it on its page. "
                    a href="/portal/outcomes" { "The outcomes" } "."
                }
            }
        } @else {
            (scroll("Disputes", &table(&disputes)))
        }
    };
    Ok(layout::portal("Disputes", There::Disputes, Some(&visitor), content))
}

fn table(disputes: &[DisputeView]) -> Markup {
    html! {
        table.list {
            caption { "Your disputes, the latest first" }
            thead {
                tr {
                    th scope="col" { "Dispute" }
                    th scope="col" { "Opened" }
                    th scope="col" { "State" }
                    th scope="col" { "Due" }
                    th scope="col" { "Outcome" }
                    th scope="col" { "What is wrong" }
                    th.number scope="col" { "Worth" }
                }
            }
            tbody { @for view in disputes { (row(view)) } }
        }
    }
}

fn row(view: &DisputeView) -> Markup {
    html! {
        tr {
            th scope="row" { a href={ "/portal/disputes/" (view.id) } { (view.id) } }
            td { (moment(view.opened_at)) }
            td { (badge(view.state)) }
            td { (dispute::due(view.state)) }
            td { bdi { (view.subject) } " " (view.definition) }
            td { (dispute::category(view.category)) }
            td.number { @if let Some(amount) = view.amount { (amount) } @else { "–" } }
        }
    }
}
