//! Unit economics: by month, definition, customer and currency, what attempts and successes cost and bring.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use assay_domain::{
    id::{CustomerId, DefinitionId, EventId},
    money::Currency,
    period::BillingPeriod,
};
use assay_store::{
    Connection,
    costs::{self, AttemptCount, CostSum, Happened},
    definitions,
};

use super::{
    EconomicsQuery, Money,
    query::{Scope, keys},
    revenue::{Revenue, add},
};
use crate::{
    Assay, Caller, Interval,
    error::{AppError, Result},
    rated::Rates,
};

/// Events that are named when their cost cannot be read.
const EXAMPLES: u32 = 10;

/// What outcomes cost and bring.
#[derive(Debug, Clone, PartialEq)]
pub struct Economics {
    /// By month, definition, customer, currency.
    pub rows: Vec<EconomicsRow>,
    /// What interactions cost that opened in these months, each once, whatever judged them.
    pub cost: Vec<Money>,
    /// What the months bring that no definition brings by itself: fees, commitments, charges for events.
    pub other_revenue: Vec<Money>,
    /// The same costs by model.
    pub models: Vec<ModelCosts>,
    /// Cost events that count for nothing, as they cannot be read.
    pub unreadable: u64,
    /// The newest of them.
    pub examples: Vec<UnreadableCost>,
    /// Customers' periods that cannot be priced, and why.
    pub unrated: Vec<String>,
}

/// One definition for one customer in one month, in one currency.
#[derive(Debug, Clone, PartialEq)]
pub struct EconomicsRow {
    /// The month in which the interactions opened.
    pub month: BillingPeriod,
    /// The definition's slug.
    pub definition: String,
    /// The customer's key; `None` where nobody is named.
    pub customer: Option<String>,
    /// Interactions that were judged at all.
    pub attempts: u64,
    /// Of these, those whose success stands.
    pub successes: u64,
    /// Between what bounds the success rate lies, with a confidence of 95 %.
    pub interval: Option<Interval>,
    /// What the attempts cost.
    pub cost: Money,
    /// What the charges that count the definition bring in the month.
    pub revenue: Money,
    /// Outcomes dated in the month that were taken back and not earned again.
    pub reversals: u64,
    /// Outcomes dated in the month that were disputed.
    pub disputes: u64,
}

/// What a model cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelCosts {
    /// Its name; empty where none is told.
    pub model: String,
    /// What it cost.
    pub cost: Money,
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
}

/// An event whose cost cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableCost {
    /// Which.
    pub event: EventId,
    /// Why.
    pub problem: String,
}

impl EconomicsRow {
    /// The share of attempts that succeed; `None` without attempts.
    pub fn rate(&self) -> Option<f64> {
        (self.attempts > 0).then(|| self.successes as f64 / self.attempts as f64)
    }

    /// What one attempt costs.
    pub fn cost_per_attempt(&self) -> Option<Money> {
        self.cost.among(self.attempts)
    }

    /// What one success costs, the attempts that failed included.
    pub fn cost_per_success(&self) -> Option<Money> {
        self.cost.among(self.successes)
    }

    /// What one success brings.
    pub fn revenue_per_success(&self) -> Option<Money> {
        self.revenue.among(self.successes)
    }

    /// What is left.
    pub fn margin(&self) -> Money {
        self.revenue.minus(self.cost)
    }

    /// The success rate at which nothing would be left: what an attempt costs as a share of what a success brings.
    pub fn break_even(&self) -> Option<f64> {
        self.cost_per_attempt()?.share_of(self.revenue_per_success()?)
    }

    /// The same for other attempts beside these, of one currency.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let (attempts, successes) = (self.attempts + other.attempts, self.successes + other.successes);
        Self {
            attempts,
            successes,
            interval: Interval::of_proportion(successes, attempts),
            cost: self.cost.plus(other.cost),
            revenue: self.revenue.plus(other.revenue),
            reversals: self.reversals + other.reversals,
            disputes: self.disputes + other.disputes,
            ..self.clone()
        }
    }
}

impl Economics {
    /// All months and customers together, by definition and currency, in the order of the definitions.
    pub fn by_definition(&self) -> Vec<EconomicsRow> {
        self.gathered(|row| (row.definition.clone(), row.cost.currency().code().to_owned()))
    }

    /// All definitions and customers together, by month and currency.
    pub fn by_month(&self) -> Vec<EconomicsRow> {
        self.gathered(|row| (row.month, row.cost.currency().code().to_owned()))
    }

    fn gathered<K: Ord>(&self, key: impl Fn(&EconomicsRow) -> K) -> Vec<EconomicsRow> {
        let mut sums: BTreeMap<K, EconomicsRow> = BTreeMap::new();
        for row in &self.rows {
            sums.entry(key(row)).and_modify(|sum| *sum = sum.with(row)).or_insert_with(|| row.clone());
        }
        sums.into_values().collect()
    }
}

/// A place in the report of one month.
type Place = (DefinitionId, Option<CustomerId>);

/// What one month is made of.
struct Month {
    month: BillingPeriod,
    attempts: Vec<AttemptCount>,
    costs: Vec<CostSum>,
    reversals: Vec<Happened>,
    disputes: Vec<Happened>,
    revenue: Revenue,
}

impl Month {
    async fn read(c: &mut impl Connection, rates: &Rates, month: BillingPeriod, scope: &Scope) -> Result<Self> {
        let span = (month.start(), month.end());
        Ok(Self {
            month,
            attempts: costs::attempts(c, span).await?,
            costs: costs::of_attempts(c, span).await?,
            reversals: costs::reversals(c, span).await?,
            disputes: costs::disputes(c, span).await?,
            revenue: Revenue::of(c, rates, month, scope).await?,
        })
    }

