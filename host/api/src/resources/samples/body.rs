use assay_app::{SampleDetail, SampleItemView, SampleView};
use serde::Serialize;
use utoipa::ToSchema;

use crate::resources::invoices::AmountBody;

/// A sample of billed outcomes, without them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SampleSummary)]
pub struct SampleSummaryBody {
    /// Its id.
    #[schema(example = "smp_0000000000001")]
    pub id: String,
    /// Of outcomes that are dated in this month.
    #[schema(example = "2026-03")]
    pub period: String,
    /// Only under this definition, by slug; null for all of them.
    #[schema(example = "resolved-ticket")]
    pub definition: Option<String>,
    /// Only of this customer, by key; null for all of them.
    #[schema(example = "acme")]
    pub customer: Option<String>,
    /// What chance began with: 32 bytes in hexadecimal digits.
    pub seed: String,
    /// The number of the last change of usage that counts.
    #[schema(example = 120)]
    pub usage_until: i64,
    /// From among how many outcomes.
    #[schema(example = 990)]
    pub population: u64,
    /// How many were drawn.
    #[schema(example = 50)]
    pub size: u64,
    /// The key or the person that drew it.
    #[schema(example = "key_0000000000001")]
    pub actor: String,
    /// When.
    #[schema(example = "2026-04-02T10:00:00Z", format = DateTime)]
    pub drawn_at: String,
}

/// A sample of billed outcomes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sample)]
pub struct SampleBody {
    /// Its head.
    #[serde(flatten)]
    pub head: SampleSummaryBody,
    /// Its outcomes, in the order in which they were drawn.
    pub outcomes: Vec<SampleOutcomeBody>,
}

/// An outcome of a sample.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SampleOutcome)]
pub struct SampleOutcomeBody {
    /// Its place, from 1.
    #[schema(example = 1)]
    pub position: u32,
    /// The id of the interaction.
    #[schema(example = "itn_0000000000001")]
    pub interaction: String,
    /// The subject of the interaction.
    #[schema(example = "T-1")]
    pub subject: String,
    /// The definition's slug.
    #[schema(example = "resolved-ticket")]
    pub definition: String,
    /// The key of the customer who is billed.
    #[schema(example = "acme")]
    pub customer: String,
    /// The date it is billed under.
    #[schema(example = "2026-03-02T10:00:00Z", format = DateTime)]
    pub dated_at: String,
    /// How much is billed.
    #[schema(example = "1")]
    pub quantity: String,
    /// What it is worth; null where that cannot be said.
    pub amount: Option<AmountBody>,
    /// Whether somebody found it right; null where nobody has looked at it.
    pub right: Option<bool>,
    /// How much there should be, by whoever looked at it.
    #[schema(example = "0")]
    pub should_be: Option<String>,
    /// Why.
    #[schema(example = "it was reopened by phone")]
    pub reason: Option<String>,
    /// The key or the person that looked at it.
    #[schema(example = "key_0000000000001")]
    pub actor: Option<String>,
}

impl From<SampleView> for SampleSummaryBody {
    fn from(view: SampleView) -> Self {
        Self {
            id: view.id.to_string(),
            period: view.period.to_string(),
            definition: view.definition,
            customer: view.customer,
            seed: view.seed.to_string(),
            usage_until: view.usage_until,
            population: view.population,
            size: view.size,
            actor: view.actor,
            drawn_at: view.drawn_at.to_string(),
        }
    }
}

impl From<SampleDetail> for SampleBody {
    fn from(SampleDetail { view, items }: SampleDetail) -> Self {
        Self { head: view.into(), outcomes: items.into_iter().map(SampleOutcomeBody::from).collect() }
    }
}

impl From<SampleItemView> for SampleOutcomeBody {
    fn from(view: SampleItemView) -> Self {
        Self {
            position: view.position,
            interaction: view.interaction.to_string(),
            subject: view.subject,
            definition: view.definition,
            customer: view.customer,
            dated_at: view.dated_at.to_string(),
            quantity: view.quantity.to_string(),
            amount: view.amount.map(AmountBody::from),
            right: view.is_right,
            should_be: view.should_be.map(|quantity| quantity.to_string()),
            reason: view.reason,
            actor: view.actor,
        }
    }
}
