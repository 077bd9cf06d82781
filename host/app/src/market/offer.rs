//! An offer: a rule with its parameters and its prices, ready to judge.

use std::sync::Arc;

use assay_domain::{
    approval::Approvals,
    decimal::{Decimal, Quantity},
    definition::{Timing, Version, VersionContent, VersionState},
    id::{DefinitionId, VersionId},
    manifest::check_reads,
    money::{Amount, Currency},
    outcome::OutcomeState,
    projection::Reads,
    time::Timestamp,
    violation::Violation,
};
use assay_rating::{
    RatingError,
    card::RateCard,
    rate::{Coverage, UsageItem, Used, rate},
};
use assay_store::Reader;

use super::{Found, report::MarketCharge};
use crate::{
    Assay, Caller,
    backtest::unconfigured,
    breaker::Breaker,
    error::{AppError, Result},
    judge::{Case, Change},
    rules,
    terms::{Judge, Terms},
};

/// Where the rule of an offer comes from.
#[derive(Debug, Clone)]
pub enum MarketRule {
    /// One that was uploaded, by id, digest or name.
    Uploaded(String),
    /// A component that is admitted for this and stored nowhere.
    Component(Vec<u8>),
}

/// What a success costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketPrice {
    /// Of which class; `None` is any success.
    pub class: Option<String>,
    /// Of one, in major units.
    pub price: Decimal,
}

/// A rule with its parameters and its prices.
#[derive(Debug, Clone)]
pub struct MarketOffer {
    /// The rule.
    pub rule: MarketRule,
    /// Names and values; what is not named has the rule's own default.
    pub parameters: Vec<(String, String)>,
    /// A success of a class without a price is free.
    pub prices: Vec<MarketPrice>,
}

/// What to compare.
#[derive(Debug, Clone)]
pub struct MarketRequest {
    /// Who offers, at least one.
    pub offers: Vec<MarketOffer>,
    /// Of the prices.
    pub currency: Currency,
    /// Interactions that opened at this time or later.
    pub from: Option<Timestamp>,
    /// And earlier than this.
    pub until: Option<Timestamp>,
}

impl MarketRequest {
    pub(super) fn check(&self) -> Result<()> {
        if self.offers.is_empty() {
            return Err(
                Violation::new("rules", "there is none to compare", "push rules with `rule push`, or name a folder of components").into()
            );
        }
        if self.from.zip(self.until).is_some_and(|(from, until)| from >= until) {
            return Err(Violation::new("until", "it is not after the beginning", "give a later time, or leave it out").into());
        }
        Ok(())
    }

    pub(super) fn holds(&self, opened: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= opened) && self.until.is_none_or(|until| opened < until)
    }
}

/// An offer that can be asked.
pub(super) struct Bidder {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) parameters: Vec<(String, String)>,
    version: Version,
    judge: Judge,
    card: RateCard,
}

impl Bidder {
    /// What it makes of an interaction. A fault of the machine is tried once more.
    pub(super) fn judge(&self, case: &Case, terms: &Terms, as_of: Timestamp) -> Found {
        let tried = || case.tried(terms, (&self.version, &self.judge), as_of);
        let is_of_machine = |change: &Change| change.fault.as_ref().is_some_and(|fault| !fault.code.is_deterministic());
        let found = match tried() {
            Some(change) if is_of_machine(&change) => tried(),
            found => found,
        };
        let Some(Change { outcome, fault, .. }) = found else { return Found::Unread };
        match fault {
            Some(fault) => Found::Faulted(fault.code.code()),
            None => Found::Stands {
                state: outcome.state.unwrap_or(OutcomeState::Open),
                reason: outcome.reason.unwrap_or_default(),
                class: outcome.class,
                micros: outcome.quantity.micros(),
            },
        }
    }

