//! `assay bill`

use anyhow::{Result, bail};
use assay_app::{BillProgress, BillReport};
use assay_domain::{money::Amount, period::BillingPeriod};
use clap::Args;
use serde_json::{Value, json};

use crate::{
    output::{Output, REFUSED_SOME, table},
    progress,
    session::Session,
};

/// Bill a month, or several. A month that is billed stays as it is; a run that was interrupted goes on.
#[derive(Debug, Args)]
pub struct Bill {
    /// The month: 2016-03.
    period: BillingPeriod,
    /// The last of several months.
    #[arg(long)]
    through: Option<BillingPeriod>,
}

pub(crate) async fn run(command: &Bill, session: &Session) -> Result<Output> {
    let reports = bill(session, command.period, command.through.unwrap_or(command.period)).await?;
    let code = if reports.iter().all(|report| report.unrated.is_empty()) { 0 } else { REFUSED_SOME };
    Ok(Output::new(reports.iter().map(as_json).collect(), in_words(&reports)).with_code(code))
}

/// Bills the months from one to another, behind a progress bar.
pub(crate) async fn bill(session: &Session, first: BillingPeriod, last: BillingPeriod) -> Result<Vec<BillReport>> {
    if last < first {
        bail!("--through {last} is before {first}; name a later month");
    }
    let mut reports = Vec::new();
    let mut period = first;
    while period <= last {
        let bar = progress::items(&format!("bill {period}"), 0);
        let report = session.assay.bill(&session.caller, period, |step| match step {
            BillProgress::Judged(_) => {}
            BillProgress::Issued(done, total) => {
                bar.set_length(total);
                bar.set_position(done);
            }
        });
        reports.push(report.await?);
        bar.finish_and_clear();
        period = period.next();
    }
    Ok(reports)
}

/// What several runs add up to, by currency.
pub(crate) fn total(reports: &[BillReport]) -> Vec<Amount> {
    let mut sums: Vec<Amount> = Vec::new();
    for amount in reports.iter().flat_map(|report| &report.totals) {
        match sums.iter_mut().find_map(|sum| sum.checked_add(*amount).map(|new| (sum, new))) {
            Some((sum, new)) => *sum = new,
            None => sums.push(*amount),
        }
    }
    sums
}

pub(crate) fn in_words(reports: &[BillReport]) -> String {
    let amounts = |amounts: &[Amount]| amounts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let rows = reports.iter().map(|report| {
        let note = if report.already_finished { "was billed before" } else { "" };
        [report.period.to_string(), report.invoices.to_string(), amounts(&report.totals), note.to_owned()]
    });
    let mut text = table(&["month", "documents", "total", "note"], &["documents", "total"], rows);
    text += &format!("\ntotal {}", amounts(&total(reports)));
    if let Some(report) = reports.last() {
        let (unassigned, shown) = &report.unassigned;
        if *unassigned > 0 {
            text += &format!("\n{unassigned} interactions belong to nobody and are billed to nobody: {}", shown.join(", "));
        }
        if !report.without_agreement.is_empty() {
            let shown: Vec<&str> = report.without_agreement.iter().take(20).map(String::as_str).collect();
            text += &format!(
                "\n{} customers have outcomes in {} and no agreement; they are billed once they have one: {}",
                report.without_agreement.len(),
                report.period,
                shown.join(", ")
            );
        }
        for problem in reports.iter().flat_map(|report| &report.unrated) {
            text += &format!("\nnot billed: {problem}; the next run tries again");
        }
        if report.faulted > 0 {
            text += &format!("\n{} outcomes are kept from being judged by a fault; see `assay interaction list --faulted`", report.faulted);
        }
    }
    text
}

fn as_json(report: &BillReport) -> Value {
    let totals: Vec<_> = report.totals.iter().map(|amount| json!({ "amount": amount.decimal(), "currency": amount.currency() })).collect();
    json!({ "period": report.period, "already_finished": report.already_finished, "invoices": report.invoices, "totals": totals,
            "unassigned": report.unassigned.0, "without_agreement": report.without_agreement, "unrated": report.unrated, "faulted": report.faulted })
}
