//! Agreements: which customer has which definitions and rate card, from when.

mod create;
mod list;
mod show;

use assay_app::AgreementView;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{resources::rate_cards::OverridesBody, state::Api};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list::list, create::create)).routes(routes!(show::show))
}

/// An agreement with a customer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Agreement)]
pub struct AgreementBody {
    /// Its id.
    #[schema(example = "agr_0000000000001")]
    pub id: String,
    /// The customer's key.
    #[schema(example = "acme")]
    pub customer: String,
    /// The definitions that judge the customer's interactions.
    pub definitions: Vec<AgreedBody>,
    /// What it takes to put a version in force for the customer: `one-party`, the tenant alone; `two-party`, the customer's signature too.
    #[schema(example = "one-party")]
    pub approval: &'static str,
    /// The rate card's name.
    #[schema(example = "standard-2026")]
    pub rate_card: String,
    /// What the customer's prices differ in from the card; empty when they do not.
    #[schema(value_type = OverridesBody)]
    pub overrides: Value,
    /// From when, inclusive.
    #[schema(format = DateTime, example = "2026-03-01T00:00:00Z")]
    pub from: String,
    /// Until when, exclusive; null while it is open.
    #[schema(format = DateTime, example = "2027-03-01T00:00:00Z")]
    pub until: Option<String>,
}

/// A definition that an agreement names.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AgreedDefinition)]
pub struct AgreedBody {
    /// The definition's name.
    #[schema(example = "resolved-ticket")]
    pub definition: String,
    /// The number of the customer's own version; null for the version in force when an interaction opens.
    #[schema(example = 2)]
    pub version: Option<u32>,
}

impl From<AgreementView> for AgreementBody {
    fn from(view: AgreementView) -> Self {
        let agreed = |(definition, version): (String, Option<u32>)| AgreedBody { definition, version };
        Self {
            id: view.id.to_string(),
            customer: view.customer,
            definitions: view.definitions.into_iter().map(agreed).collect(),
            approval: view.parties.name(),
            rate_card: view.rate_card,
            // They were read from JSON.
            overrides: serde_json::to_value(&view.overrides).unwrap_or_default(),
            from: view.from.to_string(),
            until: view.until.map(|until| until.to_string()),
        }
    }
}
