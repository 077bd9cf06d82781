//! The audit log: whatever changes anything is an entry in it, and whatever changes nothing is none.

use assay_app::{AgreementRequest, Page, VersionRequest};
use assay_domain::{key::Role, time::Duration};
use assay_tests::{
    assay::{Installation, at},
    components,
};
use serde_json::{Value, json};

use super::{
    stage::ORDINARY,
    support::{bill, complaint, drain, dump, ingest, month, standard, tickets},
};

/// The audit log as far as it was read.
struct Log<'a> {
    installation: &'a Installation,
    read: i64,
}

impl<'a> Log<'a> {
    async fn new(installation: &'a Installation) -> Self {
        let mut log = Self { installation, read: 0 };
        log.news().await;
        log
    }

    /// The actions of the entries since the last look.
    async fn news(&mut self) -> Vec<String> {
        let sql = format!("select id, action, actor from operations where id > {} order by id", self.read);
        let rows = self.installation.raw().await.rows(&sql).await;
        self.read = rows.last().map_or(self.read, |row| row[0].parse().expect("a number"));
        // An engine is let in when it is first needed, on nobody's behalf.
        let (admitted, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row[1] == "engine.admit");
        assert!(admitted.iter().all(|row| row[2] == "engine"), "{admitted:?}");
        assert!(rows.iter().all(|row| row[2] == "test"), "{rows:?}");
        rows.into_iter().map(|row| row[1].clone()).collect()
    }
}

fn request(customer: &str, definition: &str) -> AgreementRequest {
    AgreementRequest {
        customer: customer.into(),
        definitions: vec![(definition.into(), None)],
        parties: Default::default(),
        rate_card: "standard".into(),
        overrides: Default::default(),
        from: at("2016-03-01T00:00:00Z"),
        until: None,
    }
}

#[tokio::test]
async fn every_change_is_an_entry() {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    let mut log = Log::new(&installation).await;

    installation.tenant("other").await;
    assert_eq!(log.news().await, ["tenant.create"]);
    assay.push_rule(caller, components::resolved_ticket()).await.expect("a rule");
    assert_eq!(log.news().await, ["rule.push", "rule.push"], "for each side of the tenant");
    let version = VersionRequest {
        definition: "fixed".into(),
        rule: "resolved-ticket".into(),
        parameters: Vec::new(),
        timing: ORDINARY,
        active_from: None,
    };
    assay.create_version(caller, &version).await.expect("a version");
    assert_eq!(log.news().await, ["version.create"]);
    assay.activate_version(caller, "fixed", 1, at("2016-01-01T00:00:00Z")).await.expect("in force");
    assert_eq!(log.news().await, ["version.activate"]);

    ingest(&installation, caller, tickets("acme", 5, 4)).await;
    assert_eq!(log.news().await, ["events.ingest"]);
    drain(&installation, caller).await;
    assert_eq!(log.news().await, ["outcomes.settle"]);
    assay.create_customer(caller, "globex").await.expect("a customer");
    assert_eq!(log.news().await, ["customer.confirm"]);
    assay.assign_interaction(caller, "acme-0", "globex", "they asked").await.expect("assigned");
    assert_eq!(log.news().await, ["interaction.assign"]);
    assay.create_rate_card(caller, &standard()).await.expect("a card");
    assert_eq!(log.news().await, ["rate-card.create"]);
    assay.create_agreements(caller, &[request("acme", "fixed"), request("globex", "fixed")]).await.expect("agreements");
    assert_eq!(log.news().await, ["agreement.create"]);
    bill(&installation, caller, "2016-03").await;
    assert_eq!(log.news().await, ["run.start", "outcomes.settle", "run.freeze", "invoice.issue", "run.finish"]);
}

