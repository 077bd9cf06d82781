//! Documents in every form they can be had in: all of them add up, and none of them lets what people wrote become code.

use std::collections::BTreeMap;

use assay_app::{
    InvoiceView,
    export::{Format, render, render_all},
};
use assay_rating::card::RateCard;
use assay_tests::assay::Installation;
use serde_json::{Value, json};

use super::{
    corrections::{billed, prepared},
    documents::changed,
    support::{bill, card, month, standard},
};

/// March and April billed: a late charge on INV-000003, and CN-000001 for INV-000002.
async fn corrected() -> Installation {
    let installation = changed().await;
    bill(&installation, &installation.caller, "2016-04").await;
    installation
}

async fn views(installation: &Installation) -> Vec<InvoiceView> {
    installation.assay.invoices_in_full(&installation.caller, None, None).await.expect("invoices")
}

async fn view(installation: &Installation, number: &str) -> InvoiceView {
    installation.assay.invoice(&installation.caller, number, None).await.expect("an invoice")
}

/// The records of a table, as RFC 4180 has them.
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(next) = chars.next() {
        match (next, quoted) {
            ('"', true) if chars.next_if_eq(&'"').is_some() => cell.push('"'),
            ('"', _) => quoted = !quoted,
            (',', false) => record.push(std::mem::take(&mut cell)),
            ('\r', false) => assert_eq!(chars.peek(), Some(&'\n'), "lines end with both"),
            ('\n', false) => {
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            (next, _) => cell.push(next),
        }
    }
    assert!(!quoted && cell.is_empty() && record.is_empty(), "a table ends with a whole line");
    records
}

/// The rows of a table by the names of its columns.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut records = records(text).into_iter();
    let head = records.next().expect("a header");
    let row = |record: Vec<String>| -> BTreeMap<String, String> {
        assert_eq!(record.len(), head.len(), "{record:?}");
        head.iter().cloned().zip(record).collect()
    };
    records.map(row).collect()
}

/// Cents from an amount with its two decimals.
fn cents(amount: &str) -> i64 {
    amount.replace('.', "").parse().unwrap_or_else(|_| panic!("{amount:?} is no amount"))
}

fn sum<'a>(amounts: impl Iterator<Item = &'a str>) -> i64 {
    amounts.map(cents).sum()
}

#[tokio::test]
async fn in_every_form_the_lines_add_up_to_the_total() {
    let installation = corrected().await;
    let views = views(&installation).await;
    assert_eq!(views.len(), 5);
    for view in &views {
        let (number, total) = (&view.invoice.number, view.invoice.total.minor());
        let json: Value = serde_json::from_str(&render(view, Format::Json)).expect("JSON");
        let lines = json["lines"].as_array().expect("lines");
        assert_eq!(sum(lines.iter().map(|line| line["amount"].as_str().expect("a string"))), total, "{number}");
        assert_eq!(cents(json["total"].as_str().expect("a string")), total, "{number}");
        let csv = rows(&render(view, Format::Csv));
        assert_eq!(csv.len(), lines.len(), "{number}");
        assert_eq!(sum(csv.iter().map(|row| row["amount"].as_str())), total, "{number}");
        let focus = rows(&render(view, Format::Focus));
        assert_eq!(focus.len(), lines.len(), "{number}");
        assert_eq!(sum(focus.iter().map(|row| row["BilledCost"].as_str())), total, "{number}");
        let (page, shown) = (render(view, Format::Html), view.invoice.total.decimal().replace('-', "−"));
        assert!(page.contains(&format!("Total USD</th><td class=\"figure\">{shown}</td>")), "{number}: {page}");
        for line in &view.lines {
            let amount = line.line.amount.decimal().replace('-', "−");
            assert!(page.contains(&format!("<td class=\"figure\">{amount}</td>")), "{number}: {page}");
        }
    }
}

