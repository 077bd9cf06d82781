use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};

use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::{Party, Who},
};

/// Get a tile of the log
///
/// Hashes of its tree, or the entries of 256 leaves (C2SP `tlog-tiles`): `tile/0/x001/234.p/5`, `tile/entries/000`. What was served once is
/// always served alike.
#[utoipa::path(get, path = "/v1/log/tile/{*path}", tag = "receipts",
    params(("*path" = String, Path, description = "Level and number: `0/x001/234.p/5`, `entries/000`")),
    responses(
        (status = 200, description = "The tile", content((String = "application/octet-stream"))),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn tile(State(api): State<Api>, who: Who, Path(path): Path<String>) -> Result<Response, Problem> {
    let path = format!("tile/{path}");
    let bytes = match who.reads_own()? {
        Party::Tenant(caller) => api.assay().log_file(&caller, &path).await?,
        Party::Customer(own) => api.assay().own_log_file(&own, &path).await?,
    };
    let headers = [(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, "private, max-age=31536000, immutable")];
    Ok((headers, bytes).into_response())
}
