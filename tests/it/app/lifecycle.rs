//! The life of a version: offered, signed or agreed to by the tenant alone, rejected, withdrawn, retired; and nothing retroactive.

use assay_app::{
    AgreementRequest, ApprovalForm, ApprovalKeyRequest, ApprovalRequest, ApprovalView, Caller, Page, ProposalRequest, ProposalView, Signed,
    VersionRequest, VersionView,
};
use assay_domain::{
    approval::{Consent, Parties},
    canon::Digest,
    key::Mode,
    proposal::{Answer, ProposalState, Stage as LifeStage},
};
use assay_receipt::signature::SecretKey;
use assay_tests::assay::{Installation, at};

use super::{
    stage::{ORDINARY, Stage},
    support::{complaint, number, standard},
};

/// The key of a customer.
pub fn secret(seed: u8) -> SecretKey {
    SecretKey::from_seed([seed; 32])
}

/// Customers with an agreement each from 1 March on, and a registered key of its own for `acme`.
async fn agree(installation: &Installation, caller: &Caller, customers: &[(&str, Parties)]) {
    let Installation { assay, .. } = installation;
    assay.create_rate_card(caller, &standard()).await.expect("a card");
    for (customer, parties) in customers {
        assay.create_customer(caller, customer).await.expect("a customer");
        let request = AgreementRequest {
            customer: (*customer).into(),
            definitions: vec![("fixed".into(), None)],
            parties: *parties,
            rate_card: "standard".into(),
            overrides: Default::default(),
            from: at("2016-03-01T00:00:00Z"),
            until: None,
        };
        assay.create_agreements(caller, &[request]).await.expect("an agreement");
    }
    register(installation, caller, "acme", &secret(1)).await;
}

async fn register(installation: &Installation, caller: &Caller, customer: &str, key: &SecretKey) {
    let request = ApprovalKeyRequest { name: "head of support".into(), public_key: key.public().to_string() };
    installation.assay.add_approval_key(caller, customer, &request).await.expect("a key");
}

/// The next version of `fixed`, in force for nobody.
async fn draft(installation: &Installation, caller: &Caller, window: &str) -> VersionView {
    let request = VersionRequest {
        definition: "fixed".into(),
        rule: "resolved-ticket".into(),
        parameters: vec![("window".into(), window.into())],
        timing: ORDINARY,
        active_from: None,
    };
    installation.assay.create_version(caller, &request).await.expect("a version")
}

async fn propose(installation: &Installation, caller: &Caller, number: u32, customer: Option<&str>, from: &str) -> ProposalView {
    let request = ProposalRequest { customer: customer.map(Into::into), from: at(from) };
    installation.assay.propose_version(caller, "fixed", number, &request).await.expect("a proposal")
}

/// What `acme` signs on its own machine: the document that was exported.
async fn sign(installation: &Installation, caller: &Caller, proposal: &ProposalView, key: &SecretKey) -> ApprovalRequest {
    let document = installation.assay.proposal_document(caller, proposal.id, Some("acme")).await.expect("a document");
    document.check().expect("hashes that are true");
    let (key, signature) = (key.public().to_string(), key.sign(&document.consent().message()).to_string());
    let signed = Some(Signed { key, signature });
    ApprovalRequest { customer: "acme".into(), from: document.from, hash: Some(document.proposed.hash), signed }
}

/// A version offered to `acme` and signed by it.
async fn approved(installation: &Installation, caller: &Caller, number: u32, from: &str) -> ApprovalView {
    let proposal = propose(installation, caller, number, Some("acme"), from).await;
    let request = sign(installation, caller, &proposal, &secret(1)).await;
    installation.assay.approve_version(caller, "fixed", number, &request).await.expect("an approval")
}

