use assay_app::SampleRequest;
use assay_domain::{canon::Digest, key::Role, period::PeriodError, violation::Violation};
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use super::SampleBody;
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// What to draw.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSample {
    /// How many outcomes, 1 to 10,000; all of them where there are fewer.
    #[schema(minimum = 1, maximum = 10000, example = 50)]
    outcomes: u32,
    /// Of those that are dated in this month.
    #[schema(example = "2026-03")]
    period: String,
    /// Only under this definition, by slug.
    #[schema(example = "resolved-ticket")]
    definition: Option<String>,
    /// Only of this customer, by key or id.
    #[schema(example = "acme", max_length = 256)]
    customer: Option<String>,
    /// What chance begins with, 64 hexadecimal digits; drawn unless it is given.
    #[schema(value_type = Option<String>)]
    seed: Option<Digest>,
}

/// Draw a sample of billed outcomes
///
/// From those that documents have counted by now. The seed is in the audit log, and draws the same again.
#[utoipa::path(post, path = "/v1/samples", tag = "samples", request_body = NewSample,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer")),
    responses(
        (status = 201, description = "It is drawn", body = SampleBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn create(
    State(api): State<Api>,
    who: Who,
    new: Json<NewSample>,
) -> Result<(StatusCode, axum::Json<SampleBody>), Problem> {
    let caller = who.may_once(Role::Billing, new.once)?;
    let NewSample { outcomes, period, definition, customer, seed } = new.body;
    let wrong = |error: PeriodError| Violation::new("period", error.to_string(), "send a year and a month");
    let request = SampleRequest { outcomes, period: period.parse().map_err(wrong)?, definition, customer, seed };
    Ok((StatusCode::CREATED, axum::Json(api.assay().draw_sample(&caller, &request).await?.into())))
}
