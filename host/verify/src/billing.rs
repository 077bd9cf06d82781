//! A document computed anew: what each of its periods costs, less what is posted elsewhere, is what its lines say.

use std::collections::BTreeMap;

use assay_domain::{
    decimal::Quantity,
    id::AgreementId,
    money::Amount,
    period::{Period, PeriodName},
};
use assay_rating::{
    card::Price,
    exact::ExactError,
    rate::{Coverage, RatedLine, UsageItem, rate, rate_advance},
    settle::{Delta, PostedLine, settle},
};
use assay_receipt::bundle::{Billed, BundledInvoice, BundledLine, BundledPeriod, PostedElsewhere};

use crate::{
    check::{Check, Place},
    counted::{self, Change},
    findings::Findings,
    prices::{self, Priced},
};

/// A document before the changes of usage that its receipts state.
struct Billing<'a> {
    invoice: &'a BundledInvoice,
    changes: &'a [Change<'a>],
    agreements: BTreeMap<AgreementId, Priced<'a>>,
    /// Lines that could not be computed anew, as what their price counts is erased.
    erased: u64,
}

/// Computes every line anew; gives back how many could not be, as what their price counts is erased.
pub(crate) fn see(invoice: &BundledInvoice, changes: &[Change<'_>], findings: &mut Findings) -> u64 {
    let agreements = prices::agreements(invoice, findings);
    let mut billing = Billing { invoice, changes, agreements, erased: 0 };
    invoice.periods.iter().for_each(|period| billing.see_period(period, findings));
    billing.see_all_explained(findings);
    billing.see_all_taken_up(findings);
    see_sums(invoice, findings);
    billing.erased
}

impl<'a> Billing<'a> {
    fn see_period(&mut self, told: &'a BundledPeriod, findings: &mut Findings) {
        let place = Place::thing(told.to_string());
        let lines = self.lines(told);
        let Some(priced) = self.agreements.get(&told.agreement) else {
            return findings.fail(Check::Price, &place, "the bundle has no such agreement, or none that can be billed by");
        };
        let Some(coverage) = priced.coverage(told) else {
            return findings.fail(Check::Price, &place, "the agreement has no such period");
        };
        if told.billed == Billed::Never {
            let is_unbilled = lines.is_empty() && told.before.is_empty() && told.beside.is_empty();
            let found = if is_unbilled { Ok(()) } else { Err("it was never billed, it says, and lines bill it") };
            findings.see(Check::Line, &place, found);
            return;
        }
        if told.counted.iter().any(|event| event.data.is_none()) && priced.card.event_fields().any(|(_, field)| field.is_some()) {
            self.erased += lines.len() as u64;
            return;
        }
        let rated = findings.take(Check::Price, &place, self.rated(told, priced, &coverage));
        let Some(rated) = rated else { return };
        compare(&place, &Compared { told, lines: &lines, rated: &rated, invoice: self.invoice }, findings);
    }

    /// The document's own lines for a period.
    fn lines(&self, told: &BundledPeriod) -> Vec<&'a BundledLine> {
        self.invoice.lines.iter().filter(|line| line.agreement == told.agreement && line.period == told.period).collect()
    }

    fn rated(&self, told: &BundledPeriod, priced: &Priced<'_>, coverage: &Coverage) -> Result<Vec<RatedLine>, String> {
        if told.billed == Billed::Advance {
            return rate_advance(&priced.card, coverage).map_err(|error| error.to_string());
        }
        let (end, issued_at) = (coverage.period.1, self.invoice.issued_at);
        if issued_at < end {
            return Err(format!("it was billed by its usage at {issued_at}, and ends at {end}"));
        }
        for event in &told.counted {
            counted::check_time(event, coverage).map_err(|error| format!("the event {} does not count: {error}", event.id))?;
        }
        rate(&priced.card, coverage, &self.usage(told, priced, coverage)).map_err(|error| error.to_string())
    }

    fn usage(&self, told: &BundledPeriod, priced: &Priced<'_>, coverage: &Coverage) -> Vec<UsageItem> {
        let (from, until) = coverage.covered;
        let mine = self.changes.iter().filter(|change| change.customer == priced.told.customer);
        let known = mine.filter(|change| change.number <= self.invoice.usage_until && from <= change.at && change.at < until);
        let mut usage = counted::net(known);
        usage.extend(counted::events(&priced.card, &told.counted));
        usage
    }

    /// Every line is of a period that is told.
    fn see_all_explained(&self, findings: &mut Findings) {
        for line in &self.invoice.lines {
            let is_told =
                |told: &BundledPeriod| told.agreement == line.agreement && told.period == line.period && told.billed != Billed::Never;
            if !self.invoice.periods.iter().any(is_told) {
                let problem = format!("it bills {} of {}, of which the bundle says nothing", line.period, line.agreement);
                findings.fail(Check::Line, &Place::line(line.position), problem);
            }
        }
    }

    /// Every change since the run before is in a period that is told, unless that is billed by a later run, or nothing of it is left.
    fn see_all_taken_up(&self, findings: &mut Findings) {
        let mut left: BTreeMap<(AgreementId, PeriodName), Vec<&Change<'_>>> = BTreeMap::new();
        let BundledInvoice { usage_after, usage_until, .. } = *self.invoice;
        for change in self.changes.iter().filter(|change| usage_after < change.number && change.number <= usage_until) {
            if let Some((agreement, period)) = self.billed_in(change) {
                left.entry((agreement, period.name)).or_default().push(change);
            }
        }
        for ((agreement, period), changes) in left {
            let is_told = self.invoice.periods.iter().any(|told| told.agreement == agreement && told.period == period);
            let first = changes.first().map(|change| Place::receipt(change.customer, change.receipt)).unwrap_or_default();
            let found = if is_told || counted::net(changes).is_empty() { Ok(()) } else { Err(not_taken_up(agreement, period)) };
            findings.see(Check::Usage, &first, found);
        }
    }

    /// The period that a change counts in, if this run bills it, or an earlier one did.
    fn billed_in(&self, change: &Change<'_>) -> Option<(AgreementId, Period)> {
        let priced = self.agreements.values().find(|priced| priced.covers(change.customer, change.at))?;
        let period = priced.containing(change.at)?;
        priced.is_billed_by(&period, self.invoice).then_some((priced.told.id, period))
    }
}

