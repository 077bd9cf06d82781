use assay_domain::{key::Role, period::BillingPeriod};
use axum::{
    extract::State,
    http::{HeaderName, StatusCode, header},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::BillingRunBody;
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// A month to bill.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewBillingRun {
    /// Which month; it must have ended.
    #[schema(value_type = String, example = "2026-03")]
    period: BillingPeriod,
}

type Accepted = (StatusCode, [(HeaderName, String); 1], axum::Json<BillingRunBody>);

/// Start billing a month
///
/// The run goes on by itself, whatever becomes of the request, and through restarts; look at it to see how far it is. A month has one run:
/// the same month again answers with it.
#[utoipa::path(post, path = "/v1/billing-runs", tag = "billing runs", request_body = NewBillingRun,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer")),
    responses(
        (status = 202, description = "The run", body = BillingRunBody, headers(("Location" = String, description = "The path of the run"))),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn create(State(api): State<Api>, who: Who, new: Json<NewBillingRun>) -> Result<Accepted, Problem> {
    let caller = who.may_once(Role::Billing, new.once)?;
    let run = BillingRunBody::from(api.assay().start_billing_run(&caller, new.body.period).await?);
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, format!("/v1/billing-runs/{}", run.id))], axum::Json(run)))
}
