//! Documents before and after they are issued: previews, and what becomes of an invoice without changing it.

use assay_app::{Caller, GrantRequest, InvoiceView, LineView, Once};
use assay_domain::{
    canon::Digest,
    money::{Amount, Currency},
};
use assay_store::billing::DocumentState;
use assay_tests::assay::{Installation, at};

use super::{
    corrections::{billed, documents, prepared, resolve},
    support::{accept, bill, complaint, drain, event, month, number, standard},
};

/// In May, with March billed: a late outcome of acme, and one of globex that is lost.
pub async fn changed() -> Installation {
    let installation = billed(&standard()).await;
    let Installation { caller, clock, .. } = &installation;
    clock.set(at("2016-05-02T00:00:00Z"));
    resolve(&installation, "late").await;
    reopen(&installation, "globex-0").await;
    drain(&installation, caller).await;
    installation
}

async fn reopen(installation: &Installation, subject: &str) {
    let reopened = event(subject, &format!("{subject}-reopened"), "ticket.reopened", at("2016-03-02T05:00:00Z"), None);
    accept(installation, &installation.caller, vec![reopened]).await;
}

/// What a document says, without what issuing gives it.
fn said(view: &InvoiceView) -> Vec<String> {
    let invoice = &view.invoice;
    let line = |view: &LineView| {
        let line = &view.line;
        let original = view.original.as_ref().map(|number| format!(" ({number})")).unwrap_or_default();
        let what = format!("{} {} of {}{original}", line.kind.name(), line.charge, line.period);
        format!("  {}. {what}: {} × {} = {}", line.position, line.quantity, line.unit_price, line.amount.decimal())
    };
    let head = format!("{} to {} in {}: {}", invoice.kind, invoice.customer_key, invoice.period, invoice.total);
    std::iter::once(head).chain(view.lines.iter().map(line)).collect()
}

async fn preview(installation: &Installation, customer: Option<&str>, text: &str) -> Vec<InvoiceView> {
    installation.assay.preview_invoices(&installation.caller, customer, month(text)).await.expect("a preview")
}

/// How much is written down.
async fn written(installation: &Installation) -> i64 {
    number(installation, "select (select count(*) from operations) + (select count(*) from invoices) + (select count(*) from billing_runs)")
        .await
}

#[tokio::test]
async fn a_preview_says_what_the_run_then_issues() {
    let installation = changed().await;
    let Installation { assay, caller, .. } = &installation;
    let before = written(&installation).await;
    let drafts = preview(&installation, None, "2016-04").await;
    assert_eq!(written(&installation).await, before);
    for view in &drafts {
        assert_eq!((view.invoice.number.as_str(), view.invoice.state, view.invoice.id.0), ("DRAFT", DocumentState::Draft, 0));
    }
    let drafts: Vec<String> = drafts.iter().flat_map(said).collect();
    assert_eq!(
        drafts,
        [
            "invoice to acme in 2016-04: 500.99 USD",
            "  1. charge platform of 2016-04: 1 × 500 = 500.00",
            "  2. correction resolutions of 2016-03 (INV-000001): 1 × 0.99 = 0.99",
            "invoice to globex in 2016-04: 500.00 USD",
            "  1. charge platform of 2016-04: 1 × 500 = 500.00",
            "credit-note to globex in 2016-04: -0.99 USD",
            "  1. correction resolutions of 2016-03 (INV-000002): -1 × 0.99 = -0.99",
        ]
    );
    bill(&installation, caller, "2016-04").await;
    let issued = assay.invoices_in_full(caller, Some(month("2016-04")), None).await.expect("invoices");
    assert_eq!(issued.iter().flat_map(said).collect::<Vec<_>>(), drafts);
    let numbers: Vec<&str> = issued.iter().map(|view| view.invoice.number.as_str()).collect();
    assert_eq!(numbers, ["INV-000003", "INV-000004", "CN-000001"], "a preview takes no numbers");
}

#[tokio::test]
async fn a_preview_may_be_of_one_customer_and_of_a_month_that_is_running() {
    let installation = prepared(&["acme", "globex"], &standard()).await;
    let drafts = preview(&installation, Some("globex"), "2016-04").await;
    let expected = ["invoice to globex in 2016-04: 500.00 USD", "  1. charge platform of 2016-04: 1 × 500 = 500.00"];
    assert_eq!(drafts.iter().flat_map(said).collect::<Vec<_>>(), expected);
    let Installation { assay, caller, .. } = &installation;
    let refused = complaint(assay.preview_invoices(caller, Some("nobody"), month("2016-04")).await);
    assert!(refused.contains("there is no customer \"nobody\""), "{refused}");
    bill(&installation, caller, "2016-03").await;
    let refused = complaint(assay.preview_invoices(caller, None, month("2016-03")).await);
    let expected = "2016-03 is billed; look at its documents, or preview 2016-04, which brings what it has come to differ by";
    assert_eq!(refused, expected);
}

