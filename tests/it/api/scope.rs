//! What belongs to one side of one tenant is not there for anybody else, whichever route is tried.

use std::collections::{BTreeMap, BTreeSet};

use assay_domain::key::Role;
use assay_tests::assay::at;
use serde_json::{Value, json};

use super::support::{DELIVERY, Service, event, lines, resolved};
use crate::app::lifecycle::secret;

/// Names that the first tenant gave. None of them is told to anybody else.
const NAMES: [&str; 6] = ["acme", "T-1", "tickets", "standard", "INV-000001", "a spare key"];

/// A request for one thing of the first tenant: method, path and body.
struct Attempt {
    method: &'static str,
    path: String,
    body: Value,
}

/// The first tenant, with one thing of each kind.
struct Stage {
    service: Service,
    /// The admin's key of the first tenant's live side.
    key: String,
    /// What to try, by the template of the path.
    attempts: BTreeMap<(&'static str, &'static str), Attempt>,
}

impl Stage {
    async fn new() -> Self {
        let service = Service::start().await;
        let key = service.key(&[Role::Admin]).await;
        service.accept(&key, &resolved("T-1", "2026-03-02")).await;
        service.lines(&key, &[], lines(&[event("T-1-opened", "T-1", "ticket.closed", "2026-03-02T09:00:00Z")])).await;
        service.sell(&key).await;
        let usd = |amount: &str| json!({ "amount": amount, "currency": "USD" });
        let settings = json!({ "hard_stop": true, "top_up": { "below": usd("600"), "amount": usd("1000") } });
        assert_eq!(service.call("PUT", "/v1/customers/acme/wallets/USD", &key, settings).await.status, 200);
        service.create("/v1/customers/acme/grants", &key, json!({ "key": "welcome", "amount": usd("550") })).await;
        let proposal = json!({ "customer": "acme", "from": "2026-06-01T00:00:00Z" });
        service.create("/v1/definitions/tickets/versions/1/proposals", &key, proposal).await;
        let approver = json!({ "name": "head of support", "public_key": secret(1).public().to_string() });
        service.create("/v1/customers/acme/approval-keys", &key, approver).await;
        let signer = json!({ "source": "crm", "customer": "acme", "public_key": secret(1).public().to_string() });
        service.create("/v1/event-keys", &key, signer).await;
        service.create("/v1/webhook-endpoints", &key, json!({ "source": "helpdesk" })).await;
        service.judge().await;
        service.create("/v1/billing-runs", &key, json!({ "period": "2026-03" })).await;
        service.bill("2026-03").await;
        service.create("/v1/keys", &key, json!({ "name": "a spare key", "roles": ["viewer"] })).await;
        service.create("/v1/backtests", &key, json!({ "definition": "tickets", "parameters": { "window": "72h" } })).await;
        contest(&service, &key).await;
        let mut stage = Self { service, key, attempts: BTreeMap::new() };
        stage.list_attempts().await;
        stage
    }

    /// The id of the last thing that a list shows.
    async fn id(&self, list: &str) -> String {
        let shown = self.service.read(list, &self.key).await;
        shown["data"].as_array().and_then(|rows| rows.last()?["id"].as_str()).expect("a thing with an id").to_owned()
    }

