//! Disputes: outcomes that their customers contest, what became of each, and what that makes of the outcome's usage.
//!
//! A dispute is written once, as the outcome stood when it was opened. Everything after that is a step; the last step says how it stands.

mod bills;
mod counts;
mod findings;
mod fixtures;
mod rulings;
mod steps;
mod terms;

use assay_domain::{
    decimal::Quantity,
    dispute::Category,
    id::{AgreementId, CustomerId, DefinitionId, DisputeId, EvaluationId, EventId, InteractionId, InvoiceId, VersionId},
    money::Amount,
    period::PeriodName,
    time::Timestamp,
};

use crate::{
    connection::{Connection, Database as _, Tx},
    definitions::parse,
    error::{Result, StoreError},
    ledger,
    operations::{parsed, timestamp},
    page::{Page, paged},
    sql::{Row, query_scalar},
};

pub(crate) use self::rulings::{RULED, ruling};
pub use self::{
    bills::{Behind, Bill, OnLine, billed_by, counted_until, on_lines},
    counts::{OutcomeTally, outcome_tallies},
    findings::{FindingRow, findings, insert_finding, unexamined},
    fixtures::{FixtureRow, TrialResult, TrialRow, fixture, fixtures_of, insert_fixture, insert_trial, trials},
    rulings::{Contested, RulingRow, contested, rulings, unsettle},
    steps::{NewStep, StepRow, due, insert_step, steps, was_appealed},
    terms::{put_terms, terms},
};

/// A dispute to open.
#[derive(Debug, Clone)]
pub struct NewDispute {
    /// About which interaction.
    pub interaction: InteractionId,
    /// Under which definition.
    pub definition: DefinitionId,
    /// Who is billed for it.
    pub customer: CustomerId,
    /// Judged by which version.
    pub version: VersionId,
    /// In which evaluation.
    pub evaluation: EvaluationId,
    /// How many events the verdict was about.
    pub judged: i64,
    /// The reason of the verdict.
    pub reason: String,
    /// What is said to be wrong.
    pub category: Category,
    /// In words.
    pub claim: String,
    /// The events that are contested.
    pub events: Vec<EventId>,
    /// How much is billed.
    pub quantity: Quantity,
    /// The class of the success.
    pub class: Option<String>,
    /// The date it is billed under.
    pub dated_at: Timestamp,
    /// The number of the change of usage that added it.
    pub usage_change: i64,
    /// Under which agreement it is billed, in which of its periods.
    pub place: Option<(AgreementId, PeriodName)>,
    /// The document that has counted it.
    pub invoice: Option<InvoiceId>,
    /// What it is worth; `None` where that cannot be said.
    pub amount: Option<Amount>,
    /// Who has opened it.
    pub actor: String,
}

/// A dispute as stored, with its last step.
#[derive(Debug, Clone)]
pub struct DisputeRow {
    /// Its id.
    pub id: DisputeId,
    /// As it was opened.
    pub dispute: NewDispute,
    /// The sender's key for the interaction.
    pub subject: String,
    /// The definition's slug.
    pub slug: String,
    /// Which of its versions judged.
    pub number: u32,
    /// The customer's key.
    pub customer_key: String,
    /// The number of the document.
    pub invoice_number: Option<String>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// How it stands.
    pub last: StepRow,
}

/// Writes down a dispute; its first step is to follow.
pub async fn insert(tx: &mut Tx, new: &NewDispute, now: Timestamp) -> Result<DisputeId> {
    let tenant = tx.tenant();
    let sql = "insert into disputes (tenant, interaction, definition, customer, version, evaluation, judged, reason, category, claim, events, \
               quantity, class, dated_at, usage_change, agreement, period, invoice, amount, currency, actor, opened_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22) returning id";
    let events: Vec<String> = new.events.iter().map(|event| event.0.to_string()).collect();
    let query = query_scalar(sql).bind(tenant.0).bind(new.interaction.0).bind(new.definition.0).bind(new.customer.0);
    let query = query.bind(new.version.0).bind(new.evaluation.0).bind(new.judged).bind(&new.reason).bind(new.category.name());
    let query = query.bind(&new.claim).bind(format!("[{}]", events.join(","))).bind(new.quantity.micros()).bind(&new.class);
    let query = query.bind(new.dated_at.micros()).bind(new.usage_change).bind(new.place.map(|(agreement, _)| agreement.0));
    let query = query.bind(new.place.map(|(_, period)| period.to_string())).bind(new.invoice.map(|invoice| invoice.0));
    let query = query.bind(new.amount.map(Amount::minor)).bind(new.amount.map(|amount| amount.currency().to_string()));
    let id: i64 = query.bind(&new.actor).bind(now.micros()).fetch_one(tx.sql()).await?;
    Ok(DisputeId(id))
}

