//! Proposals: who may answer, until when, and what the answers come to.

use assay_domain::{
    approval::{Approval, Approvals, Parties},
    canon::Digest,
    definition::{ActivationContext, ActivationError, Timing, Version, VersionContent, VersionState},
    difference::Described,
    id::{ApprovalKeyId, CustomerId, DefinitionId, ProposalId, VersionId},
    key::Mode,
    proposal::{Answer, ApprovalContext, Proposal, ProposalDocument, ProposalError, ProposalState, Stage},
    time::Timestamp,
};

use super::rules::moment;

const ACME: CustomerId = CustomerId(1);
const GLOBEX: CustomerId = CustomerId(2);

/// Made on day 10, to hold from a day on.
fn proposal(customer: Option<CustomerId>, from: &str) -> Proposal {
    let (id, version) = (ProposalId(1), VersionId(1));
    Proposal { id, version, customer, from: moment(from), at: moment("10"), withdrawn_at: None, answers: Vec::new() }
}

fn answered(answers: &[(CustomerId, Answer)]) -> Proposal {
    Proposal { answers: answers.to_vec(), ..proposal(None, "20") }
}

/// On a day, with nothing that stands in the way.
fn context(now: &str) -> ApprovalContext {
    let start = ActivationContext { has_earlier: true, has_invoices: true, now: moment(now) };
    ApprovalContext { key: Some(ApprovalKeyId(7)), demanded: Parties::Two, version: VersionState::Draft, start }
}

#[test]
fn an_approval_is_given_by_the_time_on_which_it_counts() {
    for (from, now, expect) in [
        ("20", "10", Ok(())),
        ("20", "20", Ok(())),
        ("20", "20+", Err(ProposalError::Lapsed(moment("20")))),
        ("10", "10", Ok(())),
        ("10", "11", Err(ProposalError::Lapsed(moment("10")))),
        // Dated back when it was made: it does not lapse, and is refused as what it is.
        ("5", "30", Err(ProposalError::Start(ActivationError::Retroactive { from: moment("5"), now: moment("30") }))),
    ] {
        let found = proposal(Some(ACME), from).approve(ACME, &context(now));
        let expect = expect.map(|()| Approval { customer: ACME, from: moment(from), key: Some(ApprovalKeyId(7)), at: moment(now) });
        assert_eq!(found, expect, "from {from} on {now}");
    }
}

#[test]
fn a_first_version_may_be_approved_from_the_past_on_while_nothing_is_invoiced() {
    for (has_earlier, has_invoices, expect) in [
        (false, false, None),
        (true, false, Some(ActivationError::Retroactive { from: moment("5"), now: moment("30") })),
        (false, true, Some(ActivationError::Invoiced(moment("5")))),
    ] {
        let start = ActivationContext { has_earlier, has_invoices, now: moment("30") };
        let found = proposal(Some(ACME), "5").approve(ACME, &ApprovalContext { start, ..context("30") });
        assert_eq!(found.err(), expect.map(ProposalError::Start), "{has_earlier} {has_invoices}");
    }
}

#[test]
fn an_approval_is_refused_where_it_does_not_belong() {
    let (signed, alone) = (context("10"), ApprovalContext { key: None, ..context("10") });
    let one = ApprovalContext { demanded: Parties::One, ..alone };
    let retired = VersionState::Retired { active_from: None, from: moment("15") };
    let closed = |state: ProposalState| Some(ProposalError::Closed(state));
    let withdrawn = Proposal { withdrawn_at: Some(moment("11")), ..proposal(None, "20") };
    for (name, proposal, customer, context, expect) in [
        ("signed", proposal(None, "20"), ACME, signed, None),
        ("to another", proposal(Some(GLOBEX), "20"), ACME, signed, Some(ProposalError::ToAnother)),
        ("alone where two are demanded", proposal(None, "20"), ACME, alone, Some(ProposalError::OneParty)),
        ("alone where one is", proposal(None, "20"), ACME, one, None),
        ("withdrawn", withdrawn, ACME, signed, closed(ProposalState::Withdrawn)),
        ("approved before", answered(&[(ACME, Answer::Approved)]), ACME, signed, closed(ProposalState::Approved)),
        ("rejected before", answered(&[(ACME, Answer::Rejected)]), ACME, signed, closed(ProposalState::Rejected)),
        ("answered by another", answered(&[(GLOBEX, Answer::Rejected)]), ACME, signed, None),
        (
            "retired",
            proposal(None, "20"),
            ACME,
            ApprovalContext { version: retired, ..signed },
            Some(ProposalError::Start(ActivationError::Retired(moment("15")))),
        ),
    ] {
        assert_eq!(proposal.approve(customer, &context).err(), expect, "{name}");
    }
}