#[tokio::test]
async fn what_changes_nothing_is_no_entry() {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    ingest(&installation, caller, tickets("acme", 2, 2)).await;
    drain(&installation, caller).await;
    installation.agree(caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
    bill(&installation, caller, "2016-03").await;
    let before = dump(&installation, caller).await;
    let mut log = Log::new(&installation).await;

    assert_eq!(drain(&installation, caller).await.judged, 0);
    bill(&installation, caller, "2016-03").await;
    assay.interaction(caller, "acme-0").await.expect("an interaction");
    assay.invoice(caller, "INV-000001", Some(1)).await.expect("an invoice");
    assay.outcome_report(caller).await.expect("a report");
    for (refused, remedy) in [
        (complaint(assay.create_tenant("test", "vendor", "again").await), "choose another name"),
        (complaint(assay.create_tenant("test", "Not A Slug", "").await), "use a-z, 0-9 and -"),
        (complaint(assay.create_rate_card(caller, &standard()).await), "give the new one another name"),
        (complaint(assay.activate_version(caller, "fixed", 1, assay.now()).await), "write a new version instead"),
        (complaint(assay.create_agreements(caller, &[request("acme", "fixed")]).await), "start when the old one ends"),
        (complaint(assay.assign_interaction(caller, "nothing", "acme", "they asked").await), "by the subject of its events"),
        (complaint(assay.bill(caller, month("2016-04"), |_| {}).await), "bill it from 2016-05-01T00:00:00Z on"),
        (complaint(assay.push_rule(caller, b"not a component").await), "upload.malformed"),
    ] {
        assert!(refused.contains(remedy), "{refused:?} does not say {remedy:?}");
    }
    assert_eq!(log.news().await, [""; 0]);
    assert_eq!(dump(&installation, caller).await, before);
}

#[tokio::test]
async fn an_entry_tells_who_did_what_to_what_and_when() {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let Installation { assay, caller, clock, .. } = &installation;
    ingest(&installation, caller, tickets("acme", 1, 0)).await;
    assay.create_customer(caller, "globex").await.expect("a customer");
    clock.set(at("2016-04-03T00:00:00Z"));
    let alice = assay_app::Caller { actor: "alice".into(), ..caller.clone() };
    assay.assign_interaction(&alice, "acme-0", "globex", "they asked").await.expect("assigned");
    let log = assay.operations(caller, None, 1).await.expect("the log");
    let entry = log.first().expect("an entry");
    let id = assay.interaction(caller, "acme-0").await.expect("an interaction").id.to_string();
    assert_eq!((entry.actor.as_str(), entry.action.as_str(), &entry.subject), ("alice", "interaction.assign", &id));
    assert_eq!(entry.at, at("2016-04-03T00:00:00Z"));
    assert!(entry.after.as_ref().is_some_and(|after| after.contains("they asked")), "{entry:?}");
}

/// What the newest entry of an action says was there before, and is since.
async fn told(installation: &Installation, action: &str) -> [Value; 2] {
    let log = installation.assay.operations(&installation.caller, None, 100).await.expect("the log");
    let entry = log.into_iter().find(|entry| entry.action == action).unwrap_or_else(|| panic!("there is no {action}"));
    [entry.before, entry.after].map(|json| json.map_or(Value::Null, |json| serde_json::from_str(&json).expect("JSON")))
}

/// Whether an object has all members of another.
fn has(object: &Value, members: &Value) -> bool {
    members.as_object().expect("members").iter().all(|(name, value)| object.get(name) == Some(value))
}

#[tokio::test]
async fn an_entry_tells_what_was_there_before_wherever_something_was() {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    ingest(&installation, caller, tickets("acme", 2, 2)).await;
    drain(&installation, caller).await;
    assay.create_customer(caller, "globex").await.expect("a customer");
    assert_eq!(told(&installation, "customer.confirm").await[0], Value::Null, "nobody knew it");
    assay.create_customer(caller, "acme").await.expect("a customer");
    installation.agree(caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
    bill(&installation, caller, "2016-03").await;
    assay.merge_customer(caller, "acme", "globex", "bought").await.expect("merged");
    let token = installation.key(caller, &[Role::Viewer]).await;
    let (session, until) = assay.open_session(&token).await.expect("asked").expect("let in");
    assay.close_session(&session).await.expect("closed");
    let key = assay.keys(caller, Page::ALL).await.expect("keys")[0].id;
    let next = assay.rotate_key(caller, key, Duration::hours(24)).await.expect("a key").view.id;
    assay.revoke_key(caller, next).await.expect("ended");
    let ends = json!({ "key": key, "expires_at": "2016-04-03T00:00:00Z" });
    let rows = [
        ("customer.confirm", json!({ "key": "acme", "standing": "unconfirmed" }), json!({ "key": "acme", "standing": "confirmed" })),
        ("customer.merge", json!({ "payer": "acme", "standing": "confirmed" }), json!({ "payer": "globex", "reason": "bought" })),
        ("run.freeze", json!({ "state": "draining", "usage_until": null }), json!({ "state": "issuing" })),
        ("run.finish", json!({ "state": "issuing" }), json!({ "state": "finished" })),
        ("session.close", json!({ "session": "open" }), json!({ "session": "closed" })),
        ("key.rotate", json!({ "key": key, "expires_at": null }), json!({ "expires_at": null, "replaces": ends })),
        ("key.revoke", json!({ "name": "a key", "expires_at": null }), json!({ "name": "a key", "expires_at": "2016-04-02T00:00:00Z" })),
    ];
    for (action, before, after) in rows {
        let [had, now] = told(&installation, action).await;
        assert!(has(&had, &before) && has(&now, &after), "{action}: {had} and {now}");
    }
    let [before, after] = told(&installation, "session.open").await;
    assert_eq!((before, after), (Value::Null, json!({ "session": "open", "until": until })));
    let [frozen, finished] = [told(&installation, "run.freeze").await, told(&installation, "run.finish").await];
    assert!(frozen[1]["usage_until"].is_i64() && frozen[1] == finished[0], "{frozen:?} and {finished:?}");
}
