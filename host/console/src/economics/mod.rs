//! What outcomes cost and bring: the picture of the months, and the numbers behind it.

mod months;
mod tables;

use std::sync::Arc;

use assay_app::{Assay, Economics, EconomicsQuery};
use assay_domain::{
    period::BillingPeriod,
    time::{Duration, Timestamp},
};
use axum::extract::{Query, State, rejection::QueryRejection};
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    error::Failure,
    layout::{self, Here, scroll},
    session::Visitor,
};

/// Months that are shown unless asked otherwise, the last one included.
const MONTHS: usize = 6;

/// What the address says.
#[derive(Debug, Deserialize)]
pub struct Asked {
    from: Option<String>,
    through: Option<String>,
}

/// The months that are asked for; without any, the last six that anything opened in.
pub async fn show(
    State(assay): State<Arc<Assay>>,
    visitor: Visitor,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Markup, Failure> {
    let Query(asked) = asked?;
    let overview = assay.overview(&visitor.caller, None, 1).await?;
    let latest = overview.days.last().map_or(assay.now(), |day| day.day);
    let query = asked.query(latest)?;
    let report = assay.economics(&visitor.caller, &query).await?;
    let answers = assay.readiness(&visitor.caller, &query).await?;
    let content = html! {
        h1 { "Economics" }
        (asked_again(&query))
        @if report.rows.is_empty() { (nothing()) } @else { (told(&report)) }
        @if !answers.is_empty() && !report.rows.is_empty() {
            h2 { "Ready to be priced by outcomes?" }
            (scroll("Readiness", &tables::readiness(&answers)))
        }
    };
    Ok(layout::page("Economics", Here::Economics, Some(&visitor), content))
}

impl Asked {
    fn query(&self, latest: Timestamp) -> Result<EconomicsQuery, Failure> {
        let given = |text: &Option<String>| {
            let text = text.as_deref().filter(|text| !text.is_empty());
            text.map(str::parse::<BillingPeriod>).transpose().map_err(|_| Failure::Malformed)
        };
        let through = given(&self.through)?.unwrap_or_else(|| BillingPeriod::containing(latest));
        let before = |month: BillingPeriod| BillingPeriod::containing(month.start().plus(Duration::seconds(1).negated()));
        let from = given(&self.from)?.unwrap_or_else(|| (1..MONTHS).fold(through, |month, _| before(month)));
        Ok(EconomicsQuery { from, through, definition: None, customer: None })
    }
}

fn asked_again(query: &EconomicsQuery) -> Markup {
    html! {
        form.filter method="get" action="/economics" {
            label { span { "First month" } input name="from" type="month" value=(query.from) required; }
            label { span { "Last month" } input name="through" type="month" value=(query.through) required; }
            button { "Show" }
        }
    }
}

fn nothing() -> Markup {
    html! {
        section.empty {
            h2 { "Nothing opened in these months" }
            p { "Costs are told by events of the type " code { "cost.incurred" } " with an " code { "amount" } " and a " code { "currency" }
                ", about the interaction that they belong to." }
        }
    }
}

fn told(report: &Economics) -> Markup {
    html! {
        (months::figure(&report.by_month()))
        h2 { "By definition" }
        (scroll("Costs and revenue by definition", &tables::definitions(&report.by_definition())))
        h2 { "By customer and month" }
        (scroll("Costs and revenue by customer and month", &tables::all(&report.rows)))
        @if !report.models.is_empty() {
            h2 { "By model" }
            (scroll("Costs by model", &tables::models(&report.models)))
        }
        (tables::notes(report))
    }
}
