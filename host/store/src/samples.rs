//! Samples: billed outcomes that were drawn by chance, and what people say of them.

use assay_domain::{
    decimal::Quantity,
    id::{CustomerId, DefinitionId, InteractionId, SampleId},
    money::Amount,
    outcome::{Credit, Meter},
    period::BillingPeriod,
    time::Timestamp,
};

use crate::{
    bulk,
    connection::{Connection, Database as _, Tx},
    error::{Result, StoreError},
    ledger,
    operations::{parsed, timestamp},
    page::{Page, paged},
    sql::{Row, query, query_scalar},
};

/// An outcome whose usage stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingOutcome {
    /// Of which interaction.
    pub interaction: InteractionId,
    /// Under which definition.
    pub definition: DefinitionId,
    /// Who pays.
    pub customer: CustomerId,
    /// The date it is billed under.
    pub dated_at: Timestamp,
    /// How much.
    pub quantity: Quantity,
    /// Its class.
    pub class: Option<String>,
    /// What it is worth, as decimal text.
    pub value: Option<String>,
    /// Who is credited with it.
    pub credit: Option<Credit>,
}

/// The outcomes that are dated in a time and stand by the changes up to a number, in order of interaction, definition, customer and date.
pub async fn standing(c: &mut impl Connection, (from, until): (Timestamp, Timestamp), last: i64) -> Result<Vec<StandingOutcome>> {
    let tenant = c.tenant();
    let sql = "select interaction, definition, customer, dated_at, sum(quantity), class, value, credit from usage \
               where tenant = $1 and dated_at >= $2 and dated_at < $3 and id <= $4 and meter = $5 \
               group by interaction, definition, customer, dated_at, class, value, credit having sum(quantity) > 0 \
               order by interaction, definition, customer, dated_at";
    let statement = query(sql).bind(tenant.0).bind(from.micros()).bind(until.micros()).bind(last).bind(Meter::Outcome.name());
    statement.fetch_all(c.sql()).await?.iter().map(outcome).collect()
}

fn outcome(row: &Row) -> Result<StandingOutcome> {
    Ok(StandingOutcome {
        interaction: InteractionId(row.try_get(0)?),
        definition: DefinitionId(row.try_get(1)?),
        customer: CustomerId(row.try_get(2)?),
        dated_at: timestamp("usage", "dated_at", row.try_get(3)?)?,
        quantity: Quantity::from_micros(row.try_get(4)?),
        class: row.try_get(5)?,
        value: row.try_get(6)?,
        credit: parsed("usage", "credit", row.try_get(7)?)?,
    })
}

/// A sample to write down.
#[derive(Debug, Clone)]
pub struct NewSample {
    /// Of outcomes that are dated in this month.
    pub period: BillingPeriod,
    /// Under this definition; `None` is all of them.
    pub definition: Option<DefinitionId>,
    /// Of this customer; `None` is all of them.
    pub customer: Option<CustomerId>,
    /// What chance began with.
    pub seed: [u8; 32],
    /// The number of the last change of usage that counts.
    pub usage_until: i64,
    /// From among how many.
    pub population: u64,
    /// Who has drawn it.
    pub actor: String,
    /// When.
    pub drawn_at: Timestamp,
}

/// A sample as stored, without its items.
#[derive(Debug, Clone)]
pub struct SampleRow {
    /// Its id.
    pub id: SampleId,
    /// As it was drawn.
    pub sample: NewSample,
    /// How many outcomes were drawn.
    pub size: u64,
}

/// An outcome of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItem {
    /// Of which interaction.
    pub interaction: InteractionId,
    /// Under which definition.
    pub definition: DefinitionId,
    /// Who pays.
    pub customer: CustomerId,
    /// The date it is billed under.
    pub dated_at: Timestamp,
    /// How much.
    pub quantity: Quantity,
    /// What it is worth; `None` where that cannot be said.
    pub amount: Option<Amount>,
}

/// Writes down a sample and its outcomes in the order in which they were drawn.
pub async fn insert(tx: &mut Tx, new: &NewSample, items: &[NewItem]) -> Result<SampleId> {
    let tenant = tx.tenant();
    let sql = "insert into samples (tenant, period, definition, customer, seed, usage_until, population, size, actor, drawn_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id";
    let (population, size) = (i64::try_from(new.population).unwrap_or(i64::MAX), i64::try_from(items.len()).unwrap_or(i64::MAX));
    let query = query_scalar(sql).bind(tenant.0).bind(new.period.to_string()).bind(new.definition.map(|id| id.0));
    let query = query.bind(new.customer.map(|id| id.0)).bind(new.seed.to_vec()).bind(new.usage_until).bind(population).bind(size);
    let id: i64 = query.bind(&new.actor).bind(new.drawn_at.micros()).fetch_one(tx.sql()).await?;
    let head =
        "insert into sample_items (sample, position, tenant, interaction, definition, customer, dated_at, quantity, amount, currency) ";
    let items: Vec<(i64, &NewItem)> = (1..).zip(items).collect();
    bulk::insert(tx, head, "", &items, |row, (position, item)| {
        row.push_bind(id).push_bind(*position).push_bind(tenant.0).push_bind(item.interaction.0).push_bind(item.definition.0);
        row.push_bind(item.customer.0).push_bind(item.dated_at.micros()).push_bind(item.quantity.micros());
        row.push_bind(item.amount.map(Amount::minor)).push_bind(item.amount.map(|amount| amount.currency().to_string()));
    })
    .await?;
    Ok(SampleId(id))
}