    /// Every place that anything is known of.
    fn places(&self) -> BTreeSet<Place> {
        let judged = self.attempts.iter().map(|count| (count.definition, count.customer));
        let paid = self.revenue.by_source.keys().filter_map(|(customer, definition)| Some(((*definition)?, Some(*customer))));
        let happened = self.reversals.iter().chain(&self.disputes).map(|one| (one.definition, Some(one.customer)));
        judged.chain(paid).chain(happened).collect()
    }

    /// The rows of a place: one for each currency that it costs or brings something in.
    fn rows(&self, place: Place, names: &Names) -> Result<Vec<EconomicsRow>> {
        let (definition, customer) = place;
        let counts = self.attempts.iter().filter(|count| (count.definition, count.customer) == place);
        let (attempts, successes) = counts.fold((0, 0), |(all, good), count| (all + whole(count.attempts), good + whole(count.successes)));
        let count = |of: &[Happened]| {
            of.iter().filter(|one| (one.definition, Some(one.customer)) == place).map(|one| whole(one.count)).sum::<u64>()
        };
        let mut spent = Vec::new();
        for cost in self.costs.iter().filter(|cost| (cost.definition, cost.customer) == place) {
            add(&mut spent, Money::from_nanos(cost.nanos.into(), currency(&cost.currency)?));
        }
        let source = customer.map(|customer| (customer, Some(definition)));
        let brought = source.and_then(|source| self.revenue.by_source.get(&source)).into_iter().flatten();
        let mut currencies: Vec<Currency> = spent.iter().map(|money| money.currency()).collect();
        currencies.extend(brought.map(|money| money.currency()).filter(|currency| spent.iter().all(|money| money.currency() != *currency)));
        if currencies.is_empty() {
            currencies.push(names.currency);
        }
        let row = |currency: Currency| EconomicsRow {
            month: self.month,
            definition: names.slugs.get(&definition).cloned().unwrap_or_default(),
            customer: customer.map(|customer| names.keys.get(&customer).cloned().unwrap_or_else(|| customer.to_string())),
            attempts,
            successes,
            interval: Interval::of_proportion(successes, attempts),
            cost: spent.iter().find(|money| money.currency() == currency).copied().unwrap_or(Money::zero(currency)),
            revenue: source.map_or(Money::zero(currency), |source| self.revenue.from(source, currency)),
            reversals: count(&self.reversals),
            disputes: count(&self.disputes),
        };
        Ok(currencies.into_iter().map(row).collect())
    }
}

/// What definitions and customers are called, and in which currency nothing is.
struct Names {
    slugs: HashMap<DefinitionId, String>,
    keys: HashMap<CustomerId, String>,
    currency: Currency,
}

impl Assay {
    /// What outcomes cost and bring, by month, definition and customer.
    pub async fn economics(&self, caller: &Caller, query: &EconomicsQuery) -> Result<Economics> {
        let mut reader = self.store.read(caller.tenant).await?;
        let scope = query.scope(&mut reader).await?;
        let rates = Rates::read(&mut reader).await?;
        let first = rates.cards().map(|(_, card)| card.currency).next();
        let names = Names {
            slugs: definitions::all(&mut reader).await?.into_iter().collect(),
            keys: keys(&mut reader).await?,
            currency: first.map_or_else(|| currency("USD"), Ok)?,
        };
        let (unreadable, examples) = costs::unreadable(&mut reader, EXAMPLES).await?;
        let mut report = Economics {
            rows: Vec::new(),
            cost: Vec::new(),
            other_revenue: Vec::new(),
            models: Vec::new(),
            unreadable: whole(unreadable),
            examples: examples.into_iter().map(|(event, problem)| UnreadableCost { event, problem }).collect(),
            unrated: Vec::new(),
        };
        for month in &scope.months {
            let part = Month::read(&mut reader, &rates, *month, &scope).await?;
            for place in part.places().into_iter().filter(|(definition, customer)| scope.holds(*definition, *customer)) {
                report.rows.extend(part.rows(place, &names)?);
            }
            for ((_, definition), brought) in &part.revenue.by_source {
                if definition.is_none() {
                    brought.iter().for_each(|money| add(&mut report.other_revenue, *money));
                }
            }
            report.unrated.extend(part.revenue.unrated);
            let span = (month.start(), month.end());
            for cost in costs::by_customer(&mut reader, span).await?.into_iter().filter(|cost| scope.is_about(cost.customer)) {
                add(&mut report.cost, Money::from_nanos(cost.nanos.into(), currency(&cost.currency)?));
            }
            if scope.customer.is_none() {
                for cost in costs::by_model(&mut reader, span).await? {
                    add_model(&mut report.models, cost)?;
                }
            }
        }
        Ok(report)
    }
}

fn add_model(models: &mut Vec<ModelCosts>, cost: costs::ModelCost) -> Result<()> {
    let money = Money::from_nanos(cost.nanos.into(), currency(&cost.currency)?);
    let (input, output) = (whole(cost.input_tokens), whole(cost.output_tokens));
    match models.iter_mut().find(|known| known.model == cost.model && known.cost.currency() == money.currency()) {
        Some(known) => {
            known.cost = known.cost.plus(money);
            (known.input_tokens, known.output_tokens) = (known.input_tokens + input, known.output_tokens + output);
        }
        None => models.push(ModelCosts { model: cost.model, cost: money, input_tokens: input, output_tokens: output }),
    }
    Ok(())
}

/// A currency as it was written down.
pub(super) fn currency(code: &str) -> Result<Currency> {
    code.parse()
        .map_err(|_| AppError::conflict(format!("the currency {code:?} of a cost is unknown"), "report this: costs are checked before"))
}

/// What is counted is never negative.
pub(super) fn whole(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
