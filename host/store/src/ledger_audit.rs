//! What an audit of the ledger reads: sums, and the rows that are not as they should be.

use assay_domain::{
    id::{AgreementId, CustomerId},
    money::Amount,
    period::{BillingPeriod, PeriodName},
};

use crate::{
    connection::Connection,
    error::{Result, StoreError},
    ledger::{Account, amount},
    sql::{query, query_as, query_scalar},
};

/// Which documents do not count, as a condition on the id of one.
const VOIDED: &str = "(select x.invoice from invoice_changes x where x.tenant = $1 and x.kind = 'voided')";
/// What a line's transfer adds to what is owed.
const OWED: &str = "case when t.debit = 'receivable' then t.amount else -t.amount end";
/// Transfers that earn, or take back what was earned.
const EARNING: &str = "('revenue' in (t.debit, t.credit) or 'tax' in (t.debit, t.credit))";

/// How many transfers there are.
pub async fn count(c: &mut impl Connection) -> Result<i64> {
    let tenant = c.tenant();
    query_scalar("select count(*) from transfers where tenant = $1").bind(tenant.0).fetch_one(c.sql()).await
}

/// What is posted of a charge for a period.
#[derive(Debug, Clone)]
pub struct PostedSum {
    /// Under which agreement.
    pub agreement: AgreementId,
    /// Of which period.
    pub period: PeriodName,
    /// The charge's code.
    pub charge: String,
    /// The sum of its transfers.
    pub amount: Amount,
}

/// What is posted, by agreement, period and charge.
pub async fn posted(c: &mut impl Connection) -> Result<Vec<PostedSum>> {
    let tenant = c.tenant();
    let sql = format!(
        "select t.agreement, t.period, t.charge, t.currency, sum({OWED}) from transfers t where t.tenant = $1 and {EARNING} \
         and t.agreement is not null group by 1, 2, 3, 4 order by 1, 2, 3, 4"
    );
    let rows: Vec<(i64, String, String, String, i64)> = query_as(sql).bind(tenant.0).fetch_all(c.sql()).await?;
    let sum = |(agreement, name, charge, currency, minor)| {
        Ok(PostedSum { agreement: AgreementId(agreement), period: period(name)?, charge, amount: amount(minor, currency)? })
    };
    rows.into_iter().map(sum).collect()
}

/// The last posting of a period that stands.
#[derive(Debug, Clone)]
pub struct LastPosting {
    /// Under which agreement.
    pub agreement: AgreementId,
    /// Of which period.
    pub period: PeriodName,
    /// The month of the run that posted it.
    pub month: BillingPeriod,
    /// Whether it mended what an earlier run had billed.
    pub is_correction: bool,
    /// The number of the last change of usage that counted.
    pub usage_until: i64,
    /// Whether a line of the period was voided since, so that it waits for the next run.
    pub is_open: bool,
}

/// The last posting of every period, on a document that is not voided.
pub async fn last_postings(c: &mut impl Connection) -> Result<Vec<LastPosting>> {
    let tenant = c.tenant();
    // Of the postings of a period the one with the highest transfer counts.
    let sql = format!(
        "with voids as (select t.agreement, t.period, max(t.id) as last from transfers t where t.tenant = $1 and t.kind = 'void' \
         and t.line is not null group by 1, 2), \
         posts as (select t.agreement, t.period, max(t.id) as last from transfers t \
         join invoice_lines l on l.id = t.line where t.tenant = $1 and t.kind in ('post', 'correct') \
         and t.agreement is not null and l.invoice not in {VOIDED} group by 1, 2) \
         select p.agreement, p.period, i.period, l.kind, l.usage_until, coalesce(v.last, 0) > p.last from posts p \
         join transfers t on t.id = p.last join invoice_lines l on l.id = t.line join invoices i on i.id = l.invoice \
         left join voids v on v.agreement = p.agreement and v.period = p.period order by 1, 2"
    );
    let rows = query(sql).bind(tenant.0).fetch_all(c.sql()).await?;
    rows.iter()
        .map(|row| {
            let month: String = row.try_get(2)?;
            Ok(LastPosting {
                agreement: AgreementId(row.try_get(0)?),
                period: period(row.try_get(1)?)?,
                month: month.parse().map_err(|_| StoreError::corrupt("invoices", "period", month))?,
                is_correction: row.try_get::<String>(3)? == "correction",
                usage_until: row.try_get(4)?,
                is_open: row.try_get(5)?,
            })
        })
        .collect()
}

