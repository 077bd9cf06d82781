use axum::{Json, extract::State};

use assay_domain::id::CustomerId;

use super::CustomerBody;
use crate::{
    page::{Listing, Paging, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// List customers
#[utoipa::path(get, path = "/v1/customers", tag = "customers", params(Paging), responses(
    (status = 200, description = "In order of creation", body = Listing<CustomerBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(State(api): State<Api>, who: Who, Query(paging): Query<Paging>) -> Result<Json<Listing<CustomerBody>>, Problem> {
    let caller = who.reads()?;
    let rows = api.assay().customers_page(&caller, paging.page(|id: CustomerId| id.0)?).await?;
    Ok(Json(paging.listing(rows, |row| row.id, CustomerBody::from)?))
}
