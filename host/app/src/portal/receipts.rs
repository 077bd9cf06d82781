//! Receipts of what a customer is billed for, and the log that holds them.
//!
//! A bundle tells the events of its interactions whole, as their hashes are over all of it: whoever else is named there is told with them.

use assay_domain::id::{CustomerId, ReceiptId};
use assay_receipt::{bundle::Bundle, log_proof::GrowthProof};
use assay_store::{Page, billing, receipts};

use super::{Billed, CustomerCaller, or_nothing};
use crate::{
    Assay, LogView, ReceiptQuery, ReceiptView,
    error::{AppError, Result},
    receipts::unknown_receipt,
};

impl Assay {
    /// Some receipts of a customer, in the order of the changes that they are about: its own and those of everybody whose bill goes to it, or
    /// of the one whom the query names.
    pub async fn own_receipts(&self, own: &CustomerCaller, query: &ReceiptQuery, page: Page) -> Result<Vec<ReceiptView>> {
        let whose = Billed::read(&mut self.store.read(own.caller.tenant).await?, own).await?.named(query.customer.as_deref())?;
        if let Some(name) = &query.invoice {
            self.check_own_invoice(own, name).await?;
        }
        let mut found = Vec::new();
        for key in whose {
            let query = ReceiptQuery { customer: Some(key), ..query.clone() };
            found.extend(or_nothing(self.receipts(&own.caller, &query, page).await)?);
        }
        found.sort_by_key(|view| view.id);
        found.truncate(page.limit as usize);
        Ok(found)
    }

    /// One receipt of a customer, or of somebody whose bill goes to it.
    pub async fn own_receipt(&self, own: &CustomerCaller, id: ReceiptId) -> Result<ReceiptView> {
        self.check_own_receipt(own, id).await?;
        self.receipt(&own.caller, id).await
    }

    /// The same with everything it takes to verify it.
    pub async fn own_receipt_bundle(&self, own: &CustomerCaller, id: ReceiptId, kept: &[u64]) -> Result<Bundle> {
        self.check_own_receipt(own, id).await?;
        self.receipt_bundle(&own.caller, id, kept).await
    }

    /// A document to a customer with everything it takes to verify it.
    pub async fn own_invoice_bundle(&self, own: &CustomerCaller, name: &str, kept: &[u64]) -> Result<Bundle> {
        self.check_own_invoice(own, name).await?;
        self.invoice_bundle_since(&own.caller, name, kept).await
    }

    /// The log that holds the commitments to the tenant's receipts. They tell nothing to anybody without their salts.
    pub async fn own_log(&self, own: &CustomerCaller) -> Result<LogView> {
        self.log(&own.caller).await
    }

    /// The newest checkpoint of the log with the proof that it has only grown since a size that it had.
    pub async fn own_log_growth(&self, own: &CustomerCaller, old: u64) -> Result<GrowthProof> {
        self.log_growth(&own.caller, old).await
    }

    /// What the log serves under a path.
    pub async fn own_log_file(&self, own: &CustomerCaller, path: &str) -> Result<Vec<u8>> {
        self.log_file(&own.caller, path).await
    }

    async fn check_own_receipt(&self, own: &CustomerCaller, id: ReceiptId) -> Result<()> {
        self.write_receipts_or_tell(own.caller.tenant).await;
        let mut reader = self.store.read(own.caller.tenant).await?;
        let whose: Option<CustomerId> = receipts::by_usage(&mut reader, id.0).await?.map(|row| row.customer);
        let billed = Billed::read(&mut reader, own).await?;
        if whose.is_some_and(|customer| billed.has(customer)) { Ok(()) } else { Err(unknown_receipt(id)) }
    }

    async fn check_own_invoice(&self, own: &CustomerCaller, name: &str) -> Result<()> {
        let found = billing::invoice_by_name(&mut self.store.read(own.caller.tenant).await?, name).await?;
        let unknown = || AppError::not_found("invoice", name, "the list of invoices shows them");
        found.filter(|row| row.customer == own.id).map(drop).ok_or_else(unknown)
    }
}
