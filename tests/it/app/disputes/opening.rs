//! Opening a dispute: what becomes of the bill meanwhile, and what cannot be disputed.

use assay_app::{
    DisputeQuery, DisputeRequest, Page,
    export::{Format, render},
};
use assay_domain::{
    definition::Timing,
    dispute::{Category, DisputeState, Finding},
    ruling::Ruling,
    time::Duration,
};
use assay_tests::assay::{Installation, at};

use super::support::{
    billed_micros, decide, findings, held, in_class, open, open_as, request, settle, sound, split, stands, steps, tell, worth,
};
use crate::app::{
    corrections::{billed, documents, prepared},
    stage::ORDINARY,
    support::{accept, bill, complaint, drain, number, standard, tickets},
};

#[tokio::test]
async fn an_outcome_that_no_document_has_counted_is_kept_off_the_next_invoice() {
    let installation = prepared(&["acme", "globex"], &standard()).await;
    let Installation { caller, clock, .. } = &installation;
    drain(&installation, caller).await;
    let opened = open(&installation, "acme-0").await;
    assert_eq!((stands(&opened), worth(&opened)), ("open, withheld".into(), Some("0.99".into())));
    assert_eq!((opened.view.invoice.as_deref(), opened.view.quantity.to_string()), (None, "1".into()));
    assert_eq!(opened.view.state, DisputeState::Open { due_at: at("2016-04-16T00:00:00Z") });
    assert_eq!(findings(&opened), [Finding::Reproduces]);
    assert_eq!(
        (billed_micros(&installation, "acme-0").await, held(&installation).await),
        (0, vec!["billable acme resolutions 0.99 USD".into()])
    );
    assert_eq!(in_class(&installation, "disputed").await, 2);

    bill(&installation, caller, "2016-03").await;
    let march = [
        "INV-000001 acme 500.00 USD",
        "  charge platform of 2016-03: 1 × 500 = 500.00",
        "INV-000002 globex 500.99 USD",
        "  charge platform of 2016-03: 1 × 500 = 500.00",
        "  charge resolutions of 2016-03: 1 × 0.99 = 0.99",
    ];
    assert_eq!(documents(&installation, "2016-03").await, march);
    assert_eq!(held(&installation).await, ["billable acme resolutions 0.99 USD"], "it may be billed still");
    sound(&installation).await;

    let rejected = decide(&installation, opened.view.id, Ruling::Reject).await;
    assert_eq!(
        (stands(&rejected), steps(&rejected)),
        ("decided: reject, stands".into(), vec!["open withheld".into(), "decided: reject stands".into()])
    );
    assert_eq!((billed_micros(&installation, "acme-0").await, held(&installation).await), (1_000_000, vec![]));
    clock.set(at("2016-05-02T00:00:00Z"));
    bill(&installation, caller, "2016-04").await;
    let april = ["  charge platform of 2016-04: 1 × 500 = 500.00", "  correction resolutions of 2016-03: 1 × 0.99 = 0.99"];
    assert_eq!(
        documents(&installation, "2016-04").await[..3],
        ["INV-000003 acme 500.99 USD", april[0], april[1]],
        "it comes with the next"
    );
    sound(&installation).await;
}

#[tokio::test]
async fn what_is_taken_back_before_it_was_billed_is_never_billed() {
    let installation = prepared(&["acme"], &standard()).await;
    let Installation { caller, clock, .. } = &installation;
    drain(&installation, caller).await;
    let opened = open(&installation, "acme-0").await;
    let upheld = decide(&installation, opened.view.id, Ruling::Uphold).await;
    assert_eq!((stands(&upheld), billed_micros(&installation, "acme-0").await), ("decided: uphold, reversed".into(), 0));
    assert_eq!((held(&installation).await, in_class(&installation, "overruled").await), (vec![], 2));
    for (month, now) in [("2016-03", "2016-04-02T00:00:00Z"), ("2016-04", "2016-05-02T00:00:00Z")] {
        clock.set(at(now));
        bill(&installation, caller, month).await;
        let fee = format!("  charge platform of {month}: 1 × 500 = 500.00");
        assert_eq!(documents(&installation, month).await[1..], [fee], "there is nothing to give back either");
    }
    sound(&installation).await;
}

