//! Disputes told in words, to whoever decides them and to whoever has opened them.

use assay_app::{DisputeDetail, DisputeView, FindingView, StepView, VENDOR};
use assay_domain::{
    dispute::{Category, DisputeState, DisputeTerms, Finding},
    ruling::{DefaultRuling, Effect, Ruling},
};
use maud::{Markup, html};

use crate::{layout::scroll, words::moment};

/// Where a dispute stands: a colour, a mark and a word, each of which is enough.
pub fn badge(state: DisputeState) -> Markup {
    let (class, mark) = match state {
        DisputeState::Open { .. } | DisputeState::Appealed { .. } => ("odd", "!"),
        DisputeState::Decided { .. } => ("plain", "◐"),
        DisputeState::Final { .. } => ("plain", "●"),
    };
    html! { span class={ "badge " (class) } { span aria-hidden="true" { (mark) } " " (state.name()) } }
}

/// What is said to be wrong.
pub fn category(category: Category) -> &'static str {
    match category {
        Category::NotDelivered => "What is billed did not happen",
        Category::WrongCustomer => "It happened for somebody else",
        Category::Duplicate => "It is billed twice",
        Category::EvidenceWrong => "The evidence is not true",
        Category::DefinitionMisapplied => "The evidence is true, and the definition says otherwise",
        Category::Other => "Something else",
    }
}

/// How it was decided.
pub fn ruling(ruling: Ruling) -> String {
    match ruling {
        Ruling::Uphold => "Upheld: the customer is right, and the outcome is taken back.".to_owned(),
        Ruling::Reject => "Rejected: the outcome stands.".to_owned(),
        Ruling::Split(share) => format!("Split: the customer is right for a share of {share}, which is taken back."),
    }
}

/// Where it stands, and what time does to it.
pub fn standing(state: DisputeState, terms: &DisputeTerms) -> Markup {
    let default = match terms.default_ruling {
        DefaultRuling::Uphold => "the customer is taken to be right.",
        DefaultRuling::Reject => "the outcome stands.",
    };
    html! {
        @match state {
            DisputeState::Open { due_at } => { "Waits for the vendor's answer until " (moment(due_at)) ". Without one by then, " (default) }
            DisputeState::Appealed { due_at } => {
                "Appealed: waits for another answer until " (moment(due_at)) ", which is final. Without one by then, " (default)
            }
            DisputeState::Decided { ruling: decided, appeal_until } => {
                (ruling(decided)) " It may be appealed once, until " (moment(appeal_until)) "."
            }
            DisputeState::Final { ruling: decided } => { (ruling(decided)) " That is final." }
        }
    }
}

/// What becomes of the bill.
pub fn effect(view: &DisputeView) -> Markup {
    let invoice = view.invoice.as_deref();
    html! {
        @match (view.effect, invoice) {
            (Effect::Withheld, _) => "It is kept off the next invoice until this is decided.",
            (Effect::Stands, Some(invoice)) if view.state.is_open() => { (invoice) " has billed it, and shows it as disputed." }
            (Effect::Stands, Some(invoice)) => { "It stays billed, on " (invoice) "." }
            (Effect::Stands, None) if view.state.is_open() => "The billing run that is under way counts it.",
            (Effect::Stands, None) => "It comes with the next invoice.",
            (Effect::Split(share), Some(invoice)) => {
                "A share of " (share) " of what " (invoice) " billed comes back as a credit note with the next billing run."
            }
            (Effect::Split(share), None) => { "It comes with the next invoice, less a share of " (share) "." }
            (Effect::Reversed, Some(invoice)) => { "What " (invoice) " billed comes back as a credit note with the next billing run." }
            (Effect::Reversed, None) => "It is never billed.",
        }
    }
}

/// What is disputed, by whom, why, and what executing the judgement again has found.
pub fn facts(detail: &DisputeDetail, terms: &DisputeTerms, outcome: &Markup) -> Markup {
    let view = &detail.view;
    html! {
        dl.facts {
            div { dt { "State" } dd { (badge(view.state)) " " (standing(view.state, terms)) } }
            div { dt { "Outcome" } dd { (outcome) } }
            div { dt { "Judged" } dd { (view.definition) ", version " (view.version) ", as " code { (view.reason) } } }
            div { dt { "Worth" } dd { @if let Some(amount) = view.amount { (amount) } @else { "cannot be said exactly" } } }
            div { dt { "The bill" } dd { (effect(view)) } }
            div { dt { "Customer" } dd { bdi { (view.customer) } } }
            div { dt { "Opened" } dd { (moment(view.opened_at)) " by " bdi { (view.actor) } } }
        }
        section aria-labelledby="claim" {
            h2 id="claim" { (category(view.category)) }
            p.told { bdi { (view.claim) } }
            @if !view.events.is_empty() {
                p { "Contested events: " @for event in &view.events { code { (event) } " " } }
            }
        }
        (finding(detail.finding()))
    }
}

fn finding(found: Option<&FindingView>) -> Markup {
    html! {
        section aria-labelledby="finding" {
            h2 id="finding" { "Executed again" }
            @match found {
                None => p.empty { "The judgement waits to be executed again." },
                Some(FindingView { finding, detail, found_at }) => {
                    p.alert[*finding == Finding::Differs] {
                        (moment(*found_at)) ": " (finding.in_words()) "."
                        @if let Some(detail) = detail { " " code { bdi { (detail) } } }
                    }
                }
            }
        }
    }
}

/// Everything that became of it.
pub fn steps(steps: &[StepView]) -> Markup {
    let table = html! {
        table {
            caption { "Steps, in order" }
            thead {
                tr {
                    th scope="col" { "Time" }
                    th scope="col" { "State" }
                    th scope="col" { "Decision" }
                    th scope="col" { "Why" }
                    th scope="col" { "By" }
                }
            }
            tbody { @for step in steps { (row(step)) } }
        }
    };
    html! {
        section aria-labelledby="steps" {
            h2 id="steps" { "What became of it" }
            (scroll("Steps", &table))
        }
    }
}

fn row(step: &StepView) -> Markup {
    html! {
        tr {
            th scope="row" { (moment(step.at)) }
            td { (badge(step.state)) }
            td { @if let Some(decided) = step.state.ruling() { (ruling(decided)) } @else { span.quiet { "–" } } }
            td.told { bdi { (step.reason) } }
            td { @if step.by_default { "nobody had answered in time" } @else { bdi { (by(&step.actor)) } } }
        }
    }
}

fn by(actor: &str) -> &str {
    if actor == VENDOR { "the vendor" } else { actor }
}

/// When something happens to it by itself, in a table.
pub fn due(state: DisputeState) -> Markup {
    html! { @if let Some(at) = state.due_at() { (moment(at)) } @else { span.quiet { "–" } } }
}
