//! The two laws that every rule keeps, checked on an evaluation that was executed again.

use assay_domain::{
    event::Actor,
    id::{EvaluationId, EventId},
    standing::Standing,
    time::{Duration, Timestamp},
    timeline::{Fact, Timeline},
    verdict::{Answer, Decision, Verdict},
};

use super::{
    retrial::{Asked, Found},
    tally::{Check, Conclusion, Finding},
};
use crate::ask::Said;

/// How much later what is decided is asked again.
const LATER: [Duration; 3] = [Duration::seconds(1), Duration::days(1), Duration::days(400)];

/// An event that the rule does not read changes neither what it is asked nor what stands.
pub(super) fn irrelevant_event(asked: &Asked<'_>, found: &Found, evaluation: EvaluationId) -> Option<Finding> {
    let mut facts = asked.timeline.facts().to_vec();
    facts.push(irrelevant(asked, evaluation)?);
    let more = Asked::new(asked.bench, asked.rule, Timeline::new(facts, None), asked.known_at)?;
    let again = more.found().ok()?;
    let (first, second) = (Conclusion::found(found), Conclusion::found(&again));
    let mut unlike = first.unlike(&second);
    if more.root != asked.root {
        unlike.insert(0, "input root");
    }
    let finding = || Finding {
        check: Check::IrrelevantEvent,
        what: unlike.join(", "),
        recorded: format!("{first}, of the input {}", asked.root),
        found: format!("{second}, of the input {}", more.root),
    };
    (!unlike.is_empty()).then(finding)
}

/// An event of a kind that the rule does not read, at the time of one of the facts: another one for every evaluation.
fn irrelevant(asked: &Asked<'_>, evaluation: EvaluationId) -> Option<Fact> {
    let known = asked.timeline.known(asked.known_at);
    let place = usize::try_from(evaluation.0).unwrap_or(0) % known.len().max(1);
    let mut kind = "audit.irrelevant".to_owned();
    while asked.bench.reads.includes(&kind) {
        kind.push('-');
    }
    let Fact { occurred_at, sequence, .. } = *known.get(place)?;
    let (event, source, source_id) = (EventId(i64::MAX), "audit".into(), "irrelevant".into());
    let (customer, actor, data, superseded_by) = (None, Actor::System, "{}".into(), None);
    Some(Fact { event, source, source_id, kind, occurred_at, sequence, customer, actor, data, superseded_by })
}

/// What the rule itself decides, it decides whenever it is asked again about the same timeline.
pub(super) fn decided_verdict(asked: &Asked<'_>, found: &Found) -> Option<Finding> {
    let standing = found.standing.as_ref()?;
    let Answer::Verdict(decided) = &standing.answer else {
        return None;
    };
    if !matches!(decided.decision, Decision::Success(_) | Decision::Failure) {
        return None;
    }
    LATER.into_iter().find_map(|later| {
        let again = asked_later(asked, standing, decided, standing.asked_at.plus(later))?;
        let (recorded, found) = (Conclusion::found(found).to_string(), Conclusion::found(&again).to_string());
        Some(Finding { check: Check::DecidedVerdict, what: format!("asked again {later} later"), recorded, found })
    })
}

/// What the rule says as of a later time, unless it says the same or the machine keeps it from answering.
fn asked_later(asked: &Asked<'_>, standing: &Standing, decided: &Verdict, as_of: Timestamp) -> Option<Found> {
    let said = match asked.ask(standing.events, as_of) {
        Ok(Answer::Verdict(again)) if is_same(decided, &again) => return None,
        Ok(answer) => {
            let standing = Standing { answer, asked_at: as_of, seal: None, ..*standing };
            Said::of(&standing, asked.rule.manifest())
        }
        Err(fault) if !fault.code.is_deterministic() => return None,
        Err(fault) => Said::fault(&fault),
    };
    Some(Found { said, as_of, standing: None })
}

/// The note is not compared: it may tell the time of asking.
fn is_same(decided: &Verdict, again: &Verdict) -> bool {
    (&decided.decision, decided.reason, &decided.evidence) == (&again.decision, again.reason, &again.evidence)
}
