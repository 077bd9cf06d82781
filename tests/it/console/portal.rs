//! The portal: a customer's own documents and outcomes, down to the evidence, and nothing of anybody else.

use assay_domain::key::Role;
use assay_tests::assay::at;

use super::support::{Site, between, readable, rows};
use crate::app::support::{month, standard};

/// March of the busy site, sold to `acme` and `globex` and billed in April: INV-000001 to `acme`, INV-000002 to `globex`.
pub async fn billed() -> Site {
    let site = Site::busy().await;
    let installation = &site.installation;
    installation.clock.set(at("2016-04-02T00:00:00Z"));
    installation.agree(&installation.caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
    bill(&site, "2016-03").await;
    site
}

/// Bills a month.
pub async fn bill(site: &Site, period: &str) {
    let installation = &site.installation;
    installation.assay.bill(&installation.caller, month(period), |_| {}).await.expect("a bill");
}

/// A page that the customer sees.
pub async fn seen(site: &Site, path: &str, cookie: &str) -> String {
    let answer = site.get(path, cookie).await;
    assert_eq!(answer.status, 200, "GET {path}: {}", answer.text);
    answer.text
}

#[tokio::test]
async fn a_customer_follows_its_invoice_to_the_evidence() {
    let site = billed().await;
    let acme = site.customer(&site.installation.caller, "acme").await;
    let page = seen(&site, "/portal", &acme).await;
    assert_eq!(rows(&page, "Invoices and credit notes"), ["INV-000001 | invoice | 2016-03 | 2016-04-02 | issued | 501.98 USD |"]);
    assert!(page.contains("<bdi>A vendor</bdi>") && page.contains("for <bdi>acme</bdi>"), "whose side it is");

    let page = seen(&site, "/portal/invoices/INV-000001", &acme).await;
    let expected = [
        "1 | Platform fee March 2016 | 1 Periods | 500 | 500.00 USD | | – |",
        "2 | Resolved tickets March 2016 | 2 Outcomes | 0.99 | 1.98 USD | | What stands behind line 2 |",
    ];
    let told: Vec<String> =
        rows(&page, "Lines, in order").iter().map(|row| row.replace("March 2016", " March 2016").replace("  ", " ")).collect();
    assert_eq!(told, expected);
    assert!(page.contains("href=\"/portal/invoices/INV-000001/lines/2\""));

    let page = seen(&site, "/portal/invoices/INV-000001/lines/2", &acme).await;
    let expected = ["T1 | 2016-03-02 10:00 | 1 | ● final fixed resolved |", "T2 | 2016-03-03 10:00 | 1 | ● final fixed resolved |"];
    assert_eq!(rows(&page, "Interactions that the line bills"), expected);
    let id = site.id(&site.installation.caller, "T1").await;
    assert!(page.contains(&format!("href=\"/portal/outcomes/{id}\"")), "{page}");

    let page = seen(&site, &format!("/portal/outcomes/{id}"), &acme).await;
    let told = readable(&page);
    for part in ["It was resolved and stayed so for the whole window", "1 × resolution", "Dispute this outcome"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(rows(&page, "Everything that happened").len(), 2);
    assert_eq!(page.matches("<tr class=\"evidence\">").count(), 1);
}

#[tokio::test]
async fn what_is_kept_is_the_document_in_each_form() {
    let site = billed().await;
    let acme = site.customer(&site.installation.caller, "acme").await;
    let page = seen(&site, "/portal/invoices/INV-000001", &acme).await;
    assert!(page.contains("<a href=\"/verify\">a page</a>"), "{page}");
    for (format, kind, name) in [
        ("html", "text/html; charset=utf-8", "INV-000001.html"),
        ("csv", "text/csv; charset=utf-8; header=present", "INV-000001.csv"),
        ("focus", "text/csv; charset=utf-8; header=present", "INV-000001.focus.csv"),
        ("json", "application/json", "INV-000001.json"),
    ] {
        let path = format!("/portal/invoices/INV-000001/export?format={format}");
        assert!(page.contains(&format!("href=\"{path}\"")), "{format}");
        let answer = site.get(&path, &acme).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, kind), "{format}");
        assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"{name}\""));
        assert_eq!((answer.header("x-content-type-options"), answer.header("cache-control")), ("nosniff", "no-store"));
        assert!(answer.text.contains("acme"), "{format}");
    }
    for path in ["/portal/invoices/INV-000001/export?format=exe", "/portal/invoices/INV-000001/export"] {
        assert_eq!(site.get(path, &acme).await.status, 400, "{path}");
    }
}