#[tokio::test]
async fn several_documents_are_one_export() {
    let installation = corrected().await;
    let views = views(&installation).await;
    let focus = rows(&render_all(&views, Format::Focus));
    let csv = rows(&render_all(&views, Format::Csv));
    let json: Vec<Value> = serde_json::from_str(&render_all(&views, Format::Json)).expect("JSON");
    let page = render_all(&views, Format::Html);
    assert_eq!((json.len(), page.matches("<article").count()), (5, 5));
    assert!(page.contains("<title>INV-000001 and 4 more</title>"), "{page}");
    for view in &views {
        let (number, total) = (&view.invoice.number, view.invoice.total.minor());
        let of = |column: &str, amount: &str, rows: &[BTreeMap<String, String>]| -> i64 {
            rows.iter().filter(|row| row[column] == *number).map(|row| cents(&row[amount])).sum()
        };
        assert_eq!((of("InvoiceId", "BilledCost", &focus), of("number", "amount", &csv)), (total, total), "{number}");
    }
}

#[tokio::test]
async fn json_says_everything_under_names_that_stay() {
    let installation = billed(&standard()).await;
    let found: Value = serde_json::from_str(&render(&view(&installation, "INV-000001").await, Format::Json)).expect("JSON");
    let line = |position: u32, charge: &str, label: &str, basis: &str, unit: &str, price: &str, amount: &str| {
        json!({
            "position": position, "kind": "charge", "basis": basis, "agreement": "agr_0000000000001", "plan": "standard",
            "usage_of": "acme", "period": "2016-03", "from": "2016-03-01T00:00:00Z", "until": "2016-04-01T00:00:00Z", "original": null,
            "charge": charge, "tier": 0, "label": label, "quantity": "1", "unit": unit, "unit_price": price, "amount": amount,
            "disputes": [],
        })
    };
    let expected = json!({
        "id": "inv_0000000000001", "number": "INV-000001", "kind": "invoice", "state": "issued", "state_since": null, "note": null,
        "issuer": "A vendor", "customer": "acme", "month": "2016-03", "issued_at": "2016-04-02T00:00:00Z", "corrects": null,
        "currency": "USD", "subtotal": "500.99", "total": "500.99", "prepaid": "0.00", "due": "500.99", "disputed": "0.00",
        "lines": [
            line(1, "platform", "Platform fee", "fee", "Periods", "500", "500.00"),
            line(2, "resolutions", "Resolved tickets", "usage", "Outcomes", "0.99", "0.99"),
        ],
    });
    assert_eq!(found, expected);
}

/// 500 a month and 0.99 an outcome, at least 1,000 a month, and a tax on it.
fn committed() -> RateCard {
    let charges = json!([
        { "code": "platform", "label": "Platform fee", "model": "flat", "amount": "500" },
        { "code": "resolutions", "label": "Resolved tickets", "model": "unit", "meter": { "outcome-of": "fixed" }, "price": "1.2345" },
    ]);
    let taxes = json!([{ "code": "vat", "label": "VAT 19 %", "rate": "0.19" }]);
    let card = json!({ "name": "committed", "currency": "USD", "charges": charges, "commitment": { "amount": "1000" }, "taxes": taxes });
    serde_json::from_value(card).expect("the card reads")
}

/// The mandatory columns of FOCUS 1.2.
const MANDATORY: [&str; 21] = [
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ContractedCost",
    "EffectiveCost",
    "InvoiceIssuerName",
    "ListCost",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "ServiceCategory",
    "ServiceName",
];

