//! The page as a file: the same wherever it comes from, and able to ask for nothing.

use std::fs;

use assay_domain::canon::Digest;
use assay_tests::{assay::Installation, bin};
use axum::{
    body::Body,
    http::{Request, header},
};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt as _;

#[test]
fn the_file_holds_one_script_one_style_and_no_address() {
    let html = assay_page::html();
    for (part, times) in [("<script", 2), ("</script", 2), ("<style", 1), ("</style", 1), ("<!--", 0), ("%policy%", 0), ("%script%", 0)] {
        assert_eq!(html.matches(part).count(), times, "{part}");
    }
    for absent in
        ["http://", "https://", "src=", "@import", "url(", "eval(", "new Function", "fetch(", "XMLHttpRequest", "innerHTML", "onclick"]
    {
        assert!(!html.contains(absent), "{absent}");
    }
    assert!(html.contains(&format!("content=\"{}\"", assay_page::policy())), "the policy is in the page");
    assert!(assay_page::policy().starts_with("default-src 'none'; script-src 'sha256-"), "{}", assay_page::policy());
    assert!(!assay_page::policy().contains("unsafe-inline"), "{}", assay_page::policy());
    assert_eq!(assay_page::digest(), Digest::of(html.as_bytes()));
}

#[test]
fn the_program_writes_it_and_tells_its_hash() {
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("verify.html");
    let mut program = std::process::Command::new(bin::path());
    let run = program.env_clear().args(["--json", "verify", "--page"]).arg(&file).output().expect("a program");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let told: Value = serde_json::from_slice(&run.stdout).expect("JSON");
    let written = fs::read(&file).expect("the page");
    assert_eq!(told["sha256"].as_str(), Some(Digest::of(&written).to_string().as_str()));
    assert_eq!(written, assay_page::html().as_bytes());
}

#[tokio::test]
async fn the_console_serves_the_same_bytes_to_everybody_under_the_page_s_own_policy() {
    let installation = Installation::new("2016-03-01T00:00:00Z").await;
    let request = Request::get("/verify").body(Body::empty()).expect("a request");
    let response = assay_console::router(installation.assay.clone()).oneshot(request).await.expect("a router never fails");
    assert_eq!(response.status(), 200);
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().expect("text").to_owned();
    assert_eq!(policy, format!("{}; frame-ancestors 'none'", assay_page::policy()));
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
    let body = response.into_body().collect().await.expect("a whole body").to_bytes();
    assert_eq!(Digest::of(&body), assay_page::digest());
}
