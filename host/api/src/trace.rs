//! The outermost layer: names each request, times it, limits its time, writes the problem documents, and logs one line.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use tracing::Instrument as _;

use crate::{
    kind::Kind,
    problem::{Problem, of_status},
    state::Api,
    who::KeySeen,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longer ids of senders are replaced.
const REQUEST_ID_BYTES_MAX: usize = 64;

/// Runs one request.
pub async fn trace(State(api): State<Api>, mut request: Request, next: Next) -> Response {
    let started = api.assay().now();
    let id = given(&request).unwrap_or_else(|| api.request_id());
    let seen = KeySeen::default();
    request.extensions_mut().insert(seen.clone());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched".to_owned(), |path| path.as_str().to_owned());
    let limit = (route != "/v1/events").then_some(api.limits().request_timeout);
    // However it ends, a request that hangs up included, it is no longer in flight.
    let flight = Flight::begin(&api);
    let span = tracing::info_span!("request", id = %id);
    let response = within(limit, next.run(request)).instrument(span).await;
    drop(flight);
    let mut response = finish(response, &method, &id);
    let took = Duration::from_micros(u64::try_from(api.assay().now().micros() - started.micros()).unwrap_or_default());
    let status = response.status().as_u16();
    api.metrics().end(method.as_str(), &route, status, took);
    let key = seen.0.get().map(ToString::to_string).unwrap_or_default();
    tracing::info!(request_id = %id, method = %method, route, status, key, micros = took.as_micros() as u64, "answered");
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

struct Flight(Api);

impl Flight {
    fn begin(api: &Api) -> Self {
        api.metrics().begin();
        Self(api.clone())
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.metrics().landed();
    }
}

fn given(request: &Request) -> Option<String> {
    let id = request.headers().get(REQUEST_ID)?.to_str().ok()?;
    let fine = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (!id.is_empty() && id.len() <= REQUEST_ID_BYTES_MAX && id.bytes().all(fine)).then(|| id.to_owned())
}

async fn within(limit: Option<Duration>, answer: impl Future<Output = Response>) -> Response {
    match limit {
        None => answer.await,
        Some(limit) => match tokio::time::timeout(limit, answer).await {
            Ok(response) => response,
            Err(_) => Problem::unavailable(
                "it took longer than the service waits; what was begun may be done, so repeat it with the same Idempotency-Key",
            )
            .into_response(),
        },
    }
}

/// Writes the document of a problem, whoever noticed it.
fn finish(mut response: Response, method: &Method, id: &str) -> Response {
    let known = response.extensions_mut().remove::<Arc<Problem>>();
    let documented = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/problem+json" || kind == "text/html; charset=utf-8");
    let problem = match known {
        Some(problem) => Some(problem),
        None if documented => None,
        None => of_status(response.status()).map(Arc::new),
    };
    let Some(problem) = problem else {
        return response;
    };
    let mut answer = problem.response(id);
    if let Some(allow) = response.headers().get(header::ALLOW) {
        answer.headers_mut().insert(header::ALLOW, allow.clone());
    }
    if problem.kind() == Kind::RequestTimeout {
        answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    if *method == Method::HEAD {
        *answer.body_mut() = axum::body::Body::empty();
    }
    answer
}
