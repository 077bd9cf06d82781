use assay_app::{OutcomeDispute, OutcomeView};
use serde::Serialize;
use utoipa::ToSchema;

/// What stands for an interaction under one definition.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Outcome)]
pub struct OutcomeBody {
    /// The definition's slug.
    #[schema(example = "resolved-ticket")]
    pub definition: String,
    /// Which of its versions judged.
    #[schema(example = 1)]
    pub version: u32,
    /// The rule's title.
    #[schema(example = "Ticket stays resolved")]
    pub title: String,
    /// What one unit is called.
    #[schema(example = "resolution")]
    pub unit: String,
    /// `open`, `provisional`, `final`, `failed`, `indeterminate` or `not-eligible`; null when a fault came before any verdict.
    #[schema(example = "final")]
    pub state: Option<String>,
    /// The code of the reason.
    #[schema(example = "resolved")]
    pub reason: Option<String>,
    /// The reason in words.
    #[schema(example = "It was resolved and stayed so for the whole window.")]
    pub reason_in_words: Option<String>,
    /// What the rule adds, or the message of its error.
    pub note: Option<String>,
    /// The ids of the events that are the evidence.
    pub evidence: Vec<String>,
    /// How much was earned; `0` unless it was.
    #[schema(example = "1")]
    pub quantity: String,
    /// The class of the success.
    pub class: Option<String>,
    /// When it was earned.
    #[schema(example = "2026-03-02T10:00:00Z", format = DateTime)]
    pub succeeded_at: Option<String>,
    /// The date it is billed under.
    #[schema(example = "2026-03-02T10:00:00Z", format = DateTime)]
    pub billed_at: Option<String>,
    /// When it is asked again without a new fact.
    #[schema(example = "2026-04-01T10:00:00Z", format = DateTime)]
    pub due_at: Option<String>,
    /// How many events came after its horizon and change nothing.
    pub late_events: i64,
    /// The fault that keeps it from being renewed.
    pub fault: Option<String>,
    /// The id of the evaluation that found it.
    #[schema(example = "evl_0000000000001")]
    pub evaluation: String,
    /// The hash of all that the rule was asked about.
    pub input_root: String,
    /// The latest dispute of it, as far as its customer is billed for it; null where there is none.
    pub dispute: Option<OutcomeDisputeBody>,
}

/// A dispute of an outcome, in short.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OutcomeDispute)]
pub struct OutcomeDisputeBody {
    /// Its id.
    #[schema(example = "dsp_0000000000001")]
    pub id: String,
    /// `open`, `decided`, `appealed` or `final`.
    #[schema(example = "open")]
    pub state: &'static str,
    /// What is billed of the outcome meanwhile, or for good: `stands`, `withheld`, `split` or `reversed`.
    #[schema(example = "stands")]
    pub effect: &'static str,
}

impl From<OutcomeDispute> for OutcomeDisputeBody {
    fn from(OutcomeDispute { id, state, effect }: OutcomeDispute) -> Self {
        Self { id: id.to_string(), state: state.name(), effect: effect.name() }
    }
}

impl From<OutcomeView> for OutcomeBody {
    fn from(view: OutcomeView) -> Self {
        let OutcomeView { definition, version, title, unit, outcome, reason, dispute } = view;
        Self {
            definition,
            version,
            title,
            unit,
            state: outcome.state.map(|state| state.to_string()),
            reason: outcome.reason,
            reason_in_words: Some(reason).filter(|words| !words.is_empty()),
            note: outcome.note,
            evidence: outcome.evidence.iter().map(ToString::to_string).collect(),
            quantity: outcome.quantity.to_string(),
            class: outcome.class,
            succeeded_at: outcome.succeeded_at.map(|at| at.to_string()),
            billed_at: outcome.billed_at.map(|at| at.to_string()),
            due_at: outcome.due_at.map(|at| at.to_string()),
            late_events: outcome.late_events,
            fault: outcome.fault,
            evaluation: outcome.evaluation.to_string(),
            input_root: outcome.input_root.to_string(),
            dispute: dispute.map(OutcomeDisputeBody::from),
        }
    }
}
