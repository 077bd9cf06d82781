//! Disputes saved as fixtures: what the next version must get right before it is offered to anybody or holds for anybody.

use assay_app::{FixtureRequest, FixtureResult, ProposalRequest, VersionRequest};
use assay_domain::{
    decimal::Quantity,
    dispute::DisputeTerms,
    id::DisputeId,
    ruling::Ruling,
    time::{Duration, Timestamp},
};
use assay_tests::{
    assay::{Installation, at},
    components,
};

use super::support::{appeal, decide, draft, open, settle, split, tell};
use crate::app::{
    corrections::prepared,
    stage::ORDINARY,
    support::{alter, complaint, drain, number, standard},
};

/// When nothing of a decision can be appealed any more.
const FINAL: &str = "2016-04-18T00:00:00Z";
const FROM: &str = "2016-05-01T00:00:00Z";

/// The ticket `again` was resolved on 10 March and reopened two days later, when its window of a day was over; it is decided on.
async fn decided(ruling: Ruling) -> (Installation, DisputeId) {
    let installation = prepared(&["acme"], &standard()).await;
    for (kind, time) in [("opened", "10T08"), ("resolved", "10T10"), ("reopened", "12T10")] {
        tell(&installation, "again", kind, &format!("2016-03-{time}:00:00Z")).await;
    }
    drain(&installation, &installation.caller).await;
    let id = open(&installation, "again").await.view.id;
    decide(&installation, id, ruling).await;
    (installation, id)
}

/// The same, saved as a fixture once it is final.
async fn saved(ruling: Ruling, request: &FixtureRequest) -> (Installation, DisputeId) {
    let (installation, id) = decided(ruling).await;
    installation.clock.set(at(FINAL));
    installation.assay.save_fixture(&installation.caller, id, request).await.expect("a fixture");
    (installation, id)
}

fn usual() -> FixtureRequest {
    FixtureRequest::default()
}

async fn activate(installation: &Installation, number: u32) -> Result<(), String> {
    let from: Timestamp = at(FROM);
    let done = installation.assay.activate_version(&installation.caller, "fixed", number, from).await;
    done.map(drop).map_err(|error| error.to_string())
}

fn in_short(results: &[FixtureResult]) -> Vec<String> {
    results.iter().map(|row| format!("{} {} {}", row.dispute, row.result, row.found)).collect()
}

#[tokio::test]
async fn a_version_that_gets_a_saved_dispute_wrong_is_named_with_it_and_holds_for_nobody() {
    let (installation, id) = saved(Ruling::Uphold, &usual()).await;
    let Installation { assay, caller, .. } = &installation;
    draft(&installation, &[("retry", "false")]).await;
    let wrong = format!("fixed@2 gets disputes wrong that are saved as fixtures: {id} (it decides success and not failure)");
    let refused = activate(&installation, 2).await.expect_err("a refusal");
    assert!(refused.contains(&wrong) && refused.contains("decides as people have"), "{refused}");
    let offer = ProposalRequest { customer: Some("acme".into()), from: at(FROM) };
    let refused = complaint(assay.propose_version(caller, "fixed", 2, &offer).await);
    assert!(refused.contains(&wrong), "{refused}");
    let at_once = VersionRequest {
        definition: "fixed".into(),
        rule: "resolved-ticket".into(),
        parameters: vec![("window".into(), "12h".into())],
        timing: ORDINARY,
        active_from: Some(at(FROM)),
    };
    let refused = complaint(assay.create_version(caller, &at_once).await);
    assert!(refused.contains("fixed@3 gets disputes wrong"), "{refused}");
    assert_eq!(assay.versions(caller).await.expect("versions").len(), 2, "it is not written down either");

    draft(&installation, &[("window", "72h"), ("retry", "false")]).await;
    let results = assay.try_version_fixtures(caller, "fixed", 3).await.expect("tried");
    assert_eq!(in_short(&results), [format!("{id} passed failure")]);
    assay.propose_version(caller, "fixed", 3, &offer).await.expect("offered");
    activate(&installation, 3).await.expect("in force");
}

