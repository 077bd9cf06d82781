//! Samples as they are shown.

use assay_domain::{
    canon::Digest,
    decimal::Quantity,
    id::{InteractionId, SampleId},
    money::Amount,
    period::BillingPeriod,
    time::Timestamp,
};
use assay_store::{
    Connection, Page, customers, definitions,
    samples::{self, ItemRow, SampleRow},
};

use crate::{
    Assay, Caller,
    error::{AppError, Result},
};

/// A sample as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleView {
    /// Its id.
    pub id: SampleId,
    /// Of outcomes that are dated in this month.
    pub period: BillingPeriod,
    /// Only under this definition, by slug.
    pub definition: Option<String>,
    /// Only of this customer, by key.
    pub customer: Option<String>,
    /// What chance began with: 32 bytes.
    pub seed: Digest,
    /// The number of the last change of usage that counts.
    pub usage_until: i64,
    /// From among how many.
    pub population: u64,
    /// How many were drawn.
    pub size: u64,
    /// Who has drawn it.
    pub actor: String,
    /// When.
    pub drawn_at: Timestamp,
}

/// A sample with its outcomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleDetail {
    /// The sample.
    pub view: SampleView,
    /// Its outcomes, in the order in which they were drawn.
    pub items: Vec<SampleItemView>,
}

/// An outcome of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleItemView {
    /// Its place, from 1.
    pub position: u32,
    /// The interaction.
    pub interaction: InteractionId,
    /// The sender's key for it.
    pub subject: String,
    /// The definition's slug.
    pub definition: String,
    /// The key of the customer who is billed.
    pub customer: String,
    /// The date it is billed under.
    pub dated_at: Timestamp,
    /// How much is billed.
    pub quantity: Quantity,
    /// What it is worth; `None` where that cannot be said.
    pub amount: Option<Amount>,
    /// Whether somebody found it right; `None` where nobody has looked at it.
    pub is_right: Option<bool>,
    /// How much there should be, by whoever looked at it.
    pub should_be: Option<Quantity>,
    /// Why.
    pub reason: Option<String>,
    /// Who has looked at it.
    pub actor: Option<String>,
}

impl SampleView {
    pub(super) async fn read(c: &mut impl Connection, row: SampleRow) -> Result<Self> {
        let SampleRow { id, sample, size } = row;
        let slugs = definitions::all(c).await?;
        let slug = |id| slugs.iter().find(|(known, _)| *known == id).map(|(_, slug)| slug.clone());
        let customer = match sample.customer {
            Some(id) => customers::keys(c, &[id]).await?.remove(&id),
            None => None,
        };
        Ok(Self {
            id,
            period: sample.period,
            definition: sample.definition.and_then(slug),
            customer,
            seed: Digest::from_bytes(sample.seed),
            usage_until: sample.usage_until,
            population: sample.population,
            size,
            actor: sample.actor,
            drawn_at: sample.drawn_at,
        })
    }
}

impl From<ItemRow> for SampleItemView {
    fn from(ItemRow { position, item, subject, slug, customer_key, judgement }: ItemRow) -> Self {
        Self {
            position,
            interaction: item.interaction,
            subject,
            definition: slug,
            customer: customer_key,
            dated_at: item.dated_at,
            quantity: item.quantity,
            amount: item.amount,
            is_right: judgement.as_ref().map(|said| said.is_right),
            should_be: judgement.as_ref().map(|said| said.should_be),
            reason: judgement.as_ref().map(|said| said.reason.clone()),
            actor: judgement.map(|said| said.actor),
        }
    }
}

impl Assay {
    /// Some samples of the tenant, oldest first.
    pub async fn samples(&self, caller: &Caller, page: Page) -> Result<Vec<SampleView>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let mut views = Vec::new();
        for row in samples::page(&mut reader, page).await? {
            views.push(SampleView::read(&mut reader, row).await?);
        }
        Ok(views)
    }

    /// One sample with its outcomes, and what people have said of them.
    pub async fn sample(&self, caller: &Caller, id: SampleId) -> Result<SampleDetail> {
        let mut reader = self.store.read(caller.tenant).await?;
        let row = find(&mut reader, id).await?;
        let items = samples::items(&mut reader, id).await?;
        let view = SampleView::read(&mut reader, row).await?;
        Ok(SampleDetail { view, items: items.into_iter().map(SampleItemView::from).collect() })
    }
}

/// One sample of the tenant.
pub(super) async fn find(c: &mut impl Connection, id: SampleId) -> Result<SampleRow> {
    let found = samples::by_id(c, id).await?;
    found.ok_or_else(|| AppError::not_found("sample", id.to_string(), "the list of samples shows them"))
}
