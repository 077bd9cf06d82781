//! One proposal: what it would change, what it would have changed, and the customer's answer.

use std::sync::Arc;

use assay_app::{Assay, BillChange, ProposalBacktest, ProposalView, VerdictDifference};
use assay_domain::{
    difference::Difference,
    id::ProposalId,
    proposal::{ProposalDocument, ProposalState},
};
use axum::{
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse as _, Response},
};
use maud::{Markup, html};

use super::{answer::Given, proposals::badge};
use crate::{
    error::{Failure, InPortal},
    form::{self, Refusal},
    layout::{self, There, scroll},
    session::CustomerVisitor,
    words::moment,
};

/// The page.
pub async fn show(
    State(assay): State<Arc<Assay>>,
    visitor: CustomerVisitor,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, InPortal> {
    let Path(id) = id?;
    page(&assay, &visitor, parse(&id)?, &Given::default(), None).await
}

/// The id that a path names.
pub(super) fn parse(id: &str) -> Result<ProposalId, Failure> {
    id.parse().map_err(|_| Failure::NotFound)
}

/// The page, with what was given on it in vain and why.
pub(super) async fn page(
    assay: &Assay,
    visitor: &CustomerVisitor,
    id: ProposalId,
    given: &Given,
    refusal: Option<Refusal>,
) -> Result<Response, InPortal> {
    let view = assay.own_proposal(&visitor.own, id).await?;
    let document = assay.own_proposal_document(&visitor.own, id, None).await?;
    let backtest = assay.own_proposal_backtest(&visitor.own, id).await?;
    let content = html! {
        p.trail { a href="/portal/proposals" { "Proposals" } }
        h1 { (view.definition) ", version " (view.number) }
        (form::alert(refusal.as_ref()))
        (facts(&view, &document))
        (changes(&document.differences()))
        (effect(backtest.as_ref()))
        @if view.state == ProposalState::Open { (given.forms(id, &visitor.form)) }
    };
    let page = layout::portal(&format!("Proposal {id}"), There::Proposals, Some(visitor), content);
    Ok((form::status(refusal.as_ref()), page).into_response())
}

fn facts(view: &ProposalView, document: &ProposalDocument) -> Markup {
    html! {
        dl.facts {
            div { dt { "State" } dd { (badge(view.state)) @if view.state == ProposalState::Open { " until " (moment(view.from)) } } }
            div { dt { "Holds" } dd { "for what opens from " (moment(view.from)) " on" } }
            div { dt { "Hash" } dd { code { (view.hash) } } }
            div {
                dt { "In place of" }
                dd {
                    @match &document.in_force {
                        Some(before) => { "version " (before.number) ", " code { (before.hash) } }
                        None => "nothing: no version is in force for you yet",
                    }
                }
            }
            @for answer in &view.answers {
                div {
                    dt { "Answered" }
                    dd {
                        (answer.answer.name()) ", " (moment(answer.said.at))
                        @if let Some(reason) = &answer.said.reason { ": " bdi { (reason) } }
                    }
                }
            }
            @if let Some(said) = &view.withdrawn {
                div { dt { "Withdrawn" } dd { (moment(said.at)) @if let Some(reason) = &said.reason { ": " bdi { (reason) } } } }
            }
        }
    }
}

fn changes(differences: &[Difference]) -> Markup {
    let table = html! {
        table {
            caption { "What the version changes, by part" }
            thead {
                tr {
                    th scope="col" { "Part" }
                    th scope="col" { "Which" }
                    th scope="col" { "Now" }
                    th scope="col" { "Proposed" }
                }
            }
            tbody { @for difference in differences { (changed(difference)) } }
        }
    };
    html! {
        section aria-labelledby="changes" {
            h2 id="changes" { "What would change" }
            @if differences.is_empty() {
                p.empty { "Nothing: it fixes what is in force already." }
            } @else {
                (scroll("What would change", &table))
            }
        }
    }
}

fn changed(difference: &Difference) -> Markup {
    let words = |words: &Option<String>| html! { @if let Some(words) = words { bdi { (words) } } @else { span.quiet { "–" } } };
    html! {
        tr {
            td { (difference.part.name()) }
            th scope="row" { bdi { (difference.name) } }
            td { (words(&difference.before)) }
            td { (words(&difference.after)) }
        }
    }
}

/// What it would have done to what is recorded of the customer.
fn effect(backtest: Option<&ProposalBacktest>) -> Markup {
    html! {
        section aria-labelledby="effect" {
            h2 id="effect" { "What it would have changed" }
            @match backtest {
                None => p.empty { "Your vendor has not back-tested it on what is recorded." },
                Some(found) => (measured(found)),
            }
        }
    }
}

fn measured(found: &ProposalBacktest) -> Markup {
    let counts = found.counts;
    html! {
        p {
            "By the back-test " (found.id) ", asked as of " (moment(found.as_of)) ", of the version in force for everybody. "
            "Of your interactions it decides otherwise: " (counts.earned) " that would be earned, " (counts.lost) " that would be no more, "
            (counts.moved) " at another time or of another worth, " (counts.changed) " for another reason alone."
            @match found.passed {
                Some(true) => " It kept the vendor's thresholds.",
                Some(false) => " It did not keep the vendor's thresholds.",
                None => "",
            }
        }
        @if found.bills.is_empty() {
            p.quiet { "None of your bills would be another." }
        } @else {
            (scroll("Your bills", &bills(&found.bills)))
        }
        @if !found.differences.is_empty() { (scroll("Your interactions", &interactions(&found.differences))) }
    }
}

fn bills(bills: &[BillChange]) -> Markup {
    html! {
        table {
            caption { "Your bills that would be others" }
            thead {
                tr {
                    th scope="col" { "Period" }
                    th.number scope="col" { "As it is" }
                    th.number scope="col" { "As proposed" }
                    th.number scope="col" { "Change" }
                }
            }
            tbody {
                @for bill in bills {
                    tr {
                        th scope="row" { (bill.period) }
                        td.number { (bill.in_force) }
                        td.number { (bill.candidate) }
                        td.number { (bill.change()) }
                    }
                }
            }
        }
    }
}

fn interactions(differences: &[VerdictDifference]) -> Markup {
    html! {
        table {
            caption { "The first of your interactions that it decides otherwise" }
            thead {
                tr {
                    th scope="col" { "Interaction" }
                    th scope="col" { "As it is" }
                    th scope="col" { "As proposed" }
                }
            }
            tbody {
                @for difference in differences {
                    tr {
                        th scope="row" { a href={ "/portal/outcomes/" (difference.interaction) } { bdi { (difference.subject) } } }
                        td { (difference.in_force) }
                        td { (difference.candidate) }
                    }
                }
            }
        }
    }
}
