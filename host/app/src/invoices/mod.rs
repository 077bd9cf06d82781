//! Invoices and credit notes: what was issued, down to the interactions behind each line; what would be; and what became of them.

mod basis;
mod behind;
mod changes;
mod explain;
mod preview;

use assay_domain::{decimal::Quantity, id::DisputeId, money::Amount, period::BillingPeriod, time::Timestamp, violation::Violation};
use assay_store::{
    Connection, Page,
    billing::{self, DocumentState, InvoiceRow, LineRow},
    customers,
};

use crate::{
    Assay, Caller,
    customers::unknown_customer,
    error::{AppError, Result},
};

pub use basis::Basis;
use explain::Explainer;

/// A document with its lines.
#[derive(Debug, Clone)]
pub struct InvoiceView {
    /// The document.
    pub invoice: InvoiceRow,
    /// Who sends it: the tenant's name for people.
    pub issuer: String,
    /// Why it was voided, or by what it was paid.
    pub note: Option<String>,
    /// How much prepaid credit has paid of it; negative is what a credit note gave back to it.
    pub prepaid: Amount,
    /// What open disputes are about of what it bills: what each outcome was worth when it was disputed, added up.
    pub disputed: Amount,
    /// Its lines, in order.
    pub lines: Vec<LineView>,
}

/// A line, what explains it, and the interactions behind it when they were asked for.
#[derive(Debug, Clone)]
pub struct LineView {
    /// The line.
    pub line: LineRow,
    /// The key of the customer whose usage it bills, whoever pays.
    pub customer: String,
    /// The name of the rate card.
    pub plan: String,
    /// What its amount is made of.
    pub basis: Basis,
    /// The time it charges for, half-open: its period as far as the agreement is in force.
    pub charged: (Timestamp, Timestamp),
    /// Its period in words, in the card's time zone: `March 2016`, `15 March 2016 to 14 April 2016`.
    pub span: String,
    /// The number of the invoice that first billed what a correction corrects; `None` where nothing was billed, and for charges.
    pub original: Option<String>,
    /// The disputes about what it bills, and those whose rulings it follows from.
    pub disputes: Vec<LineDispute>,
    /// Subject, quantity and date of each interaction behind it.
    pub behind: Vec<(String, Quantity, Timestamp)>,
}

/// A dispute that a line is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineDispute {
    /// Which.
    pub id: DisputeId,
    /// Where it stands: `open`, `decided`, `appealed` or `final`.
    pub state: String,
}

impl LineView {
    /// The disputes that it is about and where each stands, for people: `dsp_0000000000001 (open)`.
    pub fn disputes_in_words(&self) -> Option<String> {
        let words: Vec<String> = self.disputes.iter().map(|dispute| format!("{} ({})", dispute.id, dispute.state)).collect();
        (!words.is_empty()).then(|| words.join(", "))
    }
}

impl InvoiceView {
    /// What its lines come to before tax.
    pub fn subtotal(&self) -> Amount {
        let minor = self.lines.iter().filter(|line| line.basis != Basis::Tax).map(|line| line.line.amount.minor());
        Amount::new(minor.fold(0, i64::saturating_add), self.invoice.total.currency())
    }

    /// What is still to be paid; negative is to be given back.
    pub fn due(&self) -> Amount {
        let minor = match self.invoice.state {
            DocumentState::Draft | DocumentState::Issued => self.invoice.total.minor().saturating_sub(self.prepaid.minor()),
            DocumentState::Paid { .. } | DocumentState::Voided { .. } => 0,
        };
        Amount::new(minor, self.invoice.total.currency())
    }

    /// Whether it gives back.
    pub fn is_credit_note(&self) -> bool {
        self.invoice.corrects.is_some()
    }
}

impl Assay {
    /// Every document of the tenant, in order of issue.
    pub async fn invoices(&self, caller: &Caller) -> Result<Vec<InvoiceRow>> {
        Ok(billing::invoices(&mut self.store.read(caller.tenant).await?).await?)
    }

    /// Some documents of the tenant, in order of issue.
    pub async fn invoices_page(&self, caller: &Caller, page: Page) -> Result<Vec<InvoiceRow>> {
        Ok(billing::invoices_page(&mut self.store.read(caller.tenant).await?, page).await?)
    }

    /// One document by number or id; with the interactions behind one of its lines, counted from 1, if that is asked for.
    pub async fn invoice(&self, caller: &Caller, name: &str, outcomes_of: Option<usize>) -> Result<InvoiceView> {
        let mut reader = self.store.read(caller.tenant).await?;
        let invoice = find(&mut reader, name).await?;
        let explainer = Explainer::read(&mut reader).await?;
        let mut view = explainer.issued(&mut reader, invoice).await?;
        if let Some(position) = outcomes_of {
            let count = view.lines.len();
            let missing = || Violation::new("line", format!("there is no line {position}"), format!("name one of 1 to {count}"));
            let line = position.checked_sub(1).and_then(|index| view.lines.get_mut(index)).ok_or_else(missing)?;
            line.behind = explainer.behind(&mut reader, &line.line).await?;
        }
        Ok(view)
    }

    /// Documents with their lines, in order of issue: all of them, or those of a month or to a customer.
    pub async fn invoices_in_full(
        &self,
        caller: &Caller,
        month: Option<BillingPeriod>,
        customer: Option<&str>,
    ) -> Result<Vec<InvoiceView>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let customer = match customer {
            Some(name) => Some(customers::by_name(&mut reader, name).await?.ok_or_else(|| unknown_customer(name))?.id),
            None => None,
        };
        let mut invoices = billing::invoices(&mut reader).await?;
        invoices.retain(|invoice| month.is_none_or(|month| invoice.period == month));
        invoices.retain(|invoice| customer.is_none_or(|customer| invoice.customer == customer));
        let explainer = Explainer::read(&mut reader).await?;
        let mut views = Vec::with_capacity(invoices.len());
        for invoice in invoices {
            views.push(explainer.issued(&mut reader, invoice).await?);
        }
        Ok(views)
    }
}

async fn find(c: &mut impl Connection, name: &str) -> Result<InvoiceRow> {
    let invoice = billing::invoice_by_name(c, name).await?;
    invoice.ok_or_else(|| AppError::not_found("invoice", name, "the list of invoices shows them"))
}