#[tokio::test]
async fn focus_rows_have_the_columns_and_values_of_the_specification() {
    let installation = prepared(&["acme"], &committed()).await;
    bill(&installation, &installation.caller, "2016-03").await;
    let text = render(&view(&installation, "INV-000001").await, Format::Focus);
    let head = records(&text).swap_remove(0);
    assert!(MANDATORY.iter().all(|column| head.iter().any(|found| found == column)), "{head:?}");
    let own = head.iter().position(|column| column.starts_with("x_")).expect("columns of our own");
    assert!(head[own..].iter().all(|column| column.starts_with("x_")), "they come last: {head:?}");
    let rows = rows(&text);
    let columns = ["ChargeCategory", "ChargeFrequency", "PricingCategory", "PricingQuantity", "PricingUnit", "ContractedUnitPrice"];
    let costs = ["ContractedCost", "BilledCost", "EffectiveCost", "ListCost", "ConsumedQuantity", "SkuId"];
    let found: Vec<Vec<&str>> = rows.iter().map(|row| columns.iter().chain(&costs).map(|column| row[*column].as_str()).collect()).collect();
    assert_eq!(
        found,
        [
            ["Purchase", "Recurring", "Standard", "1", "Periods", "500.00", "500.00", "500.00", "500.00", "500.00", "", "platform"],
            ["Usage", "Usage-Based", "Standard", "1", "Outcomes", "1.2345", "1.2345", "1.23", "1.23", "1.23", "1", "resolutions"],
            ["Adjustment", "Recurring", "", "", "", "", "498.77", "498.77", "498.77", "498.77", "", ""],
            ["Tax", "Recurring", "", "", "", "", "190.00", "190.00", "190.00", "190.00", "", ""],
        ]
    );
    for row in &rows {
        let same = [
            ("BillingAccountName", "acme"),
            ("BillingCurrency", "USD"),
            ("BillingPeriodStart", "2016-03-01T00:00:00Z"),
            ("BillingPeriodEnd", "2016-04-01T00:00:00Z"),
            ("ChargePeriodStart", "2016-03-01T00:00:00Z"),
            ("ChargePeriodEnd", "2016-04-01T00:00:00Z"),
            ("ChargeClass", ""),
            ("InvoiceId", "INV-000001"),
            ("InvoiceIssuerName", "A vendor"),
            ("ServiceName", "committed"),
            ("SubAccountId", ""),
        ];
        for (column, expected) in same {
            assert_eq!(row[column], expected, "{column}");
        }
    }
}

