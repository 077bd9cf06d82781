//! Interactions that a customer is billed for: what stands, why, and the evidence.

use assay_store::{Page, attestations::Voucher};

use super::{Actors, Billed, CustomerCaller, or_nothing};
use crate::{
    Assay, EventView, InteractionEntry, InteractionQuery, InteractionView,
    error::{AppError, Result},
};

impl Assay {
    /// Some interactions that a customer is billed for, in order of their arrival: its own and those of everybody whose bill goes to it,
    /// or of the one whom the query names.
    pub async fn own_interactions(&self, own: &CustomerCaller, query: &InteractionQuery, page: Page) -> Result<Vec<InteractionEntry>> {
        let whose = Billed::read(&mut self.store.read(own.caller.tenant).await?, own).await?.named(query.customer.as_deref())?;
        let mut found = Vec::new();
        for key in whose {
            let query = InteractionQuery { customer: Some(key), ..query.clone() };
            found.extend(or_nothing(self.interactions(&own.caller, &query, page).await)?);
        }
        found.sort_by_key(|entry| entry.id);
        found.truncate(page.limit as usize);
        Ok(found)
    }

    /// One interaction that a customer is billed for, by subject or id, with its timeline and its verdicts.
    pub async fn own_interaction(&self, own: &CustomerCaller, name: &str) -> Result<InteractionView> {
        let mut view = self.interaction(&own.caller, name).await?;
        let mut reader = self.store.read(own.caller.tenant).await?;
        let billed = Billed::read(&mut reader, own).await?;
        if !view.customer.as_deref().is_some_and(|key| billed.has_key(key)) {
            return Err(AppError::not_found("interaction", name, "name it by its id or by the subject of its events"));
        }
        view.outcomes.retain(|outcome| outcome.outcome.customer.is_none_or(|customer| billed.has(customer)));
        let judged: Vec<String> = view.outcomes.iter().map(|outcome| outcome.definition.clone()).collect();
        let actors = Actors::read(&mut reader, &billed).await?;
        view.events.iter_mut().for_each(|event| tell(event, &judged, &billed, &actors));
        Ok(view)
    }
}

/// Leaves out what is about others: definitions that judged for them, and keys with which they vouched.
fn tell(event: &mut EventView, judged: &[String], billed: &Billed, actors: &Actors) {
    event.evidence_for.retain(|definition| judged.contains(definition));
    event.attested.retain(|row| match &row.by {
        Voucher::Key { customer: Some(customer), .. } => billed.has_key(customer),
        Voucher::Key { customer: None, .. } | Voucher::Webhook { .. } => true,
    });
    if let Some(superseded) = &mut event.superseded {
        actors.tell(&mut superseded.actor);
    }
}
