//! Disputes of outcomes that a customer is billed for.

use assay_domain::{dispute::DisputeTerms, id::DisputeId};
use assay_store::Page;

use super::{Actors, Billed, CustomerCaller, or_nothing};
use crate::{
    Assay, DisputeDetail, DisputeQuery, DisputeRequest, DisputeView, InteractionView,
    customers::unknown_customer,
    error::{AppError, Result},
};

impl Assay {
    /// Some disputes of outcomes that a customer is billed for, oldest first: of its own and of those of everybody whose bill goes to it, or
    /// of the one whom the query names.
    pub async fn own_disputes(&self, own: &CustomerCaller, query: &DisputeQuery, page: Page) -> Result<Vec<DisputeView>> {
        let (whose, actors) = {
            let mut reader = self.store.read(own.caller.tenant).await?;
            let billed = Billed::read(&mut reader, own).await?;
            (billed.named(query.customer.as_deref())?, Actors::read(&mut reader, &billed).await?)
        };
        let mut found = Vec::new();
        for key in whose {
            let query = DisputeQuery { customer: Some(key), ..query.clone() };
            found.extend(or_nothing(self.disputes(&own.caller, &query, page).await)?);
        }
        found.sort_by_key(|view| view.id);
        found.truncate(page.limit as usize);
        found.iter_mut().for_each(|view| actors.tell(&mut view.actor));
        Ok(found)
    }

    /// One dispute of an outcome that a customer is billed for, with everything that became of it.
    pub async fn own_dispute(&self, own: &CustomerCaller, id: DisputeId) -> Result<DisputeDetail> {
        let detail = self.dispute(&own.caller, id).await?;
        let mut reader = self.store.read(own.caller.tenant).await?;
        let billed = Billed::read(&mut reader, own).await?;
        if !billed.has_key(&detail.view.customer) {
            return Err(AppError::not_found("dispute", id.to_string(), "the list of disputes shows them"));
        }
        Ok(told(detail, &Actors::read(&mut reader, &billed).await?))
    }

    /// What a dispute of a customer keeps to.
    pub async fn own_dispute_terms(&self, own: &CustomerCaller, id: DisputeId) -> Result<DisputeTerms> {
        match self.own_dispute(own, id).await?.view.place {
            Some((agreement, _)) => Ok(self.dispute_terms(&own.caller, agreement).await?.terms),
            None => Ok(DisputeTerms::default()),
        }
    }

    /// Disputes an outcome that a customer is billed for.
    pub async fn open_own_dispute(&self, own: &CustomerCaller, request: &DisputeRequest) -> Result<DisputeDetail> {
        let interaction = self.own_interaction(own, &request.interaction).await?;
        let customer = whose(&interaction, request)?;
        if let Some(name) = &request.customer {
            let id = self.customer(&own.caller, &customer).await?.id;
            if *name != customer && *name != id.to_string() {
                return Err(unknown_customer(name));
            }
        }
        let request = DisputeRequest { interaction: interaction.id.to_string(), customer: Some(customer), ..request.clone() };
        let opened = self.open_dispute(&own.caller, &request).await?;
        self.own_dispute(own, opened.view.id).await
    }

    /// Appeals what was decided about an outcome that a customer is billed for, once and in time.
    pub async fn appeal_own_dispute(&self, own: &CustomerCaller, id: DisputeId, reason: &str) -> Result<DisputeDetail> {
        self.own_dispute(own, id).await?;
        self.appeal_dispute(&own.caller, id, reason).await?;
        self.own_dispute(own, id).await
    }
}

/// Whose the outcome is that is meant; what is judged for nobody is not there.
fn whose(interaction: &InteractionView, request: &DisputeRequest) -> Result<String> {
    let DisputeRequest { interaction: name, definition, .. } = request;
    let is_judged = interaction.outcomes.iter().any(|outcome| outcome.definition == *definition);
    let customer = interaction.customer.clone().filter(|_| is_judged);
    customer.ok_or_else(|| AppError::not_found("outcome", format!("{name} under {definition}"), "the interaction shows its outcomes"))
}

/// A dispute without what is the vendor's own: who of its people said something, and what its next versions are tried with.
fn told(mut detail: DisputeDetail, actors: &Actors) -> DisputeDetail {
    actors.tell(&mut detail.view.actor);
    detail.steps.iter_mut().for_each(|step| actors.tell(&mut step.actor));
    DisputeDetail { fixture: None, ..detail }
}
