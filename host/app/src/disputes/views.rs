//! Disputes as they are shown.

use assay_domain::{
    decimal::Quantity,
    dispute::{Category, DisputeState, Finding},
    id::{AgreementId, DisputeId, EvaluationId, EventId, InteractionId},
    money::Amount,
    period::PeriodName,
    ruling::Effect,
    time::Timestamp,
};
use assay_store::{
    Page, customers, definitions,
    disputes::{self, DisputeFilter, DisputeRow, FindingRow, StepRow},
};

use super::{FixtureView, decide::find};
use crate::{Assay, Caller, customers::unknown_customer, definitions::unknown_definition, error::Result, interactions};

/// A dispute as it is shown.
#[derive(Debug, Clone)]
pub struct DisputeView {
    /// Its id.
    pub id: DisputeId,
    /// The interaction.
    pub interaction: InteractionId,
    /// The sender's key for it.
    pub subject: String,
    /// The definition's slug.
    pub definition: String,
    /// Which of its versions judged.
    pub version: u32,
    /// The judgement.
    pub evaluation: EvaluationId,
    /// The code of its reason.
    pub reason: String,
    /// The key of the customer who is billed.
    pub customer: String,
    /// What is said to be wrong.
    pub category: Category,
    /// In words.
    pub claim: String,
    /// The events that are contested.
    pub events: Vec<EventId>,
    /// How much is billed.
    pub quantity: Quantity,
    /// The date it is billed under.
    pub dated_at: Timestamp,
    /// Under which agreement it is billed, in which of its periods.
    pub place: Option<(AgreementId, PeriodName)>,
    /// The number of the document that had counted it; `None` where it was withheld from the next one.
    pub invoice: Option<String>,
    /// What it was worth; `None` where that could not be said.
    pub amount: Option<Amount>,
    /// Who has opened it.
    pub actor: String,
    /// When.
    pub opened_at: Timestamp,
    /// Where it stands.
    pub state: DisputeState,
    /// What is billed of the outcome meanwhile, or for good.
    pub effect: Effect,
}

/// A dispute with everything that became of it.
#[derive(Debug, Clone)]
pub struct DisputeDetail {
    /// The dispute.
    pub view: DisputeView,
    /// Its steps, in order.
    pub steps: Vec<StepView>,
    /// What later versions must get right, if it was saved as a fixture.
    pub fixture: Option<FixtureView>,
}

/// A step of a dispute.
#[derive(Debug, Clone)]
pub struct StepView {
    /// Where it stood from then on.
    pub state: DisputeState,
    /// What was billed of the outcome from then on.
    pub effect: Effect,
    /// Whether nobody had answered in time.
    pub by_default: bool,
    /// Why.
    pub reason: String,
    /// Who.
    pub actor: String,
    /// When.
    pub at: Timestamp,
    /// What executing the judgement again has found; only of steps that opened it.
    pub finding: Option<FindingView>,
}

/// What executing a disputed judgement again has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingView {
    /// What.
    pub finding: Finding,
    /// How it differs, or why it could not be executed.
    pub detail: Option<String>,
    /// When.
    pub found_at: Timestamp,
}

/// Which disputes to list; what is absent does not narrow.
#[derive(Debug, Clone, Default)]
pub struct DisputeQuery {
    /// Those about outcomes of this customer, by key or id.
    pub customer: Option<String>,
    /// Those under this definition, by slug.
    pub definition: Option<String>,
    /// Those about this interaction, by its id or subject.
    pub interaction: Option<String>,
    /// Those that wait for an answer.
    pub is_open: bool,
}

impl DisputeView {
    pub(super) fn new(row: DisputeRow, now: Timestamp) -> Self {
        let DisputeRow { id, dispute, subject, slug, number, customer_key, invoice_number, opened_at, last } = row;
        Self {
            id,
            interaction: dispute.interaction,
            subject,
            definition: slug,
            version: number,
            evaluation: dispute.evaluation,
            reason: dispute.reason,
            customer: customer_key,
            category: dispute.category,
            claim: dispute.claim,
            events: dispute.events,
            quantity: dispute.quantity,
            dated_at: dispute.dated_at,
            place: dispute.place,
            invoice: invoice_number,
            amount: dispute.amount,
            actor: dispute.actor,
            opened_at,
            state: last.step.state.by(now),
            effect: last.step.effect,
        }
    }
}

impl StepView {
    fn new(StepRow { id, step, at }: StepRow, findings: &[FindingRow]) -> Self {
        let finding = findings.iter().find(|finding| finding.step == id).map(|row| FindingView {
            finding: row.finding,
            detail: row.detail.clone(),
            found_at: row.found_at,
        });
        Self { state: step.state, effect: step.effect, by_default: step.by_default, reason: step.reason, actor: step.actor, at, finding }
    }
}

impl DisputeDetail {
    /// What executing the judgement again has found last.
    pub fn finding(&self) -> Option<&FindingView> {
        self.steps.iter().rev().find_map(|step| step.finding.as_ref())
    }
}

impl Assay {
    /// Some disputes of the tenant, oldest first.
    pub async fn disputes(&self, caller: &Caller, query: &DisputeQuery, page: Page) -> Result<Vec<DisputeView>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let customer = match &query.customer {
            Some(name) => Some(customers::by_name(&mut reader, name).await?.ok_or_else(|| unknown_customer(name))?.id),
            None => None,
        };
        let definition = match &query.definition {
            Some(slug) => Some(definitions::by_slug(&mut reader, slug).await?.ok_or_else(|| unknown_definition(slug))?),
            None => None,
        };
        let interaction = match &query.interaction {
            Some(name) => Some(interactions::find(&mut reader, name).await?.id),
            None => None,
        };
        let filter = DisputeFilter { customer, definition, interaction, is_open: query.is_open };
        let (rows, now) = (disputes::page(&mut reader, filter, page).await?, self.clock.now());
        Ok(rows.into_iter().map(|row| DisputeView::new(row, now)).collect())
    }

    /// One dispute with everything that became of it.
    pub async fn dispute(&self, caller: &Caller, id: DisputeId) -> Result<DisputeDetail> {
        let mut reader = self.store.read(caller.tenant).await?;
        let row = find(&mut reader, id).await?;
        let findings = disputes::findings(&mut reader, id).await?;
        let steps = disputes::steps(&mut reader, id).await?;
        let saved = disputes::fixture(&mut reader, id).await?;
        Ok(DisputeDetail {
            view: DisputeView::new(row, self.clock.now()),
            steps: steps.into_iter().map(|step| StepView::new(step, &findings)).collect(),
            fixture: saved.map(FixtureView::from),
        })
    }
}
