//! Bodies: read within their limits, and JSON that is exactly what the operation reads.

use std::time::Duration;

use assay_app::Once;
use assay_domain::{canon::Encoder, event::check_name, violation::Violation};
use axum::{
    body::Body,
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;

use crate::{kind::Kind, problem::Problem, state::Api};

/// A JSON body, and the idempotency key it came under.
pub struct Json<T> {
    /// What was sent.
    pub body: T,
    /// To be handed to the use case.
    pub once: Option<Once>,
}

impl<T: DeserializeOwned> FromRequest<Api> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        if !is_json(&parts.headers) {
            return Err(Problem::new(Kind::UnsupportedMediaType, "send `Content-Type: application/json`"));
        }
        let limits = api.limits();
        let bytes = read(body, limits.body_bytes_max, limits.body_idle_timeout).await?;
        let once = once(&parts.headers, parts.method.as_str(), parts.uri.path(), &bytes)?;
        Ok(Self { body: parse(&bytes)?, once })
    }
}

/// Reads JSON, naming the field where it stops.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(Violation::new("body", "it is a JSON array", "send a JSON object").into());
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let field = error.path().to_string();
        let inner = error.into_inner();
        if inner.is_syntax() || inner.is_eof() {
            return Problem::new(Kind::Malformed, format!("the body is not JSON: {inner}"));
        }
        let field = if field == "." { "body".to_owned() } else { field };
        Violation::new(field, inner.to_string(), "send what the documentation of the operation shows").into()
    })?;
    json.end().map_err(|error| Problem::new(Kind::Malformed, format!("the body goes on after its JSON value: {error}")))?;
    Ok(read)
}

fn is_json(headers: &HeaderMap) -> bool {
    media_type(headers).is_some_and(|kind| kind == "application/json" || kind.ends_with("+json"))
}

/// The content type without its parameters, in lower case.
pub fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

/// Reads a whole body.
pub async fn read(mut body: Body, bytes_max: usize, idle: Duration) -> Result<Bytes, Problem> {
    let too_large = || Problem::new(Kind::TooLarge, format!("the body is over {bytes_max} bytes"));
    if http_body::Body::size_hint(&body).lower() > bytes_max as u64 {
        return Err(too_large());
    }
    let mut bytes = BytesMut::new();
    while let Some(frame) = tokio::time::timeout(idle, body.frame()).await.map_err(|_| stalled(idle))? {
        let frame = frame.map_err(|_| broken())?;
        if let Ok(data) = frame.into_data() {
            if bytes.len() + data.len() > bytes_max {
                return Err(too_large());
            }
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes.freeze())
}

pub(crate) fn stalled(idle: Duration) -> Problem {
    Problem::new(Kind::RequestTimeout, format!("the body paused for more than {} s", idle.as_secs()))
}

pub(crate) fn broken() -> Problem {
    Problem::new(Kind::Malformed, "the body broke off before its end, or is not compressed as it says")
}

/// The idempotency key of a request, and the hash of all that it asks for.
pub fn once(headers: &HeaderMap, method: &str, path: &str, body: &[u8]) -> Result<Option<Once>, Problem> {
    let Some(key) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let key = key.to_str().map_err(|_| Violation::new("Idempotency-Key", "it is not printable text", "send a UUID, for example"))?;
    check_name("Idempotency-Key", key)?;
    let mut request = Encoder::new("assay.1.request");
    request.text(method).text(path).bytes(body);
    Ok(Some(Once { key: key.to_owned(), request: request.digest() }))
}