#[test]
fn a_proposal_stands_as_it_was_answered_by_all_who_were_asked() {
    let both = [ACME, GLOBEX];
    for (answers, awaited, now, expect) in [
        (vec![], &both[..], "15", ProposalState::Open),
        (vec![], &both[..], "21", ProposalState::Lapsed),
        (vec![(ACME, Answer::Approved)], &both[..], "15", ProposalState::Open),
        (vec![(ACME, Answer::Approved)], &both[..], "21", ProposalState::Lapsed),
        (vec![(ACME, Answer::Approved), (GLOBEX, Answer::Rejected)], &both[..], "21", ProposalState::Approved),
        (vec![(ACME, Answer::Rejected), (GLOBEX, Answer::Rejected)], &both[..], "15", ProposalState::Rejected),
        (vec![], &both[..0], "15", ProposalState::Open),
    ] {
        assert_eq!(answered(&answers).overall(awaited, moment(now)), expect, "{answers:?} on {now}");
    }
    let to_one = Proposal { answers: vec![(ACME, Answer::Approved)], ..proposal(Some(ACME), "20") };
    assert_eq!(to_one.overall(&[GLOBEX], moment("30")), ProposalState::Approved, "nobody else is asked");
}

#[test]
fn a_proposal_is_withdrawn_while_somebody_may_answer() {
    let withdrawn = Proposal { withdrawn_at: Some(moment("11")), ..proposal(None, "20") };
    let approved = Proposal { answers: vec![(ACME, Answer::Approved)], ..proposal(Some(ACME), "20") };
    for (name, proposal, now, expect) in [
        ("open", proposal(Some(ACME), "20"), "15", Ok(())),
        ("to everybody, one has answered", answered(&[(ACME, Answer::Approved)]), "15", Ok(())),
        ("approved", approved, "15", Err(ProposalError::Closed(ProposalState::Approved))),
        ("withdrawn", withdrawn, "15", Err(ProposalError::Closed(ProposalState::Withdrawn))),
        ("lapsed", proposal(None, "20"), "21", Err(ProposalError::Lapsed(moment("20")))),
    ] {
        assert_eq!(proposal.check_withdrawable(moment(now)), expect, "{name}");
    }
}

fn content() -> VersionContent {
    VersionContent {
        component: Digest::of(b"component"),
        contract: "assay:rule@0.1.0".into(),
        parameters: Vec::new(),
        reads: Vec::new(),
        timing: Timing::default(),
    }
}

#[test]
fn a_version_goes_through_its_stages() {
    let approval = Approval { customer: ACME, from: moment("20"), key: None, at: Timestamp::EPOCH };
    let approved: Approvals = [approval].into_iter().collect();
    let active = VersionState::Active { from: moment("20") };
    let retired = VersionState::Retired { active_from: Some(moment("20")), from: moment("30") };
    for (state, approvals, is_offered, expect) in [
        (VersionState::Draft, Approvals::default(), false, Stage::Draft),
        (VersionState::Draft, Approvals::default(), true, Stage::Proposed),
        (VersionState::Draft, approved.clone(), true, Stage::Proposed),
        (VersionState::Draft, approved.clone(), false, Stage::Approved),
        (active, approved.clone(), true, Stage::Active),
        (retired, approved, true, Stage::Retired),
    ] {
        let version = Version { id: VersionId(1), definition: DefinitionId(1), number: 1, content: content(), state, approvals };
        assert_eq!(Stage::of(&version, is_offered), expect);
    }
}

#[test]
fn a_document_says_what_it_is_and_what_is_hashed() {
    let described =
        |number: u32| Described { number, hash: content().hash(), content: content(), parameters: Vec::new(), reasons: Vec::new() };
    let document = ProposalDocument {
        format: ProposalDocument::FORMAT.into(),
        tenant: "vendor".into(),
        mode: Mode::Live,
        customer: "acme".into(),
        definition: "fixed".into(),
        from: moment("20"),
        proposed: described(2),
        in_force: Some(described(1)),
    };
    assert_eq!(document.check(), Ok(()));
    assert_eq!(document.consent().hash, content().hash());
    let wrong = |change: fn(&mut ProposalDocument)| {
        let mut document = document.clone();
        change(&mut document);
        document.check().expect_err("a document that is wrong").field
    };
    assert_eq!(wrong(|document| document.format = "assay.2.proposal".into()), "format");
    assert_eq!(wrong(|document| document.proposed.content.contract = "assay:rule@0.2.0".into()), "proposed.hash");
    assert_eq!(wrong(|document| document.in_force.as_mut().unwrap().hash = Digest::of(b"other")), "in_force.hash");
    let text = serde_json::to_string(&document).unwrap();
    assert_eq!(serde_json::from_str::<ProposalDocument>(&text).unwrap(), document);
}
