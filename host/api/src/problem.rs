//! Problem documents (RFC 9457): the one form in which an error leaves the service.

use std::sync::Arc;

use assay_app::AppError;
use assay_domain::violation::Violation;
use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::kind::Kind;

/// What went wrong, before the request's id is added.
#[derive(Debug, Clone)]
pub struct Problem {
    kind: Kind,
    detail: String,
    violations: Vec<ViolationBody>,
    members: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// One thing wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Violation)]
pub struct ViolationBody {
    /// The field, in the sender's own terms.
    #[schema(example = "subject")]
    pub field: String,
    /// What was found.
    #[schema(example = "it is missing")]
    pub problem: String,
    /// What to send instead.
    #[schema(example = "send the key of the interaction the event belongs to")]
    pub remedy: String,
}

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// The kind of problem; the path of a page that explains it.
    #[serde(rename = "type")]
    #[schema(example = "/problems/invalid")]
    pub kind: String,
    /// The kind in a few words.
    #[schema(example = "Something in the request is wrong")]
    pub title: &'static str,
    /// The status of the answer.
    #[schema(example = 422)]
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// What is wrong, field by field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<ViolationBody>,
    /// Names the request in the log.
    #[schema(example = "req_7f3k-12")]
    pub request_id: String,
    /// More members that some kinds have.
    #[serde(flatten)]
    #[schema(ignore)]
    pub members: Map<String, Value>,
}

impl From<Violation> for ViolationBody {
    fn from(Violation { field, problem, remedy }: Violation) -> Self {
        Self { field, problem, remedy }
    }
}

impl Problem {
    /// A problem of a kind.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), violations: Vec::new(), members: Map::new(), headers: Vec::new() }
    }

    /// With one more member.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.members.insert(member.to_owned(), value.into());
        self
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: impl Into<HeaderValue>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The document, for a request.
    pub fn body(&self, request_id: &str) -> ProblemBody {
        let row = self.kind.row();
        ProblemBody {
            kind: format!("/problems/{}", row.slug),
            title: row.title,
            status: row.status.as_u16(),
            detail: self.detail.clone(),
            violations: self.violations.clone(),
            request_id: request_id.to_owned(),
            members: self.members.clone(),
        }
    }

    /// The answer, for a request.
    pub fn response(&self, request_id: &str) -> Response {
        let body = serde_json::to_vec(&self.body(request_id)).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.kind.row().status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        for (name, value) in &self.headers {
            response.headers_mut().insert(name, value.clone());
        }
        response
    }
}

impl From<Violation> for Problem {
    fn from(violation: Violation) -> Self {
        let mut problem = Self::new(Kind::Invalid, violation.to_string());
        problem.violations.push(violation.into());
        problem
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Invalid(violation) => violation.into(),
            AppError::NotFound { what, name, .. } => Self::new(Kind::NotFound, format!("there is no {what} {name:?}")),
            AppError::Refused(refusal) if refusal.is_of_host() => {
                tracing::error!(error = &refusal as &dyn std::error::Error, "a component could not be looked at");
                Self::unavailable("the component could not be looked at; nothing is wrong with it")
            }
            AppError::Refused(refusal) => {
                Self::new(Kind::RuleRefused, format!("{}; {}", refusal.problem, refusal.remedy)).with("code", refusal.code.code())
            }
            error @ (AppError::Conflict { .. } | AppError::Activation(_) | AppError::Rating { .. }) => {
                Self::new(Kind::Conflict, error.to_string())
            }
            error @ AppError::KeyReused { .. } => Self::new(Kind::IdempotencyKeyReused, error.to_string()),
            AppError::Stopped => Self::unavailable("the service is shutting down; nothing was done"),
            error @ AppError::EngineHeld { .. } => {
                tracing::error!(error = &error as &dyn std::error::Error, "judging is held");
                Self::new(Kind::EngineHeld, "the engine of this service judges recorded evaluations differently; nothing was judged")
            }
            AppError::Store(error) if error.is_unspeakable() => {
                Self::new(Kind::Invalid, "a text of the request holds the character U+0000, and nothing here is named by it; leave it out")
            }
            other => {
                tracing::error!(error = &other as &dyn std::error::Error, "a use case failed");
                Self::new(Kind::Internal, "the service failed; nothing that was not answered was done")
            }
        }
    }
}

impl Problem {
    /// Try again in a moment.
    pub fn unavailable(detail: &str) -> Self {
        Self::new(Kind::Unavailable, detail).header(header::RETRY_AFTER, HeaderValue::from_static("1"))
    }
}

impl IntoResponse for Problem {
    /// An answer without a body yet: the outermost layer knows the request's id and writes the document.
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.kind.row().status;
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// The problem that an answer of the framework itself amounts to.
pub fn of_status(status: StatusCode) -> Option<Problem> {
    let kind = match status {
        StatusCode::NOT_FOUND => Kind::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Kind::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Kind::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Kind::UnsupportedMediaType,
        status if status.is_client_error() => Kind::Malformed,
        status if status.is_server_error() => Kind::Internal,
        _ => return None,
    };
    let detail = if kind == Kind::NotFound { "there is no such path; GET /docs lists them" } else { kind.row().title };
    Some(Problem::new(kind, detail))
}
