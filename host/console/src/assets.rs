//! The stylesheet, under a name that changes with its content, so that browsers keep it for ever.

use std::sync::LazyLock;

use assay_domain::canon::Digest;
use axum::{http::header, response::IntoResponse};

const STYLESHEET: &str = include_str!("assets/console.css");

static PATH: LazyLock<String> = LazyLock::new(|| {
    let digest = Digest::of(STYLESHEET.as_bytes()).to_string();
    format!("/assets/console-{}.css", digest.get(..12).unwrap_or_default())
});

/// Where the stylesheet lies.
pub fn stylesheet_path() -> &'static str {
    PATH.as_str()
}

/// The stylesheet.
pub async fn stylesheet() -> impl IntoResponse {
    let kept = "public, max-age=31536000, immutable";
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, kept)], STYLESHEET)
}
