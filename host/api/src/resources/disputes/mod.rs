//! Disputes: outcomes that their customers contest, from the claim to what became of the bill.

mod appeal;
mod body;
mod create;
mod decide;
mod filter;
mod fixture;
mod list;
mod show;
mod terms;
mod trials;

use assay_domain::id::DisputeId;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{kind::Kind, problem::Problem, state::Api};
pub use body::{DisputeBody, DisputeSummaryBody};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(show::show))
        .routes(routes!(decide::decide))
        .routes(routes!(appeal::appeal))
        .routes(routes!(fixture::show_fixture, fixture::save_fixture))
        .routes(routes!(trials::try_fixtures))
        .routes(routes!(terms::show_terms, terms::settle_terms))
}

/// The id that a path names.
fn id(dispute: &str) -> Result<DisputeId, Problem> {
    dispute.parse().map_err(|_| Problem::new(Kind::NotFound, format!("there is no dispute {dispute:?}")))
}
