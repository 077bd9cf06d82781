use assay_app::SampleJudgement;
use assay_domain::{decimal::Quantity, key::Role};
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::SampleBody;
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// What somebody says of an outcome of a sample.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewJudgement {
    /// Its place in the sample, from 1.
    #[schema(example = 1)]
    position: u32,
    /// Whether it was rightly billed.
    right: bool,
    /// How much of it there should be, where it was not; absent for nothing.
    #[schema(value_type = Option<String>, example = "0")]
    should_be: Option<Quantity>,
    /// Why.
    #[schema(example = "it was reopened by phone", max_length = 4096)]
    reason: String,
}

/// Say whether an outcome of a sample was rightly billed
///
/// In the place of what was said of it before, which stays recorded.
#[utoipa::path(post, path = "/v1/samples/{sample}/judgements", tag = "samples", request_body = NewJudgement,
    params(
        ("sample" = String, Path, description = "Its id"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body are carried out once"),
    ),
    responses(
        (status = 200, description = "The sample, with what was said", body = SampleBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn judge(
    State(api): State<Api>,
    who: Who,
    Path(sample): Path<String>,
    new: Json<NewJudgement>,
) -> Result<axum::Json<SampleBody>, Problem> {
    let caller = who.may_once(Role::Billing, new.once)?;
    let NewJudgement { position, right, should_be, reason } = new.body;
    let said = SampleJudgement { position, is_right: right, should_be, reason };
    Ok(axum::Json(api.assay().judge_sample(&caller, super::id(&sample)?, &said).await?.into()))
}
