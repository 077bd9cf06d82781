//! Whether the process runs, and whether it can serve. Neither tells anything of a tenant.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    kind::Kind,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// How the service is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`.
    #[schema(example = "ok")]
    pub status: &'static str,
    /// The version of the program.
    pub version: &'static str,
}

const OK: Health = Health { status: "ok", version: env!("CARGO_PKG_VERSION") };

pub(crate) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(health)).routes(routes!(ready)).routes(routes!(metrics))
}

/// Whether the process runs
#[utoipa::path(get, path = "/health", tag = "service", security(()), responses((status = 200, description = "It runs", body = Health)))]
async fn health() -> Json<Health> {
    Json(OK)
}

/// Whether it can serve: the database answers
#[utoipa::path(get, path = "/ready", tag = "service", security(()), responses(
    (status = 200, description = "It can serve", body = Health),
    (status = 503, description = "It cannot, yet or any more", body = ProblemBody, content_type = "application/problem+json"),
))]
async fn ready(State(api): State<Api>) -> Result<Json<Health>, Problem> {
    api.assay().ready().await.map_err(|_| Problem::unavailable("the database does not answer"))?;
    Ok(Json(OK))
}

/// Metrics
///
/// OpenMetrics text. Needs an operator's key of the installation, as its labels name tenants.
#[utoipa::path(get, path = "/metrics", tag = "service", responses(
    (status = 200, description = "OpenMetrics text", body = String, content_type = "application/openmetrics-text"),
    (status = 403, description = "Another key", body = ProblemBody, content_type = "application/problem+json"),
))]
async fn metrics(State(api): State<Api>, who: Who) -> Result<([(&'static str, &'static str); 1], String), Problem> {
    who.operates()?;
    let text = api.assay().metrics().encode().map_err(|_| Problem::new(Kind::Internal, "the metrics cannot be written"))?;
    Ok(([("content-type", "application/openmetrics-text; version=1.0.0; charset=utf-8")], text))
}
