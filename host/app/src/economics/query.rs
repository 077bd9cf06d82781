//! Which months, definitions and customers a report is about.

use std::collections::HashMap;

use assay_domain::{
    id::{CustomerId, DefinitionId},
    period::BillingPeriod,
    violation::Violation,
};
use assay_store::{Connection, customers, definitions};

use crate::{customers::unknown_customer, definitions::unknown_definition, error::Result};

/// Months of one report.
const MONTHS_MAX: usize = 36;

/// What a report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EconomicsQuery {
    /// The first month.
    pub from: BillingPeriod,
    /// The last month.
    pub through: BillingPeriod,
    /// Only this definition, by slug.
    pub definition: Option<String>,
    /// Only this customer, by id or key.
    pub customer: Option<String>,
}

/// The same, found.
pub(super) struct Scope {
    pub(super) months: Vec<BillingPeriod>,
    pub(super) definition: Option<DefinitionId>,
    pub(super) customer: Option<CustomerId>,
}

impl EconomicsQuery {
    pub(super) async fn scope(&self, c: &mut impl Connection) -> Result<Scope> {
        let mut months = vec![self.from];
        while let Some(last) = months.last().copied().filter(|last| *last < self.through) {
            if months.len() == MONTHS_MAX {
                return Err(Violation::new("through", "is more than three years after the first month", "ask for at most 36 months").into());
            }
            months.push(last.next());
        }
        if self.through < self.from {
            return Err(Violation::new("through", "is before the first month", "give the same month or a later one").into());
        }
        let definition = match &self.definition {
            Some(slug) => Some(definitions::by_slug(c, slug).await?.ok_or_else(|| unknown_definition(slug))?),
            None => None,
        };
        let customer = match &self.customer {
            Some(name) => Some(customers::by_name(c, name).await?.ok_or_else(|| unknown_customer(name))?.id),
            None => None,
        };
        Ok(Scope { months, definition, customer })
    }
}

impl Scope {
    pub(super) fn holds(&self, definition: DefinitionId, customer: Option<CustomerId>) -> bool {
        self.definition.is_none_or(|only| only == definition) && self.is_about(customer)
    }

    pub(super) fn is_about(&self, customer: Option<CustomerId>) -> bool {
        self.customer.is_none_or(|only| Some(only) == customer)
    }
}

/// What customers are called.
pub(super) async fn keys(c: &mut impl Connection) -> Result<HashMap<CustomerId, String>> {
    Ok(customers::all(c).await?.into_iter().map(|row| (row.id, row.key)).collect())
}
