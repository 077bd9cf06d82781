//! Uploading rules.

use assay_domain::{
    canon::Digest,
    id::{RuleId, TenantId},
    manifest::Manifest,
};
use assay_store::{Connection, rules, rules::RuleRow};

use crate::{
    Assay, Caller,
    error::{AppError, Result},
};

/// An uploaded rule.
#[derive(Debug, Clone)]
pub struct RuleView {
    /// Its id.
    pub id: RuleId,
    /// The component's hash.
    pub digest: Digest,
    /// What it declares about itself.
    pub manifest: Manifest,
}

impl From<RuleRow> for RuleView {
    fn from(row: RuleRow) -> Self {
        Self { id: row.id, digest: row.digest, manifest: row.manifest }
    }
}

impl Assay {
    /// Admits a component and stores it for the tenant; the same component again gives the same rule.
    pub async fn push_rule(&self, caller: &Caller, bytes: &[u8]) -> Result<RuleView> {
        let rule = self.engine.admit(bytes)?;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let (digest, manifest) = (rule.digest(), rule.manifest().clone());
        let id = rules::insert(&mut tx, caller.tenant, digest, rule.contract(), &manifest, bytes, now).await?;
        let after = serde_json::json!({ "name": manifest.name, "digest": digest }).to_string();
        tx.commit(caller.operation("rule.push", id, None, Some(after), now)).await?;
        Ok(RuleView { id, digest, manifest })
    }

    /// Every rule of the tenant, oldest first.
    pub async fn rules(&self, caller: &Caller) -> Result<Vec<RuleView>> {
        Ok(rules::all(&mut self.store.read().await?, caller.tenant).await?.into_iter().map(RuleView::from).collect())
    }
}

/// Finds a rule by id, by digest, or by name (the latest upload of that name).
pub(crate) async fn find(c: &mut impl Connection, tenant: TenantId, name: &str) -> Result<RuleRow> {
    let all = rules::all(c, tenant).await?;
    let found = all.into_iter().rev().find(|rule| rule.name == name || rule.id.to_string() == name || rule.digest.to_string() == name);
    found.ok_or_else(|| AppError::not_found("rule", name, "`assay rule list` shows them, `assay rule push` uploads one"))
}
