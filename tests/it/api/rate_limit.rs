//! So many requests of one key in a burst, so many a second after that.

use assay_api::Limits;
use assay_domain::{key::Role, time::Duration};
use assay_tests::assay::at;
use serde_json::Value;

use super::support::{NOW, Service};

/// The status of a request with a key.
async fn status(service: &Service, key: &str) -> u16 {
    service.call("GET", "/v1/customers", key, Value::Null).await.status
}

fn few(requests_per_second: u32, burst: u32) -> Limits {
    Limits { requests_per_second, burst, ..Limits::default() }
}

#[tokio::test]
async fn a_key_that_has_used_up_its_requests_waits() {
    let service = Service::with_limits(few(1, 2)).await;
    let (key, other) = (service.key(&[Role::Viewer]).await, service.key(&[Role::Viewer]).await);
    assert_eq!([status(&service, &key).await, status(&service, &key).await], [200, 200]);
    let refused = service.call("GET", "/v1/customers", &key, Value::Null).await;
    refused.problem(429, "rate-limited");
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!([status(&service, &other).await, status(&service, &other).await], [200, 200], "another key has its own");
    service.installation.clock.set(at(NOW).plus(Duration::seconds(1)));
    assert_eq!([status(&service, &key).await, status(&service, &key).await], [200, 429], "one more a second later");
}

#[tokio::test]
async fn a_long_pause_saves_up_one_burst_and_no_more() {
    let service = Service::with_limits(few(1, 2)).await;
    let key = service.key(&[Role::Viewer]).await;
    assert_eq!(status(&service, &key).await, 200);
    service.installation.clock.set(at(NOW).plus(Duration::hours(1)));
    let mut found = Vec::new();
    for _ in 0..3 {
        found.push(status(&service, &key).await);
    }
    assert_eq!(found, [200, 200, 429]);
}

#[tokio::test]
async fn a_clock_that_goes_back_gives_nothing() {
    let service = Service::with_limits(few(1, 1)).await;
    let key = service.key(&[Role::Viewer]).await;
    assert_eq!(status(&service, &key).await, 200);
    let clock = &service.installation.clock;
    for second in [0, 1] {
        clock.set(at("2026-04-15T11:00:00Z").plus(Duration::seconds(second)));
        assert_eq!(status(&service, &key).await, if second == 0 { 429 } else { 200 });
    }
}

#[tokio::test]
async fn what_needs_no_key_has_no_limit() {
    let service = Service::with_limits(few(1, 1)).await;
    for _ in 0..3 {
        assert_eq!(service.call("GET", "/livez", "", Value::Null).await.status, 200);
        service.call("GET", "/v1/customers", "", Value::Null).await.problem(401, "unauthenticated");
    }
}
