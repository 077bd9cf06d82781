//! The first page: every document, the latest first, and what waits for the customer.

use std::sync::Arc;

use assay_app::{Assay, DisputeQuery, InvoiceRow, Page};
use assay_domain::{dispute::DisputeState, proposal::ProposalState};
use axum::extract::State;
use maud::{Markup, html};

use crate::{
    error::InPortal,
    layout::{self, There, scroll},
    session::CustomerVisitor,
    words::date,
};

/// The page.
pub async fn list(State(assay): State<Arc<Assay>>, visitor: CustomerVisitor) -> Result<Markup, InPortal> {
    let mut invoices = assay.own_invoices(&visitor.own, None, Page::ALL).await?;
    invoices.reverse();
    let waiting = waiting(&assay, &visitor).await?;
    let content = html! {
        h1 { "Invoices" }
        (waiting)
        @if invoices.is_empty() {
            section.empty {
                h2 { "No invoices yet" }
                p { "Nothing was billed to you. What is going to be, as it stands, is among " a href="/portal/outcomes" { "the outcomes" } "." }
            }
        } @else {
            (scroll("Invoices", &table(&invoices)))
        }
    };
    Ok(layout::portal("Invoices", There::Invoices, Some(&visitor), content))
}

/// What the customer may answer, before everything else.
async fn waiting(assay: &Assay, visitor: &CustomerVisitor) -> Result<Markup, InPortal> {
    let proposals = assay.own_proposals(&visitor.own, Page::ALL).await?;
    let proposed = proposals.iter().filter(|view| view.state == ProposalState::Open).count();
    let disputes = assay.own_disputes(&visitor.own, &DisputeQuery::default(), Page::ALL).await?;
    let decided = disputes.iter().filter(|view| matches!(view.state, DisputeState::Decided { .. })).count();
    Ok(html! {
        @if proposed > 0 { p.notice { "Proposals that wait for your answer: " a href="/portal/proposals" { (proposed) } "." } }
        @if decided > 0 { p.notice { "Decisions that you may appeal: " a href="/portal/disputes" { (decided) } "." } }
    })
}

fn table(invoices: &[InvoiceRow]) -> Markup {
    html! {
        table.list {
            caption { "Invoices and credit notes, the latest first" }
            thead {
                tr {
                    th scope="col" { "Number" }
                    th scope="col" { "Kind" }
                    th scope="col" { "Month" }
                    th scope="col" { "Issued" }
                    th scope="col" { "State" }
                    th.number scope="col" { "Total" }
                }
            }
            tbody { @for invoice in invoices { (row(invoice)) } }
        }
    }
}

fn row(invoice: &InvoiceRow) -> Markup {
    html! {
        tr {
            th scope="row" { a href={ "/portal/invoices/" (invoice.number) } { (invoice.number) } }
            td {
                @match &invoice.corrects {
                    Some(original) => { "credit note for " (original) }
                    None => "invoice",
                }
            }
            td { (invoice.period) }
            td { (date(invoice.issued_at)) }
            td { (invoice.state.name()) }
            td.number { (invoice.total) }
        }
    }
}
