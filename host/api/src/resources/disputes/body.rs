use assay_app::{DisputeDetail, DisputeView, Expectation, FindingView, FixtureView, StepView};
use serde::Serialize;
use utoipa::ToSchema;

use crate::resources::invoices::AmountBody;

/// A dispute of an outcome.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DisputeSummary)]
pub struct DisputeSummaryBody {
    /// Its id.
    #[schema(example = "dsp_0000000000001")]
    pub id: String,
    /// The id of the interaction.
    #[schema(example = "itn_0000000000001")]
    pub interaction: String,
    /// The subject of the interaction.
    #[schema(example = "T-1")]
    pub subject: String,
    /// The definition's slug.
    #[schema(example = "resolved-ticket")]
    pub definition: String,
    /// Which of its versions judged.
    #[schema(example = 1)]
    pub version: u32,
    /// The id of the disputed judgement.
    #[schema(example = "evl_0000000000001")]
    pub evaluation: String,
    /// The code of its reason.
    #[schema(example = "resolved")]
    pub reason: String,
    /// The key of the customer who is billed.
    #[schema(example = "acme")]
    pub customer: String,
    /// `not-delivered`, `wrong-customer`, `duplicate`, `evidence-wrong`, `definition-misapplied` or `other`.
    #[schema(example = "not-delivered")]
    pub category: &'static str,
    /// What is wrong, in words.
    #[schema(example = "it was never solved")]
    pub claim: String,
    /// The ids of the events that are contested.
    pub events: Vec<String>,
    /// How much is billed.
    #[schema(example = "1")]
    pub quantity: String,
    /// The date it is billed under.
    #[schema(example = "2026-03-02T10:00:00Z", format = DateTime)]
    pub dated_at: String,
    /// The id of the agreement it is billed under; null where none covers its date.
    #[schema(example = "agr_0000000000001")]
    pub agreement: Option<String>,
    /// The period that it is billed in.
    #[schema(example = "2026-03")]
    pub period: Option<String>,
    /// The number of the document that had counted it; null where it is kept off the next one.
    #[schema(example = "INV-000001")]
    pub invoice: Option<String>,
    /// What it was worth when it was disputed; null where that could not be said.
    pub amount: Option<AmountBody>,
    /// The key or the person that opened it.
    #[schema(example = "key_0000000000001")]
    pub actor: String,
    /// When.
    #[schema(example = "2026-04-02T10:00:00Z", format = DateTime)]
    pub opened_at: String,
    /// `open`, `decided` (and may be appealed), `appealed` or `final`.
    #[schema(example = "open")]
    pub state: &'static str,
    /// How it is decided: `uphold`, `reject` or `split`; null while it is open.
    #[schema(example = "uphold")]
    pub ruling: Option<&'static str>,
    /// The share that a split takes back.
    #[schema(example = "0.5")]
    pub share: Option<String>,
    /// When the default ruling is given, or until when it may be appealed; null once it is final.
    #[schema(example = "2026-04-16T10:00:00Z", format = DateTime)]
    pub due_at: Option<String>,
    /// What is billed of the outcome meanwhile, or for good: `stands`, `withheld`, `split` or `reversed`.
    #[schema(example = "stands")]
    pub effect: &'static str,
}

/// A dispute with everything that became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Dispute)]
pub struct DisputeBody {
    /// Its head.
    #[serde(flatten)]
    pub head: DisputeSummaryBody,
    /// Its steps, in order.
    pub steps: Vec<DisputeStepBody>,
    /// What later versions must get right; null unless it was saved as a fixture.
    pub fixture: Option<DisputeFixtureBody>,
}

/// A step of a dispute.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DisputeStep)]
pub struct DisputeStepBody {
    /// Where it stood from then on.
    #[schema(example = "open")]
    pub state: &'static str,
    /// How it was decided; null where it was opened.
    #[schema(example = "uphold")]
    pub ruling: Option<&'static str>,
    /// The share that a split takes back.
    #[schema(example = "0.5")]
    pub share: Option<String>,
    /// What was billed of the outcome from then on.
    #[schema(example = "stands")]
    pub effect: &'static str,
    /// When the default ruling would be given, or until when it could be appealed.
    #[schema(example = "2026-04-16T10:00:00Z", format = DateTime)]
    pub due_at: Option<String>,
    /// Whether nobody had answered in time.
    pub by_default: bool,
    /// Why.
    #[schema(example = "the log says otherwise")]
    pub reason: String,
    /// The key or the person.
    #[schema(example = "key_0000000000001")]
    pub actor: String,
    /// When.
    #[schema(example = "2026-04-02T10:00:00Z", format = DateTime)]
    pub at: String,
    /// What executing the judgement again has found; null for decisions, and until it is executed.
    pub finding: Option<DisputeFindingBody>,
}

