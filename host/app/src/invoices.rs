//! Issued invoices and credit notes, down to the interactions behind each line.

use assay_domain::{decimal::Quantity, time::Timestamp, violation::Violation};
use assay_store::{
    Page, agreements,
    billing::{self, InvoiceRow, LineRow},
    definitions, rate_cards,
    usage::{self, UsageFilter},
};

use crate::{
    Assay, Caller,
    error::{AppError, Result},
    rate_cards::parse_card,
};

/// A document with its lines.
#[derive(Debug, Clone)]
pub struct InvoiceView {
    /// The document.
    pub invoice: InvoiceRow,
    /// Its lines, in order.
    pub lines: Vec<LineView>,
}

/// A line, and the interactions behind it when they were asked for.
#[derive(Debug, Clone)]
pub struct LineView {
    /// The line.
    pub line: LineRow,
    /// Subject, quantity and date of each interaction behind it.
    pub behind: Vec<(String, Quantity, Timestamp)>,
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
        let invoice = billing::invoice_by_name(&mut reader, name).await?;
        let invoice = invoice.ok_or_else(|| AppError::not_found("invoice", name, "the list of invoices shows them"))?;
        let rows = billing::lines(&mut reader, invoice.id).await?;
        let count = rows.len();
        let mut lines: Vec<LineView> = rows.into_iter().map(|line| LineView { line, behind: Vec::new() }).collect();
        if let Some(position) = outcomes_of {
            let missing = || Violation::new("line", format!("there is no line {position}"), format!("name one of 1 to {count}"));
            let line = position.checked_sub(1).and_then(|index| lines.get_mut(index)).ok_or_else(missing)?;
            line.behind = self.behind(caller, &invoice, &line.line).await?;
        }
        Ok(InvoiceView { invoice, lines })
    }

    /// The interactions whose changes of usage a line's charge bills, those of all its tiers; none for a flat charge.
    async fn behind(&self, caller: &Caller, invoice: &InvoiceRow, line: &LineRow) -> Result<Vec<(String, Quantity, Timestamp)>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let agreements = agreements::all(&mut reader).await?;
        let Some(agreement) = agreements.iter().find(|agreement| agreement.id == line.agreement) else {
            return Ok(Vec::new());
        };
        let cards = rate_cards::all(&mut reader).await?;
        let Some(card) = cards.iter().find(|card| card.id == agreement.rate_card) else {
            return Ok(Vec::new());
        };
        let card = parse_card(card)?;
        let Some(meter) = card.meter(&line.charge) else {
            return Ok(Vec::new());
        };
        let Some(definition) = definitions::by_slug(&mut reader, &meter.definition).await? else {
            return Ok(Vec::new());
        };
        let filter = UsageFilter {
            customer: invoice.customer,
            from: line.period.start().max(agreement.from),
            until: agreement.until.map_or(line.period.end(), |until| until.min(line.period.end())),
            after: line.usage_after,
            last: line.usage_until,
        };
        Ok(usage::behind(&mut reader, filter, definition, meter.meter, meter.class.as_deref()).await?)
    }
}
