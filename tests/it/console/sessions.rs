//! Logging in and out, and what is refused.

use assay_app::KeyRequest;
use assay_domain::{
    key::{Role, Roles},
    time::Duration,
};
use assay_tests::assay::at;

use super::support::{NOW, Site, encoded};

async fn viewer(site: &Site) -> String {
    site.installation.key(&site.installation.caller, &[Role::Viewer]).await
}

#[tokio::test]
async fn who_is_not_logged_in_is_sent_to_do_so_and_back() {
    let site = Site::new().await;
    for (path, goes) in [
        ("/", "/login?next=%2F"),
        ("/interactions?state=open&after=", "/login?next=%2Finteractions%3Fstate%3Dopen%26after%3D"),
        ("/interactions/itn_0000000000001", "/login?next=%2Finteractions%2Fitn_0000000000001"),
    ] {
        for cookie in ["", "assay_session=ak_session_0000000000001_00", "assay_session=", "other=1"] {
            let answer = site.get(path, cookie).await;
            assert_eq!((answer.status, answer.header("location")), (303, goes), "{path} {cookie}");
        }
    }
    let page = site.get("/login?next=%2Finteractions%3Fstate%3Dopen", "").await;
    assert!(page.text.contains("name=\"next\" type=\"hidden\" value=\"/interactions?state=open\""), "{}", page.text);
}

#[tokio::test]
async fn a_key_opens_a_session_that_only_the_browser_holds() {
    let site = Site::new().await;
    let key = viewer(&site).await;
    let answer = site.post("/login", &[], &format!("key=+{key}%0D%0A&next=%2Finteractions")).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/interactions"));
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("assay_session=ak_session_"), "{cookie}");
    assert!(cookie.ends_with("; HttpOnly; SameSite=Strict; Path=/; Max-Age=43200"), "{cookie}");
    assert!(!cookie.contains(&key) && !cookie.contains(key.rsplit('_').next().expect("a secret")), "the key itself is not in it");
}

#[tokio::test]
async fn the_cookie_is_for_https_alone_where_the_browser_speaks_it() {
    let site = Site::new().await;
    let form = format!("key={}", viewer(&site).await);
    for (proto, secure) in [("https", true), ("HTTPS, http", true), ("http", false), ("http, https", false)] {
        let answer = site.post("/login", &[("x-forwarded-proto", proto)], &form).await;
        assert_eq!(answer.header("set-cookie").ends_with("; Secure"), secure, "{proto}");
    }
}

#[tokio::test]
async fn a_wrong_key_is_refused_and_not_repeated() {
    let site = Site::new().await;
    let right = viewer(&site).await;
    let (head, _) = right.rsplit_once('_').expect("a secret");
    let wrong = format!("{head}_{}", "0".repeat(52));
    for form in [format!("key={wrong}&next=%2Finteractions"), "key=opensesame".to_owned(), "key=".to_owned(), String::new()] {
        let answer = site.post("/login", &[], &form).await;
        assert_eq!((answer.status, answer.header("set-cookie")), (401, ""), "{form}");
        assert!(answer.text.contains("role=\"alert\"") && answer.text.contains("This key opens nothing"), "{form}");
        assert!(!answer.text.contains(&wrong) && !answer.text.contains("opensesame"), "{form}");
    }
}

#[tokio::test]
async fn next_leads_nowhere_but_here() {
    let site = Site::new().await;
    let key = viewer(&site).await;
    for (next, goes) in [
        ("/interactions?state=open", "/interactions?state=open"),
        ("//elsewhere.test", "/"),
        ("///elsewhere.test", "/"),
        ("/\\elsewhere.test", "/"),
        ("\\/elsewhere.test", "/"),
        ("/\t/elsewhere.test", "/"),
        ("/\r\nset-cookie: a=b", "/"),
        (" //elsewhere.test", "/"),
        ("https://elsewhere.test/", "/"),
        ("javascript:alert(1)", "/"),
        ("elsewhere.test", "/"),
        ("", "/"),
    ] {
        let answer = site.post("/login", &[], &format!("key={key}&next={}", encoded(next))).await;
        assert_eq!((answer.status, answer.header("location")), (303, goes), "{next:?}");
        let form = site.get(&format!("/login?next={}", encoded(next)), "").await;
        assert!(form.text.contains(&format!("type=\"hidden\" value=\"{goes}\"")), "{next:?}");
    }
}

#[tokio::test]
async fn logging_out_ends_the_session_for_good() {
    let site = Site::new().await;
    let cookie = site.visitor(&site.installation.caller).await;
    let answer = site.post("/logout", &[("cookie", cookie.as_str())], "").await;
    assert_eq!((answer.status, answer.header("location")), (303, "/login"));
    assert!(answer.header("set-cookie").starts_with("assay_session=; ") && answer.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(site.get("/", &cookie).await.status, 303);
    assert_eq!(site.post("/logout", &[("cookie", cookie.as_str())], "").await.status, 303, "once more is no mistake");
}

#[tokio::test]
async fn a_session_ends_with_its_time_and_with_its_key() {
    let site = Site::new().await;
    let caller = &site.installation.caller;
    let cookie = site.visitor(caller).await;
    site.installation.clock.set(at(NOW).plus(Duration::hours(11)));
    assert_eq!(site.get("/", &cookie).await.status, 200);
    site.installation.clock.set(at(NOW).plus(Duration::hours(13)));
    assert_eq!(site.get("/", &cookie).await.status, 303);

    let request = KeyRequest { name: "soon gone".into(), roles: Roles::only(Role::Viewer), customer: None, expires_at: None };
    let key = site.installation.assay.create_key(caller, &request).await.expect("a key");
    let cookie = site.log_in(&key.secret.expect("its secret")).await;
    assert_eq!(site.get("/", &cookie).await.status, 200);
    site.installation.assay.revoke_key(caller, key.view.id).await.expect("revoked");
    assert_eq!(site.get("/", &cookie).await.status, 303);
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let site = Site::new().await;
    let form = format!("key={}", viewer(&site).await);
    for origin in
        ["https://elsewhere.test", "null", "http://console.test:81", "http://console.test.elsewhere.test", "console.test", "http://"]
    {
        for path in ["/login", "/logout"] {
            let answer = site.post(path, &[("origin", origin)], &form).await;
            assert_eq!((answer.status, answer.header("set-cookie")), (403, ""), "{path} from {origin}");
        }
    }
    for origin in ["http://console.test", "https://console.test", "https://Console.Test"] {
        assert_eq!(site.post("/login", &[("origin", origin)], &form).await.status, 303, "{origin}");
    }
}

#[tokio::test]
async fn a_key_that_may_not_read_sees_nothing() {
    let site = Site::busy().await;
    let operator = site.installation.assay.create_operator_key("test", "operator").await.expect("a key");
    let recorder = site.installation.key(&site.installation.caller, &[Role::Ingest]).await;
    for key in [recorder, operator.secret.expect("its secret")] {
        let cookie = site.log_in(&key).await;
        for path in ["/", "/interactions", "/interactions/T1"] {
            let answer = site.get(path, &cookie).await;
            assert_eq!(answer.status, 403, "{path}");
            assert!(answer.text.contains("This key may not look") && !answer.text.contains("acme"), "{path}");
        }
    }
    for role in [Role::Viewer, Role::Author, Role::Billing, Role::Admin] {
        let cookie = site.log_in(&site.installation.key(&site.installation.caller, &[role]).await).await;
        assert_eq!(site.get("/", &cookie).await.status, 200, "{role}");
    }
}
