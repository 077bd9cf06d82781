//! The interactions behind a line: whose changes of usage its charge bills.

use assay_domain::{decimal::Quantity, outcome::Meter, time::Timestamp};
use assay_rating::card::MeterRef;
use assay_store::{
    Connection,
    billing::LineRow,
    definitions, metered,
    usage::{self, UsageFilter},
};

use super::explain::Explainer;
use crate::{error::Result, rated::Rates};

/// Subject, quantity and date.
type Behind = Vec<(String, Quantity, Timestamp)>;

impl Explainer {
    /// The interactions whose changes of usage a line's charge bills, those of all its tiers; none for what counts no usage.
    pub(super) async fn behind(&self, c: &mut impl Connection, line: &LineRow) -> Result<Behind> {
        let Some(meter) = self.card(line)?.meter(&line.charge) else {
            return Ok(Vec::new());
        };
        let (agreement, _, period) = self.period(line)?;
        let Some((from, until)) = Rates::covered(agreement, &period) else {
            return Ok(Vec::new());
        };
        let filter = UsageFilter { customer: line.customer, from, until, after: line.usage_after, last: line.usage_until };
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
}

async fn judged(c: &mut impl Connection, filter: UsageFilter, slug: &str, meter: Meter, class: Option<&str>) -> Result<Behind> {
    let Some(definition) = definitions::by_slug(c, slug).await? else {
        return Ok(Vec::new());
    };
    Ok(usage::behind(c, filter, definition, meter, class).await?)
}