fn not_taken_up(agreement: AgreementId, period: PeriodName) -> String {
    format!("it changes what {period} of {agreement} costs, and neither this document nor one beside it takes that up")
}

/// A period, and everything that is said of what it costs.
struct Compared<'a> {
    told: &'a BundledPeriod,
    lines: &'a [&'a BundledLine],
    rated: &'a [RatedLine],
    invoice: &'a BundledInvoice,
}

/// Every line of a period against what follows.
fn compare(place: &Place, compared: &Compared<'_>, findings: &mut Findings) {
    let Compared { lines, rated, .. } = *compared;
    let Some(rest) = findings.take(Check::Line, place, compared.rest()) else { return };
    for line in lines {
        let place = Place::line(line.position);
        let delta = rest.iter().find(|delta| is_same(line, &delta.charge, delta.tier, delta.unit_price));
        let found = match delta {
            Some(delta) => Err(compared.differs(line, delta)),
            None => check_label(line, rated, &compared.told.before),
        };
        findings.see(Check::Line, &place, found);
    }
    for delta in rest.iter().filter(|delta| !lines.iter().any(|line| is_same(line, &delta.charge, delta.tier, delta.unit_price))) {
        findings.fail(Check::Line, place, compared.missing(delta));
    }
}

fn is_same(line: &BundledLine, charge: &str, tier: u32, unit_price: Price) -> bool {
    line.charge == charge && line.tier == tier && line.unit_price.parse::<Price>().is_ok_and(|price| price == unit_price)
}

