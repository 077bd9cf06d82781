//! Drawing a sample, and drawing it again.

use std::collections::{HashMap, HashSet};

use assay_domain::{
    canon::Digest,
    id::{AgreementId, SampleId, VersionId},
    money::Amount,
    outcome::{Meter, Usage},
    period::{BillingPeriod, PeriodName},
    time::Timestamp,
    violation::Violation,
};
use assay_rating::rate::worth;
use assay_store::{
    Connection,
    billing::{self, RunState},
    conservation, customers, definitions,
    samples::{self, NewItem, NewSample, SampleRow, StandingOutcome},
};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng as _, SeedableRng as _};

use super::SampleDetail;
use crate::{
    Assay, Caller,
    customers::unknown_customer,
    definitions::unknown_definition,
    disputes::Place,
    error::{AppError, Result},
    rated::{RatedPeriod, Rates},
};

/// The largest sample: more than people look at.
const OUTCOMES_MAX: u32 = 10_000;

/// What to draw.
#[derive(Debug, Clone)]
pub struct SampleRequest {
    /// How many outcomes; all of them where there are fewer.
    pub outcomes: u32,
    /// Of those that are dated in this month.
    pub period: BillingPeriod,
    /// Only under this definition, by slug.
    pub definition: Option<String>,
    /// Only of this customer, by key or id.
    pub customer: Option<String>,
    /// What chance begins with; drawn unless it is given.
    pub seed: Option<Digest>,
}

/// The billed outcomes of a month.
struct Population {
    usage_until: i64,
    outcomes: Vec<StandingOutcome>,
}

impl Assay {
    /// Draws a sample of the billed outcomes of a month, and writes it into the audit log with its seed.
    pub async fn draw_sample(&self, caller: &Caller, request: &SampleRequest) -> Result<SampleDetail> {
        if !(1..=OUTCOMES_MAX).contains(&request.outcomes) {
            let problem = format!("{} is not within 1 and {OUTCOMES_MAX}", request.outcomes);
            return Err(Violation::new("outcomes", problem, "draw as many as people look at").into());
        }
        let now = self.clock.now();
        let mut reader = self.store.read(caller.tenant).await?;
        let definition = match &request.definition {
            Some(slug) => Some(definitions::by_slug(&mut reader, slug).await?.ok_or_else(|| unknown_definition(slug))?),
            None => None,
        };
        let customer = match &request.customer {
            Some(name) => Some(customers::by_name(&mut reader, name).await?.ok_or_else(|| unknown_customer(name))?.id),
            None => None,
        };
        let seed = request.seed.map_or_else(|| self.entropy.secret(), |seed| *seed.as_bytes());
        let (period, actor) = (request.period, caller.actor.clone());
        let mut new = NewSample { period, definition, customer, seed, usage_until: 0, population: 0, actor, drawn_at: now };
        let found = population(&mut reader, &new).await?;
        (new.usage_until, new.population) = (found.usage_until, found.outcomes.len() as u64);
        if found.outcomes.is_empty() {
            let problem = format!("no billed outcome of {period} is meant");
            return Err(AppError::conflict(problem, "bill the month first, or ask for more"));
        }
        let drawn = drawn(seed, found.outcomes, request.outcomes as usize);
        let items = Worths::read(&mut reader, &new).await?.items(&mut reader, drawn).await?;
        drop(reader);
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answered) = caller.answered::<SampleId>(&mut tx).await? {
            drop(tx);
            return self.sample(caller, answered).await;
        }
        let id = samples::insert(&mut tx, &new, &items).await?;
        let after = serde_json::json!({
            "period": period, "definition": definition, "customer": customer, "seed": Digest::from_bytes(seed),
            "is_chosen_seed": request.seed.is_some(),
            "usage_until": new.usage_until, "population": new.population, "outcomes": items.len(),
        });
        caller.commit(tx, caller.operation("sample.draw", id, None, Some(after.to_string()), now), &id).await?;
        self.sample(caller, id).await
    }

    /// Whether drawing a sample again gives the same outcomes in the same order.
    pub async fn verify_sample(&self, caller: &Caller, id: SampleId) -> Result<bool> {
        let mut reader = self.store.read(caller.tenant).await?;
        let SampleRow { sample, size, .. } = super::views::find(&mut reader, id).await?;
        let found = population(&mut reader, &sample).await?;
        let is_same_population = (found.usage_until, found.outcomes.len() as u64) == (sample.usage_until, sample.population);
        let again = drawn(sample.seed, found.outcomes, usize::try_from(size).unwrap_or(usize::MAX));
        let again = again.iter().map(|outcome| (outcome.interaction, outcome.definition, outcome.customer, outcome.dated_at));
        let items = samples::items(&mut reader, id).await?;
        let stored = items.iter().map(|row| (row.item.interaction, row.item.definition, row.item.customer, row.item.dated_at));
        Ok(is_same_population && again.eq(stored))
    }
}

