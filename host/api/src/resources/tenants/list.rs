use assay_app::TenantRow;
use assay_domain::id::TenantId;
use axum::{Json, extract::State};

use super::TenantBody;
use crate::{
    page::{Listing, Paging, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// List tenants
///
/// Needs an operator's key of the installation.
#[utoipa::path(get, path = "/v1/tenants", tag = "service", params(Paging), responses(
    (status = 200, description = "In order of creation", body = Listing<TenantBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(State(api): State<Api>, who: Who, Query(paging): Query<Paging>) -> Result<Json<Listing<TenantBody>>, Problem> {
    who.operates()?;
    let page = paging.page(|id: TenantId| id.0)?;
    let live = api.assay().tenants().await?.into_iter().filter(|side| side.id == side.live && side.id.0 > page.after);
    let rows: Vec<TenantRow> = live.take(page.limit as usize).collect();
    Ok(Json(paging.listing(rows, |row| row.id, TenantBody::from)?))
}
