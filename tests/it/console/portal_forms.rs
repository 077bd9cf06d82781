//! Forms are sent from pages of the same session or not at all, and what people write is never markup.

use assay_app::{DisputeQuery, Page};
use assay_domain::{event::NewEvent, key::Role};
use assay_tests::assay::at;

use super::{
    portal::{billed, seen},
    support::{Site, event, form, token},
};
use crate::app::support::standard;

const MARKUP: &str = "</textarea></bdi>\"'><script>alert(1)</script><img src=x onerror=alert(1)>";

/// How many disputes there are, and whether each waits for an answer.
async fn open(site: &Site) -> Vec<bool> {
    let disputes =
        site.installation.assay.disputes(&site.installation.caller, &DisputeQuery::default(), Page::ALL).await.expect("disputes");
    disputes.iter().map(|view| view.state.is_open()).collect()
}

#[tokio::test]
async fn a_form_without_the_token_of_its_session_is_refused() {
    let site = billed().await;
    let caller = &site.installation.caller;
    let (acme, other) = (site.customer(caller, "acme").await, site.customer(caller, "acme").await);
    let path = format!("/portal/outcomes/{}/dispute?definition=fixed", site.id(caller, "T1").await);
    let fields = [("category", "other"), ("claim", "never solved")];
    let (mine, theirs) = (token(&seen(&site, &path, &acme).await), token(&seen(&site, &path, &other).await));
    assert_ne!(mine, theirs, "each session has its own");
    assert!(!acme.contains(&mine), "it does not tell the session's secret");
    let without = form("", &fields).replace("&token=", "");
    for body in [without, form("", &fields), form(&theirs, &fields), form(&"0".repeat(64), &fields), form(&mine.to_uppercase(), &fields)] {
        let answer = site.post(&path, &[("cookie", acme.as_str())], &body).await;
        assert_eq!(answer.status, 403, "{body}");
        assert!(answer.text.contains("Nothing was done"), "{}", answer.text);
    }
    let good = form(&mine, &fields);
    let foreign = site.post(&path, &[("cookie", acme.as_str()), ("origin", "https://elsewhere.test")], &good).await;
    assert_eq!(foreign.status, 403, "the token does not make up for another origin");
    let nobody = site.post(&path, &[], &good).await;
    assert_eq!((nobody.status, nobody.header("location")), (303, "/portal/login?next=%2Fportal"), "nobody is logged in");
    assert!(open(&site).await.is_empty());
    assert_eq!(site.post(&path, &[("cookie", acme.as_str())], &good).await.status, 303);

    let opened = site.installation.assay.disputes(caller, &DisputeQuery::default(), Page::ALL).await.expect("disputes");
    let id = opened[0].id;
    let vendor = site.log_in(&site.installation.key(caller, &[Role::Billing]).await).await;
    let decision = [("ruling", "uphold"), ("reason", "so be it")];
    for body in ["ruling=uphold&reason=so".to_owned(), form(&mine, &decision)] {
        let answer = site.post(&format!("/disputes/{id}/decision"), &[("cookie", vendor.as_str())], &body).await;
        assert_eq!(answer.status, 403, "{body}");
    }
    for to in ["appeal", "decision"] {
        let path = format!("/portal/disputes/{id}/{to}");
        let answer = site.post(&path, &[("cookie", acme.as_str())], "reason=because").await;
        assert_eq!(answer.status, if to == "appeal" { 403 } else { 404 }, "{path}");
    }
    assert_eq!(open(&site).await, [true], "it waits as before");
}

#[tokio::test]
async fn what_people_write_is_never_markup() {
    let site = Site::new().await;
    let caller = &site.installation.caller;
    site.define("fixed").await;
    let hostile =
        |what: &str, time: &str| NewEvent { subject: MARKUP.into(), customer: Some(MARKUP.into()), ..event("T1", what, time, None) };
    site.record(caller, vec![hostile("opened", "2016-03-01T08:00:00Z"), hostile("resolved", "2016-03-01T10:00:00Z")]).await;
    site.installation.clock.set(at("2016-04-02T00:00:00Z"));
    site.installation.agree(caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
    super::portal::bill(&site, "2016-03").await;
    let customer = site.customer(caller, MARKUP).await;
    let vendor = site.log_in(&site.installation.key(caller, &[Role::Billing]).await).await;
    let id = site.id(caller, MARKUP).await;
    let path = format!("/portal/outcomes/{id}/dispute?definition=fixed");
    // Refused at first, so that the form says again what was typed.
    let refused = site.submit(&path, &path, &customer, &[("category", MARKUP), ("claim", MARKUP)]).await;
    let opened = site.submit(&path, &path, &customer, &[("category", "other"), ("claim", MARKUP)]).await;
    let dispute = opened.header("location").strip_prefix("/portal").expect("a dispute").to_owned();
    let to = format!("{dispute}/decision");
    let unread = site.submit(&dispute, &to, &vendor, &[("ruling", "split"), ("share", MARKUP), ("reason", MARKUP)]).await;
    let decided = site.submit(&dispute, &to, &vendor, &[("ruling", "reject"), ("reason", MARKUP)]).await;
    assert_eq!((refused.status, opened.status, unread.status, decided.status), (422, 303, 422, 303));
    let mut pages = vec![refused.text, unread.text];
    for path in
        ["/portal", "/portal/invoices/INV-000001", "/portal/invoices/INV-000001/lines/2", "/portal/outcomes", "/portal/disputes", &path]
    {
        pages.push(seen(&site, path, &customer).await);
    }
    pages.push(seen(&site, &format!("/portal/outcomes/{id}"), &customer).await);
    pages.push(seen(&site, &format!("/portal{dispute}"), &customer).await);
    for path in ["/disputes?all=true", &dispute, &format!("/interactions/{id}")] {
        pages.push(seen(&site, path, &vendor).await);
    }
    for page in pages {
        assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
        assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
    }
}