/// The outcomes of a month that had been counted by finished runs when a sample was drawn, in their order.
async fn population(c: &mut impl Connection, sample: &NewSample) -> Result<Population> {
    let written = conservation::written(c, sample.drawn_at).await?;
    let finished = billing::runs(c).await?.into_iter().filter(|run| written.runs.contains(&run.id));
    let finished = finished.filter_map(|run| match run.state {
        RunState::Finished { usage_until } => Some((run.period, usage_until)),
        RunState::Draining | RunState::Issuing { .. } => None,
    });
    let (mut billed, mut last) = (HashSet::new(), 0);
    finished.for_each(|(month, usage_until)| {
        billed.insert(month);
        last = last.max(usage_until);
    });
    let rates = Rates::read(c).await?.only(&written.agreements);
    let mut outcomes = samples::standing(c, (sample.period.start(), sample.period.end()), last).await?;
    outcomes.retain(|outcome| sample.definition.is_none_or(|definition| outcome.definition == definition));
    outcomes.retain(|outcome| sample.customer.is_none_or(|customer| outcome.customer == customer));
    outcomes.retain(|outcome| Place::of(&rates, &usage(outcome)).is_some_and(|place| billed.contains(&place.month)));
    Ok(Population { usage_until: last, outcomes })
}

/// The usage of an outcome. By which version it was earned is not asked.
fn usage(outcome: &StandingOutcome) -> Usage {
    Usage {
        meter: Meter::Outcome,
        customer: outcome.customer,
        version: VersionId(0),
        quantity: outcome.quantity,
        dated_at: outcome.dated_at,
        class: outcome.class.clone(),
        value: outcome.value.as_ref().and_then(|value| value.parse().ok()),
        credit: outcome.credit.clone(),
    }
}

/// The first of a shuffle: each place, in order, is taken by one of those that are left.
fn drawn(seed: [u8; 32], mut outcomes: Vec<StandingOutcome>, count: usize) -> Vec<StandingOutcome> {
    let mut chance = ChaCha8Rng::from_seed(seed);
    let all = outcomes.len();
    for place in 0..count.min(all) {
        outcomes.swap(place, place + below(&mut chance, all - place));
    }
    outcomes.truncate(count);
    outcomes
}

/// A number below another.
fn below(chance: &mut ChaCha8Rng, bound: usize) -> usize {
    // Words of 32 bits, joined here, so that nothing depends on how a library joins them.
    let word = u64::from(chance.next_u32()) << 32 | u64::from(chance.next_u32());
    usize::try_from((u128::from(word) * bound as u128) >> 64).unwrap_or_default()
}

/// What outcomes are worth, each period rated once.
struct Worths {
    rates: Rates,
    usage_until: i64,
    now: Timestamp,
    /// `None` where a period cannot be rated exactly.
    periods: HashMap<(AgreementId, PeriodName), Option<RatedPeriod>>,
}

impl Worths {
    async fn read(c: &mut impl Connection, sample: &NewSample) -> Result<Self> {
        let (rates, usage_until, now) = (Rates::read(c).await?, sample.usage_until, sample.drawn_at);
        Ok(Self { rates, usage_until, now, periods: HashMap::new() })
    }

    async fn items(mut self, c: &mut impl Connection, drawn: Vec<StandingOutcome>) -> Result<Vec<NewItem>> {
        let mut items = Vec::with_capacity(drawn.len());
        for outcome in drawn {
            let amount = self.worth(c, &outcome).await?;
            let StandingOutcome { interaction, definition, customer, dated_at, quantity, .. } = outcome;
            items.push(NewItem { interaction, definition, customer, dated_at, quantity, amount });
        }
        Ok(items)
    }

    async fn worth(&mut self, c: &mut impl Connection, outcome: &StandingOutcome) -> Result<Option<Amount>> {
        let usage = usage(outcome);
        let Some(Place { agreement, period, .. }) = Place::of(&self.rates, &usage) else { return Ok(None) };
        let key = (agreement.id, period.name);
        let rated = match self.periods.remove(&key) {
            Some(rated) => rated,
            None => match self.rates.rated(c, &agreement, &period, self.usage_until, period.end <= self.now).await {
                Err(AppError::Rating { .. }) => None,
                rated => Some(rated?),
            },
        };
        let item = self.rates.outcome(outcome.definition, &usage);
        let amount = rated.as_ref().and_then(|rated| worth(&rated.card, &rated.coverage, &rated.usage, &item).ok());
        self.periods.insert(key, rated);
        Ok(amount)
    }
}