/// What moved between two accounts of a customer.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Whose.
    pub customer: CustomerId,
    /// The account that gained.
    pub debit: Account,
    /// The account that gave.
    pub credit: Account,
    /// How much.
    pub amount: Amount,
}

/// The sums over all transfers that move money.
pub async fn flows(c: &mut impl Connection) -> Result<Vec<Flow>> {
    let tenant = c.tenant();
    let sql = "select customer, debit, credit, currency, sum(amount) from transfers where tenant = $1 and 'held' not in (debit, credit) \
               group by 1, 2, 3, 4 order by 1, 4, 2, 3";
    let rows: Vec<(i64, String, String, String, i64)> = query_as(sql).bind(tenant.0).fetch_all(c.sql()).await?;
    let flow = |(customer, debit, credit, currency, minor)| {
        let (debit, credit) = (Account::parse(debit)?, Account::parse(credit)?);
        Ok(Flow { customer: CustomerId(customer), debit, credit, amount: amount(minor, currency)? })
    };
    rows.into_iter().map(flow).collect()
}

/// What was kept of an account: debits and credits.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Whose.
    pub customer: CustomerId,
    /// Of which account.
    pub account: Account,
    /// What it gained.
    pub debits: Amount,
    /// What it gave, in minor units.
    pub credits: i64,
}

/// Every balance as it is kept.
pub async fn kept(c: &mut impl Connection) -> Result<Vec<Kept>> {
    let tenant = c.tenant();
    let sql = "select customer, account, currency, debits, credits from balances where tenant = $1 order by 1, 3, 2";
    let rows: Vec<(i64, String, String, i64, i64)> = query_as(sql).bind(tenant.0).fetch_all(c.sql()).await?;
    let kept = |(customer, account, currency, debits, credits)| {
        Ok(Kept { customer: CustomerId(customer), account: Account::parse(account)?, debits: amount(debits, currency)?, credits })
    };
    rows.into_iter().map(kept).collect()
}

/// What the documents of each customer come to that are not voided.
pub async fn totals(c: &mut impl Connection) -> Result<Vec<(CustomerId, Amount)>> {
    let tenant = c.tenant();
    let sql = format!(
        "select i.customer, i.currency, sum(l.amount) from invoice_lines l join invoices i on i.id = l.invoice \
         where l.tenant = $1 and i.id not in {VOIDED} group by 1, 2 order by 1, 2"
    );
    let rows: Vec<(i64, String, i64)> = query_as(sql).bind(tenant.0).fetch_all(c.sql()).await?;
    rows.into_iter().map(|(customer, currency, minor)| Ok((CustomerId(customer), amount(minor, currency)?))).collect()
}

/// What is wrong with one thing: what it is, what was found, and what should be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// A document's line, a transfer, a lot.
    pub what: String,
    /// What is there.
    pub found: String,
    /// What should be.
    pub expected: String,
}

/// What a statement finds that answers with what, found and expected.
async fn wrong(c: &mut impl Connection, sql: String) -> Result<Vec<Wrong>> {
    let tenant = c.tenant();
    let rows: Vec<(String, String, String)> = query_as(sql).bind(tenant.0).fetch_all(c.sql()).await?;
    Ok(rows.into_iter().map(|(what, found, expected)| Wrong { what, found, expected }).collect())
}

