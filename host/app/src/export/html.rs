//! A document as a page that stands by itself: no script, nothing from elsewhere, and it prints on A4. Everything that is put into it
//! is escaped.

use assay_domain::{period::BillingPeriod, time::Timestamp};
use assay_store::billing::{DocumentState, LineKind};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::decimals::{grouped, price};
use crate::invoices::{Basis, InvoiceView, LineView};

const STYLE: &str = include_str!("invoice.css");

pub(super) fn page(views: &[InvoiceView]) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light";
                title { (title(views)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                @for view in views { (document(view)) }
                @if views.is_empty() { p { "There is no document." } }
            }
        }
    };
    page.into_string()
}

fn title(views: &[InvoiceView]) -> String {
    match views {
        [] => "No documents".into(),
        [only] => only.invoice.number.clone(),
        [first, rest @ ..] => format!("{} and {} more", first.invoice.number, rest.len()),
    }
}

fn document(view: &InvoiceView) -> Markup {
    html! {
        article.sheet {
            header {
                div {
                    p.issuer { bdi { (view.issuer) } }
                    h1 { (kind(view)) " " span.number { (view.invoice.number) } }
                }
                @if let Some((mark, class)) = mark(view.invoice.state) { p class={ "mark " (class) } { (mark) } }
            }
            (facts(view))
            (lines(view))
            (sums(view))
            footer {
                @for remark in remarks(view) { p { (remark) } }
            }
        }
    }
}

fn kind(view: &InvoiceView) -> &'static str {
    if view.is_credit_note() { "Credit note" } else { "Invoice" }
}

/// What is stamped on it, and how that looks.
fn mark(state: DocumentState) -> Option<(&'static str, &'static str)> {
    match state {
        DocumentState::Draft => Some(("DRAFT", "draft")),
        DocumentState::Issued => None,
        DocumentState::Paid { .. } => Some(("PAID", "paid")),
        DocumentState::Voided { .. } => Some(("VOID", "void")),
    }
}

/// Who owes how much to whom, for what time, in large letters.
fn facts(view: &InvoiceView) -> Markup {
    let invoice = &view.invoice;
    let issued = if invoice.state == DocumentState::Draft { "not issued".to_owned() } else { day(invoice.issued_at) };
    let (what, amount) = match invoice.state {
        DocumentState::Voided { .. } => ("Nothing is due", "0".to_owned()),
        DocumentState::Paid { .. } => ("Settled", invoice.total.decimal()),
        DocumentState::Draft => ("Amount so far", view.due().decimal()),
        DocumentState::Issued if view.is_credit_note() => ("To your credit", view.due().decimal().replace('-', "")),
        DocumentState::Issued => ("Amount due", view.due().decimal()),
    };
    html! {
        section.facts {
            dl {
                (fact("Customer", &invoice.customer_key))
                (fact("Billing month", &month(invoice.period)))
                (fact("Issued", &issued))
                @if let Some(original) = &invoice.corrects { (fact("Corrects", original)) }
            }
            p.due {
                span { (what) }
                strong { (invoice.total.currency()) " " (price(&amount, invoice.total.currency())) }
            }
        }
    }
}

fn fact(term: &str, text: &str) -> Markup {
    html! { div { dt { (term) } dd { bdi { (text) } } } }
}

/// Every line that is no tax, under the period it charges for.
fn lines(view: &InvoiceView) -> Markup {
    html! {
        table.lines {
            thead {
                tr {
                    th.place scope="col" { "#" }
                    th scope="col" { "Description" }
                    th.figure scope="col" { "Quantity" }
                    th.unit scope="col" { "Unit" }
                    th.figure scope="col" { "Unit price" }
                    th.figure scope="col" { "Amount (" (view.invoice.total.currency()) ")" }
                }
            }
            @for (heading, lines) in groups(view) {
                tbody {
                    tr.group { th colspan="6" scope="rowgroup" { (heading) } }
                    @for line in lines { (row(line)) }
                }
            }
        }
    }
}

/// Lines in their order, those with one heading together.
fn groups(view: &InvoiceView) -> Vec<(String, Vec<&LineView>)> {
    let mut groups: Vec<(String, Vec<&LineView>)> = Vec::new();
    for line in view.lines.iter().filter(|line| line.basis != Basis::Tax) {
        let heading = heading(view, line);
        match groups.iter_mut().find(|(known, _)| *known == heading) {
            Some((_, lines)) => lines.push(line),
            None => groups.push((heading, vec![line])),
        }
    }
    groups
}

