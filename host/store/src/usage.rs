//! Usage: signed, insert-only, so that a bill can always be traced to the outcomes behind it.

use assay_domain::{
    decimal::{Decimal, Quantity},
    id::{CustomerId, DefinitionId, DisputeId, EvaluationId, InteractionId},
    outcome::{Credit, Meter, Usage},
    time::Timestamp,
};

use crate::{
    bulk,
    connection::{Connection, Tx},
    error::{Result, StoreError},
    operations::{parsed, timestamp},
    sequences,
    sql::{query, query_as, query_scalar},
};

/// A change of usage and where it came from.
#[derive(Debug, Clone)]
pub struct UsageRow {
    /// What changed.
    pub usage: Usage,
    /// Under which definition.
    pub definition: DefinitionId,
    /// By which interaction.
    pub interaction: InteractionId,
    /// In which evaluation.
    pub evaluation: EvaluationId,
    /// By the ruling on which dispute, where no verdict has changed it.
    pub dispute: Option<DisputeId>,
}

/// Records changes of usage.
pub async fn insert(tx: &mut Tx, rows: &[UsageRow], now: Timestamp) -> Result<()> {
    let tenant = tx.tenant();
    if rows.is_empty() {
        return Ok(());
    }
    let first = sequences::take_usage(tx, rows.len()).await?;
    let rows: Vec<(i64, &UsageRow)> = (first..).zip(rows).collect();
    let head = "insert into usage (id, tenant, customer, definition, meter, dated_at, class, quantity, interaction, version, evaluation, value, \
                credit, recorded_at, dispute) ";
    bulk::insert(tx, head, "", &rows, |row, (id, new)| {
        row.push_bind(*id).push_bind(tenant.0).push_bind(new.usage.customer.0).push_bind(new.definition.0);
        row.push_bind(new.usage.meter.name()).push_bind(new.usage.dated_at.micros()).push_bind(new.usage.class.clone());
        row.push_bind(new.usage.quantity.micros()).push_bind(new.interaction.0).push_bind(new.usage.version.0);
        row.push_bind(new.evaluation.0).push_bind(new.usage.value.map(|value| value.to_string()));
        row.push_bind(new.usage.credit.as_ref().map(ToString::to_string)).push_bind(now.micros());
        row.push_bind(new.dispute.map(|dispute| dispute.0));
    })
    .await?;
    Ok(())
}

/// The number of the latest change of usage, that of metered events included.
pub async fn latest(c: &mut impl Connection) -> Result<i64> {
    let sql = "select coalesce(max(id), 0) from (select max(id) as id from usage union all select max(id) from metered) as numbers";
    query_scalar(sql).fetch_one(c.sql()).await
}

/// An outcome as far as one customer is billed for it, at one date.
#[derive(Debug, Clone, Copy)]
pub struct OutcomeKey {
    /// Of which interaction.
    pub interaction: InteractionId,
    /// Under which definition.
    pub definition: DefinitionId,
    /// Who pays.
    pub customer: CustomerId,
    /// The date it is billed under.
    pub dated_at: Timestamp,
}

/// How much of an outcome stands by the changes up to a number, and the number of that which added it last; zero where none did.
pub async fn of_outcome(c: &mut impl Connection, of: OutcomeKey, last: i64) -> Result<(Quantity, i64)> {
    let tenant = c.tenant();
    let sql = "select coalesce(sum(quantity), 0), coalesce(max(case when quantity > 0 then id end), 0) from usage where interaction = $2 \
               and +tenant = $1 and definition = $3 and customer = $4 and dated_at = $5 and meter = $6 and id <= $7";
    let query = query_as(sql).bind(tenant.0).bind(of.interaction.0).bind(of.definition.0).bind(of.customer.0).bind(of.dated_at.micros());
    let (micros, change): (i64, i64) = query.bind(Meter::Outcome.name()).bind(last).fetch_one(c.sql()).await?;
    Ok((Quantity::from_micros(micros), change))
}

/// Whose usage, dated when, recorded by when.
#[derive(Debug, Clone, Copy)]
pub struct UsageFilter {
    /// Of which customer.
    pub customer: CustomerId,
    /// Dated from, inclusive.
    pub from: Timestamp,
    /// Dated until, exclusive.
    pub until: Timestamp,
    /// The number of the change after which they count; zero for all.
    pub after: i64,
    /// The number of the last change that counts.
    pub last: i64,
}

/// How many outcomes or attempts stand that a price cannot tell apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageTotal {
    /// Under which definition.
    pub definition: DefinitionId,
    /// Of which meter.
    pub meter: Meter,
    /// Of which class.
    pub class: Option<String>,
    /// How much each is.
    pub quantity: Quantity,
    /// What each is worth.
    pub value: Option<Decimal>,
    /// Who is credited with each.
    pub credit: Option<Credit>,
    /// How many, less those that were withdrawn.
    pub count: i64,
}

