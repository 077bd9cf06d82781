//! What the vendor proposes to the customer, the latest first.

use std::sync::Arc;

use assay_app::{Assay, Page, ProposalView};
use assay_domain::proposal::ProposalState;
use axum::extract::State;
use maud::{Markup, html};

use crate::{
    error::InPortal,
    layout::{self, There, scroll},
    session::CustomerVisitor,
    words::moment,
};

/// The page.
pub async fn list(State(assay): State<Arc<Assay>>, visitor: CustomerVisitor) -> Result<Markup, InPortal> {
    let mut proposals = assay.own_proposals(&visitor.own, Page::ALL).await?;
    proposals.reverse();
    let content = html! {
        h1 { "Proposals" }
        @if proposals.is_empty() {
            section.empty {
                h2 { "No proposals" }
                p { "When your vendor wants to change what counts as an outcome for you, it is proposed here. It holds once you have signed it." }
            }
        } @else {
            (scroll("Proposals", &table(&proposals)))
        }
    };
    Ok(layout::portal("Proposals", There::Proposals, Some(&visitor), content))
}

fn table(proposals: &[ProposalView]) -> Markup {
    html! {
        table.list {
            caption { "Versions that were proposed to you, the latest first" }
            thead {
                tr {
                    th scope="col" { "Proposal" }
                    th scope="col" { "Version" }
                    th scope="col" { "For what opens from" }
                    th scope="col" { "State" }
                }
            }
            tbody { @for view in proposals { (row(view)) } }
        }
    }
}

fn row(view: &ProposalView) -> Markup {
    html! {
        tr {
            th scope="row" { a href={ "/portal/proposals/" (view.id) } { (view.id) } div.quiet { "made " (moment(view.at)) } }
            td { (view.definition) ", version " (view.number) }
            td { (moment(view.from)) }
            td { (badge(view.state)) }
        }
    }
}

/// Where a proposal stands with the customer: a colour, a mark and a word, each of which is enough.
pub fn badge(state: ProposalState) -> Markup {
    let (class, mark, words) = match state {
        ProposalState::Open => ("odd", "!", "waits for your answer"),
        ProposalState::Approved => ("good", "●", "approved"),
        ProposalState::Rejected => ("bad", "✕", "rejected"),
        ProposalState::Withdrawn => ("plain", "–", "withdrawn"),
        ProposalState::Lapsed => ("plain", "○", "lapsed"),
    };
    html! { span class={ "badge " (class) } { span aria-hidden="true" { (mark) } " " (words) } }
}
