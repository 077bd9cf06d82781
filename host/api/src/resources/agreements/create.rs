use assay_app::AgreementRequest;
use assay_domain::{approval::Parties, key::Role, time::Timestamp, violation::Violation};
use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{AgreedBody, AgreementBody};
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    resources::rate_cards::OverridesBody,
    state::Api,
    who::Who,
};

/// What to agree on with a customer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAgreement {
    /// The customer's key.
    #[schema(example = "acme")]
    customer: String,
    /// The definitions that judge the customer's interactions: each once, and all that the rate card charges for.
    #[schema(min_items = 1)]
    definitions: Vec<AgreedBody>,
    /// What it takes to put a version in force for the customer: `one-party`, the tenant alone, unless given; or `two-party`, the customer's
    /// signature too. Then the definitions are named without versions, and only those judge that the customer has approved.
    #[schema(value_type = Option<String>, example = "one-party")]
    approval: Option<Parties>,
    /// The rate card's name.
    #[schema(example = "standard-2026")]
    rate_card: String,
    /// What the customer's prices differ in from the card, with members as in a card; nothing unless given.
    #[schema(value_type = Option<OverridesBody>)]
    overrides: Option<Box<RawValue>>,
    /// From when, inclusive.
    #[schema(value_type = String, format = DateTime, example = "2026-03-01T00:00:00Z")]
    from: Timestamp,
    /// Until when, exclusive; open unless given.
    #[schema(value_type = Option<String>, format = DateTime, example = "2027-03-01T00:00:00Z")]
    until: Option<Timestamp>,
}

/// Agree with a customer
///
/// A customer has one agreement at a time. The customer is confirmed by it, and what opened since `from` is judged again.
#[utoipa::path(post, path = "/v1/agreements", tag = "agreements", request_body = NewAgreement,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer")),
    responses(
        (status = 201, description = "The agreement", body = AgreementBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn create(
    State(api): State<Api>,
    who: Who,
    new: Json<NewAgreement>,
) -> Result<(StatusCode, axum::Json<AgreementBody>), Problem> {
    let caller = who.may_once(Role::Billing, new.once)?;
    let created = api.assay().create_agreement(&caller, &new.body.request()?).await?;
    Ok((StatusCode::CREATED, axum::Json(created.into())))
}

impl NewAgreement {
    fn request(self) -> Result<AgreementRequest, Violation> {
        let Self { customer, definitions, approval, rate_card, overrides, from, until } = self;
        let definitions = definitions.into_iter().map(|agreed| (agreed.definition, agreed.version)).collect();
        let parties = approval.unwrap_or_default();
        let overrides = overrides.as_deref().map(read_overrides).transpose()?.unwrap_or_default();
        Ok(AgreementRequest { customer, definitions, parties, rate_card, overrides, from, until })
    }
}

/// Overrides in the type that the use case takes them in; their numbers are read from the text as it was sent.
fn read_overrides<T: DeserializeOwned>(overrides: &RawValue) -> Result<T, Violation> {
    let remedy = "send an object with `charges`, `commitment`, `cap` and `taxes`, as far as they differ from the card";
    if overrides.get().starts_with('[') {
        return Err(Violation::new("overrides", "it is a JSON array", remedy));
    }
    let mut json = serde_json::Deserializer::from_str(overrides.get());
    serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let at = error.path().to_string();
        let field = if at == "." { "overrides".to_owned() } else { format!("overrides.{at}") };
        Violation::new(field, error.into_inner().to_string(), remedy)
    })
}
