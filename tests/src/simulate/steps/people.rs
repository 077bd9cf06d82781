//! What people say: which event was wrong, whose an interaction is, whose bill goes to whom.

use assay_domain::event::AHEAD_MAX;

use crate::simulate::world::{ORDINARY, World};

impl World {
    /// Puts a corrected event in the place of one that was told.
    pub(super) async fn supersede(&mut self) -> Result<bool, String> {
        let standing: Vec<usize> = (0..self.model.told.len()).filter(|index| !self.model.told[*index].is_superseded).collect();
        if standing.is_empty() {
            return Ok(false);
        }
        let wrong = *self.random.one_of(&standing);
        let event = self.model.told[wrong].event.clone();
        let replacement = self.draw_event_of(&event.subject);
        if replacement.occurred_at > self.now.plus(AHEAD_MAX) {
            return Ok(false);
        }
        let name = format!("{} {}", event.source, event.id);
        self.say(format!("    {name} by {} {} at {}", replacement.kind, replacement.id, replacement.occurred_at));
        self.must(ORDINARY, async |assay, caller| assay.supersede(caller, &name, replacement.clone(), "it was wrong").await).await?;
        self.model.supersede(wrong, replacement, name);
        Ok(true)
    }

    /// Says whose an interaction is.
    pub(super) async fn assign(&mut self) -> Result<bool, String> {
        let subjects: Vec<String> = self.model.subjects().into_iter().map(str::to_owned).collect();
        if subjects.is_empty() {
            return Ok(false);
        }
        let (subject, customer) = (self.random.one_of(&subjects).clone(), *self.random.one_of(&self.customers));
        self.say(format!("    {subject} to {customer}"));
        self.must(ORDINARY, async |assay, caller| assay.assign_interaction(caller, &subject, customer, "they asked").await).await?;
        self.model.assigned.insert(subject.clone(), customer.into());
        Ok(true)
    }

    /// Has a customer's bill go to another.
    pub(super) async fn merge(&mut self) -> Result<bool, String> {
        let (from, into) = (*self.random.one_of(&self.customers), *self.random.one_of(&self.customers));
        if self.has_open_run() || self.model.merged.contains_key(from) || self.model.payer(into) == from {
            return Ok(false);
        }
        self.say(format!("    {from} into {into}"));
        self.must(ORDINARY, async |assay, caller| assay.merge_customer(caller, from, into, "one house").await).await?;
        self.model.merged.insert(from.into(), into.into());
        self.merges.push((from.into(), into.into()));
        Ok(true)
    }
}
