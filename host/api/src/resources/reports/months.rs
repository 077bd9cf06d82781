//! Which months, definitions and customers a report is about.

use assay_app::EconomicsQuery;
use assay_domain::{period::BillingPeriod, time::Timestamp, violation::Violation};
use serde::Deserialize;
use utoipa::IntoParams;

/// Months that are shown unless asked otherwise, this one included.
const MONTHS: usize = 6;

/// What a report is about.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Months {
    /// The first month; five before the last unless given
    #[param(example = "2026-01", pattern = "^[0-9]{4}-[0-9]{2}$")]
    from: Option<String>,
    /// The last month; this one unless given
    #[param(example = "2026-06", pattern = "^[0-9]{4}-[0-9]{2}$")]
    through: Option<String>,
    /// Only this definition, by its name
    #[param(example = "resolved-ticket")]
    definition: Option<String>,
    /// Only this customer, by its id or key
    #[param(example = "acme")]
    customer: Option<String>,
    /// Of a simulation of prices: the names of rate cards, with commas between; all of them unless given
    #[param(example = "standard,outcome-only")]
    cards: Option<String>,
}

impl Months {
    pub(super) fn query(self, now: Timestamp) -> Result<(EconomicsQuery, Vec<String>), Violation> {
        let month = |field: &'static str, text: &str| {
            text.parse::<BillingPeriod>().map_err(|error| Violation::new(field, error.to_string(), "write a month like 2026-03"))
        };
        let through = self.through.as_deref().map_or(Ok(BillingPeriod::containing(now)), |text| month("through", text))?;
        let from = self.from.as_deref().map_or(Ok(before(through, MONTHS - 1)), |text| month("from", text))?;
        let cards = self.cards.unwrap_or_default().split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        Ok((EconomicsQuery { from, through, definition: self.definition, customer: self.customer }, cards))
    }
}

/// The month so many before another.
fn before(month: BillingPeriod, months: usize) -> BillingPeriod {
    let earlier = |month: BillingPeriod| BillingPeriod::containing(month.start().plus(assay_domain::time::Duration::seconds(1).negated()));
    (0..months).fold(month, |month, _| earlier(month))
}
