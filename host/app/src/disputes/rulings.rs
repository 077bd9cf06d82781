//! What people have ruled, for whoever judges: verdicts first, and what people say applies after them.

use std::collections::HashMap;

use assay_domain::{id::InteractionId, outcome::Usage, ruling::Effect};
use assay_store::{
    Connection,
    disputes::{self, RulingRow},
    outcomes::OutcomeRow,
};

use crate::{error::Result, judge::usages};

/// The rulings over the outcomes of some interactions.
#[derive(Debug, Default)]
pub(crate) struct Rulings(HashMap<InteractionId, Vec<RulingRow>>);

impl Rulings {
    pub(crate) async fn read(c: &mut impl Connection, interactions: &[InteractionId]) -> Result<Self> {
        let (first, last) = (interactions.iter().min(), interactions.iter().max());
        let Some((first, last)) = first.zip(last) else { return Ok(Self::default()) };
        let mut by_interaction: HashMap<InteractionId, Vec<RulingRow>> = HashMap::new();
        for row in disputes::rulings(c, (*first, *last)).await? {
            by_interaction.entry(row.interaction).or_default().push(row);
        }
        Ok(Self(by_interaction))
    }

    /// What an outcome adds to the bill.
    pub(crate) fn usages(&self, outcome: &OutcomeRow) -> Vec<Usage> {
        self.effect(outcome).apply(usages(outcome))
    }

    fn effect(&self, outcome: &OutcomeRow) -> Effect {
        let binds = |row: &&RulingRow| row.definition == outcome.definition && Some(row.customer) == outcome.customer;
        let mut mine = self.0.get(&outcome.interaction).into_iter().flatten();
        mine.find(binds).map_or(Effect::Stands, |row| row.effect)
    }
}
