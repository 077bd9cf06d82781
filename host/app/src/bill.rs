//! Billing runs: freeze, rate, issue. A run that is done changes nothing; one that was killed goes on where it was.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use assay_domain::{
    decimal::Quantity,
    id::{AgreementId, CustomerId, InvoiceId, RunId},
    money::Amount,
    period::BillingPeriod,
    terms::Agreement,
    time::Timestamp,
    violation::Violation,
};
use assay_rating::{
    RatingError,
    card::RateCard,
    rate::{Coverage, UsageItem, rate},
    settle::{Delta, PostedLine, settle},
};
use assay_store::{
    Connection, Tx, agreements,
    billing::{self, InvoiceKind, LineKind, LineRow, NewInvoice, PostedRow, RunRow, RunState},
    customers, definitions, interactions, rate_cards,
    usage::{self, UsageFilter, UsageTotal},
};

use crate::{
    Assay, Caller, credit,
    error::{AppError, Result},
    rate_cards::parse_card,
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
    pub async fn bill(&self, caller: &Caller, period: BillingPeriod, mut progress: impl FnMut(BillProgress)) -> Result<BillReport> {
        let mut run = self.start_run(caller, period).await?;
        let already_finished = matches!(run.state, RunState::Finished { .. });
        let mut unrated = Vec::new();
        if run.state == RunState::Draining {
            self.drain(caller, |judged| progress(BillProgress::Judged(judged))).await?;
            run.state = self.freeze(caller, &run).await?;
        }
        if let RunState::Issuing { usage_until } = run.state {
            unrated = self.issue_all(caller, &run, usage_until, &mut progress).await?;
            let now = self.clock.now();
            let mut tx = self.store.begin(caller.tenant).await?;
            if billing::advance(&mut tx, run.id, run.state, RunState::Finished { usage_until }).await? {
                tx.commit(caller.operation("run.finish", run.id, None, None, now)).await?;
            }
        }
        Ok(BillReport { unrated, ..self.bill_report(caller, period, already_finished).await? })
    }

    pub(crate) async fn start_run(&self, caller: &Caller, period: BillingPeriod) -> Result<RunRow> {
        let now = self.clock.now();
        if period.end() > now {
            let remedy = format!("bill it from {} on", period.end());
            return Err(Violation::new("period", format!("{period} has not ended"), remedy).into());
        }
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
        let agreements = agreements::all(&mut tx).await?;
        if !agreements.iter().any(|agreement| agreement.from < period.end()) {
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
    async fn freeze(&self, caller: &Caller, run: &RunRow) -> Result<RunState> {
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        let state = RunState::Issuing { usage_until: usage::latest(&mut tx).await? };
        if !billing::advance(&mut tx, run.id, run.state, state).await? {
            // Another process carries the same run; what it froze counts.
            return Ok(billing::run(&mut tx, run.id).await?.map_or(state, |run| run.state));
        }
        tx.commit(caller.operation("run.freeze", run.id, None, None, now)).await?;
        Ok(state)
    }

    async fn issue_all(
        &self,
        caller: &Caller,
        run: &RunRow,
        usage_until: i64,
        progress: &mut impl FnMut(BillProgress),
    ) -> Result<Vec<String>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let book = Book::read(&mut reader, run, usage_until).await?;
        let done: BTreeSet<CustomerId> = billing::issued(&mut reader, run.id).await?.into_iter().collect();
        drop(reader);
        let todo: Vec<CustomerId> = book.customers().into_iter().filter(|customer| !done.contains(customer)).collect();
        let total = todo.len() as u64;
        let (mut issued, mut unrated) = (0, Vec::new());
        for batch in todo.chunks(BATCH) {
            let now = self.clock.now();
            let mut tx = self.store.begin(caller.tenant).await?;
            let mut documents = 0;
            for customer in batch {
                if billing::is_issued(&mut tx, run.id, *customer).await? {
                    // Another process carries the same run and was faster.
                    continue;
                }
                let to_issue = match book.documents(&mut tx, *customer).await {
                    Err(error @ AppError::Rating { .. }) => {
                        // One customer's bill holds up nobody else's; a later run finds the month unposted and tries again.
                        unrated.push(with_cause(&error));
                        continue;
                    }
                    to_issue => to_issue?,
                };
                for document in to_issue {
                    billing::issue(&mut tx, &document, now).await?;
                    documents += 1;
                }
            }
            let after = serde_json::json!({ "customers": batch.len(), "documents": documents }).to_string();
            tx.commit(caller.operation("invoice.issue", run.id, None, Some(after), now)).await?;
            issued += batch.len() as u64;
            progress(BillProgress::Issued(issued, total));
        }
        Ok(unrated)
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

/// Everything a run rates with, read once.
struct Book<'r> {
    run: &'r RunRow,
    usage_until: i64,
    agreements: Vec<Agreement>,
    cards: BTreeMap<assay_domain::id::RateCardId, RateCard>,
    slugs: BTreeMap<assay_domain::id::DefinitionId, String>,
    keys: BTreeMap<CustomerId, String>,
    /// Periods billed before, by customer, whose usage has changed since or whose agreement came later.
    late: BTreeSet<(CustomerId, BillingPeriod)>,
}

impl<'r> Book<'r> {
    async fn read(c: &mut impl Connection, run: &'r RunRow, usage_until: i64) -> Result<Self> {
        let mut cards = BTreeMap::new();
        for row in rate_cards::all(c).await? {
            cards.insert(row.id, parse_card(&row)?);
        }
        let finished: BTreeMap<BillingPeriod, i64> = billing::runs(c)
            .await?
            .iter()
            .filter(|other| other.id != run.id)
            .filter_map(|other| match other.state {
                RunState::Finished { usage_until } => Some((other.period, usage_until)),
                _ => None,
            })
            .collect();
        let latest = finished.values().copied().max().unwrap_or(usage_until);
        let end = finished.keys().next_back().map_or(Timestamp::EPOCH, |period| period.end());
        let changed = usage::changed(c, latest, usage_until, end).await?;
        let dated = |at: i64| Timestamp::from_micros(at).map(BillingPeriod::containing);
        let mut late: BTreeSet<_> = changed.into_iter().filter_map(|(customer, at)| Some((customer, dated(at)?))).collect();
        late.retain(|(_, period)| finished.contains_key(period));
        let agreements = agreements::all(c).await?;
        // An agreement that was dated back into periods billed without it.
        let posted: BTreeSet<(AgreementId, BillingPeriod)> = billing::posted_periods(c).await?.into_iter().collect();
        for agreement in &agreements {
            let overlapped = finished.keys().filter(|period| agreement.overlaps(period.start(), Some(period.end())));
            late.extend(
                overlapped.filter(|period| !posted.contains(&(agreement.id, **period))).map(|period| (agreement.customer, *period)),
            );
        }
        Ok(Self {
            run,
            usage_until,
            agreements,
            cards,
            slugs: definitions::all(c).await?.into_iter().collect(),
            keys: customers::all(c).await?.into_iter().map(|customer| (customer.id, customer.key)).collect(),
            late,
        })
    }

    /// Who may get a document: customers with an agreement in the period, and those with something to correct.
    fn customers(&self) -> BTreeSet<CustomerId> {
        let (start, end) = (self.run.period.start(), self.run.period.end());
        let current = self.agreements.iter().filter(|agreement| agreement.overlaps(start, Some(end))).map(|agreement| agreement.customer);
        current.chain(self.late.iter().map(|(customer, _)| *customer)).collect()
    }

    /// One invoice per currency for the period with what earlier periods cost more, and a credit note per earlier invoice that
    /// cost less.
    async fn documents(&self, tx: &mut Tx, customer: CustomerId) -> Result<Vec<NewInvoice>> {
        let mut invoices: BTreeMap<String, Vec<LineRow>> = BTreeMap::new();
        let mut credits: BTreeMap<InvoiceId, Vec<LineRow>> = BTreeMap::new();
        for (line, _) in self.lines(tx, customer, self.run.period, LineKind::Charge).await? {
            invoices.entry(line.amount.currency().to_string()).or_default().push(line);
        }
        for (_, period) in self.late.iter().filter(|(late, _)| *late == customer) {
            for (line, posted) in self.lines(tx, customer, *period, LineKind::Correction).await? {
                if line.amount.minor() >= 0 {
                    invoices.entry(line.amount.currency().to_string()).or_default().push(line);
                    continue;
                }
                let allocated = credit::allocate(&line, &posted).map_err(|source| self.rating(customer, *period, source))?;
                for (invoice, part) in allocated {
                    credits.entry(invoice).or_default().push(part);
                }
            }
        }
        let invoices = invoices.into_values().map(|lines| (InvoiceKind::Invoice, None, lines));
        let credits = credits.into_iter().map(|(original, lines)| (InvoiceKind::CreditNote, Some(original), lines));
        invoices.chain(credits).map(|(kind, corrects, lines)| self.document(customer, kind, corrects, lines)).collect()
    }

    fn document(&self, customer: CustomerId, kind: InvoiceKind, corrects: Option<InvoiceId>, lines: Vec<LineRow>) -> Result<NewInvoice> {
        let mut amounts = lines.iter().map(|line| line.amount);
        let first = amounts.next().ok_or(RatingError::Overflow);
        let total = first.and_then(|first| amounts.try_fold(first, |sum, amount| sum.checked_add(amount).ok_or(RatingError::Overflow)));
        let total = total.map_err(|source| self.rating(customer, self.run.period, source))?;
        Ok(NewInvoice { kind, run: self.run.id, customer, period: self.run.period, total, corrects, lines })
    }

    /// What a period should cost by now, less what is posted for it, in the order of the card; beside each line what is posted
    /// under its agreement.
    async fn lines(
        &self,
        tx: &mut Tx,
        customer: CustomerId,
        period: BillingPeriod,
        kind: LineKind,
    ) -> Result<Vec<(LineRow, Arc<[PostedRow]>)>> {
        let (start, end) = (period.start(), period.end());
        let mine = self.agreements.iter().filter(|agreement| agreement.customer == customer && agreement.overlaps(start, Some(end)));
        let mut lines = Vec::new();
        for agreement in mine {
            let Some(card) = self.cards.get(&agreement.rate_card) else { continue };
            let covered = (start.max(agreement.from), agreement.until.map_or(end, |until| until.min(end)));
            let (after, last) = (0, self.usage_until);
            let filter = UsageFilter { customer, from: covered.0, until: covered.1, after, last };
            let usage: Vec<UsageItem> = usage::totals(tx, filter).await?.into_iter().map(|total| self.item(total)).collect();
            let posted = billing::posted(tx, customer, agreement.id, period).await?;
            let deltas = rate(card, &Coverage { period: (start, end), covered }, &usage).and_then(|rated| settle(&rated, &sum(&posted)?));
            let mut deltas = deltas.map_err(|source| self.rating(customer, period, source))?;
            deltas.sort_by_key(|delta| card.charges.iter().position(|charge| charge.code == delta.charge));
            let usage_after = posted.iter().map(|posted| posted.line.usage_until).max().unwrap_or(0);
            let posted: Arc<[PostedRow]> = posted.into();
            let line = |delta: Delta| LineRow {
                kind,
                agreement: agreement.id,
                period,
                charge: delta.charge,
                tier: delta.tier,
                label: delta.label,
                unit_price: delta.unit_price.to_string(),
                quantity: delta.quantity,
                amount: delta.amount,
                usage_after,
                usage_until: self.usage_until,
            };
            lines.extend(deltas.into_iter().map(|delta| (line(delta), Arc::clone(&posted))));
        }
        Ok(lines)
    }

    fn item(&self, total: UsageTotal) -> UsageItem {
        let definition = self.slugs.get(&total.definition).cloned().unwrap_or_default();
        UsageItem { meter: total.meter, definition, class: total.class, quantity: total.quantity }
    }

    fn rating(&self, customer: CustomerId, period: BillingPeriod, source: RatingError) -> AppError {
        let customer = self.keys.get(&customer).cloned().unwrap_or_default();
        AppError::Rating { customer, period: period.to_string(), source }
    }
}

fn with_cause(error: &AppError) -> String {
    let cause = std::error::Error::source(error).map(|source| format!(": {source}")).unwrap_or_default();
    format!("{error}{cause}")
}

/// Adds up what was posted, line by line.
fn sum(posted: &[PostedRow]) -> Result<Vec<PostedLine>, RatingError> {
    let mut sums: Vec<PostedLine> = Vec::new();
    for PostedRow { line, .. } in posted {
        let same =
            |sum: &&mut PostedLine| sum.charge == line.charge && sum.tier == line.tier && sum.unit_price.to_string() == line.unit_price;
        match sums.iter_mut().find(same) {
            Some(sum) => {
                sum.quantity = Quantity::checked_add(sum.quantity, line.quantity).ok_or(RatingError::Overflow)?;
                sum.amount = sum.amount.checked_add(line.amount).ok_or(RatingError::Overflow)?;
            }
            None => sums.push(PostedLine {
                charge: line.charge.clone(),
                tier: line.tier,
                label: line.label.clone(),
                unit_price: line.unit_price.parse().map_err(|_| RatingError::Inexact)?,
                quantity: line.quantity,
                amount: line.amount,
            }),
        }
    }
    Ok(sums)
}
