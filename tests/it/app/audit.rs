//! What was judged is executed again: it comes out the same, and what does not is found, written down and told.

use assay_app::{Assay, Check, DifferenceView, Page, ReplayReport, ReplayRequest, Selection};
use assay_domain::{event::NewEvent, id::EvaluationId, time::Duration};
use assay_tests::{
    assay::{Installation, at},
    hostile::{Hostile, Verdict},
};

use super::{
    stage::ORDINARY,
    support::{accept, alter, complaint, drain, event, number, tickets},
};

const JUDGED_AT: &str = "2016-03-20T00:00:00Z";

/// Everything.
fn all() -> ReplayRequest {
    ReplayRequest { which: Selection::All, definition: None, laws: false }
}

async fn replay(assay: &Assay, installation: &Installation, request: &ReplayRequest) -> ReplayReport {
    assay.replay(&installation.caller, request, |_, _| {}).await.expect("a report")
}

/// Fails what has an even number of events, and traps on the rest.
fn odd() -> Hostile {
    let traps = "(if (i32.and (local.get $events-len) (i32.const 1)) (then (unreachable)))";
    Hostile::unexamined().verdict(Verdict::bare(1).evidence([0]).note("even")).evaluate(traps)
}

/// Fails what it is asked about up to a time, and is not about it when it is asked later.
fn fickle(until: &str) -> Hostile {
    let mut rule = Hostile::unexamined().verdict(Verdict::bare(1));
    let (later, until) = (rule.place(&Verdict::bare(4).answer()), at(until).micros());
    rule.evaluate(format!("(if (i64.gt_s (local.get $as-of) (i64.const {until})) (then (return (i32.const {later}))))"))
}

/// Interactions of one event and of two, by turns.
fn pings(interactions: u32) -> Vec<NewEvent> {
    let from = at("2016-03-02T00:00:00Z");
    let ping = |n: u32, k: u32| {
        let (subject, when) = (format!("ping-{n}"), from.plus(Duration::seconds(60 * n + k)));
        event(&subject, &format!("{subject}-{k}"), "ping", when, Some("acme"))
    };
    (0..interactions).flat_map(|n| (0..=n % 2).map(move |k| (n, k))).map(|(n, k)| ping(n, k)).collect()
}

/// Tickets and pings, judged when they came, once more when a late event came, and once more when deadlines had passed.
async fn judged() -> Installation {
    let installation = Installation::new(JUDGED_AT).await;
    let Installation { caller, clock, .. } = &installation;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    installation.define_hostile(&installation.caller, "odd", odd(), ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, tickets("acme", 30, 20)).await;
    accept(&installation, caller, pings(12)).await;
    assert_eq!(drain(&installation, caller).await.faults, 6);
    let late = event("acme-0", "late", "ticket.reopened", at("2016-03-02T02:00:00Z"), None);
    accept(&installation, caller, vec![late]).await;
    assert_eq!(drain(&installation, caller).await.evaluated, 1);
    clock.set(at("2016-07-01T00:00:00Z"));
    assert_eq!(drain(&installation, caller).await.evaluated, 11, "those that were never resolved, and the one that was reopened");
    installation
}

/// How many evaluations there are, and how many of them have an even number.
async fn recorded(installation: &Installation) -> (u64, u64) {
    let count = async |sql: &'static str| u64::try_from(number(installation, sql).await).expect("a count");
    (count("select count(*) from evaluations").await, count("select count(*) from evaluations where id % 2 = 0").await)
}

/// The numbers of evaluations that ended in success, the first ones.
async fn successes(installation: &Installation) -> Vec<i64> {
    let ids = installation.raw().await.texts("select id from evaluations where conclusion = 'success' order by id").await;
    ids.iter().map(|id| id.parse().expect("a number")).collect()
}

#[tokio::test]
async fn what_was_judged_comes_out_the_same_with_either_memory_and_keeps_both_laws() {
    let installation = judged().await;
    let Installation { assay, caller, .. } = &installation;
    let (count, even) = recorded(&installation).await;
    assert_eq!((count, even), (54, 27));
    for laws in [false, true] {
        let mut steps = Vec::new();
        let report = assay.replay(caller, &ReplayRequest { laws, ..all() }, |done, total| steps.push((done, total))).await;
        let report = report.expect("a report");
        assert_eq!((report.difference_count, &report.differences), (0, &Vec::new()));
        assert_eq!((report.executed, report.on_demand, report.unreplayable, report.unexecuted.len()), (count, even, 0, 0));
        assert_eq!(steps, [(count, count)]);
        assert!(report.is_admitted);
    }
    assert_eq!(number(&installation, "select count(*) from discrepancies").await, 0);
    assert_eq!(number(&installation, "select count(*) from operations where action like 'audit%'").await, 0);
    let sample = assay.audit_sample(caller, 8).await.expect("a report");
    assert_eq!((sample.executed, sample.difference_count), (8, 0));
    let metrics = assay.metrics().encode().expect("metrics");
    let executions = format!("assay_audit_executions_total{{tenant=\"{}\"}} {}", caller.tenant, 2 * count + 8);
    assert!(metrics.contains(&executions), "{executions} is not in {metrics}");
}

