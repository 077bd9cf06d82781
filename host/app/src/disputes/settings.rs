//! What the disputes of an agreement keep to.

use assay_domain::{dispute::DisputeTerms, id::AgreementId};
use assay_store::{Connection, agreements, disputes};
use serde::{Deserialize, Serialize};

use crate::{
    Assay, Caller,
    error::{AppError, Result},
};

/// What the disputes of an agreement keep to, as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeTermsView {
    /// Under which agreement.
    pub agreement: AgreementId,
    /// Whether that was settled for it; otherwise it is what holds for every agreement.
    pub settled: bool,
    /// What they keep to.
    pub terms: DisputeTerms,
}

impl Assay {
    /// What the disputes of an agreement keep to.
    pub async fn dispute_terms(&self, caller: &Caller, agreement: AgreementId) -> Result<DisputeTermsView> {
        let mut reader = self.store.read(caller.tenant).await?;
        check(&mut reader, agreement).await?;
        let settled = disputes::terms(&mut reader, agreement).await?;
        Ok(DisputeTermsView { agreement, settled: settled.is_some(), terms: settled.unwrap_or_default() })
    }

    /// Settles what the disputes of an agreement keep to from now on. Times that run already are not changed; what is decided by default is
    /// looked up when it is.
    pub async fn settle_dispute_terms(&self, caller: &Caller, agreement: AgreementId, terms: DisputeTerms) -> Result<DisputeTermsView> {
        terms.check()?;
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        check(&mut tx, agreement).await?;
        let before = disputes::terms(&mut tx, agreement).await?;
        disputes::put_terms(&mut tx, agreement, &terms).await?;
        let view = DisputeTermsView { agreement, settled: true, terms };
        let before = before.map(|before| serde_json::json!(before).to_string());
        let operation = caller.operation("agreement.dispute-terms", agreement, before, Some(serde_json::json!(terms).to_string()), now);
        caller.commit(tx, operation, &view).await?;
        Ok(view)
    }
}

async fn check(c: &mut impl Connection, id: AgreementId) -> Result<()> {
    let is_there = agreements::all(c).await?.iter().any(|agreement| agreement.id == id);
    let unknown = || AppError::not_found("agreement", id.to_string(), "the list of agreements shows them");
    is_there.then_some(()).ok_or_else(unknown)
}