#[tokio::test]
async fn another_customers_pages_are_not_there() {
    let site = billed().await;
    let caller = &site.installation.caller;
    let (acme, globex) = (site.customer(caller, "acme").await, site.customer(caller, "globex").await);
    let id = site.id(caller, "T1").await;
    for path in [
        "/portal/invoices/INV-000001".to_owned(),
        "/portal/invoices/INV-000001/lines/2".to_owned(),
        "/portal/invoices/INV-000001/export?format=json".to_owned(),
        format!("/portal/outcomes/{id}"),
        "/portal/outcomes/T1".to_owned(),
        format!("/portal/outcomes/{id}/dispute?definition=fixed"),
    ] {
        assert_eq!(site.get(&path, &acme).await.status, 200, "{path}");
        let answer = site.get(&path, &globex).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text.contains("There is no such page") && !answer.text.contains("T1") && !answer.text.contains("acme"), "{path}");
    }
    for (path, names) in
        [("/portal", ["INV-000001", "acme"]), ("/portal/outcomes", [">T1<", "acme"]), ("/portal/disputes", [">T1<", "acme"])]
    {
        let page = seen(&site, path, &globex).await;
        assert!(names.iter().all(|name| !page.contains(name)), "{path}: {page}");
    }
    assert_eq!(rows(&seen(&site, "/portal/outcomes", &globex).await, "Interactions in order").len(), 2);
}

#[tokio::test]
async fn the_two_sides_have_doors_of_their_own() {
    let site = billed().await;
    let caller = &site.installation.caller;
    let (acme, vendor) = (site.customer(caller, "acme").await, site.visitor(caller).await);
    for (path, goes) in
        [("/portal", "/portal/login?next=%2Fportal"), ("/portal/outcomes?after=x", "/portal/login?next=%2Fportal%2Foutcomes%3Fafter%3Dx")]
    {
        let answer = site.get(path, "").await;
        assert_eq!((answer.status, answer.header("location")), (303, goes), "{path}");
        let answer = site.get(path, &vendor).await;
        assert_eq!(answer.status, 403, "{path}");
        assert!(answer.text.contains("This key opens no portal") && !answer.text.contains("INV-"), "{path}");
    }
    let first = site.get("/", &acme).await;
    assert_eq!((first.status, first.header("location")), (303, "/portal"));
    for path in ["/interactions", "/interactions/T1", "/disputes", "/disputes/dsp_0000000000001"] {
        let answer = site.get(path, &acme).await;
        assert_eq!(answer.status, 403, "{path}");
        assert!(answer.text.contains("This key may not look") && !answer.text.contains("T1"), "{path}");
    }
    let admin = site.installation.key(caller, &[Role::Admin]).await;
    for key in [admin.as_str(), "opensesame", ""] {
        let answer = site.post("/portal/login", &[], &format!("key={key}")).await;
        assert_eq!((answer.status, answer.header("set-cookie")), (401, ""), "{key}");
        assert!(answer.text.contains("This key opens no portal") && !answer.text.contains("opensesame"), "{key}");
    }
    let left = site.post("/portal/logout", &[("cookie", acme.as_str())], "").await;
    assert_eq!((left.status, left.header("location")), (303, "/portal/login"));
    assert_eq!(site.get("/portal", &acme).await.status, 303, "the session has ended");
}

#[tokio::test]
async fn next_leads_nowhere_but_into_the_portal() {
    let site = billed().await;
    let key = site.installation.customer_key(&site.installation.caller, "acme").await;
    for (next, goes) in [
        ("%2Fportal%2Foutcomes%3Fafter%3Dx", "/portal/outcomes?after=x"),
        ("%2Fportal", "/portal"),
        ("%2Fportalling", "/portal"),
        ("%2Finteractions", "/portal"),
        ("%2F%2Felsewhere.test%2Fportal", "/portal"),
        ("https%3A%2F%2Felsewhere.test", "/portal"),
        ("", "/portal"),
    ] {
        let answer = site.post("/portal/login", &[], &format!("key={key}&next={next}")).await;
        assert_eq!((answer.status, answer.header("location")), (303, goes), "{next}");
    }
}

#[tokio::test]
async fn whoever_has_nothing_yet_is_told_so() {
    let site = Site::new().await;
    let caller = &site.installation.caller;
    site.installation.assay.create_customer(caller, "acme").await.expect("a customer");
    let acme = site.customer(caller, "acme").await;
    for (path, told) in [
        ("/portal", "No invoices yet"),
        ("/portal/outcomes", "Nothing yet"),
        ("/portal/disputes", "No disputes"),
        ("/portal/proposals", "No proposals"),
    ] {
        let page = seen(&site, path, &acme).await;
        assert!(page.contains(told) && !page.contains("<table"), "{path}: {page}");
    }
    let vendor = site.visitor(caller).await;
    assert!(seen(&site, "/disputes", &vendor).await.contains("Nobody waits for an answer"));
    assert!(seen(&site, "/disputes?all=true", &vendor).await.contains("No disputes"));
}

