use assay_app::DisputeRequest;
use assay_domain::{dispute::Category, key::Role};
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use super::DisputeBody;
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::{Party, Who},
};

/// What a customer disputes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDispute {
    /// The interaction's id or its subject.
    #[schema(example = "T-1", max_length = 256)]
    interaction: String,
    /// The definition's slug.
    #[schema(example = "resolved-ticket")]
    definition: String,
    /// On behalf of which customer, by key or id: the outcome of anybody else is not there. Absent for whoever is billed.
    #[schema(example = "acme", max_length = 256)]
    customer: Option<String>,
    /// `not-delivered`, `wrong-customer`, `duplicate`, `evidence-wrong`, `definition-misapplied` or `other`.
    #[schema(value_type = String, example = "not-delivered")]
    category: Category,
    /// What is wrong, in words.
    #[schema(example = "it was never solved", max_length = 4096)]
    claim: String,
    /// The events that are contested: each by its id, or by its source and the sender's id with a space between them.
    #[serde(default)]
    #[schema(example = json!(["evt_0000000000001"]))]
    events: Vec<String>,
}

/// Dispute an outcome
///
/// What it is worth is held until somebody answers. Where no document has counted it yet, the next invoice goes out without it; where one has,
/// that invoice shows it as disputed. The judgement is executed again at once, and the step says what that has found. One dispute of an outcome
/// at a time, and only for so long after its invoice as the agreement says. A customer's key disputes what the customer is billed for.
#[utoipa::path(post, path = "/v1/disputes", tag = "disputes", request_body = NewDispute,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer")),
    responses(
        (status = 201, description = "It is open", body = DisputeBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn create(
    State(api): State<Api>,
    who: Who,
    new: Json<NewDispute>,
) -> Result<(StatusCode, axum::Json<DisputeBody>), Problem> {
    let party = who.may_own(Role::Billing, new.once)?;
    let NewDispute { interaction, definition, customer, category, claim, events } = new.body;
    let request = DisputeRequest { interaction, definition, customer, category, claim, events };
    let opened = match party {
        Party::Tenant(caller) => api.assay().open_dispute(&caller, &request).await?,
        Party::Customer(own) => api.assay().open_own_dispute(&own, &request).await?,
    };
    Ok((StatusCode::CREATED, axum::Json(opened.into())))
}
