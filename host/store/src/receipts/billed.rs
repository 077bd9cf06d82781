//! What it takes to compute the lines of a document anew, besides receipts: what was posted for a period, and the events that count in it by
//! themselves.

use assay_domain::{
    decimal::Quantity,
    id::{AgreementId, CustomerId, EventId, InvoiceId, RunId},
    period::PeriodName,
    time::Timestamp,
};

use crate::{
    connection::Connection,
    error::Result,
    operations::{optional_timestamp, timestamp},
    sql::{Row, query},
    usage::UsageFilter,
};

/// A line that was posted, and on what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedLineRow {
    /// The document.
    pub document: InvoiceId,
    /// Its number.
    pub number: String,
    /// The run that issued it.
    pub run: RunId,
    /// When it was voided.
    pub voided_at: Option<Timestamp>,
    /// The charge's code.
    pub charge: String,
    /// The tier; zero where there are none.
    pub tier: u32,
    /// For people.
    pub label: String,
    /// The price of one unit, as decimal text.
    pub unit_price: String,
    /// How many units; negative when taken back.
    pub quantity: Quantity,
    /// What it comes to, in minor units.
    pub amount_minor: i64,
}

/// Every line that was ever posted for a period of an agreement, in order of issue, those on documents that were voided included.
pub async fn posted(
    c: &mut impl Connection,
    customer: CustomerId,
    agreement: AgreementId,
    period: PeriodName,
) -> Result<Vec<PostedLineRow>> {
    let sql = "select i.id, i.number, i.run, (select x.at from invoice_changes x where x.invoice = i.id and x.kind = 'voided'), l.charge, \
               l.tier, l.label, l.unit_price, l.quantity, l.amount from invoice_lines l join invoices i on i.id = l.invoice \
               where l.tenant = $1 and l.customer = $2 and l.agreement = $3 and l.period = $4 order by l.id";
    let statement = query(sql).bind(c.tenant().0).bind(customer.0).bind(agreement.0).bind(period.to_string());
    statement.fetch_all(c.sql()).await?.iter().map(posted_line).collect()
}

fn posted_line(row: &Row) -> Result<PostedLineRow> {
    Ok(PostedLineRow {
        document: InvoiceId(row.try_get(0)?),
        number: row.try_get(1)?,
        run: RunId(row.try_get(2)?),
        voided_at: optional_timestamp("invoice_changes", "at", row.try_get(3)?)?,
        charge: row.try_get(4)?,
        tier: row.try_get(5)?,
        label: row.try_get(6)?,
        unit_price: row.try_get(7)?,
        quantity: Quantity::from_micros(row.try_get(8)?),
        amount_minor: row.try_get(9)?,
    })
}

/// An event that counts by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedRow {
    /// Its number.
    pub event: EventId,
    /// Which system told it.
    pub source: String,
    /// The sender's id.
    pub source_id: String,
    /// What kind of thing happened.
    pub kind: String,
    /// When it counts.
    pub dated_at: Timestamp,
    /// Its data; `None` where it is erased.
    pub data: Option<String>,
}

/// The events of a type that count, in the order of their numbers.
pub async fn counted(c: &mut impl Connection, filter: UsageFilter, kind: &str) -> Result<Vec<CountedRow>> {
    let sql = "select e.id, s.name, e.source_id, k.name, counted.dated_at, p.data from (select m.event, m.dated_at from metered m \
               join names n on n.id = m.type where m.tenant = $1 and m.customer = $2 and m.dated_at >= $3 and m.dated_at < $4 and m.id > $5 \
               and m.id <= $6 and n.name = $7 group by m.event, m.dated_at having sum(m.sign) <> 0) as counted \
               join events e on e.id = counted.event join names s on s.id = e.source join names k on k.id = e.type \
               left join payloads p on p.event = e.id and p.recorded_at = e.recorded_at order by e.id";
    let statement = query(sql).bind(c.tenant().0).bind(filter.customer.0).bind(filter.from.micros()).bind(filter.until.micros());
    let rows = statement.bind(filter.after).bind(filter.last).bind(kind).fetch_all(c.sql()).await?;
    rows.iter().map(counted_event).collect()
}

fn counted_event(row: &Row) -> Result<CountedRow> {
    Ok(CountedRow {
        event: EventId(row.try_get(0)?),
        source: row.try_get(1)?,
        source_id: row.try_get(2)?,
        kind: row.try_get(3)?,
        dated_at: timestamp("metered", "dated_at", row.try_get(4)?)?,
        data: row.try_get(5)?,
    })
}
