//! Receipts, bundles and the log over HTTP, and erasing what they are about.

use assay_domain::key::Role;
use assay_receipt::{
    bundle::Bundle,
    checkpoint::Checkpoint,
    log_proof::GrowthProof,
    merkle::leaf_hash,
    note::Note,
    rotation::LogKeys,
    tile::{BundleId, Tile, TileId},
};
use serde_json::{Value, json};

use super::support::{Answer, Service, resolved};

/// A ticket of `acme` that was sold, judged and billed.
struct Stage {
    service: Service,
    key: String,
}

impl Stage {
    async fn new() -> Self {
        let service = Service::start().await;
        let key = service.key(&[Role::Admin]).await;
        service.accept(&key, &resolved("T-1", "2026-03-02")).await;
        service.sell(&key).await;
        service.judge().await;
        service.bill("2026-03").await;
        Self { service, key }
    }

    async fn get(&self, path: &str) -> Answer {
        self.service.call("GET", path, &self.key, Value::Null).await
    }

    async fn note(&self, path: &str) -> Note {
        let answer = self.get(path).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "text/plain; charset=utf-8"), "{}", answer.text);
        answer.text.parse().expect("a note")
    }
}

#[tokio::test]
async fn receipts_are_listed_shown_and_exported() {
    let stage = Stage::new().await;
    let listed = stage.get("/v1/receipts").await;
    let rows = listed.data();
    let numbers: Vec<&Value> = rows.iter().map(|row| &row["number"]).collect();
    assert_eq!(numbers, [&json!(1), &json!(2)], "an attempt and an outcome: {}", listed.text);
    for query in ["customer=acme", "interaction=T-1", "invoice=INV-000001"] {
        assert_eq!(stage.get(&format!("/v1/receipts?{query}")).await.data(), rows, "{query}");
    }
    let first = stage.get("/v1/receipts?limit=1").await;
    let cursor = first.body["next_cursor"].as_str().expect("there is more");
    assert_eq!(stage.get(&format!("/v1/receipts?cursor={cursor}")).await.data(), &rows[1..]);
    let place = format!("/v1/receipts/{}", rows[0]["id"].as_str().expect("an id"));
    let shown = stage.get(&place).await.body;
    assert_eq!((&shown["digest"], &shown["receipt"]["number"]), (&rows[0]["digest"], &rows[0]["number"]));
    for (path, receipts) in [(format!("{place}/bundle"), 1), ("/v1/invoices/INV-000001/bundle".to_owned(), 2)] {
        let answer = stage.get(&path).await;
        assert!(answer.header("content-disposition").starts_with("attachment; filename="), "{path}");
        let bundle = Bundle::read(answer.text.as_bytes()).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(bundle.chains.iter().map(|chain| chain.receipts.len()).sum::<usize>(), receipts, "{path}");
    }
    for path in ["/v1/receipts/none", "/v1/receipts/rct_0000000000999", "/v1/receipts/none/bundle", "/v1/invoices/INV-000009/bundle"] {
        stage.get(path).await.problem(404, "not-found");
    }
    let answer = stage.get(&format!("{place}/bundle?kept=1,two")).await;
    assert_eq!((answer.status, answer.field()), (422, "kept"), "{}", answer.text);
}

#[tokio::test]
async fn the_log_is_served_in_the_public_formats() {
    let stage = Stage::new().await;
    let log = stage.get("/v1/log").await.body;
    let note = stage.note("/v1/log/checkpoint").await;
    let (origin, key) = (log["origin"].as_str().expect("an origin"), log["key"].as_str().expect("a key"));
    let keys = LogKeys::pinned(key.parse().expect("a verifier key"));
    let checkpoint = Checkpoint::open(&note, origin, &keys).expect("a checkpoint of the log");
    assert_eq!((&json!(checkpoint.tree.size), &log["checkpoint"]), (&log["size"], &json!(note.to_string())));
    let id = TileId { level: 0, index: 0, width: 2 };
    let entries = BundleId { index: 0, width: 2 };
    for path in [id.to_string(), entries.to_string()] {
        let answer = stage.get(&format!("/v1/log/{path}")).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/octet-stream"), "{path}");
    }
    let commitments = entries.read(&bytes_of(&stage, &entries.to_string()).await).expect("entries");
    let tile = Tile::read(id, &bytes_of(&stage, &id.to_string()).await).expect("a tile");
    let hashes: Vec<_> = commitments.iter().map(|entry| leaf_hash(entry.as_bytes())).collect();
    assert_eq!(tile.hashes(), hashes);
    stage.get("/v1/log/tile/0/001").await.problem(404, "not-found");
    let growth = stage.get("/v1/log/checkpoint?since=0").await;
    let growth: GrowthProof = growth.text.parse().expect("a proof of growth");
    assert_eq!((growth.old, growth.checkpoint), (0, note));
    stage.get("/v1/log/checkpoint?since=999").await.problem(409, "conflict");
}

/// What is served under a path, as it is: an answer is read as text.
async fn bytes_of(stage: &Stage, path: &str) -> Vec<u8> {
    stage.service.assay().log_file(&stage.service.installation.caller, path).await.expect("a file")
}

#[tokio::test]
async fn an_interaction_is_erased_once_and_stands_as_it_was_judged() {
    let stage = Stage::new().await;
    let before = stage.get("/v1/receipts").await.body;
    let erase = |reason: &'static str| {
        let headers = [("idempotency-key", "erase-it")];
        let Stage { service, key } = &stage;
        async move { service.call_with("POST", "/v1/interactions/T-1/erasure", key, &headers, json!({ "reason": reason })).await }
    };
    let erased = erase("the person asked").await;
    assert_eq!((erased.status, &erased.body["payloads"]), (201, &json!(2)), "{}", erased.text);
    assert_eq!(erase("the person asked").await.body, erased.body, "the same request is answered alike");
    erase("another reason").await.problem(422, "idempotency-key-reused");
    assert_eq!(stage.get("/v1/receipts").await.body, before);
    let id = before["data"][0]["id"].as_str().expect("an id").to_owned();
    let answer = stage.get(&format!("/v1/receipts/{id}/bundle")).await;
    let bundle = Bundle::read(answer.text.as_bytes()).expect("a bundle");
    assert!(bundle.interactions.iter().flat_map(|interaction| &interaction.events).all(|event| event.data.is_none()));
    stage.service.call("POST", "/v1/interactions/T-9/erasure", &stage.key, json!({ "reason": "x" })).await.problem(404, "not-found");
    let answer = stage.service.call("POST", "/v1/interactions/T-1/erasure", &stage.key, json!({ "reason": "" })).await;
    assert_eq!((answer.status, answer.field()), (422, "reason"), "{}", answer.text);
}
