//! `assay report economics`, `assay report readiness`, `assay report prices`

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use assay_app::{Economics, EconomicsQuery, EconomicsRow, Interval, Money, PriceSimulation, Readiness};
use assay_domain::period::BillingPeriod;
use assay_rating::card::RateCard;
use clap::Args;
use serde_json::{Value, json};

use crate::{
    output::{Output, table},
    session::Session,
};

/// Which months, definitions and customers.
#[derive(Debug, Args)]
pub struct Months {
    /// The first month.
    #[arg(long, value_name = "MONTH")]
    from: BillingPeriod,
    /// The last month; the first unless given.
    #[arg(long, value_name = "MONTH")]
    through: Option<BillingPeriod>,
    /// Only this definition.
    #[arg(long, value_name = "NAME")]
    definition: Option<String>,
    /// Only this customer, by key or id.
    #[arg(long, value_name = "CUSTOMER")]
    customer: Option<String>,
}

/// What to compare.
#[derive(Debug, Args)]
pub struct Prices {
    #[command(flatten)]
    months: Months,
    /// A rate card that is stored, by name, or a file of one, TOML or JSON; several may be named. All that are stored unless given.
    #[arg(long = "card", value_name = "NAME|FILE")]
    cards: Vec<String>,
}

impl Months {
    fn query(&self) -> EconomicsQuery {
        EconomicsQuery {
            from: self.from,
            through: self.through.unwrap_or(self.from),
            definition: self.definition.clone(),
            customer: self.customer.clone(),
        }
    }
}

pub(super) async fn economics(command: &Months, session: &Session) -> Result<Output> {
    let report = session.assay.economics(&session.caller, &command.query()).await?;
    Ok(Output::new(as_json(&report), in_words(&report)))
}

pub(super) async fn readiness(command: &Months, session: &Session) -> Result<Output> {
    let answers = session.assay.readiness(&session.caller, &command.query()).await?;
    let rows = answers.iter().map(|found| {
        let within = found.interval.map(between).unwrap_or_default();
        let bar = found.bar.map(percent).unwrap_or_else(|| "unknown".to_owned());
        let of = format!("{} of {}", found.part, found.whole);
        [found.definition.clone(), asked(found).to_owned(), found.answer.name().to_owned(), of, within, bar]
    });
    let text = table(&["definition", "question", "answer", "", "share (95 %)", "bar"], &["share (95 %)", "bar"], rows);
    let answer = |found: &Readiness| {
        json!({ "definition": found.definition, "question": found.question.name(), "answer": found.answer.name(), "part": found.part,
                "whole": found.whole, "interval": found.interval.map(interval), "bar": found.bar.map(share) })
    };
    Ok(Output::new(answers.iter().map(answer).collect(), text))
}

fn asked(found: &Readiness) -> &'static str {
    match found.question.name() {
        "binary" => "does the rule decide?",
        "rate" => "is the success rate above break-even?",
        "credit" => "is a success one participant's?",
        _ => "is little disputed and taken back?",
    }
}

pub(super) async fn prices(command: &Prices, session: &Session) -> Result<Output> {
    let (mut stored, mut given) = (Vec::new(), Vec::new());
    for card in &command.cards {
        match PathBuf::from(card) {
            path if path.is_file() => given.push(read(&path)?),
            _ => stored.push(card.clone()),
        }
    }
    let found = session.assay.simulate_prices(&session.caller, &command.months.query(), &stored, given).await?;
    Ok(Output::new(simulated(&found), told(&found)))
}

fn read(path: &PathBuf) -> Result<RateCard> {
    let text = std::fs::read_to_string(path).with_context(|| format!("the card {} cannot be read", path.display()))?;
    let card = if path.extension().is_some_and(|end| end == "json") {
        serde_json::from_str(&text).map_err(anyhow::Error::from)
    } else {
        toml::from_str(&text).map_err(anyhow::Error::from)
    };
    card.with_context(|| format!("{} is no rate card", path.display()))
}

fn in_words(report: &Economics) -> String {
    let heads =
        ["definition", "customer", "attempts", "successes", "rate (95 %)", "cost", "per attempt", "per success", "revenue", "margin"];
    let heads: Vec<&str> = ["month"].into_iter().chain(heads).chain(["break-even", "taken back", "disputed"]).collect();
    let numbers = heads.get(3..).unwrap_or_default();
    let mut rows: Vec<Vec<String>> = report.rows.iter().map(|row| cells(&row.month.to_string(), row)).collect();
    rows.extend(report.by_definition().iter().map(|row| {
        let all = EconomicsRow { customer: Some("all".to_owned()), ..row.clone() };
        cells("all", &all)
    }));
    let list = |all: &[Money]| all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let mut parts = vec![table(&heads, numbers, rows)];
    let none = |text: String| if text.is_empty() { "nothing".to_owned() } else { text };
    parts.push(format!("every interaction together cost {}", none(list(&report.cost))));
    parts.push(format!("fees and charges of no definition bring {}", none(list(&report.other_revenue))));
    if !report.models.is_empty() {
        let models = report
            .models
            .iter()
            .map(|model| [model.model.clone(), model.cost.to_string(), model.input_tokens.to_string(), model.output_tokens.to_string()]);
        parts.push(table(&["model", "cost", "tokens read", "tokens written"], &["cost", "tokens read", "tokens written"], models));
    }
    if report.unreadable > 0 {
        let examples = report.examples.iter().map(|example| [example.event.to_string(), example.problem.clone()]);
        parts.push(format!("{} events tell a cost that cannot be read, and counts for nothing; supersede them:", report.unreadable));
        parts.push(table(&["event", "problem"], &[], examples));
    }
    parts.extend(report.unrated.iter().map(|problem| format!("not priced: {problem}")));
    parts.join("\n")
}

