//! Disputes saved as fixtures: what the next versions of a definition must get right before they hold for anybody.
//!
//! Saved is which judgement it was and what there should have been; what happened is read from the events whenever it is needed, so a fixture
//! holds no personal data of its own, and what is erased of the events is erased of it: it then holds up no version. Handed out, it has what
//! the events say, personal data included.
//!
//! A version is tried with all fixtures of its definition before it is proposed or comes to hold for anybody ([`Assay::try_fixtures`]), as a
//! rule never runs within a transaction; what came of it is written down by the hash of what the version fixes, and the transaction asks for
//! that ([`fixtures_gate`]).
//!
//! What is saved holds for ever, so a decision that may still be appealed cannot be saved.

use std::{collections::BTreeMap, sync::Arc};

use assay_domain::{
    decimal::Quantity,
    definition::{Version, VersionContent},
    dispute::DisputeState,
    event::{Actor, check_name},
    id::DisputeId,
    ruling::Ruling,
    time::Timestamp,
    violation::Violation,
};
use assay_store::{
    Connection, definitions,
    disputes::{self, FixtureRow, TrialResult, TrialRow},
};
use serde::{Deserialize, Serialize};

use super::{
    decide::find,
    trial::{Stage, Tried, recall},
};
use crate::{
    Assay, Caller,
    definitions::unknown_definition,
    error::{AppError, Result},
};

/// The decisions of the contract.
const DECISIONS: [&str; 5] = ["success", "failure", "pending", "indeterminate", "not-eligible"];

/// What there should have been; what is absent follows from how the dispute was decided.
#[derive(Debug, Clone, Default)]
pub struct FixtureRequest {
    /// The decision: success where the outcome stands or was split, failure where it was taken back.
    pub decision: Option<String>,
    /// The reason's code; it does not matter unless it is given.
    pub reason: Option<String>,
}

/// What there should have been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expectation {
    /// The decision's name.
    pub decision: String,
    /// The reason's code, where it matters.
    pub reason: Option<String>,
    /// How much of the outcome, where it matters.
    pub quantity: Option<Quantity>,
}

/// A saved dispute as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixtureView {
    /// Of which dispute.
    pub dispute: DisputeId,
    /// What there should have been.
    pub expected: Expectation,
    /// Who has saved it.
    pub actor: String,
    /// When.
    pub saved_at: Timestamp,
}

impl From<FixtureRow> for FixtureView {
    fn from(row: FixtureRow) -> Self {
        let FixtureRow { dispute, decision, reason, quantity, actor, saved_at } = row;
        Self { dispute, expected: Expectation { decision, reason, quantity }, actor, saved_at }
    }
}

/// A saved dispute with all that a rule is to be asked about.
#[derive(Debug, Clone)]
pub struct SavedFixture {
    /// Of which dispute, under which definition, of which interaction.
    pub title: String,
    /// The parameters of the version that judged, by name.
    pub parameters: BTreeMap<String, String>,
    /// What happened, in the order of the timeline.
    pub events: Vec<FixtureEvent>,
    /// The time of asking.
    pub as_of: Timestamp,
    /// What there should have been.
    pub expected: Expectation,
}

/// An event of a fixture.
#[derive(Debug, Clone)]
pub struct FixtureEvent {
    /// The sender's id.
    pub id: String,
    /// Which system told it.
    pub source: String,
    /// What kind of thing happened.
    pub kind: String,
    /// When.
    pub time: Timestamp,
    /// Orders events that share a time.
    pub sequence: i64,
    /// Who acted.
    pub actor: Actor,
    /// The JSON it carries.
    pub data: serde_json::Value,
}

/// How a version did with a saved dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixtureResult {
    /// Which dispute.
    pub dispute: DisputeId,
    /// What there should be.
    pub expected: Expectation,
    /// `passed`, `failed`, or `unreadable` where what happened cannot be read any more.
    pub result: &'static str,
    /// What the version decides, or why that cannot be said.
    pub found: String,
}

impl FixtureResult {
    /// Whether it holds the version up.
    pub fn is_failed(&self) -> bool {
        self.result == TrialResult::Failed.name()
    }
}

