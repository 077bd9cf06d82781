use assay_app::{Caller, CustomerCaller, InvoiceRow, Page};
use assay_domain::{
    period::{BillingPeriod, PeriodError},
    violation::Violation,
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{page::Paging, problem::Problem, state::Api};

/// Which documents, and which piece of their list; what is absent does not narrow.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// Those of this month.
    #[param(example = "2026-03")]
    period: Option<String>,
    /// Those to this customer, by key or id.
    #[param(example = "acme")]
    customer: Option<String>,
    /// `next_cursor` of the piece before; absent for the first.
    cursor: Option<String>,
    /// At most so many, 1 to 500.
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<u32>,
}

impl Filter {
    /// Which piece of the list.
    pub(super) fn paging(&self) -> Paging {
        Paging { cursor: self.cursor.clone(), limit: self.limit }
    }

    /// The documents that are meant, at most as many as fit the page.
    pub(super) async fn find(&self, api: &Api, caller: &Caller, page: Page) -> Result<Vec<InvoiceRow>, Problem> {
        let month = month(self.period.as_deref())?;
        let customer = match &self.customer {
            Some(name) => Some(api.assay().customer(caller, name).await?.id),
            None => None,
        };
        // Whoever narrows the list has everything behind the cursor looked at.
        let limit = if month.is_some() || customer.is_some() { u32::MAX } else { page.limit };
        let mut rows = api.assay().invoices_page(caller, Page { limit, ..page }).await?;
        rows.retain(|row| month.is_none_or(|month| row.period == month));
        rows.retain(|row| customer.is_none_or(|customer| row.customer == customer));
        rows.truncate(page.limit as usize);
        Ok(rows)
    }

    /// The documents that are meant of those to a customer.
    pub(super) async fn find_own(&self, api: &Api, own: &CustomerCaller, page: Page) -> Result<Vec<InvoiceRow>, Problem> {
        let month = month(self.period.as_deref())?;
        if let Some(name) = &self.customer {
            own.check_named(name)?;
        }
        Ok(api.assay().own_invoices(own, month, page).await?)
    }
}

/// The month that a query names, if it does.
pub(super) fn month(period: Option<&str>) -> Result<Option<BillingPeriod>, Violation> {
    let wrong = |error: PeriodError| Violation::new("period", error.to_string(), "send a year and a month");
    period.map(|text| text.parse().map_err(wrong)).transpose()
}
