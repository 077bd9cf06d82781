use assay_domain::id::AgreementId;
use axum::{
    Json,
    extract::{Path, State},
};

use super::AgreementBody;
use crate::{
    kind::Kind,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Show an agreement
#[utoipa::path(get, path = "/v1/agreements/{agreement}", tag = "agreements",
    params(("agreement" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "The agreement", body = AgreementBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn show(State(api): State<Api>, who: Who, Path(agreement): Path<String>) -> Result<Json<AgreementBody>, Problem> {
    let caller = who.reads()?;
    let unknown = |_| Problem::new(Kind::NotFound, format!("there is no agreement {agreement:?}"));
    let id = agreement.parse::<AgreementId>().map_err(unknown)?;
    Ok(Json(api.assay().agreement(&caller, id).await?.into()))
}