/// What executing a disputed judgement again has found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DisputeFinding)]
pub struct DisputeFindingBody {
    /// `reproduces`; `contested`, where it does and its evidence is contested; `differs`, an incident; or `unexecuted`.
    #[schema(example = "reproduces")]
    pub finding: &'static str,
    /// The same in words.
    pub in_words: &'static str,
    /// How it differs, or why it could not be executed.
    pub detail: Option<String>,
    /// When.
    #[schema(example = "2026-04-02T10:00:00Z", format = DateTime)]
    pub found_at: String,
}

/// A dispute that every later version of its definition must get right.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DisputeFixture)]
pub struct DisputeFixtureBody {
    /// The decision that there should have been.
    #[schema(example = "failure")]
    pub decision: String,
    /// The code of its reason; null where that does not matter.
    #[schema(example = "reopened")]
    pub reason: Option<String>,
    /// How much of the outcome; null where that does not matter.
    #[schema(example = "1")]
    pub quantity: Option<String>,
    /// The key or the person that saved it.
    #[schema(example = "key_0000000000001")]
    pub actor: String,
    /// When.
    #[schema(example = "2026-04-02T10:00:00Z", format = DateTime)]
    pub saved_at: String,
}

impl From<DisputeView> for DisputeSummaryBody {
    fn from(view: DisputeView) -> Self {
        let ruling = view.state.ruling();
        Self {
            id: view.id.to_string(),
            interaction: view.interaction.to_string(),
            subject: view.subject,
            definition: view.definition,
            version: view.version,
            evaluation: view.evaluation.to_string(),
            reason: view.reason,
            customer: view.customer,
            category: view.category.name(),
            claim: view.claim,
            events: view.events.iter().map(ToString::to_string).collect(),
            quantity: view.quantity.to_string(),
            dated_at: view.dated_at.to_string(),
            agreement: view.place.map(|(agreement, _)| agreement.to_string()),
            period: view.place.map(|(_, period)| period.to_string()),
            invoice: view.invoice,
            amount: view.amount.map(AmountBody::from),
            actor: view.actor,
            opened_at: view.opened_at.to_string(),
            state: view.state.name(),
            ruling: ruling.map(|ruling| ruling.name()),
            share: ruling.and_then(|ruling| ruling.share()).map(|share| share.to_string()),
            due_at: view.state.due_at().map(|at| at.to_string()),
            effect: view.effect.name(),
        }
    }
}

impl From<DisputeDetail> for DisputeBody {
    fn from(DisputeDetail { view, steps, fixture }: DisputeDetail) -> Self {
        let steps = steps.into_iter().map(DisputeStepBody::from).collect();
        Self { head: view.into(), steps, fixture: fixture.map(DisputeFixtureBody::from) }
    }
}

impl From<StepView> for DisputeStepBody {
    fn from(step: StepView) -> Self {
        let ruling = step.state.ruling();
        Self {
            state: step.state.name(),
            ruling: ruling.map(|ruling| ruling.name()),
            share: ruling.and_then(|ruling| ruling.share()).map(|share| share.to_string()),
            effect: step.effect.name(),
            due_at: step.state.due_at().map(|at| at.to_string()),
            by_default: step.by_default,
            reason: step.reason,
            actor: step.actor,
            at: step.at.to_string(),
            finding: step.finding.map(DisputeFindingBody::from),
        }
    }
}

impl From<FindingView> for DisputeFindingBody {
    fn from(FindingView { finding, detail, found_at }: FindingView) -> Self {
        Self { finding: finding.name(), in_words: finding.in_words(), detail, found_at: found_at.to_string() }
    }
}

impl From<FixtureView> for DisputeFixtureBody {
    fn from(view: FixtureView) -> Self {
        let Expectation { decision, reason, quantity } = view.expected;
        let quantity = quantity.map(|quantity| quantity.to_string());
        Self { decision, reason, quantity, actor: view.actor, saved_at: view.saved_at.to_string() }
    }
}
