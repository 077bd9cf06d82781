//! The interactions behind a line: whose changes of usage its charge bills.

use assay_domain::{decimal::Quantity, outcome::Meter, time::Timestamp};
use assay_rating::card::MeterRef;
use assay_store::{
    Connection,
    billing::LineRow,
    definitions,
    disputes::{self, OnLine},
    metered,
    usage::{self, UsageFilter},
};

use super::explain::Explainer;
use crate::{error::Result, rated::Rates};

/// Subject, quantity and date.
type Behind = Vec<(String, Quantity, Timestamp)>;

impl Explainer {
    /// The interactions whose changes of usage a line's charge bills, those of all its tiers; none for what counts no usage.
    pub(super) async fn behind(&self, c: &mut impl Connection, line: &LineRow) -> Result<Behind> {
        let Some((meter, filter)) = self.changes(line)? else {
            return Ok(Vec::new());
        };
        match meter {
            MeterRef::Outcomes { definition, class, .. } => judged(c, filter, definition, Meter::Outcome, class.as_deref()).await,
            MeterRef::Attempts { definition } => judged(c, filter, definition, Meter::Attempt, None).await,
            MeterRef::Events { kind, .. } => {
                let counted = metered::behind(c, filter, kind).await?;
                let events = |count: i64| Quantity::from_micros(count.saturating_mul(Quantity::ONE.micros()));
                Ok(counted.into_iter().map(|(subject, count, at)| (subject, events(count), at)).collect())
            }
        }
    }

    /// What a line's charge counts, and which changes of it the line bills; `None` for what counts no usage.
    fn changes(&self, line: &LineRow) -> Result<Option<(&MeterRef, UsageFilter)>> {
        let Some(meter) = self.card(line)?.meter(&line.charge) else {
            return Ok(None);
        };
        let (agreement, _, period) = self.period(line)?;
        let covered = Rates::covered(agreement, &period);
        let filter = |(from, until)| UsageFilter { customer: line.customer, from, until, after: line.usage_after, last: line.usage_until };
        Ok(covered.map(|covered| (meter, filter(covered))))
    }

    /// The disputes that a line is about; none for what counts no outcomes.
    pub(super) async fn disputes(&self, c: &mut impl Connection, line: &LineRow) -> Result<Vec<OnLine>> {
        let changes = if self.has_disputes { self.changes(line)? } else { None };
        let Some((MeterRef::Outcomes { definition, class, .. }, filter)) = changes else {
            return Ok(Vec::new());
        };
        let Some(definition) = definitions::by_slug(c, definition).await? else {
            return Ok(Vec::new());
        };
        Ok(disputes::on_lines(c, disputes::Behind { filter, definition, class: class.as_deref() }).await?)
    }
}

async fn judged(c: &mut impl Connection, filter: UsageFilter, slug: &str, meter: Meter, class: Option<&str>) -> Result<Behind> {
    let Some(definition) = definitions::by_slug(c, slug).await? else {
        return Ok(Vec::new());
    };
    Ok(usage::behind(c, filter, definition, meter, class).await?)
}
