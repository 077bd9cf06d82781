//! What interactions have cost the vendor, as events say, and what it is compared with: attempts, successes, what was taken back.

use assay_domain::{
    id::{CustomerId, DefinitionId, EventId, InteractionId},
    outcome::Meter,
    time::Timestamp,
};

use crate::{
    bulk,
    connection::{Connection, Tx},
    error::Result,
    sql::{query_as, query_scalar},
};

/// What one event says of a cost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cost {
    /// Billionths of the currency's major unit; `None` where it cannot be read.
    pub nanos: Option<i64>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// The model that did the work.
    pub model: Option<String>,
    /// Tokens read.
    pub input_tokens: Option<i64>,
    /// Tokens written.
    pub output_tokens: Option<i64>,
    /// Why there is no amount.
    pub problem: Option<String>,
}

/// Whose month, from an instant up to another.
pub type Span = (Timestamp, Timestamp);

/// How many interactions were attempts and how many of them succeed, by definition and customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptCount {
    /// Under which definition.
    pub definition: DefinitionId,
    /// Whose; `None` where nobody is named.
    pub customer: Option<CustomerId>,
    /// Interactions that were judged at all.
    pub attempts: i64,
    /// Of these, those whose success stands, provisional or final.
    pub successes: i64,
}

/// What attempts cost, by definition, customer and currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostSum {
    /// Under which definition; an interaction that two definitions judge is in the sum of each.
    pub definition: DefinitionId,
    /// Whose.
    pub customer: Option<CustomerId>,
    /// ISO 4217.
    pub currency: String,
    /// Billionths.
    pub nanos: i64,
}

/// What interactions cost that opened in a span, whatever judged them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerCost {
    /// Whose.
    pub customer: Option<CustomerId>,
    /// ISO 4217.
    pub currency: String,
    /// Billionths.
    pub nanos: i64,
}

/// What a model cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelCost {
    /// Its name; empty where none is told.
    pub model: String,
    /// ISO 4217.
    pub currency: String,
    /// Billionths.
    pub nanos: i64,
    /// Tokens read.
    pub input_tokens: i64,
    /// Tokens written.
    pub output_tokens: i64,
}

/// How often something happened to the outcomes of a definition and customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Happened {
    /// Under which definition.
    pub definition: DefinitionId,
    /// Whose.
    pub customer: CustomerId,
    /// How often.
    pub count: i64,
}

/// A superseded event costs nothing: its successor tells what it was.
const COUNTS: &str = "c.nanos is not null and not exists (select 1 from supersessions s where s.event = c.event and +s.tenant = c.tenant)";

/// Writes down what new events say.
pub async fn insert(tx: &mut Tx, rows: &[(EventId, InteractionId, Cost)]) -> Result<()> {
    let tenant = tx.tenant();
    let head = "insert into costs (event, tenant, interaction, nanos, currency, model, input_tokens, output_tokens, problem) ";
    bulk::insert(tx, head, "", rows, |row, (event, interaction, cost)| {
        row.push_bind(event.0).push_bind(tenant.0).push_bind(interaction.0).push_bind(cost.nanos).push_bind(cost.currency.clone());
        row.push_bind(cost.model.clone()).push_bind(cost.input_tokens).push_bind(cost.output_tokens).push_bind(cost.problem.clone());
    })
    .await?;
    Ok(())
}

/// Attempts that opened in a span and what became of them.
pub async fn attempts(c: &mut impl Connection, (from, until): Span) -> Result<Vec<AttemptCount>> {
    let tenant = c.tenant();
    let sql = "select o.definition, o.customer, count(*), \
               sum(case when o.state in ('provisional', 'final') and o.quantity > 0 and o.fault is null then 1 else 0 end) from outcomes o \
               where o.tenant = $1 and o.attempted_at >= $2 and o.attempted_at < $3 group by o.definition, o.customer order by 1, 2";
    let statement = query_as(sql).bind(tenant.0).bind(from.micros()).bind(until.micros());
    let rows: Vec<(i64, Option<i64>, i64, i64)> = statement.fetch_all(c.sql()).await?;
    let count = |(definition, customer, attempts, successes): (i64, Option<i64>, i64, i64)| AttemptCount {
        definition: DefinitionId(definition),
        customer: customer.map(CustomerId),
        attempts,
        successes,
    };
    Ok(rows.into_iter().map(count).collect())
}

/// What the attempts cost that opened in a span.
pub async fn of_attempts(c: &mut impl Connection, (from, until): Span) -> Result<Vec<CostSum>> {
    let tenant = c.tenant();
    let sql = format!(
        "select o.definition, o.customer, c.currency, sum(c.nanos) from outcomes o join costs c on c.interaction = o.interaction \
         and +c.tenant = o.tenant where o.tenant = $1 and o.attempted_at >= $2 and o.attempted_at < $3 and {COUNTS} \
         group by o.definition, o.customer, c.currency order by 1, 2, 3"
    );
    let statement = query_as(sql).bind(tenant.0).bind(from.micros()).bind(until.micros());
    let rows: Vec<(i64, Option<i64>, String, i64)> = statement.fetch_all(c.sql()).await?;
    let sum = |(definition, customer, currency, nanos): (i64, Option<i64>, String, i64)| CostSum {
        definition: DefinitionId(definition),
        customer: customer.map(CustomerId),
        currency,
        nanos,
    };
    Ok(rows.into_iter().map(sum).collect())
}

