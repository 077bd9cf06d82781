//! Keys of customers: what they open, and that it is never another's.

use assay_app::{
    AgreementRequest, ApprovalKeyRequest, ApprovalRequest, BacktestRequest, Caller, Candidate, CustomerCaller, DisputeQuery,
    DisputeRequest, EventKeyRequest, FixtureRequest, InteractionQuery, InteractionView, KeyRequest, KeyView, Page, ProposalRequest,
    ProposalView, Signed, Submitted, Thresholds, VENDOR, VersionRequest, Window,
};
use assay_domain::{
    attestation::{EventSignature, message},
    dispute::Category,
    key::{Role, Roles},
    proposal::ProposalState,
    ruling::{Effect, Ruling},
    time::Duration,
};
use assay_tests::assay::{Installation, at};

use super::{
    lifecycle::secret,
    stage::ORDINARY,
    support::{accept, bill, complaint, drain, event, month, standard, tickets},
};

const ALL: Page = Page::ALL;

/// In April 2016, tickets of two customers, judged, and an agreement with each from March on. Two of acme's three succeeded, and one of
/// globex's two.
async fn agreed() -> Installation {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let caller = &installation.caller;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, [tickets("acme", 3, 2), tickets("globex", 2, 1)].concat()).await;
    drain(&installation, caller).await;
    installation.agree(caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
    drain(&installation, caller).await;
    installation
}

/// Who asks with a new key of a customer.
async fn own(installation: &Installation, customer: &str) -> CustomerCaller {
    let key = installation.customer_key(&installation.caller, customer).await;
    let principal = installation.assay.authenticate(&key).await.expect("asked").expect("let in");
    principal.customer_caller().expect("a customer's key")
}

fn request(roles: &[Role], customer: Option<&str>) -> KeyRequest {
    let roles = roles.iter().copied().collect();
    KeyRequest { name: "portal".into(), roles, customer: customer.map(Into::into), expires_at: None }
}

fn claim(subject: &str) -> DisputeRequest {
    DisputeRequest {
        interaction: subject.into(),
        definition: "fixed".into(),
        customer: None,
        category: Category::NotDelivered,
        claim: "it was never solved".into(),
        events: Vec::new(),
    }
}

#[tokio::test]
async fn a_customers_key_is_the_customers_and_has_no_other_role() {
    let installation = agreed().await;
    let Installation { assay, caller, .. } = &installation;
    let id = assay.customer(caller, "acme").await.expect("a customer").id;
    let made = assay.create_key(caller, &request(&[Role::Customer], Some(&id.to_string()))).await.expect("a key");
    assert_eq!((made.view.customer.as_deref(), made.view.roles), (Some("acme"), Roles::only(Role::Customer)));
    let principal = assay.authenticate(&made.secret.expect("shown once")).await.expect("asked").expect("let in");
    let customer = principal.customer.clone().expect("its customer");
    assert_eq!((customer.id, customer.key.as_str()), (id, "acme"));
    assert_eq!(principal.tenant.as_ref().map(|tenant| tenant.id), Some(caller.tenant));
    for (role, name) in Role::ALL {
        assert_eq!(principal.may(role), role == Role::Customer, "{name}");
    }
    assert!(!principal.may_read());
    let admin = installation.key(caller, &[Role::Admin]).await;
    let admin = assay.authenticate(&admin).await.expect("asked").expect("let in");
    assert!(!admin.may(Role::Customer) && admin.customer_caller().is_none(), "nobody acts in a customer's name");
    let listed: Vec<_> = assay.keys(caller, ALL).await.expect("keys").into_iter().map(|KeyView { customer, .. }| customer).collect();
    assert_eq!(listed, [Some("acme".to_owned()), None]);
}

#[tokio::test]
async fn what_no_key_can_be_is_said_by_field() {
    let installation = agreed().await;
    let Installation { assay, caller, .. } = &installation;
    let alone = "roles: a customer's key has the role customer and no other";
    for (roles, customer, expect) in [
        (&[Role::Customer][..], None, "customer: it is missing"),
        (&[Role::Customer, Role::Viewer], None, "customer: it is missing"),
        (&[Role::Customer, Role::Admin], Some("acme"), alone),
        (&[Role::Viewer], Some("acme"), alone),
        (&[], Some("acme"), "roles: there is none"),
        (&[Role::Customer], Some("nobody"), "there is no customer \"nobody\""),
        (&[Role::Customer], Some("cus_000000000zzzz"), "there is no customer"),
    ] {
        let refused = complaint(assay.create_key(caller, &request(roles, customer)).await);
        assert!(refused.contains(expect), "{roles:?} {customer:?}: {refused}");
    }
    let other = installation.tenant("other").await;
    let refused = complaint(assay.create_key(&other, &request(&[Role::Customer], Some("acme"))).await);
    assert!(refused.contains("there is no customer \"acme\""), "another tenant's: {refused}");
    assert!(assay.keys(caller, ALL).await.expect("keys").is_empty(), "none was made");
}

