//! How much is disputed, and what came of it, as it is printed.

use std::collections::BTreeMap;

use anyhow::Result;
use assay_app::{DisputeReport, DisputeTally};
use assay_domain::money::Amount;
use serde_json::{Value, json};

use crate::{
    output::{Output, table},
    session::Session,
};

/// What is counted in each row.
const COUNTED: [&str; 11] =
    ["outcomes", "disputes", "rate", "open", "upheld", "rejected", "split", "by default", "appealed", "disputed", "taken back"];

/// A row of the report: of what it is, and what is counted there.
struct Row {
    by: &'static str,
    definition: Option<String>,
    name: Option<String>,
    tally: DisputeTally,
}

pub(crate) async fn report(Session { assay, caller }: &Session) -> Result<Output> {
    let rows = rows(assay.dispute_report(caller).await?);
    let head: Vec<&str> = ["by", "of"].into_iter().chain(COUNTED).collect();
    Ok(Output::new(rows.iter().map(Row::as_json).collect(), table(&head, &COUNTED, rows.iter().map(Row::cells))))
}

fn rows(report: DisputeReport) -> Vec<Row> {
    let DisputeReport { all, definitions, reasons, customers, categories } = report;
    let row = |by, definition, name, tally| Row { by, definition, name, tally };
    let mut rows = vec![row("all", None, None, all)];
    rows.extend(definitions.into_iter().map(|(slug, tally)| row("definition", Some(slug), None, tally)));
    rows.extend(reasons.into_iter().map(|((slug, reason), tally)| row("reason", Some(slug), Some(reason), tally)));
    rows.extend(customers.into_iter().map(|(customer, tally)| row("customer", None, Some(customer), tally)));
    rows.extend(categories.into_iter().map(|(category, tally)| row("category", None, Some(category.to_string()), tally)));
    rows
}

impl Row {
    fn cells(&self) -> [String; 13] {
        let Self { by, definition, name, tally } = self;
        let of: Vec<&str> = [definition, name].into_iter().flatten().map(String::as_str).collect();
        let counts = [tally.open, tally.upheld, tally.rejected, tally.split, tally.by_default, tally.appealed].map(|n| n.to_string());
        let [open, upheld, rejected, split, by_default, appealed] = counts;
        [
            (*by).to_owned(),
            of.join(" "),
            tally.outcomes.to_string(),
            tally.disputes.to_string(),
            tally.rate().unwrap_or_default(),
            open,
            upheld,
            rejected,
            split,
            by_default,
            appealed,
            amounts(&tally.disputed),
            amounts(&tally.taken_back),
        ]
    }

    fn as_json(&self) -> Value {
        let Self { by, definition, name, tally } = self;
        let amounts = |amounts: &BTreeMap<String, Amount>| -> Vec<Value> {
            amounts.values().map(|amount| json!({ "amount": amount.decimal(), "currency": amount.currency() })).collect()
        };
        json!({
            "by": by, "definition": definition, "name": name, "outcomes": tally.outcomes, "disputes": tally.disputes, "rate": tally.rate(),
            "open": tally.open, "upheld": tally.upheld, "rejected": tally.rejected, "split": tally.split, "by_default": tally.by_default,
            "appealed": tally.appealed, "disputed": amounts(&tally.disputed), "taken_back": amounts(&tally.taken_back),
        })
    }
}

fn amounts(amounts: &BTreeMap<String, Amount>) -> String {
    amounts.values().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
