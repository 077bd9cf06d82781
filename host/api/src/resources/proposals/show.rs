use axum::{
    Json,
    extract::{Path, State},
};

use super::ProposalBody;
use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::{Party, Who},
};

/// Show a proposal
///
/// A customer's key is shown those that the customer is to answer, as they stand with the customer.
#[utoipa::path(get, path = "/v1/proposals/{proposal}", tag = "definitions",
    params(("proposal" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "The proposal", body = ProposalBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn show_proposal(State(api): State<Api>, who: Who, Path(proposal): Path<String>) -> Result<Json<ProposalBody>, Problem> {
    let party = who.reads_own()?;
    let id = super::id(&proposal)?;
    let view = match party {
        Party::Tenant(caller) => api.assay().proposal(&caller, id).await?,
        Party::Customer(own) => api.assay().own_proposal(&own, id).await?,
    };
    Ok(Json(view.into()))
}