#[tokio::test]
async fn a_key_that_replaces_a_customers_is_the_customers_too() {
    let installation = agreed().await;
    let Installation { assay, caller, clock, .. } = &installation;
    let old = assay.create_key(caller, &request(&[Role::Customer], Some("acme"))).await.expect("a key");
    let new = assay.rotate_key(caller, old.view.id, Duration::ZERO).await.expect("rotated");
    assert_eq!((new.view.customer.as_deref(), new.view.roles), (Some("acme"), old.view.roles));
    clock.set(at("2016-04-02T00:00:01Z"));
    assert_eq!(assay.authenticate(&old.secret.expect("shown")).await.expect("asked"), None);
    let principal = assay.authenticate(&new.secret.expect("shown")).await.expect("asked").expect("let in");
    assert_eq!(principal.customer_caller().expect("a customer's").key(), "acme");
    let revoked = assay.revoke_key(caller, new.view.id).await.expect("revoked");
    assert_eq!(revoked.customer.as_deref(), Some("acme"));
}

#[tokio::test]
async fn documents_are_those_addressed_to_the_customer() {
    let installation = agreed().await;
    let Installation { assay, caller, .. } = &installation;
    bill(&installation, caller, "2016-03").await;
    let acme = own(&installation, "acme").await;
    let mine = assay.own_invoices(&acme, None, ALL).await.expect("documents");
    let [invoice] = mine.as_slice() else { panic!("{mine:?}") };
    assert_eq!((invoice.number.as_str(), invoice.customer_key.as_str()), ("INV-000001", "acme"));
    assert_eq!(assay.own_invoices(&acme, Some(month("2016-03")), ALL).await.expect("documents").len(), 1);
    assert_eq!(assay.own_invoices(&acme, Some(month("2016-04")), ALL).await.expect("documents").len(), 0);
    assert_eq!(assay.own_invoices_in_full(&acme, None).await.expect("documents").len(), 1);
    let view = assay.own_invoice(&acme, "INV-000001", Some(2)).await.expect("a document");
    let behind: Vec<&str> = view.lines[1].behind.iter().map(|(subject, ..)| subject.as_str()).collect();
    assert_eq!(behind, ["acme-0", "acme-1"]);
    let other = assay.invoice(caller, "INV-000002", None).await.expect("globex's").invoice.id.to_string();
    for name in ["INV-000002", other.as_str(), "INV-000009"] {
        let expect = format!("there is no invoice {name:?}; the list of invoices shows them");
        assert_eq!(complaint(assay.own_invoice(&acme, name, None).await), expect);
        // What is wrong with the line is not told of a document that is not there.
        assert_eq!(complaint(assay.own_line(&acme, name, 77, (0, 9)).await), expect);
    }
}

#[tokio::test]
async fn a_line_leads_to_its_interactions_in_pieces() {
    let installation = agreed().await;
    let Installation { assay, caller, .. } = &installation;
    bill(&installation, caller, "2016-03").await;
    let acme = own(&installation, "acme").await;
    for (piece, expect, next) in [
        ((0, 1), vec!["acme-0"], Some(1)),
        ((1, 1), vec!["acme-1"], None),
        ((0, 2), vec!["acme-0", "acme-1"], None),
        ((2, 5), vec![], None),
    ] {
        let line = assay.own_line(&acme, "INV-000001", 2, piece).await.expect("a line");
        let found: Vec<&str> = line.outcomes.iter().map(|outcome| outcome.subject.as_str()).collect();
        assert_eq!((found, line.next), (expect, next), "{piece:?}");
        assert!(line.outcomes.iter().all(|outcome| outcome.entry.as_ref().is_some_and(|entry| entry.subject == outcome.subject)));
    }
    assay.assign_interaction(caller, "acme-0", "globex", "they asked").await.expect("assigned");
    drain(&installation, caller).await;
    let line = assay.own_line(&acme, "INV-000001", 2, (0, 9)).await.expect("a line");
    let standing: Vec<bool> = line.outcomes.iter().map(|outcome| outcome.entry.is_some()).collect();
    assert_eq!(standing, [false, true], "a document keeps what it has billed; what is another's by now is not shown");
}

