//! What a billing run would issue by now, without writing anything.

use assay_domain::{
    id::{CustomerId, InvoiceId},
    period::BillingPeriod,
    time::Timestamp,
};
use assay_store::{
    Connection,
    billing::{self, DocumentState, InvoiceRow, LineRow, NewInvoice},
    customers,
};

use super::{InvoiceView, explain::Explainer};
use crate::{
    Assay, Caller,
    customers::unknown_customer,
    error::{AppError, Result},
};

/// What stands where a number will be.
const NO_NUMBER: &str = "DRAFT";

impl Assay {
    /// What the run of a month would issue by what is judged now, to everybody or to whoever pays for one customer. The month may
    /// still be running.
    pub async fn preview_invoices(&self, caller: &Caller, customer: Option<&str>, month: BillingPeriod) -> Result<Vec<InvoiceView>> {
        let customer = self.previewed(caller, customer, month).await?;
        let documents = self.documents_of(caller, customer, month).await?;
        let (now, mut reader) = (self.clock.now(), self.store.read(caller.tenant).await?);
        let explainer = Explainer::read(&mut reader).await?;
        let mut views = Vec::with_capacity(documents.len());
        for document in documents {
            let (invoice, lines) = draft(&mut reader, document, now).await?;
            views.push(explainer.document(&mut reader, invoice, lines).await?);
        }
        Ok(views)
    }

    /// The customer that is meant, where there is still something to preview.
    async fn previewed(&self, caller: &Caller, customer: Option<&str>, month: BillingPeriod) -> Result<Option<CustomerId>> {
        let mut reader = self.store.read(caller.tenant).await?;
        if billing::runs(&mut reader).await?.iter().any(|run| run.period == month && run.state.is_finished()) {
            let remedy = format!("look at its documents, or preview {}, which brings what it has come to differ by", month.next());
            return Err(AppError::conflict(format!("{month} is billed"), remedy));
        }
        match customer {
            Some(name) => Ok(Some(customers::by_name(&mut reader, name).await?.ok_or_else(|| unknown_customer(name))?.id)),
            None => Ok(None),
        }
    }
}

/// The document as if it were issued.
async fn draft(c: &mut impl Connection, new: NewInvoice, now: Timestamp) -> Result<(InvoiceRow, Vec<LineRow>)> {
    let corrects = match new.corrects {
        Some(id) => billing::invoice_by_name(c, &id.to_string()).await?.map(|original| original.number),
        None => None,
    };
    let keys = customers::keys(c, &[new.customer]).await?;
    let invoice = InvoiceRow {
        id: InvoiceId(0),
        kind: new.kind.name().to_owned(),
        number: NO_NUMBER.to_owned(),
        customer: new.customer,
        customer_key: keys.get(&new.customer).cloned().unwrap_or_default(),
        period: new.period,
        total: new.total,
        corrects,
        issued_at: now,
        state: DocumentState::Draft,
    };
    let lines = (1..).zip(new.lines).map(|(position, line)| LineRow { position, ..line }).collect();
    Ok((invoice, lines))
}
