//! Billing runs: freeze, rate, issue. A run that is done changes nothing; one that was killed goes on where it was.

use std::collections::{BTreeMap, BTreeSet};

use assay_domain::{
    id::{CustomerId, RunId},
    money::Amount,
    period::BillingPeriod,
    violation::Violation,
};
use assay_store::{
    Connection, agreements,
    billing::{self, NewInvoice, RunRow, RunState},
    customers, interactions, usage,
};

use crate::{
    Assay, Caller,
    book::{Book, PREVIEW},
    error::{AppError, Result},
    ledger,
    rated::Rates,
    receipts::name_heads,
};

/// Customers whose invoices are issued in one transaction.
const BATCH: usize = 64;
/// How many unassigned interactions a report names.
const UNASSIGNED_SHOWN: u32 = 20;

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BillProgress {
    /// So many interactions were judged first.
    Judged(u64),
    /// So many of so many customers have their invoices.
    Issued(u64, u64),
}

/// What a run did.
#[derive(Debug, Clone)]
pub struct BillReport {
    /// Which period.
    pub period: BillingPeriod,
    /// Whether it had been finished before, so that nothing was left to do.
    pub already_finished: bool,
    /// Documents issued by the run, in all.
    pub invoices: u64,
    /// What they add up to, by currency.
    pub totals: Vec<Amount>,
    /// Interactions that belong to nobody and are billed to nobody; how many, and the first of them.
    pub unassigned: (i64, Vec<String>),
    /// Customers with usage in the period and no agreement in it; their months are billed once they have one.
    pub without_agreement: Vec<String>,
    /// Customers whose bill cannot be computed exactly, with why; the next run tries again.
    pub unrated: Vec<String>,
    /// Outcomes kept from being judged by a fault.
    pub faulted: i64,
}

impl Assay {
    /// Bills a period: every customer with an agreement in it, and what earlier periods have come to differ by.
    #[tracing::instrument(level = "info", skip_all, fields(tenant = %caller.tenant, period = %period))]
    pub async fn bill(&self, caller: &Caller, period: BillingPeriod, mut progress: impl FnMut(BillProgress)) -> Result<BillReport> {
        let mut run = self.start_run(caller, period).await?;
        let already_finished = matches!(run.state, RunState::Finished { .. });
        let mut unrated = Vec::new();
        if run.state == RunState::Draining {
            self.decide_due_disputes(caller).await?;
            self.drain(caller, |judged| progress(BillProgress::Judged(judged))).await?;
            run.state = self.freeze(caller, &run).await?;
            self.chain_or_tell(Some(caller.tenant)).await;
        }
        if let RunState::Issuing { usage_until } = run.state {
            self.write_receipts_to_bill(caller.tenant).await?;
            unrated = self.issue_all(caller, &run, usage_until, &mut progress).await?;
            let now = self.clock.now();
            let mut tx = self.store.begin(caller.tenant).await?;
            let finished = RunState::Finished { usage_until };
            if billing::advance(&mut tx, run.id, run.state, finished).await? {
                self.refresh_holds(caller, &mut tx, now).await?;
                tx.commit(caller.operation("run.finish", run.id, Some(told(run.state)), Some(told(finished)), now)).await?;
            }
        }
        Ok(BillReport { unrated, ..self.bill_report(caller, period, already_finished).await? })
    }

    pub(crate) async fn start_run(&self, caller: &Caller, period: BillingPeriod) -> Result<RunRow> {
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        let answered: Option<RunId> = caller.answered(&mut tx).await?;
        let runs = billing::runs(&mut tx).await?;
        if let Some(run) = runs.iter().find(|run| Some(run.id) == answered) {
            return Ok(run.clone());
        }
        if let Some(run) = runs.iter().find(|run| run.period == period) {
            return Ok(run.clone());
        }
        if let Some(open) = runs.iter().find(|run| !matches!(run.state, RunState::Finished { .. })) {
            return Err(AppError::conflict(
                format!("the run of {} is not finished", open.period),
                format!("bill {} to its end first", open.period),
            ));
        }
        let rates = Rates::read(&mut tx).await?;
        let end = rates.end_of(period);
        if end > now {
            let remedy = format!("bill it from {end} on");
            return Err(Violation::new("period", format!("{period} has not ended"), remedy).into());
        }
        let agreements = rates.agreements();
        if !agreements.iter().any(|agreement| agreement.from < end) {
            // A run would close the month for agreements that are yet to be written down.
            let problem = format!("no agreement starts before the end of {period}, so there is nobody to bill");
            return Err(AppError::conflict(problem, "write down agreements first"));
        }
        let id = billing::insert_run(&mut tx, period, now).await?;
        let after = serde_json::json!({ "period": period }).to_string();
        caller.commit(tx, caller.operation("run.start", id, None, Some(after), now), &id).await?;
        Ok(RunRow { id, period, as_of: now, state: RunState::Draining })
    }

    /// From here on the run sees usage up to one number and no further.
    #[tracing::instrument(level = "info", skip_all)]
    async fn freeze(&self, caller: &Caller, run: &RunRow) -> Result<RunState> {
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        let state = RunState::Issuing { usage_until: usage::latest(&mut tx).await? };
        if !billing::advance(&mut tx, run.id, run.state, state).await? {
            // Another process carries the same run; what it froze counts.
            return Ok(billing::run(&mut tx, run.id).await?.map_or(state, |run| run.state));
        }
        tx.commit(caller.operation("run.freeze", run.id, Some(told(run.state)), Some(told(state)), now)).await?;
        Ok(state)
    }

