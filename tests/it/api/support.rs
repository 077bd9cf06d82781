//! The API on a temporary installation: requests go through its router in this process, and the clock stands where it is told.

use assay_api::Limits;
use assay_app::{Assay, Caller};
use assay_domain::key::Role;
use assay_tests::{assay::Installation, components};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, header},
};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// Where webhooks come in, which are signed and show no key.
pub const DELIVERY: &str = "/v1/webhooks/{tenant}/{endpoint}";

/// What the clock says at first: March has ended and can be billed.
pub const NOW: &str = "2026-04-15T12:00:00Z";

/// A service with two tenants; requests are those of the first unless a key says otherwise.
pub struct Service {
    /// What it runs on; its `caller` is the live side of the first tenant.
    pub installation: Installation,
    /// The test side of the first tenant.
    pub test: Caller,
    /// The live side of the second tenant.
    pub other: Caller,
    router: Router,
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as JSON; null when it is none.
    pub body: Value,
    /// The body as text; of what is none, as much as can be read.
    pub text: String,
}

impl Service {
    /// A new service with the usual limits.
    pub async fn start() -> Self {
        Self::with_limits(Limits::default()).await
    }

    /// A new service with limits of its own.
    pub async fn with_limits(limits: Limits) -> Self {
        let installation = Installation::new(NOW).await;
        let test = installation.test_side(&installation.caller).await;
        let other = installation.tenant("other").await;
        let router = assay_api::router(installation.assay.clone(), limits, Router::new());
        Self { installation, test, other, router }
    }

    /// The use cases.
    pub fn assay(&self) -> &Assay {
        &self.installation.assay
    }

    /// A key of the first tenant's live side.
    pub async fn key(&self, roles: &[Role]) -> String {
        self.installation.key(&self.installation.caller, roles).await
    }

    /// A key of the first tenant's test side.
    pub async fn test_key(&self, roles: &[Role]) -> String {
        self.installation.key(&self.test, roles).await
    }

    /// A key of the second tenant's live side.
    pub async fn other_tenant_key(&self, roles: &[Role]) -> String {
        self.installation.key(&self.other, roles).await
    }

    /// A key of a customer of the first tenant's live side; the customer is created unless it is there.
    pub async fn customer_key(&self, customer: &str) -> String {
        let caller = &self.installation.caller;
        self.assay().create_customer(caller, customer).await.expect("a customer");
        self.installation.customer_key(caller, customer).await
    }

    /// A key of the installation's operator.
    pub async fn operator(&self) -> String {
        let key = self.assay().create_operator_key("test", "operator").await.expect("a key");
        key.secret.expect("its secret")
    }

    /// A request with a key, or with none when it is empty, and with a JSON body unless that is null.
    pub async fn call(&self, method: &str, path: &str, key: &str, body: Value) -> Answer {
        self.call_with(method, path, key, &[], body).await
    }

    /// The same with more headers.
    pub async fn call_with(&self, method: &str, path: &str, key: &str, headers: &[(&str, &str)], body: Value) -> Answer {
        let bearer = format!("Bearer {key}");
        let mut headers = headers.to_vec();
        if !key.is_empty() {
            headers.push(("authorization", &bearer));
        }
        if body.is_null() {
            return self.send(method, path, &headers, Vec::new()).await;
        }
        headers.push(("content-type", "application/json"));
        self.send(method, path, &headers, body.to_string().into_bytes()).await
    }

    /// What is read at a path; it must be there.
    pub async fn read(&self, path: &str, key: &str) -> Value {
        let answer = self.call("GET", path, key, Value::Null).await;
        assert_eq!(answer.status, 200, "GET {path}: {}", answer.text);
        answer.body
    }

    /// What is created at a path; it must come to be.
    pub async fn create(&self, path: &str, key: &str, body: Value) -> Value {
        let answer = self.call("POST", path, key, body).await;
        assert!((200..300).contains(&answer.status), "POST {path}: {} {}", answer.status, answer.text);
        answer.body
    }

    /// Events as lines, with more headers.
    pub async fn lines(&self, key: &str, headers: &[(&str, &str)], lines: impl Into<Vec<u8>>) -> Answer {
        let bearer = format!("Bearer {key}");
        let usual = [("authorization", bearer.as_str()), ("content-type", "application/x-ndjson")];
        self.send("POST", "/v1/events", &[&usual[..], headers].concat(), lines.into()).await
    }