#[tokio::test]
async fn interactions_are_those_the_customer_is_billed_for() {
    let installation = agreed().await;
    let Installation { assay, caller, .. } = &installation;
    let acme = own(&installation, "acme").await;
    let subjects = async |query: InteractionQuery, page: Page| {
        let found = assay.own_interactions(&acme, &query, page).await.expect("interactions");
        found.into_iter().map(|entry| entry.subject).collect::<Vec<_>>()
    };
    let any = InteractionQuery::default;
    assert_eq!(subjects(any(), ALL).await, ["acme-0", "acme-1", "acme-2"]);
    let first = assay.own_interaction(&acme, "acme-0").await.expect("mine").id;
    assert_eq!(subjects(any(), Page { after: first.0, limit: 1 }).await, ["acme-1"]);
    assert_eq!(subjects(InteractionQuery { definition: Some("unheard-of".into()), ..any() }, ALL).await, [""; 0]);
    assert_eq!(subjects(InteractionQuery { unassigned: true, ..any() }, ALL).await, [""; 0]);
    let named = InteractionQuery { customer: Some("globex".into()), ..any() };
    assert!(complaint(assay.own_interactions(&acme, &named, ALL).await).contains("there is no customer \"globex\""));

    let theirs = assay.interaction(caller, "globex-0").await.expect("globex's").id.to_string();
    for name in ["globex-0", theirs.as_str(), "nobody's"] {
        let refused = complaint(assay.own_interaction(&acme, name).await);
        assert!(refused.starts_with(&format!("there is no interaction {name:?}; ")), "{refused}");
    }
    assay.assign_interaction(caller, "acme-0", "globex", "they asked").await.expect("assigned");
    assert!(complaint(assay.own_interaction(&acme, "acme-0").await).contains("there is no interaction"), "at once, not when it is judged");
}

#[tokio::test]
async fn who_of_others_vouches_for_an_event_is_not_told() {
    let installation = agreed().await;
    let Installation { assay, caller, .. } = &installation;
    let signer = secret(7);
    let public_key = signer.public().to_string();
    let request = EventKeyRequest { source: "test".into(), customer: Some("globex".into()), public_key: public_key.clone() };
    assay.add_event_key(caller, &request).await.expect("a key");
    let note = event("globex-0", "noted", "ticket.noted", at("2016-03-02T00:30:00Z"), Some("globex"));
    let value = signer.sign(&message(&note, &note.data)).to_string();
    let submitted = Submitted::new(note, Some(EventSignature { key: public_key, value }), assay.now());
    let checked = assay.verify(caller, vec![submitted]).await.expect("a batch");
    assay.record(caller, checked).await.expect("recorded");
    let vouchers = |view: InteractionView| view.events.iter().map(|event| event.attested.len()).sum::<usize>();
    let globex = own(&installation, "globex").await;
    assert_eq!(vouchers(assay.own_interaction(&globex, "globex-0").await.expect("its own")), 1);
    assay.assign_interaction(caller, "globex-0", "acme", "they asked").await.expect("assigned");
    drain(&installation, caller).await;
    let acme = own(&installation, "acme").await;
    assert_eq!(vouchers(assay.interaction(caller, "globex-0").await.expect("the vendor's")), 1);
    assert_eq!(vouchers(assay.own_interaction(&acme, "globex-0").await.expect("its own by now")), 0);
}