/// A line is called what its charge is called, or what the line that it takes back is.
fn check_label(line: &BundledLine, rated: &[RatedLine], before: &[PostedElsewhere]) -> Result<(), String> {
    let rated = rated.iter().filter(|rated| is_same(line, &rated.charge, rated.tier, rated.unit_price)).map(|rated| &rated.label);
    let is_posted =
        |posted: &&PostedElsewhere| posted.charge == line.charge && posted.tier == line.tier && posted.unit_price == line.unit_price;
    let before = before.iter().filter(is_posted).map(|posted| &posted.label);
    let labels: Vec<&String> = rated.chain(before).collect();
    if labels.contains(&&line.label) { Ok(()) } else { Err(format!("it is called {:?}, and its charge is not", line.label)) }
}

impl Compared<'_> {
    /// What all lines together are short of, or have too much.
    fn rest(&self) -> Result<Vec<Delta>, String> {
        let elsewhere = self.told.before.iter().chain(&self.told.beside).map(|posted| self.elsewhere(posted));
        let posted = elsewhere.chain(self.lines.iter().map(|line| self.own(line))).collect::<Result<Vec<_>, _>>()?;
        if let Some(twice) = self.lines.iter().enumerate().find(|(at, line)| self.lines.iter().take(*at).any(|other| is_twin(line, other)))
        {
            return Err(format!("line {} is there twice", twice.1.position));
        }
        settle(self.rated, &posted).map_err(|error| error.to_string())
    }

    fn own(&self, line: &BundledLine) -> Result<PostedLine, String> {
        let BundledLine { charge, tier, label, unit_price, quantity, amount_minor, .. } = line;
        self.posted((charge, *tier, label), unit_price, (*quantity, *amount_minor))
    }

    fn elsewhere(&self, posted: &PostedElsewhere) -> Result<PostedLine, String> {
        let PostedElsewhere { charge, tier, label, unit_price, quantity, amount_minor, .. } = posted;
        self.posted((charge, *tier, label), unit_price, (*quantity, *amount_minor))
    }

    fn posted(&self, name: (&str, u32, &str), unit_price: &str, what: (Quantity, i64)) -> Result<PostedLine, String> {
        let ((charge, tier, label), (quantity, minor)) = (name, what);
        let unit_price: Price = unit_price.parse().map_err(|error: ExactError| format!("{label}: {error}"))?;
        let amount = Amount::new(minor, self.invoice.currency);
        Ok(PostedLine { charge: charge.to_owned(), tier, label: label.to_owned(), unit_price, quantity, amount })
    }

    fn differs(&self, line: &BundledLine, delta: &Delta) -> String {
        let told = Amount::new(line.amount_minor, self.invoice.currency);
        let follows = told.checked_add(delta.amount).map_or_else(|| "too much".to_owned(), |amount| amount.to_string());
        let units = line.quantity.checked_add(delta.quantity).unwrap_or(delta.quantity);
        format!("it bills {} at {}, {told}, and {units}, {follows}, follows", line.quantity, line.unit_price)
    }

    fn missing(&self, delta: &Delta) -> String {
        let Delta { label, quantity, unit_price, amount, .. } = delta;
        format!("a line {label:?} of {quantity} at {unit_price}, {amount}, is missing")
    }
}

fn is_twin(line: &BundledLine, other: &BundledLine) -> bool {
    line.charge == other.charge && line.tier == other.tier && line.unit_price == other.unit_price
}

/// The places of lines, their sum, and what is left to pay.
fn see_sums(invoice: &BundledInvoice, findings: &mut Findings) {
    let place = Place::thing(&invoice.number);
    let is_in_order = invoice.lines.iter().zip(1u32..).all(|(line, position)| line.position == position);
    findings.see(Check::Line, &place, if is_in_order { Ok(()) } else { Err("its lines are not numbered from 1 on") });
    let amount = |minor| Amount::new(minor, invoice.currency);
    let sum: i128 = invoice.lines.iter().map(|line| i128::from(line.amount_minor)).sum();
    let sum = i64::try_from(sum).map(amount).map_err(|_| "its lines sum to more than can be held");
    if let Some(sum) = findings.take(Check::Total, &place, sum) {
        findings.equal(Check::Total, &place, "the total", &amount(invoice.total_minor), &sum);
    }
    let due = invoice.total_minor.saturating_sub(invoice.prepaid_minor);
    findings.equal(Check::Total, &place, "what is due", &amount(invoice.due_minor), &amount(due));
}