    /// Records events that are all new.
    pub async fn accept(&self, key: &str, events: &[Value]) {
        let answer = self.lines(key, &[], lines(events)).await;
        assert_eq!((answer.status, &answer.body["accepted"]), (200, &json!(events.len())), "{}", answer.text);
    }

    /// A request as it is.
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::CONTENT_LENGTH, body.len());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body)).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("a router never fails");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a whole body").to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status: parts.status.as_u16(), headers: parts.headers, body, text }
    }

    /// Sells resolved tickets to `acme` from March on: 500 a month by the rate card `standard`, and 0.99 for each outcome of `tickets`.
    pub async fn sell(&self, key: &str) {
        let bearer = format!("Bearer {key}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/wasm")];
        let rule = self.send("POST", "/v1/rules", &headers, components::resolved_ticket().to_vec()).await;
        assert_eq!(rule.status, 201, "{}", rule.text);
        let version = json!({ "rule": "resolved-ticket", "active_from": "2026-01-01T00:00:00Z" });
        self.create("/v1/definitions/tickets/versions", key, version).await;
        self.create("/v1/rate-cards", key, card()).await;
        self.create("/v1/customers", key, json!({ "key": "acme" })).await;
        let definitions = json!([{ "definition": "tickets", "version": null }]);
        let agreement = json!({ "customer": "acme", "definitions": definitions, "rate_card": "standard", "from": "2026-03-01T00:00:00Z" });
        self.create("/v1/agreements", key, agreement).await;
    }

    /// Carries the run of a month to its end.
    pub async fn bill(&self, month: &str) {
        let period = month.parse().expect("a month");
        self.assay().bill(&self.installation.caller, period, |_| {}).await.expect("a bill");
    }

    /// Judges what waits, of every tenant.
    pub async fn judge(&self) {
        self.assay().round(None).await.expect("a round");
    }
}

/// An event of the helpdesk that names the customer `acme`.
pub fn event(id: &str, subject: &str, kind: &str, time: &str) -> Value {
    json!({ "id": id, "source": "helpdesk", "type": kind, "subject": subject, "time": time, "customer": "acme" })
}

/// The card `standard`.
pub fn card() -> Value {
    let platform = json!({ "code": "platform", "label": "Platform fee", "model": "flat", "amount": "500" });
    let resolutions = json!({ "code": "resolutions", "label": "Resolved tickets", "model": "unit",
                              "meter": { "outcome-of": "tickets" }, "price": "0.99" });
    json!({ "name": "standard", "currency": "USD", "charges": [platform, resolutions] })
}

/// Events, one per line.
pub fn lines(events: &[Value]) -> String {
    events.iter().map(|event| format!("{event}\n")).collect()
}

/// A ticket of `acme` that was opened and resolved within an hour, and stays so.
pub fn resolved(subject: &str, day: &str) -> [Value; 2] {
    let told =
        |what: &str, hour: &str| event(&format!("{subject}-{what}"), subject, &format!("ticket.{what}"), &format!("{day}T{hour}:00:00Z"));
    [told("opened", "09"), told("resolved", "10")]
}

impl Answer {
    /// A header's text; empty when it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("printable text"))
    }

    /// Asserts that it is a problem of a kind, all of its document included, and gives back the detail.
    pub fn problem(&self, status: u16, slug: &str) -> &str {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["type"], format!("/problems/{slug}"), "{}", self.text);
        assert_eq!(self.body["status"], status, "{}", self.text);
        assert!(self.body["title"].as_str().is_some_and(|title| !title.is_empty()), "{}", self.text);
        assert_eq!(self.body["request_id"], self.header("x-request-id"), "{}", self.text);
        self.body["detail"].as_str().expect("a detail")
    }

    /// The field of the first violation.
    pub fn field(&self) -> &str {
        self.body["violations"][0]["field"].as_str().unwrap_or_default()
    }

    /// The rows of a list.
    pub fn data(&self) -> &Vec<Value> {
        self.body["data"].as_array().expect("a list")
    }
}
