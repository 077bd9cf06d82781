use assay_app::FixtureResult;
use assay_domain::key::Role;
use axum::{
    Json,
    extract::{Path, State},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    problem::{Problem, ProblemBody},
    resources::definitions::version,
    state::Api,
    who::Who,
};

/// How a version does with the disputes that were saved as fixtures of its definition.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FixtureTrials)]
pub struct FixtureTrialsBody {
    /// Whether it gets all of them right.
    pub passed: bool,
    /// Each of them, oldest first.
    pub trials: Vec<FixtureTrialBody>,
}

/// How a version does with one saved dispute.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FixtureTrial)]
pub struct FixtureTrialBody {
    /// The id of the dispute.
    #[schema(example = "dsp_0000000000001")]
    pub dispute: String,
    /// The decision that there should be.
    #[schema(example = "failure")]
    pub decision: String,
    /// `passed`, `failed`, or `unreadable` where what happened cannot be read any more, which holds up no version.
    #[schema(example = "passed")]
    pub result: &'static str,
    /// What it decides, or why that cannot be said.
    #[schema(example = "failure")]
    pub found: String,
}

impl From<FixtureResult> for FixtureTrialBody {
    fn from(FixtureResult { dispute, expected, result, found }: FixtureResult) -> Self {
        Self { dispute: dispute.to_string(), decision: expected.decision, result, found }
    }
}

/// Try a version with every saved dispute of its definition
///
/// What was tried before is not tried again: the same version always does alike. One that was not tried, or gets any wrong, holds for nobody.
#[utoipa::path(post, path = "/v1/definitions/{definition}/versions/{number}/fixture-trials", tag = "disputes",
    params(
        ("definition" = String, Path, description = "The definition's name or id"),
        ("number" = u32, Path, description = "The version's number"),
    ),
    responses(
        (status = 200, description = "How it does", body = FixtureTrialsBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn try_fixtures(
    State(api): State<Api>,
    who: Who,
    Path((definition, number)): Path<(String, String)>,
) -> Result<Json<FixtureTrialsBody>, Problem> {
    let caller = who.may(Role::Author)?;
    let version = version(&api, &caller, &definition, &number).await?;
    let results = api.assay().try_version_fixtures(&caller, &version.definition, version.number).await?;
    let passed = !results.iter().any(FixtureResult::is_failed);
    Ok(Json(FixtureTrialsBody { passed, trials: results.into_iter().map(FixtureTrialBody::from).collect() }))
}
