//! Lists are read piece by piece, by cursor.

use assay_domain::key::Role;
use serde_json::{Value, json};

use super::support::Service;

/// Every piece of a list: what a member of each row says.
async fn walk(service: &Service, path: &str, key: &str, limit: usize, member: &str) -> Vec<Vec<String>> {
    let (mut pieces, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = service.read(&format!("{path}?limit={limit}{cursor}"), key).await;
        let rows = page["data"].as_array().expect("a list");
        pieces.push(rows.iter().map(|row| row[member].as_str().expect("text").to_owned()).collect());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return pieces,
        }
    }
}

/// A service with so many customers, and an admin's key.
async fn with_customers(count: usize) -> (Service, String) {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    for n in 0..count {
        service.create("/v1/customers", &key, json!({ "key": format!("c{n}") })).await;
    }
    (service, key)
}

#[tokio::test]
async fn a_list_is_walked_without_gaps_and_without_repetition() {
    let (service, key) = with_customers(5).await;
    let pieces = walk(&service, "/v1/customers", &key, 2, "key").await;
    assert_eq!(pieces, [vec!["c0", "c1"], vec!["c2", "c3"], vec!["c4"]]);
    assert_eq!(walk(&service, "/v1/customers", &key, 5, "key").await.len(), 1, "a full last piece says that it is the last");
    assert_eq!(walk(&service, "/v1/customers", &key, 500, "key").await.concat().len(), 5);
    assert_eq!(service.read("/v1/customers", &key).await["data"].as_array().map(Vec::len), Some(5));
}

#[tokio::test]
async fn what_is_added_on_the_way_moves_nothing() {
    let (service, key) = with_customers(3).await;
    let first = service.read("/v1/customers?limit=2", &key).await;
    service.create("/v1/customers", &key, json!({ "key": "a-later-one" })).await;
    let cursor = first["next_cursor"].as_str().expect("there is more");
    let rest = service.read(&format!("/v1/customers?cursor={cursor}"), &key).await;
    let keys: Vec<&Value> = rest["data"].as_array().expect("a list").iter().map(|row| &row["key"]).collect();
    assert_eq!(keys, [&json!("c2"), &json!("a-later-one")]);
    assert_eq!(rest["next_cursor"], Value::Null);
}

#[tokio::test]
async fn the_audit_log_is_walked_backwards() {
    let (service, key) = with_customers(4).await;
    let whole = walk(&service, "/v1/operations", &key, 500, "id").await.concat();
    let pieces = walk(&service, "/v1/operations", &key, 3, "id").await;
    assert!(pieces.iter().rev().skip(1).all(|piece| piece.len() == 3), "{pieces:?}");
    assert_eq!(pieces.concat(), whole);
    assert!(whole.windows(2).all(|pair| pair[0] > pair[1]), "newest first: {whole:?}");
}

/// The lists among the operations: paths without parameters that take a cursor.
fn lists() -> Vec<String> {
    let document = serde_json::to_value(assay_api::openapi()).expect("JSON");
    let paths = document["paths"].as_object().expect("paths").iter();
    let takes_cursor = |item: &Value| {
        let parameters = item.pointer("/get/parameters").and_then(Value::as_array);
        parameters.is_some_and(|parameters| parameters.iter().any(|parameter| parameter["name"] == "cursor"))
    };
    paths.filter(|(path, item)| !path.contains('{') && takes_cursor(item)).map(|(path, _)| path.clone()).collect()
}

#[tokio::test]
async fn every_list_refuses_what_is_no_piece_of_it() {
    let service = Service::start().await;
    let (admin, operator) = (service.key(&[Role::Admin]).await, service.operator().await);
    let lists = lists();
    assert!(lists.len() >= 10 && lists.contains(&"/v1/operations".to_owned()), "{lists:?}");
    for path in lists {
        let key = if path.starts_with("/v1/tenants") { &operator } else { &admin };
        for (query, field) in [
            ("limit=0", "limit"),
            ("limit=501", "limit"),
            ("cursor=", "cursor"),
            ("cursor=x", "cursor"),
            ("cursor=evt_0000000000001", "cursor"),
            ("cursor=-1", "cursor"),
        ] {
            let answer = service.call("GET", &format!("{path}?{query}"), key, Value::Null).await;
            answer.problem(422, "invalid");
            assert_eq!(answer.field(), field, "{path}?{query}: {}", answer.text);
        }
        service.call("GET", &format!("{path}?limit=many"), key, Value::Null).await.problem(400, "malformed");
        service.read(&format!("{path}?limit=1"), key).await;
        service.read(&format!("{path}?limit=500"), key).await;
    }
}
