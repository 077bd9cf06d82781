//! What a billing run issues: for each payer an invoice, and a credit note per earlier invoice that billed too much.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use assay_domain::{
    decimal::Quantity,
    id::{AgreementId, CustomerId, InvoiceId},
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

/// Everything a run bills with, read once.
pub(crate) struct Book<'r> {
    run: &'r RunRow,
    usage_until: i64,
    now: Timestamp,
    pub(crate) rates: Rates,
    /// Periods billed before that may have come to cost something else.
    late: BTreeSet<(AgreementId, PeriodName)>,
}

/// What still has to be posted for one period of an agreement, and what is posted.
struct Due {
    lines: Vec<LineRow>,
    posted: Arc<[PostedRow]>,
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
        let mut book = Self { run, usage_until, now, rates, late: BTreeSet::new() };
        book.late = book.changed(c, &finished).await?;
        book.late.extend(book.unbilled(c, &finished).await?);
        let is_billed = |(agreement, name): &(AgreementId, PeriodName)| book.is_billed(*agreement, *name, &finished);
        let reopened: Vec<_> = billing::reopened(c).await?.into_iter().filter(is_billed).collect();
        book.late.extend(reopened);
        Ok(book)
    }

    /// Billed periods of which usage has changed since.
    async fn changed(&self, c: &mut impl Connection, finished: &BTreeMap<BillingPeriod, i64>) -> Result<BTreeSet<(AgreementId, PeriodName)>> {
        let latest = finished.values().copied().max().unwrap_or(self.usage_until);
        // A zone's month may end after the month of that name in UTC.
        let end = finished.keys().next_back().map_or(Timestamp::EPOCH, |month| self.rates.end_of(*month));
        let mut late = BTreeSet::new();
        for (customer, dated_at) in usage::changed(c, latest, self.usage_until, end).await? {
            let Some(dated_at) = Timestamp::from_micros(dated_at) else { continue };
            let mine = self.rates.of(customer).filter(|agreement| agreement.covers(dated_at));
            late.extend(mine.filter_map(|agreement| Some((agreement.id, self.rates.calendar(agreement)?.containing(dated_at)?.name))));
        }
        late.retain(|(agreement, name)| self.is_billed(*agreement, *name, finished));
        Ok(late)
    }

    /// Periods of billed months that an agreement covers which was dated back into them.
    async fn unbilled(&self, c: &mut impl Connection, finished: &BTreeMap<BillingPeriod, i64>) -> Result<BTreeSet<(AgreementId, PeriodName)>> {
        let posted: BTreeSet<(AgreementId, PeriodName)> = billing::posted_periods(c).await?.into_iter().collect();
        let mut late = BTreeSet::new();
        for agreement in self.rates.agreements() {
            let Some(calendar) = self.rates.calendar(agreement) else { continue };
            let periods = finished.keys().filter_map(|month| calendar.billed_in(*month));
            let covered = periods.filter(|period| Rates::covered(agreement, period).is_some());
            late.extend(covered.map(|period| (agreement.id, period.name)).filter(|period| !posted.contains(period)));
        }
        Ok(late)
    }

    /// Whether the run that bills a period is finished.
    fn is_billed(&self, agreement: AgreementId, name: PeriodName, finished: &BTreeMap<BillingPeriod, i64>) -> bool {
        let calendar = self.rates.agreement(agreement).and_then(|agreement| self.rates.calendar(agreement));
        let month = calendar.and_then(|calendar| Some(calendar.month_billing(&calendar.named(name)?)));
        month.is_some_and(|month| finished.contains_key(&month))
    }

    /// Who may get a document: payers of agreements in the period, and those with something to correct.
    pub(crate) fn payers(&self) -> BTreeSet<CustomerId> {
        let has_late = |agreement: &&Agreement| self.late.iter().any(|(late, _)| *late == agreement.id);
        let is_due = |agreement: &&Agreement| self.current(agreement).is_some() || self.next(agreement).is_some() || has_late(agreement);
        self.rates.agreements().iter().filter(is_due).map(|agreement| self.rates.payer(agreement.customer)).collect()
    }

    /// The period of an agreement that this run bills.
    fn current(&self, agreement: &Agreement) -> Option<Period> {
        let period = self.rates.calendar(agreement)?.billed_in(self.run.period)?;
        Rates::covered(agreement, &period).map(|_| period)
    }

    /// The period after it, of which this run bills what is due in advance.
    fn next(&self, agreement: &Agreement) -> Option<Period> {
        let is_advance = self.rates.card(agreement)?.is_due_in_advance();
        let calendar = self.rates.calendar(agreement).filter(|_| is_advance)?;
        let period = match calendar.billed_in(self.run.period) {
            Some(current) => calendar.after(&current)?,
            None => calendar.containing(agreement.from).filter(|first| first.start < self.rates.end_of(self.run.period))?,
        };
        Rates::covered(agreement, &period).map(|_| period)
    }

    /// One invoice per currency for the period with what earlier periods cost more, and a credit note per earlier invoice that
    /// billed too much.
    pub(crate) async fn documents(&self, c: &mut impl Connection, payer: CustomerId) -> Result<Vec<NewInvoice>> {
        let mut invoices: BTreeMap<String, Vec<LineRow>> = BTreeMap::new();
        let mut credits: BTreeMap<InvoiceId, Vec<LineRow>> = BTreeMap::new();
        let mine: Vec<&Agreement> = self.rates.agreements().iter().filter(|a| self.rates.payer(a.customer) == payer).collect();
        for agreement in &mine {
            for (period, in_advance) in [(self.current(agreement), false), (self.next(agreement), true)] {
                let Some(period) = period else { continue };
                let due = self.due(c, agreement, &period, LineKind::Charge, in_advance).await?;
                due.lines.into_iter().for_each(|line| invoices.entry(line.amount.currency().to_string()).or_default().push(line));
            }
        }
        for agreement in &mine {
            let calendar = self.rates.calendar(agreement);
            let names = self.late.iter().filter(|(late, _)| *late == agreement.id).map(|(_, name)| *name);
            for period in names.filter_map(|name| calendar.as_ref()?.named(name)) {
                let due = self.due(c, agreement, &period, LineKind::Correction, false).await?;
                for group in due.groups() {
                    let less = credit::is_less(&group).map_err(|source| self.rates.error(agreement.customer, &period, source))?;
                    if !less {
                        group.into_iter().for_each(|line| invoices.entry(line.amount.currency().to_string()).or_default().push(line));
                        continue;
                    }
                    let parts = credit::allocate(group, &due.posted, due.is_joint);
                    for (invoice, lines) in parts.map_err(|source| self.rates.error(agreement.customer, &period, source))? {
                        credits.entry(invoice).or_default().extend(lines);
                    }
                }
            }
        }
        let invoices = invoices.into_values().map(|lines| (InvoiceKind::Invoice, None, lines));
        let credits = credits.into_iter().map(|(original, lines)| (InvoiceKind::CreditNote, Some(original), lines));
        invoices.chain(credits).map(|(kind, corrects, lines)| self.document(payer, kind, corrects, lines)).collect()
    }

    fn document(&self, customer: CustomerId, kind: InvoiceKind, corrects: Option<InvoiceId>, lines: Vec<LineRow>) -> Result<NewInvoice> {
        let mut amounts = lines.iter().map(|line| line.amount);
        let first = amounts.next().ok_or(RatingError::Overflow);
        let total = first.and_then(|first| amounts.try_fold(first, |sum, amount| sum.checked_add(amount).ok_or(RatingError::Overflow)));
        let month = Period { name: PeriodName::Month(self.run.period), start: self.run.period.start(), end: self.run.period.end() };
        let total = total.map_err(|source| self.rates.error(customer, &month, source))?;
        Ok(NewInvoice { kind, run: self.run.id, customer, period: self.run.period, total, corrects, lines })
    }

    /// What a period should cost by now, less what is posted for it, in the order of the card.
    async fn due(&self, c: &mut impl Connection, agreement: &Agreement, period: &Period, kind: LineKind, in_advance: bool) -> Result<Due> {
        let error = |source| self.rates.error(agreement.customer, period, source);
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
        let place = |line: &LineRow| card.and_then(|card| card.charges.iter().position(|charge| charge.code == line.charge)).unwrap_or(usize::MAX);
        lines.sort_by_key(place);
        let is_joint = card.is_some_and(|card| card.commitment.is_some() || card.cap.is_some());
        Ok(Due { lines, posted: posted.into(), is_joint })
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
