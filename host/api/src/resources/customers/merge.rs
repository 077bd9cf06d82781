use assay_app::MergeView;
use assay_domain::key::Role;
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Who is to get a customer's bill.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMerge {
    /// The key or the id of the customer who gets it from now on.
    #[schema(example = "acme", max_length = 256)]
    into: String,
    /// Why, for the audit log.
    #[schema(example = "acme bought it", max_length = 256)]
    reason: String,
}

/// A customer whose bill goes to another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Merge)]
pub struct MergeBody {
    /// The key of the customer whose bill it is.
    #[schema(example = "globex")]
    pub customer: String,
    /// The key of the customer it was merged into.
    #[schema(example = "acme")]
    pub into: String,
    /// The key of the customer who gets the bill in the end: `into`, unless that one was merged too.
    #[schema(example = "acme")]
    pub payer: String,
    /// The key or the person that said so.
    #[schema(example = "key_0000000000001")]
    pub actor: String,
    /// Why.
    #[schema(example = "acme bought it")]
    pub reason: String,
    /// When.
    #[schema(example = "2026-03-01T10:00:00Z", format = DateTime)]
    pub recorded_at: String,
}

impl From<MergeView> for MergeBody {
    fn from(MergeView { customer, into, payer, actor, reason, recorded_at }: MergeView) -> Self {
        Self { customer, into, payer, actor, reason, recorded_at: recorded_at.to_string() }
    }
}

/// Send a customer's bill to another from the next billing run on
///
/// Interactions, usage and agreements stay with the merged customer; the other gets the invoice, with a line for each charge of each
/// agreement. A customer is merged once; merging the other as well sends both bills on.
#[utoipa::path(post, path = "/v1/customers/{customer}/merge", tag = "customers", request_body = NewMerge,
    params(
        ("customer" = String, Path, description = "Its id or its key"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer"),
    ),
    responses(
        (status = 201, description = "It is recorded", body = MergeBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn merge(
    State(api): State<Api>,
    who: Who,
    Path(customer): Path<String>,
    new: Json<NewMerge>,
) -> Result<(StatusCode, axum::Json<MergeBody>), Problem> {
    let caller = who.may_once(Role::Billing, new.once)?;
    let view = api.assay().merge_customer(&caller, &customer, &new.body.into, &new.body.reason).await?;
    Ok((StatusCode::CREATED, axum::Json(view.into())))
}