impl Assay {
    /// Saves a dispute whose decision is final as a fixture of its definition; once.
    pub async fn save_fixture(&self, caller: &Caller, id: DisputeId, request: &FixtureRequest) -> Result<FixtureView> {
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let row = find(&mut tx, id).await?;
        let expected = expected(request, row.last.step.state.by(now), row.dispute.quantity)?;
        if let Some(saved) = disputes::fixture(&mut tx, id).await?.map(FixtureView::from) {
            return if saved.expected == expected { Ok(saved) } else { Err(saved_before(id)) };
        }
        let Expectation { decision, reason, quantity } = expected;
        let saved = FixtureRow { dispute: id, decision, reason, quantity, actor: caller.actor.clone(), saved_at: now };
        disputes::insert_fixture(&mut tx, &saved).await?;
        let view = FixtureView::from(saved);
        let (before, after) = (serde_json::json!({ "fixture": null }), serde_json::json!({ "fixture": view.expected }));
        let operation = caller.operation("dispute.save-fixture", id, Some(before.to_string()), Some(after.to_string()), now);
        caller.commit(tx, operation, &view).await?;
        Ok(view)
    }

    /// A saved dispute with what happened, as a rule is to be asked about it; it holds the personal data that the events hold.
    pub async fn fixture(&self, caller: &Caller, id: DisputeId) -> Result<SavedFixture> {
        let mut reader = self.store.read(caller.tenant).await?;
        let row = find(&mut reader, id).await?;
        let missing = || AppError::not_found("fixture", id.to_string(), "save the dispute as one");
        let saved = disputes::fixture(&mut reader, id).await?.ok_or_else(missing)?;
        let versions = definitions::versions(&mut reader).await?;
        let unreadable = |why: String| AppError::conflict(why, "look at the interaction, of which more may be known");
        let stage = recall(&mut reader, &versions, &saved).await?.map_err(unreadable)?;
        let mut parameters = BTreeMap::new();
        if let Some(version) = versions.iter().find(|version| version.id == row.dispute.version) {
            let rule = self.rule(&mut reader, version.content.component).await?;
            let names = rule.manifest().parameters.iter().map(|parameter| parameter.name.clone());
            let set = names.zip(&version.content.parameters).filter(|(_, value)| value.kind().is_some());
            parameters.extend(set.map(|(name, value)| (name, value.to_string())));
        }
        let title = format!("{} about {} under {}: {}", row.id, row.subject, row.slug, row.dispute.category);
        Ok(stage.saved(title, parameters, FixtureView::from(saved).expected))
    }

