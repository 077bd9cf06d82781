//! Keys of customers over HTTP: what is the customer's own, and nothing of another customer of the same tenant, whichever route is tried.

use assay_domain::{key::Role, proposal::ProposalDocument};
use serde_json::{Value, json};

use super::support::{Answer, Service, resolved};
use crate::app::lifecycle::secret;

/// What tells of the other customer; none of it is told.
const NAMES: [&str; 6] = ["globex", "G-1", "INV-000002", "cus_0000000000002", "itn_0000000000002", "globex says so"];
const FROM: &str = "2026-06-01T00:00:00Z";
const VERSION: &str = "/v1/definitions/tickets/versions/2";

/// March of `acme` and `globex`, billed; both dispute an outcome, and to both a version is proposed.
struct Stage {
    service: Service,
    /// An admin's key.
    admin: String,
    /// The key of `acme`.
    acme: String,
    /// Of `acme` and of `globex`: their disputes, and the proposals to them.
    disputes: [String; 2],
    proposals: [String; 2],
}

/// The same for `globex`.
fn of_globex(events: [Value; 2]) -> Vec<Value> {
    let of = |mut event: Value| {
        event["customer"] = json!("globex");
        event
    };
    events.into_iter().map(of).collect()
}

fn dispute(subject: &str, claim: &str) -> Value {
    json!({ "interaction": subject, "definition": "tickets", "category": "not-delivered", "claim": claim })
}

fn id(body: &Value) -> String {
    body["id"].as_str().unwrap_or_else(|| panic!("no id: {body}")).to_owned()
}

impl Stage {
    async fn new() -> Self {
        let service = Service::start().await;
        let admin = service.key(&[Role::Admin]).await;
        service.sell(&admin).await;
        service.create("/v1/customers", &admin, json!({ "key": "globex" })).await;
        let definitions = json!([{ "definition": "tickets" }]);
        let agreement =
            json!({ "customer": "globex", "definitions": definitions, "rate_card": "standard", "from": "2026-03-01T00:00:00Z" });
        service.create("/v1/agreements", &admin, agreement).await;
        service.accept(&admin, &resolved("T-1", "2026-03-02")).await;
        service.accept(&admin, &of_globex(resolved("G-1", "2026-03-03"))).await;
        service.accept(&admin, &resolved("T-2", "2026-03-04")).await;
        service.judge().await;
        service.bill("2026-03").await;
        let version = json!({ "rule": "resolved-ticket", "parameters": { "window": "72h" } });
        service.create("/v1/definitions/tickets/versions", &admin, version).await;
        let acme = service.customer_key("acme").await;
        let mut stage = Self { service, admin, acme, disputes: Default::default(), proposals: Default::default() };
        for (place, (customer, subject)) in [("acme", "T-1"), ("globex", "G-1")].into_iter().enumerate() {
            let (service, admin) = (&stage.service, &stage.admin);
            let opened = service.create("/v1/disputes", admin, dispute(subject, &format!("{customer} says so"))).await;
            let offer = json!({ "customer": customer, "from": FROM });
            let offered = service.create(&format!("{VERSION}/proposals"), admin, offer).await;
            let approver = json!({ "name": "head of support", "public_key": secret(place as u8 + 1).public().to_string() });
            service.create(&format!("/v1/customers/{customer}/approval-keys"), admin, approver).await;
            (stage.disputes[place], stage.proposals[place]) = (id(&opened), id(&offered));
        }
        stage
    }

    async fn get(&self, path: &str) -> Answer {
        self.service.call("GET", path, &self.acme, Value::Null).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.service.call("POST", path, &self.acme, body).await
    }