#[tokio::test]
async fn a_customer_that_signs_keeps_its_version_until_it_has_signed_another() {
    let mut stage = Stage::new(&[], ORDINARY).await;
    let caller = stage.installation.caller.clone();
    agree(&stage.installation, &caller, &[("acme", Parties::Two), ("globex", Parties::One)]).await;
    stage
        .play(
            "
        > 03-01 08:00 T1 opened   acme
        > 03-01 08:00 T2 opened   globex
        @ 03-01 09:00
        = T2 globex fixed@1 open unresolved
        ~ globex fixed attempt +1 03-01 08:00 T2
    ",
        )
        .await;
    approved(&stage.installation, &caller, 1, "2016-03-02T00:00:00Z").await;
    stage.define("fixed", &[("window", "72h")], ORDINARY, "2016-03-10T00:00:00Z").await;
    stage
        .play(
            "
        > 03-02 08:00 T3 opened   acme
        > 03-02 10:00 T3 resolved acme
        > 03-11 08:00 T4 opened   acme
        > 03-11 10:00 T4 resolved acme
        > 03-11 08:00 T5 opened   globex
        > 03-11 10:00 T5 resolved globex
        @ 03-20 00:00
        = T2 globex fixed@1 open unresolved
        = T3 acme fixed@1 final resolved 03-03 10:00
        = T4 acme fixed@1 final resolved 03-12 10:00
        = T5 globex fixed@2 final resolved 03-14 10:00
        ~ acme fixed attempt +1 03-02 08:00 T3
        ~ acme fixed outcome +1 03-03 10:00 T3
        ~ acme fixed attempt +1 03-11 08:00 T4
        ~ acme fixed outcome +1 03-12 10:00 T4
        ~ globex fixed attempt +1 03-11 08:00 T5
        ~ globex fixed outcome +1 03-14 10:00 T5
    ",
        )
        .await;
    let versions = stage.installation.assay.versions(&caller).await.expect("versions");
    assert_eq!(versions[1].unsigned, ["acme"]);
    approved(&stage.installation, &caller, 2, "2016-03-25T00:00:00Z").await;
    stage
        .play(
            "
        > 03-24 23:59 T6 opened   acme
        > 03-25 10:00 T6 resolved acme
        > 03-25 00:00 T7 opened   acme
        > 03-25 10:00 T7 resolved acme
        @ 04-05 00:00
        = T2 globex fixed@1 open unresolved
        = T3 acme fixed@1 final resolved 03-03 10:00
        = T4 acme fixed@1 final resolved 03-12 10:00
        = T5 globex fixed@2 final resolved 03-14 10:00
        = T6 acme fixed@1 final resolved 03-26 10:00
        = T7 acme fixed@2 final resolved 03-28 10:00
        ~ acme fixed attempt +1 03-24 23:59 T6
        ~ acme fixed outcome +1 03-26 10:00 T6
        ~ acme fixed attempt +1 03-25 00:00 T7
        ~ acme fixed outcome +1 03-28 10:00 T7
    ",
        )
        .await;
    assert!(stage.installation.assay.versions(&caller).await.expect("versions")[1].unsigned.is_empty());
}

#[tokio::test]
async fn a_version_may_be_for_one_customer_by_the_tenant_alone_where_its_agreement_allows_it() {
    let mut stage = Stage::new(&[], ORDINARY).await;
    let caller = stage.installation.caller.clone();
    let installation = &stage.installation;
    agree(installation, &caller, &[("acme", Parties::Two), ("globex", Parties::One)]).await;
    draft(installation, &caller, "72h").await;
    let alone = |customer: &str| ApprovalRequest { customer: customer.into(), from: at("2016-03-05T00:00:00Z"), hash: None, signed: None };
    for customer in ["acme", "globex"] {
        propose(installation, &caller, 2, Some(customer), "2016-03-05T00:00:00Z").await;
    }
    let refused = complaint(installation.assay.approve_version(&caller, "fixed", 2, &alone("acme")).await);
    assert!(refused.contains("demands two parties") && refused.contains("send the customer's signature"), "{refused}");
    let approval = installation.assay.approve_version(&caller, "fixed", 2, &alone("globex")).await.expect("an approval");
    assert_eq!((approval.parties, approval.key, approval.signature), (Parties::One, None, None));
    stage
        .play(
            "
        > 03-04 08:00 T1 opened   globex
        > 03-05 08:00 T2 opened   globex
        > 03-05 08:00 T3 opened   initech
        > 03-05 08:00 T4 opened   acme
        @ 03-06 00:00
        = T1 globex fixed@1 open unresolved
        = T2 globex fixed@2 open unresolved
        = T3 initech fixed@1 open unresolved
        ~ globex fixed attempt +1 03-04 08:00 T1
        ~ globex fixed attempt +1 03-05 08:00 T2
        ~ initech fixed attempt +1 03-05 08:00 T3
    ",
        )
        .await;
}

