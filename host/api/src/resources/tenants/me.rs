use axum::Json;

use super::IdentityBody;
use crate::{problem::ProblemBody, who::Who};

/// Show whose the key is, and what it may do
#[utoipa::path(get, path = "/v1/tenant", tag = "keys", responses(
    (status = 200, description = "The key that the request came with", body = IdentityBody),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn me(who: Who) -> Json<IdentityBody> {
    Json(who.principal().into())
}