    /// Paths of one thing: that of `acme`, that of `globex`, and one that nobody has.
    async fn things(&self) -> Vec<[String; 3]> {
        let [mine, theirs] = &self.disputes;
        let [offer, other] = &self.proposals;
        let interaction = |subject: &'static str| async move {
            let shown = self.service.read(&format!("/v1/interactions/{subject}"), &self.admin).await;
            id(&shown)
        };
        let (first, second) = (interaction("T-1").await, interaction("G-1").await);
        let receipt = |customer: &'static str| async move {
            let shown = self.service.read(&format!("/v1/receipts?customer={customer}"), &self.admin).await;
            id(&shown["data"][0])
        };
        let (told, other_told) = (receipt("acme").await, receipt("globex").await);
        let receipts = [told.as_str(), other_told.as_str(), "rct_0000000000999"];
        let rows = [
            ("/v1/receipts/{}", receipts),
            ("/v1/receipts/{}/bundle", receipts),
            ("/v1/invoices/{}/bundle", ["INV-000001", "INV-000002", "INV-000009"]),
            ("/v1/invoices/{}", ["INV-000001", "INV-000002", "INV-000009"]),
            ("/v1/invoices/{}", ["inv_0000000000001", "inv_0000000000002", "inv_0000000000009"]),
            ("/v1/invoices/{}/lines/2/outcomes", ["INV-000001", "INV-000002", "INV-000009"]),
            ("/v1/invoices/{}/export?format=json", ["INV-000001", "INV-000002", "INV-000009"]),
            ("/v1/interactions/{}", ["T-1", "G-1", "X-1"]),
            ("/v1/interactions/{}", [first.as_str(), second.as_str(), "itn_0000000000009"]),
            ("/v1/disputes/{}", [mine.as_str(), theirs.as_str(), "dsp_0000000000009"]),
            ("/v1/proposals/{}", [offer.as_str(), other.as_str(), "prp_0000000000009"]),
            ("/v1/proposals/{}/document", [offer.as_str(), other.as_str(), "prp_0000000000009"]),
        ];
        rows.map(|(path, names)| names.map(|name| path.replace("{}", name))).to_vec()
    }

    /// What `globex` has, as the tenant sees it.
    async fn untouched(&self) -> [Value; 3] {
        let [_, theirs] = &self.disputes;
        let [_, other] = &self.proposals;
        let paths = [format!("/v1/disputes/{theirs}"), format!("/v1/proposals/{other}"), "/v1/invoices/INV-000002".to_owned()];
        let [dispute, proposal, invoice] = paths.map(|path| async move { self.service.read(&path, &self.admin).await });
        [dispute.await, proposal.await, invoice.await]
    }
}

/// An answer without what names the request and the thing.
fn nameless(answer: &Answer, path: &str) -> String {
    let name = path.split(['/', '?']).nth(3).expect("a name");
    let mut body = answer.body.clone();
    body["request_id"] = Value::Null;
    body.to_string().replace(name, "{}")
}

#[tokio::test]
async fn a_thing_of_another_customer_is_answered_like_one_that_nobody_has() {
    let stage = Stage::new().await;
    for [mine, theirs, nobodys] in stage.things().await {
        let answer = stage.get(&mine).await;
        assert_eq!(answer.status, 200, "{mine}: {}", answer.text);
        for name in NAMES {
            assert!(!answer.text.contains(name), "{mine} tells {name}: {}", answer.text);
        }
        let (other, none) = (stage.get(&theirs).await, stage.get(&nobodys).await);
        other.problem(404, "not-found");
        none.problem(404, "not-found");
        assert_eq!(nameless(&other, &theirs), nameless(&none, &nobodys), "{theirs}");
    }
}

