use assay_domain::key::Role;
use axum::{
    Json,
    extract::{Path, State},
};

use super::KeyBody;
use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// End a key
///
/// At once, and with it every browser session that it opened. It stays in the list. Ending it again changes nothing. Needs the role admin.
#[utoipa::path(delete, path = "/v1/keys/{key}", tag = "keys", params(("key" = String, Path, description = "Its id")), responses(
    (status = 200, description = "The key, ended", body = KeyBody),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn revoke(State(api): State<Api>, who: Who, Path(key): Path<String>) -> Result<Json<KeyBody>, Problem> {
    let caller = who.may(Role::Admin)?;
    Ok(Json(api.assay().revoke_key(&caller, super::id(&key)?).await?.into()))
}
