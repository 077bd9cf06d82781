//! `POST /v1/events`: one event, a batch, or lines without end.

mod answer;
mod lines;
mod wire;

use assay_app::{Caller, Checked};
use assay_domain::{
    event::{Disposition, NewEvent},
    key::{Mode, Role},
    violation::Violation,
};
use async_compression::tokio::bufread::GzipDecoder;
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use serde_json::value::RawValue;
use tokio::io::AsyncBufRead;
use tokio_util::io::StreamReader;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    body::media_type,
    kind::Kind,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

use answer::{EventAnswer, EventsAnswer};
pub(crate) use wire::EventBody;
pub use wire::read as read_event;

use lines::{Chunk, Lines};

/// A JSON body is read whole, so it is shorter than lines may be.
const JSON_BYTES_MAX: u64 = 16 << 20;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::from(Router::new()).routes(routes!(create))
}

/// Record events
///
/// CloudEvents 1.0 in JSON: one event (`application/json`, `application/cloudevents+json`), an array of them, or one per line
/// (`application/x-ndjson`), gzip allowed. What is answered is durable. Each event of an array and each line has its own answer, and a bad one
/// stops no other. Identity is (`source`, `id`) for ever: the same again is `duplicate`, counted once; the same identity with other
/// content is `conflict`, the first stays. So repeating a request is always safe, and needs no `Idempotency-Key`.
///
/// With `Prefer: return=minimal` only lines that were not accepted are listed.
#[utoipa::path(
    post,
    path = "/v1/events",
    tag = "events",
    request_body(content(
        (EventBody = "application/json"),
        (EventBody = "application/cloudevents+json"),
        (Vec<EventBody> = "application/cloudevents-batch+json"),
        (String = "application/x-ndjson", example = "{\"id\":\"1\",\"source\":\"crm\",\"type\":\"ticket.resolved\",\"subject\":\"T-1\",\"time\":\"2026-03-01T10:00:00Z\"}\n"),
    )),
    responses(
        (status = 200, description = "A duplicate, or the answers for an array or for lines", body = EventsAnswer),
        (status = 201, description = "One event, accepted", body = EventAnswer),
        (status = 409, description = "One event whose identity is taken", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "Too many bytes; lines before the limit are recorded", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "Another format", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "One event that is none", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
async fn create(State(api): State<Api>, who: Who, request: Request) -> Result<Response, Problem> {
    let caller = who.may(Role::Ingest)?;
    let (parts, body) = request.into_parts();
    let intake = Intake { api, caller, mode: who.mode() };
    let minimal = prefers_minimal(&parts.headers);
    let lines = intake.lines(&parts.headers, body)?;
    match media_type(&parts.headers).as_deref() {
        Some("application/x-ndjson" | "application/jsonl" | "application/ndjson") => intake.stream(lines, minimal).await,
        Some("application/json" | "application/cloudevents+json" | "application/cloudevents-batch+json") => {
            intake.whole(lines, minimal).await
        }
        _ => Err(Problem::new(
            Kind::UnsupportedMediaType,
            "send application/json, application/cloudevents+json, application/cloudevents-batch+json or application/x-ndjson",
        )),
    }
}

fn prefers_minimal(headers: &HeaderMap) -> bool {
    let preferences = headers.get_all("prefer").iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    preferences.map(str::trim).any(|preference| preference.eq_ignore_ascii_case("return=minimal"))
}

/// One request's events on their way in.
struct Intake {
    api: Api,
    caller: Caller,
    mode: Mode,
}

type Reader = Box<dyn AsyncBufRead + Send + Unpin>;
type Parsed = (Option<String>, Result<Checked, Violation>);

impl Intake {
    /// The body as it was before compression.
    fn lines(&self, headers: &HeaderMap, body: Body) -> Result<Lines<Reader>, Problem> {
        let raw = StreamReader::new(body.into_data_stream().map_err(std::io::Error::other));
        let reader: Reader = match headers.get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes) {
            None | Some(b"identity") => Box::new(raw),
            Some(b"gzip") => {
                let mut decoder = GzipDecoder::new(raw);
                decoder.multiple_members(true);
                Box::new(tokio::io::BufReader::with_capacity(1 << 16, decoder))
            }
            Some(_) => return Err(Problem::new(Kind::UnsupportedMediaType, "send the body as it is, or with `Content-Encoding: gzip`")),
        };
        let limits = self.api.limits();
        Ok(Lines::new(reader, limits.line_bytes_max, limits.events_body_bytes_max, limits.body_idle_timeout))
    }

    /// Records lines as they arrive, piece by piece.
    async fn stream(&self, mut lines: Lines<Reader>, minimal: bool) -> Result<Response, Problem> {
        let mut answers = EventsAnswer::default();
        loop {
            let chunk = match lines.next().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => return Ok(answered(&answers, minimal)),
                Err(problem) => return Err(problem.with("recorded_lines", answers.last_line())),
            };
            let numbers = chunk.numbers();
            let (ids, batch) = self.parse(chunk).await?;
            let dispositions = self.api.assay().record(&self.caller, batch).await?;
            for ((number, id), disposition) in numbers.into_iter().zip(ids).zip(dispositions) {
                answers.add(number, id, disposition, minimal);
            }
        }
    }

    /// Reading and checking is work for a thread of its own, so that other requests are answered meanwhile.
    async fn parse(&self, chunk: Chunk) -> Result<(Vec<Option<String>>, Vec<Result<Checked, Violation>>), Problem> {
        let (now, mode) = (self.api.assay().now(), self.mode);
        let parse = move || chunk.lines().map(|line| line.and_then_parse(|line| event(line, mode), now)).unzip();
        tokio::task::spawn_blocking(parse).await.map_err(|_| Problem::unavailable("the service is shutting down"))
    }

    /// Reads a JSON body: one event, or an array of them.
    async fn whole(&self, lines: Lines<Reader>, minimal: bool) -> Result<Response, Problem> {
        let bytes = lines.whole(JSON_BYTES_MAX).await?;
        if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
            return self.array(bytes, minimal).await;
        }
        let new = event(&bytes, self.mode)?;
        let id = new.id.clone();
        let checked = Checked::new(new, self.api.assay().now())?;
        let disposition = self.api.assay().record(&self.caller, vec![Ok(checked)]).await?.pop();
        let status = match disposition {
            Some(Disposition::Accepted) => StatusCode::CREATED,
            Some(Disposition::Duplicate) => StatusCode::OK,
            Some(Disposition::Rejected(violation)) => return Err(violation.into()),
            Some(Disposition::Conflict) | None => {
                return Err(Problem::new(
                    Kind::EventConflict,
                    format!("the event {id:?} of this source was recorded before with other content"),
                ));
            }
        };
        let disposition = if status == StatusCode::CREATED { "accepted" } else { "duplicate" };
        Ok((status, axum::Json(EventAnswer { id, disposition })).into_response())
    }

    async fn array(&self, bytes: Bytes, minimal: bool) -> Result<Response, Problem> {
        let (now, mode) = (self.api.assay().now(), self.mode);
        let parse = move || -> Result<Vec<Parsed>, Problem> {
            let elements: Vec<&RawValue> = serde_json::from_slice(&bytes)
                .map_err(|error| Problem::new(Kind::Malformed, format!("the body is not a JSON array: {error}")))?;
            let parsed = |element: &&RawValue| match event(element.get().as_bytes(), mode) {
                Ok(event) => (Some(event.id.clone()), Checked::new(event, now)),
                Err(violation) => (wire::id(element.get().as_bytes()), Err(violation)),
            };
            Ok(elements.iter().map(parsed).collect())
        };
        let parsed = tokio::task::spawn_blocking(parse).await.map_err(|_| Problem::unavailable("the service is shutting down"))??;
        let (ids, batch): (Vec<_>, Vec<_>) = parsed.into_iter().unzip();
        let dispositions = self.api.assay().record(&self.caller, batch).await?;
        let mut answers = EventsAnswer::default();
        for ((number, id), disposition) in (1..).zip(ids).zip(dispositions) {
            answers.add(number, id, disposition, minimal);
        }
        Ok(answered(&answers, minimal))
    }
}

/// Reads one event; what it is marked with must be what the key is for.
pub(crate) fn event(json: &[u8], mode: Mode) -> Result<NewEvent, Violation> {
    let (event, marked) = read_event(json)?;
    match marked {
        Some(marked) if marked != mode => {
            let remedy = format!("send it with a {marked} key, or without the mark");
            Err(Violation::new("mode", format!("it is marked {marked}, and the key is for {mode} data"), remedy))
        }
        _ => Ok(event),
    }
}

fn answered(answers: &EventsAnswer, minimal: bool) -> Response {
    let mut response = axum::Json(answers).into_response();
    if minimal {
        response.headers_mut().insert("preference-applied", HeaderValue::from_static("return=minimal"));
    }
    response
}
