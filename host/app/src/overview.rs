//! How a tenant's work goes, at a glance.

use std::collections::{BTreeMap, HashMap};

use assay_domain::{
    outcome::OutcomeState,
    time::{Duration, Timestamp},
};
use assay_store::{definitions, outcomes};

use crate::{Assay, Caller, OutcomeReport, VersionView, error::Result};

/// What the first page shows.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The days shown, oldest first, without gaps; the last is the latest on which anything was opened.
    pub days: Vec<DayView>,
    /// How everything stands, of all time.
    pub report: OutcomeReport,
    /// Attempts that succeeded, of all time.
    pub succeeded: i64,
    /// Attempts that failed, of all time.
    pub failed: i64,
    /// Attempts that are undecided.
    pub open: i64,
    /// Outcomes that a fault keeps from being judged.
    pub quarantined: i64,
    /// Versions that are not asked any more because they only faulted.
    pub suspended: Vec<VersionView>,
}

/// The attempts that were opened on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayView {
    /// The day's first instant, UTC.
    pub day: Timestamp,
    /// Of these, those that succeeded, final or provisional.
    pub succeeded: i64,
    /// Those that failed.
    pub failed: i64,
    /// Those that are undecided.
    pub open: i64,
}

impl Overview {
    /// Successes among what is decided, in tenths of a percent, rounded half up; `None` while nothing is.
    pub fn success_permille(&self) -> Option<i64> {
        let decided = self.succeeded + self.failed;
        (2_000 * self.succeeded + decided).checked_div(2 * decided)
    }
}

impl Assay {
    /// The last `days` days, under one definition or under all of them.
    pub async fn overview(&self, caller: &Caller, definition: Option<&str>, days: u16) -> Result<Overview> {
        let mut report = self.outcome_report(caller).await?;
        let is_shown = |version: &VersionView| version.suspended.is_some() && definition.is_none_or(|slug| version.definition == slug);
        let suspended = self.versions(caller).await?.into_iter().filter(is_shown).collect();
        let mut reader = self.store.read(caller.tenant).await?;
        let slugs: HashMap<_, _> = definitions::all(&mut reader).await?.into_iter().collect();
        if let Some(wanted) = definition {
            if !slugs.values().any(|slug| slug == wanted) {
                return Err(crate::definitions::unknown_definition(wanted));
            }
            report.rows.retain(|row| row.definition == wanted);
        }
        let now = self.clock.now();
        let latest = outcomes::latest_attempt(&mut reader).await?.unwrap_or(now).min(now);
        let last = day_of(latest);
        let first = last.plus(Duration::days(days.saturating_sub(1)).negated());
        let mut counted: BTreeMap<Timestamp, DayView> = BTreeMap::new();
        for n in 0..days {
            let day = first.plus(Duration::days(n));
            counted.insert(day, DayView { day, succeeded: 0, failed: 0, open: 0 });
        }
        for count in outcomes::daily(&mut reader, first, last.plus(Duration::days(1))).await? {
            let shown = definition.is_none_or(|wanted| slugs.get(&count.definition).is_some_and(|slug| slug == wanted));
            if let Some(day) = counted.get_mut(&count.day).filter(|_| shown) {
                *day.of(count.state) += count.count;
            }
        }
        let sum = |states: &[OutcomeState]| -> i64 {
            report.rows.iter().filter(|row| row.state.is_some_and(|state| states.contains(&state))).map(|row| row.count).sum()
        };
        Ok(Overview {
            days: counted.into_values().collect(),
            succeeded: sum(&[OutcomeState::Final, OutcomeState::Provisional]),
            failed: sum(&[OutcomeState::Failed]),
            open: sum(&[OutcomeState::Open]),
            suspended,
            quarantined: report.rows.iter().filter(|row| row.faulted).map(|row| row.count).sum(),
            report,
        })
    }
}

impl DayView {
    fn of(&mut self, state: OutcomeState) -> &mut i64 {
        match state {
            OutcomeState::Final | OutcomeState::Provisional => &mut self.succeeded,
            OutcomeState::Failed => &mut self.failed,
            // Only attempts are counted by day, so what is left is undecided.
            OutcomeState::Open | OutcomeState::Indeterminate | OutcomeState::NotEligible => &mut self.open,
        }
    }
}

fn day_of(at: Timestamp) -> Timestamp {
    let day = Duration::days(1).micros();
    Timestamp::from_micros(at.micros().div_euclid(day) * day).unwrap_or(at)
}
