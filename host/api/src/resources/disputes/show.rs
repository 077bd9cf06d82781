use axum::{
    Json,
    extract::{Path, State},
};

use super::DisputeBody;
use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::{Party, Who},
};

/// Show a dispute with everything that became of it
///
/// A customer's key is shown those of outcomes that the customer is billed for.
#[utoipa::path(get, path = "/v1/disputes/{dispute}", tag = "disputes",
    params(("dispute" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "The dispute", body = DisputeBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn show(State(api): State<Api>, who: Who, Path(dispute): Path<String>) -> Result<Json<DisputeBody>, Problem> {
    let party = who.reads_own()?;
    let id = super::id(&dispute)?;
    let detail = match party {
        Party::Tenant(caller) => api.assay().dispute(&caller, id).await?,
        Party::Customer(own) => api.assay().own_dispute(&own, id).await?,
    };
    Ok(Json(detail.into()))
}
