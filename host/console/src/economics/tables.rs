//! The numbers: by definition, by customer and month, by model; and what the four questions are answered with.

use assay_app::{Economics, EconomicsRow, Interval, ModelCosts, Money, Question, Readiness};
use maud::{Markup, html};

use crate::words::grouped;

fn share(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

fn between(interval: Option<Interval>) -> String {
    interval.map_or_else(|| "–".to_owned(), |Interval { low, high }| format!("{:.1}–{:.1} %", low * 100.0, high * 100.0))
}

fn money(money: Option<Money>) -> String {
    money.map_or_else(|| "–".to_owned(), |money| money.to_string())
}

fn count(count: u64) -> String {
    grouped(i64::try_from(count).unwrap_or(i64::MAX))
}

/// One row for each definition.
pub(super) fn definitions(rows: &[EconomicsRow]) -> Markup {
    html! {
        table.list {
            caption { "By definition, with intervals of 95 %" }
            thead { tr { th scope="col" { "Definition" } (heads()) } }
            tbody { @for row in rows { tr { th scope="row" { (row.definition) } (cells(row)) } } }
        }
    }
}

/// Every row.
pub(super) fn all(rows: &[EconomicsRow]) -> Markup {
    html! {
        table.list {
            caption { "By the month that interactions opened in" }
            thead { tr { th scope="col" { "Month" } th scope="col" { "Customer" } th scope="col" { "Definition" } (heads()) } }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { (row.month) }
                        td { @if let Some(customer) = &row.customer { bdi { (customer) } } @else { span.quiet { "nobody yet" } } }
                        td { (row.definition) }
                        (cells(row))
                    }
                }
            }
        }
    }
}

fn heads() -> Markup {
    html! {
        @for head in ["Attempts", "Successes", "Rate", "Cost", "Per attempt", "Per success", "Revenue", "Margin", "Break-even", "Taken back", "Disputed"] {
            th.number scope="col" { (head) }
        }
    }
}

fn cells(row: &EconomicsRow) -> Markup {
    let rate = format!("{} ({})", share(row.rate()), between(row.interval));
    let told = [
        count(row.attempts),
        count(row.successes),
        rate,
        row.cost.to_string(),
        money(row.cost_per_attempt()),
        money(row.cost_per_success()),
        row.revenue.to_string(),
        row.margin().to_string(),
        share(row.break_even()),
        count(row.reversals),
        count(row.disputes),
    ];
    html! { @for cell in told { td.number { (cell) } } }
}

/// What each model cost.
pub(super) fn models(models: &[ModelCosts]) -> Markup {
    html! {
        table.list {
            caption { "What the models cost that did the work" }
            thead {
                tr {
                    th scope="col" { "Model" }
                    @for head in ["Cost", "Tokens read", "Tokens written"] { th.number scope="col" { (head) } }
                }
            }
            tbody {
                @for model in models {
                    tr {
                        th scope="row" { bdi { @if model.model.is_empty() { "not told" } @else { (model.model) } } }
                        td.number { (model.cost) }
                        td.number { (count(model.input_tokens)) }
                        td.number { (count(model.output_tokens)) }
                    }
                }
            }
        }
    }
}

/// The four questions of each definition.
pub(super) fn readiness(answers: &[Readiness]) -> Markup {
    html! {
        table.list {
            caption { "Yes or no when all of the interval is on one side of the bar" }
            thead {
                tr {
                    @for head in ["Definition", "Question", "Answer"] { th scope="col" { (head) } }
                    @for head in ["Found", "Share", "Bar"] { th.number scope="col" { (head) } }
                }
            }
            tbody {
                @for found in answers {
                    tr {
                        th scope="row" { (found.definition) }
                        td { (asked(found.question)) }
                        td { strong { (found.answer.name()) } }
                        td.number { (count(found.part)) " of " (count(found.whole)) }
                        td.number { (between(found.interval)) }
                        td.number { (share(found.bar)) }
                    }
                }
            }
        }
    }
}

fn asked(question: Question) -> &'static str {
    match question {
        Question::Binary => "Does the rule decide?",
        Question::Rate => "Is the success rate above break-even?",
        Question::Credit => "Is a success one participant's?",
        Question::Trust => "Is little disputed and taken back?",
    }
}

/// What is beside the rows.
pub(super) fn notes(report: &Economics) -> Markup {
    let list = |all: &[Money]| all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    html! {
        @if !report.cost.is_empty() { p { "All interactions of these months together cost " (list(&report.cost)) ", whatever judged them." } }
        @if !report.other_revenue.is_empty() { p { "Fees and charges of no definition bring " (list(&report.other_revenue)) "." } }
        @if report.unreadable > 0 {
            p { strong { (count(report.unreadable)) " events tell a cost that cannot be read." } " They count for nothing; supersede them." }
            ul { @for example in &report.examples { li { code { (example.event) } ": " bdi { (example.problem) } } } }
        }
        @for problem in &report.unrated { p { "Not priced: " (problem) } }
    }
}
