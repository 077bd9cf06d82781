//! Webhooks: what is signed with a secret of the endpoint comes in, once, and nothing else does.

use std::fmt::Write as _;

use assay_api::Limits;
use assay_domain::{canon::Digest, key::Role, time::Duration};
use assay_tests::assay::at;
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use serde_json::{Value, json};

use super::support::{Answer, NOW, Service, event, lines};

const ENDPOINTS: &str = "/v1/webhook-endpoints";
const TIME: &str = "2026-03-01T10:00:00Z";
/// What the clock says, in seconds since 1970.
const NOW_S: i64 = 1_776_254_400;

/// A sender, which signs by itself.
#[derive(Clone)]
struct Sender {
    path: String,
    secret: Vec<u8>,
}

/// The head of a delivery.
struct Head {
    id: String,
    time: String,
    signature: String,
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let group = |chunk: &[u8]| {
        let bits = (0..3).fold(0_u32, |bits, place| bits << 8 | u32::from(chunk.get(place).copied().unwrap_or_default()));
        let letter = |place: usize| if place > chunk.len() { '=' } else { char::from(LETTERS[(bits >> (18 - 6 * place) & 63) as usize]) };
        [0, 1, 2, 3].map(letter)
    };
    bytes.chunks(3).flat_map(group).collect()
}

fn from_base64(text: &str) -> Vec<u8> {
    let value = |letter: u8| LETTERS.iter().position(|known| *known == letter).expect("a letter") as u32;
    let group = |chunk: &[u8]| {
        let letters: Vec<u8> = chunk.iter().copied().filter(|letter| *letter != b'=').collect();
        let bits = letters.iter().fold(0, |bits, letter| bits << 6 | value(*letter)) << (6 * (4 - letters.len()));
        bits.to_be_bytes()[1..letters.len()].to_vec()
    };
    text.as_bytes().chunks(4).flat_map(group).collect()
}

/// HMAC-SHA-256, as RFC 2104 has it.
fn mac(secret: &[u8], message: &[u8]) -> [u8; 32] {
    let padded = |with: u8| (0..64).map(|place| secret.get(place).copied().unwrap_or_default() ^ with).collect::<Vec<u8>>();
    let inner = Digest::of(&[padded(0x36).as_slice(), message].concat());
    *Digest::of(&[padded(0x5c).as_slice(), inner.as_bytes().as_slice()].concat()).as_bytes()
}

impl Sender {
    /// Whoever was told this of an endpoint.
    fn new(created: &Value) -> Self {
        let secret = created["secret"].as_str().and_then(|text| text.strip_prefix("whsec_")).expect("a secret");
        Self { path: created["endpoint"]["path"].as_str().expect("a path").to_owned(), secret: from_base64(secret) }
    }

    fn head(&self, id: &str, sent_at: i64, body: &[u8]) -> Head {
        let message = [format!("{id}.{sent_at}.").as_bytes(), body].concat();
        Head { id: id.into(), time: sent_at.to_string(), signature: format!("v1,{}", base64(&mac(&self.secret, &message))) }
    }

    /// A delivery of one event, as it should be.
    async fn deliver(&self, service: &Service, id: &str, event: &Value) -> Answer {
        let body = event.to_string().into_bytes();
        self.send(service, &self.head(id, NOW_S, &body), "application/json", body).await
    }

    /// A delivery as it is.
    async fn send(&self, service: &Service, head: &Head, kind: &str, body: Vec<u8>) -> Answer {
        let headers = [
            ("webhook-id", head.id.as_str()),
            ("webhook-timestamp", head.time.as_str()),
            ("webhook-signature", head.signature.as_str()),
            ("content-type", kind),
        ];
        service.send("POST", &self.path, &headers, body).await
    }
}

fn opened(id: &str) -> Value {
    event(id, "T-1", "ticket.opened", TIME)
}

/// A service with an endpoint of the source `helpdesk`, its sender, and an admin's key.
async fn service() -> (Service, Sender, String) {
    with_limits(Limits::default()).await
}

async fn with_limits(limits: Limits) -> (Service, Sender, String) {
    let service = Service::with_limits(limits).await;
    let admin = service.key(&[Role::Admin]).await;
    let created = service.create(ENDPOINTS, &admin, json!({ "source": "helpdesk" })).await;
    let sender = Sender::new(&created);
    (service, sender, admin)
}

