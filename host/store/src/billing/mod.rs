//! Billing runs, and the invoices and credit notes they issue.

mod runs;

use assay_domain::{
    decimal::Quantity,
    id::{AgreementId, CustomerId, InvoiceId, RunId},
    money::{Amount, Currency},
    period::{BillingPeriod, PeriodName},
    time::Timestamp,
};

use crate::{
    bulk,
    connection::{Connection, Database as _, Tx},
    error::{Result, StoreError},
    operations::timestamp,
    page::{Page, paged},
    sequences,
    sql::{Row, query, query_as, query_scalar},
};

pub use self::runs::{RunRow, RunState, advance, insert_run, insert_unrated, run, runs, runs_page};

/// What kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvoiceKind {
    /// Something to pay.
    Invoice,
    /// Something to get back, for an earlier invoice.
    CreditNote,
}

impl InvoiceKind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::CreditNote => "credit-note",
        }
    }

    fn series(self) -> &'static str {
        match self {
            Self::Invoice => "INV",
            Self::CreditNote => "CN",
        }
    }
}

/// What a line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// A charge of the invoice's own period.
    Charge,
    /// The difference to what an earlier period should have cost.
    Correction,
}

impl LineKind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Correction => "correction",
        }
    }
}

/// One line of an invoice; what is posted for a period is the sum of its lines on documents that are not voided.
#[derive(Debug, Clone)]
pub struct LineRow {
    /// Its number with us; zero before it is issued.
    pub id: i64,
    /// Its place on the document, from 1.
    pub position: u32,
    /// Whose usage it bills, whoever pays.
    pub customer: CustomerId,
    /// What it is for.
    pub kind: LineKind,
    /// Under which agreement.
    pub agreement: AgreementId,
    /// Of which period.
    pub period: PeriodName,
    /// The charge's code in the rate card.
    pub charge: String,
    /// The tier; zero where there are none.
    pub tier: u32,
    /// For people.
    pub label: String,
    /// The price of one unit, as decimal text.
    pub unit_price: String,
    /// How many units; negative when taken back.
    pub quantity: Quantity,
    /// What it comes to.
    pub amount: Amount,
    /// The number of the change of usage after which it bills: that of the posting before, or zero.
    pub usage_after: i64,
    /// The number of the last change of usage that counted.
    pub usage_until: i64,
}

/// A line that was issued, and on what.
#[derive(Debug, Clone)]
pub struct PostedRow {
    /// The line.
    pub line: LineRow,
    /// The invoice whose charge it is, or, on a credit note, the invoice it takes back from.
    pub invoice: InvoiceId,
}

/// An invoice or credit note to issue.
#[derive(Debug, Clone)]
pub struct NewInvoice {
    /// Which kind.
    pub kind: InvoiceKind,
    /// In which run.
    pub run: RunId,
    /// To whom.
    pub customer: CustomerId,
    /// Of which period.
    pub period: BillingPeriod,
    /// The sum of its lines.
    pub total: Amount,
    /// The invoice that a credit note corrects.
    pub corrects: Option<InvoiceId>,
    /// Its lines.
    pub lines: Vec<LineRow>,
}

/// Issues a document under the next number of its series; on the test side of a tenant the number says so.
pub async fn issue(tx: &mut Tx, new: &NewInvoice, now: Timestamp) -> Result<InvoiceId> {
    let tenant = tx.tenant();
    let series = new.kind.series();
    let number = sequences::take(tx, &format!("{series}/{}", tenant.0), 1).await?;
    let sql = "insert into invoices (tenant, run, customer, kind, number, period, currency, total, corrects, issued_at) \
               select $1, $2, $3, $4, case when live is null then $5 else 'TEST-' || $5 end, $6, $7, $8, $9, $10 from tenants where id = $1 \
               returning id";
    let query = query_scalar(sql).bind(tenant.0).bind(new.run.0).bind(new.customer.0).bind(new.kind.name());
    let query = query.bind(format!("{series}-{number:06}")).bind(new.period.to_string()).bind(new.total.currency().to_string());
    let query = query.bind(new.total.minor()).bind(new.corrects.map(|invoice| invoice.0)).bind(now.micros());
    let invoice: i64 = query.fetch_one(tx.sql()).await?;
    let head = "insert into invoice_lines (tenant, invoice, position, customer, agreement, period, kind, charge, tier, label, unit_price, \
                quantity, amount, usage_after, usage_until) ";
    let lines: Vec<(i64, &LineRow)> = (1..).zip(&new.lines).collect();
    bulk::insert(tx, head, "", &lines, |row, (position, line)| {
        row.push_bind(tenant.0).push_bind(invoice).push_bind(*position).push_bind(line.customer.0).push_bind(line.agreement.0);
        row.push_bind(line.period.to_string()).push_bind(line.kind.name()).push_bind(line.charge.clone()).push_bind(line.tier);
        row.push_bind(line.label.clone()).push_bind(line.unit_price.clone()).push_bind(line.quantity.micros());
        row.push_bind(line.amount.minor()).push_bind(line.usage_after).push_bind(line.usage_until);
    })
    .await?;
    Ok(InvoiceId(invoice))
}