/// Lines of documents without exactly one transfer of their amount, and voided ones without the one that undoes it. Amounts are in
/// minor units.
pub async fn lines(c: &mut impl Connection) -> Result<Vec<Wrong>> {
    // A transfer that is about something else than its line is none of the line's.
    let same = "t.agreement = l.agreement and t.period = l.period and t.charge = l.charge and t.invoice = l.invoice \
                and t.customer = i.customer and t.currency = i.currency and 'receivable' in (t.debit, t.credit) \
                and case when l.charge like 'tax-%' then 'tax' else 'revenue' end in (t.debit, t.credit)";
    let sums = format!(
        "select i.number || ' line ' || l.position as what, l.amount as amount, case when i.id in {VOIDED} then 1 else 0 end as voided, \
         count(case when t.kind <> 'void' then 1 end) as posts, coalesce(sum(case when t.kind <> 'void' and {same} then {OWED} end), 0) as posted, \
         count(case when t.kind = 'void' then 1 end) as voids, coalesce(sum(case when t.kind = 'void' and {same} and exists (select 1 from transfers o \
         where o.id = t.corrects and o.line = t.line) then {OWED} end), 0) as undone \
         from invoice_lines l join invoices i on i.id = l.invoice \
         left join transfers t on t.invoice = l.invoice and t.line = l.id and {EARNING} where l.tenant = $1 group by l.id, i.id, i.number, l.position, l.amount order by l.id"
    );
    let sql = format!(
        "select what, posts || ' transfers of ' || posted || ' in all', '1 transfer of ' || amount from ({sums}) as sums \
         where posts <> 1 or posted <> amount \
         union all select what, voids || ' voids of ' || undone || ' in all', case when voided = 1 then '1 void of ' || -amount else '0 voids of 0 in all' end \
         from ({sums}) as sums where voids <> voided or (voided = 1 and undone <> -amount) or (voided = 0 and undone <> 0)"
    );
    wrong(c, sql).await
}

/// Transfers that earn without a line of a document.
pub async fn strays(c: &mut impl Connection) -> Result<Vec<Wrong>> {
    let sql = format!(
        "select t.key, t.debit || ' from ' || t.credit || ', ' || t.amount || ' ' || t.currency, 'a line of the document' \
         from transfers t where t.tenant = $1 and {EARNING} \
         and not exists (select 1 from invoice_lines l where l.id = t.line and l.invoice = t.invoice) order by t.id"
    );
    wrong(c, sql).await
}

/// Transfers that undo or mend without naming an earlier one of the same customer, or one merged into it, where there is one.
pub async fn references(c: &mut impl Connection) -> Result<Vec<Wrong>> {
    // The bill of a merged customer goes on under its payer.
    let earlier = "e.tenant = t.tenant and e.id < t.id and (e.customer = t.customer or e.customer in (select m.customer from merges m \
                   where m.tenant = $1))";
    let sql = format!(
        "select t.key, case when t.corrects is null then 'it names none' else 'it names transfer ' || t.corrects end, \
         'an earlier transfer of the same customer' from transfers t where t.tenant = $1 and t.kind in ('void', 'correct') and case \
         when t.corrects is not null then not exists (select 1 from transfers e where e.id = t.corrects and {earlier}) \
         when t.kind = 'void' or t.lot is not null then 1 = 1 \
         else exists (select 1 from transfers e where e.tenant = t.tenant and e.customer = t.customer and e.id < t.id \
         and e.kind in ('post', 'correct') and e.agreement = t.agreement \
         and (e.invoice is null or e.invoice <> t.invoice) and e.period = t.period and e.charge = t.charge) end order by t.id"
    );
    wrong(c, sql).await
}

/// Agreements, periods and charges with more than one open hold of what may be billed, or of what may be given back.
pub async fn holds(c: &mut impl Connection) -> Result<Vec<Wrong>> {
    let sql = "select 'hold of ' || coalesce(t.charge, '-') || ' in ' || coalesce(t.period, '-') || ' of agreement ' || coalesce(cast(t.agreement as text), '-'), \
               count(*) || ' are open', 'at most 1' from transfers t where t.tenant = $1 and t.kind = 'pending' \
               and not exists (select 1 from transfers v where v.corrects = t.id and v.kind = 'void') \
               group by t.agreement, t.period, t.charge, t.credit having count(*) > 1";
    wrong(c, sql.to_owned()).await
}

