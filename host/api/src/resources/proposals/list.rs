use assay_domain::id::ProposalId;
use axum::{Json, extract::State};

use super::ProposalBody;
use crate::{
    page::{Listing, Paging, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::{Party, Who},
};

/// List proposals
///
/// A customer's key is shown those that the customer is to answer, as they stand with the customer.
#[utoipa::path(get, path = "/v1/proposals", tag = "definitions", params(Paging), responses(
    (status = 200, description = "In order of creation", body = Listing<ProposalBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list_proposals(
    State(api): State<Api>,
    who: Who,
    Query(paging): Query<Paging>,
) -> Result<Json<Listing<ProposalBody>>, Problem> {
    let party = who.reads_own()?;
    let page = paging.page(|id: ProposalId| id.0)?;
    let rows = match party {
        Party::Tenant(caller) => api.assay().proposals_page(&caller, page).await?,
        Party::Customer(own) => api.assay().own_proposals(&own, page).await?,
    };
    Ok(Json(paging.listing(rows, |row| row.id, ProposalBody::from)?))
}
