//! What the API says of itself: the OpenAPI document, a page that lists its operations, and a page for each kind of problem.

use std::fmt::Write as _;

use axum::{
    Router,
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use utoipa::openapi::{
    InfoBuilder, LicenseBuilder, OpenApi,
    security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    tag::TagBuilder,
};

use crate::{
    kind::{KINDS, Row},
    problem::Problem,
    state::Api,
};

/// The tags of the operations, in the order of a tenant's first day.
const TAGS: [(&str, &str); 20] = [
    ("events", "What happened: facts of interactions."),
    ("rules", "Uploaded components that judge interactions."),
    ("definitions", "What counts as an outcome: immutable versions of a rule with its parameters and timing."),
    ("back-tests", "What a candidate for a definition would have changed."),
    ("customers", "Who pays."),
    ("rate cards", "What outcomes cost."),
    ("agreements", "Which customer has which definitions and rate card, from when."),
    ("interactions", "Units of work: timelines, verdicts, evidence."),
    ("billing runs", "Billing a month."),
    ("invoices", "What was billed, and what would be."),
    ("receipts", "What proves each change of a bill, and the log that nobody can rewrite unseen."),
    ("disputes", "Outcomes that customers contest, and what became of them."),
    ("wallets", "Credit that customers have paid ahead."),
    ("ledger", "Where the money is: transfers and balances."),
    ("reports", "How everything stands."),
    ("samples", "Billed outcomes that chance draws, for people to look at."),
    ("operations", "The audit log."),
    ("retention", "How long what is told of interactions is kept."),
    ("keys", "Who may use the API, as what."),
    ("service", "The service itself."),
];

/// Completes the document that the handlers make.
pub fn complete(mut document: OpenApi) -> OpenApi {
    document.info = InfoBuilder::new()
        .title("Assay")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Outcome-based billing: rules judge interactions, verdicts become invoices.\n\nAmounts and quantities are strings; times are RFC 3339 UTC; ids \
             are prefixed. Errors are problem documents (RFC 9457), each type with a page. POSTs that create take an `Idempotency-Key`. Lists are \
             read by cursor.",
        ))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build();
    let tag = |(name, description): &(&str, &str)| TagBuilder::new().name(*name).description(Some(*description)).build();
    document.tags = Some(TAGS.iter().map(tag).collect());
    let key = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let webhook = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("webhook-signature")));
    let schemes = &mut document.components.get_or_insert_default().security_schemes;
    schemes.insert("key".to_owned(), key.into());
    schemes.insert("webhook".to_owned(), webhook.into());
    for item in document.paths.paths.values_mut() {
        for operation in [&mut item.get, &mut item.put, &mut item.post, &mut item.delete].into_iter().flatten() {
            // Handlers of several nouns share a name; an operation's id is unique.
            let tag = operation.tags.iter().flatten().next().map(|tag| tag.replace(' ', "_")).unwrap_or_default();
            operation.operation_id = operation.operation_id.as_ref().map(|id| format!("{tag}_{id}"));
        }
    }
    document.security = Some(vec![SecurityRequirement::new("key", Vec::<String>::new())]);
    document
}

/// The pages, and the document as JSON.
pub fn routes(document: &OpenApi) -> Router<Api> {
    let json = document.to_json().unwrap_or_default();
    let page = operations(document);
    Router::new()
        .route("/v1/openapi.json", get(move || async move { ([(header::CONTENT_TYPE, "application/json")], json) }))
        .route("/docs", get(move || async move { html("API", &page) }))
        .route("/problems", get(|| async { html("Problems", &problems()) }))
        .route("/problems/{slug}", get(|Path(slug): Path<String>| async move { problem(&slug) }))
}

fn problem(slug: &str) -> Response {
    match KINDS.iter().find(|row| row.slug == slug) {
        Some(row) => html(row.title, &explained(row)),
        None => Problem::new(crate::kind::Kind::NotFound, "there is no such kind of problem; /problems lists them").into_response(),
    }
}

fn explained(row: &Row) -> String {
    let Row { slug, status, title, help, .. } = row;
    format!(
        "<h1>{title}</h1><p><code>/problems/{slug}</code>, status {status}</p><p>{}</p><p><a href=\"/problems\">All problems</a></p>",
        escaped(help)
    )
}

fn problems() -> String {
    let mut list = String::from(
        "<h1>Problems</h1><p>The types of the problem documents (RFC 9457) that the API answers with.</p><table><thead><tr><th scope=\"col\">type</th><th scope=\"col\">status</th><th scope=\"col\">title</th></tr></thead><tbody>",
    );
    for Row { slug, status, title, .. } in &KINDS {
        // Writing to a string cannot fail.
        let _ =
            write!(list, "<tr><td><a href=\"/problems/{slug}\">/problems/{slug}</a></td><td>{}</td><td>{title}</td></tr>", status.as_u16());
    }
    list + "</tbody></table>"
}

/// Every operation with its summary.
fn operations(document: &OpenApi) -> String {
    let mut list = String::from(
        "<h1>API</h1><p>The whole of it: <a href=\"/v1/openapi.json\">OpenAPI 3.1</a>; <a href=\"/problems\">its problems</a>.</p>",
    );
    for (tag, description) in TAGS {
        let _ = write!(
            list,
            "<h2>{tag}</h2><p>{}</p><table><thead><tr><th scope=\"col\">operation</th><th scope=\"col\">what it does</th></tr></thead><tbody>",
            escaped(description)
        );
        for (path, item) in &document.paths.paths {
            let operations = [("GET", &item.get), ("PUT", &item.put), ("POST", &item.post), ("DELETE", &item.delete)];
            for (method, operation) in operations.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?))) {
                if operation.tags.iter().flatten().any(|known| known == tag) {
                    let summary = operation.summary.as_deref().unwrap_or_default();
                    let _ = write!(list, "<tr><td><code>{method} {}</code></td><td>{}</td></tr>", escaped(path), escaped(summary));
                }
            }
        }
        list.push_str("</tbody></table>");
    }
    list
}

fn html(title: &str, body: &str) -> Response {
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title} · Assay</title></head><body><main>{body}</main></body></html>"
    );
    let mut response = (StatusCode::OK, page).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    let policy = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'";
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