    /// Every route to one thing. A route that is added is missing here until it is listed.
    async fn list_attempts(&mut self) {
        let (rule, definition) = (self.id("/v1/rules").await, self.id("/v1/definitions").await);
        let (customer, interaction) = (self.id("/v1/customers").await, self.id("/v1/interactions").await);
        let (card, agreement) = (self.id("/v1/rate-cards").await, self.id("/v1/agreements").await);
        let (run, invoice, key) = (self.id("/v1/billing-runs").await, self.id("/v1/invoices").await, self.id("/v1/keys").await);
        let backtest = self.id("/v1/backtests").await;
        let receipt = self.id("/v1/receipts").await;
        let (dispute, sample) = (self.id("/v1/disputes").await, self.id("/v1/samples").await);
        let (proposal, approver) = (self.id("/v1/proposals").await, self.id("/v1/customers/acme/approval-keys").await);
        let (signer, endpoint) = (self.id("/v1/event-keys").await, self.id("/v1/webhook-endpoints").await);
        let opened = self.service.read(&format!("/v1/webhook-endpoints/{endpoint}"), &self.key).await;
        let opener = opened["secrets"][0]["id"].as_str().expect("a secret").to_owned();
        let shown = self.service.read(&format!("/v1/interactions/{interaction}"), &self.key).await;
        let told = shown["timeline"][0]["id"].as_str().expect("an event").to_owned();
        let mut read = |template: &'static str, id: &str| self.attempt("GET", template, id, Value::Null);
        read("/v1/rules/{rule}", &rule);
        read("/v1/definitions/{definition}", &definition);
        read("/v1/definitions/{definition}/versions/{number}", &definition);
        read("/v1/backtests/{backtest}", &backtest);
        read("/v1/backtests/{backtest}/differences", &backtest);
        read("/v1/definitions/{definition}/versions/{number}/differences", &definition);
        read("/v1/definitions/{definition}/versions/{number}/approvals", &definition);
        read("/v1/proposals/{proposal}", &proposal);
        read("/v1/proposals/{proposal}/document", &proposal);
        read("/v1/customers/{customer}", &customer);
        read("/v1/webhook-endpoints/{endpoint}", &endpoint);
        read("/v1/customers/{customer}/approval-keys", &customer);
        read("/v1/rate-cards/{rate_card}", &card);
        read("/v1/agreements/{agreement}", &agreement);
        read("/v1/interactions/{interaction}", &interaction);
        read("/v1/billing-runs/{run}", &run);
        read("/v1/invoices/{invoice}", &invoice);
        read("/v1/invoices/{invoice}/lines/{line}/outcomes", &invoice);
        read("/v1/invoices/{invoice}/export", &invoice);
        read("/v1/invoices/{invoice}/bundle", &invoice);
        read("/v1/receipts/{receipt}", &receipt);
        read("/v1/receipts/{receipt}/bundle", &receipt);
        read("/v1/log/tile/{*path}", "0/000.p/1");
        read("/v1/disputes/{dispute}", &dispute);
        read("/v1/disputes/{dispute}/fixture", &dispute);
        read("/v1/agreements/{agreement}/dispute-terms", &agreement);
        read("/v1/samples/{sample}", &sample);
        read("/v1/samples/{sample}/report", &sample);
        read("/v1/customers/{customer}/wallets/{currency}", &customer);
        read("/v1/keys/{key}", &key);
        let version = json!({ "rule": "resolved-ticket" });
        self.attempt("POST", "/v1/definitions/{definition}/versions", &definition, version);
        let activation = json!({ "from": "2026-05-01T00:00:00Z" });
        self.attempt("POST", "/v1/definitions/{definition}/versions/{number}/activation", &definition, activation);
        self.attempt("POST", "/v1/backtests/{backtest}/stop", &backtest, Value::Null);
        let retirement = json!({ "from": "2026-05-01T00:00:00Z", "reason": "over" });
        self.attempt("POST", "/v1/definitions/{definition}/versions/{number}/retirement", &definition, retirement);
        let offer = json!({ "from": "2026-07-01T00:00:00Z", "customer": "own" });
        self.attempt("POST", "/v1/definitions/{definition}/versions/{number}/proposals", &definition, offer);
        let approval = json!({ "customer": "own", "from": "2026-06-01T00:00:00Z" });
        self.attempt("POST", "/v1/definitions/{definition}/versions/{number}/approvals", &definition, approval);
        self.attempt("POST", "/v1/proposals/{proposal}/withdrawal", &proposal, json!({ "reason": "a mistake" }));
        self.attempt("POST", "/v1/proposals/{proposal}/rejections", &proposal, json!({ "customer": "own", "reason": "too long" }));
        let key_request = json!({ "name": "own", "public_key": secret(2).public().to_string() });
        self.attempt("POST", "/v1/customers/{customer}/approval-keys", &customer, key_request);
        let replacement = json!({ "name": "own", "public_key": secret(2).public().to_string(), "reason": "lost" });
        self.attempt_of("POST", "/v1/customers/{customer}/approval-keys/{key}/replacement", [&customer, &approver], replacement);
        let revocation = json!({ "reason": "lost" });
        self.attempt_of("POST", "/v1/customers/{customer}/approval-keys/{key}/revocation", [&customer, &approver], revocation);
        self.attempt("POST", "/v1/event-keys/{key}/revocation", &signer, json!({ "reason": "lost" }));
        self.attempt("POST", "/v1/webhook-endpoints/{endpoint}/secrets", &endpoint, json!({}));
        let ids = [endpoint.as_str(), opener.as_str()];
        self.attempt_of("POST", "/v1/webhook-endpoints/{endpoint}/secrets/{secret}/revocation", ids, json!({ "reason": "lost" }));
        let assignment = json!({ "customer": "own", "reason": "they asked" });
        self.attempt("POST", "/v1/interactions/{interaction}/assignments", &interaction, assignment);
        self.attempt("POST", "/v1/interactions/{interaction}/erasure", &interaction, json!({ "reason": "the person asked" }));
        let closed = event("own", "own", "ticket.closed", "2026-03-02T09:00:00Z");
        self.attempt("POST", "/v1/events/{event}/supersede", &told, json!({ "event": closed, "reason": "told wrong" }));
        self.attempt("POST", "/v1/customers/{customer}/merge", &customer, json!({ "into": "own", "reason": "bought" }));
        let grant = json!({ "key": "own", "amount": { "amount": "1", "currency": "USD" } });
        self.attempt("POST", "/v1/customers/{customer}/grants", &customer, grant);
        self.attempt("PUT", "/v1/customers/{customer}/wallets/{currency}", &customer, json!({ "hard_stop": false }));
        self.attempt("POST", "/v1/invoices/{invoice}/void", &invoice, json!({ "reason": "a mistake" }));
        self.attempt("POST", "/v1/invoices/{invoice}/pay", &invoice, json!({ "reference": "transfer 17" }));
        self.attempt("POST", "/v1/disputes/{dispute}/decision", &dispute, json!({ "ruling": "uphold", "reason": "so it is" }));
        self.attempt("POST", "/v1/disputes/{dispute}/appeal", &dispute, json!({ "reason": "it is not" }));
        self.attempt("POST", "/v1/disputes/{dispute}/fixture", &dispute, json!({}));
        self.attempt("POST", "/v1/definitions/{definition}/versions/{number}/fixture-trials", &definition, Value::Null);
        self.attempt("PUT", "/v1/agreements/{agreement}/dispute-terms", &agreement, json!({}));
        let judgement = json!({ "position": 1, "right": false, "reason": "it was looked at" });
        self.attempt("POST", "/v1/samples/{sample}/judgements", &sample, judgement);
        self.attempt("POST", "/v1/keys/{key}/rotation", &key, json!({}));
        self.attempt("DELETE", "/v1/keys/{key}", &key, Value::Null);
    }