fn cells(month: &str, row: &EconomicsRow) -> Vec<String> {
    let money = |money: Option<Money>| money.map(|money| money.to_string()).unwrap_or_default();
    vec![
        month.to_owned(),
        row.definition.clone(),
        row.customer.clone().unwrap_or_else(|| "nobody".to_owned()),
        row.attempts.to_string(),
        row.successes.to_string(),
        row.interval.map(between).unwrap_or_default(),
        row.cost.to_string(),
        money(row.cost_per_attempt()),
        money(row.cost_per_success()),
        row.revenue.to_string(),
        row.margin().to_string(),
        row.break_even().map(percent).unwrap_or_default(),
        row.reversals.to_string(),
        row.disputes.to_string(),
    ]
}

fn told(found: &PriceSimulation) -> String {
    let rows = found.cards.iter().map(|card| {
        let left = card.revenue.minus(card.cost);
        let money = [card.revenue, card.cost, left, card.p10, card.p50, card.p90].map(|money| money.to_string());
        [vec![card.card.clone()], money.to_vec(), vec![card.losing.to_string()]].concat()
    });
    let heads = ["card", "revenue", "cost", "margin", "P10", "P50", "P90", "months at a loss"];
    let cards = table(&heads, heads.get(1..).unwrap_or_default(), rows);
    let bills = found.cards.iter().flat_map(|card| {
        card.customers.iter().map(|bills| {
            let variation = bills.variation.map(percent).unwrap_or_default();
            [card.card.clone(), bills.customer.clone(), bills.revenue.to_string(), bills.cost.to_string(), variation]
        })
    });
    let bills = table(&["card", "customer", "revenue", "cost", "varies by"], &["revenue", "cost", "varies by"], bills);
    format!("{cards}\n{} customers' months were priced; how much each customer's bill varies from month to month:\n{bills}", found.months)
}

fn simulated(found: &PriceSimulation) -> Value {
    let card = |card: &assay_app::CardMargin| {
        let bills = |bills: &assay_app::CustomerBills| {
            json!({ "customer": bills.customer, "revenue": bills.revenue.decimal(), "cost": bills.cost.decimal(),
                    "variation": bills.variation.map(share) })
        };
        json!({ "card": card.card, "currency": card.revenue.currency().code(), "revenue": card.revenue.decimal(), "cost": card.cost.decimal(),
                "margin_p10": card.p10.decimal(), "margin_p50": card.p50.decimal(), "margin_p90": card.p90.decimal(),
                "losing_months": card.losing, "customers": card.customers.iter().map(bills).collect::<Vec<_>>() })
    };
    json!({ "months": found.months, "cards": found.cards.iter().map(card).collect::<Vec<_>>() })
}

fn as_json(report: &Economics) -> Value {
    let all = |all: &[Money]| all.iter().map(|sum| money(*sum)).collect::<Vec<_>>();
    let row = |row: &EconomicsRow| {
        json!({
            "month": row.month.to_string(), "definition": row.definition, "customer": row.customer, "attempts": row.attempts,
            "successes": row.successes, "success_rate": row.rate().map(share), "success_rate_interval": row.interval.map(interval),
            "cost": money(row.cost), "cost_per_attempt": row.cost_per_attempt().map(money), "cost_per_success": row.cost_per_success().map(money),
            "revenue": money(row.revenue), "margin": money(row.margin()), "break_even_rate": row.break_even().map(share),
            "reversals": row.reversals, "disputes": row.disputes,
        })
    };
    let model = |model: &assay_app::ModelCosts| json!({ "model": model.model, "cost": money(model.cost), "input_tokens": model.input_tokens, "output_tokens": model.output_tokens });
    let example = |found: &assay_app::UnreadableCost| json!({ "event": found.event.to_string(), "problem": found.problem });
    json!({
        "rows": report.rows.iter().map(row).collect::<Vec<_>>(), "cost": all(&report.cost), "other_revenue": all(&report.other_revenue),
        "models": report.models.iter().map(model).collect::<Vec<_>>(), "unreadable": report.unreadable,
        "examples": report.examples.iter().map(example).collect::<Vec<_>>(), "unrated": report.unrated,
    })
}

fn money(money: Money) -> Value {
    json!({ "amount": money.decimal(), "currency": money.currency().code() })
}

fn interval(Interval { low, high }: Interval) -> Value {
    json!({ "low": share(low), "high": share(high) })
}

fn share(share: f64) -> String {
    format!("{share:.4}")
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn between(Interval { low, high }: Interval) -> String {
    format!("{:.1} to {:.1} %", low * 100.0, high * 100.0)
}
