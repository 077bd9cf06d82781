use std::sync::Arc;

use assay_app::{Assay, DisputeDetail};
use assay_domain::{dispute::DisputeTerms, id::DisputeId};
use axum::{
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse as _, Response},
};
use maud::{Markup, html};

use super::decide::Decision;
use crate::{
    dispute,
    error::Failure,
    form::{self, Refusal},
    layout::{self, Here},
    session::Visitor,
};

/// The page.
pub async fn show(State(assay): State<Arc<Assay>>, visitor: Visitor, id: Result<Path<String>, PathRejection>) -> Result<Response, Failure> {
    let Path(id) = id?;
    page(&assay, &visitor, parse(&id)?, &Decision::default(), None).await
}

/// The id that a path names.
pub(super) fn parse(id: &str) -> Result<DisputeId, Failure> {
    id.parse().map_err(|_| Failure::NotFound)
}

/// The page, with what was decided on it in vain and why.
pub(super) async fn page(
    assay: &Assay,
    visitor: &Visitor,
    id: DisputeId,
    decision: &Decision,
    refusal: Option<Refusal>,
) -> Result<Response, Failure> {
    let detail = assay.dispute(&visitor.caller, id).await?;
    let terms = match detail.view.place {
        Some((agreement, _)) => assay.dispute_terms(&visitor.caller, agreement).await?.terms,
        None => DisputeTerms::default(),
    };
    let content = html! {
        p.trail { a href="/disputes" { "Disputes" } }
        h1 { "Dispute " (detail.view.id) }
        (form::alert(refusal.as_ref()))
        (dispute::facts(&detail, &terms, &outcome(&detail)))
        (answer(&detail, visitor, decision, refusal.is_some()))
        (dispute::steps(&detail.steps))
    };
    let title = format!("Dispute {id}");
    Ok((form::status(refusal.as_ref()), layout::page(&title, Here::Disputes, Some(visitor), content)).into_response())
}

fn outcome(detail: &DisputeDetail) -> Markup {
    let view = &detail.view;
    html! {
        a href={ "/interactions/" (view.interaction) } { bdi { (view.subject) } }
        ", " (view.quantity) " under " (view.definition)
    }
}

/// The form that decides, for who may while it waits for an answer.
fn answer(detail: &DisputeDetail, visitor: &Visitor, decision: &Decision, refused: bool) -> Markup {
    html! {
        @if detail.view.state.is_open() {
            section aria-labelledby="answer" {
                h2 id="answer" { "Your answer" }
                @if visitor.may_decide {
                    form.stack method="post" action={ "/disputes/" (detail.view.id) "/decision" }
                        aria-describedby=[refused.then_some("refused")] {
                        (visitor.form.field())
                        (decision.fields())
                        p.quiet {
                            "The decision binds the outcome, whatever facts come later. The customer sees it with your reason, and may appeal once."
                        }
                        button.primary { "Decide" }
                    }
                } @else {
                    p.empty { "It is decided with a key of the role billing or admin." }
                }
            }
        }
    }
}
