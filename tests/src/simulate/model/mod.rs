//! What must be: the facts in plain lists, and what they amount to, found the slow way from what the documentation says.

mod fraction;
mod outcome;
pub(super) mod plan;
mod plans;
mod price;
mod rate;
pub(super) mod rules;
mod standing;
mod usage;

use std::collections::{BTreeMap, BTreeSet};

use assay_domain::{
    definition::Timing,
    event::{AHEAD_MAX, NewEvent},
    id::AgreementId,
    period::{BillingPeriod, Calendar, Period, PeriodName},
    time::Timestamp,
};
use serde_json::Value;

use self::{outcome::Outcome, plan::Plan, rules::Settings, usage::Used};

/// The definitions, each with the rule that judges it.
pub(super) const DEFINITIONS: [(&str, &str); 3] = [("tickets", "resolved-ticket"), ("deals", "deal"), ("pings", "moody")];

/// Everything that was told and agreed.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) told: Vec<Told>,
    /// Which customer each interaction was given to by hand.
    pub(super) assigned: BTreeMap<String, String>,
    pub(super) versions: Vec<Version>,
    pub(super) agreements: Vec<Bound>,
    /// Whose bill goes to whom.
    pub(super) merged: BTreeMap<String, String>,
    /// What stands, by interaction and definition, as of the last time that everything was judged.
    stood: BTreeMap<(String, &'static str), Outcome>,
    pub(super) runs: BTreeMap<BillingPeriod, Run>,
    /// What the run that finished last has billed by, and when it finished.
    billed: Option<(Vec<Used>, Timestamp)>,
}

/// A recorded event.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) event: NewEvent,
    pub(super) is_superseded: bool,
    /// The source and id of the event in whose place it stands.
    pub(super) replaces: Option<String>,
}

/// A version of a definition.
#[derive(Debug, Clone)]
pub(super) struct Version {
    pub(super) slug: &'static str,
    pub(super) number: u32,
    pub(super) settings: Settings,
    pub(super) timing: Timing,
    pub(super) from: Timestamp,
}

/// An agreement.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    pub(super) id: AgreementId,
    pub(super) customer: String,
    pub(super) definitions: Vec<(&'static str, Option<u32>)>,
    /// The card, with what was agreed otherwise.
    pub(super) plan: Plan,
    pub(super) from: Timestamp,
    pub(super) until: Option<Timestamp>,
}

/// A billing run.
#[derive(Debug)]
pub(super) struct Run {
    /// What it bills by, once that is frozen.
    pub(super) frozen: Option<Vec<Used>>,
    pub(super) is_finished: bool,
}

impl Bound {
    pub(super) fn covers(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }

    fn calendar(&self) -> Calendar {
        let card = self.plan.card();
        Calendar { cycle: card.cycle, zone: card.time_zone, anchor: self.from }
    }

    /// The part of a period in which it is in force.
    fn covered(&self, period: &Period) -> Option<(Timestamp, Timestamp)> {
        let covered = (period.start.max(self.from), self.until.map_or(period.end, |until| until.min(period.end)));
        (covered.0 < covered.1).then_some(covered)
    }
}