    /// The first parameter of the path is the id; what is numbered within the thing is 1, and a currency is one that is used.
    fn attempt(&mut self, method: &'static str, template: &'static str, id: &str, body: Value) {
        self.attempt_of(method, template, [id, "1"], body);
    }

    /// The same where what is within the thing has an id too.
    fn attempt_of(&mut self, method: &'static str, template: &'static str, ids: [&str; 2], body: Value) {
        let mut names = ids.into_iter();
        let part = |part: &'static str| match part {
            "{currency}" => "USD".to_owned(),
            part if part.starts_with('{') => names.next().expect("two parameters").to_owned(),
            part => part.to_owned(),
        };
        let path = template.split('/').map(part).collect::<Vec<_>>().join("/") + query(template);
        self.attempts.insert((template, method), Attempt { method, path, body });
    }

    /// Admins' keys of everybody else, each with a customer of its own.
    async fn strangers(&self) -> [(&'static str, String); 2] {
        let test = self.service.test_key(&[Role::Admin]).await;
        let other = self.service.other_tenant_key(&[Role::Admin]).await;
        for key in [&test, &other] {
            self.service.create("/v1/customers", key, json!({ "key": "own" })).await;
        }
        [("the test side", test), ("another tenant", other)]
    }
}

/// A dispute that is decided for good and saved as a fixture, and a sample.
async fn contest(service: &Service, key: &str) {
    let agreements = service.read("/v1/agreements", key).await;
    let terms = format!("/v1/agreements/{}/dispute-terms", agreements["data"][0]["id"].as_str().expect("an agreement"));
    assert_eq!(service.call("PUT", &terms, key, json!({ "appeal_within": "PT0S" })).await.status, 200);
    let claim = json!({ "interaction": "T-1", "definition": "tickets", "category": "not-delivered", "claim": "it was never solved" });
    let dispute = service.create("/v1/disputes", key, claim).await;
    let place = format!("/v1/disputes/{}", dispute["id"].as_str().expect("an id"));
    service.create(&format!("{place}/decision"), key, json!({ "ruling": "reject", "reason": "the log says so" })).await;
    service.installation.clock.set(at("2026-04-15T12:00:01Z"));
    service.create(&format!("{place}/fixture"), key, json!({})).await;
    service.create("/v1/samples", key, json!({ "outcomes": 1, "period": "2026-03" })).await;
}

