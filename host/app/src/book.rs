//! What a billing run issues: for each payer an invoice, and a credit note per earlier invoice that billed too much.

use std::collections::{BTreeMap, BTreeSet};

use assay_domain::{
    decimal::Quantity,
    id::{AgreementId, CustomerId, InvoiceId, RunId},
    money::Amount,
    period::{BillingPeriod, Period, PeriodName},
    terms::Agreement,
    time::Timestamp,
};
use assay_rating::{
    RatingError,
    rate::{Coverage, rate_advance},
    settle::{Delta, PostedLine, settle},
};
use assay_store::{
    Connection,
    billing::{self, InvoiceKind, LineKind, LineRow, NewInvoice, PostedRow, RunRow, RunState},
    usage,
};

use crate::{credit, error::Result, rated::Rates};

/// The run of a preview, which is none.
pub(crate) const PREVIEW: RunId = RunId(0);

/// Everything a run bills with, read once.
pub(crate) struct Book<'r> {
    run: &'r RunRow,
    usage_until: i64,
    now: Timestamp,
    pub(crate) rates: Rates,
    /// The months billed before, with the usage that their runs saw.
    finished: BTreeMap<BillingPeriod, i64>,
    /// Periods billed before that may have come to cost something else.
    late: BTreeSet<(AgreementId, PeriodName)>,
}

/// What still has to be posted for one period of an agreement, and what is posted.
struct Due {
    lines: Vec<LineRow>,
    posted: Vec<PostedRow>,
    /// Whether charges depend on each other, so that they are more or less together.
    is_joint: bool,
}

impl<'r> Book<'r> {
    pub(crate) async fn read(c: &mut impl Connection, run: &'r RunRow, usage_until: i64, now: Timestamp) -> Result<Self> {
        let rates = Rates::read(c).await?;
        let finished: BTreeMap<BillingPeriod, i64> = billing::runs(c)
            .await?
            .iter()
            .filter(|other| other.id != run.id)
            .filter_map(|other| match other.state {
                RunState::Finished { usage_until } => Some((other.period, usage_until)),
                _ => None,
            })
            .collect();
        let mut book = Self { run, usage_until, now, rates, finished, late: BTreeSet::new() };
        let mut late = book.changed(c).await?;
        late.extend(book.unbilled(c).await?);
        late.extend(billing::reopened(c).await?);
        late.extend(billing::posted_of_unrated(c).await?);
        late.retain(|(agreement, name)| book.is_billed(*agreement, *name));
        book.late = late;
        Ok(book)
    }

    /// Billed periods of which usage has changed since.
    async fn changed(&self, c: &mut impl Connection) -> Result<BTreeSet<(AgreementId, PeriodName)>> {
        let latest = self.finished.values().copied().max().unwrap_or(self.usage_until);
        let end = self.finished.keys().next_back().map_or(Timestamp::EPOCH, |month| self.rates.end_of(*month));
        let mut late = BTreeSet::new();
        for (customer, dated_at) in usage::changed(c, latest, self.usage_until, end).await? {
            let Some(dated_at) = Timestamp::from_micros(dated_at) else { continue };
            let mine = self.rates.of(customer).filter(|agreement| agreement.covers(dated_at));
            late.extend(mine.filter_map(|agreement| Some((agreement.id, self.rates.calendar(agreement)?.containing(dated_at)?.name))));
        }
        Ok(late)
    }

    /// Periods of billed months that an agreement covers which was dated back into them.
    async fn unbilled(&self, c: &mut impl Connection) -> Result<BTreeSet<(AgreementId, PeriodName)>> {
        let posted: BTreeSet<(AgreementId, PeriodName)> = billing::posted_periods(c).await?.into_iter().collect();
        let mut late = BTreeSet::new();
        for agreement in self.rates.agreements() {
            let Some(calendar) = self.rates.calendar(agreement) else { continue };
            let periods = self.finished.keys().filter_map(|month| calendar.billed_in(*month));
            let covered = periods.filter(|period| Rates::covered(agreement, period).is_some());
            late.extend(covered.map(|period| (agreement.id, period.name)).filter(|period| !posted.contains(period)));
        }
        Ok(late)
    }