    /// Tries what a version of a definition is to fix with every saved dispute of the definition; what was tried before is not tried again.
    pub async fn try_fixtures(&self, caller: &Caller, slug: &str, content: &VersionContent) -> Result<Vec<FixtureResult>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let Some(definition) = definitions::by_slug(&mut reader, slug).await? else { return Ok(Vec::new()) };
        let (saved, hash) = (disputes::fixtures_of(&mut reader, definition).await?, content.hash());
        let known = disputes::trials(&mut reader, definition, hash).await?;
        let mut stages = Vec::new();
        let mut tried = Vec::new();
        if saved.len() > known.len() {
            let versions = definitions::versions(&mut reader).await?;
            for row in saved.iter().filter(|row| known.iter().all(|trial| trial.dispute != row.dispute)) {
                match recall(&mut reader, &versions, row).await? {
                    Ok(stage) => stages.push(stage),
                    Err(found) => tried.push(TrialRow { dispute: row.dispute, result: TrialResult::Unreadable, found }),
                }
            }
            tried.extend(self.execute_stages(&mut reader, stages, content).await?);
        }
        drop(reader);
        self.record_trials(caller, content, &tried).await?;
        let result = |row: FixtureRow| {
            let trial = known.iter().chain(&tried).find(|trial| trial.dispute == row.dispute)?;
            let expected = FixtureView::from(row).expected;
            Some(FixtureResult { dispute: trial.dispute, expected, result: trial.result.name(), found: trial.found.clone() })
        };
        Ok(saved.into_iter().filter_map(result).collect())
    }

    /// The same for a version that is written down.
    pub async fn try_version_fixtures(&self, caller: &Caller, slug: &str, number: u32) -> Result<Vec<FixtureResult>> {
        let version = version_of(&mut self.store.read(caller.tenant).await?, slug, number).await?;
        self.try_fixtures(caller, slug, &version.content).await
    }

    /// The same before the transaction that asks what came of it. A version that is not there is for that transaction to miss.
    pub(crate) async fn try_before(&self, caller: &Caller, slug: &str, number: u32) -> Result<()> {
        match self.try_version_fixtures(caller, slug, number).await {
            Ok(_) | Err(AppError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn execute_stages(&self, c: &mut impl Connection, stages: Vec<Stage>, content: &VersionContent) -> Result<Vec<TrialRow>> {
        if stages.is_empty() {
            return Ok(Vec::new());
        }
        let rule = self.rule(c, content.component).await?;
        let content = Arc::new(content.clone());
        let tried = move |batch: Vec<Stage>, _: &dyn Fn() -> bool| -> Vec<Tried> {
            batch.iter().map(|stage| stage.tried(&rule, &content)).collect()
        };
        let mut rows = Vec::new();
        for tried in self.in_pieces(stages, tried).await?.into_iter().flatten() {
            match tried {
                Tried::Said(row) => rows.push(row),
                Tried::Unable { dispute, code } => {
                    let problem = format!("the machine could not try {dispute}: {code}");
                    return Err(AppError::conflict(problem, "try again"));
                }
            }
        }
        Ok(rows)
    }

    async fn record_trials(&self, caller: &Caller, content: &VersionContent, tried: &[TrialRow]) -> Result<()> {
        if tried.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let hash = content.hash();
        let mut tx = self.store.begin(caller.tenant).await?;
        for row in tried {
            disputes::insert_trial(&mut tx, hash, row, now).await?;
        }
        let failed: Vec<DisputeId> = tried.iter().filter(|row| row.result == TrialResult::Failed).map(|row| row.dispute).collect();
        let after = serde_json::json!({ "hash": hash, "tried": tried.len(), "failed": failed }).to_string();
        Ok(tx.commit(caller.operation("fixtures.try", hash, None, Some(after), now)).await?)
    }
}

/// Refuses a version that was not tried with every saved dispute of its definition, or gets one of them wrong. It only reads.
pub(crate) async fn fixtures_gate(c: &mut impl Connection, slug: &str, version: &Version) -> Result<()> {
    let saved = disputes::fixtures_of(c, version.definition).await?;
    if saved.is_empty() {
        return Ok(());
    }
    let name = format!("{slug}@{}", version.number);
    let trials = disputes::trials(c, version.definition, version.content.hash()).await?;
    if let Some(row) = saved.iter().find(|row| trials.iter().all(|trial| trial.dispute != row.dispute)) {
        let problem = format!("{name} was not tried with the dispute {}, which is saved as a fixture", row.dispute);
        return Err(AppError::conflict(problem, format!("try it: `assay dispute try {name}`")));
    }
    let failed = trials.iter().filter(|trial| trial.result == TrialResult::Failed);
    let failed: Vec<String> = failed.map(|trial| format!("{} ({})", trial.dispute, trial.found)).collect();
    if failed.is_empty() {
        return Ok(());
    }
    let problem = format!("{name} gets disputes wrong that are saved as fixtures: {}", failed.join(", "));
    Err(AppError::conflict(problem, "write a version that decides as people have"))
}

async fn version_of(c: &mut impl Connection, slug: &str, number: u32) -> Result<Version> {
    let definition = definitions::by_slug(c, slug).await?.ok_or_else(|| unknown_definition(slug))?;
    let mut versions = definitions::versions(c).await?.into_iter();
    let found = versions.find(|version| version.definition == definition && version.number == number);
    found.ok_or_else(|| AppError::not_found("version", format!("{slug}@{number}"), "the definition shows its versions"))
}

/// What there should have been, by what was decided.
fn expected(request: &FixtureRequest, state: DisputeState, disputed: Quantity) -> Result<Expectation> {
    let ruling = final_ruling(state)?;
    let (usual, quantity) = match ruling {
        Ruling::Uphold => ("failure", None),
        Ruling::Reject => ("success", Some(disputed)),
        Ruling::Split(share) => ("success", Some(share.left_of_quantity(disputed))),
    };
    let decision = request.decision.clone().unwrap_or_else(|| usual.to_owned());
    if !DECISIONS.contains(&decision.as_str()) {
        let problem = format!("{decision:?} is no decision of a rule");
        return Err(Violation::new("decision", problem, format!("choose among {}", DECISIONS.join(", "))).into());
    }
    if let Some(reason) = &request.reason {
        check_name("reason", reason)?;
    }
    let quantity = quantity.filter(|_| decision == "success");
    Ok(Expectation { decision, reason: request.reason.clone(), quantity })
}

/// How a dispute is decided for good.
fn final_ruling(state: DisputeState) -> Result<Ruling> {
    match state {
        DisputeState::Final { ruling } => Ok(ruling),
        DisputeState::Decided { appeal_until, .. } => {
            let problem = format!("the decision may be appealed until {appeal_until}");
            Err(AppError::conflict(problem, "save the dispute once it is final"))
        }
        DisputeState::Open { .. } | DisputeState::Appealed { .. } => {
            Err(AppError::conflict("the dispute is not decided yet", "decide it first"))
        }
    }
}

fn saved_before(id: DisputeId) -> AppError {
    AppError::conflict(format!("{id} is saved with another expectation"), "what was saved stays; write the rule that fits it")
}
