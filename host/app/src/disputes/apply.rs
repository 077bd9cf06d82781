//! Writing down a step of a dispute, with all that follows from it: the change of usage, what is held, and that a judgement which is under
//! way is made again.

use assay_domain::{
    id::{CustomerId, DefinitionId, DisputeId, InteractionId},
    outcome::{Meter, Usage, usage_deltas},
    ruling::Effect,
    time::Timestamp,
};
use assay_store::{
    Connection, Tx,
    disputes::{self, NewStep},
    outcomes::{self, OutcomeRow},
    usage::{self, OutcomeKey, UsageRow},
};

use super::place::{Counted, Place};
use crate::{Assay, Caller, error::Result, judge::usages, ledger::Places, rated::Rates};

/// The outcome that a dispute is about, as its verdict has it now.
pub(super) struct Subject {
    pub(super) interaction: InteractionId,
    pub(super) definition: DefinitionId,
    pub(super) customer: CustomerId,
    /// What stands of it now, whoever is billed for it.
    pub(super) outcome: Option<OutcomeRow>,
}

impl Subject {
    pub(super) async fn read(c: &mut impl Connection, of: (InteractionId, DefinitionId, CustomerId)) -> Result<Self> {
        let (interaction, definition, customer) = of;
        let stands = outcomes::of(c, &[interaction]).await?;
        let outcome = stands.into_iter().find(|outcome| outcome.definition == definition);
        Ok(Self { interaction, definition, customer, outcome })
    }

    /// What the verdict earns of the customer: nothing when it is another's by now, or is earned no more.
    pub(super) fn usage(&self) -> Vec<Usage> {
        let mine = self.outcome.iter().filter(|outcome| outcome.customer == Some(self.customer));
        mine.flat_map(usages).filter(|usage| usage.meter == Meter::Outcome).collect()
    }

    /// Where that is billed.
    pub(super) fn places(&self, rates: &Rates) -> Places {
        let places = self.usage().into_iter().filter_map(|usage| Place::of(rates, &usage));
        places.map(|place| (place.agreement.id, place.period.name)).collect()
    }

    /// Whether it is billed.
    pub(super) async fn counted(&self, c: &mut impl Connection, rates: &Rates) -> Result<Counted> {
        let Some(usage) = self.usage().into_iter().next() else { return Ok(Counted::Not) };
        let Some(place) = Place::of(rates, &usage) else { return Ok(Counted::Not) };
        place.counted(c, self.key(&usage)).await
    }

    /// Where its usage is.
    pub(super) fn key(&self, usage: &Usage) -> OutcomeKey {
        let Self { interaction, definition, customer, .. } = *self;
        OutcomeKey { interaction, definition, customer, dated_at: usage.dated_at }
    }

    async fn change(&self, tx: &mut Tx, dispute: DisputeId, (from, to): (Effect, Effect), now: Timestamp) -> Result<()> {
        let deltas = usage_deltas(&from.apply(self.usage()), &to.apply(self.usage()));
        let Some(outcome) = self.outcome.as_ref().filter(|_| !deltas.is_empty()) else { return Ok(()) };
        let (definition, interaction, evaluation) = (self.definition, self.interaction, outcome.evaluation);
        let row = |usage| UsageRow { usage, definition, interaction, evaluation, dispute: Some(dispute) };
        let rows: Vec<UsageRow> = deltas.into_iter().map(row).collect();
        Ok(usage::insert(tx, &rows, now).await?)
    }
}

impl Assay {
    /// Writes down a step of a dispute that stood with an effect before it.
    pub(super) async fn step(
        &self,
        caller: &Caller,
        tx: &mut Tx,
        (subject, rates, before): (&Subject, &Rates, Effect),
        step: &NewStep,
        now: Timestamp,
    ) -> Result<()> {
        disputes::insert_step(tx, step, now).await?;
        subject.change(tx, step.dispute, (before, step.effect), now).await?;
        disputes::unsettle(tx, subject.interaction).await?;
        let mut places = subject.places(rates);
        places.extend(disputes::by_id(tx, step.dispute).await?.and_then(|row| row.dispute.place));
        self.refresh_holds_of(caller, tx, Some(&places), now).await
    }
}