/// Lots of which more was taken than there was, or at a time when they were worth nothing; draws of which more came back than was
/// taken; and movements of a wallet that are none of a lot. Amounts are in minor units.
pub async fn lots(c: &mut impl Connection) -> Result<Vec<Wrong>> {
    let moved = "select l.id, l.amount, l.expires_at, coalesce(sum(case when t.credit = 'wallet' then t.amount end), 0) as given, \
                 coalesce(sum(case when t.debit = 'wallet' then t.amount end), 0) as taken, \
                 count(case when t.debit = 'wallet' and t.credit = 'receivable' and t.at >= l.expires_at then 1 end) as late, \
                 count(case when t.debit = 'wallet' and t.credit = 'external' and (l.expires_at is null or t.at < l.expires_at) then 1 end) as early \
                 from lots l left join transfers t on t.lot = l.id where l.tenant = $1 group by l.id, l.amount, l.expires_at";
    let sql = format!(
        "select 'lot ' || id, given || ' was given', amount || ' given' from ({moved}) as moved where given <> amount \
         union all select 'lot ' || id, taken || ' was taken', 'at most ' || amount from ({moved}) as moved where taken > amount \
         union all select 'lot ' || id, late || ' draws when it had expired', 'none' from ({moved}) as moved where late > 0 \
         union all select 'lot ' || id, early || ' expiries before its time', 'none' from ({moved}) as moved where early > 0 \
         union all select d.key, sum(r.amount) || ' came back', 'at most ' || d.amount from transfers d \
         join transfers r on r.corrects = d.id and r.debit = 'receivable' and r.credit = 'wallet' \
         where d.tenant = $1 group by d.id, d.key, d.amount having sum(r.amount) > d.amount \
         union all select t.key, 'it moves the lot ' || coalesce(cast(t.lot as text), '-'), 'one of the same customer and currency' from transfers t \
         where t.tenant = $1 and 'wallet' in (t.debit, t.credit) and not exists (select 1 from lots l where l.id = t.lot \
         and l.customer = t.customer and l.currency = t.currency)"
    );
    wrong(c, sql).await
}

/// What an invoice billed of a charge, and what its credit notes gave back; in minor units.
#[derive(Debug, Clone)]
pub struct GivenBack {
    /// The invoice's number.
    pub invoice: String,
    /// Under which agreement.
    pub agreement: AgreementId,
    /// Of which period.
    pub period: PeriodName,
    /// The charge's code.
    pub charge: String,
    /// The invoice's lines.
    pub billed: i64,
    /// The lines of its credit notes.
    pub given: i64,
}

/// What invoices with credit notes billed, and what the credit notes gave back.
pub async fn given_back(c: &mut impl Connection) -> Result<Vec<GivenBack>> {
    let tenant = c.tenant();
    let sql = format!(
        "select o.number, l.agreement, l.period, l.charge, sum(case when i.id = o.id then l.amount else 0 end), \
         sum(case when i.id = o.id then 0 else l.amount end) from invoice_lines l join invoices i on i.id = l.invoice \
         join invoices o on o.id = coalesce(i.corrects, i.id) where l.tenant = $1 and i.id not in {VOIDED} \
         and o.id in (select n.corrects from invoices n where n.tenant = $1 and n.corrects is not null) \
         group by o.id, o.number, l.agreement, l.period, l.charge order by o.id, l.agreement, l.period, l.charge"
    );
    let rows: Vec<(String, i64, String, String, i64, i64)> = query_as(sql).bind(tenant.0).fetch_all(c.sql()).await?;
    let row = |(invoice, agreement, name, charge, billed, given)| {
        Ok(GivenBack { invoice, agreement: AgreementId(agreement), period: period(name)?, charge, billed, given })
    };
    rows.into_iter().map(row).collect()
}

/// The numbers of a tenant's documents in order of issue, each with its series.
pub async fn numbers(c: &mut impl Connection) -> Result<Vec<(String, String)>> {
    let tenant = c.tenant();
    let sql = "select case kind when 'invoice' then 'INV' else 'CN' end, number from invoices where tenant = $1 order by id";
    query_as(sql).bind(tenant.0).fetch_all(c.sql()).await
}

/// How many numbers a series has given out.
pub async fn given_out(c: &mut impl Connection, series: &str) -> Result<i64> {
    let name = format!("{series}/{}", c.tenant().0);
    let sql = "select coalesce(max(next), 1) - 1 from sequences where name = $1";
    query_scalar(sql).bind(name).fetch_one(c.sql()).await
}

fn period(text: String) -> Result<PeriodName> {
    text.parse().map_err(|_| StoreError::corrupt("transfers", "period", text))
}
