use assay_domain::id::ConflictId;
use axum::{Json, extract::State};

use super::EventConflictBody;
use crate::{
    page::{Listing, Paging, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// List events whose identity was taken
///
/// Each was told under the `source` and `id` of an event with other content. The first stays; these change nothing.
#[utoipa::path(get, path = "/v1/event-conflicts", tag = "events", params(Paging), responses(
    (status = 200, description = "In order of arrival", body = Listing<EventConflictBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(
    State(api): State<Api>,
    who: Who,
    Query(paging): Query<Paging>,
) -> Result<Json<Listing<EventConflictBody>>, Problem> {
    let caller = who.reads()?;
    let rows = api.assay().conflicts(&caller, paging.page(|id: ConflictId| id.0)?).await?;
    Ok(Json(paging.listing(rows, |row| row.id, EventConflictBody::from)?))
}