#[tokio::test]
async fn a_retired_version_judges_what_has_opened_and_nothing_later() {
    let mut stage = Stage::new(&[], ORDINARY).await;
    let caller = stage.installation.caller.clone();
    stage.define("fixed", &[("window", "72h")], ORDINARY, "2016-03-05T00:00:00Z").await;
    let assay = stage.installation.assay.clone();
    let refused = complaint(assay.retire_version(&caller, "fixed", 2, at("2016-02-29T00:00:00Z"), "over").await);
    assert!(refused.contains("is in the past") && refused.contains("retire it from 2016-03-01T00:00:00Z"), "{refused}");
    assay.retire_version(&caller, "fixed", 2, at("2016-03-10T00:00:00Z"), "over").await.expect("retired");
    stage
        .play(
            "
        > 03-09 23:59 T1 opened   acme
        > 03-11 10:00 T1 resolved acme
        > 03-10 00:00 T2 opened   acme
        > 03-11 10:00 T2 resolved acme
        @ 03-20 00:00
        = T1 acme fixed@2 final resolved 03-14 10:00
        ~ acme fixed attempt +1 03-09 23:59 T1
        ~ acme fixed outcome +1 03-14 10:00 T1
    ",
        )
        .await;
    for (step, problem) in [
        (complaint(assay.retire_version(&caller, "fixed", 2, at("2016-04-10T00:00:00Z"), "again").await), "is retired from 2016-03-10"),
        (complaint(assay.activate_version(&caller, "fixed", 2, at("2016-04-10T00:00:00Z")).await), "write a new version instead"),
        (
            complaint(
                assay.propose_version(&caller, "fixed", 2, &ProposalRequest { customer: None, from: at("2016-04-10T00:00:00Z") }).await,
            ),
            "write a new version instead",
        ),
    ] {
        assert!(step.contains(problem), "{step}");
    }
    let view = assay.versions(&caller).await.expect("versions").remove(1);
    assert_eq!((view.stage, view.retired_from), (LifeStage::Retired, Some(at("2016-03-10T00:00:00Z"))));
}

