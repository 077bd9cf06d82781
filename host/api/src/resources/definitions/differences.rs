use assay_domain::difference::Difference;
use axum::{
    Json,
    extract::{Path, State},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::compared::Compared;
use crate::{
    page::{Listing, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// One thing that is not the same in two versions, in words.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VersionDifference)]
pub struct DifferenceBody {
    /// `rule`, `contract`, `timing`, `parameter`, `read` or `reason`.
    #[schema(example = "parameter")]
    pub part: &'static str,
    /// Which of them.
    #[schema(example = "window")]
    pub name: String,
    /// What it was; null for what is new.
    #[schema(example = "1 day")]
    pub before: Option<String>,
    /// What it is; null for what is gone.
    #[schema(example = "2 days")]
    pub after: Option<String>,
}

impl From<Difference> for DifferenceBody {
    fn from(Difference { part, name, before, after }: Difference) -> Self {
        Self { part: part.name(), name, before, after }
    }
}

/// Show what a version changes
///
/// In words, against another version of the definition: its rule and contract, timing, parameters, what it reads, and its reasons. All of it
/// is answered at once.
#[utoipa::path(get, path = "/v1/definitions/{definition}/versions/{number}/differences", tag = "definitions",
    params(
        ("definition" = String, Path, description = "The definition's name or id"),
        ("number" = u32, Path, description = "The version's number"),
        Compared,
    ),
    responses(
        (status = 200, description = "What is there now and was not so, then what is gone", body = Listing<DifferenceBody>),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn differences(
    State(api): State<Api>,
    who: Who,
    Path((definition, number)): Path<(String, String)>,
    Query(compared): Query<Compared>,
) -> Result<Json<Listing<DifferenceBody>>, Problem> {
    let caller = who.reads()?;
    let version = super::version(&api, &caller, &definition, &number).await?;
    let found = api.assay().version_differences(&caller, &version.definition, version.number, compared.from).await?;
    Ok(Json(Listing { data: found.into_iter().map(DifferenceBody::from).collect(), next_cursor: None }))
}
