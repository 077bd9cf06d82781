//! What stands: the definition of the standing verdict, transcribed, and what it amounts to for one interaction under one definition.

use std::collections::{BTreeMap, BTreeSet};

use assay_domain::{definition::Timing, event::NewEvent, outcome::OutcomeState, time::Timestamp};

use super::{
    DEFINITIONS, Model, Version,
    outcome::Outcome,
    rules::{Answer, Answered, Decision, ask, reads},
};

/// A standing answer, how many events it is about, and whether it has failed for the deadline alone.
struct Stands {
    answer: Answer,
    events: usize,
    is_expired: bool,
}

/// Every distinct event time and the deadline, in order, up to the time of asking; both seals at each.
fn standing(
    ask: impl Fn(&[&NewEvent], Timestamp) -> Answered,
    opened: Timestamp,
    events: &[&NewEvent],
    timing: &Timing,
    as_of: Timestamp,
) -> Result<Stands, &'static str> {
    let deadline = timing.deadline.after(opened);
    let mut steps: BTreeSet<Timestamp> = events.iter().map(|event| event.occurred_at).collect();
    steps.extend(deadline.filter(|deadline| *deadline <= as_of));
    for step in steps {
        let before = events.iter().take_while(|event| event.occurred_at < step).count();
        let until = events.iter().take_while(|event| event.occurred_at <= step).count();
        // A rule is asked only where an answer could be sealed, and no success is earlier than the opening.
        let may_be_reversed = timing.reversible_for.after(opened).is_none_or(|horizon| horizon >= step);
        if until > before && before > 0 && !may_be_reversed {
            let answer = ask(&events[..before], step)?;
            let horizon = match &answer.decision {
                Decision::Success(success) => timing.reversible_for.after(success.at),
                _ => None,
            };
            if horizon.is_some_and(|horizon| horizon < step) {
                return Ok(Stands { answer, events: before, is_expired: false });
            }
        }
        if deadline.is_some_and(|deadline| deadline <= step) {
            let answer = ask(&events[..until], step)?;
            let is_expired = answer.decision == Decision::Pending;
            if !matches!(answer.decision, Decision::Success(_)) {
                return Ok(Stands { answer, events: until, is_expired });
            }
        }
    }
    Ok(Stands { answer: ask(events, as_of)?, events: events.len(), is_expired: false })
}

impl Stands {
    fn state(&self, timing: &Timing, as_of: Timestamp) -> OutcomeState {
        match &self.answer.decision {
            _ if self.is_expired => OutcomeState::Failed,
            Decision::Success(success) if success.at.plus(timing.settles_after) > as_of => OutcomeState::Provisional,
            Decision::Success(_) => OutcomeState::Final,
            Decision::Failure => OutcomeState::Failed,
            Decision::Pending => OutcomeState::Open,
            Decision::Unasked => OutcomeState::Indeterminate,
        }
    }
}

impl Model {
    /// Judges everything anew. What stood before counts only where a rule faults.
    pub(in crate::simulate) fn judge(&mut self, now: Timestamp) {
        let mut stood = BTreeMap::new();
        for subject in self.subjects() {
            let timeline = self.timeline(subject, now);
            let Some(opened) = timeline.first().map(|event| event.occurred_at) else { continue };
            let customer = self.customer(subject, &timeline);
            for version in self.terms(customer.as_deref(), opened) {
                let events: Vec<&NewEvent> = timeline.iter().copied().filter(|event| reads(version.slug, &event.kind)).collect();
                if events.is_empty() {
                    continue;
                }
                let key = (subject.to_owned(), version.slug);
                let before = self.stood.get(&key);
                let outcome = self.outcome(version, opened, &events, customer.clone(), before, now);
                stood.insert(key, outcome);
            }
        }
        self.stood = stood;
    }

    fn outcome(
        &self,
        version: &Version,
        opened: Timestamp,
        events: &[&NewEvent],
        customer: Option<String>,
        before: Option<&Outcome>,
        now: Timestamp,
    ) -> Outcome {
        let Version { slug, number, settings, timing, .. } = version;
        let asked = standing(|events, at| ask(slug, settings, opened, events, at), opened, events, timing, now);
        let blank = Outcome {
            version: *number,
            state: None,
            reason: None,
            success: None,
            billed: None,
            attempted: None,
            customer,
            events: 0,
            late: 0,
            fault: None,
        };
        let stands = match asked {
            Ok(stands) => stands,
            Err(fault) => return Outcome { version: *number, fault: Some(fault), ..before.cloned().unwrap_or(blank) },
        };
        let state = stands.state(timing, now);
        let success = match &stands.answer.decision {
            Decision::Success(success) => Some(success.clone()),
            _ => None,
        };
        let outcome = Outcome {
            state: Some(state),
            reason: Some(if stands.is_expired { "deadline" } else { stands.answer.reason }),
            billed: success.as_ref().map(|success| success.at.plus(timing.settles_after)),
            attempted: (state != OutcomeState::Indeterminate).then_some(opened),
            events: stands.events,
            late: events.len() - stands.events,
            success,
            ..blank
        };
        if self.lacks_value(slug, &outcome) {
            return Outcome { fault: Some("guest.value-missing"), billed: None, attempted: None, ..outcome };
        }
        outcome
    }

    /// Whether it is priced by its worth, and has none.
    fn lacks_value(&self, slug: &str, outcome: &Outcome) -> bool {
        let (Some(customer), Some(billed)) = (&outcome.customer, outcome.billed) else {
            return false;
        };
        let has_value = outcome.success.as_ref().is_some_and(|success| success.value.is_some());
        !has_value && self.agreement(customer, billed).is_some_and(|agreement| agreement.plan.needs_value(slug))
    }

    /// The versions that judge what opened at a time, for its customer.
    fn terms(&self, customer: Option<&str>, opened: Timestamp) -> Vec<&Version> {
        let agreement = customer.and_then(|customer| self.agreement(customer, opened));
        let version = |slug: &'static str| -> Option<&Version> {
            let own = match agreement {
                Some(agreement) => agreement.definitions.iter().find(|(named, _)| *named == slug)?.1,
                None => None,
            };
            let of_definition = self.versions.iter().filter(|version| version.slug == slug);
            match own {
                Some(number) => of_definition.clone().find(|version| version.number == number),
                None => of_definition.filter(|version| version.from <= opened).max_by_key(|version| (version.from, version.number)),
            }
        };
        DEFINITIONS.into_iter().filter_map(|(slug, _)| version(slug)).collect()
    }

    /// Lines that say how everything stands.
    pub(in crate::simulate) fn outcomes(&self) -> BTreeSet<String> {
        self.stood.iter().map(|((subject, slug), outcome)| format!("{subject} {slug}{outcome}")).collect()
    }

    pub(super) fn stood(&self) -> impl Iterator<Item = (&str, &'static str, &Outcome)> {
        self.stood.iter().map(|((subject, slug), outcome)| (subject.as_str(), *slug, outcome))
    }
}
