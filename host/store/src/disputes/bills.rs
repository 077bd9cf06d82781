//! Disputes and documents: which document has billed an outcome, and which disputes a line or a document is about.

use assay_domain::{
    id::{AgreementId, DefinitionId, DisputeId, InvoiceId},
    money::Amount,
    outcome::Meter,
    period::{BillingPeriod, PeriodName},
    time::Timestamp,
};

use crate::{
    connection::Connection,
    error::Result,
    ledger,
    operations::timestamp,
    sql::{Row, query, query_as, query_scalar},
    usage::UsageFilter,
};

/// A document that has billed an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bill {
    /// Which.
    pub invoice: InvoiceId,
    /// When it was issued.
    pub issued_at: Timestamp,
}

/// Up to which change of its usage documents that stand have counted a period, which runs from a month on bill; advances count none.
pub async fn counted_until(
    c: &mut impl Connection,
    (agreement, period): (AgreementId, PeriodName),
    month: BillingPeriod,
) -> Result<Option<i64>> {
    let tenant = c.tenant();
    let sql = "select max(l.usage_until) from invoice_lines l join invoices i on i.id = l.invoice \
               where l.tenant = $1 and l.agreement = $2 and l.period = $3 and (i.period >= $4 or l.kind = 'correction') \
               and not exists (select 1 from invoice_changes x where x.invoice = l.invoice and x.kind = 'voided')";
    let query = query_scalar(sql).bind(tenant.0).bind(agreement.0).bind(period.to_string()).bind(month.to_string());
    query.fetch_one(c.sql()).await
}

/// The first document that stands and has counted a change of usage of a period, which runs from a month on bill; advances count none.
pub async fn billed_by(
    c: &mut impl Connection,
    (agreement, period): (AgreementId, PeriodName),
    month: BillingPeriod,
    change: i64,
) -> Result<Option<Bill>> {
    let tenant = c.tenant();
    let sql = "select o.id, o.issued_at from invoice_lines l join invoices i on i.id = l.invoice join invoices o on o.id = coalesce(i.corrects, i.id) \
               where l.tenant = $1 and l.agreement = $2 and l.period = $3 and l.usage_until >= $4 and (i.period >= $5 or l.kind = 'correction') \
               and not exists (select 1 from invoice_changes x where x.invoice = l.invoice and x.kind = 'voided') order by l.id limit 1";
    let query = query_as(sql).bind(tenant.0).bind(agreement.0).bind(period.to_string()).bind(change).bind(month.to_string());
    let found: Option<(i64, i64)> = query.fetch_optional(c.sql()).await?;
    found.map(|(id, at)| Ok(Bill { invoice: InvoiceId(id), issued_at: timestamp("invoices", "issued_at", at)? })).transpose()
}

/// Of which outcomes a line bills changes.
#[derive(Debug, Clone, Copy)]
pub struct Behind<'a> {
    /// Whose, dated when, by which changes.
    pub filter: UsageFilter,
    /// Under which definition.
    pub definition: DefinitionId,
    /// Of which class; `None` is all of them.
    pub class: Option<&'a str>,
}

/// A dispute that a line is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnLine {
    /// Which.
    pub dispute: DisputeId,
    /// The name of where it stands.
    pub state: String,
    /// What the outcome was worth, where the line has billed it, it still is billed, and the dispute waits for an answer.
    pub disputed: Option<Amount>,
}

/// The disputes that a line is about: those of outcomes that it has counted, and those whose rulings have changed what it counts.
pub async fn on_lines(c: &mut impl Connection, behind: Behind<'_>) -> Result<Vec<OnLine>> {
    let tenant = c.tenant();
    let Behind { filter, definition, class } = behind;
    let sql = "select d.id, s.state, d.amount, d.currency, case when d.dated_at >= $5 and d.dated_at < $6 and d.usage_change > $7 \
               and d.usage_change <= $8 and s.state in ('open', 'appealed') and s.effect in ('stands', 'split') then 1 else 0 end \
               from disputes d join dispute_steps s on s.dispute = d.id \
               and not exists (select 1 from dispute_steps l where l.dispute = s.dispute and l.id > s.id) \
               where d.tenant = $1 and d.customer = $2 and d.definition = $3 and ($4 is null or d.class = $4) and \
               ((d.dated_at >= $5 and d.dated_at < $6 and d.usage_change > $7 and d.usage_change <= $8) \
               or exists (select 1 from usage g where g.interaction = d.interaction and g.dispute = d.id and g.meter = $9 \
               and g.dated_at >= $5 and g.dated_at < $6 and g.id > $7 and g.id <= $8)) order by d.id";
    let statement = query(sql).bind(tenant.0).bind(filter.customer.0).bind(definition.0).bind(class).bind(filter.from.micros());
    let statement = statement.bind(filter.until.micros()).bind(filter.after).bind(filter.last).bind(Meter::Outcome.name());
    statement.fetch_all(c.sql()).await?.iter().map(on_line).collect()
}

fn on_line(row: &Row) -> Result<OnLine> {
    let (minor, currency): (Option<i64>, Option<String>) = (row.try_get(2)?, row.try_get(3)?);
    let amount = minor.zip(currency).map(|(minor, code)| ledger::amount(minor, code)).transpose()?;
    let is_disputed: bool = row.try_get(4)?;
    Ok(OnLine { dispute: DisputeId(row.try_get(0)?), state: row.try_get(1)?, disputed: amount.filter(|_| is_disputed) })
}