#[tokio::test]
async fn an_invoice_shows_what_is_disputed_of_it_and_a_credit_note_gives_it_back() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, clock, .. } = &installation;
    let before = documents(&installation, "2016-03").await;
    let opened = open(&installation, "acme-0").await;
    assert_eq!((stands(&opened), opened.view.invoice.as_deref()), ("open, stands".into(), Some("INV-000001")));
    assert_eq!((worth(&opened), billed_micros(&installation, "acme-0").await), (Some("0.99".into()), 1_000_000));
    assert_eq!(held(&installation).await, ["returnable acme resolutions 0.99 USD"]);
    let shown = async |number: &str| {
        let view = assay.invoice(caller, number, None).await.expect("an invoice");
        let lines: Vec<_> = view.lines.iter().map(|line| line.disputes_in_words().unwrap_or_default()).collect();
        (view.disputed.decimal(), lines)
    };
    let id = opened.view.id;
    assert_eq!(shown("INV-000001").await, ("0.99".into(), vec![String::new(), format!("{id} (open)")]));
    assert_eq!(shown("INV-000002").await, ("0.00".into(), vec![String::new(), String::new()]), "globex disputes nothing");
    let page = render(&assay.invoice(caller, "INV-000001", None).await.expect("an invoice"), Format::Html);
    assert!(page.contains("Of that disputed") && page.contains(&id.to_string()), "{page}");
    let money = assay.conservation(caller, None).await.expect("a report").money.remove(0);
    assert_eq!((money.held.decimal(), money.disputed.decimal()), ("0.00".into(), "0.99".into()));

    let upheld = decide(&installation, id, Ruling::Uphold).await;
    assert_eq!((stands(&upheld), billed_micros(&installation, "acme-0").await), ("decided: uphold, reversed".into(), 0));
    assert_eq!(held(&installation).await, [""; 0]);
    clock.set(at("2016-05-02T00:00:00Z"));
    bill(&installation, caller, "2016-04").await;
    let april = [
        "INV-000003 acme 500.00 USD",
        "  charge platform of 2016-04: 1 × 500 = 500.00",
        "CN-000001 acme for INV-000001 -0.99 USD",
        "  correction resolutions of 2016-03: -1 × 0.99 = -0.99",
        "INV-000004 globex 500.00 USD",
        "  charge platform of 2016-04: 1 × 500 = 500.00",
    ];
    assert_eq!(documents(&installation, "2016-04").await, april);
    assert_eq!(documents(&installation, "2016-03").await, before, "an issued invoice never changes");
    assert_eq!(shown("INV-000001").await.0, "0.00");
    assert_eq!(shown("CN-000001").await.1, [format!("{id} (decided)")], "it says by whose ruling");
    sound(&installation).await;
    clock.set(at("2016-06-02T00:00:00Z"));
    bill(&installation, caller, "2016-05").await;
    assert_eq!(documents(&installation, "2016-05").await.len(), 4, "what is given back is given back once");
}

/// A run that has frozen what it bills by has counted the outcome already, though no document is issued yet.
#[tokio::test]
async fn what_an_open_run_has_counted_is_billed_and_shown_as_disputed() {
    let installation = prepared(&["acme"], &standard()).await;
    let Installation { assay, caller, .. } = &installation;
    drain(&installation, caller).await;
    let (last, now) = (number(&installation, "select max(id) from usage").await, assay.now().micros());
    let columns = "tenant, period, as_of, state, usage_until, created_at";
    let frozen = format!("insert into billing_runs ({columns}) values ({}, '2016-03', {now}, 'issuing', {last}, {now})", caller.tenant.0);
    installation.raw().await.run(&frozen).await;
    let opened = assay.open_dispute(caller, &request("acme-0")).await.expect("a dispute");
    assert_eq!((stands(&opened), opened.view.invoice), ("open, stands".into(), None));
    bill(&installation, caller, "2016-03").await;
    let invoice = assay.invoice(caller, "INV-000001", None).await.expect("an invoice");
    assert_eq!((invoice.invoice.total.decimal(), invoice.disputed.decimal()), ("500.99".into(), "0.99".into()));
    assert_eq!(held(&installation).await, ["returnable acme resolutions 0.99 USD"]);
    sound(&installation).await;
}