    /// Whether a period has ended and the run that bills it is finished. A zone's month may end after that of its name in UTC.
    fn is_billed(&self, agreement: AgreementId, name: PeriodName) -> bool {
        let calendar = self.rates.agreement(agreement).and_then(|agreement| self.rates.calendar(agreement));
        let period = calendar.as_ref().and_then(|calendar| calendar.named(name)).filter(|period| period.end <= self.now);
        let month = calendar.zip(period).map(|(calendar, period)| calendar.month_billing(&period));
        month.is_some_and(|month| self.finished.contains_key(&month))
    }

    /// Who may get a document: payers of agreements in the period, and those with something to correct.
    pub(crate) fn payers(&self) -> BTreeSet<CustomerId> {
        let has_late = |agreement: &&Agreement| self.late.iter().any(|(late, _)| *late == agreement.id);
        let is_due = |agreement: &&Agreement| self.current(agreement).is_some() || self.next(agreement).is_some() || has_late(agreement);
        self.rates.agreements().iter().filter(is_due).map(|agreement| self.rates.payer(agreement.customer)).collect()
    }

    /// The period of an agreement that this run bills. One that has not ended is left to the next run, but shown in a preview.
    fn current(&self, agreement: &Agreement) -> Option<Period> {
        let period = self.rates.calendar(agreement)?.billed_in(self.run.period)?;
        let is_billed = period.end <= self.now || self.run.id == PREVIEW;
        Rates::covered(agreement, &period).filter(|_| is_billed).map(|_| period)
    }

    /// The period after it, of which this run bills what is due in advance.
    fn next(&self, agreement: &Agreement) -> Option<Period> {
        let is_advance = self.rates.card(agreement)?.is_due_in_advance();
        let calendar = self.rates.calendar(agreement).filter(|_| is_advance)?;
        let period = match calendar.billed_in(self.run.period) {
            Some(current) => calendar.after(&current)?,
            None => calendar.containing(agreement.from).filter(|first| first.start < self.rates.end_of(self.run.period))?,
        };
        // A month that was billed before this one has all of its charges.
        let is_billed = self.finished.contains_key(&calendar.month_billing(&period));
        Rates::covered(agreement, &period).filter(|_| !is_billed).map(|_| period)
    }

    /// One invoice per currency for the period with what earlier periods cost more, and a credit note per earlier invoice that
    /// billed too much.
    pub(crate) async fn documents(&self, c: &mut impl Connection, payer: CustomerId) -> Result<Vec<NewInvoice>> {
        let mut found = Found::default();
        let mine: Vec<&Agreement> = self.rates.agreements().iter().filter(|a| self.rates.payer(a.customer) == payer).collect();
        for agreement in &mine {
            for (period, in_advance) in [(self.current(agreement), false), (self.next(agreement), true)] {
                let Some(period) = period else { continue };
                let due = self.due(c, agreement, &period, LineKind::Charge, in_advance).await?;
                found.add(due).map_err(|source| Rates::error(agreement.customer, &period, source))?;
            }
        }
        for agreement in &mine {
            let calendar = self.rates.calendar(agreement);
            let names = self.late.iter().filter(|(late, _)| *late == agreement.id).map(|(_, name)| *name);
            for period in names.filter_map(|name| calendar.as_ref()?.named(name)) {
                let due = self.due(c, agreement, &period, LineKind::Correction, false).await?;
                found.add(due).map_err(|source| Rates::error(agreement.customer, &period, source))?;
            }
        }
        let Found { invoices, credits } = found;
        let invoices = invoices.into_values().map(|lines| (InvoiceKind::Invoice, None, lines));
        let credits = credits.into_iter().map(|(original, lines)| (InvoiceKind::CreditNote, Some(original), lines));
        invoices.chain(credits).map(|(kind, corrects, lines)| self.document(payer, kind, corrects, lines)).collect()
    }

    fn document(&self, customer: CustomerId, kind: InvoiceKind, corrects: Option<InvoiceId>, lines: Vec<LineRow>) -> Result<NewInvoice> {
        let mut amounts = lines.iter().map(|line| line.amount);
        let first = amounts.next().ok_or(RatingError::Overflow);
        let total = first.and_then(|first| amounts.try_fold(first, |sum, amount| sum.checked_add(amount).ok_or(RatingError::Overflow)));
        let month = Period { name: PeriodName::Month(self.run.period), start: self.run.period.start(), end: self.run.period.end() };
        let total = total.map_err(|source| Rates::error(customer, &month, source))?;
        Ok(NewInvoice { kind, run: self.run.id, customer, period: self.run.period, total, corrects, lines })
    }