/// What interactions cost that opened in a span, each once, by customer.
pub async fn by_customer(c: &mut impl Connection, (from, until): Span) -> Result<Vec<CustomerCost>> {
    let tenant = c.tenant();
    let sql = format!(
        "select i.customer, c.currency, sum(c.nanos) from costs c join interactions i on i.id = c.interaction and +i.tenant = c.tenant \
         where c.tenant = $1 and i.opened_at >= $2 and i.opened_at < $3 and {COUNTS} group by i.customer, c.currency order by 1, 2"
    );
    let statement = query_as(sql).bind(tenant.0).bind(from.micros()).bind(until.micros());
    let rows: Vec<(Option<i64>, String, i64)> = statement.fetch_all(c.sql()).await?;
    let cost =
        |(customer, currency, nanos): (Option<i64>, String, i64)| CustomerCost { customer: customer.map(CustomerId), currency, nanos };
    Ok(rows.into_iter().map(cost).collect())
}

/// The same by model.
pub async fn by_model(c: &mut impl Connection, (from, until): Span) -> Result<Vec<ModelCost>> {
    let tenant = c.tenant();
    let sql = format!(
        "select coalesce(c.model, ''), c.currency, sum(c.nanos), coalesce(sum(c.input_tokens), 0), coalesce(sum(c.output_tokens), 0) \
         from costs c join interactions i on i.id = c.interaction and +i.tenant = c.tenant \
         where c.tenant = $1 and i.opened_at >= $2 and i.opened_at < $3 and {COUNTS} group by coalesce(c.model, ''), c.currency order by 1, 2"
    );
    let statement = query_as(sql).bind(tenant.0).bind(from.micros()).bind(until.micros());
    let rows: Vec<(String, String, i64, i64, i64)> = statement.fetch_all(c.sql()).await?;
    let cost = |(model, currency, nanos, input_tokens, output_tokens)| ModelCost { model, currency, nanos, input_tokens, output_tokens };
    Ok(rows.into_iter().map(cost).collect())
}

/// Events whose cost cannot be read, the newest first, with the reason; and how many there are.
pub async fn unreadable(c: &mut impl Connection, limit: u32) -> Result<(i64, Vec<(EventId, String)>)> {
    let tenant = c.tenant();
    let sql = "select count(*) from costs where tenant = $1 and problem is not null";
    let count = query_scalar(sql).bind(tenant.0).fetch_one(c.sql()).await?;
    let sql = "select event, problem from costs where tenant = $1 and problem is not null order by event desc limit $2";
    let rows: Vec<(i64, String)> = query_as(sql).bind(tenant.0).bind(i64::from(limit)).fetch_all(c.sql()).await?;
    Ok((count, rows.into_iter().map(|(event, problem)| (EventId(event), problem)).collect()))
}

/// Outcomes dated in a span that were taken back and not earned again.
pub async fn reversals(c: &mut impl Connection, span: Span) -> Result<Vec<Happened>> {
    let sql = "select g.definition, g.customer, count(*) from (select u.definition, u.customer, u.interaction from usage u \
               where u.tenant = $1 and u.meter = $4 and u.dated_at >= $2 and u.dated_at < $3 \
               group by u.definition, u.customer, u.interaction having min(u.quantity) < 0 and sum(u.quantity) <= 0) g \
               group by g.definition, g.customer order by 1, 2";
    happened(c, sql, span, Some(Meter::Outcome)).await
}

/// Outcomes dated in a span that were disputed.
pub async fn disputes(c: &mut impl Connection, span: Span) -> Result<Vec<Happened>> {
    let sql = "select d.definition, d.customer, count(*) from disputes d where d.tenant = $1 and d.dated_at >= $2 and d.dated_at < $3 \
               group by d.definition, d.customer order by 1, 2";
    happened(c, sql, span, None).await
}

async fn happened(c: &mut impl Connection, sql: &'static str, (from, until): Span, meter: Option<Meter>) -> Result<Vec<Happened>> {
    let tenant = c.tenant();
    let statement = query_as(sql).bind(tenant.0).bind(from.micros()).bind(until.micros());
    let statement = match meter {
        Some(meter) => statement.bind(meter.name()),
        None => statement,
    };
    let rows: Vec<(i64, i64, i64)> = statement.fetch_all(c.sql()).await?;
    let one = |(definition, customer, count)| Happened { definition: DefinitionId(definition), customer: CustomerId(customer), count };
    Ok(rows.into_iter().map(one).collect())
}

/// How the outcomes of a definition stand that opened in a span: by state, whether a fault keeps them, and credit.
pub async fn standings(
    c: &mut impl Connection,
    definition: DefinitionId,
    (from, until): Span,
) -> Result<Vec<(String, Option<String>, i64)>> {
    let tenant = c.tenant();
    let sql = "select case when o.fault is not null then 'faulted' else coalesce(o.state, 'open') end, \
               case when o.quantity > 0 and o.state in ('provisional', 'final') then o.credit end, count(*) from outcomes o \
               join interactions i on i.id = o.interaction and +i.tenant = o.tenant \
               where o.tenant = $1 and o.definition = $4 and i.opened_at >= $2 and i.opened_at < $3 \
               group by case when o.fault is not null then 'faulted' else coalesce(o.state, 'open') end, \
               case when o.quantity > 0 and o.state in ('provisional', 'final') then o.credit end order by 1, 2";
    let statement = query_as(sql).bind(tenant.0).bind(from.micros()).bind(until.micros()).bind(definition.0);
    statement.fetch_all(c.sql()).await
}