#[tokio::test]
async fn who_pays_for_another_sees_whose_work_a_line_bills() {
    let site = Site::busy().await;
    let installation = &site.installation;
    installation.clock.set(at("2016-04-02T00:00:00Z"));
    installation.agree(&installation.caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
    installation.assay.merge_customer(&installation.caller, "acme", "globex", "globex bought it").await.expect("merged");
    bill(&site, "2016-03").await;
    let (acme, globex) = (site.customer(&installation.caller, "acme").await, site.customer(&installation.caller, "globex").await);
    let told = readable(&seen(&site, "/portal/invoices/INV-000001", &globex).await);
    assert!(told.contains("of acme"), "{told}");
    let id = site.id(&installation.caller, "T1").await;
    assert!(seen(&site, &format!("/portal/outcomes/{id}"), &globex).await.contains("<bdi>acme</bdi>"));
    assert!(seen(&site, "/portal", &acme).await.contains("No invoices yet"), "the bill went to another");
    assert!(seen(&site, &format!("/portal/outcomes/{id}"), &acme).await.contains("T1"), "its work is its own");
}

#[tokio::test]
async fn the_test_side_says_so_in_the_portal_too() {
    let site = Site::new().await;
    let test = site.installation.test_side(&site.installation.caller).await;
    site.installation.assay.create_customer(&test, "acme").await.expect("a customer");
    let page = seen(&site, "/portal", &site.customer(&test, "acme").await).await;
    assert!(page.contains("<title>TEST · Invoices") && page.contains("Nothing here ever reaches a bill"), "{page}");
}

/// Every page of the portal and of the vendor's side of disputes, each with a cookie that may see it.
async fn pages(site: &Site) -> Vec<(String, String)> {
    let caller = &site.installation.caller;
    let (acme, vendor) = (site.customer(caller, "acme").await, site.installation.key(caller, &[Role::Billing]).await);
    let vendor = site.log_in(&vendor).await;
    let id = site.id(caller, "T1").await;
    let fields = [("category", "other"), ("claim", "it was never solved")];
    let path = format!("/portal/outcomes/{id}/dispute?definition=fixed");
    let opened = site.submit(&path, &path, &acme, &fields).await;
    let dispute = opened.header("location").strip_prefix("/portal").expect("the portal's page").to_owned();
    let mine =
        ["/portal", "/portal/login", "/portal/outcomes", "/portal/disputes", "/portal/proposals", "/portal/nowhere"].map(str::to_owned);
    let things = [
        "/portal/invoices/INV-000001".to_owned(),
        "/portal/invoices/INV-000001/lines/1".to_owned(),
        "/portal/invoices/INV-000001/lines/2".to_owned(),
        format!("/portal/outcomes/{id}"),
        path,
        format!("/portal{dispute}"),
    ];
    let theirs = ["/disputes".to_owned(), "/disputes?all=true".to_owned(), dispute];
    let own = mine.into_iter().chain(things).map(|path| (path, acme.clone()));
    own.chain(theirs.into_iter().map(|path| (path, vendor.clone()))).collect()
}

#[tokio::test]
async fn pages_are_whole_and_every_control_has_a_label() {
    let site = billed().await;
    for (path, cookie) in pages(&site).await {
        let answer = site.get(&path, &cookie).await;
        assert_eq!(answer.status, if path.ends_with("/nowhere") { 404 } else { 200 }, "{path}");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'; style-src 'self'"), "{path}");
        assert_eq!((answer.header("cache-control"), answer.header("x-content-type-options")), ("no-store", "nosniff"), "{path}");
        let page = answer.text;
        for part in ["<a class=\"skip\" href=\"#content\">", "<main id=\"content\"", "<h1>", "</html>"] {
            assert_eq!(page.matches(part).count(), 1, "{path}: {part}");
        }
        for absent in ["<script", "<style", " style=", "javascript:", " onclick", "http-equiv"] {
            assert!(!page.contains(absent), "{path}: {absent}");
        }
        assert_eq!(page.matches("<table").count(), page.matches("<caption>").count(), "{path}: every table says what it is");
        let heads: Vec<&str> = between(&page, "<th", ">").into_iter().filter(|head| !head.starts_with("ead")).collect();
        assert!(heads.iter().all(|head| head.contains("scope=")), "{path}: {heads:?}");
        for control in ["<input ", "<select ", "<textarea "].into_iter().flat_map(|tag| between(&page, tag, ">")) {
            let kind = |name: &str| control.contains(&format!("type=\"{name}\""));
            let id = between(control, "id=\"", "\"");
            let labelled = id.first().is_some_and(|id| page.contains(&format!("<label for=\"{id}\">")));
            assert!(labelled || kind("hidden") || kind("radio"), "{path}: {control}");
        }
        let posts = page.matches("method=\"post\"").count() - page.matches("/logout\"").count() - usize::from(path.ends_with("/login"));
        assert_eq!(page.matches("name=\"token\"").count(), posts, "{path}: every form that changes something holds the token");
    }
}
