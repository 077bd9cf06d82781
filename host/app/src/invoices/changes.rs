//! Voiding and paying: facts beside a document, which itself never changes.

use assay_domain::{event::check_name, id::InvoiceId};
use assay_store::{
    Connection,
    billing::{DocumentState, InvoiceRow},
    invoice_changes::{self, InvoiceChange},
};

use super::{InvoiceView, find};
use crate::{
    Assay, Caller,
    error::{AppError, Result},
    ledger,
};

impl Assay {
    /// Takes an issued invoice back whole. It keeps its number and its lines; what it posted is open again and comes with the
    /// customer's next run.
    pub async fn void_invoice(&self, caller: &Caller, name: &str, reason: &str) -> Result<InvoiceView> {
        check_name("reason", reason)?;
        self.change_invoice(caller, name, InvoiceChange::Voided, reason).await
    }

    /// Records that a document is settled: an invoice paid, a credit note paid back.
    pub async fn pay_invoice(&self, caller: &Caller, name: &str, reference: &str) -> Result<InvoiceView> {
        check_name("reference", reference)?;
        self.change_invoice(caller, name, InvoiceChange::Paid, reference).await
    }

    async fn change_invoice(&self, caller: &Caller, name: &str, change: InvoiceChange, reason: &str) -> Result<InvoiceView> {
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answered) = caller.answered::<InvoiceId>(&mut tx).await? {
            drop(tx);
            return self.invoice(caller, &answered.to_string(), None).await;
        }
        let invoice = find(&mut tx, name).await?;
        check_open(&invoice, change)?;
        let action = match change {
            InvoiceChange::Paid => {
                ledger::post_payment(&mut tx, invoice.id, now).await?;
                "invoice.pay"
            }
            InvoiceChange::Voided => {
                check_voidable(&mut tx, &invoice).await?;
                ledger::post_void(&mut tx, invoice.id, reason, now).await?;
                "invoice.void"
            }
        };
        invoice_changes::insert(&mut tx, invoice.id, change, reason, &caller.actor, now).await?;
        let before = serde_json::json!({ "number": invoice.number, "state": invoice.state.name() }).to_string();
        let after = serde_json::json!({ "state": change.name(), "reason": reason }).to_string();
        let operation = caller.operation(action, invoice.id, Some(before), Some(after), now);
        caller.commit(tx, operation, &invoice.id).await?;
        self.invoice(caller, name, None).await
    }
}

fn check_open(invoice: &InvoiceRow, change: InvoiceChange) -> Result<()> {
    let number = &invoice.number;
    match (invoice.state, change) {
        (DocumentState::Draft | DocumentState::Issued, _) => Ok(()),
        (DocumentState::Voided { at }, _) => {
            Err(AppError::conflict(format!("{number} was voided at {at}"), "look for the document that replaces it"))
        }
        (DocumentState::Paid { at }, InvoiceChange::Paid) => {
            Err(AppError::conflict(format!("{number} was paid at {at}"), "record another payment for another document"))
        }
        (DocumentState::Paid { at }, InvoiceChange::Voided) => {
            let remedy = "what later facts change comes as a credit note or a late charge";
            Err(AppError::conflict(format!("{number} was paid at {at}, so it stands"), remedy))
        }
    }
}

/// A credit note and what it takes back from hold each other in place.
async fn check_voidable(c: &mut impl Connection, invoice: &InvoiceRow) -> Result<()> {
    if let Some(original) = &invoice.corrects {
        let problem = format!("{} is a credit note for {original}, and only invoices are voided", invoice.number);
        return Err(AppError::conflict(problem, "what it gave back wrongly comes as a late charge"));
    }
    let notes = invoice_changes::credit_notes(c, invoice.id).await?;
    if notes.is_empty() {
        return Ok(());
    }
    let problem = format!("{} is corrected by {}, so it stands", invoice.number, notes.join(", "));
    Err(AppError::conflict(problem, "what later facts change comes as another credit note or a late charge"))
}
