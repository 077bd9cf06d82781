//! Answering a proposal: with a signature, or with no.

use std::sync::Arc;

use assay_app::{AppError, ApprovalRequest, Assay, Signed};
use assay_domain::id::ProposalId;
use axum::{
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse as _, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::proposal::{page, parse};
use crate::{
    error::{Failure, InPortal},
    form::{FormToken, Refusal, Sent},
    session::CustomerVisitor,
};

/// What either form sends.
#[derive(Debug, Default, Deserialize)]
pub struct Given {
    #[serde(default)]
    key: String,
    #[serde(default)]
    signature: String,
    #[serde(default)]
    reason: String,
}

/// Approves with the signature that was pasted, and goes back to the page.
pub async fn approve(
    State(assay): State<Arc<Assay>>,
    visitor: CustomerVisitor,
    id: Result<Path<String>, PathRejection>,
    given: Result<Sent<Given>, Failure>,
) -> Result<Response, InPortal> {
    let (Path(id), Sent(given)) = (id?, given?);
    let id = parse(&id)?;
    let view = assay.own_proposal(&visitor.own, id).await?;
    let signed = Signed { key: given.key.trim().to_owned(), signature: given.signature.trim().to_owned() };
    let request = ApprovalRequest { customer: visitor.own.key().to_owned(), from: view.from, hash: Some(view.hash), signed: Some(signed) };
    let answered = assay.approve_own(&visitor.own, &view.definition, view.number, &request).await.map(drop);
    back(&assay, &visitor, id, &given, answered).await
}

/// Says no, and goes back to the page.
pub async fn reject(
    State(assay): State<Arc<Assay>>,
    visitor: CustomerVisitor,
    id: Result<Path<String>, PathRejection>,
    given: Result<Sent<Given>, Failure>,
) -> Result<Response, InPortal> {
    let (Path(id), Sent(given)) = (id?, given?);
    let id = parse(&id)?;
    let answered = assay.reject_own(&visitor.own, id, None, &given.reason).await.map(drop);
    back(&assay, &visitor, id, &given, answered).await
}

async fn back(
    assay: &Assay,
    visitor: &CustomerVisitor,
    id: ProposalId,
    given: &Given,
    answered: Result<(), AppError>,
) -> Result<Response, InPortal> {
    match answered {
        Ok(()) => Ok(Redirect::to(&format!("/portal/proposals/{id}")).into_response()),
        Err(error) => page(assay, visitor, id, given, Some(Refusal::of(error)?)).await,
    }
}

impl Given {
    /// Both forms, with what was typed before.
    pub(super) fn forms(&self, id: ProposalId, token: &FormToken) -> Markup {
        html! {
            section aria-labelledby="approve" {
                h2 id="approve" { "Approve" }
                ol {
                    li { a href={ "/portal/proposals/" (id) "/document" } download { "Download what is to be signed" } " to a machine of your own." }
                    li { "Look at it there: " code { "assay approve show " (id) ".json" } "." }
                    li { "Sign it with your key: " code { "assay approve sign " (id) ".json --key KEYFILE --to approval.json" } "." }
                    li { "Paste " code { "key" } " and " code { "signature" } " of that file here." }
                }
                form.stack method="post" action={ "/portal/proposals/" (id) "/approval" } {
                    (token.field())
                    label for="key" { "Public key, 64 hexadecimal digits" }
                    input id="key" name="key" required autocomplete="off" spellcheck="false" value=(self.key);
                    label for="signature" { "Signature, 128 hexadecimal digits" }
                    input id="signature" name="signature" required autocomplete="off" spellcheck="false"
                        value=(self.signature);
                    button.primary { "Approve" }
                }
            }
            section aria-labelledby="reject" {
                h2 id="reject" { "Reject" }
                form.stack method="post" action={ "/portal/proposals/" (id) "/rejection" } {
                    (token.field())
                    label for="reason" { "Why, for everybody who looks at it" }
                    input id="reason" name="reason" required maxlength="256" autocomplete="off" value=(self.reason);
                    button { "Reject" }
                }
            }
        }
    }
}