/// A version always does alike, so what it did with a fixture is written down once by the hash of what it fixes.
#[tokio::test]
async fn a_version_is_tried_once_with_each_fixture() {
    let (installation, first) = saved(Ruling::Uphold, &usual()).await;
    let Installation { assay, caller, .. } = &installation;
    draft(&installation, &[("window", "72h"), ("retry", "false")]).await;
    draft(&installation, &[("retry", "false"), ("window", "P3D")]).await;
    for number in [2, 3, 2] {
        assert_eq!(assay.try_version_fixtures(caller, "fixed", number).await.expect("tried").len(), 1);
    }
    assert_eq!(number(&installation, "select count(*) from fixture_trials").await, 1, "the two fix the same");
    let log = assay.operations(caller, None, 20).await.expect("the log");
    assert_eq!(log.iter().filter(|entry| entry.action == "fixtures.try").count(), 1);

    // Another dispute, saved later: it is the only one that is tried then.
    let second = open(&installation, "acme-0").await.view.id;
    settle(&installation, |terms| terms.appeal_within = Duration::ZERO).await;
    decide(&installation, second, Ruling::Reject).await;
    installation.clock.set(at("2016-04-19T00:00:00Z"));
    assay.save_fixture(caller, second, &usual()).await.expect("a fixture");
    activate(&installation, 2).await.expect("it gets both right");
    let results = assay.try_version_fixtures(caller, "fixed", 2).await.expect("tried");
    assert_eq!(in_short(&results), [format!("{first} passed failure"), format!("{second} passed success")]);
    assert_eq!(number(&installation, "select count(*) from fixture_trials").await, 2);
}

#[tokio::test]
async fn what_there_should_have_been_follows_from_the_ruling_unless_it_is_said() {
    let said = |decision: &str, reason: Option<&str>| FixtureRequest { decision: Some(decision.into()), reason: reason.map(str::to_owned) };
    let because = |reason: &str| FixtureRequest { decision: None, reason: Some(reason.into()) };
    let half = Some("0.5".parse::<Quantity>().expect("a quantity"));
    type Parameters<'a> = &'a [(&'a str, &'a str)];
    let three_days: Parameters<'_> = &[("window", "72h"), ("retry", "false")];
    let (second_try, half_a_day): (Parameters<'_>, Parameters<'_>) = (&[("window", "72h")], &[("window", "12h")]);
    let rows = [
        ("upheld", Ruling::Uphold, usual(), ("failure", None), three_days, "passed failure"),
        ("upheld, for a reason", Ruling::Uphold, because("reopened"), ("failure", None), three_days, "passed failure"),
        (
            "upheld, for another reason",
            Ruling::Uphold,
            because("escalated"),
            ("failure", None),
            three_days,
            "failed because of \"reopened\" and not \"escalated\"",
        ),
        ("upheld, to be pending", Ruling::Uphold, said("pending", None), ("pending", None), second_try, "passed pending"),
        ("rejected", Ruling::Reject, usual(), ("success", Some(Quantity::ONE)), three_days, "failed it decides failure and not success"),
        ("rejected, and right", Ruling::Reject, usual(), ("success", Some(Quantity::ONE)), half_a_day, "passed success"),
        ("split", split("0.5"), usual(), ("success", half), half_a_day, "failed of 1 and not 0.5"),
    ];
    for (name, ruling, request, expected, parameters, found) in rows {
        let (installation, id) = saved(ruling, &request).await;
        let Installation { assay, caller, .. } = &installation;
        let fixture = assay.dispute(caller, id).await.expect("a dispute").fixture.expect("its fixture").expected;
        assert_eq!((fixture.decision.as_str(), fixture.quantity), expected, "{name}");
        draft(&installation, parameters).await;
        let results = assay.try_version_fixtures(caller, "fixed", 2).await.expect("tried");
        assert_eq!(in_short(&results), [format!("{id} {found}")], "{name}");
        assert_eq!(activate(&installation, 2).await.is_err(), found.starts_with("failed"), "{name}");
    }
}

#[tokio::test]
async fn only_what_is_decided_for_good_is_saved_and_stays_so() {
    let (installation, id) = decided(Ruling::Uphold).await;
    let Installation { assay, caller, clock, .. } = &installation;
    let save = async |request: FixtureRequest| assay.save_fixture(caller, id, &request).await;
    let refused = complaint(save(usual()).await);
    assert!(refused.contains("may be appealed until 2016-04-16T00:00:00Z") && refused.contains("once it is final"), "{refused}");
    appeal(&installation, id).await;
    assert!(complaint(save(usual()).await).contains("is not decided yet"));
    clock.set(at("2016-04-03T00:00:00Z"));
    decide(&installation, id, Ruling::Uphold).await;
    for (request, problem) in [
        (FixtureRequest { decision: Some("maybe".into()), reason: None }, "\"maybe\" is no decision of a rule"),
        (FixtureRequest { decision: None, reason: Some(String::new()) }, "reason: "),
    ] {
        let refused = complaint(save(request).await);
        assert!(refused.contains(problem), "{refused}");
    }
    let first = save(usual()).await.expect("saved");
    assert_eq!(save(usual()).await.expect("saved before"), first);
    let other = complaint(save(FixtureRequest { decision: Some("pending".into()), reason: None }).await);
    assert!(other.contains("is saved with another expectation"), "{other}");
    let unknown = complaint(assay.try_version_fixtures(caller, "fixed", 9).await);
    assert!(unknown.contains("there is no version \"fixed@9\""), "{unknown}");
    assert!(complaint(assay.fixture(caller, "dsp_0000000000009".parse().expect("an id")).await).contains("there is no dispute"));
}

