//! Recorded evaluations, put back before the facts and the rules that they were judged by.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use assay_domain::{
    canon::Digest,
    definition::Version,
    id::{DefinitionId, InteractionId, VersionId},
    projection::Reads,
    timeline::Fact,
};
use assay_runtime::{Allocation, Rule};
use assay_store::{Connection, StoreError, definitions, evaluations::EvaluationRow, events, receipts};

use super::{
    retrial::{Bench, Retrial, Trial},
    tally::Tally,
};
use crate::{
    Assay,
    error::{AppError, Result},
    rule_cache::RuleCache,
};

/// Why nothing can be executed again of which the data is erased.
const ERASED: &str = "evidence erased";

/// A version that is ready to judge again, or the code of why the engine refuses its rule.
type Seat = Result<Arc<Bench>, &'static str>;

/// The versions of a tenant with their definitions' slugs; each is made ready when its first evaluation comes.
pub(crate) struct Court {
    versions: HashMap<VersionId, (Version, String)>,
    seats: HashMap<VersionId, Seat>,
}

impl Court {
    /// Every version, in order.
    pub(crate) fn versions(&self) -> BTreeSet<VersionId> {
        self.versions.keys().copied().collect()
    }
}

impl Assay {
    pub(crate) async fn court(&self, c: &mut impl Connection) -> Result<Court> {
        let slugs: HashMap<DefinitionId, String> = definitions::all(c).await?.into_iter().collect();
        let named = |version: Version| {
            let slug = slugs.get(&version.definition).cloned().unwrap_or_default();
            (version.id, (version, slug))
        };
        Ok(Court { versions: definitions::versions(c).await?.into_iter().map(named).collect(), seats: HashMap::new() })
    }

    /// Reads the facts of evaluations.
    pub(crate) async fn recall(&self, c: &mut impl Connection, court: &mut Court, rows: Vec<EvaluationRow>) -> Result<Vec<Retrial>> {
        let interactions: BTreeSet<InteractionId> = rows.iter().map(|row| row.interaction).collect();
        let interactions: Vec<InteractionId> = interactions.into_iter().collect();
        let names = events::names(c).await?;
        let mut facts: HashMap<InteractionId, Vec<Fact>> = HashMap::with_capacity(interactions.len());
        for (interaction, fact) in events::facts(c, &names, &interactions).await? {
            facts.entry(interaction).or_default().push(fact);
        }
        let facts: HashMap<InteractionId, Arc<Vec<Fact>>> = facts.into_iter().map(|(id, facts)| (id, Arc::new(facts))).collect();
        let erased = receipts::erased(c, &interactions).await?;
        let mut retrials = Vec::with_capacity(rows.len());
        for row in rows {
            let bench = if erased.contains(&row.interaction) { Err(ERASED) } else { self.seat(c, court, row.version).await? };
            retrials.push(Retrial { facts: facts.get(&row.interaction).cloned().unwrap_or_default(), row, bench });
        }
        Ok(retrials)
    }

    async fn seat(&self, c: &mut impl Connection, court: &mut Court, id: VersionId) -> Result<Seat> {
        if let Some(seat) = court.seats.get(&id) {
            return Ok(seat.clone());
        }
        let missing = || StoreError::Corrupt { table: "evaluations", column: "version", value: id.to_string() };
        let (version, definition) = court.versions.get(&id).cloned().ok_or_else(missing)?;
        let seat = match self.both_rules(c, version.content.component).await {
            Ok((pooled, on_demand)) => {
                let reads = Reads::new(&version.content.reads);
                Ok(Arc::new(Bench { version, definition, reads, pooled, on_demand }))
            }
            // That nothing could be compiled says nothing about the rule.
            Err(AppError::Refused(refusal)) if !refusal.is_of_host() => Err(refusal.code.code()),
            Err(error) => return Err(error),
        };
        court.seats.insert(id, seat.clone());
        Ok(seat)
    }

    async fn both_rules(&self, c: &mut impl Connection, digest: Digest) -> Result<(Rule, Rule)> {
        Ok((self.rule(c, digest).await?, self.rule_on_demand(c, digest).await?))
    }

    /// The same as [`Assay::rule`], on an engine with memory on demand.
    async fn rule_on_demand(&self, c: &mut impl Connection, digest: Digest) -> Result<Rule> {
        let start = || async { self.rules.engine.with_allocation(Allocation::OnDemand).map(RuleCache::new) };
        self.on_demand.get_or_try_init(start).await?.rule(c, digest, &self.compiling).await
    }

    /// Executes evaluations again, in one piece per evaluator thread; what is left when the audit was told to stop is left.
    pub(crate) async fn execute(&self, retrials: Vec<Retrial>, trial: Trial) -> Result<Tally> {
        let hear = move |batch: Vec<Retrial>, is_awaited: &dyn Fn() -> bool| {
            let mut tally = Tally::default();
            batch.iter().take_while(|_| is_awaited()).for_each(|retrial| retrial.hear(trial, &mut tally));
            tally
        };
        let mut tally = Tally::default();
        self.in_pieces(retrials, hear).await?.into_iter().for_each(|piece| tally.add(piece));
        Ok(tally)
    }
}
