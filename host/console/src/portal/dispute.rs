//! One dispute: what was found, what was decided, and the appeal.

use std::sync::Arc;

use assay_app::{Assay, DisputeDetail};
use assay_domain::{dispute::DisputeState, id::DisputeId};
use axum::{
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse as _, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    dispute,
    error::{Failure, InPortal},
    form::{self, Refusal, Sent, lines},
    layout::{self, There},
    session::CustomerVisitor,
};

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
pub struct Appeal {
    #[serde(default)]
    reason: String,
}

/// The page.
pub async fn show(
    State(assay): State<Arc<Assay>>,
    visitor: CustomerVisitor,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, InPortal> {
    let Path(id) = id?;
    page(&assay, &visitor, parse(&id)?, &Appeal::default(), None).await
}

/// Appeals what was decided and goes back to the page.
pub async fn appeal(
    State(assay): State<Arc<Assay>>,
    visitor: CustomerVisitor,
    id: Result<Path<String>, PathRejection>,
    appeal: Result<Sent<Appeal>, Failure>,
) -> Result<Response, InPortal> {
    let (Path(id), Sent(appeal)) = (id?, appeal?);
    let id = parse(&id)?;
    match assay.appeal_own_dispute(&visitor.own, id, &lines(&appeal.reason)).await {
        Ok(_) => Ok(Redirect::to(&format!("/portal/disputes/{id}")).into_response()),
        Err(error) => page(&assay, &visitor, id, &appeal, Some(Refusal::of(error)?)).await,
    }
}

fn parse(id: &str) -> Result<DisputeId, Failure> {
    id.parse().map_err(|_| Failure::NotFound)
}

async fn page(
    assay: &Assay,
    visitor: &CustomerVisitor,
    id: DisputeId,
    appeal: &Appeal,
    refusal: Option<Refusal>,
) -> Result<Response, InPortal> {
    let detail = assay.own_dispute(&visitor.own, id).await?;
    let terms = assay.own_dispute_terms(&visitor.own, id).await?;
    let content = html! {
        p.trail { a href="/portal/disputes" { "Disputes" } }
        h1 { "Dispute " (id) }
        (form::alert(refusal.as_ref()))
        (dispute::facts(&detail, &terms, &outcome(&detail)))
        (decision(&detail, visitor, appeal, refusal.is_some()))
        (dispute::steps(&detail.steps))
    };
    let page = layout::portal(&format!("Dispute {id}"), There::Disputes, Some(visitor), content);
    Ok((form::status(refusal.as_ref()), page).into_response())
}

fn outcome(detail: &DisputeDetail) -> Markup {
    let view = &detail.view;
    html! {
        a href={ "/portal/outcomes/" (view.interaction) } { bdi { (view.subject) } }
        ", " (view.quantity) " under " (view.definition)
        @if let Some(invoice) = &view.invoice { ", billed on " (invoice) }
    }
}

/// The form that appeals, while that is possible.
fn decision(detail: &DisputeDetail, visitor: &CustomerVisitor, appeal: &Appeal, refused: bool) -> Markup {
    html! {
        @if matches!(detail.view.state, DisputeState::Decided { .. }) {
            section aria-labelledby="appeal" {
                h2 id="appeal" { "Appeal" }
                form.stack method="post" action={ "/portal/disputes/" (detail.view.id) "/appeal" }
                    aria-describedby=[refused.then_some("refused")] {
                    (visitor.form.field())
                    label for="reason" { "Why the decision is wrong" }
                    textarea id="reason" name="reason" rows="4" maxlength="4096" required { (appeal.reason) }
                    p.quiet { "You may appeal once. It is open again, and the answer to the appeal is final." }
                    button.primary { "Appeal" }
                }
            }
        }
    }
}