    /// What a period should cost by now, less what is posted for it, in the order of the card.
    async fn due(&self, c: &mut impl Connection, agreement: &Agreement, period: &Period, kind: LineKind, in_advance: bool) -> Result<Due> {
        let error = |source| Rates::error(agreement.customer, period, source);
        let posted = billing::posted(c, agreement.customer, agreement.id, period.name).await?;
        let ended = period.end <= self.now;
        let rated = if in_advance {
            let covered = Rates::covered(agreement, period).unwrap_or((period.start, period.start));
            let coverage = Coverage { period: (period.start, period.end), covered, ended };
            let card = self.rates.card(agreement).ok_or_else(|| error(RatingError::Overflow))?;
            rate_advance(card, &coverage).map_err(error)?
        } else {
            self.rates.rated(c, agreement, period, self.usage_until, ended).await?.lines
        };
        let deltas = sum(&posted).and_then(|posted| settle(&rated, &posted)).map_err(error)?;
        let usage_after = posted.iter().map(|posted| posted.line.usage_until).max().unwrap_or(0);
        let line = |delta: Delta| LineRow {
            id: 0,
            position: 0,
            customer: agreement.customer,
            kind,
            agreement: agreement.id,
            period: period.name,
            charge: delta.charge,
            tier: delta.tier,
            label: delta.label,
            unit_price: delta.unit_price.to_string(),
            quantity: delta.quantity,
            amount: delta.amount,
            usage_after,
            usage_until: self.usage_until,
        };
        let mut lines: Vec<LineRow> = deltas.into_iter().map(line).collect();
        let card = self.rates.card(agreement);
        // What is no charge of the card follows from the charges, so it comes after them.
        let place =
            |line: &LineRow| card.and_then(|card| card.charges.iter().position(|charge| charge.code == line.charge)).unwrap_or(usize::MAX);
        lines.sort_by_key(place);
        let is_joint = card.is_some_and(|card| card.commitment.is_some() || card.cap.is_some());
        Ok(Due { lines, posted, is_joint })
    }
}

/// The lines of a payer's documents.
#[derive(Default)]
struct Found {
    /// By currency.
    invoices: BTreeMap<String, Vec<LineRow>>,
    /// By the invoice that billed too much.
    credits: BTreeMap<InvoiceId, Vec<LineRow>>,
}

impl Found {
    /// What is more goes on an invoice, what is less is taken back from those that billed it.
    fn add(&mut self, due: Due) -> Result<(), RatingError> {
        for group in due.groups() {
            if !credit::is_less(&group)? {
                group.into_iter().for_each(|line| self.invoices.entry(line.amount.currency().to_string()).or_default().push(line));
                continue;
            }
            for (invoice, lines) in credit::allocate(group, &due.posted, due.is_joint)? {
                self.credits.entry(invoice).or_default().extend(lines);
            }
        }
        Ok(())
    }
}

impl Due {
    /// The lines that are more or less together: those of one charge, or all of them where charges depend on each other.
    fn groups(&self) -> Vec<Vec<LineRow>> {
        let is_same = |one: &LineRow, other: &LineRow| self.is_joint || one.charge == other.charge;
        self.lines.chunk_by(is_same).map(<[LineRow]>::to_vec).collect()
    }
}

/// Adds up what was posted, line by line.
pub(crate) fn sum(posted: &[PostedRow]) -> Result<Vec<PostedLine>, RatingError> {
    let mut sums: Vec<PostedLine> = Vec::new();
    for PostedRow { line, .. } in posted {
        let same =
            |sum: &&mut PostedLine| sum.charge == line.charge && sum.tier == line.tier && sum.unit_price.to_string() == line.unit_price;
        match sums.iter_mut().find(same) {
            Some(sum) => {
                sum.quantity = Quantity::checked_add(sum.quantity, line.quantity).ok_or(RatingError::Overflow)?;
                sum.amount = Amount::checked_add(sum.amount, line.amount).ok_or(RatingError::Overflow)?;
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