/// An issued document without its lines.
#[derive(Debug, Clone)]
pub struct InvoiceRow {
    /// Its id.
    pub id: InvoiceId,
    /// `invoice` or `credit-note`.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// To whom.
    pub customer: CustomerId,
    /// The customer's key.
    pub customer_key: String,
    /// Of which period.
    pub period: BillingPeriod,
    /// What it comes to.
    pub total: Amount,
    /// The number of the invoice it corrects.
    pub corrects: Option<String>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// What became of it.
    pub state: DocumentState,
}

/// What became of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentState {
    /// Nothing is written down: a preview.
    Draft,
    /// It stands.
    Issued,
    /// It stands and is paid.
    Paid {
        /// Since when.
        at: Timestamp,
    },
    /// It does not stand; its postings are open again.
    Voided {
        /// Since when.
        at: Timestamp,
    },
}

impl DocumentState {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Issued => "issued",
            Self::Paid { .. } => "paid",
            Self::Voided { .. } => "voided",
        }
    }

    fn stored(paid_at: Option<i64>, voided_at: Option<i64>) -> Result<Self> {
        let at = |at| timestamp("invoice_changes", "at", at);
        match (paid_at, voided_at) {
            (_, Some(voided_at)) => Ok(Self::Voided { at: at(voided_at)? }),
            (Some(paid_at), None) => Ok(Self::Paid { at: at(paid_at)? }),
            (None, None) => Ok(Self::Issued),
        }
    }
}

const INVOICES: &str = "select i.id, i.kind, i.number, i.customer, u.key, i.period, i.currency, i.total, o.number, i.issued_at, \
    (select x.at from invoice_changes x where x.invoice = i.id and x.kind = 'paid'), \
    (select x.at from invoice_changes x where x.invoice = i.id and x.kind = 'voided') from invoices i \
    join customers u on u.id = i.customer left join invoices o on o.id = i.corrects where i.tenant = $1";

/// Every document of a tenant, in order of issue.
pub async fn invoices(c: &mut impl Connection) -> Result<Vec<InvoiceRow>> {
    invoices_page(c, Page::ALL).await
}

/// Some documents of a tenant, in order of issue.
pub async fn invoices_page(c: &mut impl Connection, page: Page) -> Result<Vec<InvoiceRow>> {
    let tenant = c.tenant();
    paged(c, INVOICES, "i.id", tenant, page).await?.iter().map(invoice).collect()
}

/// Some documents to one customer, in order of issue.
pub async fn invoices_to(c: &mut impl Connection, customer: CustomerId, page: Page) -> Result<Vec<InvoiceRow>> {
    let tenant = c.tenant();
    let sql = format!("{INVOICES} and i.customer = {}", customer.0);
    paged(c, &sql, "i.id", tenant, page).await?.iter().map(invoice).collect()
}

/// The document with a number or an id.
pub async fn invoice_by_name(c: &mut impl Connection, name: &str) -> Result<Option<InvoiceRow>> {
    let tenant = c.tenant();
    let id = name.parse::<InvoiceId>().map_or(0, |id| id.0);
    let statement = query(format!("{INVOICES} and (i.number = $2 or i.id = $3)")).bind(tenant.0).bind(name).bind(id);
    statement.fetch_optional(c.sql()).await?.as_ref().map(invoice).transpose()
}

/// Whether anything was issued.
pub async fn has_invoices(c: &mut impl Connection) -> Result<bool> {
    let tenant = c.tenant();
    let sql = "select exists (select 1 from invoices where tenant = $1)";
    query_scalar(sql).bind(tenant.0).fetch_one(c.sql()).await
}

fn invoice(row: &Row) -> Result<InvoiceRow> {
    Ok(InvoiceRow {
        id: InvoiceId(row.try_get(0)?),
        kind: row.try_get(1)?,
        number: row.try_get(2)?,
        customer: CustomerId(row.try_get(3)?),
        customer_key: row.try_get(4)?,
        period: period("invoices", row.try_get(5)?)?,
        total: Amount::new(row.try_get(7)?, currency(row.try_get(6)?)?),
        corrects: row.try_get(8)?,
        issued_at: timestamp("invoices", "issued_at", row.try_get(9)?)?,
        state: DocumentState::stored(row.try_get(10)?, row.try_get(11)?)?,
    })
}

/// The customers that a run has issued documents to.
pub async fn issued(c: &mut impl Connection, run: RunId) -> Result<Vec<CustomerId>> {
    let tenant = c.tenant();
    let sql = "select distinct customer from invoices where tenant = $1 and run = $2";
    let rows: Vec<(i64,)> = query_as(sql).bind(tenant.0).bind(run.0).fetch_all(c.sql()).await?;
    Ok(rows.into_iter().map(|(customer,)| CustomerId(customer)).collect())
}

