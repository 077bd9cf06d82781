//! Timelines grown from a fixture.

use anyhow::{Context as _, Result};
use assay_domain::{
    projection::InputEvent,
    time::{Duration, Timestamp},
};
use assay_runtime::Rule;

use super::Load;
use crate::fixtures::{Fixture, Stage};

/// A question of a fixture, to grow.
pub(crate) struct Base<'a> {
    /// The fixture's file.
    pub(crate) file: String,
    /// What it is called.
    pub(crate) title: String,
    /// The rule with the fixture's parameters.
    pub(crate) stage: Stage<'a>,
    load: Load,
}

/// The costliest question of some fixtures.
pub(crate) fn base<'a>(rule: &'a Rule, fixtures: &[(String, Fixture)]) -> Result<Base<'a>> {
    let mut costliest: Option<(u64, Base<'a>)> = None;
    for (file, fixture) in fixtures {
        let stage = Stage::new(rule, &fixture.parameters()).with_context(|| file.clone())?;
        if let Some((fuel, load)) = questions(&stage, fixture).with_context(|| file.clone())?.into_iter().max_by_key(|(fuel, _)| *fuel)
            && costliest.as_ref().is_none_or(|(most, _)| fuel > *most)
        {
            costliest = Some((fuel, Base { file: file.clone(), title: fixture.title.clone(), stage, load }));
        }
    }
    let found = costliest.map(|(_, base)| base);
    found
        .context("no fixture has an event that the rule reads and answers about: write one, or mend those that fail with `assay rule test`")
}

/// The questions of a fixture that the rule answers, with the instructions each takes.
fn questions(stage: &Stage<'_>, fixture: &Fixture) -> Result<Vec<(u64, Load)>> {
    let timeline = fixture.timeline()?;
    let asked = fixture.asks.iter().map(|ask| stage.ask(&timeline, ask.as_of));
    let answered = asked.filter(|asked| asked.found.is_ok() && asked.fuel > 0 && !asked.input.events.is_empty());
    Ok(answered
        .map(|asked| (asked.fuel, Load { opened_at: asked.input.opened_at, events: asked.input.events, as_of: asked.as_of }))
        .collect())
}

impl Base<'_> {
    /// So many of its events: the same again and again, one after the other, and asked as long after the last.
    pub(crate) fn grown(&self, count: usize) -> Load {
        let Load { opened_at, events, as_of } = &self.load;
        let (Some(first), Some(last)) = (events.first(), events.last()) else {
            return self.load.clone();
        };
        let round = last.at.since(first.at).micros().saturating_add(Duration::seconds(1).micros());
        let later = |event: &InputEvent, rounds: usize| InputEvent { at: moved(event.at, rounds, round), ..event.clone() };
        let grown: Vec<InputEvent> = (0..count).filter_map(|n| Some(later(events.get(n % events.len())?, n / events.len()))).collect();
        let end = grown.last().map_or(*as_of, |event| event.at.plus(as_of.since(last.at)));
        Load { opened_at: *opened_at, events: grown, as_of: end }
    }
}

/// A time moved by so many rounds, held within the range of times.
fn moved(at: Timestamp, rounds: usize, round: i64) -> Timestamp {
    let by = i64::try_from(rounds).unwrap_or(i64::MAX).saturating_mul(round);
    at.plus(Duration::from_micros(by).unwrap_or(Duration::days(u16::MAX)))
}