#[tokio::test]
async fn what_a_voided_invoice_billed_comes_with_the_next_one() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, clock, .. } = &installation;
    let march = documents(&installation, "2016-03").await;
    clock.set(at("2016-05-02T00:00:00Z"));
    let voided = assay.void_invoice(caller, "INV-000001", "the wrong address").await.expect("voided");
    assert_eq!(voided.invoice.state, DocumentState::Voided { at: at("2016-05-02T00:00:00Z") });
    assert_eq!((voided.note.as_deref(), voided.due().minor()), (Some("the wrong address"), 0));
    assert_eq!(documents(&installation, "2016-03").await, march, "an issued invoice never changes");
    bill(&installation, caller, "2016-04").await;
    assert_eq!(
        documents(&installation, "2016-04").await,
        [
            "INV-000003 acme 1000.99 USD",
            "  charge platform of 2016-04: 1 × 500 = 500.00",
            "  correction platform of 2016-03: 1 × 500 = 500.00",
            "  correction resolutions of 2016-03: 1 × 0.99 = 0.99",
            "INV-000004 globex 500.00 USD",
            "  charge platform of 2016-04: 1 × 500 = 500.00",
        ]
    );
    let next = assay.invoice(caller, "INV-000003", None).await.expect("an invoice");
    let originals: Vec<_> = next.lines.iter().map(|line| line.original.as_deref()).collect();
    assert_eq!(originals, [None, Some("INV-000001"), Some("INV-000001")]);
    clock.set(at("2016-06-02T00:00:00Z"));
    bill(&installation, caller, "2016-05").await;
    assert_eq!(documents(&installation, "2016-05").await.len(), 4, "what was billed anew is billed once");
}

#[tokio::test]
async fn what_is_settled_or_corrected_stands() {
    let installation = changed().await;
    let Installation { assay, caller, .. } = &installation;
    bill(&installation, caller, "2016-04").await;
    let paid = assay.pay_invoice(caller, "INV-000001", "transfer 17").await.expect("paid");
    assert_eq!(paid.invoice.state, DocumentState::Paid { at: at("2016-05-02T00:00:00Z") });
    assert_eq!((paid.note.as_deref(), paid.due().minor()), (Some("transfer 17"), 0));
    assay.void_invoice(caller, "INV-000004", "a mistake").await.expect("voided");
    let voids = [
        ("INV-000001", "a mistake", "INV-000001 was paid at 2016-05-02T00:00:00Z, so it stands; "),
        ("INV-000002", "a mistake", "INV-000002 is corrected by CN-000001, so it stands; "),
        ("CN-000001", "a mistake", "CN-000001 is a credit note for INV-000002, and only invoices are voided; "),
        ("INV-000004", "a mistake", "INV-000004 was voided at 2016-05-02T00:00:00Z; "),
        ("INV-000009", "a mistake", "there is no invoice \"INV-000009\"; "),
        ("INV-000003", "", "reason: it is empty; "),
    ];
    for (name, reason, expected) in voids {
        let refused = complaint(assay.void_invoice(caller, name, reason).await);
        assert!(refused.starts_with(expected), "{refused}");
    }
    let payments = [
        ("INV-000001", "transfer 18", "INV-000001 was paid at 2016-05-02T00:00:00Z; "),
        ("INV-000004", "transfer 18", "INV-000004 was voided at 2016-05-02T00:00:00Z; "),
        ("INV-000003", "", "reference: it is empty; "),
    ];
    for (name, reference, expected) in payments {
        let refused = complaint(assay.pay_invoice(caller, name, reference).await);
        assert!(refused.starts_with(expected), "{refused}");
    }
    assert_eq!(number(&installation, "select count(*) from invoice_changes").await, 2);
    let paid_back = assay.pay_invoice(caller, "CN-000001", "transfer back").await.expect("paid back");
    assert_eq!((paid_back.invoice.state.name(), paid_back.due().minor()), ("paid", 0));
}

#[tokio::test]
async fn under_one_idempotency_key_an_invoice_is_voided_once() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, clock, .. } = &installation;
    let once = Caller { once: Some(Once { key: "k1".into(), request: Digest::of(b"void it") }), ..caller.clone() };
    let first = assay.void_invoice(&once, "INV-000001", "a mistake").await.expect("voided");
    clock.set(at("2016-05-02T00:00:00Z"));
    let again = assay.void_invoice(&once, "INV-000001", "a mistake").await.expect("the same answer");
    assert_eq!((first.invoice.number, first.invoice.state), (again.invoice.number, again.invoice.state));
    assert_eq!(number(&installation, "select count(*) from invoice_changes").await, 1);
}

#[tokio::test]
async fn prepaid_credit_is_told_beside_the_total() {
    let installation = prepared(&["acme"], &standard()).await;
    let Installation { assay, caller, .. } = &installation;
    let grant = GrantRequest {
        customer: "acme".into(),
        amount: Amount::new(10_000, Currency::USD),
        priority: 100,
        expires_at: None,
        key: "welcome".into(),
        note: "welcome".into(),
    };
    assay.grant(caller, &grant).await.expect("credit");
    bill(&installation, caller, "2016-03").await;
    let view = assay.invoice(caller, "INV-000001", None).await.expect("an invoice");
    assert_eq!([view.invoice.total, view.prepaid, view.due()].map(Amount::decimal), ["500.99", "100.00", "400.99"]);
}
