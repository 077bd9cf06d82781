//! One interaction as people see it: its timeline, its verdicts, the evidence, and the reason in words.

use assay_domain::{
    dispute::DisputeState,
    event::Actor,
    id::{DisputeId, EventId, InteractionId},
    manifest::{HOST_REASONS, Manifest},
    projection::{EvaluationInput, Reads},
    ruling::Effect,
    time::Timestamp,
    timeline::{Fact, Timeline},
};
use assay_store::{
    Page,
    attestations::{self, AttestationRow},
    customers, definitions,
    disputes::{self, DisputeFilter, DisputeRow},
    events, outcomes,
    outcomes::OutcomeRow,
    supersessions::{self, SupersessionRow},
};

use crate::{Assay, Caller, error::Result, interactions::find};

/// An interaction with all that is known about it.
#[derive(Debug, Clone)]
pub struct InteractionView {
    /// Its id.
    pub id: InteractionId,
    /// The sender's key for it.
    pub subject: String,
    /// The key of the customer it belongs to.
    pub customer: Option<String>,
    /// Whether a person said so.
    pub assigned: bool,
    /// When it opened.
    pub opened_at: Option<Timestamp>,
    /// Its events, in timeline order; those that were superseded are among them.
    pub events: Vec<EventView>,
    /// What stands, by definition.
    pub outcomes: Vec<OutcomeView>,
}

/// One event on a timeline.
#[derive(Debug, Clone)]
pub struct EventView {
    /// Its id with us.
    pub id: EventId,
    /// Which system told it.
    pub source: String,
    /// The sender's id.
    pub source_id: String,
    /// What kind of thing happened.
    pub kind: String,
    /// When.
    pub occurred_at: Timestamp,
    /// Orders events that share a time.
    pub sequence: i64,
    /// Who acted.
    pub actor: Actor,
    /// Definitions whose verdict rests on it.
    pub evidence_for: Vec<String>,
    /// What the first definition reads of it, as `name=value`.
    pub read: Vec<String>,
    /// Who vouches for it, besides whoever told it.
    pub attested: Vec<AttestationRow>,
    /// Why it counts no more, if it was superseded.
    pub superseded: Option<SupersededView>,
}

/// Why an event counts no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupersededView {
    /// The event that stands in its place.
    pub successor: EventId,
    /// Who said so.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// What stands under one definition.
#[derive(Debug, Clone)]
pub struct OutcomeView {
    /// The definition's slug.
    pub definition: String,
    /// Which of its versions judged.
    pub version: u32,
    /// The rule's title.
    pub title: String,
    /// What one unit is called.
    pub unit: String,
    /// The outcome as stored.
    pub outcome: OutcomeRow,
    /// The reason in words.
    pub reason: String,
    /// The latest dispute of it, as far as its customer is billed for it.
    pub dispute: Option<OutcomeDispute>,
}

/// A dispute of an outcome, in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutcomeDispute {
    /// Which.
    pub id: DisputeId,
    /// Where it stands.
    pub state: DisputeState,
    /// What is billed of the outcome meanwhile, or for good.
    pub effect: Effect,
}

