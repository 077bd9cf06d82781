use axum::extract::State;

use super::since::Since;
use crate::{
    page::Query,
    problem::{Problem, ProblemBody},
    state::Api,
    who::{Party, Who},
};

/// Get the newest checkpoint of the log
///
/// A signed note (C2SP `tlog-checkpoint`). Keep it: with it `assay verify --checkpoint` finds out whether the log was rewritten since.
#[utoipa::path(get, path = "/v1/log/checkpoint", tag = "receipts", params(Since), responses(
    (status = 200, description = "The checkpoint", content((String = "text/plain"))),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn checkpoint(State(api): State<Api>, who: Who, Query(since): Query<Since>) -> Result<String, Problem> {
    Ok(match (who.reads_own()?, since.since) {
        (Party::Tenant(caller), None) => api.assay().log(&caller).await?.checkpoint.to_string(),
        (Party::Tenant(caller), Some(size)) => api.assay().log_growth(&caller, size).await?.to_string(),
        (Party::Customer(own), None) => api.assay().own_log(&own).await?.checkpoint.to_string(),
        (Party::Customer(own), Some(size)) => api.assay().own_log_growth(&own, size).await?.to_string(),
    })
}