/// An installation where `acme` has to sign, and what it has signed: version 2 from 10 March on.
async fn offered() -> (Installation, ProposalView, ApprovalRequest) {
    let installation = Installation::new("2016-03-01T00:00:00Z").await;
    let caller = installation.caller.clone();
    installation.define(&caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    agree(&installation, &caller, &[("acme", Parties::Two), ("globex", Parties::Two)]).await;
    draft(&installation, &caller, "72h").await;
    let proposal = propose(&installation, &caller, 2, None, "2016-03-10T00:00:00Z").await;
    let request = sign(&installation, &caller, &proposal, &secret(1)).await;
    (installation, proposal, request)
}

/// The signature of `acme`'s key over what somebody says instead.
fn over(key: &SecretKey, consent: &Consent<'_>) -> Option<Signed> {
    Some(Signed { key: key.public().to_string(), signature: key.sign(&consent.message()).to_string() })
}

#[tokio::test]
async fn a_signature_is_of_one_key_version_customer_time_and_tenant() {
    let (installation, _, good) = offered().await;
    let Installation { assay, caller, .. } = &installation;
    register(&installation, caller, "globex", &secret(2)).await;
    let hash = good.hash.expect("a hash");
    let (tenant, mode, customer, definition) = ("vendor", Mode::Live, "acme", "fixed");
    let consent = Consent { tenant, mode, customer, definition, hash, from: good.from };
    let (first, mine) = (assay.versions(caller).await.expect("versions")[0].hash, secret(1));
    let with = |signed: Option<Signed>| ApprovalRequest { signed, ..good.clone() };
    let other_time = at("2016-03-11T00:00:00Z");
    for (name, request, problem) in [
        ("a key that is not registered", with(over(&secret(3), &consent)), "it is not registered for \"acme\""),
        ("the key of another customer", with(over(&secret(2), &consent)), "it is not registered for \"acme\""),
        ("another version", with(over(&mine, &Consent { hash: first, ..consent })), "it is not this key's"),
        ("another time", with(over(&mine, &Consent { from: other_time, ..consent })), "it is not this key's"),
        ("another customer", with(over(&mine, &Consent { customer: "globex", ..consent })), "it is not this key's"),
        ("another definition", with(over(&mine, &Consent { definition: "csat", ..consent })), "it is not this key's"),
        ("another tenant", with(over(&mine, &Consent { tenant: "other", ..consent })), "it is not this key's"),
        ("the test side", with(over(&mine, &Consent { mode: Mode::Test, ..consent })), "it is not this key's"),
        ("a time that is sent otherwise", ApprovalRequest { from: other_time, ..good.clone() }, "it is not this key's"),
        ("a hash that is sent otherwise", ApprovalRequest { hash: Some(Digest::of(b"other")), ..good.clone() }, "that of the version is"),
        ("no signature", with(None), "demands two parties"),
        ("no key at all", with(Some(Signed { key: "ab".into(), signature: "cd".into() })), "no ed25519 public key"),
        ("no signature to speak of", with(Some(Signed { key: mine.public().to_string(), signature: "cd".into() })), "no ed25519 signature"),
    ] {
        let refused = complaint(assay.approve_version(caller, "fixed", 2, &request).await);
        assert!(refused.contains(problem), "{name}: {refused}");
    }
    let refused = complaint(assay.approve_version(caller, "fixed", 1, &ApprovalRequest { hash: None, ..good.clone() }).await);
    assert!(refused.contains("it is not this key's"), "sent for another version: {refused}");
    assert_eq!(number(&installation, "select count(*) from approvals").await, 0);
    let approval = assay.approve_version(caller, "fixed", 2, &good).await.expect("an approval");
    assert_eq!((approval.parties, approval.key), (Parties::Two, Some(mine.public().to_string())));
    let again = complaint(assay.approve_version(caller, "fixed", 2, &good).await);
    assert!(again.contains("the proposal was approved before"), "{again}");
}

/// The same names, the same rule and the same time at another tenant, and on the other side of this one.
#[tokio::test]
async fn what_was_signed_for_one_tenant_is_nothing_to_another() {
    let (installation, _, good) = offered().await;
    let (other, test) = (installation.tenant("other").await, installation.test_side(&installation.caller).await);
    for theirs in [&other, &test] {
        installation.define(theirs, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
        agree(&installation, theirs, &[("acme", Parties::Two)]).await;
        assert_eq!(Some(draft(&installation, theirs, "72h").await.hash), good.hash);
        propose(&installation, theirs, 2, None, "2016-03-10T00:00:00Z").await;
        let refused = complaint(installation.assay.approve_version(theirs, "fixed", 2, &good).await);
        assert!(refused.contains("it is not this key's"), "{refused}");
    }
}

#[tokio::test]
async fn an_approval_comes_in_time_or_not_at_all() {
    let (installation, proposal, good) = offered().await;
    let Installation { assay, caller, clock, .. } = &installation;
    clock.set(at("2016-03-10T00:00:00.000001Z"));
    let refused = complaint(assay.approve_version(caller, "fixed", 2, &good).await);
    assert!(refused.contains("was to be answered by 2016-03-10T00:00:00Z") && refused.contains("from a later time on"), "{refused}");
    assert_eq!(assay.proposal(caller, proposal.id).await.expect("a proposal").state, ProposalState::Lapsed);
    clock.set(at("2016-03-10T00:00:00Z"));
    assay.approve_version(caller, "fixed", 2, &good).await.expect("in time");
}

#[tokio::test]
async fn a_first_version_is_signed_from_the_past_on_while_nothing_is_invoiced() {
    let mut stage = Stage::bare().await;
    let caller = stage.installation.caller.clone();
    stage.installation.assay.push_rule(&caller, assay_tests::components::resolved_ticket()).await.expect("a rule");
    draft(&stage.installation, &caller, "24h").await;
    draft(&stage.installation, &caller, "72h").await;
    agree(&stage.installation, &caller, &[("acme", Parties::Two)]).await;
    stage
        .play(
            "
        > 03-02 08:00 T1 opened   acme
        > 03-02 10:00 T1 resolved acme
        @ 03-05 00:00
    ",
        )
        .await;
    approved(&stage.installation, &caller, 1, "2016-03-01T00:00:00Z").await;
    stage
        .play(
            "
        @ 03-05 00:00
        = T1 acme fixed@1 final resolved 03-03 10:00
        ~ acme fixed attempt +1 03-02 08:00 T1
        ~ acme fixed outcome +1 03-03 10:00 T1
    ",
        )
        .await;
    let request = ProposalRequest { customer: Some("acme".into()), from: at("2016-03-04T00:00:00Z") };
    let refused = complaint(stage.installation.assay.propose_version(&caller, "fixed", 2, &request).await);
    assert!(refused.contains("only a definition's first version may be dated back"), "{refused}");
}

#[tokio::test]
async fn a_proposal_is_answered_once_by_each_and_taken_back() {
    let (installation, proposal, good) = offered().await;
    let Installation { assay, caller, .. } = &installation;
    let stage = async || assay.versions(caller).await.expect("versions")[1].stage;
    assert_eq!((proposal.state, proposal.awaited.as_slice()), (ProposalState::Open, ["acme".to_owned(), "globex".to_owned()].as_slice()));
    assert_eq!(stage().await, LifeStage::Proposed);
    let request = ProposalRequest { customer: None, from: at("2016-03-20T00:00:00Z") };
    let twice = complaint(assay.propose_version(caller, "fixed", 2, &request).await);
    assert!(twice.contains("is offered already, by prp_"), "{twice}");

    let rejected = assay.reject_proposal(caller, proposal.id, "globex", "too long").await.expect("rejected");
    let answers: Vec<_> = rejected.answers.iter().map(|answer| (answer.customer.as_str(), answer.answer)).collect();
    assert_eq!(
        (answers.as_slice(), rejected.awaited.as_slice()),
        ([("globex", Answer::Rejected)].as_slice(), ["acme".to_owned()].as_slice())
    );
    let again = complaint(assay.reject_proposal(caller, proposal.id, "globex", "really").await);
    assert!(again.contains("the proposal was rejected before"), "{again}");

    assay.approve_version(caller, "fixed", 2, &good).await.expect("an approval");
    let done = assay.proposal(caller, proposal.id).await.expect("a proposal");
    assert_eq!((done.state, done.awaited.len(), done.answers.len()), (ProposalState::Approved, 0, 2));
    assert_eq!(stage().await, LifeStage::Approved);

    let next = propose(&installation, caller, 2, Some("globex"), "2016-03-20T00:00:00Z").await;
    let withdrawn = assay.withdraw_proposal(caller, next.id, "a mistake").await.expect("withdrawn");
    assert_eq!(withdrawn.state, ProposalState::Withdrawn);
    assert_eq!(withdrawn.withdrawn.and_then(|said| said.reason).as_deref(), Some("a mistake"));
    let late = complaint(assay.reject_proposal(caller, next.id, "globex", "no").await);
    assert!(late.contains("the proposal was withdrawn before") && late.contains("make another proposal"), "{late}");
    let to_another = propose(&installation, caller, 2, Some("globex"), "2016-03-21T00:00:00Z").await;
    let refused = complaint(assay.reject_proposal(caller, to_another.id, "acme", "no").await);
    assert!(refused.contains("the proposal is to another customer"), "{refused}");
    assert_eq!(assay.proposals_page(caller, Page::ALL).await.expect("proposals").len(), 3);
}

#[tokio::test]
async fn what_judged_says_how_it_was_approved() {
    let (installation, _, good) = offered().await;
    let Installation { assay, caller, .. } = &installation;
    let approval = assay.approve_version(caller, "fixed", 2, &good).await.expect("an approval");
    let version = assay.versions(caller).await.expect("versions")[1].id;
    let acme = assay.customer(caller, "acme").await.expect("a customer").id;
    let globex = assay.customer(caller, "globex").await.expect("a customer").id;
    let signed = ApprovalForm::TwoParty {
        key: approval.key.clone().expect("a key"),
        signature: approval.signature.clone().expect("a signature"),
        at: approval.at,
    };
    for (customer, opened_at, expect) in [
        (acme, "2016-03-10T00:00:00Z", &signed),
        (acme, "2016-03-09T23:59:59Z", &ApprovalForm::OneParty),
        (globex, "2016-03-10T00:00:00Z", &ApprovalForm::OneParty),
    ] {
        assert_eq!(assay.approval_of(caller, version, customer, at(opened_at)).await.expect("a form"), *expect, "{opened_at}");
    }
    assert_eq!(assay.approvals(caller, "fixed", 2).await.expect("approvals"), [approval]);
    let approved: Vec<_> = assay.versions(caller).await.expect("versions")[1].approved.clone();
    assert_eq!(approved.iter().map(|view| (view.customer.as_str(), view.parties)).collect::<Vec<_>>(), [("acme", Parties::Two)]);
}

#[tokio::test]
async fn every_step_is_in_the_audit_log_with_what_was_before_and_after() {
    let (installation, proposal, good) = offered().await;
    let Installation { assay, caller, .. } = &installation;
    assay.reject_proposal(caller, proposal.id, "globex", "too long").await.expect("rejected");
    assay.approve_version(caller, "fixed", 2, &good).await.expect("an approval");
    assay.activate_version(caller, "fixed", 2, at("2016-04-01T00:00:00Z")).await.expect("in force");
    assay.retire_version(caller, "fixed", 2, at("2016-05-01T00:00:00Z"), "over").await.expect("retired");
    let log = assay.operations(caller, None, 5).await.expect("the log");
    let told = |before: &str, after: &str| (before.to_owned(), after.to_owned());
    let expect = [
        ("version.retire", told("\"stage\":\"active\"", "\"stage\":\"retired\"")),
        ("version.activate", told("\"stage\":\"approved\"", "\"stage\":\"active\"")),
        ("version.approve", told("\"stage\":\"proposed\"", "\"parties\":\"two-party\"")),
        ("proposal.reject", told("\"state\":\"open\"", "\"reason\":\"too long\"")),
        ("version.propose", told("\"stage\":\"draft\"", "\"stage\":\"proposed\"")),
    ];
    for (entry, (action, (before, after))) in log.iter().zip(expect) {
        let (had, has) = (entry.before.clone().unwrap_or_default(), entry.after.clone().unwrap_or_default());
        assert_eq!((entry.action.as_str(), had.contains(&before), has.contains(&after)), (action, true, true), "{had} {has}");
    }
}
