//! How long what is told is kept, over HTTP.

use assay_domain::key::Role;
use serde_json::{Value, json};

use super::support::Service;

#[tokio::test]
async fn it_is_for_ever_until_somebody_says_how_long() {
    let service = Service::start().await;
    let key = &service.key(&[Role::Admin]).await;
    let shown = service.call("GET", "/v1/retention", key, Value::Null).await;
    assert_eq!((shown.status, shown.body), (200, json!({ "days": null, "kept_back": 0 })));
    let set = service.call("PUT", "/v1/retention", key, json!({ "days": 400 })).await;
    assert_eq!((set.status, set.body), (200, json!({ "days": 400, "kept_back": 0 })));
    let wrong = service.call("PUT", "/v1/retention", key, json!({ "days": 0 })).await;
    assert_eq!(wrong.field(), "days");
    assert_eq!(service.call("GET", "/v1/retention", key, Value::Null).await.body["days"], 400);
    let forever = service.call("PUT", "/v1/retention", key, json!({ "days": null })).await;
    assert_eq!(forever.body["days"], Value::Null);
}