#[tokio::test]
async fn what_is_provisional_is_held_once_while_it_is_disputed() {
    let installation = Installation::new("2016-03-04T00:00:00Z").await;
    let Installation { assay, caller, clock, .. } = &installation;
    let timing = Timing { settles_after: Duration::days(10), ..ORDINARY };
    installation.define(caller, "fixed", &[], timing, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, tickets("acme", 1, 1)).await;
    drain(&installation, caller).await;
    installation.agree(caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
    assay.hold(caller).await.expect("held");
    assert_eq!(held(&installation).await, ["billable acme resolutions 0.99 USD"]);
    let opened = open(&installation, "acme-0").await;
    assert_eq!((stands(&opened), held(&installation).await), ("open, withheld".into(), vec!["billable acme resolutions 0.99 USD".into()]));
    decide(&installation, opened.view.id, split("0.5")).await;
    assert_eq!(held(&installation).await, ["billable acme resolutions 0.50 USD"], "0.495, and half a cent goes to the even one");
    clock.set(at("2016-04-02T00:00:00Z"));
    bill(&installation, caller, "2016-03").await;
    let march = documents(&installation, "2016-03").await;
    assert_eq!(march[2], "  charge resolutions of 2016-03: 0.5 × 0.99 = 0.50");
    assert_eq!(held(&installation).await, [""; 0]);
    sound(&installation).await;
}

#[tokio::test]
async fn one_dispute_of_an_outcome_at_a_time() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, .. } = &installation;
    let first = open(&installation, "acme-0").await.view.id;
    let refused = complaint(assay.open_dispute(caller, &request("acme-0")).await);
    assert!(refused.contains(&format!("it is disputed already, by {first}")) && refused.contains("wait for the answer"), "{refused}");
    let (one, other) = tokio::join!(open_unchecked(&installation, "globex-0"), open_unchecked(&installation, "globex-0"));
    assert!(one != other, "of two at once one is refused");
    assert_eq!(assay.disputes(caller, &DisputeQuery::default(), Page::ALL).await.expect("disputes").len(), 2);

    decide(&installation, first, Ruling::Uphold).await;
    let refused = complaint(assay.open_dispute(caller, &request("acme-0")).await);
    assert!(refused.contains(&format!("decided on before, by {first}")), "{refused}");
    sound(&installation).await;
}

/// Whether it was opened.
async fn open_unchecked(installation: &Installation, subject: &str) -> bool {
    installation.assay.open_dispute(&installation.caller, &request(subject)).await.is_ok()
}

#[tokio::test]
async fn what_was_ruled_on_may_be_disputed_again_once_it_is_judged_anew() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, .. } = &installation;
    let first = open(&installation, "acme-0").await.view.id;
    decide(&installation, first, Ruling::Reject).await;
    let refused = complaint(assay.open_dispute(caller, &request("acme-0")).await);
    assert!(refused.contains(&format!("decided on before, by {first}")) && refused.contains("appeal"), "{refused}");
    // After its window: the verdict is the same, and another judgement.
    tell(&installation, "acme-0", "closed", "2016-03-20T00:00:00Z").await;
    drain(&installation, caller).await;
    let second = open(&installation, "acme-0").await;
    assert_eq!(stands(&second), "open, stands");
    let upheld = decide(&installation, second.view.id, Ruling::Uphold).await;
    assert_eq!((stands(&upheld), billed_micros(&installation, "acme-0").await), ("decided: uphold, reversed".into(), 0));
}

#[tokio::test]
async fn it_is_disputed_in_time() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, clock, .. } = &installation;
    settle(&installation, |terms| terms.open_within = Duration::days(30)).await;
    // Invoiced on 2 April.
    clock.set(at("2016-05-02T00:00:00.000001Z"));
    let refused = complaint(assay.open_dispute(caller, &request("acme-0")).await);
    assert!(refused.contains("it was invoiced at 2016-04-02T00:00:00Z and could be disputed for P30D"), "{refused}");
    clock.set(at("2016-05-02T00:00:00Z"));
    open(&installation, "acme-0").await;
}

