//! The page that verifies a receipt, for whoever has not kept it. It is the same for everybody, and nobody has to log in for it.

use axum::{http::header, response::IntoResponse};

/// The page, with the policy of its own instead of ours.
pub async fn show() -> impl IntoResponse {
    let policy = format!("{}; frame-ancestors 'none'", assay_page::policy());
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()), (header::CONTENT_SECURITY_POLICY, policy)], assay_page::html())
}
