//! What documents and transfers say about money, in sums, by a time.

use assay_domain::{
    decimal::Quantity,
    id::AgreementId,
    money::Amount,
    period::{BillingPeriod, PeriodName},
    time::Timestamp,
};

use crate::{
    connection::Connection,
    error::{Result, StoreError},
    ledger::{Account, amount},
    operations::{optional_timestamp, timestamp},
    sql::{Row, query, query_as},
};

/// Lines of documents of one month that bill one thing, added up.
#[derive(Debug, Clone)]
pub struct PostedGroup {
    /// Under which agreement.
    pub agreement: AgreementId,
    /// Of which period.
    pub period: PeriodName,
    /// The month of the run that issued the documents.
    pub month: BillingPeriod,
    /// Whether they correct what was billed before.
    pub is_correction: bool,
    /// The charge's code.
    pub charge: String,
    /// The tier; zero where there are none.
    pub tier: u32,
    /// For people.
    pub label: String,
    /// The price of one unit, as decimal text.
    pub unit_price: String,
    /// How many units.
    pub quantity: Quantity,
    /// What they come to.
    pub amount: Amount,
    /// The number of the last change of usage that counted.
    pub usage_until: i64,
    /// When the last of them was issued.
    pub issued_at: Timestamp,
    /// When they were voided, if they were by then.
    pub voided_at: Option<Timestamp>,
}

const VOIDED: &str = "left join invoice_changes v on v.invoice = i.id and v.kind = 'voided' and v.at <= $2";

/// Every line that was issued by a time.
pub async fn posted(c: &mut impl Connection, as_of: Timestamp) -> Result<Vec<PostedGroup>> {
    let tenant = c.tenant();
    let sql = format!(
        "select l.agreement, l.period, i.period, l.charge, l.tier, l.unit_price, i.currency, v.at, min(l.label), sum(l.quantity), \
         sum(l.amount), max(l.usage_until), max(i.issued_at), l.kind = 'correction' from invoice_lines l join invoices i on i.id = l.invoice {VOIDED} \
         where l.tenant = $1 and i.issued_at <= $2 group by l.agreement, l.period, i.period, l.charge, l.tier, l.unit_price, i.currency, v.at, l.kind"
    );
    let statement = query(sql).bind(tenant.0).bind(as_of.micros());
    statement.fetch_all(c.sql()).await?.iter().map(group).collect()
}

fn group(row: &Row) -> Result<PostedGroup> {
    let (period, month): (String, String) = (row.try_get(1)?, row.try_get(2)?);
    Ok(PostedGroup {
        agreement: AgreementId(row.try_get(0)?),
        period: period.parse().map_err(|_| StoreError::corrupt("invoice_lines", "period", period))?,
        month: month.parse().map_err(|_| StoreError::corrupt("invoices", "period", month))?,
        charge: row.try_get(3)?,
        tier: row.try_get(4)?,
        unit_price: row.try_get(5)?,
        amount: amount(row.try_get(10)?, row.try_get(6)?)?,
        voided_at: optional_timestamp("invoice_changes", "at", row.try_get(7)?)?,
        label: row.try_get(8)?,
        quantity: Quantity::from_micros(row.try_get(9)?),
        usage_until: row.try_get(11)?,
        issued_at: timestamp("invoices", "issued_at", row.try_get(12)?)?,
        is_correction: row.try_get(13)?,
    })
}

/// What the documents of a currency come to by their totals.
#[derive(Debug, Clone, Copy)]
pub struct Documents {
    /// Invoices, voided ones included.
    pub invoices: Amount,
    /// Credit notes; zero or less.
    pub credit_notes: Amount,
    /// Of both, those that are voided.
    pub voided: Amount,
}

/// Every document that was issued by a time, by currency.
pub async fn documents(c: &mut impl Connection, as_of: Timestamp) -> Result<Vec<Documents>> {
    let tenant = c.tenant();
    let sql = format!(
        "select i.currency, sum(case when i.kind = 'invoice' then i.total else 0 end), sum(case when i.kind = 'invoice' then 0 else i.total end), \
         sum(case when v.at is null then 0 else i.total end) from invoices i {VOIDED} \
         where i.tenant = $1 and i.issued_at <= $2 group by i.currency order by i.currency"
    );
    let query = query_as(sql).bind(tenant.0).bind(as_of.micros());
    let rows: Vec<(String, i64, i64, i64)> = query.fetch_all(c.sql()).await?;
    rows.into_iter()
        .map(|(code, invoices, credit_notes, voided)| {
            let invoices = amount(invoices, code)?;
            let of = |minor| Amount::new(minor, invoices.currency());
            Ok(Documents { invoices, credit_notes: of(credit_notes), voided: of(voided) })
        })
        .collect()
}

/// What moved between two accounts, of all customers.
#[derive(Debug, Clone, Copy)]
pub struct Flow {
    /// The account that gained.
    pub debit: Account,
    /// The account that gave.
    pub credit: Account,
    /// How much.
    pub amount: Amount,
}

/// What had moved by a time; what is held moves nothing.
pub async fn flows(c: &mut impl Connection, as_of: Timestamp) -> Result<Vec<Flow>> {
    let tenant = c.tenant();
    let sql = "select debit, credit, currency, sum(amount) from transfers where tenant = $1 and at <= $2 and debit <> 'held' and credit <> 'held' \
               group by debit, credit, currency order by currency, debit, credit";
    let rows: Vec<(String, String, String, i64)> = query_as(sql).bind(tenant.0).bind(as_of.micros()).fetch_all(c.sql()).await?;
    rows.into_iter()
        .map(|(debit, credit, code, minor)| {
            Ok(Flow { debit: Account::parse(debit)?, credit: Account::parse(credit)?, amount: amount(minor, code)? })
        })
        .collect()
}

/// What was held at a time.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    /// For what may be billed.
    pub billable: Amount,
    /// For what is billed and disputed, so that it may be given back.
    pub returnable: Amount,
}

/// What was held at a time, by currency.
pub async fn held(c: &mut impl Connection, as_of: Timestamp) -> Result<Vec<Held>> {
    let tenant = c.tenant();
    let sql = "select t.currency, sum(case when t.credit = 'held' then t.amount else 0 end), sum(case when t.credit = 'held' then 0 else t.amount end) \
               from transfers t where t.tenant = $1 and t.kind = 'pending' and t.at <= $2 \
               and not exists (select 1 from transfers v where v.corrects = t.id and v.kind = 'void' and v.at <= $2) \
               group by t.currency order by t.currency";
    let rows: Vec<(String, i64, i64)> = query_as(sql).bind(tenant.0).bind(as_of.micros()).fetch_all(c.sql()).await?;
    let held = |(code, billable, returnable): (String, i64, i64)| {
        let billable = amount(billable, code)?;
        Ok(Held { billable, returnable: Amount::new(returnable, billable.currency()) })
    };
    rows.into_iter().map(held).collect()
}