/// Some samples of a tenant, oldest first.
pub async fn page(c: &mut impl Connection, page: Page) -> Result<Vec<SampleRow>> {
    let tenant = c.tenant();
    let sql =
        "select id, period, definition, customer, seed, usage_until, population, size, actor, drawn_at from samples where tenant = $1";
    paged(c, sql, "id", tenant, page).await?.iter().map(sample).collect()
}

/// One sample of the tenant.
pub async fn by_id(c: &mut impl Connection, id: SampleId) -> Result<Option<SampleRow>> {
    let found = page(c, Page::at(id.0)).await?;
    Ok(found.into_iter().find(|row| row.id == id))
}

fn sample(row: &Row) -> Result<SampleRow> {
    let (period, seed): (String, Vec<u8>) = (row.try_get(1)?, row.try_get(4)?);
    let sample = NewSample {
        period: period.parse().map_err(|_| StoreError::corrupt("samples", "period", period))?,
        definition: row.try_get::<Option<i64>>(2)?.map(DefinitionId),
        customer: row.try_get::<Option<i64>>(3)?.map(CustomerId),
        seed: seed.try_into().map_err(|_| StoreError::corrupt("samples", "seed", "not 32 bytes"))?,
        usage_until: row.try_get(5)?,
        population: row.try_get::<i64>(6)?.unsigned_abs(),
        actor: row.try_get(8)?,
        drawn_at: timestamp("samples", "drawn_at", row.try_get(9)?)?,
    };
    Ok(SampleRow { id: SampleId(row.try_get(0)?), sample, size: row.try_get::<i64>(7)?.unsigned_abs() })
}

/// An outcome of a sample as stored, with what people say of it.
#[derive(Debug, Clone)]
pub struct ItemRow {
    /// Its place, from 1.
    pub position: u32,
    /// The outcome.
    pub item: NewItem,
    /// The sender's key for the interaction.
    pub subject: String,
    /// The definition's slug.
    pub slug: String,
    /// The customer's key.
    pub customer_key: String,
    /// What was said of it last.
    pub judgement: Option<JudgementRow>,
}

/// What somebody says of an outcome of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgementRow {
    /// Whether it was rightly billed.
    pub is_right: bool,
    /// How much of it there should be.
    pub should_be: Quantity,
    /// Why.
    pub reason: String,
    /// Who says so.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

/// The outcomes of a sample, in the order in which they were drawn.
pub async fn items(c: &mut impl Connection, sample: SampleId) -> Result<Vec<ItemRow>> {
    let tenant = c.tenant();
    let sql = "select x.position, x.interaction, x.definition, x.customer, x.dated_at, x.quantity, x.amount, x.currency, i.subject, d.slug, u.key, \
               j.is_right, j.should_be, j.reason, j.actor, j.at from sample_items x join interactions i on i.id = x.interaction \
               join definitions d on d.id = x.definition join customers u on u.id = x.customer \
               left join sample_judgements j on j.sample = x.sample and j.position = x.position and not exists (select 1 from sample_judgements l \
               where l.sample = j.sample and l.position = j.position and l.id > j.id) where x.tenant = $1 and x.sample = $2 order by x.position";
    query(sql).bind(tenant.0).bind(sample.0).fetch_all(c.sql()).await?.iter().map(item).collect()
}

fn item(row: &Row) -> Result<ItemRow> {
    let amount: Option<i64> = row.try_get(6)?;
    let currency: Option<String> = row.try_get(7)?;
    let item = NewItem {
        interaction: InteractionId(row.try_get(1)?),
        definition: DefinitionId(row.try_get(2)?),
        customer: CustomerId(row.try_get(3)?),
        dated_at: timestamp("sample_items", "dated_at", row.try_get(4)?)?,
        quantity: Quantity::from_micros(row.try_get(5)?),
        amount: amount.zip(currency).map(|(minor, code)| ledger::amount(minor, code)).transpose()?,
    };
    let (position, subject, slug, customer_key) = (row.try_get(0)?, row.try_get(8)?, row.try_get(9)?, row.try_get(10)?);
    Ok(ItemRow { position, item, subject, slug, customer_key, judgement: judgement(row)? })
}

fn judgement(row: &Row) -> Result<Option<JudgementRow>> {
    let Some(is_right) = row.try_get::<Option<i64>>(11)? else { return Ok(None) };
    Ok(Some(JudgementRow {
        is_right: is_right != 0,
        should_be: Quantity::from_micros(row.try_get(12)?),
        reason: row.try_get(13)?,
        actor: row.try_get(14)?,
        at: timestamp("sample_judgements", "at", row.try_get(15)?)?,
    }))
}

/// Writes down what somebody says of an outcome of a sample.
pub async fn insert_judgement(tx: &mut Tx, sample: SampleId, position: u32, new: &JudgementRow) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "insert into sample_judgements (tenant, sample, position, is_right, should_be, reason, actor, at) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let statement = query(sql).bind(tenant.0).bind(sample.0).bind(position).bind(new.is_right).bind(new.should_be.micros());
    statement.bind(&new.reason).bind(&new.actor).bind(new.at.micros()).execute(tx.sql()).await?;
    Ok(())
}
