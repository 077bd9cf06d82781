//! What outcomes cost and bring, as a page.

use assay_domain::event::NewEvent;
use serde_json::json;

use super::support::{Site, event, rows};

async fn costed() -> Site {
    let site = Site::busy().await;
    let told =
        json!({ "amount": "0.25", "currency": "USD", "model": "<b>small</b>", "input_tokens": 1200, "output_tokens": 30 }).to_string();
    let cost = |subject: &str, data: &str| NewEvent {
        kind: "cost.incurred".into(),
        id: format!("{subject}-cost"),
        data: data.into(),
        ..event(subject, "costs", "2016-03-03T12:00:00Z", None)
    };
    site.record(&site.installation.caller, vec![cost("T1", &told), cost("T3", &told), cost("T4", "{}")]).await;
    site
}

#[tokio::test]
async fn costs_are_told_by_definition_customer_and_model() {
    let page = costed().await.page("/economics?from=2016-03&through=2016-03").await;
    let found = rows(&page, "By definition, with intervals of 95 %");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("fixed | 5 | 2 | 40.0 %") && found[0].contains("0.50 USD"), "{found:?}");
    let customers = rows(&page, "By the month that interactions opened in");
    assert!(customers.iter().any(|row| row.starts_with("2016-03 | acme | fixed | 2 | 2 |")), "{customers:?}");
    assert!(page.contains("&lt;b&gt;small&lt;/b&gt;") && !page.contains("<b>small"), "what events say is text");
    assert!(page.contains("1 events tell a cost that cannot be read"), "{page}");
    assert_eq!(rows(&page, "Yes or no when all of the interval is on one side of the bar").len(), 4);
}

#[tokio::test]
async fn months_without_anything_say_how_costs_are_told_and_what_is_no_month_is_refused() {
    let site = Site::new().await;
    assert!(site.page("/economics").await.contains("cost.incurred"));
    let cookie = site.visitor(&site.installation.caller).await;
    assert_eq!(site.get("/economics?from=March", &cookie).await.status, 400);
    let other = site.installation.tenant("other").await;
    let theirs = costed().await;
    let stranger = theirs.installation.tenant("other").await;
    let cookie = theirs.visitor(&stranger).await;
    assert!(theirs.get("/economics?from=2016-03&through=2016-03", &cookie).await.text.contains("Nothing opened"), "{other:?}");
}