/// The period of a line; of a correction also what kind it is and which invoice it corrects; and whose usage it is, if another's.
fn heading(view: &InvoiceView, line: &LineView) -> String {
    let mut heading = match line.line.kind {
        LineKind::Charge => line.span.clone(),
        LineKind::Correction if view.is_credit_note() => format!("Taken back for {}", line.span),
        LineKind::Correction => format!("Late charges for {}", line.span),
    };
    if let Some(original) = &line.original {
        heading += &format!(" · billed on {original}");
    }
    if line.line.customer != view.invoice.customer {
        heading += &format!(" · {}", line.customer);
    }
    heading
}

fn row(view: &LineView) -> Markup {
    let (line, currency) = (&view.line, view.line.amount.currency());
    let unit = view.basis.unit();
    html! {
        tr {
            td.place { (line.position) }
            td {
                (line.label)
                @if let Some(disputes) = view.disputes_in_words() { br; small { "Disputes: " (disputes) } }
            }
            // Where the quantity is money, the label says how the amount comes about.
            td.figure { @if unit.is_some() { (grouped(&line.quantity.to_string())) } }
            td.unit { (unit.unwrap_or_default()) }
            td.figure { @if unit.is_some() { (price(&line.unit_price, currency)) } }
            td.figure { (grouped(&line.amount.decimal())) }
        }
    }
}

/// What the lines come to: before tax, each tax, altogether, and what is left of it.
fn sums(view: &InvoiceView) -> Markup {
    let taxes: Vec<&LineView> = view.lines.iter().filter(|line| line.basis == Basis::Tax).collect();
    let total = format!("Total {}", view.invoice.total.currency());
    let prepaid = view.prepaid.minor() != 0;
    let returned = if view.is_credit_note() { "Returned to prepaid credit" } else { "Paid from prepaid credit" };
    html! {
        table.sums {
            tbody {
                @if !taxes.is_empty() {
                    (sum("Subtotal", &view.subtotal().decimal()))
                    @for tax in taxes { (sum(&tax_label(tax), &tax.line.amount.decimal())) }
                }
                tr.total { th scope="row" { (total) } td.figure { (grouped(&view.invoice.total.decimal())) } }
                @if prepaid {
                    (sum(returned, &negated(&view.prepaid.decimal())))
                    tr.total { th scope="row" { "Still due" } td.figure { (grouped(&view.due().decimal())) } }
                }
                @if view.disputed.minor() != 0 { (sum("Of that disputed", &view.disputed.decimal())) }
            }
        }
    }
}

fn sum(label: &str, amount: &str) -> Markup {
    html! { tr { th scope="row" { (label) } td.figure { (grouped(amount)) } } }
}

fn tax_label(tax: &LineView) -> String {
    let label = format!("{} on {}", tax.line.label, grouped(&tax.line.quantity.to_string()));
    if tax.line.kind == LineKind::Correction { format!("{label}, {}", tax.span) } else { label }
}

fn negated(amount: &str) -> String {
    amount.strip_prefix('-').map_or_else(|| format!("-{amount}"), str::to_owned)
}

/// What a reader may ask, answered at the end.
fn remarks(view: &InvoiceView) -> Vec<String> {
    let note = view.note.as_deref().unwrap_or_default();
    let mut remarks = match view.invoice.state {
        DocumentState::Draft => {
            vec!["This is a preview. Nothing is issued yet, and what becomes known before the period is billed may change it.".to_owned()]
        }
        DocumentState::Issued => Vec::new(),
        DocumentState::Paid { at } => vec![format!("Settled on {}: {note}", day(at))],
        DocumentState::Voided { at } => {
            let after = "Nothing is to be paid for it. What it billed is billed anew on a later document.";
            vec![format!("Voided on {}: {note}", day(at)), after.to_owned()]
        }
    };
    if view.disputed.minor() != 0 {
        remarks.push("What is disputed waits for an answer; what is taken back of it comes as a credit note.".into());
    }
    let is_late = |line: &LineView| line.line.kind == LineKind::Correction;
    if view.is_credit_note() {
        remarks.push(
            "A credit note takes back what later facts have shown to be billed too much; the invoice it corrects stays as it is.".into(),
        );
    } else if view.lines.iter().any(is_late) {
        remarks.push("Late charges bill what became known about a period after that period was invoiced.".into());
    }
    remarks.push("Every line can be traced to the outcomes behind it by the number of the document and of the line.".into());
    remarks
}

fn day(at: Timestamp) -> String {
    at.to_jiff().strftime("%-d %B %Y").to_string()
}

fn month(period: BillingPeriod) -> String {
    period.start().to_jiff().strftime("%B %Y").to_string()
}
