use axum::{
    Json,
    extract::{Path, State},
};

use super::CustomerBody;
use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Show a customer
#[utoipa::path(get, path = "/v1/customers/{customer}", tag = "customers", params(("customer" = String, Path, description = "Its id or its key")), responses(
    (status = 200, description = "The customer", body = CustomerBody),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn show(State(api): State<Api>, who: Who, Path(customer): Path<String>) -> Result<Json<CustomerBody>, Problem> {
    let caller = who.reads()?;
    Ok(Json(api.assay().customer(&caller, &customer).await?.into()))
}
