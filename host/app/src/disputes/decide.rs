//! Deciding a dispute, and appealing what was decided.

use assay_domain::{
    dispute::{DisputeError, DisputeState, DisputeTerms, check_claim},
    id::{AgreementId, CustomerId, DefinitionId, DisputeId, InteractionId},
    ruling::{Effect, Ruling},
    time::Timestamp,
    violation::Violation,
};
use assay_store::{
    Connection, Tx,
    disputes::{self, DisputeRow, NewStep, StepRow},
};

use super::{DisputeDetail, apply::Subject, open::last_of, place::Counted};
use crate::{
    Assay, Caller,
    error::{AppError, Result},
    rated::Rates,
};

/// What a step of a dispute says besides what it does.
struct Said<'a> {
    reason: &'a str,
    by_default: bool,
    /// `dispute.decide`, `dispute.appeal`.
    action: &'static str,
}

impl Assay {
    /// Decides a dispute in time: the outcome is taken back, stands, or a share of it is taken back. The answer to an appeal is final.
    pub async fn decide_dispute(&self, caller: &Caller, id: DisputeId, ruling: Ruling, reason: &str) -> Result<DisputeDetail> {
        check_reason(reason)?;
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if caller.answered::<DisputeId>(&mut tx).await?.is_none() {
            let row = find(&mut tx, id).await?;
            let terms = terms_of(&mut tx, &row).await?;
            let state = match row.last.step.state.by(now).decide(ruling, now, &terms) {
                Ok(state) => state,
                Err(error) => {
                    drop(tx);
                    // Whoever comes too late finds what is decided by default.
                    self.decide_by_default(caller, id).await?;
                    return Err(refused(error));
                }
            };
            let said = Said { reason, by_default: false, action: "dispute.decide" };
            self.take(caller, tx, &row, (state, ruling.effect()), said, now).await?;
        }
        self.dispute(caller, id).await
    }

    /// Gives the default ruling to a dispute whose time is over, unless somebody has answered it meanwhile; whether it did.
    pub(super) async fn decide_by_default(&self, caller: &Caller, id: DisputeId) -> Result<bool> {
        // It answers no request, whoever comes across it.
        let caller = &Caller { once: None, ..caller.clone() };
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        let row = find(&mut tx, id).await?;
        let terms = terms_of(&mut tx, &row).await?;
        let open = row.last.step.state;
        let Some((state, due_at)) = open.lapse(now, &terms).zip(open.due_at()) else { return Ok(false) };
        let reason = format!("no answer by {due_at}");
        let said = Said { reason: &reason, by_default: true, action: "dispute.decide" };
        self.take(caller, tx, &row, (state, terms.default_ruling.ruling().effect()), said, now).await?;
        Ok(true)
    }

    /// Appeals a decision, once and in time: the dispute is open again, and what it is about is held again.
    pub async fn appeal_dispute(&self, caller: &Caller, id: DisputeId, reason: &str) -> Result<DisputeDetail> {
        check_reason(reason)?;
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if caller.answered::<DisputeId>(&mut tx).await?.is_none() {
            let row = find(&mut tx, id).await?;
            let terms = terms_of(&mut tx, &row).await?;
            let state = row.last.step.state.by(now).appeal(now, &terms).map_err(refused)?;
            check_latest(&mut tx, &row).await?;
            let effect = reopened(&mut tx, &row).await?;
            let said = Said { reason, by_default: false, action: "dispute.appeal" };
            self.take(caller, tx, &row, (state, effect), said, now).await?;
            self.examine_soon(caller, id).await;
        }
        self.dispute(caller, id).await
    }

    /// Takes a step, and commits it.
    async fn take(
        &self,
        caller: &Caller,
        mut tx: Tx,
        row: &DisputeRow,
        (state, effect): (DisputeState, Effect),
        Said { reason, by_default, action }: Said<'_>,
        now: Timestamp,
    ) -> Result<()> {
        let rates = Rates::read(&mut tx).await?;
        let subject = Subject::read(&mut tx, outcome_of(row)).await?;
        let (reason, actor) = (reason.to_owned(), caller.actor.clone());
        let step = NewStep { dispute: row.id, state, effect, by_default, reason, actor };
        self.step(caller, &mut tx, (&subject, &rates, row.last.step.effect), &step, now).await?;
        let StepRow { step: before, .. } = &row.last;
        let operation = caller.operation(action, row.id, Some(told(before).to_string()), Some(told(&step).to_string()), now);
        caller.commit(tx, operation, &row.id).await
    }
}

/// What the audit log is told of a step.
fn told(step: &NewStep) -> serde_json::Value {
    let NewStep { state, effect, by_default, reason, .. } = step;
    let share = state.ruling().and_then(Ruling::share).or(effect.share());
    serde_json::json!({
        "state": state.name(), "ruling": state.ruling().map(Ruling::name), "effect": effect.name(), "share": share,
        "due_at": state.due_at(), "by_default": by_default, "reason": reason,
    })
}

/// What was ruled on by a later dispute of the same outcome is reopened by an appeal of that one.
async fn check_latest(c: &mut impl Connection, row: &DisputeRow) -> Result<()> {
    let subject = Subject::read(c, outcome_of(row)).await?;
    match last_of(c, &subject).await? {
        Some(last) if last.id != row.id => {
            let problem = format!("the outcome was judged anew and disputed again, by {}", last.id);
            Err(AppError::conflict(problem, format!("wait for the answer to {}, or appeal that", last.id)))
        }
        _ => Ok(()),
    }
}

/// What counts of the outcome while an appeal is open: as little as before, and nothing where no document bills any of it.
async fn reopened(c: &mut impl Connection, row: &DisputeRow) -> Result<Effect> {
    let effect = row.last.step.effect;
    if effect == Effect::Reversed {
        return Ok(Effect::Withheld);
    }
    let rates = Rates::read(c).await?;
    let counted = Subject::read(c, outcome_of(row)).await?.counted(c, &rates).await?;
    Ok(if counted == Counted::Not { Effect::Withheld } else { effect })
}

fn outcome_of(row: &DisputeRow) -> (InteractionId, DefinitionId, CustomerId) {
    (row.dispute.interaction, row.dispute.definition, row.dispute.customer)
}

/// What a dispute keeps to: the settings of the agreement that it was opened under.
async fn terms_of(c: &mut impl Connection, row: &DisputeRow) -> Result<DisputeTerms> {
    let agreement: Option<AgreementId> = row.dispute.place.map(|(agreement, _)| agreement);
    match agreement {
        Some(agreement) => Ok(disputes::terms(c, agreement).await?.unwrap_or_default()),
        None => Ok(DisputeTerms::default()),
    }
}

/// One dispute of the tenant.
pub(super) async fn find(c: &mut impl Connection, id: DisputeId) -> Result<DisputeRow> {
    let found = disputes::by_id(c, id).await?;
    found.ok_or_else(|| AppError::not_found("dispute", id.to_string(), "the list of disputes shows them"))
}

/// A reason says as much as a claim may.
fn check_reason(reason: &str) -> Result<(), Violation> {
    check_claim(reason).map_err(|violation| Violation { field: "reason".into(), remedy: "say why".into(), ..violation })
}

fn refused(error: DisputeError) -> AppError {
    AppError::conflict(error.to_string(), error.remedy())
}