/// What is handed out is what the version was asked about: the facts that it had, as of the same time.
#[tokio::test]
async fn a_fixture_has_the_facts_that_were_judged_and_no_later_ones() {
    let (installation, id) = saved(Ruling::Uphold, &usual()).await;
    let Installation { assay, caller, .. } = &installation;
    tell(&installation, "again", "resolved", "2016-03-14T10:00:00Z").await;
    drain(&installation, caller).await;
    let fixture = assay.fixture(caller, id).await.expect("a fixture");
    let events: Vec<(&str, String)> = fixture.events.iter().map(|event| (event.kind.as_str(), event.time.to_string())).collect();
    let at_ten = |day: &str| format!("2016-03-{day}T10:00:00Z");
    let expected =
        [("ticket.opened", "2016-03-10T08:00:00Z".to_owned()), ("ticket.resolved", at_ten("10")), ("ticket.reopened", at_ten("12"))];
    assert_eq!(events, expected);
    assert_eq!((fixture.as_of, fixture.expected.decision.as_str()), (at("2016-04-02T00:00:00Z"), "failure"));
    let parameters: Vec<(&str, &str)> = fixture.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(parameters, [("retry", "true"), ("window", "P1D")], "those of the version that judged");
    assert!(fixture.title.contains("again under fixed: not-delivered"), "{}", fixture.title);
}

#[tokio::test]
async fn what_cannot_be_read_any_more_holds_up_no_version() {
    let (installation, id) = saved(Ruling::Uphold, &usual()).await;
    let Installation { assay, caller, .. } = &installation;
    alter(&installation, "delete from events where source_id like 'again-reopened%'").await;
    draft(&installation, &[("retry", "false")]).await;
    let results = assay.try_version_fixtures(caller, "fixed", 2).await.expect("tried");
    let why = "the facts are not those that were judged: they were erased or altered";
    assert_eq!(in_short(&results), [format!("{id} unreadable {why}")]);
    activate(&installation, 2).await.expect("in force");
    assert!(complaint(assay.fixture(caller, id).await).contains(why));
}

#[tokio::test]
async fn fixtures_are_a_definitions_own() {
    let (installation, id) = saved(Ruling::Uphold, &usual()).await;
    let Installation { assay, caller, .. } = &installation;
    let other = VersionRequest {
        definition: "other".into(),
        rule: "resolved-ticket".into(),
        parameters: vec![("retry".into(), "false".into())],
        timing: ORDINARY,
        active_from: Some(at("2016-05-01T00:00:00Z")),
    };
    assay.create_version(caller, &other).await.expect("in force");
    assert_eq!(assay.try_version_fixtures(caller, "other", 1).await.expect("tried"), []);
    let elsewhere = installation.tenant("elsewhere").await;
    assay.push_rule(&elsewhere, components::resolved_ticket()).await.expect("a rule");
    let same = VersionRequest { definition: "fixed".into(), ..other };
    assay.create_version(&elsewhere, &same).await.expect("in force, whatever another tenant has saved");
    assert!(complaint(assay.fixture(&elsewhere, id).await).contains("there is no dispute"));
}

/// The rules of what is decided in time are those of the agreement: without time for an appeal a decision is final at once.
#[tokio::test]
async fn without_time_for_an_appeal_a_decision_is_saved_at_once() {
    let installation = prepared(&["acme"], &standard()).await;
    let Installation { assay, caller, clock, .. } = &installation;
    let none = DisputeTerms { appeal_within: Duration::ZERO, ..DisputeTerms::default() };
    settle(&installation, |terms| *terms = none).await;
    let id = open(&installation, "acme-0").await.view.id;
    decide(&installation, id, Ruling::Reject).await;
    clock.set(at("2016-04-02T00:00:00.000001Z"));
    assay.save_fixture(caller, id, &usual()).await.expect("a fixture");
}