impl Assay {
    /// The facts of one interaction as they are recorded, by subject or id; those that were superseded are among them.
    pub async fn facts(&self, caller: &Caller, name: &str) -> Result<Vec<Fact>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let row = find(&mut reader, name).await?;
        let names = events::names(&mut reader).await?;
        Ok(events::facts(&mut reader, &names, &[row.id]).await?.into_iter().map(|(_, fact)| fact).collect())
    }

    /// One interaction, by subject or id, with its timeline and its verdicts.
    pub async fn interaction(&self, caller: &Caller, name: &str) -> Result<InteractionView> {
        let mut reader = self.store.read(caller.tenant).await?;
        let row = find(&mut reader, name).await?;
        let names = events::names(&mut reader).await?;
        let facts = events::facts(&mut reader, &names, &[row.id]).await?.into_iter().map(|(_, fact)| fact);
        let mut facts: Vec<Fact> = facts.collect();
        facts.sort_by(|a, b| a.place().cmp(&b.place()));
        let timeline = Timeline::new(facts.clone(), row.assigned);
        let superseded = supersessions::of_interaction(&mut reader, row.id).await?;
        let told: Vec<EventId> = facts.iter().map(|fact| fact.event).collect();
        let attested = attestations::of(&mut reader, &told).await?;
        let slugs = definitions::all(&mut reader).await?;
        let versions = definitions::versions(&mut reader).await?;
        let filter = DisputeFilter { interaction: Some(row.id), ..DisputeFilter::default() };
        let disputes = disputes::page(&mut reader, filter, Page::ALL).await?;
        let (mut views, mut read) = (Vec::new(), None);
        for outcome in outcomes::of(&mut reader, &[row.id]).await? {
            let Some(version) = versions.iter().find(|version| version.id == outcome.version) else {
                continue;
            };
            let rule = self.rule(&mut reader, version.content.component).await?;
            read.get_or_insert_with(|| Reads::new(&version.content.reads));
            views.push(OutcomeView {
                definition: slugs.iter().find(|(id, _)| *id == outcome.definition).map(|(_, slug)| slug.clone()).unwrap_or_default(),
                version: version.number,
                title: rule.manifest().title.clone(),
                unit: rule.manifest().unit.clone(),
                reason: outcome.reason.as_deref().map(|code| in_words(rule.manifest(), code)).unwrap_or_default(),
                dispute: disputed(&disputes, &outcome, self.clock.now()),
                outcome,
            });
        }
        let owner: Vec<_> = timeline.customer(self.clock.now()).into_iter().collect();
        let customer = customers::keys(&mut reader, &owner).await?.into_values().next();
        Ok(InteractionView {
            id: row.id,
            subject: row.subject,
            customer,
            assigned: row.assigned.is_some(),
            opened_at: timeline.opened_at(self.clock.now()),
            events: event_views(&facts, (&superseded, &attested), read.as_ref(), &views),
            outcomes: views,
        })
    }
}

fn disputed(disputes: &[DisputeRow], outcome: &OutcomeRow, now: Timestamp) -> Option<OutcomeDispute> {
    let mut mine =
        disputes.iter().filter(|row| row.dispute.definition == outcome.definition && Some(row.dispute.customer) == outcome.customer);
    let last = mine.next_back()?;
    Some(OutcomeDispute { id: last.id, state: last.last.step.state.by(now), effect: last.last.step.effect })
}

fn in_words(manifest: &Manifest, code: &str) -> String {
    let declared = manifest.reasons.iter().find(|reason| reason.code == code).map(|reason| reason.help.clone());
    let host = HOST_REASONS.iter().find(|(known, _)| *known == code).map(|(_, help)| (*help).to_owned());
    declared.or(host).unwrap_or_default()
}

fn event_views(
    facts: &[Fact],
    (superseded, attested): (&[SupersessionRow], &[AttestationRow]),
    reads: Option<&Reads>,
    outcomes: &[OutcomeView],
) -> Vec<EventView> {
    let read = |fact: &Fact| -> Option<Vec<String>> {
        let reads = reads?;
        let input = EvaluationInput::project(Timestamp::EPOCH, std::slice::from_ref(fact), reads);
        let event = input.events.first()?;
        Some(reads.names(event.kind).zip(&event.values).map(|(name, value)| format!("{name}={value}")).collect())
    };
    let view = |fact: &Fact| EventView {
        id: fact.event,
        source: fact.source.clone(),
        source_id: fact.source_id.clone(),
        kind: fact.kind.clone(),
        occurred_at: fact.occurred_at,
        sequence: fact.sequence,
        actor: fact.actor,
        evidence_for: outcomes
            .iter()
            .filter(|view| view.outcome.evidence.contains(&fact.event))
            .map(|view| view.definition.clone())
            .collect(),
        read: read(fact).unwrap_or_default(),
        attested: attested.iter().filter(|row| row.event == fact.event).cloned().collect(),
        superseded: superseded.iter().find(|row| row.event == fact.event).map(SupersededView::from),
    };
    facts.iter().map(view).collect()
}

impl From<&SupersessionRow> for SupersededView {
    fn from(row: &SupersessionRow) -> Self {
        Self { successor: row.successor, actor: row.actor.clone(), reason: row.reason.clone(), at: row.recorded_at }
    }
}
