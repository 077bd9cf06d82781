//! The first page's table: how many outcomes stand where, and why.

use assay_app::OutcomeReportRow;
use maud::{Markup, html};

use crate::{
    address::query,
    layout::scroll,
    words::{badge, faulted, grouped},
};

/// The table, or that there is nothing to count.
pub fn section(rows: &[OutcomeReportRow]) -> Markup {
    html! {
        section aria-labelledby="reasons" {
            h2 id="reasons" { "Where outcomes stand, and why" }
            @if rows.is_empty() {
                p.empty { "Nothing has been judged yet." }
            } @else {
                (scroll("Outcomes by definition, state and reason", &table(rows)))
            }
        }
    }
}

fn table(rows: &[OutcomeReportRow]) -> Markup {
    html! {
        table {
            caption { "Outcomes of all time by definition, state and reason" }
            thead {
                tr {
                    th scope="col" { "Definition" }
                    th scope="col" { "State" }
                    th scope="col" { "Reason" }
                    th.number scope="col" { "Outcomes" }
                    th.number scope="col" { "Units earned" }
                }
            }
            tbody { @for row in rows { (line(row)) } }
        }
    }
}

fn line(row: &OutcomeReportRow) -> Markup {
    html! {
        tr {
            th scope="row" { (row.definition) }
            td { (badge(row.state)) @if row.faulted { " " (faulted()) } }
            td { @if let Some(reason) = &row.reason { code { (reason) } } @else { "–" } }
            td.number { a href=(list(row)) { (grouped(row.count)) } }
            td.number { (row.quantity) }
        }
    }
}

/// The list of the interactions behind a line.
fn list(row: &OutcomeReportRow) -> String {
    let state = row.state.map(|state| state.to_string());
    let narrowed = query(&[
        ("definition", Some(row.definition.as_str())),
        ("state", state.as_deref()),
        ("reason", row.reason.as_deref()),
        ("faulted", row.faulted.then_some("true")),
    ]);
    format!("/interactions{narrowed}")
}
