use assay_domain::{id::KeyId, key::Role};
use axum::{Json, extract::State};

use super::KeyBody;
use crate::{
    page::{Listing, Paging, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// List keys
///
/// Those of the key's own side of the tenant, ended ones included. Needs the role admin.
#[utoipa::path(get, path = "/v1/keys", tag = "keys", params(Paging), responses(
    (status = 200, description = "In order of creation", body = Listing<KeyBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(State(api): State<Api>, who: Who, Query(paging): Query<Paging>) -> Result<Json<Listing<KeyBody>>, Problem> {
    let caller = who.may(Role::Admin)?;
    let rows = api.assay().keys(&caller, paging.page(|id: KeyId| id.0)?).await?;
    Ok(Json(paging.listing(rows, |row| row.id, KeyBody::from)?))
}
