//! Disputing an outcome.

use std::sync::Arc;

use assay_app::{Assay, DisputeRequest, InteractionView, OutcomeView};
use assay_domain::dispute::Category;
use axum::{
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    response::{IntoResponse as _, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::outcome::dispute_address;
use crate::{
    dispute::category,
    error::{Failure, InPortal},
    form::{self, Refusal, Sent, lines},
    layout::{self, There},
    session::CustomerVisitor,
    verdict,
};

/// What the address says.
#[derive(Debug, Deserialize)]
pub struct Asked {
    definition: Option<String>,
}

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
pub struct Claim {
    #[serde(default)]
    category: String,
    #[serde(default)]
    claim: String,
}

/// Which outcome is meant.
struct Subject {
    interaction: InteractionView,
    outcome: OutcomeView,
}

impl Subject {
    async fn find(assay: &Assay, visitor: &CustomerVisitor, name: &str, asked: Asked) -> Result<Self, InPortal> {
        let mut interaction = assay.own_interaction(&visitor.own, name).await?;
        let is_meant = |outcome: &OutcomeView| Some(&outcome.definition) == asked.definition.as_ref();
        let place = interaction.outcomes.iter().position(is_meant).ok_or(Failure::NotFound)?;
        let outcome = interaction.outcomes.swap_remove(place);
        Ok(Self { interaction, outcome })
    }

    /// What is disputed. Whoever says that the evidence is not true contests all of it.
    fn request(&self, claim: &Claim) -> Result<DisputeRequest, Refusal> {
        let category: Category = claim.category.parse().map_err(|_| Refusal::unread("category: choose what is wrong"))?;
        let contested = if category == Category::EvidenceWrong { self.outcome.outcome.evidence.as_slice() } else { &[] };
        Ok(DisputeRequest {
            interaction: self.interaction.id.to_string(),
            definition: self.outcome.definition.clone(),
            customer: None,
            category,
            claim: lines(&claim.claim),
            events: contested.iter().map(ToString::to_string).collect(),
        })
    }
}

/// The form.
pub async fn form(
    State(assay): State<Arc<Assay>>,
    visitor: CustomerVisitor,
    name: Result<Path<String>, PathRejection>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, InPortal> {
    let (Path(name), Query(asked)) = (name?, asked?);
    let subject = Subject::find(&assay, &visitor, &name, asked).await?;
    Ok(page(&visitor, &subject, &Claim::default(), None))
}

/// Opens the dispute and goes on to its page.
pub async fn open(
    State(assay): State<Arc<Assay>>,
    visitor: CustomerVisitor,
    name: Result<Path<String>, PathRejection>,
    asked: Result<Query<Asked>, QueryRejection>,
    claim: Result<Sent<Claim>, Failure>,
) -> Result<Response, InPortal> {
    let (Path(name), Query(asked), Sent(claim)) = (name?, asked?, claim?);
    let subject = Subject::find(&assay, &visitor, &name, asked).await?;
    let refusal = match subject.request(&claim) {
        Ok(request) => match assay.open_own_dispute(&visitor.own, &request).await {
            Ok(opened) => return Ok(Redirect::to(&format!("/portal/disputes/{}", opened.view.id)).into_response()),
            Err(error) => Refusal::of(error)?,
        },
        Err(refusal) => refusal,
    };
    Ok(page(&visitor, &subject, &claim, Some(refusal)))
}

fn page(visitor: &CustomerVisitor, Subject { interaction, outcome }: &Subject, claim: &Claim, refusal: Option<Refusal>) -> Response {
    let subject = &interaction.subject;
    let content = html! {
        p.trail { a href="/portal/outcomes" { "Outcomes" } " / " a href={ "/portal/outcomes/" (interaction.id) } { bdi { (subject) } } }
        h1 { "Dispute an outcome of " bdi { (subject) } }
        (form::alert(refusal.as_ref()))
        div.cards { (verdict::card(outcome, &html! {})) }
        form.stack method="post" action=(dispute_address(interaction.id, &outcome.definition))
            aria-describedby=[refusal.is_some().then_some("refused")] {
            (visitor.form.field())
            (fields(claim))
            p.quiet {
                "What it is worth is held until the vendor answers. Where it is not billed yet, the next invoice goes out without it; where it is, "
                "that invoice shows it as disputed. The judgement is executed again at once, and you see what that finds."
            }
            button.primary { "Dispute this outcome" }
        }
    };
    (form::status(refusal.as_ref()), layout::portal("Dispute an outcome", There::Outcomes, Some(visitor), content)).into_response()
}

fn fields(claim: &Claim) -> Markup {
    html! {
        label for="category" { "What is wrong" }
        select id="category" name="category" required {
            option value="" { "choose" }
            @for (known, name) in Category::ALL { option value=(name) selected[claim.category == name] { (category(known)) } }
        }
        label for="claim" { "In your words, for whoever decides" }
        textarea id="claim" name="claim" rows="6" maxlength="4096" required { (claim.claim) }
    }
}