/// What a path must be asked with.
fn query(path: &str) -> &'static str {
    match path {
        "/v1/invoices/preview" => "?period=2026-04",
        path if path.ends_with("/export") => "?format=json",
        _ => "",
    }
}

/// The paths of the document, with what is known about each.
fn paths() -> Vec<(String, Value)> {
    let document = serde_json::to_value(assay_api::openapi()).expect("JSON");
    document["paths"].as_object().expect("paths").clone().into_iter().collect()
}

#[tokio::test]
async fn every_route_to_one_thing_is_listed() {
    let stage = Stage::new().await;
    let mut documented = BTreeSet::new();
    for (path, item) in paths().into_iter().filter(|(path, _)| path.contains('{') && path != DELIVERY) {
        documented.extend(item.as_object().expect("a path").keys().map(|method| (path.clone(), method.to_uppercase())));
    }
    let listed: BTreeSet<_> = stage.attempts.keys().map(|(path, method)| ((*path).to_owned(), (*method).to_owned())).collect();
    assert_eq!(listed, documented, "list the new route in `list_attempts`");
}

#[tokio::test]
async fn a_thing_of_another_is_not_there() {
    let stage = Stage::new().await;
    for attempt in stage.attempts.values().filter(|attempt| attempt.method == "GET") {
        stage.service.read(&attempt.path, &stage.key).await;
    }
    for (whom, key) in stage.strangers().await {
        for ((template, _), Attempt { method, path, body }) in &stage.attempts {
            let answer = stage.service.call(method, path, &key, body.clone()).await;
            assert_eq!(answer.status, 404, "{whom}: {method} {template}: {}", answer.text);
            answer.problem(404, "not-found");
            for name in NAMES {
                assert!(!answer.text.contains(name), "{whom}: {method} {template} tells {name}: {}", answer.text);
            }
        }
    }
    // Nothing of what was tried has come about.
    let untouched = stage.service.read(&stage.attempts[&("/v1/keys/{key}", "GET")].path, &stage.key).await;
    assert_eq!(untouched["expires_at"], Value::Null);
    let definition = stage.service.read("/v1/definitions/tickets", &stage.key).await;
    assert_eq!(definition["versions"].as_array().map(Vec::len), Some(1));
    assert_eq!(definition["versions"][0]["state"], "active");
    assert_eq!(stage.service.read("/v1/proposals", &stage.key).await["data"][0]["state"], "open");
    let approvers = stage.service.read("/v1/customers/acme/approval-keys", &stage.key).await;
    assert_eq!((approvers["data"].as_array().map(Vec::len), &approvers["data"][0]["ended"]), (Some(1), &Value::Null));
    assert_eq!(stage.service.read("/v1/interactions/T-1", &stage.key).await["assigned"], false);
    assert_eq!(stage.service.read("/v1/invoices/INV-000001", &stage.key).await["state"], "issued");
    let dispute = stage.service.read("/v1/disputes", &stage.key).await["data"][0].clone();
    assert_eq!((&dispute["state"], &dispute["ruling"]), (&json!("final"), &json!("reject")));
    let sample = stage.service.read(&stage.attempts[&("/v1/samples/{sample}", "GET")].path, &stage.key).await;
    assert_eq!(sample["outcomes"][0]["right"], Value::Null);
    let wallet = stage.service.read("/v1/customers/acme/wallets/USD", &stage.key).await;
    assert_eq!((&wallet["hard_stop"], wallet["lots"].as_array().map(Vec::len)), (&json!(true), Some(1)));
}

#[tokio::test]
async fn a_name_of_another_is_no_name() {
    let stage = Stage::new().await;
    let paths =
        ["/v1/definitions/tickets", "/v1/customers/acme", "/v1/rate-cards/standard", "/v1/interactions/T-1", "/v1/invoices/INV-000001"];
    for path in paths {
        stage.service.read(path, &stage.key).await;
    }
    for (_, key) in stage.strangers().await {
        for path in paths {
            stage.service.call("GET", path, &key, Value::Null).await.problem(404, "not-found");
        }
        let agreement = |customer: &str| json!({ "customer": customer, "definitions": [{ "definition": "tickets" }], "rate_card": "standard", "from": "2026-03-01T00:00:00Z" });
        for (path, body) in [
            ("/v1/agreements", agreement("acme")),
            ("/v1/agreements", agreement("own")),
            ("/v1/rate-cards", super::support::card()),
            ("/v1/interactions/T-1/assignments", json!({ "customer": "own", "reason": "they asked" })),
            ("/v1/customers/acme/grants", json!({ "key": "own", "amount": { "amount": "1", "currency": "USD" } })),
            ("/v1/invoices/INV-000001/void", json!({ "reason": "a mistake" })),
            ("/v1/retries", json!({ "interaction": "T-1" })),
            ("/v1/backtests", json!({ "definition": "tickets" })),
            ("/v1/disputes", json!({ "interaction": "T-1", "definition": "tickets", "category": "other", "claim": "it is wrong" })),
            ("/v1/samples", json!({ "outcomes": 1, "period": "2026-03", "customer": "acme" })),
        ] {
            stage.service.call("POST", path, &key, body).await.problem(404, "not-found");
        }
    }
    let key = stage.service.other_tenant_key(&[Role::Admin]).await;
    let version = json!({ "rule": "resolved-ticket" });
    stage.service.call("POST", "/v1/definitions/own/versions", &key, version).await.problem(404, "not-found");
}

