//! The first page: how the tenant's work goes.

use std::sync::Arc;

use assay_app::{Assay, DayView, DefinitionView, Overview, Page, SuspensionView, VersionView};
use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::HeaderMap,
};
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    address::query,
    chart,
    error::Failure,
    first_steps,
    layout::{self, Here},
    reasons,
    session::{self, Visitor},
    words::{date, grouped, moment, percent},
};

/// How many days the chart shows.
const DAYS: u16 = 60;

/// What the address says.
#[derive(Debug, Deserialize)]
pub struct Asked {
    definition: Option<String>,
}

/// The page.
pub async fn show(
    State(assay): State<Arc<Assay>>,
    visitor: Visitor,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Markup, Failure> {
    let Query(asked) = asked?;
    let chosen = asked.definition.as_deref().filter(|slug| !slug.is_empty());
    let overview = assay.overview(&visitor.caller, chosen, DAYS).await?;
    let definitions = assay.definitions_page(&visitor.caller, Page::ALL).await?;
    let content = html! {
        h1 { "Overview" }
        @if definitions.is_empty() { (first_steps::definition()) } @else { (chooser(&definitions, chosen)) }
        @if overview.report.events == 0 {
            (first_steps::event(&session::site(&headers), assay.now()))
        } @else {
            (suspended(&overview.suspended))
            (tiles(&overview, chosen))
            (per_day(&overview.days))
            (reasons::section(&overview.report.rows))
        }
    };
    Ok(layout::page("Overview", Here::Overview, Some(&visitor), content))
}

/// Versions that are not asked any more, before everything else.
fn suspended(versions: &[VersionView]) -> Markup {
    html! {
        @for version in versions {
            @if let Some(SuspensionView { since, faults, fault }) = &version.suspended {
                p.alert role="alert" {
                    strong { (version.definition) ", version " (version.number) ", is suspended" }
                    " since " (moment(*since)) ": its rule faulted " (faults) " times in a row, the last time with " code { bdi { (fault) } } ". "
                    "What stood goes on standing. Mend the rule and bring a new version into force, or let this one try again: "
                    code { "assay interaction retry --all" }
                }
            }
        }
    }
}

fn chooser(definitions: &[DefinitionView], chosen: Option<&str>) -> Markup {
    html! {
        nav.choices aria-label="Definition" {
            a href="/" aria-current=[chosen.is_none().then_some("true")] { "All definitions" }
            @for slug in definitions.iter().map(|definition| definition.slug.as_str()) {
                @let address = query(&[("definition", Some(slug))]);
                a href={ "/" (address) } aria-current=[(chosen == Some(slug)).then_some("true")] { (slug) }
            }
        }
    }
}

fn tiles(overview: &Overview, chosen: Option<&str>) -> Markup {
    let rate = overview.success_permille().map_or_else(|| "–".to_owned(), percent);
    let list = |name: &str, value: &str| Some(format!("/interactions{}", query(&[("definition", chosen), (name, Some(value))])));
    let unassigned = Some("/interactions?unassigned=true".to_owned());
    let report = &overview.report;
    html! {
        dl.tiles {
            (tile("success-rate", "Success rate", &rate, "of what is decided", None))
            (tile("succeeded", "Succeeded", &grouped(overview.succeeded), "final or provisional", None))
            (tile("failed", "Failed", &grouped(overview.failed), "not earned", list("state", "failed")))
            (tile("open", "Open", &grouped(overview.open), "undecided", list("state", "open")))
            (tile("quarantined", "Quarantined", &grouped(overview.quarantined), "kept from judgement by a fault", list("faulted", "true")))
            (tile("waiting", "Waiting", &grouped(report.waiting), "to be judged, under any definition", None))
            (tile("unassigned", "Unassigned", &grouped(report.unassigned), "belong to nobody, so nobody pays", unassigned))
        }
    }
}

fn tile(id: &str, label: &str, value: &str, note: &str, list: Option<String>) -> Markup {
    html! {
        div.tile id=(id) {
            dt { (label) }
            dd.value { @if let Some(list) = list { a href=(list) { (value) } } @else { (value) } }
            dd.note { (note) }
        }
    }
}

fn per_day(days: &[DayView]) -> Markup {
    let any = days.iter().any(|day| day.succeeded + day.failed + day.open > 0);
    html! {
        section aria-labelledby="per-day" {
            h2 id="per-day" { "Outcomes per day" }
            @if let (Some(first), Some(last)) = (days.first(), days.last()) {
                p.quiet { (date(first.day)) " to " (date(last.day)) }
            }
            @if any { (chart::figure(days)) } @else { p.empty { "No attempt opened in these days." } }
        }
    }
}
