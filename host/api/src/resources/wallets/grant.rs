use assay_app::GrantRequest;
use assay_domain::{key::Role, time::Timestamp, violation::Violation};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::LotBody;
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    resources::invoices::AmountBody,
    state::Api,
    who::Who,
};

/// The priority of a grant unless asked otherwise.
const PRIORITY: i64 = 100;

/// Credit to grant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewGrant {
    /// A text of your choice that makes the grant once, for ever: the number of an order.
    #[schema(example = "order-17", max_length = 256)]
    key: String,
    /// How much; more than zero.
    amount: AmountBody,
    /// Lower ones are drawn first; 100 unless given.
    #[schema(example = 100)]
    priority: Option<i64>,
    /// From when it is worth nothing; never unless given.
    #[schema(value_type = Option<String>, format = DateTime, example = "2027-01-01T00:00:00Z")]
    expires_at: Option<Timestamp>,
    /// For people.
    #[schema(example = "welcome", max_length = 256)]
    note: Option<String>,
}

impl NewGrant {
    fn request(self, customer: String) -> Result<GrantRequest, Violation> {
        let Self { key, amount, priority, expires_at, note } = self;
        let (amount, priority) = (amount.read("amount")?, priority.unwrap_or(PRIORITY));
        Ok(GrantRequest { customer, amount, priority, expires_at, key, note: note.unwrap_or_default() })
    }
}

/// Grant a customer credit
///
/// It pays the customer's invoices as they are issued. The same grant with the same `key` is made once and answered alike; another grant
/// with that key is refused.
#[utoipa::path(post, path = "/v1/customers/{customer}/grants", tag = "wallets", request_body = NewGrant,
    params(
        ("customer" = String, Path, description = "The customer's id or key"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer"),
    ),
    responses(
        (status = 201, description = "The credit", body = LotBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn grant(
    State(api): State<Api>,
    who: Who,
    Path(customer): Path<String>,
    new: Json<NewGrant>,
) -> Result<(StatusCode, axum::Json<LotBody>), Problem> {
    let caller = who.may_once(Role::Billing, new.once)?;
    let lot = api.assay().grant(&caller, &new.body.request(customer)?).await?;
    Ok((StatusCode::CREATED, axum::Json(lot.into())))
}