#[tokio::test]
async fn lists_and_files_hold_nothing_of_another_customer() {
    let stage = Stage::new().await;
    let exports = ["html", "csv", "focus", "json"].map(|format| format!("/v1/invoices/export?format={format}"));
    let lists =
        ["/v1/tenant", "/v1/invoices", "/v1/receipts", "/v1/interactions", "/v1/disputes", "/v1/proposals", "/v1/disputes?open=true"];
    for path in lists.into_iter().map(str::to_owned).chain(exports) {
        let answer = stage.get(&path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        assert!(answer.text.contains("acme") || answer.text.contains("T-1"), "{path}: {}", answer.text);
        for name in NAMES.iter().chain(&[stage.disputes[1].as_str(), &stage.proposals[1]]) {
            assert!(!answer.text.contains(name), "{path} tells {name}: {}", answer.text);
        }
    }
    let subjects: Vec<Value> = stage.get("/v1/interactions").await.data().iter().map(|row| row["subject"].clone()).collect();
    assert_eq!(subjects, [json!("T-1"), json!("T-2")]);
    let first = stage.get("/v1/interactions?limit=1").await;
    let cursor = first.body["next_cursor"].as_str().expect("there is more");
    let second = stage.get(&format!("/v1/interactions?limit=1&cursor={cursor}")).await;
    assert_eq!((&second.data()[0]["subject"], &second.body["next_cursor"]), (&json!("T-2"), &Value::Null), "another's lies between");
}

#[tokio::test]
async fn whoever_narrows_a_list_learns_nothing_by_it() {
    let stage = Stage::new().await;
    for path in ["/v1/invoices", "/v1/receipts", "/v1/interactions", "/v1/disputes", "/v1/invoices/export?format=json"] {
        let and = if path.contains('?') { '&' } else { '?' };
        let own = stage.get(&format!("{path}{and}customer=acme")).await;
        assert_eq!(own.status, 200, "{path}: {}", own.text);
        for name in ["globex", "nobody"] {
            let answer = stage.get(&format!("{path}{and}customer={name}")).await;
            assert_eq!(answer.problem(404, "not-found"), format!("there is no customer {name:?}"), "{path}");
        }
    }
    for query in ["interaction=G-1", "interaction=X-1", "definition=unheard-of"] {
        assert!(stage.get(&format!("/v1/disputes?{query}")).await.data().is_empty(), "{query}");
    }
    for query in ["definition=unheard-of", "unassigned=true", "reason=reopened"] {
        assert!(stage.get(&format!("/v1/interactions?{query}")).await.data().is_empty(), "{query}");
    }
    let document = stage.get(&format!("/v1/proposals/{}/document?customer=globex", stage.proposals[0])).await;
    assert_eq!(document.problem(404, "not-found"), "there is no customer \"globex\"");
}

#[tokio::test]
async fn nothing_can_be_done_to_what_is_anothers() {
    let stage = Stage::new().await;
    let before = stage.untouched().await;
    let [_, theirs] = &stage.disputes;
    let [offer, other] = &stage.proposals;
    let approval = json!({ "customer": "globex", "from": FROM, "key": "00", "signature": "00" });
    for (path, body) in [
        ("/v1/disputes".to_owned(), dispute("G-1", "mine now")),
        ("/v1/disputes".to_owned(), {
            let mut body = dispute("T-2", "mine");
            body["customer"] = json!("globex");
            body
        }),
        (format!("/v1/disputes/{theirs}/appeal"), json!({ "reason": "mine now" })),
        (format!("/v1/proposals/{other}/rejections"), json!({ "customer": "acme", "reason": "no" })),
        (format!("/v1/proposals/{offer}/rejections"), json!({ "customer": "globex", "reason": "no" })),
        (format!("{VERSION}/approvals"), approval),
        ("/v1/definitions/unheard-of/versions/2/approvals".to_owned(), json!({ "customer": "acme", "from": FROM })),
        ("/v1/definitions/tickets/versions/x/approvals".to_owned(), json!({ "customer": "acme", "from": FROM })),
    ] {
        let answer = stage.post(&path, body.clone()).await;
        answer.problem(404, "not-found");
        assert!(!answer.text.contains("G-1") || body["interaction"] == "G-1", "{path}: {}", answer.text);
    }
    assert_eq!(stage.untouched().await, before);
}

#[tokio::test]
async fn a_customer_disputes_and_appeals_and_the_vendor_decides() {
    let stage = Stage::new().await;
    let key = stage.service.read("/v1/tenant", &stage.acme).await;
    assert_eq!((&key["customer"], &key["roles"]), (&json!("acme"), &json!(["customer"])));
    let opened = stage.post("/v1/disputes", dispute("T-2", "it was never solved")).await;
    assert_eq!((opened.status, &opened.body["actor"], &opened.body["state"]), (201, &key["key"], &json!("open")), "{}", opened.text);
    assert!(opened.body["steps"][0]["finding"]["finding"].is_string(), "{}", opened.text);
    let path = format!("/v1/disputes/{}", id(&opened.body));
    let disputed = stage.service.read("/v1/invoices/INV-000001", &stage.acme).await;
    assert_eq!(disputed["disputed"], json!({ "amount": "1.98", "currency": "USD" }), "with what the vendor opened for it");

    let decision = json!({ "ruling": "reject", "reason": "the log says otherwise" });
    stage.post(&format!("{path}/decision"), decision.clone()).await.problem(403, "forbidden");
    stage.service.create(&format!("{path}/decision"), &stage.admin, decision).await;
    let decided = stage.service.read(&path, &stage.acme).await;
    assert_eq!((&decided["state"], &decided["ruling"], &decided["fixture"]), (&json!("decided"), &json!("reject"), &Value::Null));
    assert_eq!((&decided["steps"][1]["actor"], &decided["steps"][1]["reason"]), (&json!("vendor"), &json!("the log says otherwise")));
    let once = [("idempotency-key", "appeal")];
    let appeal = json!({ "reason": "the log was of another ticket" });
    let first = stage.service.call_with("POST", &format!("{path}/appeal"), &stage.acme, &once, appeal.clone()).await;
    let again = stage.service.call_with("POST", &format!("{path}/appeal"), &stage.acme, &once, appeal).await;
    assert_eq!((first.status, again.status, &again.body), (200, 200, &first.body), "{}", again.text);
    assert_eq!(first.body["state"], "appealed");
    let log = stage.service.read("/v1/operations", &stage.admin).await.to_string();
    assert!(log.contains("dispute.appeal") && log.contains(key["key"].as_str().expect("a key")), "{log}");
}

#[tokio::test]
async fn idempotency_keys_of_customers_are_their_own() {
    let stage = Stage::new().await;
    stage.service.accept(&stage.admin, &of_globex(resolved("G-2", "2026-03-05"))).await;
    stage.service.judge().await;
    let globex = stage.service.customer_key("globex").await;
    let once = [("idempotency-key", "1")];
    let open = async |key: &str, subject: &str| {
        stage.service.call_with("POST", "/v1/disputes", key, &once, dispute(subject, "it was never solved")).await
    };
    for (key, subject) in [(&stage.acme, "T-2"), (&globex, "G-2")] {
        let (first, again) = (open(key, subject).await, open(key, subject).await);
        assert_eq!((first.status, again.status, &again.body["id"]), (201, 201, &first.body["id"]), "{subject}: {}", again.text);
        assert_eq!(first.body["subject"], subject);
    }
    open(&globex, "G-1").await.problem(422, "idempotency-key-reused");
}

#[tokio::test]
async fn a_customer_approves_with_its_signature_and_never_without() {
    let stage = Stage::new().await;
    let [offer, _] = &stage.proposals;
    let answer = stage.get(&format!("/v1/proposals/{offer}/document")).await;
    let document: ProposalDocument = serde_json::from_str(&answer.text).expect("a document");
    document.check().expect("hashes that are true");
    assert_eq!(document.customer, "acme");
    let sign = |seed: u8| {
        let (key, signature) = (secret(seed).public().to_string(), secret(seed).sign(&document.consent().message()).to_string());
        json!({ "customer": "acme", "hash": document.proposed.hash, "from": document.from, "key": key, "signature": signature })
    };
    let path = format!("{VERSION}/approvals");
    for (body, field) in [(json!({ "customer": "acme", "from": FROM }), "signature"), (sign(2), "key")] {
        let refused = stage.post(&path, body.clone()).await;
        refused.problem(422, "invalid");
        assert_eq!(refused.field(), field, "{body}: {}", refused.text);
    }
    let approved = stage.post(&path, sign(1)).await;
    assert_eq!((approved.status, &approved.body["approval"]), (201, &json!("two-party")), "{}", approved.text);
    let shown = stage.service.read(&format!("/v1/proposals/{offer}"), &stage.acme).await;
    assert_eq!((&shown["state"], &shown["actor"], &shown["awaited"]), (&json!("approved"), &json!("vendor"), &json!([])));
    stage.get(&path).await.problem(403, "forbidden");
}

#[tokio::test]
async fn who_pays_for_another_sees_what_it_is_billed_for() {
    let stage = Stage::new().await;
    let merge = json!({ "into": "acme", "reason": "bought" });
    stage.service.create("/v1/customers/globex/merge", &stage.admin, merge).await;
    for path in ["/v1/interactions/G-1", "/v1/interactions?customer=globex"] {
        assert!(stage.get(path).await.text.contains("G-1"), "{path}");
    }
    assert_eq!(stage.get(&format!("/v1/disputes/{}", stage.disputes[1])).await.status, 200);
    // What was issued stays whose it was, and terms stay the customer's own.
    stage.get("/v1/invoices/INV-000002").await.problem(404, "not-found");
    stage.get(&format!("/v1/proposals/{}", stage.proposals[1])).await.problem(404, "not-found");
    let globex = stage.service.customer_key("globex").await;
    assert_eq!(stage.service.call("GET", "/v1/invoices/INV-000002", &globex, Value::Null).await.status, 200);
    for path in ["/v1/interactions/T-1", "/v1/invoices/INV-000001"] {
        stage.service.call("GET", path, &globex, Value::Null).await.problem(404, "not-found");
    }
}

#[tokio::test]
async fn a_customers_key_is_of_one_side_of_one_tenant() {
    let stage = Stage::new().await;
    let service = &stage.service;
    for stranger in [service.test_key(&[Role::Admin]).await, service.other_tenant_key(&[Role::Admin]).await] {
        let key = json!({ "name": "portal", "roles": ["customer"], "customer": "acme" });
        service.call("POST", "/v1/keys", &stranger, key.clone()).await.problem(404, "not-found");
        service.create("/v1/customers", &stranger, json!({ "key": "acme" })).await;
        let made = service.create("/v1/keys", &stranger, key).await;
        assert_eq!((&made["customer"], &made["roles"]), (&json!("acme"), &json!(["customer"])));
        let own = made["secret"].as_str().expect("its secret");
        for [mine, ..] in stage.things().await {
            service.call("GET", &mine, own, Value::Null).await.problem(404, "not-found");
        }
        for path in ["/v1/invoices", "/v1/interactions", "/v1/disputes", "/v1/proposals"] {
            assert!(service.call("GET", path, own, Value::Null).await.data().is_empty(), "{path}");
        }
    }
}
