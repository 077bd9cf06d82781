use assay_domain::id::EventKeyId;
use axum::{Json, extract::State};

use super::EventKeyBody;
use crate::{
    page::{Listing, Paging, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// List the keys that senders sign events with
///
/// Those that were revoked included.
#[utoipa::path(get, path = "/v1/event-keys", tag = "events", params(Paging), responses(
    (status = 200, description = "In order of creation", body = Listing<EventKeyBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list_event_keys(
    State(api): State<Api>,
    who: Who,
    Query(paging): Query<Paging>,
) -> Result<Json<Listing<EventKeyBody>>, Problem> {
    let caller = who.reads()?;
    let rows = api.assay().event_keys(&caller, paging.page(|id: EventKeyId| id.0)?).await?;
    Ok(Json(paging.listing(rows, |row| row.id, EventKeyBody::from)?))
}
