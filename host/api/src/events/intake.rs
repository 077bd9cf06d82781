//! One request's events on their way in.

use assay_app::{Caller, Submitted};
use assay_domain::{event::Disposition, violation::Violation};
use async_compression::tokio::bufread::GzipDecoder;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use serde_json::value::RawValue;
use tokio::io::AsyncBufRead;
use tokio_util::io::StreamReader;

use super::{
    answer::{EventAnswer, EventsAnswer},
    lines::{Chunk, Lines},
    reading::{Parsed, Reading},
};
use crate::{body::media_type, kind::Kind, problem::Problem, state::Api};

/// A JSON body is read whole, so it is shorter than lines may be.
const JSON_BYTES_MAX: u64 = 16 << 20;

/// What comes in, on whose behalf, and how it is read.
pub struct Intake {
    /// Where it goes.
    pub api: Api,
    /// On whose behalf.
    pub caller: Caller,
    /// How it is read.
    pub reading: Reading,
}

type Reader = Box<dyn AsyncBufRead + Send + Unpin>;

impl Intake {
    /// Records what a body holds, by what its head says of it.
    pub async fn take(&self, headers: &HeaderMap, body: Body) -> Result<Response, Problem> {
        let minimal = prefers_minimal(headers);
        let lines = self.lines(headers, body)?;
        match media_type(headers).as_deref() {
            Some("application/x-ndjson" | "application/jsonl" | "application/ndjson") => self.stream(lines, minimal).await,
            Some("application/json" | "application/cloudevents+json" | "application/cloudevents-batch+json") => {
                self.whole(lines, minimal).await
            }
            _ => Err(Problem::new(
                Kind::UnsupportedMediaType,
                "send application/json, application/cloudevents+json, application/cloudevents-batch+json or application/x-ndjson",
            )),
        }
    }

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
            let dispositions = self.record(batch).await?;
            for ((number, id), disposition) in numbers.into_iter().zip(ids).zip(dispositions) {
                answers.add(number, id, disposition, minimal);
            }
        }
    }

    async fn record(&self, batch: Vec<Result<Submitted, Violation>>) -> Result<Vec<Disposition>, Problem> {
        let batch = self.api.assay().verify(&self.caller, batch).await?;
        Ok(self.api.assay().record(&self.caller, batch).await?)
    }

    /// Reading and checking is work for a thread of its own, so that other requests are answered meanwhile.
    async fn parse(&self, chunk: Chunk) -> Result<(Vec<Option<String>>, Vec<Result<Submitted, Violation>>), Problem> {
        let (now, reading) = (self.api.assay().now(), self.reading.clone());
        let parse = move || chunk.lines().map(|line| reading.line(line, now)).unzip();
        tokio::task::spawn_blocking(parse).await.map_err(|_| Problem::unavailable("the service is shutting down"))
    }

    /// Reads a JSON body: one event, or an array of them.
    async fn whole(&self, lines: Lines<Reader>, minimal: bool) -> Result<Response, Problem> {
        let bytes = lines.whole(JSON_BYTES_MAX).await?;
        if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
            return self.array(bytes, minimal).await;
        }
        let (id, submitted) = self.reading.event(&bytes, self.api.assay().now());
        let (id, submitted) = (id.unwrap_or_default(), submitted?);
        let verified = self.api.assay().verify(&self.caller, vec![Ok(submitted)]).await?.pop().transpose()?;
        let disposition = self.api.assay().record(&self.caller, verified.into_iter().map(Ok).collect()).await?.pop();
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
        let (now, reading) = (self.api.assay().now(), self.reading.clone());
        let parse = move || -> Result<Vec<Parsed>, Problem> {
            let elements: Vec<&RawValue> = serde_json::from_slice(&bytes)
                .map_err(|error| Problem::new(Kind::Malformed, format!("the body is not a JSON array: {error}")))?;
            Ok(elements.iter().map(|element| reading.event(element.get().as_bytes(), now)).collect())
        };
        let parsed = tokio::task::spawn_blocking(parse).await.map_err(|_| Problem::unavailable("the service is shutting down"))??;
        let (ids, batch): (Vec<_>, Vec<_>) = parsed.into_iter().unzip();
        let dispositions = self.record(batch).await?;
        let mut answers = EventsAnswer::default();
        for ((number, id), disposition) in (1..).zip(ids).zip(dispositions) {
            answers.add(number, id, disposition, minimal);
        }
        Ok(answered(&answers, minimal))
    }
}

fn prefers_minimal(headers: &HeaderMap) -> bool {
    let preferences = headers.get_all("prefer").iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    preferences.map(str::trim).any(|preference| preference.eq_ignore_ascii_case("return=minimal"))
}

fn answered(answers: &EventsAnswer, minimal: bool) -> Response {
    let mut response = axum::Json(answers).into_response();
    if minimal {
        response.headers_mut().insert("preference-applied", HeaderValue::from_static("return=minimal"));
    }
    response
}
