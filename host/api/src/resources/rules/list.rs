use assay_domain::id::RuleId;
use axum::{Json, extract::State};

use super::RuleBody;
use crate::{
    page::{Listing, Paging, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// List rules
#[utoipa::path(get, path = "/v1/rules", tag = "rules", params(Paging), responses(
    (status = 200, description = "In order of upload", body = Listing<RuleBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(State(api): State<Api>, who: Who, Query(paging): Query<Paging>) -> Result<Json<Listing<RuleBody>>, Problem> {
    let caller = who.reads()?;
    let rows = api.assay().rules_page(&caller, paging.page(|id: RuleId| id.0)?).await?;
    Ok(Json(paging.listing(rows, |row| row.id, RuleBody::from)?))
}
