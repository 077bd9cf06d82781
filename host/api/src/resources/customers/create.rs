use assay_domain::key::Role;
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use super::CustomerBody;
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// A customer to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCustomer {
    /// The tenant's own key for it, as events name it.
    #[schema(example = "acme", max_length = 256)]
    key: String,
}

/// Create a customer, or confirm one that events named
#[utoipa::path(post, path = "/v1/customers", tag = "customers", request_body = NewCustomer,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer")),
    responses(
        (status = 201, description = "The customer", body = CustomerBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn create(
    State(api): State<Api>,
    who: Who,
    new: Json<NewCustomer>,
) -> Result<(StatusCode, axum::Json<CustomerBody>), Problem> {
    let caller = who.may_once(Role::Billing, new.once)?;
    let created = api.assay().create_customer(&caller, &new.body.key).await?;
    Ok((StatusCode::CREATED, axum::Json(created.into())))
}