    /// What successes cost together.
    pub(super) fn price(&self, earned: &[(Option<String>, Quantity)]) -> Result<(Vec<MarketCharge>, Amount), RatingError> {
        let item = |(class, quantity): &(Option<String>, Quantity)| {
            let (definition, class, quantity) = (self.name.clone(), class.clone(), *quantity);
            UsageItem { used: Used::Outcome { definition, class, quantity, value: None, credit: None }, count: 1 }
        };
        let month = (Timestamp::EPOCH, Timestamp::EPOCH.plus(assay_domain::time::Duration::days(30)));
        let lines =
            rate(&self.card, &Coverage { period: month, covered: month, ended: true }, &earned.iter().map(item).collect::<Vec<_>>())?;
        let mut total = Amount::new(0, self.card.currency);
        for line in &lines {
            total = total.checked_add(line.amount).ok_or(RatingError::Overflow)?;
        }
        let charge = |line: &assay_rating::rate::RatedLine| MarketCharge {
            label: line.label.clone(),
            quantity: line.quantity,
            price: line.unit_price.to_string(),
            amount: line.amount,
        };
        Ok((lines.iter().map(charge).collect(), total))
    }
}

impl Assay {
    /// Makes an offer ready.
    pub(super) async fn bidder(&self, caller: &Caller, c: &mut Reader, offer: &MarketOffer, currency: Currency) -> Result<Bidder> {
        let rule = match &offer.rule {
            MarketRule::Uploaded(name) => {
                let row = rules::find(c, name).await?;
                self.rule(c, row.digest).await?
            }
            MarketRule::Component(bytes) => self.rules.admit(bytes.clone(), self.compiling.upload(caller.tenant).await).await?.0,
        };
        let manifest = rule.manifest();
        let parameters = manifest.parameters(&offer.parameters)?;
        let reads = rule.configure(&parameters).map_err(unconfigured)?;
        check_reads(&reads)?;
        let name = manifest.name.clone();
        let mut priced = offer.prices.iter().filter_map(|price| price.class.as_ref());
        if let Some(class) = priced.find(|class| !manifest.classes.contains(class)) {
            let classes = if manifest.classes.is_empty() { "none".to_owned() } else { manifest.classes.join(", ") };
            let remedy = format!("name a class of the rule: it has {classes}");
            return Err(Violation::new("price", format!("{name} has no class {class:?}"), remedy).into());
        }
        let card = card(&name, &offer.prices, currency)?;
        let content = VersionContent {
            component: rule.digest(),
            contract: rule.contract().to_owned(),
            parameters,
            reads: reads.clone(),
            timing: Timing::default(),
        };
        let (id, definition) = (VersionId(0), DefinitionId(0));
        let version = Version { id, definition, number: 0, content, state: VersionState::Draft, approvals: Approvals::default() };
        let (title, parameters) = (manifest.title.clone(), offer.parameters.clone());
        let breaker = Arc::new(Breaker::new(caller.tenant, id, None));
        Ok(Bidder { name, title, parameters, version, judge: Judge { rule, reads: Reads::new(&reads), breaker }, card })
    }
}

/// A card that charges each success by its class.
fn card(name: &str, prices: &[MarketPrice], currency: Currency) -> Result<RateCard> {
    let charges: Vec<serde_json::Value> = prices
        .iter()
        .enumerate()
        .map(|(n, MarketPrice { class, price })| {
            let meter = match class {
                Some(class) => serde_json::json!({ "outcome-of": name, "class": class }),
                None => serde_json::json!({ "outcome-of": name }),
            };
            let label = class.as_deref().unwrap_or("success");
            serde_json::json!({ "code": format!("c{n}"), "label": label, "model": "unit", "meter": meter, "price": price.to_string() })
        })
        .collect();
    let card = serde_json::json!({ "name": name, "currency": currency.code(), "charges": charges });
    let wrong =
        |problem: String| -> AppError { Violation::new("price", problem, "write a price of at most nine decimals, such as 0.99").into() };
    let card: RateCard = serde_json::from_value(card).map_err(|error| wrong(error.to_string()))?;
    card.check().map_err(|error| wrong(error.to_string()))?;
    Ok(card)
}
