//! The chained audit log: whatever is done to it in the database is found and named, and nobody else is in the way.

use assay_app::{Assay, AuditReport, Caller, Loops};
use assay_domain::audit::AuditHead;
use assay_tests::{assay::Installation, components, raw::Raw};
use tokio::sync::watch;

use super::{
    stage::ORDINARY,
    support::{alter, bill, drain, ingest, number, standard, tickets},
};

async fn customer(assay: &Assay, caller: &Caller, key: &str) {
    assay.create_customer(caller, key).await.expect("a customer");
}

async fn verify(assay: &Assay, caller: &Caller, kept: Option<AuditHead>) -> AuditReport {
    assay.verify_audit(caller, kept, |_, _| {}).await.expect("a report")
}

/// What is wrong, and with which operation.
fn short(report: &AuditReport) -> Option<(&'static str, Option<i64>)> {
    report.violation.as_ref().map(|violation| (violation.wrong.name(), violation.operation.map(|operation| operation.0)))
}

/// An installation whose first tenant has seven operations; between its third and its fourth another tenant has one.
struct Stage {
    installation: Installation,
    other: Caller,
    /// The head of the first three operations, and of all.
    kept: [AuditHead; 2],
    names: Vec<(String, String)>,
    raw: Raw,
}

impl Stage {
    async fn new() -> Self {
        let installation = Installation::new("2016-03-01T00:00:00Z").await;
        let Installation { assay, caller, .. } = &installation;
        customer(assay, caller, "a").await;
        customer(assay, caller, "b").await;
        let first = assay.audit_head(caller).await.expect("a head");
        let other = installation.tenant("other").await;
        for key in ["c", "d", "a", "e"] {
            customer(assay, caller, key).await;
        }
        let kept = [first, assay.audit_head(caller).await.expect("a head")];
        assert_eq!(kept.map(|head| head.size), [3, 7]);
        let mut raw = installation.raw().await;
        let names = names(&mut raw, caller, &other).await;
        raw.unguarded().await;
        for table in ["operations", "audit_chain"] {
            raw.run(&format!("create table kept_{table} as select * from {table}")).await;
        }
        Self { other, kept, names, raw, installation }
    }

    /// A text with the numbers of tenants and operations in the place of their names.
    fn named(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (name, number)| text.replace(name, number))
    }

    /// Does something behind everybody's back.
    async fn tamper(&mut self, name: &str, statements: &[&str]) {
        for sql in statements {
            let sql = self.named(sql);
            assert!(self.raw.run(&sql).await > 0, "{name}: {sql} alters nothing");
        }
    }

    async fn restore(&mut self) {
        for table in ["operations", "audit_chain"] {
            self.raw.run(&format!("delete from {table}")).await;
            self.raw.run(&format!("insert into {table} select * from kept_{table}")).await;
        }
    }

    async fn found(&self, kept: Option<AuditHead>) -> Option<(&'static str, Option<i64>)> {
        let Installation { assay, caller, .. } = &self.installation;
        short(&verify(assay, caller, kept).await)
    }

    /// The operation that is meant.
    fn operation(&self, name: &str) -> i64 {
        self.named(name).parse().expect("a number")
    }
}

/// What statements call the tenants, the first one's operations, and the other's first.
async fn names(raw: &mut Raw, caller: &Caller, other: &Caller) -> Vec<(String, String)> {
    let (tenant, other) = (caller.tenant.0, other.tenant.0);
    let own = raw.texts(&format!("select id from operations where tenant = {tenant} order by id")).await;
    let foreign = raw.number(&format!("select min(id) from operations where tenant = {other}")).await;
    let number = |id: &String| id.parse::<i64>().expect("a number");
    assert!(number(&own[2]) < foreign && foreign < number(&own[3]), "{own:?} and {foreign}");
    let numbered = (1..).zip(own).map(|(n, id)| (format!("{{{n}}}"), id));
    let known = [("{tenant}", tenant), ("{other}", other), ("{foreign}", foreign)].map(|(name, id)| (name.to_owned(), id.to_string()));
    numbered.chain(known).collect()
}

