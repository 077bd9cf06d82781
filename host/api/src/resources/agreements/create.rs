use assay_app::AgreementRequest;
use assay_domain::{key::Role, time::Timestamp};
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{AgreedBody, AgreementBody};
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
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
    /// The rate card's name.
    #[schema(example = "standard-2026")]
    rate_card: String,
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
    let created = api.assay().create_agreement(&caller, &new.body.into()).await?;
    Ok((StatusCode::CREATED, axum::Json(created.into())))
}

impl From<NewAgreement> for AgreementRequest {
    fn from(NewAgreement { customer, definitions, rate_card, from, until }: NewAgreement) -> Self {
        let definitions = definitions.into_iter().map(|agreed| (agreed.definition, agreed.version)).collect();
        Self { customer, definitions, rate_card, overrides: Default::default(), from, until }
    }
}
