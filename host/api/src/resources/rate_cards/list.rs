use assay_domain::id::RateCardId;
use axum::{Json, extract::State};

use super::RateCardBody;
use crate::{
    page::{Listing, Paging, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// List rate cards
#[utoipa::path(get, path = "/v1/rate-cards", tag = "rate cards", params(Paging), responses(
    (status = 200, description = "In order of creation", body = Listing<RateCardBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(State(api): State<Api>, who: Who, Query(paging): Query<Paging>) -> Result<Json<Listing<RateCardBody>>, Problem> {
    let caller = who.reads()?;
    let rows = api.assay().rate_cards_page(&caller, paging.page(|id: RateCardId| id.0)?).await?;
    Ok(Json(paging.listing(rows, |row| row.id, RateCardBody::from)?))
}
