//! Every kind of problem the API answers with: one table, from which the answers and their pages are made.

use axum::http::StatusCode;

/// A kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request cannot be read.
    Malformed,
    /// No key, or none that opens anything.
    Unauthenticated,
    /// The key's roles do not allow it.
    Forbidden,
    /// There is no such thing, for this key.
    NotFound,
    /// The path knows other methods.
    MethodNotAllowed,
    /// The rest of the request did not come.
    RequestTimeout,
    /// What is there does not allow it.
    Conflict,
    /// Another event has this identity.
    EventConflict,
    /// Too many bytes.
    TooLarge,
    /// A format the path does not read.
    UnsupportedMediaType,
    /// Something in the request is wrong.
    Invalid,
    /// The idempotency key was used for another request.
    IdempotencyKeyReused,
    /// The component did not pass admission.
    RuleRefused,
    /// Too many requests.
    RateLimited,
    /// The service failed.
    Internal,
    /// The service is busy or going down.
    Unavailable,
    /// The engine may not judge.
    EngineHeld,
}

/// What is known about a kind.
pub struct Row {
    /// The kind.
    pub kind: Kind,
    /// The last part of its type, stable.
    pub slug: &'static str,
    /// The status it comes with.
    pub status: StatusCode,
    /// In a few words.
    pub title: &'static str,
    /// What it means and what to do.
    pub help: &'static str,
}

const fn row(kind: Kind, slug: &'static str, status: StatusCode, title: &'static str, help: &'static str) -> Row {
    Row { kind, slug, status, title, help }
}

/// Every kind, in order of status.
pub const KINDS: [Row; 17] = [
    row(
        Kind::Malformed,
        "malformed",
        StatusCode::BAD_REQUEST,
        "The request cannot be read",
        "The body, the path or the query is not of the form that this operation reads. `detail` says where reading stopped. Nothing was done.",
    ),
    row(
        Kind::Unauthenticated,
        "unauthenticated",
        StatusCode::UNAUTHORIZED,
        "No valid key",
        "Send `Authorization: Bearer ak_…` with a key that has not ended. `assay key create` or POST /v1/keys makes one. The answer is the same for a key \
         that is unknown, wrong or expired. A webhook is signed with a secret of its endpoint instead; `detail` says what is wrong with that.",
    ),
    row(
        Kind::Forbidden,
        "forbidden",
        StatusCode::FORBIDDEN,
        "The key does not allow this",
        "The key is valid, but its roles do not include the one that `detail` names. Use another key, or have an admin make one.",
    ),
    row(
        Kind::NotFound,
        "not-found",
        StatusCode::NOT_FOUND,
        "There is no such thing",
        "Nothing of this name or id exists on this side of the tenant. Things of other tenants, and of the other mode, are answered alike.",
    ),
    row(
        Kind::MethodNotAllowed,
        "method-not-allowed",
        StatusCode::METHOD_NOT_ALLOWED,
        "The path knows other methods",
        "The `Allow` header names the methods of this path.",
    ),
    row(
        Kind::RequestTimeout,
        "request-timeout",
        StatusCode::REQUEST_TIMEOUT,
        "The rest of the request did not come",
        "The body paused for longer than the service waits. Lines of events that were answered or recorded before stay recorded; send all of it again: what is \
         recorded already is answered as duplicate.",
    ),
    row(
        Kind::Conflict,
        "conflict",
        StatusCode::CONFLICT,
        "What is there does not allow it",
        "The request is well formed, but something that exists stands in its way. `detail` says what, and what to do.",
    ),
    row(
        Kind::EventConflict,
        "event-conflict",
        StatusCode::CONFLICT,
        "Another event has this identity",
        "An event with the same `source` and `id` and other content was recorded before. The first stays; this one is kept aside and can be seen at \
         GET /v1/event-conflicts. If it tells of something new, send it under a new id.",
    ),
    row(
        Kind::TooLarge,
        "too-large",
        StatusCode::PAYLOAD_TOO_LARGE,
        "Too many bytes",
        "`detail` names the limit. Split the request. Lines of events before the limit are recorded; `recorded_lines` is the number of the last one that was looked at.",
    ),
    row(
        Kind::UnsupportedMediaType,
        "unsupported-media-type",
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "A format this operation does not read",
        "Set `Content-Type` (and `Content-Encoding`, if any) to one that `detail` names.",
    ),
    row(
        Kind::Invalid,
        "invalid",
        StatusCode::UNPROCESSABLE_ENTITY,
        "Something in the request is wrong",
        "`violations` names each field, what is wrong with it and what to send instead. Nothing was done.",
    ),
    row(
        Kind::IdempotencyKeyReused,
        "idempotency-key-reused",
        StatusCode::UNPROCESSABLE_ENTITY,
        "The idempotency key was used for another request",
        "The same `Idempotency-Key` came before with another body or path. Use a new key for each request; repeat a request with its own.",
    ),
    row(
        Kind::RuleRefused,
        "rule-refused",
        StatusCode::UNPROCESSABLE_ENTITY,
        "The component did not pass admission",
        "`code` is the check that refused it; `detail` says what was found and what to change. `assay rule check` runs the same checks on the author's machine.",
    ),
    row(
        Kind::RateLimited,
        "rate-limited",
        StatusCode::TOO_MANY_REQUESTS,
        "Too many requests",
        "The key has used up its requests. `Retry-After` says how many seconds to wait. Send events in batches: a batch is one request.",
    ),
    row(
        Kind::Internal,
        "internal",
        StatusCode::INTERNAL_SERVER_ERROR,
        "The service failed",
        "It is not your request. The operator finds the cause in the log under `request_id`. Repeating is safe: events by their ids, other requests \
         by their `Idempotency-Key`.",
    ),
    row(
        Kind::Unavailable,
        "unavailable",
        StatusCode::SERVICE_UNAVAILABLE,
        "The service is busy or going down",
        "Nothing was done, or nothing that was not answered. Try again after the seconds in `Retry-After`; repeating is safe.",
    ),
    row(
        Kind::EngineHeld,
        "engine-held",
        StatusCode::SERVICE_UNAVAILABLE,
        "Judging is held",
        "This version of the service does not give the verdicts that were recorded, so it judges and bills nothing. Events are recorded as ever, and are judged \
         once the operator has gone back to the version that judged before.",
    ),
];

impl Kind {
    /// What is known about it.
    pub fn row(self) -> &'static Row {
        // Every kind has its row, which a test checks; the fallback keeps this total.
        const UNKNOWN: Row = row(Kind::Internal, "internal", StatusCode::INTERNAL_SERVER_ERROR, "The service failed", "");
        KINDS.iter().find(|row| row.kind == self).unwrap_or(&UNKNOWN)
    }
}