impl Model {
    /// Records what is new of a batch; what must become of each event.
    pub(super) fn tell(&mut self, batch: &[NewEvent], now: Timestamp) -> Vec<&'static str> {
        batch.iter().map(|event| self.tell_one(event, now)).collect()
    }

    fn tell_one(&mut self, event: &NewEvent, now: Timestamp) -> &'static str {
        if event.occurred_at > now.plus(AHEAD_MAX) {
            return "rejected";
        }
        match self.told.iter().find(|told| (&told.event.source, &told.event.id) == (&event.source, &event.id)) {
            Some(first) if is_same(&first.event, event) => "duplicate",
            Some(_) => "conflict",
            None => {
                self.told.push(Told { event: event.clone(), is_superseded: false, replaces: None });
                "accepted"
            }
        }
    }

    /// One event stands in the place of another.
    pub(super) fn supersede(&mut self, wrong: usize, event: NewEvent, name: String) {
        self.told[wrong].is_superseded = true;
        self.told.push(Told { event, is_superseded: false, replaces: Some(name) });
    }

    /// Every interaction that was ever told of.
    pub(super) fn subjects(&self) -> BTreeSet<&str> {
        self.told.iter().map(|told| told.event.subject.as_str()).collect()
    }

    /// The facts of an interaction that have happened by a time, in their order.
    fn timeline(&self, subject: &str, as_of: Timestamp) -> Vec<&NewEvent> {
        let mine = self.told.iter().filter(|told| told.event.subject == subject && !told.is_superseded);
        let mut known: Vec<&NewEvent> = mine.map(|told| &told.event).filter(|event| event.occurred_at <= as_of).collect();
        known.sort_by_key(|event| (event.occurred_at, event.sequence, event.source.as_bytes(), event.id.as_bytes()));
        known
    }

    fn customer(&self, subject: &str, timeline: &[&NewEvent]) -> Option<String> {
        self.assigned.get(subject).cloned().or_else(|| timeline.iter().find_map(|event| event.customer.clone()))
    }

    /// The agreement of a customer at a time.
    fn agreement(&self, customer: &str, at: Timestamp) -> Option<&Bound> {
        self.agreements.iter().find(|agreement| agreement.customer == customer && agreement.covers(at))
    }

    /// Who gets a customer's bill.
    pub(super) fn payer<'m>(&'m self, customer: &'m str) -> &'m str {
        self.merged.get(customer).map_or(customer, |into| self.payer(into))
    }

    /// Lines that say whose each interaction is and when it opened.
    pub(super) fn interactions(&self, now: Timestamp) -> BTreeSet<String> {
        let line = |subject: &str| {
            let timeline = self.timeline(subject, now);
            let opened = timeline.first().map_or("-".into(), |event| event.occurred_at.micros().to_string());
            format!("{subject} {} {opened}", self.customer(subject, &timeline).unwrap_or_else(|| "-".into()))
        };
        self.subjects().into_iter().map(line).collect()
    }

    /// A run is over: from now on this is what is billed.
    pub(super) fn finish(&mut self, month: BillingPeriod, now: Timestamp) {
        let run = self.runs.get_mut(&month).expect("a run");
        run.is_finished = true;
        self.billed = Some((run.frozen.clone().expect("a frozen run"), now));
    }

    /// What the periods of every finished run must have come to, in minor units: by agreement, period and charge.
    pub(super) fn postings(&self) -> BTreeMap<(AgreementId, PeriodName), BTreeMap<String, i64>> {
        let Some((used, now)) = &self.billed else {
            return BTreeMap::new();
        };
        let mut postings = BTreeMap::new();
        for agreement in &self.agreements {
            let calendar = agreement.calendar();
            for month in self.runs.iter().filter(|(_, run)| run.is_finished).map(|(month, _)| *month) {
                let Some(period) = calendar.billed_in(month) else { continue };
                let Some(covered) = agreement.covered(&period) else { continue };
                // Whoever came in after the run, by clocks in the west, may still have the month before them: the next run bills it.
                if period.end > *now {
                    continue;
                }
                let mine = used.iter().filter(|used| used.customer == agreement.customer && covered.0 <= used.at && used.at < covered.1);
                let what: Vec<_> = mine.map(|used| &used.what).collect();
                let posted = agreement.plan.rate(&what, covered, (period.start, period.end));
                postings.insert((agreement.id, period.name), posted);
            }
        }
        postings
    }
}

fn is_same(one: &NewEvent, other: &NewEvent) -> bool {
    let data = |event: &NewEvent| serde_json::from_str::<Value>(&event.data).expect("JSON");
    data(one) == data(other) && NewEvent { data: String::new(), ..one.clone() } == NewEvent { data: String::new(), ..other.clone() }
}