#[tokio::test]
async fn what_is_not_theirs_is_not_there() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, .. } = &installation;
    let opened = open(&installation, "acme-0").await.view.id;
    let other = installation.tenant("other").await;
    let test = installation.test_side(caller).await;
    for stranger in [&other, &test] {
        assert!(complaint(assay.open_dispute(stranger, &request("globex-0")).await).contains("there is no interaction"));
        for refused in [
            complaint(assay.dispute(stranger, opened).await),
            complaint(assay.decide_dispute(stranger, opened, Ruling::Reject, "why").await),
            complaint(assay.appeal_dispute(stranger, opened, "why").await),
            complaint(assay.save_fixture(stranger, opened, &Default::default()).await),
        ] {
            assert!(refused.contains(&format!("there is no dispute \"{opened}\"")), "{refused}");
        }
        assert_eq!(assay.disputes(stranger, &DisputeQuery::default(), Page::ALL).await.expect("a list").len(), 0);
    }
    let of = |customer: &str| DisputeRequest { customer: Some(customer.into()), ..request("globex-0") };
    let absent = complaint(assay.open_dispute(caller, &of("nobody")).await);
    assert_eq!(complaint(assay.open_dispute(caller, &of("acme")).await), absent, "another's outcome is like one that is not there");
    open_as(&installation, &of("globex")).await;
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, .. } = &installation;
    tell(&installation, "open", "opened", "2016-03-20T08:00:00Z").await;
    drain(&installation, caller).await;
    let usual = || request("acme-0");
    let long = "x".repeat(4097);
    let rows = [
        (
            "an interaction that is not there",
            DisputeRequest { interaction: "nothing".into(), ..usual() },
            "there is no interaction \"nothing\"",
        ),
        ("a definition that is not there", DisputeRequest { definition: "other".into(), ..usual() }, "there is no definition \"other\""),
        ("no success", request("open"), "nothing is billed for it"),
        ("an empty claim", DisputeRequest { claim: " ".into(), ..usual() }, "claim: it is empty"),
        ("a long one", DisputeRequest { claim: long, ..usual() }, "4097 bytes are more than 4096"),
        (
            "an event of another ticket",
            DisputeRequest { events: vec!["test globex-0-opened".into()], ..usual() },
            "is no event of the interaction",
        ),
        ("an event of nobody", DisputeRequest { events: vec!["test nothing".into()], ..usual() }, "is no event of the interaction"),
    ];
    for (name, request, problem) in rows {
        let refused = complaint(assay.open_dispute(caller, &request).await);
        assert!(refused.contains(problem), "{name}: {refused}");
    }
    assert_eq!(assay.disputes(caller, &DisputeQuery::default(), Page::ALL).await.expect("disputes").len(), 0);
    assert_eq!(held(&installation).await, [""; 0], "nothing is held for what was refused");
}

#[tokio::test]
async fn disputes_are_found_by_customer_definition_interaction_and_state() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, .. } = &installation;
    let other = DisputeRequest { category: Category::Duplicate, claim: "it is the same as before".into(), ..request("globex-0") };
    let (acme, globex) = (open(&installation, "acme-0").await.view.id, open_as(&installation, &other).await.view.id);
    decide(&installation, acme, Ruling::Uphold).await;
    let query = |set: fn(&mut DisputeQuery)| {
        let mut query = DisputeQuery::default();
        set(&mut query);
        query
    };
    let rows = [
        ("all", query(|_| {}), vec![acme, globex]),
        ("of a customer", query(|query| query.customer = Some("globex".into())), vec![globex]),
        ("of a definition", query(|query| query.definition = Some("fixed".into())), vec![acme, globex]),
        ("about an interaction", query(|query| query.interaction = Some("acme-0".into())), vec![acme]),
        ("that wait", query(|query| query.is_open = true), vec![globex]),
    ];
    for (name, query, expect) in rows {
        let found = assay.disputes(caller, &query, Page::ALL).await.expect("disputes");
        assert_eq!(found.iter().map(|view| view.id).collect::<Vec<_>>(), expect, "{name}");
    }
    for (query, problem) in [
        (query(|query| query.customer = Some("nobody".into())), "there is no customer"),
        (query(|query| query.definition = Some("nothing".into())), "there is no definition"),
        (query(|query| query.interaction = Some("nothing".into())), "there is no interaction"),
    ] {
        assert!(complaint(assay.disputes(caller, &query, Page::ALL).await).contains(problem), "{problem}");
    }
    let found = assay.dispute(caller, globex).await.expect("a dispute").view;
    assert_eq!(
        (found.category, found.claim.as_str(), found.reason.as_str()),
        (Category::Duplicate, "it is the same as before", "resolved")
    );
    let page = assay.disputes(caller, &DisputeQuery::default(), Page { after: acme.0, limit: 1 }).await.expect("a piece");
    assert_eq!(page.iter().map(|view| view.id).collect::<Vec<_>>(), [globex]);
}