/// Whether a run has issued a document to a customer.
pub async fn is_issued(c: &mut impl Connection, run: RunId, customer: CustomerId) -> Result<bool> {
    let tenant = c.tenant();
    let sql = "select exists (select 1 from invoices where run = $1 and customer = $2 and tenant = $3)";
    query_scalar(sql).bind(run.0).bind(customer.0).bind(tenant.0).fetch_one(c.sql()).await
}

/// The lines of an issued document, in order.
pub async fn lines(c: &mut impl Connection, invoice: InvoiceId) -> Result<Vec<LineRow>> {
    let tenant = c.tenant();
    let sql = format!("{LINES} where l.tenant = $1 and l.invoice = $2 order by l.position");
    let rows = query(sql).bind(tenant.0).bind(invoice.0).fetch_all(c.sql()).await?;
    rows.iter().map(line).collect()
}

/// Everything posted so far for one agreement and period, in order of issue.
pub async fn posted(c: &mut impl Connection, customer: CustomerId, agreement: AgreementId, period: PeriodName) -> Result<Vec<PostedRow>> {
    let tenant = c.tenant();
    let sql =
        format!("{LINES} where l.tenant = $1 and l.customer = $2 and l.agreement = $3 and l.period = $4 and {NOT_VOIDED} order by l.id");
    let statement = query(sql).bind(tenant.0).bind(customer.0).bind(agreement.0).bind(period.to_string());
    let rows = statement.fetch_all(c.sql()).await?;
    rows.iter().map(|row| Ok(PostedRow { line: line(row)?, invoice: InvoiceId(row.try_get(12)?) })).collect()
}

/// The agreements and periods for which anything is posted.
pub async fn posted_periods(c: &mut impl Connection) -> Result<Vec<(AgreementId, PeriodName)>> {
    periods(c, "select distinct agreement, period from invoice_lines where tenant = $1").await
}

/// The agreements and periods of which a line was on a document that is voided.
pub async fn reopened(c: &mut impl Connection) -> Result<Vec<(AgreementId, PeriodName)>> {
    let sql = "select distinct l.agreement, l.period from invoice_changes x join invoice_lines l on l.invoice = x.invoice \
               where x.tenant = $1 and x.kind = 'voided'";
    periods(c, sql).await
}

/// The agreements and periods with postings of which a run could not compute the bill: what had changed by then may not be billed.
pub async fn posted_of_unrated(c: &mut impl Connection) -> Result<Vec<(AgreementId, PeriodName)>> {
    let sql = "select distinct l.agreement, l.period from unrated u join invoice_lines l on l.tenant = u.tenant \
               and (l.customer = u.customer or l.customer in (select m.customer from merges m where m.tenant = u.tenant)) \
               where u.tenant = $1";
    periods(c, sql).await
}

async fn periods(c: &mut impl Connection, sql: &'static str) -> Result<Vec<(AgreementId, PeriodName)>> {
    let tenant = c.tenant();
    let rows: Vec<(i64, String)> = query_as(sql).bind(tenant.0).fetch_all(c.sql()).await?;
    rows.into_iter().map(|(agreement, text)| Ok((AgreementId(agreement), period_name(text)?))).collect()
}

const LINES: &str = "select l.kind, l.agreement, l.period, l.charge, l.tier, l.label, l.unit_price, l.quantity, l.amount, i.currency, \
    l.usage_after, l.usage_until, coalesce(i.corrects, i.id), l.id, l.position, l.customer from invoice_lines l \
    join invoices i on i.id = l.invoice";
const NOT_VOIDED: &str = "not exists (select 1 from invoice_changes x where x.invoice = l.invoice and x.kind = 'voided')";

fn line(row: &Row) -> Result<LineRow> {
    let kind: String = row.try_get(0)?;
    Ok(LineRow {
        id: row.try_get(13)?,
        position: row.try_get(14)?,
        customer: CustomerId(row.try_get(15)?),
        kind: if kind == "charge" { LineKind::Charge } else { LineKind::Correction },
        agreement: AgreementId(row.try_get(1)?),
        period: period_name(row.try_get(2)?)?,
        charge: row.try_get(3)?,
        tier: row.try_get(4)?,
        label: row.try_get(5)?,
        unit_price: row.try_get(6)?,
        quantity: Quantity::from_micros(row.try_get(7)?),
        amount: Amount::new(row.try_get(8)?, currency(row.try_get(9)?)?),
        usage_after: row.try_get(10)?,
        usage_until: row.try_get(11)?,
    })
}

fn period(table: &'static str, text: String) -> Result<BillingPeriod> {
    text.parse().map_err(|_| StoreError::corrupt(table, "period", text))
}

fn period_name(text: String) -> Result<PeriodName> {
    text.parse().map_err(|_| StoreError::corrupt("invoice_lines", "period", text))
}

fn currency(text: String) -> Result<Currency> {
    text.parse().map_err(|_| StoreError::corrupt("invoices", "currency", text))
}
