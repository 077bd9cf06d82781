use assay_domain::key::Role;
use axum::{extract::State, http::StatusCode};
use serde_json::value::RawValue;

use super::{CardBody, RateCardBody};
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Create a rate card
///
/// The body is the card itself, with members as in a card's file. What a card charges for is defined before it.
#[utoipa::path(post, path = "/v1/rate-cards", tag = "rate cards", request_body = CardBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer")),
    responses(
        (status = 201, description = "The rate card", body = RateCardBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn create(
    State(api): State<Api>,
    who: Who,
    card: Json<Box<RawValue>>,
) -> Result<(StatusCode, axum::Json<RateCardBody>), Problem> {
    let caller = who.may_once(Role::Billing, card.once)?;
    let created = api.assay().create_rate_card_from(&caller, card.body.get()).await?;
    Ok((StatusCode::CREATED, axum::Json(created.into())))
}
