//! An event as it is sent: CloudEvents 1.0 JSON with the extensions `customer`, `actor`, `sequence` and `mode`.

use assay_domain::{
    attestation::EventSignature,
    event::{Actor, NewEvent},
    key::Mode,
    time::Timestamp,
    violation::Violation,
};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// An event (CloudEvents 1.0, JSON). Attributes that are not listed are refused: one that is misspelt would be lost.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Event)]
pub struct EventBody {
    /// `1.0`; may be absent.
    #[schema(example = "1.0")]
    specversion: Option<String>,
    /// The sender's id, unique within `source` for ever.
    #[schema(required, nullable = false, example = "T-1-resolved", max_length = 256)]
    id: Option<String>,
    /// Which system tells it.
    #[schema(required, nullable = false, example = "helpdesk", max_length = 256)]
    source: Option<String>,
    /// What kind of thing happened.
    #[serde(rename = "type")]
    #[schema(required, nullable = false, example = "ticket.resolved", max_length = 256)]
    kind: Option<String>,
    /// The key of the interaction it belongs to: a ticket, conversation, lead or document.
    #[schema(required, nullable = false, example = "T-1", max_length = 256)]
    subject: Option<String>,
    /// When it happened, RFC 3339; at most 5 minutes ahead of the service's clock.
    #[schema(required, nullable = false, example = "2026-03-01T10:00:00Z", format = DateTime)]
    time: Option<String>,
    /// A JSON object, at most 256 KiB.
    #[schema(value_type = Object)]
    data: Option<Box<RawValue>>,
    /// The customer's key.
    #[schema(example = "acme", max_length = 256)]
    customer: Option<String>,
    /// Who acted: `ai`, `human`, `customer`, `system` or `unknown`.
    #[schema(example = "ai")]
    actor: Option<String>,
    /// Orders events of one interaction that share a time; an integer, or an integer as text.
    #[schema(value_type = i64, example = 0)]
    sequence: Option<Sequence>,
    /// `live` or `test`; must be what the key is for.
    #[schema(example = "live")]
    mode: Option<String>,
    /// An event key's signature of what the event tells, checked when it comes: who holds the key vouches for the event from then on.
    signature: Option<SignatureBody>,
    /// `application/json`, if present.
    datacontenttype: Option<String>,
    /// Read and ignored.
    #[serde(rename = "dataschema")]
    #[schema(value_type = Option<String>)]
    _dataschema: Option<IgnoredAny>,
    /// Read and ignored.
    #[serde(rename = "traceparent")]
    #[schema(value_type = Option<String>)]
    _traceparent: Option<IgnoredAny>,
    /// Read and ignored.
    #[serde(rename = "tracestate")]
    #[schema(value_type = Option<String>)]
    _tracestate: Option<IgnoredAny>,
    /// Read and ignored.
    #[serde(rename = "partitionkey")]
    #[schema(value_type = Option<String>)]
    _partitionkey: Option<IgnoredAny>,
}

