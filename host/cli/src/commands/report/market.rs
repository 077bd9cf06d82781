//! `assay report market`

use std::{fs, path::PathBuf, str::FromStr};

use anyhow::{Context as _, Result, bail};
use assay_app::{Interval, MarketCharge, MarketOffer, MarketPair, MarketPrice, MarketReport, MarketRequest, MarketRule, MarketSide};
use assay_domain::{decimal::Decimal, money::Currency, time::Timestamp};
use clap::Args;
use serde_json::{Value, json};

use crate::{
    commands::time_or_date,
    output::{Output, table},
    progress,
    session::Session,
};

/// What vendors publish, where nobody says otherwise: rule, class, price in US dollars. What is not named is free.
const PUBLISHED: [(&str, Option<&str>, &str); 7] = [
    ("fin", None, "0.99"),
    ("zendesk-messaging", Some("verified"), "1.50"),
    ("zendesk-ticket", Some("verified"), "1.50"),
    ("agentforce", None, "2"),
    ("hubspot", Some("conversation"), "0.50"),
    ("hubspot", Some("lead"), "1"),
    ("quiet-period", None, "1"),
];

/// Reasons that are shown of each rule.
const REASONS: usize = 4;

/// What to compare.
#[derive(Debug, Args)]
pub struct Market {
    /// A rule that was pushed, by name or id; several may be named. Without any and without a folder, all that were pushed.
    #[arg(long = "rule", value_name = "RULE")]
    rules: Vec<String>,
    /// A folder of components that are not pushed, NAME.component.wasm.
    #[arg(long = "rules", value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// A parameter of a rule.
    #[arg(long = "param", value_name = "RULE.NAME=VALUE")]
    parameters: Vec<Setting>,
    /// What a success costs; the market's own rules have their vendors' prices, others are free.
    #[arg(long = "price", value_name = "RULE[:CLASS]=AMOUNT")]
    prices: Vec<Price>,
    /// Of the prices.
    #[arg(long, default_value = "USD")]
    currency: Currency,
    /// Interactions that opened at this time or later: a date or a time, UTC.
    #[arg(long, value_name = "TIME", value_parser = time_or_date)]
    from: Option<Timestamp>,
    /// And earlier than this.
    #[arg(long, value_name = "TIME", value_parser = time_or_date)]
    until: Option<Timestamp>,
}

/// A parameter of a rule.
#[derive(Debug, Clone)]
struct Setting {
    rule: String,
    name: String,
    value: String,
}

/// What a success of a rule costs.
#[derive(Debug, Clone)]
struct Price {
    rule: String,
    price: MarketPrice,
}

impl FromStr for Setting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('=').and_then(|(place, value)| Some((place.split_once('.')?, value)));
        let ((rule, name), value) = parts.ok_or("write it like fin.window=48h")?;
        Ok(Self { rule: rule.to_owned(), name: name.to_owned(), value: value.to_owned() })
    }
}

impl FromStr for Price {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (place, amount) = text.split_once('=').ok_or("write it like fin=0.99, or zendesk-ticket:verified=1.50")?;
        let (rule, class) = place.split_once(':').map_or((place, None), |(rule, class)| (rule, Some(class.to_owned())));
        let price: Decimal = amount.parse().map_err(|error| format!("{amount:?} is no amount: {error}"))?;
        if price.mantissa() < 0 {
            return Err(format!("{amount} is less than nothing; a price is 0 or more"));
        }
        Ok(Self { rule: rule.to_owned(), price: MarketPrice { class, price } })
    }
}

pub(super) async fn run(command: &Market, session: &Session) -> Result<Output> {
    let offers = command.offers(session).await?;
    let total = session.assay.outcome_report(&session.caller).await?.interactions.unsigned_abs();
    let bar = progress::items("judge", total);
    let request = MarketRequest { offers, currency: command.currency, from: command.from, until: command.until };
    let report = session.assay.market(&session.caller, &request, |judged| bar.set_position(judged)).await?;
    bar.finish_and_clear();
    Ok(Output::new(as_json(&report), in_words(&report)))
}

impl Market {
    /// Every rule that is asked for, each with what is set and charged.
    async fn offers(&self, session: &Session) -> Result<Vec<MarketOffer>> {
        let mut named: Vec<(String, MarketRule)> = Vec::new();
        for rule in &self.rules {
            let view = session.assay.rule_by_name(&session.caller, rule).await?;
            named.push((view.manifest.name, MarketRule::Uploaded(rule.clone())));
        }
        for (name, bytes) in self.components()? {
            named.push((name, MarketRule::Component(bytes)));
        }
        if self.rules.is_empty() && self.folder.is_none() {
            for view in session.assay.rules(&session.caller).await? {
                // Of several uploads of one name the latest counts.
                named.retain(|(name, _)| *name != view.manifest.name);
                named.push((view.manifest.name, MarketRule::Uploaded(view.id.to_string())));
            }
        }
        let is_there = |rule: &str| named.iter().any(|(name, _)| name == rule);
        let told = self.parameters.iter().map(|setting| ("--param", &setting.rule)).chain(self.prices.iter().map(|p| ("--price", &p.rule)));
        if let Some((flag, stray)) = told.clone().find(|(_, rule)| !is_there(rule)) {
            let names: Vec<&str> = named.iter().map(|(name, _)| name.as_str()).collect();
            bail!("{flag} names the rule {stray:?}, which is not compared; there are {}", names.join(", "));
        }
        named.into_iter().map(|(name, rule)| self.offer(&name, rule)).collect()
    }

