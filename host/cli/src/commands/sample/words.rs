//! Samples as they are printed.

use assay_app::{Interval, SampleDetail, SampleEstimate, SampleItemView, SampleReport, SampleView};
use assay_domain::money::Amount;
use serde_json::{Value, json};

use crate::output::{Output, table, with};

pub(super) fn list(all: &[SampleView]) -> Output {
    let rows = all.iter().map(|view| {
        let (period, drawn) = (view.period.to_string(), format!("{} of {}", view.size, view.population));
        [view.id.to_string(), period, of(view), drawn, view.actor.clone(), view.drawn_at.to_string()]
    });
    let text = table(&["sample", "month", "of", "outcomes", "by", "drawn at"], &["outcomes"], rows);
    Output::new(all.iter().map(as_json).collect(), text)
}

pub(super) fn detail(detail: &SampleDetail) -> Output {
    let view = &detail.view;
    let rows = detail.items.iter().map(cells);
    let head = ["place", "interaction", "definition", "customer", "dated", "quantity", "worth", "billed", "should be", "why"];
    let text = format!(
        "{}: {} of the {} outcomes billed in {}{}\nseed {}\n{}",
        view.id,
        view.size,
        view.population,
        view.period,
        narrowed(view),
        view.seed,
        table(&head, &["place", "quantity", "worth", "should be"], rows)
    );
    let items: Vec<Value> = detail.items.iter().map(item_as_json).collect();
    Output::new(with(as_json(view), "outcomes", items.into()), text)
}

pub(super) fn report(report: &SampleReport, reproduces: bool) -> Output {
    let amounts: Vec<Value> = report.amounts.values().map(estimate_as_json).collect();
    let json = json!({
        "sample": report.sample.id, "reproduces": reproduces, "population": report.sample.population, "size": report.sample.size,
        "judged": report.judged, "wrong": report.wrong, "rate": report.rate.map(|rate| format!("{rate:.6}")),
        "interval": report.interval.map(|interval| bounds(interval, 6)), "amounts": amounts,
    });
    let mut lines = vec![rate(report)];
    lines.extend(report.amounts.values().map(estimate));
    if report.judged < report.sample.size {
        lines.push(format!("{} of {} are still to be judged", report.sample.size - report.judged, report.sample.size));
    }
    let again = if reproduces { "drawn again it is the same" } else { "drawn again it is ANOTHER: what it says proves nothing" };
    lines.push(again.to_owned());
    Output::new(json, lines.join("\n"))
}

/// What the sample says about the share of outcomes that are wrongly billed.
fn rate(report: &SampleReport) -> String {
    let SampleReport { sample, judged, wrong, .. } = report;
    let (Some(rate), Some(Interval { low, high })) = (report.rate, report.interval) else {
        return format!("{}: no outcome is judged yet", sample.id);
    };
    let percent = |share: f64| format!("{:.4} %", share * 100.0);
    format!(
        "{}: {wrong} of {judged} outcomes were wrongly billed, {}; of all {} it is between {} and {} (95 %)",
        sample.id,
        percent(rate),
        sample.population,
        percent(low),
        percent(high)
    )
}

/// What that comes to in a currency; bounds are cut to whole minor units, away from the estimate.
fn estimate(estimate: &SampleEstimate) -> String {
    let SampleEstimate { billed, wrong, total, interval } = estimate;
    let amount = |minor: f64| Amount::new(minor as i64, total.currency());
    let within = interval.map(|Interval { low, high }| format!(", between {} and {} (95 %)", amount(low.floor()), amount(high.ceil())));
    format!("of {billed} that was judged {wrong} was wrong; of all that is billed it is {total}{}", within.unwrap_or_default())
}

fn of(view: &SampleView) -> String {
    [&view.definition, &view.customer].into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn narrowed(view: &SampleView) -> String {
    match of(view) {
        all if all.is_empty() => all,
        some => format!(" ({some})"),
    }
}

fn cells(item: &SampleItemView) -> [String; 10] {
    let said = item.is_right.map(|is_right| if is_right { "rightly" } else { "wrongly" });
    [
        item.position.to_string(),
        item.subject.clone(),
        item.definition.clone(),
        item.customer.clone(),
        item.dated_at.to_string(),
        item.quantity.to_string(),
        item.amount.map(|amount| amount.to_string()).unwrap_or_default(),
        said.unwrap_or_default().to_owned(),
        item.should_be.map(|quantity| quantity.to_string()).unwrap_or_default(),
        item.reason.clone().unwrap_or_default(),
    ]
}

fn as_json(view: &SampleView) -> Value {
    json!({
        "id": view.id, "period": view.period, "definition": view.definition, "customer": view.customer, "seed": view.seed,
        "usage_until": view.usage_until, "population": view.population, "size": view.size, "actor": view.actor,
        "drawn_at": view.drawn_at,
    })
}

fn item_as_json(item: &SampleItemView) -> Value {
    json!({
        "position": item.position, "interaction": item.interaction, "subject": item.subject, "definition": item.definition,
        "customer": item.customer, "dated_at": item.dated_at, "quantity": item.quantity,
        "amount": item.amount.map(|amount| amount.decimal()), "currency": item.amount.map(|amount| amount.currency()),
        "right": item.is_right, "should_be": item.should_be, "reason": item.reason, "actor": item.actor,
    })
}

fn estimate_as_json(estimate: &SampleEstimate) -> Value {
    let SampleEstimate { billed, wrong, total, interval } = estimate;
    json!({ "currency": total.currency(), "billed": billed.decimal(), "wrong": wrong.decimal(), "total": total.decimal(),
            "interval": interval.map(|interval| bounds(interval, 1)) })
}

fn bounds(Interval { low, high }: Interval, decimals: usize) -> Value {
    json!({ "low": format!("{low:.decimals$}"), "high": format!("{high:.decimals$}") })
}
