//! The facts that an evaluation knew, put together again from the bundle.

use std::collections::{BTreeMap, BTreeSet};

use assay_domain::{
    id::{EvaluationId, EventId, InteractionId},
    projection::Reads,
    timeline::{Fact, Timeline},
};
use assay_receipt::bundle::{Bundle, BundledEvaluation, BundledEvent, BundledInteraction};

/// Where everything is in a bundle that something else names.
pub(crate) struct Index {
    evaluations: BTreeMap<EvaluationId, usize>,
    interactions: BTreeMap<InteractionId, usize>,
}

/// An evaluation, and what it was about.
#[derive(Clone, Copy)]
pub(crate) struct Judged<'a> {
    pub(crate) evaluation: &'a BundledEvaluation,
    pub(crate) interaction: &'a BundledInteraction,
}

impl Index {
    pub(crate) fn of(bundle: &Bundle) -> Self {
        Self {
            evaluations: bundle.evaluations.iter().map(|evaluation| evaluation.id).zip(0..).collect(),
            interactions: bundle.interactions.iter().map(|interaction| interaction.id).zip(0..).collect(),
        }
    }

    /// An evaluation with its interaction; otherwise which of the two the bundle lacks.
    pub(crate) fn judged<'a>(&self, bundle: &'a Bundle, id: EvaluationId) -> Result<Judged<'a>, String> {
        let evaluation = self.evaluations.get(&id).and_then(|at| bundle.evaluations.get(*at));
        let evaluation = evaluation.ok_or_else(|| format!("the bundle has no evaluation {id}"))?;
        let interaction = self.interactions.get(&evaluation.interaction).and_then(|at| bundle.interactions.get(*at));
        let interaction = interaction.ok_or_else(|| format!("the bundle has no interaction {}", evaluation.interaction))?;
        Ok(Judged { evaluation, interaction })
    }
}

impl<'a> Judged<'a> {
    /// One of the events that were known.
    pub(crate) fn event(&self, id: EventId) -> Option<&'a BundledEvent> {
        self.known().find(|event| event.id == id)
    }

    /// The events that were recorded by then.
    fn known(&self) -> impl Iterator<Item = &'a BundledEvent> {
        let until = self.evaluation.facts_until;
        self.interaction.events.iter().filter(move |event| event.id <= until)
    }

    /// The events on their timeline; `None` where one that is read is erased. A superseded event is left out where its successor was
    /// known by then.
    pub(crate) fn timeline(&self, reads: &Reads) -> Option<Timeline> {
        let timeline = Timeline::new(self.known().map(fact).collect(), None);
        let erased: BTreeSet<EventId> = self.known().filter(|event| event.data.is_none()).map(|event| event.id).collect();
        let is_missed = |fact: &Fact| erased.contains(&fact.event) && reads.includes(&fact.kind);
        let is_whole = !timeline.known(self.evaluation.known_at).iter().any(is_missed);
        is_whole.then_some(timeline)
    }
}

fn fact(event: &BundledEvent) -> Fact {
    let BundledEvent { id, source, source_id, kind, time, sequence, actor, data, superseded_by, .. } = event.clone();
    // Whose the interaction is changes no verdict, so that a customer has no number here.
    let data = data.unwrap_or_default();
    Fact { event: id, source, source_id, kind, occurred_at: time, sequence, customer: None, actor, data, superseded_by }
}