/// Which disputes to list; what is absent does not narrow.
#[derive(Debug, Clone, Copy, Default)]
pub struct DisputeFilter {
    /// Those about outcomes of this customer.
    pub customer: Option<CustomerId>,
    /// Those under this definition.
    pub definition: Option<DefinitionId>,
    /// Those about this interaction.
    pub interaction: Option<InteractionId>,
    /// Those that wait for an answer.
    pub is_open: bool,
}

const DISPUTES: &str = "select d.id, d.interaction, i.subject, d.definition, f.slug, d.customer, u.key, d.version, v.number, d.evaluation, \
    d.judged, d.reason, d.category, d.claim, d.events, d.quantity, d.class, d.dated_at, d.usage_change, d.agreement, d.period, d.invoice, \
    n.number, d.amount, d.currency, d.actor, d.opened_at, s.id, s.dispute, s.state, s.ruling, s.effect, s.share, s.due_at, s.by_default, \
    s.reason, s.actor, s.at from disputes d join interactions i on i.id = d.interaction join definitions f on f.id = d.definition \
    join customers u on u.id = d.customer join versions v on v.id = d.version join dispute_steps s on s.dispute = d.id \
    and not exists (select 1 from dispute_steps l where l.dispute = s.dispute and l.id > s.id) \
    left join invoices n on n.id = d.invoice where d.tenant = $1";
/// Where the columns of the last step begin.
const LAST: usize = 27;

/// Some disputes that a filter lets through, oldest first.
pub async fn page(c: &mut impl Connection, filter: DisputeFilter, page: Page) -> Result<Vec<DisputeRow>> {
    let tenant = c.tenant();
    let mut sql = DISPUTES.to_owned();
    let equals = [
        ("d.customer", filter.customer.map(|id| id.0)),
        ("d.definition", filter.definition.map(|id| id.0)),
        ("d.interaction", filter.interaction.map(|id| id.0)),
    ];
    for (column, id) in equals {
        if let Some(id) = id {
            sql += &format!(" and {column} = {id}");
        }
    }
    if filter.is_open {
        sql += " and s.state in ('open', 'appealed')";
    }
    paged(c, &sql, "d.id", tenant, page).await?.iter().map(dispute).collect()
}

/// One dispute of the tenant.
pub async fn by_id(c: &mut impl Connection, id: DisputeId) -> Result<Option<DisputeRow>> {
    let found = page(c, DisputeFilter::default(), Page::at(id.0)).await?;
    Ok(found.into_iter().find(|row| row.id == id))
}

/// Whether the tenant has any dispute.
pub async fn any(c: &mut impl Connection) -> Result<bool> {
    let tenant = c.tenant();
    query_scalar("select exists (select 1 from disputes where tenant = $1)").bind(tenant.0).fetch_one(c.sql()).await
}

fn dispute(row: &Row) -> Result<DisputeRow> {
    let amount: Option<i64> = row.try_get(23)?;
    let currency: Option<String> = row.try_get(24)?;
    let agreement = row.try_get::<Option<i64>>(19)?.map(AgreementId);
    let period: Option<PeriodName> = parsed("disputes", "period", row.try_get(20)?)?;
    let category: String = row.try_get(12)?;
    let events: Vec<i64> = parse("events", row.try_get(14)?)?;
    let dispute = NewDispute {
        interaction: InteractionId(row.try_get(1)?),
        definition: DefinitionId(row.try_get(3)?),
        customer: CustomerId(row.try_get(5)?),
        version: VersionId(row.try_get(7)?),
        evaluation: EvaluationId(row.try_get(9)?),
        judged: row.try_get(10)?,
        reason: row.try_get(11)?,
        category: category.parse().map_err(|_| StoreError::corrupt("disputes", "category", category))?,
        claim: row.try_get(13)?,
        events: events.into_iter().map(EventId).collect(),
        quantity: Quantity::from_micros(row.try_get(15)?),
        class: row.try_get(16)?,
        dated_at: timestamp("disputes", "dated_at", row.try_get(17)?)?,
        usage_change: row.try_get(18)?,
        place: agreement.zip(period),
        invoice: row.try_get::<Option<i64>>(21)?.map(InvoiceId),
        amount: amount.zip(currency).map(|(minor, code)| ledger::amount(minor, code)).transpose()?,
        actor: row.try_get(25)?,
    };
    Ok(DisputeRow {
        id: DisputeId(row.try_get(0)?),
        dispute,
        subject: row.try_get(2)?,
        slug: row.try_get(4)?,
        number: row.try_get(8)?,
        customer_key: row.try_get(6)?,
        invoice_number: row.try_get(22)?,
        opened_at: timestamp("disputes", "opened_at", row.try_get(26)?)?,
        last: steps::step(row, LAST)?,
    })
}
