use assay_domain::id::AgreementId;
use axum::{Json, extract::State};

use super::AgreementBody;
use crate::{
    page::{Listing, Paging, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// List agreements
#[utoipa::path(get, path = "/v1/agreements", tag = "agreements", params(Paging), responses(
    (status = 200, description = "In order of creation", body = Listing<AgreementBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(State(api): State<Api>, who: Who, Query(paging): Query<Paging>) -> Result<Json<Listing<AgreementBody>>, Problem> {
    let caller = who.reads()?;
    let rows = api.assay().agreements_page(&caller, paging.page(|id: AgreementId| id.0)?).await?;
    Ok(Json(paging.listing(rows, |row| row.id, AgreementBody::from)?))
}
