//! Documents that are addressed to a customer, down to what stands behind each line.

use std::collections::HashMap;

use assay_domain::{decimal::Quantity, period::BillingPeriod, time::Timestamp};
use assay_store::{
    Page,
    billing::{self, InvoiceRow},
    interactions,
};

use super::{Billed, CustomerCaller};
use crate::{
    Assay, InteractionEntry, InvoiceView,
    error::{AppError, Result},
    interactions::entries,
};

/// A line of a document, and a piece of what stands behind it.
#[derive(Debug, Clone)]
pub struct OwnLine {
    /// The document.
    pub view: InvoiceView,
    /// The place of the line among its lines, from zero.
    pub index: usize,
    /// What stands behind it, in order of date.
    pub outcomes: Vec<OwnLineOutcome>,
    /// Where the next piece begins; `None` after the last.
    pub next: Option<usize>,
}

/// One interaction behind a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnLineOutcome {
    /// The sender's key for it.
    pub subject: String,
    /// How much it adds; negative is taken back.
    pub quantity: Quantity,
    /// The date that decides its period.
    pub dated_at: Timestamp,
    /// How it stands now; `None` where it belongs to another customer by now.
    pub entry: Option<InteractionEntry>,
}

impl Assay {
    /// Some documents to a customer, in order of issue; those of a month, if one is named.
    pub async fn own_invoices(&self, own: &CustomerCaller, month: Option<BillingPeriod>, page: Page) -> Result<Vec<InvoiceRow>> {
        // Whoever narrows the list has everything behind the cursor looked at.
        let limit = if month.is_some() { u32::MAX } else { page.limit };
        let mut rows = billing::invoices_to(&mut self.store.read(own.caller.tenant).await?, own.id, Page { limit, ..page }).await?;
        rows.retain(|row| month.is_none_or(|month| row.period == month));
        rows.truncate(page.limit as usize);
        Ok(rows)
    }

    /// One document to a customer, by number or id; with what stands behind one of its lines, counted from 1, if that is asked for.
    pub async fn own_invoice(&self, own: &CustomerCaller, name: &str, outcomes_of: Option<usize>) -> Result<InvoiceView> {
        let found = billing::invoice_by_name(&mut self.store.read(own.caller.tenant).await?, name).await?;
        let unknown = || AppError::not_found("invoice", name, "the list of invoices shows them");
        let row = found.filter(|row| row.customer == own.id).ok_or_else(unknown)?;
        self.invoice(&own.caller, &row.id.to_string(), outcomes_of).await
    }

    /// Documents to a customer with their lines, in order of issue: all of them, or those of a month.
    pub async fn own_invoices_in_full(&self, own: &CustomerCaller, month: Option<BillingPeriod>) -> Result<Vec<InvoiceView>> {
        self.invoices_in_full(&own.caller, month, Some(&own.key)).await
    }

    /// What stands behind a line, counted from 1: a piece of so many after so many.
    pub async fn own_line(&self, own: &CustomerCaller, name: &str, position: usize, (after, limit): (usize, usize)) -> Result<OwnLine> {
        let mut view = self.own_invoice(own, name, Some(position)).await?;
        // The line is there, as what stands behind it was asked for.
        let index = position.saturating_sub(1);
        let behind = view.lines.get_mut(index).map(|line| std::mem::take(&mut line.behind)).unwrap_or_default();
        let next = after.saturating_add(limit);
        let next = (next < behind.len()).then_some(next);
        let piece: Vec<(String, Quantity, Timestamp)> = behind.into_iter().skip(after).take(limit).collect();
        let standing = self.own_standing(own, &piece).await?;
        let outcome = |(subject, quantity, dated_at): (String, Quantity, Timestamp)| {
            let entry = standing.get(&subject).cloned();
            OwnLineOutcome { subject, quantity, dated_at, entry }
        };
        Ok(OwnLine { view, index, outcomes: piece.into_iter().map(outcome).collect(), next })
    }

    /// How those interactions stand that are billed to the customer, by subject.
    async fn own_standing(
        &self,
        own: &CustomerCaller,
        behind: &[(String, Quantity, Timestamp)],
    ) -> Result<HashMap<String, InteractionEntry>> {
        let mut reader = self.store.read(own.caller.tenant).await?;
        let billed = Billed::read(&mut reader, own).await?;
        let mut rows = Vec::with_capacity(behind.len());
        for (subject, ..) in behind {
            let found = interactions::by_subject(&mut reader, subject).await?;
            rows.extend(found.filter(|row| row.customer.is_some_and(|customer| billed.has(customer))));
        }
        let entries = entries(&mut reader, rows).await?;
        Ok(entries.into_iter().map(|entry| (entry.subject.clone(), entry)).collect())
    }
}
