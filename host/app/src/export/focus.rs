//! Rows of the FinOps Open Cost and Usage Specification (FOCUS), version 1.2, as a CSV file whose empty cells are nulls.
//! Source: <https://focus.finops.org/focus-specification/v1-2/>.
//!
//! Every mandatory column is there, and of the others those that say something here, in alphabetical order; our own columns follow
//! and start with `x_`. No list of public prices is kept, so `ListUnitPrice` is not given, and the list cost is the billed cost.
//! `BilledCost` adds up to the document's total. A voided document asks for nothing and has no rows.

use assay_domain::time::Timestamp;
use assay_store::billing::{DocumentState, LineKind};

use super::{
    csv::{self, Cell},
    decimals::product,
};
use crate::invoices::{Basis, InvoiceView, LineView};

const HEAD: [&str; 37] = [
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ContractedCost",
    "ContractedUnitPrice",
    "EffectiveCost",
    "InvoiceId",
    "InvoiceIssuerName",
    "ListCost",
    "PricingCategory",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "ServiceCategory",
    "ServiceName",
    "ServiceSubcategory",
    "SkuId",
    "SkuMeter",
    "SkuPriceId",
    "SubAccountId",
    "SubAccountName",
    "x_AgreementId",
    "x_InvoiceLine",
    "x_OriginalInvoiceId",
    "x_Period",
];

/// The lines of all documents that stand.
pub(super) fn table(views: &[InvoiceView]) -> String {
    let standing = views.iter().filter(|view| !matches!(view.invoice.state, DocumentState::Voided { .. }));
    csv::rows(HEAD, standing.flat_map(|view| view.lines.iter().map(move |line| row(view, line))))
}

/// How a line is priced; the specification wants nothing of it for what is computed from other charges.
#[derive(Default)]
struct Priced {
    category: Option<&'static str>,
    quantity: Option<String>,
    unit: Option<String>,
    unit_price: Option<String>,
    /// Quantity × unit price, exactly.
    cost: String,
}

impl Priced {
    fn of(view: &LineView) -> Self {
        let line = &view.line;
        let amount = line.amount.decimal();
        let (unit_price, cost) = match &view.basis {
            Basis::Usage { .. } => {
                let cost = product(&line.unit_price, line.quantity).unwrap_or_else(|| amount.clone());
                (line.unit_price.clone(), cost)
            }
            // The fee of a part of a period is the price of that part.
            Basis::Fee => (amount.strip_prefix('-').unwrap_or(&amount).to_owned(), amount),
            Basis::Commitment | Basis::Cap | Basis::Tax => return Self { cost: amount, ..Self::default() },
        };
        Self {
            category: Some("Standard"),
            quantity: Some(line.quantity.to_string()),
            unit: view.basis.unit().map(str::to_owned),
            unit_price: Some(unit_price),
            cost,
        }
    }
}

fn category(basis: &Basis) -> &'static str {
    match basis {
        Basis::Usage { .. } => "Usage",
        Basis::Fee => "Purchase",
        Basis::Commitment | Basis::Cap => "Adjustment",
        Basis::Tax => "Tax",
    }
}

fn frequency(basis: &Basis) -> &'static str {
    match basis {
        Basis::Usage { .. } | Basis::Cap => "Usage-Based",
        Basis::Fee | Basis::Commitment | Basis::Tax => "Recurring",
    }
}

/// The label, what a correction corrects, and what is disputed of it.
fn description(view: &LineView) -> String {
    let LineView { line, original, .. } = view;
    let what = match (line.kind, original) {
        (LineKind::Charge, _) => line.label.clone(),
        (LineKind::Correction, Some(number)) => format!("{} (correction of {}, {number})", line.label, line.period),
        (LineKind::Correction, None) => format!("{} (correction of {})", line.label, line.period),
    };
    match view.disputes_in_words() {
        Some(disputes) => format!("{what}; disputes: {disputes}"),
        None => what,
    }
}

fn row(InvoiceView { invoice, issuer, .. }: &InvoiceView, view: &LineView) -> [Cell; 37] {
    let line = &view.line;
    let (amount, priced) = (line.amount.decimal(), Priced::of(view));
    let is_usage = matches!(view.basis, Basis::Usage { .. });
    // What is no usage and no purchase is no stock-keeping unit.
    let sku = priced.category.map(|_| line.charge.as_str());
    let sub_account = (line.customer != invoice.customer).then_some(view);
    [
        Cell::number(&amount),
        Cell::text(invoice.customer.to_string()),
        Cell::text(&invoice.customer_key),
        Cell::text(invoice.total.currency().code()),
        moment(invoice.period.end()),
        moment(invoice.period.start()),
        Cell::text(category(&view.basis)),
        text((line.kind == LineKind::Correction).then_some("Correction")),
        Cell::text(description(view)),
        Cell::text(frequency(&view.basis)),
        moment(view.charged.1),
        moment(view.charged.0),
        number(priced.quantity.clone().filter(|_| is_usage)),
        text(priced.unit.clone().filter(|_| is_usage)),
        Cell::number(priced.cost),
        number(priced.unit_price),
        Cell::number(&amount),
        text((invoice.state != DocumentState::Draft).then(|| invoice.number.clone())),
        Cell::text(issuer),
        Cell::number(&amount),
        text(priced.category),
        number(priced.quantity),
        text(priced.unit.clone()),
        Cell::text(issuer),
        Cell::text(issuer),
        Cell::text("AI and Machine Learning"),
        Cell::text(&view.plan),
        Cell::text("Bots"),
        text(sku),
        text(priced.unit.filter(|_| sku.is_some())),
        text(sku.map(|sku| format!("{sku}/{}", line.tier))),
        text(sub_account.map(|view| view.line.customer.to_string())),
        text(sub_account.map(|view| view.customer.clone())),
        Cell::text(line.agreement.to_string()),
        Cell::number(line.position),
        text(view.original.clone()),
        Cell::text(line.period.to_string()),
    ]
}

/// Whole seconds, as the specification's format has them.
fn moment(at: Timestamp) -> Cell {
    Cell::text(at.to_jiff().strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

fn text(value: Option<impl Into<String>>) -> Cell {
    value.map_or_else(Cell::none, Cell::text)
}

fn number(value: Option<String>) -> Cell {
    value.map_or_else(Cell::none, Cell::number)
}
