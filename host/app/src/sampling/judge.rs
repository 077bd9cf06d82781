//! What people say of the outcomes of a sample.

use assay_domain::{decimal::Quantity, dispute::check_claim, id::SampleId, violation::Violation};
use assay_store::samples::{self, JudgementRow};

use super::{SampleDetail, views::find};
use crate::{
    Assay, Caller,
    error::{AppError, Result},
};

/// What somebody says of an outcome of a sample.
#[derive(Debug, Clone)]
pub struct SampleJudgement {
    /// Its place in the sample, from 1.
    pub position: u32,
    /// Whether it was rightly billed.
    pub is_right: bool,
    /// How much of it there should be, where it was not: nothing unless it is given.
    pub should_be: Option<Quantity>,
    /// Why.
    pub reason: String,
}

impl Assay {
    /// Writes down what somebody says of an outcome of a sample, in the place of what was said before.
    pub async fn judge_sample(&self, caller: &Caller, id: SampleId, said: &SampleJudgement) -> Result<SampleDetail> {
        let wrong = |violation: Violation| Violation { field: "reason".into(), remedy: "say why".into(), ..violation };
        check_claim(&said.reason).map_err(wrong)?;
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if caller.answered::<SampleId>(&mut tx).await?.is_none() {
            find(&mut tx, id).await?;
            let items = samples::items(&mut tx, id).await?;
            let item = items.iter().find(|row| row.position == said.position);
            let unknown = || AppError::not_found("outcome", format!("{id}/{}", said.position), "the sample shows its outcomes");
            let item = item.ok_or_else(unknown)?;
            let before = item.judgement.as_ref().map(|row| told(said.position, row));
            let should_be = should_be(said, item.item.quantity)?;
            let row =
                JudgementRow { is_right: said.is_right, should_be, reason: said.reason.clone(), actor: caller.actor.clone(), at: now };
            samples::insert_judgement(&mut tx, id, said.position, &row).await?;
            caller.commit(tx, caller.operation("sample.judge", id, before, Some(told(said.position, &row)), now), &id).await?;
        }
        self.sample(caller, id).await
    }
}

/// What is said of an outcome, for the audit log.
fn told(position: u32, row: &JudgementRow) -> String {
    let JudgementRow { is_right, should_be, reason, .. } = row;
    serde_json::json!({ "position": position, "right": is_right, "should_be": should_be, "reason": reason }).to_string()
}

/// How much there should be of an outcome of which so much is billed.
fn should_be(said: &SampleJudgement, billed: Quantity) -> Result<Quantity, Violation> {
    match (said.is_right, said.should_be) {
        (true, None) => Ok(billed),
        (false, None) => Ok(Quantity::ZERO),
        (false, Some(should_be)) if should_be >= Quantity::ZERO && should_be != billed => Ok(should_be),
        (true, Some(_)) => Err(Violation::new("should_be", "what was rightly billed is as it should be", "leave it out")),
        (false, Some(should_be)) => {
            let problem = format!("{should_be} of {billed} is no other quantity of zero or more");
            Err(Violation::new("should_be", problem, "give how much there should be, or leave it out for nothing"))
        }
    }
}