async fn recorded(service: &Service, admin: &str) -> u64 {
    service.read("/v1/reports/outcomes", admin).await["events"].as_u64().expect("a count")
}

/// Who vouches for each event of T-1.
async fn vouched(service: &Service, admin: &str) -> String {
    let shown = service.read("/v1/interactions/T-1", admin).await;
    let mut text = String::new();
    for event in shown["timeline"].as_array().expect("a timeline") {
        let by = event["attestations"].as_array().expect("a list").iter().map(|by| by["kind"].as_str().expect("a kind"));
        writeln!(text, "{}: {}", event["source_id"].as_str().expect("an id"), by.collect::<Vec<_>>().join(" ")).expect("text");
    }
    text
}

#[test]
fn the_sender_of_these_tests_signs_as_standard_webhooks_has_it() {
    let secret = from_base64("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let sender = Sender { path: String::new(), secret };
    let head = sender.head("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
    assert_eq!(head.signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    assert_eq!(at(NOW).micros(), NOW_S * 1_000_000);
}

#[tokio::test]
async fn what_is_signed_comes_in_once_and_is_vouched_for() {
    let (service, sender, admin) = service().await;
    let answer = sender.deliver(&service, "msg_1", &opened("a")).await;
    assert_eq!((answer.status, &answer.body), (201, &json!({ "id": "a", "disposition": "accepted" })), "{}", answer.text);
    for (name, id, sent_at) in
        [("the same again", "msg_1", NOW_S), ("sent again later", "msg_1", NOW_S - 60), ("under another id", "msg_2", NOW_S)]
    {
        let body = opened("a").to_string().into_bytes();
        let again = sender.send(&service, &sender.head(id, sent_at, &body), "application/json", body).await;
        assert_eq!((again.status, &again.body["disposition"]), (200, &json!("duplicate")), "{name}: {}", again.text);
    }
    assert_eq!((recorded(&service, &admin).await, vouched(&service, &admin).await.as_str()), (1, "a: webhook\n"));
    let shown = service.read("/v1/interactions/T-1", &admin).await;
    let by = &shown["timeline"][0]["attestations"][0];
    assert!(by["id"].as_str().is_some_and(|id| id.starts_with("whs_")), "{by}");
    assert_eq!((&by["public_key"], &by["signature"], &by["at"]), (&Value::Null, &Value::Null, &json!(NOW)));
    let log = service.read("/v1/operations", &admin).await;
    let entry = log["data"].as_array().expect("a list").iter().rfind(|entry| entry["action"] == "events.ingest").expect("an entry");
    assert_eq!(entry["actor"], by["id"], "the secret is who did it");
}

#[tokio::test]
async fn events_come_in_lines_and_arrays_too() {
    let (service, sender, admin) = service().await;
    let other = event("d", "T-1", "ticket.opened", "soon");
    let body = lines(&[opened("a"), opened("b"), other]).into_bytes();
    let answer = sender.send(&service, &sender.head("msg_1", NOW_S, &body), "application/x-ndjson", body).await;
    let counts = |answer: &Answer| ["accepted", "duplicates", "rejected"].map(|name| answer.body[name].as_u64().expect("a count"));
    assert_eq!((answer.status, counts(&answer)), (200, [2, 0, 1]), "{}", answer.text);
    let body = json!([opened("b"), opened("c")]).to_string().into_bytes();
    let answer = sender.send(&service, &sender.head("msg_2", NOW_S, &body), "application/cloudevents-batch+json", body).await;
    assert_eq!((answer.status, counts(&answer)), (200, [1, 1, 0]), "{}", answer.text);
    assert_eq!(vouched(&service, &admin).await, "a: webhook\nb: webhook\nc: webhook\n");
    let body = b"a,b".to_vec();
    let answer = sender.send(&service, &sender.head("msg_3", NOW_S, &body), "text/csv", body).await;
    answer.problem(415, "unsupported-media-type");
}

#[tokio::test]
async fn what_is_not_signed_does_not_come_in() {
    let (service, sender, admin) = service().await;
    let body = opened("a").to_string().into_bytes();
    let right = || sender.head("msg_1", NOW_S, &body);
    let stranger = Sender { secret: vec![7; 32], ..sender.clone() };
    let rows = [
        ("another's secret", stranger.head("msg_1", NOW_S, &body), body.clone()),
        ("another body", right(), opened("b").to_string().into_bytes()),
        ("a body with a blank more", right(), [body.as_slice(), b" "].concat()),
        ("no body", right(), Vec::new()),
        ("another id", Head { id: "msg_2".into(), ..right() }, body.clone()),
        ("another time", Head { time: (NOW_S - 1).to_string(), ..right() }, body.clone()),
        ("no signature", Head { signature: String::new(), ..right() }, body.clone()),
        ("no id", Head { id: String::new(), ..right() }, body.clone()),
        ("no time", Head { time: String::new(), ..right() }, body.clone()),
        ("an id with a dot", sender.head("msg.1", NOW_S, &body), body.clone()),
        ("sent long before", sender.head("msg_1", NOW_S - 301, &body), body.clone()),
        ("sent long after", sender.head("msg_1", NOW_S + 301, &body), body.clone()),
        ("signed in another way", Head { signature: right().signature.replace("v1,", "v2,"), ..right() }, body.clone()),
    ];
    for (name, head, body) in rows {
        let answer = sender.send(&service, &head, "application/json", body).await;
        answer.problem(401, "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), "Webhook", "{name}");
    }
    let none = service.send("POST", &sender.path, &[("content-type", "application/json")], body.clone()).await;
    none.problem(401, "unauthenticated");
    let bearer = format!("Bearer {admin}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    service.send("POST", &sender.path, &headers, body.clone()).await.problem(401, "unauthenticated");
    assert_eq!(recorded(&service, &admin).await, 0);
    for sent_at in [NOW_S - 300, NOW_S + 300] {
        let answer = sender.send(&service, &sender.head("msg_1", sent_at, &body), "application/json", body.clone()).await;
        assert!(answer.status < 300, "within five minutes: {}", answer.text);
    }
}

#[tokio::test]
async fn an_endpoint_lets_in_what_its_own_secrets_sign() {
    let (service, sender, admin) = service().await;
    let mut paths = vec![("an endpoint that is none", "/v1/webhooks/ten_0000000000001/whe_000000000zzzz".to_owned())];
    paths.push(("a tenant that is none", "/v1/webhooks/ten_000000000zzzz/whe_0000000000001".to_owned()));
    paths.push(("no ids", "/v1/webhooks/vendor/helpdesk".to_owned()));
    let (test, other) = (service.test_key(&[Role::Admin]).await, service.other_tenant_key(&[Role::Admin]).await);
    for (name, key) in [("of the same source", &admin), ("of the test side", &test), ("of another tenant", &other)] {
        let created = service.create(ENDPOINTS, key, json!({ "source": "helpdesk" })).await;
        let theirs = Sender::new(&created);
        assert_ne!(theirs.secret, sender.secret);
        assert_eq!(theirs.deliver(&service, "msg_1", &opened(name)).await.status, 201, "{name}");
        paths.push((name, theirs.path.clone()));
        // The right endpoint, named as another tenant's.
        let (mine, its) = (sender.path.rsplit_once('/').expect("ids"), theirs.path.rsplit_once('/').expect("ids"));
        if mine.0 != its.0 {
            paths.push((name, format!("{}/{}", its.0, mine.1)));
        }
    }
    for (name, path) in paths {
        let astray = Sender { path, ..sender.clone() };
        let answer = astray.deliver(&service, "msg_1", &opened("a")).await;
        let detail = answer.problem(401, "unauthenticated");
        assert_eq!(detail, "the signature is that of no secret of such an endpoint", "{name}");
    }
    for key in [&test, &other] {
        assert_eq!(recorded(&service, key).await, 1, "its own, and nothing of another");
    }
}

#[tokio::test]
async fn secrets_are_rotated_side_by_side() {
    let (service, old, admin) = service().await;
    let endpoint = format!("{ENDPOINTS}/{}", old.path.rsplit('/').next().expect("an id"));
    let new = Sender::new(&service.create(&format!("{endpoint}/secrets"), &admin, json!({})).await);
    assert_ne!(new.secret, old.secret);
    let opens = async |sender: &Sender, id: &str| sender.deliver(&service, "msg_1", &opened(id)).await.status;
    assert_eq!((opens(&old, "a").await, opens(&new, "b").await), (201, 201), "both for a while");
    let body = opened("c").to_string().into_bytes();
    let (first, second) = (old.head("msg_1", NOW_S, &body), new.head("msg_1", NOW_S, &body));
    let both = Head { signature: format!("{} {}", first.signature, second.signature), ..second };
    assert_eq!(new.send(&service, &both, "application/json", body).await.status, 201, "a sender may sign with both");
    let secrets = service.read(&endpoint, &admin).await["secrets"].clone();
    let [first, second] = secrets.as_array().expect("secrets").as_slice() else { panic!("{secrets}") };
    let revocation = format!("{endpoint}/secrets/{}/revocation", first["id"].as_str().expect("an id"));
    let shown = service.create(&revocation, &admin, json!({ "reason": "the sender has the new one" })).await;
    assert_eq!((&shown["secrets"][0]["revoked_at"], &shown["secrets"][1]["revoked_at"]), (&json!(NOW), &Value::Null));
    assert_eq!((opens(&old, "d").await, opens(&new, "e").await), (401, 201), "then one");
    assert_eq!(vouched(&service, &admin).await, "a: webhook\nb: webhook\nc: webhook\ne: webhook\n", "what came in stands");
    service.call("POST", &revocation, &admin, json!({ "reason": "again" })).await.problem(409, "conflict");
    let last = format!("{endpoint}/secrets/{}/revocation", second["id"].as_str().expect("an id"));
    service.create(&last, &admin, json!({ "reason": "nobody sends any more" })).await;
    assert_eq!(opens(&new, "f").await, 401);
    let elsewhere = service.create(ENDPOINTS, &admin, json!({ "source": "chat" })).await;
    let theirs = format!("{ENDPOINTS}/{}/secrets/{}/revocation", elsewhere["endpoint"]["id"].as_str().expect("an id"), "whs_0000000000002");
    service.call("POST", &theirs, &admin, json!({ "reason": "of another endpoint" })).await.problem(404, "not-found");
}

#[tokio::test]
async fn an_endpoint_has_few_secrets_at_a_time() {
    let (service, sender, admin) = service().await;
    let path = format!("{ENDPOINTS}/{}/secrets", sender.path.rsplit('/').next().expect("an id"));
    for _ in 0..3 {
        service.create(&path, &admin, json!({})).await;
    }
    let refused = service.call("POST", &path, &admin, json!({})).await;
    assert!(refused.problem(409, "conflict").contains("revoke those"), "{}", refused.text);
}

#[tokio::test]
async fn a_secret_is_told_once_and_may_be_the_senders_own() {
    let (service, sender, admin) = service().await;
    let own = format!("whsec_{}", base64(&[9; 24]));
    let created = service.create(ENDPOINTS, &admin, json!({ "source": "chat", "secret": own })).await;
    assert_eq!(created["secret"], Value::Null, "whoever gave it knows it");
    let path = created["endpoint"]["path"].as_str().expect("a path").to_owned();
    let chat = Sender { path, secret: vec![9; 24] };
    let told = json!({ "id": "a", "source": "chat", "type": "ticket.opened", "subject": "T-1", "time": TIME });
    assert_eq!(chat.deliver(&service, "msg_1", &told).await.status, 201);
    let (drawn, own) = (base64(&sender.secret), base64(&[9; 24]));
    let endpoint = created["endpoint"]["id"].as_str().expect("an id").to_owned();
    let shown = format!("{ENDPOINTS}/{endpoint}");
    for path in [ENDPOINTS, shown.as_str(), "/v1/operations", "/v1/interactions/T-1"] {
        let answer = service.call("GET", path, &admin, Value::Null).await;
        assert!(answer.status == 200 && !answer.text.contains(&drawn) && !answer.text.contains(&own), "{path}: {}", answer.text);
    }
    let once = [("idempotency-key", "k")];
    let first = service.call_with("POST", ENDPOINTS, &admin, &once, json!({ "source": "crm" })).await;
    let again = service.call_with("POST", ENDPOINTS, &admin, &once, json!({ "source": "crm" })).await;
    assert_eq!((first.status, again.status, &first.body["endpoint"]), (201, 201, &again.body["endpoint"]));
    assert!(first.body["secret"].is_string() && again.body["secret"].is_null(), "{}", again.text);
    assert_eq!(first.header("cache-control"), "no-store");
    let secrets = format!("{ENDPOINTS}/{endpoint}/secrets");
    for (body, field) in [
        (json!({ "secret": "whsec_" }), "secret"),
        (json!({ "secret": own }), "secret"),
        (json!({ "secret": format!("whsec_{}", base64(&[9; 23])) }), "secret"),
        (json!({ "secret": 7 }), "secret"),
    ] {
        let answer = service.call("POST", &secrets, &admin, body.clone()).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), field, "{body}: {}", answer.text);
    }
    let twice = service.call("POST", &secrets, &admin, json!({ "secret": format!("whsec_{own}") })).await;
    assert!(twice.problem(409, "conflict").contains("had this secret before"), "{}", twice.text);
}

#[tokio::test]
async fn an_endpoint_is_for_one_source_and_for_one_side() {
    let (service, sender, admin) = service().await;
    let with = |name: &str, value: Value| {
        let mut event = opened("a");
        event[name] = value;
        event
    };
    for (name, value) in [("source", json!("chat")), ("mode", json!("test")), ("subject", json!("")), ("custmer", json!("acme"))] {
        let answer = sender.deliver(&service, "msg_1", &with(name, value)).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), name, "{}", answer.text);
    }
    let mixed = lines(&[with("source", json!("chat")), opened("b")]).into_bytes();
    let answer = sender.send(&service, &sender.head("msg_2", NOW_S, &mixed), "application/x-ndjson", mixed).await;
    assert_eq!((answer.status, &answer.body["accepted"], &answer.body["rejected"]), (200, &json!(1), &json!(1)), "{}", answer.text);
    assert_eq!(sender.deliver(&service, "msg_3", &with("mode", json!("live"))).await.status, 201);
    let other = sender.deliver(&service, "msg_4", &with("actor", json!("ai"))).await;
    other.problem(409, "event-conflict");
    assert_eq!(vouched(&service, &admin).await, "a: webhook\nb: webhook\n");
}

#[tokio::test]
async fn what_was_told_with_a_key_is_vouched_for_when_a_webhook_brings_it() {
    let (service, sender, admin) = service().await;
    service.accept(&admin, &[opened("a")]).await;
    assert_eq!(vouched(&service, &admin).await, "a: \n");
    assert_eq!(sender.deliver(&service, "msg_1", &opened("a")).await.body["disposition"], "duplicate");
    assert_eq!(vouched(&service, &admin).await, "a: webhook\n");
}

#[tokio::test]
async fn a_delivery_has_its_limits() {
    let limits = Limits { body_bytes_max: 1_000, requests_per_second: 1, burst: 2, ..Limits::default() };
    let (service, sender, admin) = with_limits(limits).await;
    let mut long = opened("long");
    long["data"] = json!({ "text": "x".repeat(1_000) });
    sender.deliver(&service, "msg_1", &long).await.problem(413, "too-large");
    // What is not signed uses up nothing.
    let stranger = Sender { secret: vec![7; 32], ..sender.clone() };
    for _ in 0..4 {
        stranger.deliver(&service, "msg_1", &opened("a")).await.problem(401, "unauthenticated");
    }
    assert_eq!(sender.deliver(&service, "msg_1", &opened("a")).await.status, 201);
    assert_eq!(sender.deliver(&service, "msg_2", &opened("b")).await.status, 201);
    let refused = sender.deliver(&service, "msg_3", &opened("c")).await;
    refused.problem(429, "rate-limited");
    assert_eq!(refused.header("retry-after"), "1");
    service.installation.clock.set(at(NOW).plus(Duration::seconds(2)));
    assert_eq!(sender.deliver(&service, "msg_3", &opened("c")).await.status, 201);
    assert_eq!(recorded(&service, &admin).await, 3);
}

#[tokio::test]
async fn whatever_a_head_holds_it_is_refused_without_a_fault() {
    let (service, sender, admin) = service().await;
    let body = opened("a").to_string().into_bytes();
    let right = sender.head("msg_1", NOW_S, &body);
    let letters = "[ -~\\t\u{80}-\u{ff}]{0,60}";
    let heads = (
        prop_oneof![Just(right.id.clone()), letters],
        prop_oneof![Just(right.time.clone()), "[0-9]{0,25}", letters],
        prop_oneof!["(v1,[A-Za-z0-9+/]{43}= ?){0,9}", letters],
    );
    let mut runner = TestRunner::deterministic();
    for _ in 0..300 {
        let (id, time, signature) = heads.new_tree(&mut runner).expect("a head").current();
        let answer = sender.send(&service, &Head { id, time, signature }, "application/json", body.clone()).await;
        answer.problem(401, "unauthenticated");
    }
    assert_eq!(recorded(&service, &admin).await, 0);
}