/// What is done, by which statements, and what is said then, and of which operation.
type Tampering = (&'static str, &'static [&'static str], Option<(&'static str, &'static str)>);

const TAMPERINGS: &[Tampering] = &[
    ("the actor", &["update operations set actor = 'mallory' where id = {3}"], Some(("altered", "{3}"))),
    ("the action", &["update operations set action = 'customer.merge' where id = {3}"], Some(("altered", "{3}"))),
    ("the subject", &["update operations set subject = 'x' where id = {3}"], Some(("altered", "{3}"))),
    ("what was before", &["update operations set before = null where id = {6}"], Some(("altered", "{6}"))),
    ("that nothing was before", &["update operations set before = '' where id = {3}"], Some(("altered", "{3}"))),
    ("what is since", &["update operations set after = null where id = {3}"], Some(("altered", "{3}"))),
    ("the time", &["update operations set at = at + 1 where id = {3}"], Some(("altered", "{3}"))),
    ("the first", &["update operations set actor = 'mallory' where id = {1}"], Some(("altered", "{1}"))),
    ("the last", &["update operations set actor = 'mallory' where id = {7}"], Some(("broken", "{7}"))),
    ("whose it is", &["update operations set tenant = {other} where id = {3}"], Some(("missing", "{3}"))),
    ("that it is anybody's", &["update operations set tenant = null where id = {3}"], Some(("missing", "{3}"))),
    (
        "its number",
        &["delete from operations where id = {foreign}", "update operations set id = {foreign} where id = {3}"],
        Some(("moved", "{3}")),
    ),
    ("its number, so that it is chained once more", &["update operations set id = id + 1000 where id = {3}"], Some(("missing", "{3}"))),
    ("the first taken away", &["delete from operations where id = {1}"], Some(("missing", "{1}"))),
    ("one taken away", &["delete from operations where id = {4}"], Some(("missing", "{4}"))),
    ("the last taken away", &["delete from operations where id = {7}"], Some(("missing", "{7}"))),
    (
        "one put in between",
        &[
            "delete from operations where id = {foreign}",
            "insert into operations (id, tenant, actor, action, subject, at) values ({foreign}, {tenant}, 'mallory', 'x', 'x', 0)",
        ],
        Some(("unchained", "{foreign}")),
    ),
    (
        "one put in before the first",
        &["insert into operations (id, tenant, actor, action, subject, at) values (0, {tenant}, 'mallory', 'x', 'x', 0)"],
        Some(("unchained", "0")),
    ),
    ("one taken over from another", &["update operations set tenant = {tenant} where id = {foreign}"], Some(("unchained", "{foreign}"))),
    (
        "two whose numbers are exchanged",
        &[
            "update operations set id = -1 where id = {3}",
            "update operations set id = {3} where id = {5}",
            "update operations set id = {5} where id = -1",
        ],
        Some(("moved", "{3}")),
    ),
    (
        "two that are exchanged",
        &["update operations set subject = (select k.subject from kept_operations k where k.id = {4} + {5} - operations.id), \
           after = (select k.after from kept_operations k where k.id = {4} + {5} - operations.id) where id in ({4}, {5})"],
        Some(("moved", "{4}")),
    ),
    ("a link taken away", &["delete from audit_chain where tenant = {tenant} and position = 4"], Some(("link-missing", "{4}"))),
    ("the first link taken away", &["delete from audit_chain where tenant = {tenant} and position = 1"], Some(("link-missing", "{1}"))),
    (
        "a link rewritten",
        &["update audit_chain set hash = (select k.hash from kept_audit_chain k where k.tenant = {tenant} and k.position = 1) \
           where tenant = {tenant} and position = 4"],
        Some(("link-altered", "{4}")),
    ),
    (
        "a link cut short",
        &["update audit_chain set hash = substr(hash, 1, 5) where tenant = {tenant} and position = 4"],
        Some(("link-altered", "{4}")),
    ),
    (
        "a link about another",
        &["update audit_chain set operation = operation + 1000 where tenant = {tenant} and position = 4"],
        Some(("link-altered", "{4}")),
    ),
    (
        "a link at another place",
        &["update audit_chain set position = 0 where tenant = {tenant} and position = 4"],
        Some(("link-altered", "{4}")),
    ),
    (
        "the last link cut short",
        &["update audit_chain set hash = substr(hash, 1, 5) where tenant = {tenant} and position = 7"],
        Some(("broken", "{7}")),
    ),
    (
        "the last link put beyond all",
        &["update audit_chain set position = 9223372036854775807 where tenant = {tenant} and position = 7"],
        Some(("link-missing", "{7}")),
    ),
    (
        "one taken away with its link",
        &["delete from operations where id = {4}", "delete from audit_chain where tenant = {tenant} and position = 4"],
        Some(("link-missing", "{5}")),
    ),
    ("the last link taken away, which is put back", &["delete from audit_chain where tenant = {tenant} and position = 7"], None),
    ("every link taken away, all of which are put back", &["delete from audit_chain where tenant = {tenant}"], None),
    ("what another has done", &["update operations set actor = 'mallory' where id = {foreign}"], None),
];

#[tokio::test]
async fn whatever_is_done_to_the_log_in_the_database_is_named() {
    let mut stage = Stage::new().await;
    for (name, statements, expect) in TAMPERINGS {
        stage.tamper(name, statements).await;
        let expect = expect.map(|(wrong, operation)| (wrong, Some(stage.operation(operation))));
        assert_eq!(stage.found(None).await, expect, "{name}");
        stage.restore().await;
        assert_eq!(stage.found(Some(stage.kept[1])).await, None, "{name}, and put right");
    }
}

/// PostgreSQL lets nobody store such a text.
#[tokio::test]
async fn what_was_made_unreadable_is_named_and_stops_nothing_else() {
    let mut stage = Stage::new().await;
    if !stage.installation.is_file() {
        let refused = stage.raw.execute("update operations set after = convert_from('\\xff', 'UTF8')").await;
        assert!(refused.expect_err("it is refused").contains("invalid byte sequence"));
        return;
    }
    for column in ["actor", "action", "subject", "before", "after"] {
        stage.tamper(column, &[&format!("update operations set {column} = cast(x'ff' as text) where id = {{3}}")]).await;
        assert_eq!(stage.found(None).await, Some(("unreadable", Some(stage.operation("{3}")))), "{column}");
        stage.restore().await;
    }
    let Installation { assay, caller, .. } = &stage.installation;
    customer(assay, caller, "f").await;
    stage.raw.run("update operations set after = cast(x'ff' as text) where id = (select max(id) from operations)").await;
    customer(assay, caller, "g").await;
    let report = verify(assay, caller, Some(stage.kept[1])).await;
    let said = report.violation.as_ref().expect("it is found").to_string();
    assert!(said.contains("operation 8 of the log") && said.contains("its after was made unreadable"), "{said}");
    assert_eq!((report.head, report.waiting), (stage.kept[1], 2), "{report:?}");
    customer(assay, caller, "h").await;
    assert!(assay.chain(caller).await.is_err(), "whoever chains hears of it");
    assert_eq!(verify(assay, &stage.other, None).await.violation, None, "another's log is chained");
}

#[tokio::test]
async fn a_head_that_was_kept_shows_an_end_that_was_cut_off_and_a_chain_that_was_written_anew() {
    let mut stage = Stage::new().await;
    let [early, late] = stage.kept;
    let rows: [(&str, &[&str], _); 3] = [
        (
            "its end cut off",
            &[
                "delete from operations where tenant = {tenant} and id >= {5}",
                "delete from audit_chain where tenant = {tenant} and position >= 5",
            ],
            Some(("truncated", Some("{4}"))),
        ),
        (
            "written anew from one on",
            &[
                "update operations set actor = 'mallory' where id = {4}",
                "delete from audit_chain where tenant = {tenant} and position >= 4",
            ],
            Some(("rewritten", Some("{7}"))),
        ),
        (
            "all of it gone",
            &["delete from operations where tenant = {tenant}", "delete from audit_chain where tenant = {tenant}"],
            Some(("truncated", None)),
        ),
    ];
    for (name, statements, expect) in rows {
        stage.tamper(name, statements).await;
        assert_eq!(stage.found(None).await, None, "{name}: by itself the chain does not tell");
        let expect = expect.map(|(wrong, operation)| (wrong, operation.map(|name| stage.operation(name))));
        assert_eq!(stage.found(Some(late)).await, expect, "{name}");
        let is_later = !name.starts_with("all");
        assert_eq!(stage.found(Some(early)).await.is_none(), is_later, "{name}: what was there earlier");
        stage.restore().await;
    }
    assert_eq!([stage.found(Some(early)).await, stage.found(Some(late)).await], [None, None]);
}

#[tokio::test]
async fn two_that_chain_at_the_same_time_chain_each_operation_once() {
    let installation = Installation::new("2016-03-01T00:00:00Z").await;
    let caller = &installation.caller;
    let another = Assay::new(installation.open().await, components::engine().clone(), installation.world(), 1).expect("a service");
    let work = async |assay: &Assay, name: &str| {
        for n in 0..20 {
            customer(assay, caller, &format!("{name}-{n}")).await;
            assay.chain(caller).await.expect("chained");
        }
    };
    tokio::join!(work(&*installation.assay, "one"), work(&another, "other"));
    let mine = format!("where tenant = {}", caller.tenant.0);
    let twice = format!("select count(*) from (select operation from audit_chain {mine} group by operation having count(*) > 1) as twice");
    assert_eq!(number(&installation, &twice).await, 0);
    assert_eq!(number(&installation, &format!("select count(*) from audit_chain {mine}")).await, 41);
    for assay in [&*installation.assay, &another] {
        let report = verify(assay, caller, None).await;
        assert_eq!((report.violation, report.head.size, report.waiting), (None, 41, 0));
    }
}

#[tokio::test]
async fn what_was_recorded_before_there_was_a_chain_is_chained_in_pieces() {
    let mut stage = Stage::new().await;
    let more = "insert into operations (tenant, actor, action, subject, at) \
                select {tenant}, 'old', 'old', 'old', 0 from kept_operations a, kept_operations b, kept_operations c, kept_operations d limit 2500";
    stage.tamper("many", &[more]).await;
    stage.raw.run("delete from audit_chain").await;
    let Installation { assay, caller, .. } = &stage.installation;
    let before = assay.check_audit(caller).await.expect("a report");
    assert_eq!((before.head, before.waiting, before.holds()), (AuditHead::EMPTY, 2_507, true), "who only looks chains nothing");
    let mut told = Vec::new();
    let report = assay.verify_audit(caller, Some(stage.kept[1]), |done, total| told.push((done, total))).await.expect("a report");
    assert_eq!((report.head.size, report.waiting, report.violation), (2_507, 0, None));
    assert_eq!(told.last(), Some(&(2_507, 2_507)));
    assert!(told.len() > 2, "{told:?}");
    let far = stage.named("select operation from audit_chain where tenant = {tenant} and position = 2048");
    let far = stage.raw.number(&far).await;
    stage.raw.run(&format!("update operations set actor = 'mallory' where id = {far}")).await;
    assert_eq!(stage.found(None).await, Some(("altered", Some(far))));
    stage.raw.run(&format!("update operations set actor = 'old' where id = {far}")).await;
    stage.raw.run(&format!("delete from operations where id = {far}")).await;
    assert_eq!(stage.found(None).await, Some(("missing", Some(far))));
}

#[tokio::test]
async fn each_tenant_and_the_installation_have_a_log_of_their_own() {
    let installation = Installation::new("2016-04-01T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    let other = installation.tenant("other").await;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    ingest(&installation, caller, tickets("acme", 1, 1)).await;
    drain(&installation, caller).await;
    assay.chain(caller).await.expect("chained");
    let own = verify(assay, caller, None).await;
    let test = verify(assay, &installation.test_side(caller).await, None).await;
    let theirs = verify(assay, &other, None).await;
    let all = assay.verify_installation_audit(None, |_, _| {}).await.expect("a report");
    let sizes = [&own, &test, &theirs, &all].map(|report| (report.head.size, report.waiting, report.holds()));
    // A rule is pushed to both sides; an engine is let in on nobody's behalf.
    assert_eq!(sizes, [(5, 0, true), (1, 0, true), (1, 0, true), (1, 0, true)], "{own:?}");
    assert_eq!(assay.installation_audit_head().await.expect("a head"), all.head);
    let foreign = assay.verify_audit(&other, Some(own.head), |_, _| {}).await.expect("a report");
    assert_eq!(short(&foreign).map(|(wrong, _)| wrong), Some("truncated"), "another's head is none of this log");
    alter(&installation, "update operations set actor = 'mallory' where tenant is null").await;
    let found = assay.check_installation_audit().await.expect("a report");
    assert_eq!(short(&found).map(|(wrong, _)| wrong), Some("broken"));
    assert!(verify(assay, caller, Some(own.head)).await.holds());
}

#[tokio::test]
async fn a_worker_chains_what_it_finds_and_what_comes_until_it_ends() {
    let installation = Installation::new("2016-03-01T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    let loops = |evaluate, bill| Loops { evaluate, bill };
    for (name, loops, chains) in [
        ("one that does nothing", loops(false, false), false),
        ("one that judges", loops(true, false), true),
        ("one that bills", loops(false, true), true),
    ] {
        customer(assay, caller, name).await;
        let (stop, stopped) = watch::channel(false);
        let working = async {
            customer(assay, caller, &format!("{name}, meanwhile")).await;
            stop.send_replace(true);
        };
        tokio::join!(assay.work_on(loops, stopped), working);
        let report = assay.check_audit(caller).await.expect("a report");
        assert_eq!((report.waiting == 0, report.holds()), (chains, true), "{name}: {report:?}");
    }
}

#[tokio::test]
async fn what_a_billing_run_freezes_is_chained() {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    ingest(&installation, caller, tickets("acme", 2, 2)).await;
    drain(&installation, caller).await;
    installation.agree(caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
    bill(&installation, caller, "2016-03").await;
    let frozen = "select count(*) from audit_chain c join operations o on o.id = c.operation where o.action = 'run.freeze'";
    assert_eq!(number(&installation, frozen).await, 1);
    let report = verify(assay, caller, None).await;
    assert_eq!((report.holds(), report.waiting), (true, 0));
}