/// The signature of an event.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EventSignature)]
struct SignatureBody {
    /// The ed25519 public key, in 64 hexadecimal digits; it is registered for the event's source.
    #[schema(example = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")]
    key: String,
    /// In 128 hexadecimal digits.
    value: String,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Sequence {
    Number(i64),
    Text(String),
}

/// An event as it was sent.
pub struct Sent {
    /// What it tells.
    pub event: NewEvent,
    /// What mode it is marked with.
    pub mode: Option<Mode>,
    /// What it is signed with.
    pub signature: Option<EventSignature>,
}

/// Reads an event that is told without a signature, and what mode it is marked with.
pub fn read(json: &[u8]) -> Result<(NewEvent, Option<Mode>), Violation> {
    let Sent { event, mode, signature } = sent(json)?;
    match signature {
        None => Ok((event, mode)),
        Some(_) => {
            let remedy = "leave it out; the same event, signed, may be sent to POST /v1/events afterwards";
            Err(Violation::new("signature", "signatures are not looked at here", remedy))
        }
    }
}

/// Reads an event.
pub fn sent(json: &[u8]) -> Result<Sent, Violation> {
    let body: EventBody = serde_json::from_slice(json).map_err(|_| explain(json))?;
    if body.specversion.as_deref().is_some_and(|version| version != "1.0") {
        return Err(Violation::new("specversion", "it is not 1.0", "send CloudEvents 1.0"));
    }
    if body.datacontenttype.as_deref().is_some_and(|kind| !kind.starts_with("application/json")) {
        return Err(Violation::new("datacontenttype", "it is not application/json", "send JSON data"));
    }
    let mode = body.mode.as_deref().map(|mode| mode.parse::<Mode>().map_err(|error| wrong("mode", &error, "send live or test")));
    let event = NewEvent {
        id: required("id", body.id, "send an id that is unique within the source for ever")?,
        source: required("source", body.source, "send the name of the system that tells it")?,
        kind: required("type", body.kind, "send what kind of thing happened, such as ticket.resolved")?,
        subject: required("subject", body.subject, "send the key of the interaction the event belongs to")?,
        occurred_at: time(&required("time", body.time, "send when it happened, such as 2026-03-01T10:00:00Z")?)?,
        sequence: body.sequence.map_or(Ok(0), sequence)?,
        customer: body.customer,
        actor: body.actor.map_or(Ok(Actor::Unknown), |actor| actor.parse().map_err(|error| wrong("actor", &error, "send one of them")))?,
        data: body.data.map(|data| String::from(Box::<str>::from(data))).filter(|data| data != "null").unwrap_or_else(|| "{}".to_owned()),
    };
    let signature = body.signature.map(|SignatureBody { key, value }| EventSignature { key, value });
    Ok(Sent { event, mode: mode.transpose()?, signature })
}

fn required(field: &str, value: Option<String>, remedy: &str) -> Result<String, Violation> {
    value.ok_or_else(|| Violation::new(field, "it is missing", remedy))
}

fn time(text: &str) -> Result<Timestamp, Violation> {
    text.parse().map_err(|error| wrong("time", &error, "send RFC 3339 with an offset, such as 2026-03-01T10:00:00Z"))
}

fn sequence(sequence: Sequence) -> Result<i64, Violation> {
    match sequence {
        Sequence::Number(number) => Ok(number),
        Sequence::Text(text) => text.parse().map_err(|_| Violation::new("sequence", format!("{text:?} is no integer"), "send an integer")),
    }
}

fn wrong(field: &str, error: &dyn std::fmt::Display, remedy: &str) -> Violation {
    Violation::new(field, error.to_string(), remedy)
}

/// The id of what is no event, where one can be read.
pub fn id(json: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        id: Option<String>,
    }
    serde_json::from_slice::<Named>(json).ok()?.id
}

/// Reads the event again, slowly, to say where it stops being one.
fn explain(json: &[u8]) -> Violation {
    let mut json = serde_json::Deserializer::from_slice(json);
    let read: Result<EventBody, _> = serde_path_to_error::deserialize(&mut json);
    let Some(error) = read.err() else {
        return Violation::new("event", "something follows it on its line", "send one JSON object per line");
    };
    let field = error.path().to_string();
    let inner = error.into_inner();
    if inner.is_syntax() || inner.is_eof() {
        return Violation::new("event", format!("it is not JSON: {inner}"), "send one JSON object per line");
    }
    let field = if field == "." { "event".to_owned() } else { field };
    let text = inner.to_string();
    let unknown = text.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`')).map(|(name, _)| name.to_owned());
    match unknown {
        Some(name) => Violation::new(name, "it is no attribute of an event", "correct its spelling, or put it into `data`"),
        None => Violation::new(field, text, "send the kind of value that the documentation shows"),
    }
}
