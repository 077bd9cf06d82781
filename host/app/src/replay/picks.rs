//! Which evaluations are executed again: all of them, or some that chance picks.

use std::collections::BTreeSet;

use assay_domain::id::{DefinitionId, EvaluationId};
use assay_store::{
    Connection,
    evaluations::{self, EvaluationRow},
};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng as _, SeedableRng as _};

use super::Selection;
use crate::error::Result;

/// Evaluations that are read at once.
const PAGE: u32 = 2048;
/// Draws for each evaluation that is wanted: the same one may be drawn again.
const DRAWS_MAX: u64 = 8;

/// The evaluations that are still to be read.
pub(super) struct Picks {
    total: u64,
    rest: Rest,
}

enum Rest {
    /// After one and up to another.
    Range { definition: Option<DefinitionId>, after: EvaluationId, until: EvaluationId },
    /// These.
    Chosen(Vec<EvaluationId>),
}

impl Picks {
    /// What is recorded later than now is not among them. A sample as large as all there is, is all there is.
    pub(super) async fn new(c: &mut impl Connection, definition: Option<DefinitionId>, which: Selection) -> Result<Self> {
        let Some((first, last)) = evaluations::bounds(c, definition).await? else {
            return Ok(Self { total: 0, rest: Rest::Chosen(Vec::new()) });
        };
        if let Selection::Sample { count, seed } = which
            && evaluations::count(c, definition, i64::from(count) + 1).await? > i64::from(count)
        {
            return Self::drawn(c, definition, first..=last, count, seed).await;
        }
        let total = u64::try_from(evaluations::count(c, definition, i64::MAX).await?).unwrap_or(0);
        Ok(Self { total, rest: Rest::Range { definition, after: EvaluationId(first.0 - 1), until: last } })
    }

    async fn drawn(
        c: &mut impl Connection,
        definition: Option<DefinitionId>,
        among: std::ops::RangeInclusive<EvaluationId>,
        count: u32,
        seed: u64,
    ) -> Result<Self> {
        let mut draws = Draws::new(seed);
        let mut chosen = BTreeSet::new();
        for _ in 0..u64::from(count) * DRAWS_MAX {
            if chosen.len() >= count as usize {
                break;
            }
            let number = EvaluationId(draws.between(among.start().0, among.end().0));
            chosen.extend(evaluations::at_or_after(c, definition, number).await?);
        }
        let chosen: Vec<EvaluationId> = chosen.into_iter().collect();
        Ok(Self { total: chosen.len() as u64, rest: Rest::Chosen(chosen) })
    }

    /// How many there are altogether.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// The next of them; none when there are no more.
    pub(super) async fn next(&mut self, c: &mut impl Connection) -> Result<Vec<EvaluationRow>> {
        match &mut self.rest {
            Rest::Range { definition, after, until } => {
                let rows = evaluations::page(c, *definition, *after, *until, PAGE).await?;
                *after = rows.last().map_or(*until, |row| row.id);
                Ok(rows)
            }
            Rest::Chosen(ids) => {
                let rest = ids.split_off(ids.len().min(PAGE as usize));
                Ok(evaluations::by_ids(c, &std::mem::replace(ids, rest)).await?)
            }
        }
    }
}

/// Chance from a seed, the same on every machine.
struct Draws(ChaCha8Rng);

impl Draws {
    fn new(seed: u64) -> Self {
        let mut key = [0; 32];
        key.iter_mut().zip(seed.to_le_bytes()).for_each(|(to, from)| *to = from);
        Self(ChaCha8Rng::from_seed(key))
    }

    /// From `low` to `high`, both included.
    fn between(&mut self, low: i64, high: i64) -> i64 {
        // Words of 32 bits, joined here, so that nothing depends on how a library joins them.
        let word = u64::from(self.0.next_u32()) << 32 | u64::from(self.0.next_u32());
        let span = u128::from(high.abs_diff(low)) + 1;
        low.saturating_add_unsigned(((u128::from(word) * span) >> 64) as u64)
    }
}
