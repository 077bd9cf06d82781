//! Whether a candidate kept what it had to keep, in words.

use super::{
    proportion::Proportion,
    report::{BacktestReport, BillChange, LabelReport, NewFault, Score, ThresholdCheck},
    request::Thresholds,
};

/// Bills, or faults, that are named.
const NAMED: usize = 20;

/// Checks every threshold that is set.
pub(super) fn check(thresholds: &Thresholds, report: &BacktestReport) -> Vec<ThresholdCheck> {
    let bills = thresholds.max_bill_change.map(|most| kept(format!("max-bill-change {most}"), moved(most, report)));
    let faults = thresholds.no_new_faults.then(|| kept("no-new-faults".into(), faulted(report)));
    let labels = report.labels.as_ref();
    let precision = thresholds.min_precision.map(|least| kept(format!("min-precision {least}"), imprecise(least, labels)));
    let recall = thresholds.min_recall.map(|least| kept(format!("min-recall {least}"), forgetful(least, labels)));
    [bills, faults, precision, recall].into_iter().flatten().collect()
}

fn kept(threshold: String, reasons: Vec<String>) -> ThresholdCheck {
    ThresholdCheck { threshold, passed: reasons.is_empty(), reasons }
}

fn moved(most: Proportion, report: &BacktestReport) -> Vec<String> {
    let too_far: Vec<&BillChange> = report.bills.iter().filter(|bill| is_too_far(most, bill)).collect();
    let mut reasons: Vec<String> = too_far.iter().take(NAMED).map(|bill| bill_in_words(most, bill)).collect();
    if too_far.len() > NAMED {
        reasons.push(format!("{} more bills move by more than {most}", too_far.len() - NAMED));
    }
    reasons.extend(report.unrated.iter().map(|why| format!("a bill cannot be compared: {why}")));
    reasons
}

fn is_too_far(most: Proportion, bill: &BillChange) -> bool {
    most.is_exceeded_by(bill.change().minor().unsigned_abs(), bill.in_force.minor().unsigned_abs())
}

fn bill_in_words(most: Proportion, bill: &BillChange) -> String {
    let BillChange { customer, period, in_force, candidate } = bill;
    let by = Proportion::of(bill.change().minor().unsigned_abs(), in_force.minor().unsigned_abs());
    let by = by.map_or_else(|| "from nothing".to_owned(), |by| format!("by {by}"));
    let from = in_force.decimal();
    format!("the bill of {customer} for {period} moves {by}, from {from} to {candidate}, which is more than {most}")
}

fn faulted(report: &BacktestReport) -> Vec<String> {
    let fault = |NewFault { code, count, example }: &NewFault| {
        format!("{count} interactions fault with {code} that do not under the version in force, the first of them {example}")
    };
    report.new_faults.iter().take(NAMED).map(fault).collect()
}

fn imprecise(least: Proportion, labels: Option<&LabelReport>) -> Vec<String> {
    let score = labels.map(|labels| labels.candidate);
    let counts = score.map(|score| score.counts).unwrap_or_default();
    let (right, all) = (counts.true_positives, counts.true_positives + counts.false_positives);
    short("precision", least, score.and_then(|score: Score| score.precision), (right, all), "successes are labelled as such")
}

fn forgetful(least: Proportion, labels: Option<&LabelReport>) -> Vec<String> {
    let score = labels.map(|labels| labels.candidate);
    let counts = score.map(|score| score.counts).unwrap_or_default();
    let (right, all) = (counts.true_positives, counts.true_positives + counts.false_negatives);
    short("recall", least, score.and_then(|score: Score| score.recall), (right, all), "labelled successes are one")
}

fn short(what: &str, least: Proportion, found: Option<Proportion>, (right, all): (u64, u64), of: &str) -> Vec<String> {
    if least.is_reached_by(right, all) {
        return Vec::new();
    }
    let found = found.map_or_else(|| "not known".to_owned(), |found| found.to_string());
    vec![format!("the {what} is {found}, as {right} of {all} {of}; it must be {least} at least")]
}