    fn offer(&self, name: &str, rule: MarketRule) -> Result<MarketOffer> {
        let mine = self.parameters.iter().filter(|setting| setting.rule == name);
        let parameters = mine.map(|setting| (setting.name.clone(), setting.value.clone())).collect();
        let mut prices: Vec<MarketPrice> = self.prices.iter().filter(|price| price.rule == name).map(|price| price.price.clone()).collect();
        if prices.is_empty() {
            for (_, class, price) in PUBLISHED.iter().filter(|(rule, ..)| *rule == name) {
                prices.push(MarketPrice { class: class.map(str::to_owned), price: price.parse().context("a published price")? });
            }
        }
        Ok(MarketOffer { rule, parameters, prices })
    }

    /// The components of the folder, by name.
    fn components(&self) -> Result<Vec<(String, Vec<u8>)>> {
        const END: &str = ".component.wasm";
        let Some(folder) = &self.folder else { return Ok(Vec::new()) };
        let entries = fs::read_dir(folder).with_context(|| format!("the folder {} cannot be read", folder.display()))?;
        let mut names: Vec<String> =
            entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(END).map(str::to_owned)).collect();
        names.sort();
        if names.is_empty() {
            bail!("the folder {} has no component, NAME{END}; `assay rule build` makes them", folder.display());
        }
        let read = |name: String| {
            let path = folder.join(format!("{name}{END}"));
            let bytes = fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
            Ok((name, bytes))
        };
        names.into_iter().map(read).collect()
    }
}

fn in_words(report: &MarketReport) -> String {
    let rows = report.sides.iter().map(|side| {
        let Interval { low, high } = side.interval.unwrap_or(Interval { low: 0.0, high: 0.0 });
        let within = side.interval.map(|_| format!("{:.1} to {:.1} %", low * 100.0, high * 100.0)).unwrap_or_default();
        [
            side.rule.clone(),
            side.judged.to_string(),
            side.attempts.to_string(),
            side.successes.to_string(),
            within,
            prices(&side.charges),
            side.total.to_string(),
        ]
    });
    let numbers = ["judged", "attempts", "billed", "rate (95 %)", "money"];
    let sides = table(&["rule", "judged", "attempts", "billed", "rate (95 %)", "price", "money"], &numbers, rows);
    let reasons = report.sides.iter().flat_map(|side| {
        side.reasons.iter().take(REASONS).map(|reason| [side.rule.clone(), reason.stand.clone(), reason.interactions.to_string()])
    });
    let pairs = report.pairs.iter().map(|pair| {
        let pattern = pair.patterns.first().map(|(one, other, count)| format!("{one} against {other}: {count}")).unwrap_or_default();
        [pair.one.clone(), pair.other.clone(), pair.both.to_string(), pair.only_one.to_string(), pair.only_other.to_string(), pattern]
    });
    let beside = ["one", "other", "both", "only one", "only other", "mostly"];
    [
        format!("{} interactions as of {}; nothing was written", report.interactions, report.as_of),
        sides,
        "why, the most frequent of each:".to_owned(),
        table(&["rule", "stands", "interactions"], &["interactions"], reasons),
        "which of two bills an interaction:".to_owned(),
        table(&beside, &["both", "only one", "only other"], pairs),
    ]
    .join("\n")
}

fn prices(charges: &[MarketCharge]) -> String {
    let told = charges.iter().map(|charge| match charge.label.as_str() {
        "success" => charge.price.clone(),
        class => format!("{class} {}", charge.price),
    });
    told.collect::<Vec<_>>().join(", ")
}

fn as_json(report: &MarketReport) -> Value {
    json!({
        "interactions": report.interactions,
        "as_of": report.as_of.to_string(),
        "rules": report.sides.iter().map(side).collect::<Vec<_>>(),
        "pairs": report.pairs.iter().map(pair).collect::<Vec<_>>(),
    })
}

fn side(side: &MarketSide) -> Value {
    let charge = |charge: &MarketCharge| json!({ "class": charge.label, "quantity": charge.quantity.to_string(), "price": charge.price, "amount": charge.amount.decimal() });
    let parameters: serde_json::Map<String, Value> = side.parameters.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    json!({
        "rule": side.rule, "title": side.title, "parameters": parameters, "judged": side.judged, "attempts": side.attempts,
        "successes": side.successes, "open": side.open, "faulted": side.faulted,
        "success_rate": side.interval.map(|Interval { low, high }| json!({ "low": format!("{low:.4}"), "high": format!("{high:.4}") })),
        "charges": side.charges.iter().map(charge).collect::<Vec<_>>(),
        "total": side.total.decimal(), "currency": side.total.currency().code(),
        "reasons": side.reasons.iter().map(|reason| json!({ "stands": reason.stand, "interactions": reason.interactions })).collect::<Vec<_>>(),
    })
}

fn pair(pair: &MarketPair) -> Value {
    let pattern = |(one, other, count): &(String, String, u64)| json!({ "one": one, "other": other, "interactions": count });
    json!({ "one": pair.one, "other": pair.other, "both": pair.both, "only_one": pair.only_one, "only_other": pair.only_other,
            "patterns": pair.patterns.iter().map(pattern).collect::<Vec<_>>() })
}