#[tokio::test]
async fn corrections_say_so_in_every_table() {
    let installation = corrected().await;
    let views = views(&installation).await;
    let focus = rows(&render_all(&views, Format::Focus));
    let found: Vec<Vec<&str>> = focus
        .iter()
        .filter(|row| row["ChargeClass"] == "Correction")
        .map(|row| {
            ["InvoiceId", "ChargeCategory", "PricingQuantity", "x_Period", "x_OriginalInvoiceId"].map(|column| row[column].as_str()).into()
        })
        .collect();
    let expected = [["INV-000003", "Usage", "1", "2016-03", "INV-000001"], ["CN-000001", "Usage", "-1", "2016-03", "INV-000002"]];
    assert_eq!(found, expected);
    let csv = rows(&render_all(&views, Format::Csv));
    let found: Vec<Vec<&str>> = csv
        .iter()
        .filter(|row| row["line_kind"] == "correction")
        .map(|row| ["number", "corrects", "period", "quantity", "amount", "original"].map(|column| row[column].as_str()).into())
        .collect();
    let expected =
        [["INV-000003", "", "2016-03", "1", "0.99", "INV-000001"], ["CN-000001", "INV-000002", "2016-03", "-1", "-0.99", "INV-000002"]];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_text_is_no_formula_and_a_number_stays_one() {
    let customers = ["=cmd|' /C calc'!A0", "-2, \"two\"", "+x", "@SUM(A1)"];
    let charges = json!([{ "code": "fixed", "label": "-2+3", "model": "unit", "meter": { "outcome-of": "fixed" }, "price": "0.99" }]);
    let installation = prepared(&customers, &card("hostile", charges)).await;
    bill(&installation, &installation.caller, "2016-03").await;
    let views = views(&installation).await;
    let csv = rows(&render_all(&views, Format::Csv));
    let focus = rows(&render_all(&views, Format::Focus));
    for ((view, csv), focus) in views.iter().zip(&csv).zip(&focus) {
        let guarded = format!("'{}", view.invoice.customer_key);
        assert_eq!((&csv["customer"], &focus["BillingAccountName"]), (&guarded, &guarded));
        assert_eq!((csv["label"].as_str(), focus["ChargeDescription"].as_str()), ("'-2+3", "'-2+3"));
        assert_eq!((csv["quantity"].as_str(), csv["amount"].as_str()), ("1", "0.99"));
    }
    assert_eq!(views.len(), customers.len());
}

#[tokio::test]
async fn a_page_stands_by_itself_and_prints() {
    let installation = corrected().await;
    let page = render(&view(&installation, "INV-000003").await, Format::Html);
    for part in ["<title>INV-000003</title>", "@page", "size: A4", "<thead>", "table-header-group", "charset=\"utf-8\""] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    for part in ["<script", "http", "src=", "href=", "url(", "@import", "<link", "DRAFT", "VOID", "PAID"] {
        assert!(!page.contains(part), "{part} is in {page}");
    }
    for part in ["A vendor", "acme", "April 2016", "Late charges for March 2016 · billed on INV-000001", "2 May 2016", "USD 500.99"] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    let note = render(&view(&installation, "CN-000001").await, Format::Html);
    for part in ["Credit note", "Corrects", "INV-000002", "Taken back for March 2016 · billed on INV-000002", "To your credit"] {
        assert!(note.contains(part), "{part} is not in {note}");
    }
}

#[tokio::test]
async fn a_page_escapes_what_people_wrote() {
    let charges = json!([{ "code": "fixed", "label": "<img src=x onerror=alert(1)> & \"more\"", "model": "unit",
                           "meter": { "outcome-of": "fixed" }, "price": "0.99" }]);
    let installation = prepared(&["<script>alert(1)</script>"], &card("hostile", charges)).await;
    bill(&installation, &installation.caller, "2016-03").await;
    let page = render(&view(&installation, "INV-000001").await, Format::Html);
    assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
    for part in ["&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;img src=x onerror=alert(1)&gt; &amp; &quot;more&quot;"] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
}

#[tokio::test]
async fn taxes_stand_apart() {
    let installation = prepared(&["acme"], &committed()).await;
    bill(&installation, &installation.caller, "2016-03").await;
    let page = render(&view(&installation, "INV-000001").await, Format::Html);
    let place = |part: &str| page.find(part).unwrap_or_else(|| panic!("{part} is not in {page}"));
    let order = ["Resolved tickets", ">498.77<", "Subtotal", ">1,000.00<", "VAT 19 % on 1,000", ">190.00<", "Total USD", ">1,190.00<"];
    assert!(order.map(place).is_sorted(), "{page}");
    assert_eq!(page.matches("VAT 19 %").count(), 1, "{page}");
}

#[tokio::test]
async fn every_form_says_what_became_of_a_document() {
    let installation = billed(&standard()).await;
    let Installation { assay, caller, .. } = &installation;
    assay.pay_invoice(caller, "INV-000001", "transfer 17").await.expect("paid");
    assay.void_invoice(caller, "INV-000002", "a mistake").await.expect("voided");
    let april = assay.preview_invoices(caller, Some("acme"), month("2016-04")).await.expect("a preview");
    let documents = [
        (view(&installation, "INV-000001").await, "paid", "PAID", "Settled on 2 April 2016: transfer 17", 2),
        (view(&installation, "INV-000002").await, "voided", "VOID", "Voided on 2 April 2016: a mistake", 0),
        (april.into_iter().next().expect("a draft"), "draft", "DRAFT", "Nothing is issued yet", 1),
    ];
    for (view, state, mark, remark, focus) in documents {
        let json: Value = serde_json::from_str(&render(&view, Format::Json)).expect("JSON");
        assert_eq!((&json["state"], json["id"].is_null()), (&json!(state), state == "draft"));
        assert!(rows(&render(&view, Format::Csv)).iter().all(|row| row["state"] == state));
        let page = render(&view, Format::Html);
        assert!(page.contains(&format!(">{mark}</p>")) && page.contains(remark), "{mark}: {page}");
        let rows = rows(&render(&view, Format::Focus));
        assert_eq!(rows.len(), focus, "what is voided asks for nothing");
        assert!(rows.iter().all(|row| row["InvoiceId"].is_empty() == (state == "draft")), "{rows:?}");
    }
}

#[tokio::test]
async fn whose_usage_it_is_stays_known_when_another_pays() {
    let installation = prepared(&["acme", "globex"], &standard()).await;
    let Installation { assay, caller, .. } = &installation;
    assay.merge_customer(caller, "globex", "acme", "one firm").await.expect("merged");
    bill(&installation, caller, "2016-03").await;
    let view = view(&installation, "INV-000001").await;
    let found: Vec<String> =
        rows(&render(&view, Format::Focus)).iter().map(|row| format!("{} {}", row["BillingAccountName"], row["SubAccountName"])).collect();
    assert_eq!(found, ["acme ", "acme ", "acme globex", "acme globex"]);
    assert!(render(&view, Format::Html).contains("March 2016 · globex"));
}