#[tokio::test]
async fn evaluations_are_read_page_by_page_and_of_one_definition_if_one_is_named() {
    let installation = Installation::new(JUDGED_AT).await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    installation.define_hostile(&installation.caller, "odd", odd(), ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, pings(5)).await;
    accept(&installation, caller, tickets("acme", 2_100, 0)).await;
    drain(&installation, caller).await;
    let mut steps = Vec::new();
    assay.replay(caller, &all(), |done, total| steps.push((done, total))).await.expect("a report");
    assert_eq!(steps, [(2_048, 2_105), (2_105, 2_105)]);
    let of = |slug: &str| ReplayRequest { definition: Some(slug.into()), ..all() };
    assert_eq!(replay(assay, &installation, &of("odd")).await.executed, 5);
    assert_eq!(replay(assay, &installation, &of("fixed")).await.executed, 2_100);
    let unknown = complaint(assay.replay(caller, &of("nothing"), |_, _| {}).await);
    assert!(unknown.contains("there is no definition \"nothing\""), "{unknown}");
    let other = installation.tenant("other").await;
    assert_eq!(assay.replay(&other, &all(), |_, _| {}).await.expect("a report").executed, 0, "another tenant's are not seen");
}

#[tokio::test]
async fn each_altered_record_is_found_and_written_down_once() {
    let installation = judged().await;
    let Installation { assay, caller, .. } = &installation;
    let rows = [
        ("reason = 'unresolved'", "reason"),
        ("conclusion = 'not-eligible'", "conclusion"),
        ("detail = '{}'", "detail"),
        ("as_of = as_of + 1", "time of asking"),
        ("input_root = (select content from events where source_id = 'late')", "input root"),
        ("reason = null, detail = null", "reason, detail"),
    ];
    for ((change, what), (n, id)) in rows.into_iter().zip((1..).zip(successes(&installation).await)) {
        alter(&installation, &format!("update evaluations set {change} where id = {id}")).await;
        let report = replay(assay, &installation, &all()).await;
        assert_eq!((report.difference_count, report.recorded), (n, 1), "{change}");
        let found = report.differences.iter().find(|found| found.evaluation == EvaluationId(id)).expect(change);
        let DifferenceView { definition, version, check, .. } = found;
        assert_eq!((found.what.as_str(), definition.as_str(), *version, *check), (what, "fixed", 1, Check::Replay), "{change}");
        assert!(found.subject.starts_with("acme-") && found.recorded != found.found, "{found:?}");
    }
    let count = rows.len() as u64;
    let again = replay(assay, &installation, &all()).await;
    assert_eq!((again.difference_count, again.recorded), (count, 0), "they are known");
    let listed = assay.discrepancies(caller, Page::ALL).await.expect("a list");
    assert_eq!((listed.len(), assay.discrepancy_count(caller).await.expect("a count")), (rows.len(), rows.len() as i64));
    assert!(listed.iter().all(|row| row.check == "replay" && row.definition == "fixed" && row.version == 1), "{listed:?}");
    assert!(
        listed[0].recorded.contains("success because unresolved") && listed[0].found.contains("success because resolved"),
        "{listed:?}"
    );
    assert_eq!(number(&installation, "select count(*) from operations where action = 'audit.discrepancy'").await, rows.len() as i64);
    let other = installation.tenant("other").await;
    assert!(assay.discrepancies(&other, Page::ALL).await.expect("a list").is_empty(), "another tenant's are not seen");
    let metrics = assay.metrics().encode().expect("metrics");
    let found = format!("tenant=\"{}\",check=\"replay\"}} {}", caller.tenant, (1..=count).sum::<u64>() + count);
    assert!(metrics.contains(&found), "{found} is not in {metrics}");
}

