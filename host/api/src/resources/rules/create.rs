use assay_domain::key::Role;
use axum::{
    Json,
    extract::{FromRequest, Request, State},
    http::StatusCode,
};
use bytes::Bytes;
use utoipa::ToSchema;

use super::RuleBody;
use crate::{
    body::{media_type, read},
    kind::Kind,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// A component: WebAssembly in binary form.
#[derive(ToSchema)]
#[schema(as = Component, value_type = String, format = Binary)]
pub(super) struct Component(Bytes);

impl FromRequest<Api> for Component {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        if !matches!(media_type(&parts.headers).as_deref(), Some("application/wasm" | "application/octet-stream")) {
            return Err(Problem::new(Kind::UnsupportedMediaType, "send the component as `Content-Type: application/wasm`"));
        }
        let limits = api.limits();
        Ok(Self(read(body, limits.rule_bytes_max, limits.body_idle_timeout).await?))
    }
}

/// Upload a rule
///
/// The body is the component itself. It is admitted by the checks that `assay rule check` runs, and stored for both sides of the tenant.
/// The same component again is the same rule, with the same answer.
#[utoipa::path(post, path = "/v1/rules", tag = "rules",
    request_body(content((Component = "application/wasm"), (Component = "application/octet-stream")), description = "The component"),
    params(("Idempotency-Key" = Option<String>, Header, description = "Not needed and not read: the component's digest is its identity")),
    responses(
        (status = 201, description = "The rule", body = RuleBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn create(State(api): State<Api>, who: Who, Component(bytes): Component) -> Result<(StatusCode, Json<RuleBody>), Problem> {
    let caller = who.may(Role::Author)?;
    let rule = api.assay().push_rule(&caller, &bytes).await?;
    Ok((StatusCode::CREATED, Json(rule.into())))
}
