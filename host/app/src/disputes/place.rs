//! Where an outcome is billed, whether a document has counted it, and what it is worth.

use assay_domain::{
    decimal::Quantity,
    dispute::DisputeTerms,
    id::DefinitionId,
    money::Amount,
    outcome::Usage,
    period::{BillingPeriod, Period},
    terms::Agreement,
    time::Timestamp,
};
use assay_rating::rate::worth;
use assay_store::{
    Connection,
    billing::{self, RunState},
    disputes::{self, Bill},
    usage::{self, OutcomeKey},
};

use crate::{
    error::{AppError, Result},
    rated::Rates,
};

/// The period of an agreement that an outcome is billed in.
pub(crate) struct Place {
    pub(crate) agreement: Agreement,
    pub(crate) period: Period,
    /// The month whose run bills the period first.
    pub(crate) month: BillingPeriod,
}

/// Whether an outcome is billed, and by which change of its usage: the last that had added it then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    /// No document has counted it, nor will one without looking again.
    Not,
    /// A run that is under way bills by what counted before.
    Soon(i64),
    /// By this document.
    By(Bill, i64),
}

impl Counted {
    pub(super) fn bill(self) -> Option<Bill> {
        match self {
            Self::By(bill, _) => Some(bill),
            Self::Not | Self::Soon(_) => None,
        }
    }

    pub(super) fn change(self) -> Option<i64> {
        match self {
            Self::By(_, change) | Self::Soon(change) => Some(change),
            Self::Not => None,
        }
    }
}

impl Place {
    /// Where usage is billed; `None` where no agreement covers its date.
    pub(crate) fn of(rates: &Rates, usage: &Usage) -> Option<Self> {
        let agreement = rates.of(usage.customer).find(|agreement| agreement.covers(usage.dated_at))?;
        let calendar = rates.calendar(agreement)?;
        let period = calendar.containing(usage.dated_at)?;
        Some(Self { month: calendar.month_billing(&period), agreement: agreement.clone(), period })
    }

    /// Whether an outcome that is dated in it is billed: by what documents that stand have counted of it, taken together.
    pub(super) async fn counted(&self, c: &mut impl Connection, of: OutcomeKey) -> Result<Counted> {
        let place = (self.agreement.id, self.period.name);
        if let Some(until) = disputes::counted_until(c, place, self.month).await?
            && let Some(change) = stands(c, of, until).await?
            && let Some(bill) = disputes::billed_by(c, place, self.month, change).await?
        {
            return Ok(Counted::By(bill, change));
        }
        match self.frozen(c).await? {
            Some(until) => Ok(stands(c, of, until).await?.map_or(Counted::Not, Counted::Soon)),
            None => Ok(Counted::Not),
        }
    }

    /// Up to which change of usage a run bills the period that is under way.
    async fn frozen(&self, c: &mut impl Connection) -> Result<Option<i64>> {
        let runs = billing::runs(c).await?;
        let was_billed = runs.iter().any(|run| run.period == self.month && run.state.is_finished());
        Ok(runs.iter().find_map(|run| match run.state {
            RunState::Issuing { usage_until } if run.period == self.month || was_billed => Some(usage_until),
            RunState::Issuing { .. } | RunState::Draining | RunState::Finished { .. } => None,
        }))
    }

    /// What its disputes keep to.
    pub(super) async fn terms(&self, c: &mut impl Connection) -> Result<DisputeTerms> {
        Ok(disputes::terms(c, self.agreement.id).await?.unwrap_or_default())
    }

    /// What one outcome is worth by the usage up to a number, with everything that is dated in the period; `None` where that cannot be said
    /// exactly.
    pub(super) async fn worth(
        &self,
        c: &mut impl Connection,
        rates: &Rates,
        (definition, usage): (DefinitionId, &Usage),
        (last, now): (i64, Timestamp),
    ) -> Result<Option<Amount>> {
        let rated = match rates.rated(c, &self.agreement, &self.period, last, self.period.end <= now).await {
            Err(AppError::Rating { .. }) => return Ok(None),
            rated => rated?,
        };
        Ok(worth(&rated.card, &rated.coverage, &rated.usage, &rates.outcome(definition, usage)).ok())
    }
}

/// The change that had added an outcome last by the changes up to a number, where it stands by these.
async fn stands(c: &mut impl Connection, of: OutcomeKey, last: i64) -> Result<Option<i64>> {
    let (quantity, change) = usage::of_outcome(c, of, last).await?;
    Ok((quantity > Quantity::ZERO).then_some(change))
}

/// What the disputes of an outcome keep to that no agreement covers, too.
pub(super) async fn terms(c: &mut impl Connection, place: Option<&Place>) -> Result<DisputeTerms> {
    match place {
        Some(place) => place.terms(c).await,
        None => Ok(DisputeTerms::default()),
    }
}
