//! What a back-test has found, for people and for programs.

use std::collections::BTreeMap;

use anyhow::Result;
use assay_app::{
    BacktestReport, BacktestView, BillChange, DifferenceCounts, LabelReport, Proportion, Stand, ThresholdCheck, VerdictDifference,
};
use assay_domain::time::Timestamp;
use serde_json::{Value, json};

use crate::output::table;

/// Rows of a list that are shown; JSON has them all.
const SHOWN: usize = 50;

pub(super) fn as_json(view: &BacktestView) -> Result<Value> {
    Ok(json!({ "id": view.id, "kind": view.kind, "state": view.state, "definition": view.definition, "version": view.version,
               "hash": view.hash, "rule": view.content.component, "parameters": parameters(view), "timing": view.content.timing,
               "as_of": view.as_of, "window": view.window, "thresholds": view.thresholds, "interactions": view.seen, "total": view.total,
               "started_at": view.started_at, "ended_at": view.ended_at, "passed": view.passed,
               "report": serde_json::to_value(&view.report)? }))
}

fn parameters(view: &BacktestView) -> BTreeMap<&str, String> {
    let pairs = view.parameter_names.iter().zip(&view.content.parameters);
    pairs.filter(|(_, value)| value.kind().is_some()).map(|(name, value)| (name.as_str(), value.to_string())).collect()
}

/// The candidate in short: `fixed@2`, or its parameters.
pub(super) fn candidate(view: &BacktestView) -> String {
    let set = || parameters(view).into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ");
    view.version.map_or_else(set, |number| format!("{}@{number}", view.definition))
}

pub(super) fn passed(view: &BacktestView) -> &'static str {
    match view.passed {
        Some(true) => "kept",
        Some(false) => "not kept",
        None => "",
    }
}

pub(super) fn in_words(view: &BacktestView) -> String {
    let BacktestView { id, kind, state, definition, as_of, .. } = view;
    let head = format!("{id}: {kind} of {definition} with {}, as of {as_of}: {state}", candidate(view));
    let Some(report) = &view.report else { return head };
    let mut parts = vec![head, counted(report), sides(report)];
    parts.extend(report.suspended.clone());
    parts.extend((!report.flows.is_empty()).then(|| flows(report)));
    parts.extend((!report.examples.is_empty()).then(|| examples(&report.examples)));
    parts.push(bills(report));
    parts.extend(report.labels.as_ref().map(|labels| format!("{} of {} labels are of judged interactions", labels.matched, labels.given)));
    parts.extend((!report.checks.is_empty()).then(|| checks(report)));
    parts.join("\n")
}

fn counted(report: &BacktestReport) -> String {
    let DifferenceCounts { earned, lost, moved, changed } = report.differences;
    format!(
        "{} interactions, {} judged: {} the same, {earned} earned, {lost} lost, {moved} moved, {changed} otherwise",
        report.interactions, report.judged, report.same
    )
}

fn sides(report: &BacktestReport) -> String {
    let (now, then) = (&report.in_force, &report.candidate);
    let faults =
        |faults: &BTreeMap<String, u64>| faults.iter().map(|(code, count)| format!("{count} {code}")).collect::<Vec<_>>().join("\n");
    let row = |name: &str, now: String, then: String| [name.to_owned(), now, then];
    let number = |name: &str, now: u64, then: u64| row(name, now.to_string(), then.to_string());
    let mut rows = vec![
        number("successes", now.successes, then.successes),
        row("quantity", now.quantity.to_string(), then.quantity.to_string()),
        row("faults", faults(&now.faults), faults(&then.faults)),
        number("fuel", now.fuel.total, then.fuel.total),
        number("fuel, half of them up to", now.fuel.p50, then.fuel.p50),
        number("fuel, 99 % of them up to", now.fuel.p99, then.fuel.p99),
        number("fuel, at most", now.fuel.max, then.fuel.max),
    ];
    rows.extend(report.labels.iter().flat_map(scores));
    table(&["", "in force", "candidate"], &["in force", "candidate"], rows)
}

fn scores(labels: &LabelReport) -> [[String; 3]; 6] {
    let (now, then) = (labels.in_force, labels.candidate);
    let part = |part: Option<Proportion>| part.map_or_else(|| "not known".to_owned(), |part| part.to_string());
    let row = |name: &str, now: String, then: String| [name.to_owned(), now, then];
    let number = |name: &str, now: u64, then: u64| row(name, now.to_string(), then.to_string());
    [
        row("precision", part(now.precision), part(then.precision)),
        row("recall", part(now.recall), part(then.recall)),
        number("true positives", now.counts.true_positives, then.counts.true_positives),
        number("false positives", now.counts.false_positives, then.counts.false_positives),
        number("true negatives", now.counts.true_negatives, then.counts.true_negatives),
        number("false negatives", now.counts.false_negatives, then.counts.false_negatives),
    ]
}

fn flows(report: &BacktestReport) -> String {
    let rows = report.flows.iter().take(SHOWN).map(|flow| [flow.from.to_string(), flow.to.to_string(), flow.count.to_string()]);
    table(&["in force", "candidate", "interactions"], &["interactions"], rows)
}

fn examples(examples: &[VerdictDifference]) -> String {
    let stand = |stand: &Stand, at: Option<Timestamp>| at.map_or_else(|| stand.to_string(), |at| format!("{stand} {at}"));
    let rows = examples.iter().map(|example| {
        let VerdictDifference { kind, subject, in_force, candidate, in_force_at, candidate_at, .. } = example;
        [kind.name().to_owned(), subject.clone(), stand(in_force, *in_force_at), stand(candidate, *candidate_at)]
    });
    table(&["difference", "interaction", "in force", "candidate"], &[], rows)
}

fn bills(report: &BacktestReport) -> String {
    if report.bills.is_empty() && report.unrated.is_empty() {
        return "no bill moves".to_owned();
    }
    let rows = report.bills.iter().take(SHOWN).map(bill);
    let mut text = table(&["customer", "period", "in force", "candidate", "change", ""], &["in force", "candidate", "change", ""], rows);
    if report.bills.len() > SHOWN {
        text += &format!("\nand {} more bills, which --json shows", report.bills.len() - SHOWN);
    }
    for total in &report.totals {
        text += &format!("\n{} bills move, from {} to {} together", total.bills, total.in_force, total.candidate);
    }
    for why in &report.unrated {
        text += &format!("\na bill cannot be compared: {why}");
    }
    text
}

fn bill(bill: &BillChange) -> [String; 6] {
    let change = bill.change();
    let part = Proportion::of(change.minor().unsigned_abs(), bill.in_force.minor().unsigned_abs());
    let (in_force, candidate) = (bill.in_force.to_string(), bill.candidate.to_string());
    let part = part.map(|part| part.to_string()).unwrap_or_default();
    [bill.customer.clone(), bill.period.to_string(), in_force, candidate, change.decimal(), part]
}

fn checks(report: &BacktestReport) -> String {
    let word = |passed: bool| if passed { "kept" } else { "not kept" };
    let check = |check: &ThresholdCheck| [check.threshold.clone(), word(check.passed).to_owned(), check.reasons.join("\n")];
    table(&["threshold", "", "why"], &[], report.checks.iter().map(check))
}
