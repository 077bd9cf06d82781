//! An event that was superseded: struck through, with its successor and the reason.

use super::support::{Site, event, readable, rows};

const MARKUP: &str = "<script>alert(1)</script>";

/// Puts a note in the place of the event that let the ticket T3 fail; gives back the page of the ticket, and the successor's id.
async fn corrected(reason: &str) -> (String, String) {
    let site = Site::busy().await;
    let (assay, caller) = (&site.installation.assay, &site.installation.caller);
    let note = event("T3", "noted", "2016-03-02T13:00:00Z", None);
    let view = assay.supersede(caller, "helpdesk T3-reopened", note, reason).await.expect("superseded");
    assay.drain(caller, |_| {}).await.expect("judged");
    let page = site.page(&format!("/interactions/{}", site.id(caller, "T3").await)).await;
    (page, view.successor.to_string())
}

#[tokio::test]
async fn what_was_superseded_is_struck_through_and_says_by_what_and_why() {
    let (page, successor) = corrected("the wrong ticket").await;
    let expected = [
        "2016-03-02 11:00 | ticket.opened | unknown | helpdesk T3-opened | | |".to_owned(),
        "2016-03-02 12:00 | ticket.resolved | unknown | helpdesk T3-resolved | | ▶ evidence for fixed |".to_owned(),
        "2016-03-02 13:00 | ticket.noted | unknown | helpdesk T3-noted | | |".to_owned(),
        format!(
            "2016-03-02 13:00 | ticket.reopened | unknown | helpdesk T3-reopened | | ✗ superseded by {successor}: the wrong ticket (test, 2016-03-05 00:00) |"
        ),
    ];
    assert_eq!(rows(&page, "Everything that happened"), expected);
    assert_eq!(page.matches("superseded\"><th").count(), 1, "one row is struck through");
    assert!(readable(&page).contains("It was resolved and stayed so for the whole window"), "{page}");
}

#[tokio::test]
async fn a_reason_is_never_markup() {
    let (page, _) = corrected(MARKUP).await;
    assert!(!page.contains("<script"), "{page}");
    assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
}
