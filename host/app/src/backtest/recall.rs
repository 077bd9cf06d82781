//! Interactions put back as they are recorded: up to the bounds of a back-test, or as they are now.

use std::{collections::HashMap, sync::Arc};

use assay_domain::{
    id::{CustomerId, EventId, InteractionId},
    ruling::Effect,
    time::Timestamp,
    timeline::{Fact, Timeline},
};
use assay_store::{
    Connection, Page,
    backtests::{self, BacktestKind, BacktestRow, RecordedUsage},
    conservation::{self, Stretch},
    definitions, events,
    interactions::{self, InteractionFilter, InteractionRow},
};

use super::{
    contest::{Contest, Recalled},
    request::{Asked, read},
};
use crate::{Assay, conservation::versions, error::Result, judge::Case, rated::Rates, worker::BATCH};

/// A back-test that is being carried.
pub(super) struct Carried {
    pub(super) contest: Arc<Contest>,
    /// What people say of interactions, by subject.
    pub(super) labels: HashMap<String, bool>,
    /// What was read while the end of the piece before it was judged.
    pub(super) ahead: Option<Ahead>,
}

/// Interactions that were read before they are wanted.
pub(super) struct Ahead {
    /// The interaction that they come after.
    pub(super) after: InteractionId,
    pub(super) batch: Vec<Recalled>,
}

/// Up to where what is recorded counts.
#[derive(Clone, Copy)]
struct Until {
    facts: EventId,
    usage: i64,
    /// What people had said by then of whose an interaction is, and ruled over it; `None` is what they have said by now.
    said: Option<Timestamp>,
}

impl Until {
    fn of(row: &BacktestRow) -> Self {
        match row.kind {
            BacktestKind::History => Self { facts: row.bounds.events, usage: row.bounds.usage, said: Some(row.as_of) },
            BacktestKind::Shadow => Self { facts: EventId(i64::MAX), usage: i64::MAX, said: None },
        }
    }
}

/// Agreements with their prices: of a back-test over history those that were there when it began.
pub(super) async fn rates(c: &mut impl Connection, row: &BacktestRow) -> Result<Rates> {
    let rates = Rates::read(c).await?;
    Ok(match row.kind {
        BacktestKind::History => rates.only(&conservation::written(c, row.as_of).await?.agreements),
        BacktestKind::Shadow => rates,
    })
}

/// What people say of interactions, by subject; `None` where they say nothing.
pub(super) async fn labels(c: &mut impl Connection, row: &BacktestRow) -> Result<Option<HashMap<String, bool>>> {
    let text = backtests::labels(c, row.id).await?;
    text.map(|text| read("labels", &text)).transpose()
}

impl Assay {
    /// Makes ready what a back-test is carried by. Of one over history the terms are those that were written down when it began, so that
    /// it comes to the same however often it is interrupted.
    pub(super) async fn take_up(&self, c: &mut impl Connection, row: &BacktestRow, labels: HashMap<String, bool>) -> Result<Carried> {
        let judges = match row.kind {
            BacktestKind::History => {
                let written = conservation::written(c, row.as_of).await?;
                versions(c, &written).await?
            }
            BacktestKind::Shadow => definitions::versions(c).await?,
        };
        let (priced, prices) = (rates(c, row).await?, rates(c, row).await?);
        let terms = self.terms_of(c, judges, priced).await?;
        let contest = self.contest(c, row, Asked::of(row)?, terms, &prices).await?;
        Ok(Carried { contest: Arc::new(contest), labels, ahead: None })
    }

    /// The next interactions of the history after one; none when there are no more.
    pub(super) async fn recall_next(
        &self,
        c: &mut impl Connection,
        row: &BacktestRow,
        labels: &HashMap<String, bool>,
        after: InteractionId,
    ) -> Result<Vec<Recalled>> {
        let page = Page { after: after.0, limit: BATCH };
        let mut rows = interactions::page(c, &InteractionFilter::default(), page).await?;
        rows.retain(|found| found.id <= row.bounds.interactions);
        self.recall_rows(c, row, labels, rows).await
    }

    /// Reads what is recorded of interactions, which are in the order of their numbers.
    pub(super) async fn recall_rows(
        &self,
        c: &mut impl Connection,
        row: &BacktestRow,
        labels: &HashMap<String, bool>,
        rows: Vec<InteractionRow>,
    ) -> Result<Vec<Recalled>> {
        let until = Until::of(row);
        // Of what is erased nothing is left to judge by.
        let ids: Vec<InteractionId> = rows.iter().filter(|row| row.erased_at.is_none()).map(|row| row.id).collect();
        let names = events::names(c).await?;
        let mut facts: HashMap<InteractionId, Vec<Fact>> = HashMap::with_capacity(rows.len());
        for (interaction, fact) in events::facts(c, &names, &ids).await?.into_iter().filter(|(_, fact)| fact.event <= until.facts) {
            facts.entry(interaction).or_default().push(fact);
        }
        let mut usage: HashMap<InteractionId, Vec<RecordedUsage>> = HashMap::new();
        for (interaction, recorded) in backtests::recorded(c, row.definition, &ids, until.usage).await? {
            usage.entry(interaction).or_default().push(recorded);
        }
        let mut effects: HashMap<InteractionId, Vec<(CustomerId, Effect)>> = HashMap::new();
        for (interaction, effect) in backtests::effects(c, row.definition, &ids, until.said.unwrap_or_else(|| self.clock.now())).await? {
            effects.entry(interaction).or_default().push(effect);
        }
        let assigned = assigned(c, &rows, until.said).await?;
        let recalled = |row: InteractionRow| {
            let timeline = Timeline::new(facts.remove(&row.id).unwrap_or_default(), assigned.get(&row.id).copied());
            let (usage, label) = (usage.remove(&row.id).unwrap_or_default(), labels.get(&row.subject).copied());
            let effects = effects.remove(&row.id).unwrap_or_default();
            let (stood, metered) = Default::default();
            Recalled { case: Case { row, timeline, stood, metered }, usage, effects, label }
        };
        Ok(rows.into_iter().map(recalled).collect())
    }
}

/// Whose interactions are, as people have said.
async fn assigned(c: &mut impl Connection, rows: &[InteractionRow], said: Option<Timestamp>) -> Result<HashMap<InteractionId, CustomerId>> {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(HashMap::new()) };
    let Some(by) = said else {
        return Ok(rows.iter().filter_map(|row| Some((row.id, row.assigned?))).collect());
    };
    let stretch = Stretch { after: InteractionId(first.id.0 - 1), until: last.id };
    let said = conservation::assignments(c, stretch, by).await?;
    // Of an interaction the latest is the last, and takes the place of the others.
    Ok(said.into_iter().map(|(interaction, assignment)| (interaction, assignment.customer)).collect())
}
