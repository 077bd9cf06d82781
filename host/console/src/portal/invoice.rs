//! One document: what it comes to, its lines, and what stands behind each.

use std::sync::Arc;

use assay_app::{Assay, Basis, InvoiceView, LineView, export::Format};
use axum::extract::{Path, State, rejection::PathRejection};
use maud::{Markup, html};

use crate::{
    error::InPortal,
    layout::{self, There, scroll},
    session::CustomerVisitor,
    words::date,
};

/// The page.
pub async fn show(
    State(assay): State<Arc<Assay>>,
    visitor: CustomerVisitor,
    name: Result<Path<String>, PathRejection>,
) -> Result<Markup, InPortal> {
    let Path(name) = name?;
    let view = assay.own_invoice(&visitor.own, &name, None).await?;
    let number = &view.invoice.number;
    let content = html! {
        p.trail { a href="/portal" { "Invoices" } }
        h1 { (kind(&view)) " " (number) }
        (facts(&view))
        section aria-labelledby="lines" {
            h2 id="lines" { "Lines" }
            (scroll("Lines", &table(&view)))
        }
        (downloads(number))
    };
    Ok(layout::portal(number, There::Invoices, Some(&visitor), content))
}

/// What it is called.
pub fn kind(view: &InvoiceView) -> &'static str {
    if view.is_credit_note() { "Credit note" } else { "Invoice" }
}

fn facts(view: &InvoiceView) -> Markup {
    let invoice = &view.invoice;
    html! {
        dl.facts {
            div { dt { "From" } dd { bdi { (view.issuer) } } }
            div { dt { "Month" } dd { (invoice.period) } }
            div { dt { "Issued" } dd { (date(invoice.issued_at)) } }
            @if let Some(original) = &invoice.corrects { div { dt { "Corrects" } dd { (original) } } }
            div { dt { "State" } dd { (invoice.state.name()) @if let Some(note) = &view.note { ": " bdi { (note) } } } }
            div { dt { "Total" } dd { strong { (invoice.total) } } }
            @if view.prepaid.minor() != 0 { div { dt { "Prepaid" } dd { (view.prepaid) " of it" } } }
            div { dt { "Due" } dd { (view.due()) } }
            @if view.disputed.minor() != 0 {
                div { dt { "Disputed" } dd { (view.disputed) " of it waits for an answer to a dispute" } }
            }
        }
    }
}

fn table(view: &InvoiceView) -> Markup {
    html! {
        table {
            caption { "Lines, in order" }
            thead {
                tr {
                    th scope="col" { "#" }
                    th scope="col" { "What for" }
                    th.number scope="col" { "Quantity" }
                    th.number scope="col" { "Unit price" }
                    th.number scope="col" { "Amount" }
                    th scope="col" { "Disputes" }
                    th scope="col" { "Behind it" }
                }
            }
            tbody { @for line in &view.lines { (row(view, line)) } }
        }
    }
}

fn row(view: &InvoiceView, line: &LineView) -> Markup {
    let unit = line.basis.unit();
    html! {
        tr {
            td { (line.line.position) }
            th scope="row" {
                bdi { (line.line.label) }
                div.quiet {
                    (line.span)
                    @if let Some(original) = &line.original { ", billed on " (original) }
                    @if line.line.customer != view.invoice.customer { ", of " bdi { (line.customer) } }
                }
            }
            td.number { @if let Some(unit) = unit { (line.line.quantity) " " span.quiet { (unit) } } }
            td.number { @if unit.is_some() { (line.line.unit_price) } }
            td.number { (line.line.amount) }
            td {
                @for dispute in &line.disputes {
                    div { a href={ "/portal/disputes/" (dispute.id) } { (dispute.id) } " " (dispute.state) }
                }
            }
            td {
                @if matches!(line.basis, Basis::Usage { .. }) {
                    a href={ "/portal/invoices/" (view.invoice.number) "/lines/" (line.line.position) } {
                        "What stands behind line " (line.line.position)
                    }
                } @else {
                    span.quiet { "–" }
                }
            }
        }
    }
}

fn downloads(number: &str) -> Markup {
    let words = |format: Format| match format {
        Format::Html => "a page to print",
        Format::Csv => "a table (CSV)",
        Format::Focus => "cost rows (FOCUS)",
        Format::Json => "everything (JSON)",
    };
    html! {
        section aria-labelledby="downloads" {
            h2 id="downloads" { "Keep it" }
            ul.plain {
                @for (format, name) in Format::ALL {
                    li { a href={ "/portal/invoices/" (number) "/export?format=" (name) } download { "As " (words(format)) } }
                }
            }
            p.quiet {
                "Receipts are verified without us: by " code { "assay verify" } ", or by " a href="/verify" { "a page" } " that works from a file."
            }
        }
    }
}