/// The usage of one customer by what prices depend on.
pub async fn totals(c: &mut impl Connection, filter: UsageFilter) -> Result<Vec<UsageTotal>> {
    let tenant = c.tenant();
    let sql = "select definition, meter, class, abs(quantity), value, credit, sum(case when quantity > 0 then 1 else -1 end) from usage \
               where tenant = $1 and customer = $2 and dated_at >= $3 and dated_at < $4 and id > $5 and id <= $6 group by 1, 2, 3, 4, 5, 6 \
               having sum(case when quantity > 0 then 1 else -1 end) <> 0 order by 1, 2, 3 nulls first, 4, 5 nulls first, 6 nulls first";
    let statement = query(sql).bind(tenant.0).bind(filter.customer.0).bind(filter.from.micros()).bind(filter.until.micros());
    let rows = statement.bind(filter.after).bind(filter.last).fetch_all(c.sql()).await?;
    rows.iter()
        .map(|row| {
            Ok(UsageTotal {
                definition: DefinitionId(row.try_get(0)?),
                meter: meter(row.try_get(1)?)?,
                class: row.try_get(2)?,
                quantity: Quantity::from_micros(row.try_get(3)?),
                value: parsed("usage", "value", row.try_get(4)?)?,
                credit: parsed("usage", "credit", row.try_get(5)?)?,
                count: row.try_get(6)?,
            })
        })
        .collect()
}

/// The interactions behind a total: subject, quantity, date, in the order of their dates.
pub async fn behind(
    c: &mut impl Connection,
    filter: UsageFilter,
    definition: DefinitionId,
    meter: Meter,
    class: Option<&str>,
) -> Result<Vec<(String, Quantity, Timestamp)>> {
    let tenant = c.tenant();
    let sql = "select i.subject, sum(u.quantity), u.dated_at from usage u join interactions i on i.id = u.interaction \
               where u.tenant = $1 and u.customer = $2 and u.dated_at >= $3 and u.dated_at < $4 and u.id > $5 and u.id <= $6 \
               and u.definition = $7 and u.meter = $8 and ($9 is null or u.class = $9) \
               group by u.interaction, i.subject, u.dated_at having sum(u.quantity) <> 0 order by 3, 1";
    let query = query_as(sql).bind(tenant.0).bind(filter.customer.0).bind(filter.from.micros()).bind(filter.until.micros());
    let query = query.bind(filter.after).bind(filter.last).bind(definition.0).bind(meter.name()).bind(class);
    let rows: Vec<(String, i64, i64)> = query.fetch_all(c.sql()).await?;
    let row = |(subject, quantity, at)| Ok((subject, Quantity::from_micros(quantity), timestamp("usage", "dated_at", at)?));
    rows.into_iter().map(row).collect()
}

/// The customers with usage dated in a time, by key.
pub async fn customers(c: &mut impl Connection, from: Timestamp, until: Timestamp) -> Result<Vec<(CustomerId, String)>> {
    let tenant = c.tenant();
    let sql = "select c.id, c.key from customers c where c.tenant = $1 and exists (select 1 from usage u where u.tenant = $1 \
               and u.customer = c.id and u.dated_at >= $2 and u.dated_at < $3) order by c.key";
    let rows: Vec<(i64, String)> = query_as(sql).bind(tenant.0).bind(from.micros()).bind(until.micros()).fetch_all(c.sql()).await?;
    Ok(rows.into_iter().map(|(id, key)| (CustomerId(id), key)).collect())
}

/// Customers and dates of usage that changed after `after` and by `until`, dated before `dated_before`.
pub async fn changed(c: &mut impl Connection, after: i64, until: i64, dated_before: Timestamp) -> Result<Vec<(CustomerId, i64)>> {
    let tenant = c.tenant();
    let sql = "select customer, dated_at from usage where id > $1 and id <= $2 and tenant = $3 and dated_at < $4 \
               union select customer, dated_at from metered where id > $1 and id <= $2 and tenant = $3 and dated_at < $4";
    let query = query_as(sql).bind(after).bind(until).bind(tenant.0).bind(dated_before.micros());
    let rows: Vec<(i64, i64)> = query.fetch_all(c.sql()).await?;
    Ok(rows.into_iter().map(|(customer, at)| (CustomerId(customer), at)).collect())
}

fn meter(name: String) -> Result<Meter> {
    Meter::from_name(&name).ok_or_else(|| StoreError::corrupt("usage", "meter", name))
}
