//! Samples: billed outcomes that chance draws, what people say of them, and what that says about all that is billed.

mod body;
mod create;
mod judge;
mod list;
mod report;
mod show;

use assay_domain::id::SampleId;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{kind::Kind, problem::Problem, state::Api};
pub use body::{SampleBody, SampleSummaryBody};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(show::show))
        .routes(routes!(judge::judge))
        .routes(routes!(report::report))
}

/// The id that a path names.
fn id(sample: &str) -> Result<SampleId, Problem> {
    sample.parse().map_err(|_| Problem::new(Kind::NotFound, format!("there is no sample {sample:?}")))
}
