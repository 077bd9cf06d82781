//! What every answer says to the browser, and what no page holds.

use super::support::{Answer, Site, between};

const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

fn is_protected(answer: &Answer, what: &str) {
    assert_eq!(answer.header("content-security-policy"), POLICY, "{what}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(answer.header("referrer-policy"), "same-origin", "{what}");
}

/// Paths and the status that a visitor finds there.
async fn pages(site: &Site) -> Vec<(String, u16)> {
    let id = site.id(&site.installation.caller, "T3").await;
    let fixed = [("/", 200), ("/?definition=fixed", 200), ("/interactions", 200), ("/interactions?state=final", 200), ("/login", 200)];
    let wrong = [("/nowhere", 404), ("/interactions/nothing", 404), ("/interactions?state=excellent", 400), ("/logout", 405)];
    let known = fixed.into_iter().chain(wrong).map(|(path, status)| (path.to_owned(), status));
    known.chain([(format!("/interactions/{id}"), 200)]).collect()
}

#[tokio::test]
async fn every_page_is_protected_and_kept_by_nobody() {
    let site = Site::busy().await;
    let cookie = site.visitor(&site.installation.caller).await;
    for (path, status) in pages(&site).await {
        let answer = site.get(&path, &cookie).await;
        assert_eq!(answer.status, status, "{path}");
        is_protected(&answer, &path);
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{path}");
    }
    let foreign = site.post("/logout", &[("origin", "https://elsewhere.test")], "").await;
    for answer in [site.get("/", "").await, foreign, site.post("/login", &[], "key=wrong").await] {
        is_protected(&answer, "a refusal");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn pages_are_whole_and_hold_neither_scripts_nor_styles() {
    let site = Site::busy().await;
    let cookie = site.visitor(&site.installation.caller).await;
    for (path, _) in pages(&site).await {
        let page = site.get(&path, &cookie).await.text;
        assert!(page.to_ascii_lowercase().starts_with("<!doctype html><html lang=\"en\">"), "{path}");
        for part in ["name=\"viewport\"", "<a class=\"skip\" href=\"#content\">", "<main id=\"content\"", "<h1>", "</html>"] {
            assert_eq!(page.matches(part).count(), 1, "{path}: {part}");
        }
        for absent in ["<script", "<style", " style=", "javascript:", " onclick", "http-equiv"] {
            assert!(!page.contains(absent), "{path}: {absent}");
        }
        assert_eq!(page.matches("<table").count(), page.matches("<caption>").count(), "{path}: every table says what it is");
        let heads: Vec<&str> = between(&page, "<th", ">").into_iter().filter(|head| !head.starts_with("ead")).collect();
        assert!(heads.iter().all(|head| head.contains("scope=")), "{path}: {heads:?}");
    }
}

#[tokio::test]
async fn who_is_logged_in_is_on_every_page_of_theirs() {
    let site = Site::busy().await;
    for (path, current) in [("/", "Overview"), ("/interactions", "Interactions"), ("/interactions/T1", "Interactions")] {
        let page = site.page(path).await;
        assert!(page.contains("<code>key_") && page.contains("<button>Log out</button>"), "{path}");
        assert!(page.contains(&format!("aria-current=\"page\">{current}</a>")), "{path}");
    }
}

#[tokio::test]
async fn the_stylesheet_is_kept_for_ever_under_the_name_of_its_content() {
    let site = Site::new().await;
    let page = site.get("/login", "").await.text;
    let path = between(&page, "<link rel=\"stylesheet\" href=\"", "\"")[0];
    let hash = path.strip_prefix("/assets/console-").and_then(|rest| rest.strip_suffix(".css")).expect("a name with a hash");
    assert!(hash.len() == 12 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{hash}");
    let answer = site.get(path, "").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/css; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    is_protected(&answer, path);
    assert!(answer.text.contains("prefers-color-scheme: dark") && answer.text.contains(":focus-visible"));
    assert_eq!(site.get("/assets/console-000000000000.css", "").await.status, 404);
}

#[tokio::test]
async fn programs_are_told_by_the_status_alone() {
    let site = Site::new().await;
    for (method, path, status) in [("GET", "/nowhere", 404), ("POST", "/nowhere", 404), ("DELETE", "/interactions", 405)] {
        let answer = site.send(method, path, &[("accept", "application/json")], "").await;
        assert_eq!((answer.status, answer.text.as_str()), (status, ""), "{method} {path}");
    }
}