#[tokio::test]
async fn a_list_shows_nothing_of_another() {
    let stage = Stage::new().await;
    let ids: Vec<&str> = stage.attempts.values().filter_map(|attempt| attempt.path.split('/').nth(3)).collect();
    for (path, _) in paths().into_iter().filter(|(path, item)| path.starts_with("/v1/") && !path.contains('{') && !item["get"].is_null()) {
        if path == "/v1/tenants" {
            continue;
        }
        let path = format!("{path}{}", query(&path));
        let mine = stage.service.call("GET", &path, &stage.key, Value::Null).await;
        assert_eq!(mine.status, 200, "{path}: {}", mine.text);
        for (whom, key) in [
            ("the test side", stage.service.test_key(&[Role::Admin]).await),
            ("another tenant", stage.service.other_tenant_key(&[Role::Admin]).await),
        ] {
            let theirs = stage.service.call("GET", &path, &key, Value::Null).await;
            assert_eq!(theirs.status, 200, "{whom}: {path}: {}", theirs.text);
            for told in NAMES.iter().chain(&ids).filter(|told| mine.text.contains(**told)) {
                assert!(!theirs.text.contains(*told), "{whom}: {path} tells {told}: {}", theirs.text);
            }
            // What everybody has: keys and the log of their making; and a rule is there for both sides.
            let own = ["/v1/keys", "/v1/operations"].contains(&path.as_str()) || (path == "/v1/rules" && whom == "the test side");
            if let Some(rows) = theirs.body["data"].as_array().filter(|_| !own) {
                assert!(rows.is_empty(), "{whom}: {path}: {}", theirs.text);
                assert!(!mine.data().is_empty(), "{path} has something to hide");
            }
        }
    }
}

#[tokio::test]
async fn a_report_counts_nothing_of_another() {
    let stage = Stage::new().await;
    for (whom, key) in stage.strangers().await {
        let report = stage.service.read("/v1/reports/outcomes", &key).await;
        assert_eq!(report, json!({ "events": 0, "conflicts": 0, "interactions": 0, "unassigned": 0, "waiting": 0, "rows": [] }), "{whom}");
        let overview = stage.service.read("/v1/reports/overview", &key).await;
        assert_eq!((&overview["succeeded"], &overview["success_rate"]), (&json!(0), &Value::Null), "{whom}");
        let query = "/v1/reports/overview?definition=tickets";
        stage.service.call("GET", query, &key, Value::Null).await.problem(404, "not-found");
        let disputes = stage.service.read("/v1/reports/disputes", &key).await;
        assert_eq!((disputes["rows"].as_array().map(Vec::len), &disputes["rows"][0]["disputes"]), (Some(1), &json!(0)), "{whom}");
        let economics = stage.service.read("/v1/reports/economics?from=2025-01&through=2026-12", &key).await;
        assert_eq!((&economics["rows"], &economics["cost"], &economics["unreadable"]), (&json!([]), &json!([]), &json!(0)), "{whom}");
        let audit = stage.service.read("/v1/reports/ledger", &key).await;
        assert_eq!((&audit["transfers"], &audit["violations"]), (&json!(0), &json!([])), "{whom}");
        for path in ["/v1/transfers?customer=acme", "/v1/balances?customer=acme", "/v1/invoices?customer=acme"] {
            stage.service.call("GET", path, &key, Value::Null).await.problem(404, "not-found");
        }
    }
}

#[tokio::test]
async fn the_operator_sees_no_tenants_data() {
    let stage = Stage::new().await;
    let operator = stage.service.operator().await;
    for Attempt { method, path, body } in stage.attempts.values() {
        stage.service.call(method, path, &operator, body.clone()).await.problem(403, "forbidden");
    }
}
