//! Everything about a document. Names and meanings of members stay; new ones may come. Numbers that are money or quantities are
//! strings, so that no reader rounds them.

use assay_store::billing::DocumentState;
use serde_json::{Value, json};

use crate::invoices::{InvoiceView, LineView};

pub(super) fn one(view: &InvoiceView) -> String {
    format!("{:#}\n", document(view))
}

pub(super) fn all(views: &[InvoiceView]) -> String {
    format!("{:#}\n", Value::from(views.iter().map(document).collect::<Vec<_>>()))
}

fn document(view: &InvoiceView) -> Value {
    let invoice = &view.invoice;
    let (issued, changed_at) = match invoice.state {
        DocumentState::Draft => (None, None),
        DocumentState::Issued => (Some((invoice.id, invoice.issued_at)), None),
        DocumentState::Paid { at } | DocumentState::Voided { at } => (Some((invoice.id, invoice.issued_at)), Some(at)),
    };
    json!({
        "id": issued.map(|(id, _)| id),
        "number": invoice.number,
        "kind": invoice.kind,
        "state": invoice.state.name(),
        "state_since": changed_at,
        "note": view.note,
        "issuer": view.issuer,
        "customer": invoice.customer_key,
        "month": invoice.period,
        "issued_at": issued.map(|(_, at)| at),
        "corrects": invoice.corrects,
        "currency": invoice.total.currency(),
        "subtotal": view.subtotal().decimal(),
        "total": invoice.total.decimal(),
        "prepaid": view.prepaid.decimal(),
        "due": view.due().decimal(),
        "disputed": view.disputed.decimal(),
        "lines": view.lines.iter().map(line).collect::<Vec<_>>(),
    })
}

fn line(view: &LineView) -> Value {
    let line = &view.line;
    let disputes: Vec<Value> = view.disputes.iter().map(|dispute| json!({ "id": dispute.id, "state": dispute.state })).collect();
    json!({
        "position": line.position,
        "kind": line.kind.name(),
        "basis": view.basis.name(),
        "agreement": line.agreement,
        "plan": view.plan,
        "usage_of": view.customer,
        "period": line.period,
        "from": view.charged.0,
        "until": view.charged.1,
        "original": view.original,
        "charge": line.charge,
        "tier": line.tier,
        "label": line.label,
        "quantity": line.quantity,
        "unit": view.basis.unit(),
        "unit_price": line.unit_price,
        "amount": line.amount.decimal(),
        "disputes": disputes,
    })
}
