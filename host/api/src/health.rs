//! Whether the process runs, and whether it can serve. Neither tells anything of a tenant.

use std::time::Duration;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderValue, header},
    middleware,
    response::Response,
    routing::get,
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    kind::Kind,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// A database that takes longer to answer serves nobody.
const READY_WITHIN: Duration = Duration::from_secs(2);
/// In the place of a request's id where requests are not counted.
const UNNUMBERED: &str = "req_0";

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
    OpenApiRouter::new().routes(routes!(live)).routes(routes!(ready)).routes(routes!(metrics))
}

/// What a process answers that does not serve yet, or does no more: that it runs, and to everything else why it is not ready. Each
/// connection is for one answer, so that nobody stays who is served elsewhere, or here in a moment.
pub fn not_ready(reason: &'static str) -> Router {
    let unready = move || async move { Problem::unavailable(reason).response(UNNUMBERED) };
    Router::new().route("/livez", get(live)).fallback(unready).layer(middleware::map_response(last))
}

async fn last(mut answer: Response) -> Response {
    answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    answer
}

/// Whether the process runs
#[utoipa::path(get, path = "/livez", tag = "service", security(()), responses((status = 200, description = "It runs", body = Health)))]
async fn live() -> Json<Health> {
    Json(OK)
}

/// Whether it can serve: its database is open and answers, and it is not about to end
#[utoipa::path(get, path = "/readyz", tag = "service", security(()), responses(
    (status = 200, description = "It can serve", body = Health),
    (status = 503, description = "It cannot, yet or any more; `detail` says why", body = ProblemBody, content_type = "application/problem+json"),
))]
async fn ready(State(api): State<Api>) -> Result<Json<Health>, Problem> {
    match tokio::time::timeout(READY_WITHIN, api.assay().ready()).await {
        Ok(Ok(())) => Ok(Json(OK)),
        Ok(Err(error)) => {
            // The reason may name machines, which is nobody's business who has no key.
            tracing::warn!(error = &error as &dyn std::error::Error, "not ready");
            Err(Problem::unavailable("the database does not answer; the log says why"))
        }
        Err(_) => Err(Problem::unavailable("the database takes too long to answer")),
    }
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