#[tokio::test]
async fn a_fault_is_known_by_its_code_alone() {
    let installation = judged().await;
    alter(&installation, "update evaluations set detail = 'told otherwise', fuel = fuel + 1 where conclusion = 'fault'").await;
    assert_eq!(replay(&installation.assay, &installation, &all()).await.difference_count, 0);
    alter(&installation, "update evaluations set reason = 'guest.trap-memory' where conclusion = 'fault'").await;
    let report = replay(&installation.assay, &installation, &all()).await;
    assert_eq!(report.difference_count, 6);
    assert!(report.differences.iter().all(|found| found.what == "reason" && found.definition == "odd"), "{report:?}");
}

#[tokio::test]
async fn altered_facts_are_found() {
    let installation = Installation::new(JUDGED_AT).await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    let resolved = |id: &str| NewEvent {
        data: r#"{"incident_state":"Resolved"}"#.into(),
        ..event(id, id, "incident.updated", at("2016-03-02T00:00:00Z"), Some("acme"))
    };
    accept(&installation, caller, ["data", "time", "gone", "good"].map(resolved).to_vec()).await;
    drain(&installation, caller).await;
    assert_eq!(replay(assay, &installation, &all()).await.difference_count, 0);
    let the = |id: &str| format!("(select id from events where source_id = '{id}')");
    for sql in [
        format!(r#"update payloads set data = '{{"incident_state":"New"}}' where event = {}"#, the("data")),
        format!("update events set occurred_at = occurred_at + 1 where id = {}", the("time")),
        format!("delete from events where id = {}", the("gone")),
    ] {
        alter(&installation, &sql).await;
    }
    let report = replay(assay, &installation, &all()).await;
    let mut found: Vec<_> = report.differences.iter().map(|found| (found.subject.as_str(), found.what.as_str())).collect();
    found.sort_unstable();
    assert_eq!(found, [("data", "input root"), ("gone", "input root"), ("time", "input root")]);
    assert_eq!(assay.discrepancy_count(caller).await.expect("a count"), 3);
}

#[tokio::test]
async fn what_does_not_say_which_facts_it_is_about_is_counted_apart() {
    let installation = judged().await;
    alter(&installation, "update evaluations set engine = null, facts_until = null, known_at = null where id <= 10").await;
    let report = replay(&installation.assay, &installation, &all()).await;
    assert_eq!((report.executed, report.unreplayable, report.difference_count), (44, 10, 0));
}

#[tokio::test]
async fn a_decision_that_changes_when_it_is_asked_again_is_found_by_the_audit_alone() {
    let installation = Installation::new(JUDGED_AT).await;
    let Installation { assay, caller, .. } = &installation;
    installation.define_hostile(&installation.caller, "fickle", fickle("2016-03-20T12:00:00Z"), ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, pings(4)).await;
    drain(&installation, caller).await;
    assert_eq!(replay(assay, &installation, &all()).await.difference_count, 0, "it answers as it answered");
    let report = assay.audit_sample(caller, 8).await.expect("a report");
    assert_eq!((report.executed, report.difference_count, report.recorded), (4, 4, 4));
    for found in &report.differences {
        assert_eq!((found.check, found.what.as_str()), (Check::DecidedVerdict, "asked again P1D later"), "{found:?}");
        assert!(found.recorded.starts_with("failure because because as of 2016-03-20T00:00:00Z"), "{found:?}");
        assert!(found.found.starts_with("not-eligible because because as of 2016-03-21T00:00:00Z"), "{found:?}");
    }
    assert_eq!(assay.audit_sample(caller, 8).await.expect("a report").recorded, 0);
    let listed = assay.discrepancies(caller, Page::ALL).await.expect("a list");
    assert!(listed.len() == 4 && listed.iter().all(|row| row.check == "decided-verdict"), "{listed:?}");
}

/// What a sample consists of, where everything is altered.
async fn picked(installation: &Installation, count: u32, seed: u64) -> Vec<EvaluationId> {
    let request = ReplayRequest { which: Selection::Sample { count, seed }, ..all() };
    let report = replay(&installation.assay, installation, &request).await;
    let mut picked: Vec<_> = report.differences.iter().map(|found| found.evaluation).collect();
    picked.sort_unstable();
    picked
}

#[tokio::test]
async fn a_seed_picks_the_same_again() {
    let installation = judged().await;
    alter(&installation, "update evaluations set reason = 'altered'").await;
    let first = picked(&installation, 10, 7).await;
    assert_eq!(first.len(), 10);
    assert_eq!(picked(&installation, 10, 7).await, first);
    assert_ne!(picked(&installation, 10, 8).await, first);
    for enough in [54, 1_000] {
        assert_eq!(picked(&installation, enough, 7).await.len(), 54, "a sample of {enough} is all there is");
    }
    assert!(picked(&installation, 53, 7).await.len() > 50, "nearly all are found by chance");
}

mod gate {
    use assay_app::AppError;
    use assay_runtime::{Engine, Limits, Optimisation, Setup};
    use assay_tests::components;
    use serde_json::{Value, json};

    use super::*;

    /// The same installation on another engine, as with another version of the program.
    async fn elsewhere(installation: &Installation) -> Assay {
        let limits = Limits { instances_max: 8, ..Limits::default() };
        let setup = Setup { limits, optimisation: Optimisation::None, ..Setup::default() };
        let engine = Engine::start(setup).expect("an engine");
        assert_ne!(engine.fingerprint(), components::engine().fingerprint());
        Assay::new(installation.open().await, engine, installation.world(), 2).expect("a service")
    }

    async fn one_more(installation: &Installation) {
        let more = event("more", "more", "ticket.opened", at("2016-06-30T00:00:00Z"), None);
        accept(installation, &installation.caller, vec![more]).await;
    }

    async fn engines(installation: &Installation) -> i64 {
        number(installation, "select count(*) from engines").await
    }

    #[tokio::test]
    async fn a_first_engine_has_nothing_to_repeat() {
        let installation = Installation::new(JUDGED_AT).await;
        installation.define(&installation.caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
        assert_eq!(engines(&installation).await, 0);
        accept(&installation, &installation.caller, tickets("acme", 1, 1)).await;
        drain(&installation, &installation.caller).await;
        assert_eq!(engines(&installation).await, 1);
    }

    #[tokio::test]
    async fn an_engine_that_agrees_may_judge() {
        let installation = judged().await;
        let other = elsewhere(&installation).await;
        one_more(&installation).await;
        assert_eq!(other.drain(&installation.caller, |_| {}).await.expect("judged").evaluated, 1);
        assert_eq!(engines(&installation).await, 2);
        assert_eq!(number(&installation, "select count(distinct engine) from evaluations").await, 2);
        let admitted = "select after from operations where action = 'engine.admit' order by id desc";
        let after: Value = serde_json::from_str(&installation.raw().await.texts(admitted).await[0]).expect("JSON");
        assert_eq!((&after["executed"], &after["on_demand"]), (&json!(54), &json!(27)), "{after}");
        for assay in [&*installation.assay, &other] {
            let report = replay(assay, &installation, &all()).await;
            assert_eq!((report.executed, report.difference_count), (55, 0), "each repeats what the other judged: {report:?}");
        }
    }

    #[tokio::test]
    async fn an_engine_that_differs_judges_nothing() {
        let installation = judged().await;
        let Installation { assay, caller, .. } = &installation;
        let altered = EvaluationId(successes(&installation).await[0]);
        alter(&installation, &format!("update evaluations set detail = '{{}}' where id = {}", altered.0)).await;
        one_more(&installation).await;
        let before = recorded(&installation).await;
        let other = elsewhere(&installation).await;
        for _ in 0..2 {
            let held = other.drain(caller, |_| {}).await.expect_err("it is held");
            assert!(matches!(held, AppError::EngineHeld { differences: 1, .. }), "{held:?}");
            let told = held.to_string();
            assert!(told.starts_with("infra.engine-mismatch: ") && told.contains(&format!("{altered}: detail")), "{told}");
        }
        let doctor = other.check_rules(caller).await.expect_err("it is told");
        assert!(matches!(doctor, AppError::EngineHeld { .. }), "{doctor:?}");
        assert_eq!((engines(&installation).await, recorded(&installation).await), (1, before));
        assert_eq!(assay.waiting(caller).await.expect("a count"), 1);

        let report = replay(&other, &installation, &all()).await;
        assert_eq!((report.difference_count, report.is_admitted, report.recorded), (1, false, 0));
        assert_eq!(assay.discrepancy_count(caller).await.expect("a count"), 0, "nothing is written down under an engine without a number");
        assert_eq!(drain(&installation, caller).await.evaluated, 1, "the engine that judged before goes on");
    }

    /// How deep a rule may recurse is the engine's own.
    #[tokio::test]
    async fn only_the_same_engine_must_overflow_alike() {
        let installation = judged().await;
        alter(&installation, "update evaluations set reason = 'guest.stack-overflow' where conclusion = 'fault'").await;
        assert_eq!(replay(&installation.assay, &installation, &all()).await.difference_count, 6);
        let other = elsewhere(&installation).await;
        let report = replay(&other, &installation, &all()).await;
        assert_eq!((report.difference_count, report.is_admitted), (0, true), "{report:?}");
    }
}