    #[tracing::instrument(name = "issue", level = "info", skip_all)]
    async fn issue_all(
        &self,
        caller: &Caller,
        run: &RunRow,
        usage_until: i64,
        progress: &mut impl FnMut(BillProgress),
    ) -> Result<Vec<String>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let book = Book::read(&mut reader, run, usage_until, self.clock.now()).await?;
        let done: BTreeSet<CustomerId> = billing::issued(&mut reader, run.id).await?.into_iter().collect();
        drop(reader);
        let todo: Vec<CustomerId> = book.payers().into_iter().filter(|customer| !done.contains(customer)).collect();
        let total = todo.len() as u64;
        let (mut issued, mut unrated) = (0, Vec::new());
        for batch in todo.chunks(BATCH) {
            self.signals.go_on()?;
            let now = self.clock.now();
            let mut tx = self.store.begin(caller.tenant).await?;
            let mut documents = Vec::new();
            for customer in batch {
                if billing::is_issued(&mut tx, run.id, *customer).await? {
                    // Another process carries the same run and was faster.
                    continue;
                }
                let to_issue = match book.documents(&mut tx, *customer).await {
                    Err(error @ AppError::Rating { .. }) => {
                        // One customer's bill holds up nobody else's; the next run tries again.
                        let error = with_cause(&named(&mut tx, error).await?);
                        billing::insert_unrated(&mut tx, run.id, *customer, &error, now).await?;
                        unrated.push(error);
                        continue;
                    }
                    to_issue => to_issue?,
                };
                for document in to_issue {
                    let issued = billing::issue(&mut tx, &document, now).await?;
                    name_heads(&mut tx, issued, &document).await?;
                    ledger::post_document(&mut tx, issued, now).await?;
                    documents.push(issued);
                }
            }
            let after = serde_json::json!({ "customers": batch.len(), "documents": documents }).to_string();
            tx.commit(caller.operation("invoice.issue", run.id, None, Some(after), now)).await?;
            issued += batch.len() as u64;
            progress(BillProgress::Issued(issued, total));
        }
        Ok(unrated)
    }

    /// What a run of a month would issue by now, to one payer or to all; nothing is written.
    pub(crate) async fn documents_of(&self, caller: &Caller, payer: Option<CustomerId>, month: BillingPeriod) -> Result<Vec<NewInvoice>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let (now, usage_until) = (self.clock.now(), usage::latest(&mut reader).await?);
        let run = RunRow { id: PREVIEW, period: month, as_of: now, state: RunState::Draining };
        let book = Book::read(&mut reader, &run, usage_until, now).await?;
        let payers = match payer {
            Some(customer) => BTreeSet::from([book.rates.payer(customer)]),
            None => book.payers(),
        };
        let mut documents = Vec::new();
        for payer in payers {
            match book.documents(&mut reader, payer).await {
                Err(error) => return Err(named(&mut reader, error).await?),
                found => documents.extend(found?),
            }
        }
        Ok(documents)
    }

    async fn bill_report(&self, caller: &Caller, period: BillingPeriod, already_finished: bool) -> Result<BillReport> {
        let mut reader = self.store.read(caller.tenant).await?;
        let invoices = billing::invoices(&mut reader).await?;
        let of_run: Vec<_> = invoices.into_iter().filter(|invoice| invoice.period == period).collect();
        let mut totals: BTreeMap<String, Amount> = BTreeMap::new();
        for invoice in &of_run {
            let zero = Amount::new(0, invoice.total.currency());
            let sum = totals.entry(invoice.total.currency().to_string()).or_insert(zero);
            *sum = sum.checked_add(invoice.total).unwrap_or(*sum);
        }
        let (_, unassigned) = interactions::counts(&mut reader).await?;
        let shown = interactions::unassigned(&mut reader, UNASSIGNED_SHOWN).await?;
        let agreements = agreements::all(&mut reader).await?;
        let bound =
            |id| agreements.iter().any(|agreement| agreement.customer == id && agreement.overlaps(period.start(), Some(period.end())));
        let users = usage::customers(&mut reader, period.start(), period.end()).await?;
        let counts = assay_store::outcomes::counts(&mut reader).await?;
        Ok(BillReport {
            period,
            already_finished,
            invoices: of_run.len() as u64,
            totals: totals.into_values().collect(),
            unassigned: (unassigned, shown),
            without_agreement: users.into_iter().filter(|(id, _)| !bound(*id)).map(|(_, key)| key).collect(),
            unrated: Vec::new(),
            faulted: counts.iter().filter(|count| count.faulted).map(|count| count.count).sum(),
        })
    }
}

/// How far a run has come, for the audit log.
fn told(state: RunState) -> String {
    let usage_until = match state {
        RunState::Draining => None,
        RunState::Issuing { usage_until } | RunState::Finished { usage_until } => Some(usage_until),
    };
    serde_json::json!({ "state": state.name(), "usage_until": usage_until }).to_string()
}

/// The same error with the customer's key in the place of its id.
async fn named(c: &mut impl Connection, error: AppError) -> Result<AppError> {
    let AppError::Rating { customer, period, source } = error else { return Ok(error) };
    let key = match customer.parse::<CustomerId>() {
        Ok(id) => customers::keys(c, &[id]).await?.remove(&id),
        Err(_) => None,
    };
    Ok(AppError::Rating { customer: key.unwrap_or(customer), period, source })
}

fn with_cause(error: &AppError) -> String {
    let cause = std::error::Error::source(error).map(|source| format!(": {source}")).unwrap_or_default();
    format!("{error}{cause}")
}
