use axum::{Json, extract::State};

use super::LogBody;
use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::{Party, Who},
};

/// Show the log
///
/// What it holds tells nothing to whoever lacks the receipts, so every customer of the tenant may look at all of it.
#[utoipa::path(get, path = "/v1/log", tag = "receipts", responses(
    (status = 200, description = "The log", body = LogBody),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn show(State(api): State<Api>, who: Who) -> Result<Json<LogBody>, Problem> {
    let view = match who.reads_own()? {
        Party::Tenant(caller) => api.assay().log(&caller).await?,
        Party::Customer(own) => api.assay().own_log(&own).await?,
    };
    Ok(Json(view.into()))
}