#[tokio::test]
async fn a_dispute_is_opened_looked_at_and_appealed_by_whoever_is_billed() {
    let installation = agreed().await;
    let Installation { assay, caller, .. } = &installation;
    bill(&installation, caller, "2016-03").await;
    let (acme, globex) = (own(&installation, "acme").await, own(&installation, "globex").await);
    let opened = assay.open_own_dispute(&acme, &claim("acme-0")).await.expect("a dispute");
    let id = opened.view.id;
    assert_eq!((opened.view.customer.as_str(), opened.view.invoice.as_deref()), ("acme", Some("INV-000001")));
    assert!(opened.view.actor.starts_with("key_") && opened.finding().is_some(), "{opened:?}");
    for subject in ["globex-0", "nobody's"] {
        let refused = complaint(assay.open_own_dispute(&acme, &claim(subject)).await);
        assert!(refused.starts_with(&format!("there is no interaction {subject:?}; ")), "{refused}");
    }
    for (request, expect) in [
        (DisputeRequest { definition: "unheard-of".into(), ..claim("acme-1") }, "there is no outcome"),
        (DisputeRequest { customer: Some("globex".into()), ..claim("acme-1") }, "there is no customer \"globex\""),
        (claim("acme-2"), "nothing is billed for it"),
        (claim("acme-0"), "it is disputed already"),
    ] {
        let refused = complaint(assay.open_own_dispute(&acme, &request).await);
        assert!(refused.contains(expect), "{request:?}: {refused}");
    }

    let theirs = assay.open_own_dispute(&globex, &claim("globex-0")).await.expect("a dispute").view.id;
    let refused = complaint(assay.own_dispute(&acme, theirs).await);
    assert_eq!(
        refused,
        complaint(assay.own_dispute(&acme, "dsp_000000000zzzz".parse().expect("an id")).await)
            .replace("dsp_000000000zzzz", &theirs.to_string())
    );
    assert_eq!(complaint(assay.appeal_own_dispute(&acme, theirs, "mine").await), refused);
    assert_eq!(complaint(assay.own_dispute_terms(&acme, theirs).await), refused);
    let listed = async |query: DisputeQuery| {
        let found = assay.own_disputes(&acme, &query, ALL).await.expect("disputes");
        found.into_iter().map(|view| view.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(DisputeQuery::default()).await, [id]);
    for interaction in ["globex-0", "nobody's"] {
        let named = DisputeQuery { interaction: Some(interaction.into()), ..DisputeQuery::default() };
        assert!(listed(named).await.is_empty(), "{interaction}");
    }

    assay.decide_dispute(caller, id, Ruling::Uphold, "the log says so").await.expect("decided");
    let seen = assay.own_dispute(&acme, id).await.expect("mine");
    assert_eq!(seen.view.effect, Effect::Reversed);
    let by: Vec<&str> = seen.steps.iter().map(|step| step.actor.as_str()).collect();
    assert_eq!(by, [opened.view.actor.as_str(), VENDOR], "of the vendor's people nobody is named");
    let appealed = assay.appeal_own_dispute(&acme, id, "only a part of it").await.expect("appealed");
    assert_eq!(appealed.view.state.name(), "appealed");
    assert!(complaint(assay.appeal_own_dispute(&acme, id, "again").await).contains("not decided yet"));
    assay.decide_dispute(caller, id, Ruling::Uphold, "for good").await.expect("decided");
    assay.save_fixture(caller, id, &FixtureRequest::default()).await.expect("a fixture");
    let seen = assay.own_dispute(&acme, id).await.expect("mine");
    assert_eq!(seen.fixture, None, "what the vendor tries its versions with is its own");
}

#[tokio::test]
async fn a_payer_sees_what_it_is_billed_for_and_the_merged_customer_its_own_work() {
    let installation = agreed().await;
    let Installation { assay, caller, .. } = &installation;
    assay.merge_customer(caller, "globex", "acme", "acme bought it").await.expect("merged");
    bill(&installation, caller, "2016-03").await;
    let (acme, globex) = (own(&installation, "acme").await, own(&installation, "globex").await);
    let view = assay.own_invoice(&acme, "INV-000001", None).await.expect("the only document");
    assert_eq!(view.lines.iter().map(|line| line.customer.as_str()).collect::<Vec<_>>(), ["acme", "acme", "globex", "globex"]);
    let line = assay.own_line(&acme, "INV-000001", 4, (0, 9)).await.expect("globex's outcomes");
    assert_eq!(line.outcomes[0].entry.as_ref().map(|entry| entry.subject.as_str()), Some("globex-0"));
    assert_eq!(assay.own_interaction(&acme, "globex-0").await.expect("paid for").customer.as_deref(), Some("globex"));
    let all = assay.own_interactions(&acme, &InteractionQuery::default(), ALL).await.expect("interactions");
    assert_eq!(all.len(), 5);
    let named = InteractionQuery { customer: Some("globex".into()), ..InteractionQuery::default() };
    assert_eq!(assay.own_interactions(&acme, &named, ALL).await.expect("interactions").len(), 2);

    assert_eq!(assay.own_invoices(&globex, None, ALL).await.expect("none").len(), 0);
    assert!(complaint(assay.own_invoice(&globex, "INV-000001", None).await).contains("there is no invoice"));
    assert!(complaint(assay.own_interaction(&globex, "acme-0").await).contains("there is no interaction"));
    assert_eq!(assay.own_interactions(&globex, &InteractionQuery::default(), ALL).await.expect("its own").len(), 2);

    let opened = assay.open_own_dispute(&acme, &claim("globex-0")).await.expect("a dispute");
    assert_eq!((opened.view.customer.as_str(), opened.view.invoice.as_deref()), ("globex", Some("INV-000001")));
    let seen = assay.own_dispute(&globex, opened.view.id).await.expect("about its work");
    assert_eq!(seen.view.actor, opened.view.actor, "who pays for it is not told as the vendor");
    let mine = assay.open_own_dispute(&acme, &claim("acme-0")).await.expect("a dispute").view.id;
    assert!(complaint(assay.own_dispute(&globex, mine).await).contains("there is no dispute"));
    let ids: Vec<_> = assay.own_disputes(&acme, &DisputeQuery::default(), ALL).await.expect("both").iter().map(|view| view.id).collect();
    assert_eq!(ids, [opened.view.id, mine], "in the order they were opened, whosever they are");
}

/// A draft of `fixed` that waits for longer than anything has lasted, offered to a customer.
async fn offered(installation: &Installation, customer: &str) -> ProposalView {
    let Installation { assay, caller, .. } = installation;
    if assay.versions(caller).await.expect("versions").len() == 1 {
        let request = VersionRequest {
            definition: "fixed".into(),
            rule: "resolved-ticket".into(),
            parameters: vec![("window".into(), "1000h".into())],
            timing: ORDINARY,
            active_from: None,
        };
        assay.create_version(caller, &request).await.expect("a version");
    }
    let request = ProposalRequest { customer: Some(customer.into()), from: at("2016-06-01T00:00:00Z") };
    assay.propose_version(caller, "fixed", 2, &request).await.expect("a proposal")
}

async fn signature(installation: &Installation, own: &CustomerCaller, proposal: &ProposalView, seed: u8) -> ApprovalRequest {
    let document = installation.assay.own_proposal_document(own, proposal.id, None).await.expect("a document");
    let key = secret(seed);
    let signed = Signed { key: key.public().to_string(), signature: key.sign(&document.consent().message()).to_string() };
    ApprovalRequest { customer: document.customer, from: document.from, hash: Some(document.proposed.hash), signed: Some(signed) }
}

async fn register(installation: &Installation, caller: &Caller, customer: &str, seed: u8) {
    let request = ApprovalKeyRequest { name: "head of support".into(), public_key: secret(seed).public().to_string() };
    installation.assay.add_approval_key(caller, customer, &request).await.expect("a key");
}

#[tokio::test]
async fn a_proposal_is_answered_by_whom_it_is_made_to() {
    let installation = agreed().await;
    let Installation { assay, caller, .. } = &installation;
    let (mine, theirs) = (offered(&installation, "acme").await, offered(&installation, "globex").await);
    register(&installation, caller, "acme", 1).await;
    let acme = own(&installation, "acme").await;
    let seen = assay.own_proposals(&acme, ALL).await.expect("proposals");
    let [seen] = seen.as_slice() else { panic!("{seen:?}") };
    assert_eq!(
        (seen.id, seen.state, seen.awaited.as_slice(), seen.actor.as_str()),
        (mine.id, ProposalState::Open, &["acme".to_owned()][..], VENDOR)
    );
    let refused = complaint(assay.own_proposal(&acme, theirs.id).await);
    assert!(refused.starts_with("there is no proposal"), "{refused}");
    assert_eq!(complaint(assay.own_proposal_document(&acme, theirs.id, None).await), refused);
    assert_eq!(complaint(assay.own_proposal_file(&acme, theirs.id).await), refused);
    assert_eq!(complaint(assay.own_proposal_backtest(&acme, theirs.id).await.map(drop)), refused);
    assert_eq!(complaint(assay.reject_own(&acme, theirs.id, None, "no").await), refused);
    assert!(complaint(assay.own_proposal_document(&acme, mine.id, Some("globex")).await).contains("there is no customer \"globex\""));

    let good = signature(&installation, &acme, &mine, 1).await;
    for (number, request, expect) in [
        (2, ApprovalRequest { signed: None, ..good.clone() }, "signature: it is missing"),
        (2, ApprovalRequest { customer: "globex".into(), ..good.clone() }, "there is no customer \"globex\""),
        (1, good.clone(), "there is no version \"fixed@1\""),
        (9, good.clone(), "there is no version \"fixed@9\""),
        (2, signature(&installation, &acme, &mine, 2).await, "key: "),
    ] {
        let refused = complaint(assay.approve_own(&acme, "fixed", number, &request).await);
        assert!(refused.contains(expect), "{number} {request:?}: {refused}");
    }
    let approval = assay.approve_own(&acme, "fixed", 2, &good).await.expect("approved");
    assert_eq!((approval.customer.as_str(), approval.key), ("acme", good.signed.map(|signed| signed.key)));
    assert_eq!(assay.own_proposal(&acme, mine.id).await.expect("mine").state, ProposalState::Approved);
    assert_eq!(assay.proposal(caller, theirs.id).await.expect("globex's").state, ProposalState::Open, "and globex has not answered");
    let globex = own(&installation, "globex").await;
    let rejected = assay.reject_own(&globex, theirs.id, Some("globex"), "too long").await.expect("rejected");
    assert_eq!((rejected.state, rejected.answers[0].said.reason.as_deref()), (ProposalState::Rejected, Some("too long")));
}

#[tokio::test]
async fn a_proposal_to_everybody_is_told_to_whoever_has_to_sign_it() {
    let installation = Installation::new("2016-03-01T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    assay.create_rate_card(caller, &standard()).await.expect("a card");
    for (customer, parties) in [("acme", "two-party"), ("globex", "one-party"), ("initech", "two-party")] {
        assay.create_customer(caller, customer).await.expect("a customer");
        let request = AgreementRequest {
            customer: customer.into(),
            definitions: vec![("fixed".into(), None)],
            parties: parties.parse().expect("parties"),
            rate_card: "standard".into(),
            overrides: Default::default(),
            from: at("2016-03-01T00:00:00Z"),
            until: None,
        };
        assay.create_agreements(caller, &[request]).await.expect("an agreement");
    }
    let request = ProposalRequest { customer: None, from: at("2016-06-01T00:00:00Z") };
    let id = assay.propose_version(caller, "fixed", 1, &request).await.expect("a proposal").id;
    assay.reject_proposal(caller, id, "initech", "not for us").await.expect("rejected");
    for (customer, expect) in [("acme", Some(ProposalState::Open)), ("globex", None), ("initech", Some(ProposalState::Rejected))] {
        let seen = assay.own_proposals(&own(&installation, customer).await, ALL).await.expect("proposals");
        assert_eq!(seen.first().map(|view| view.state), expect, "{customer}");
        let told: Vec<&str> = seen.iter().flat_map(|view| &view.answers).map(|answer| answer.customer.as_str()).collect();
        assert!(told.iter().all(|answered| *answered == customer), "{customer}: {told:?}");
        assert!(seen.iter().flat_map(|view| &view.awaited).all(|awaited| awaited == customer), "{customer}: {seen:?}");
    }
}

#[tokio::test]
async fn of_a_back_test_a_customer_is_told_its_own_bills_and_interactions() {
    let installation = agreed().await;
    let Installation { assay, caller, .. } = &installation;
    let (mine, theirs) = (offered(&installation, "acme").await, offered(&installation, "globex").await);
    let acme = own(&installation, "acme").await;
    assert!(assay.own_proposal_backtest(&acme, mine.id).await.expect("asked").is_none(), "nothing was back-tested");
    let request = BacktestRequest {
        definition: "fixed".into(),
        candidate: Candidate::Version(2),
        window: Window::default(),
        labels: Vec::new(),
        thresholds: Thresholds::default(),
        is_shadow: false,
    };
    let started = assay.start_backtest(caller, &request).await.expect("a back-test");
    assay.carry_backtest(caller, started.id, |_, _| {}).await.expect("carried");
    for (customer, proposal, lost, bill) in
        [("acme", mine.id, ["acme-0", "acme-1"].as_slice(), "501.98 USD"), ("globex", theirs.id, &["globex-0"], "500.99 USD")]
    {
        let found = assay.own_proposal_backtest(&own(&installation, customer).await, proposal).await.expect("asked").expect("a back-test");
        let subjects: Vec<&str> = found.differences.iter().map(|difference| difference.subject.as_str()).collect();
        assert_eq!((found.id, subjects.as_slice(), found.counts.lost, found.counts.earned), (started.id, lost, lost.len() as u64, 0));
        let bills: Vec<_> =
            found.bills.iter().map(|bill| (bill.customer.as_str(), bill.in_force.to_string(), bill.candidate.to_string())).collect();
        assert_eq!(bills, [(customer, bill.to_owned(), "500.00 USD".to_owned())]);
    }
}
