//! How many outcomes were billed at all: what disputes are a part of.

use assay_domain::{
    id::{CustomerId, DefinitionId},
    outcome::Meter,
};

use crate::{connection::Connection, error::Result, sql::query_as};

/// Interactions that were an outcome for one reason, whatever became of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeTally {
    /// Under which definition.
    pub definition: DefinitionId,
    /// Whose.
    pub customer: CustomerId,
    /// The reason's code.
    pub reason: String,
    /// How many.
    pub count: i64,
}

/// The outcomes that were ever to be billed, by definition, customer and reason. One that was judged anew for another reason is one of each.
pub async fn outcome_tallies(c: &mut impl Connection) -> Result<Vec<OutcomeTally>> {
    let tenant = c.tenant();
    let sql = "select u.definition, u.customer, coalesce(e.reason, ''), count(distinct u.interaction) from usage u \
               join evaluations e on e.id = u.evaluation where u.tenant = $1 and u.meter = $2 and u.quantity > 0 \
               group by u.definition, u.customer, coalesce(e.reason, '') order by 1, 2, 3";
    let rows: Vec<(i64, i64, String, i64)> = query_as(sql).bind(tenant.0).bind(Meter::Outcome.name()).fetch_all(c.sql()).await?;
    let tally = |(definition, customer, reason, count)| OutcomeTally {
        definition: DefinitionId(definition),
        customer: CustomerId(customer),
        reason,
        count,
    };
    Ok(rows.into_iter().map(tally).collect())
}
