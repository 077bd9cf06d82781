//! Uploading rules.

use assay_domain::{canon::Digest, id::RuleId, manifest::Manifest};
use assay_runtime::Rule;
use assay_store::{Connection, Page, rules, rules::RuleRow};

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
    /// Admits a component and stores it for both sides of the tenant; the same component again gives the same rule.
    pub async fn push_rule(&self, caller: &Caller, bytes: &[u8]) -> Result<RuleView> {
        let turn = self.compiling.upload(caller.tenant).await;
        let (rule, _turn) = self.rules.admit(bytes.to_vec(), turn).await?;
        let (digest, manifest) = (rule.digest(), rule.manifest().clone());
        let after = serde_json::json!({ "name": manifest.name, "digest": digest }).to_string();
        let mut view = None;
        for side in self.sides(caller).await? {
            let (now, mut tx) = (self.clock.now(), self.store.begin(side.tenant).await?);
            let id = rules::insert(&mut tx, digest, rule.contract(), &manifest, bytes, now).await?;
            tx.commit(side.operation("rule.push", id, None, Some(after.clone()), now)).await?;
            view.get_or_insert(RuleView { id, digest, manifest: manifest.clone() });
        }
        view.ok_or_else(|| AppError::not_found("tenant", caller.tenant.to_string(), "create it again"))
    }

    /// The caller on its own side of the tenant and then on the other.
    async fn sides(&self, caller: &Caller) -> Result<Vec<Caller>> {
        let all = self.tenants().await?;
        let live = all.iter().find(|side| side.id == caller.tenant).map(|side| side.live);
        let other = all.iter().find(|side| Some(side.live) == live && side.id != caller.tenant);
        let side = |tenant| Caller { tenant, once: None, ..caller.clone() };
        Ok([Some(caller.tenant), other.map(|side| side.id)].into_iter().flatten().map(side).collect())
    }

    /// Some rules of the tenant, oldest first.
    pub async fn rules_page(&self, caller: &Caller, page: Page) -> Result<Vec<RuleView>> {
        let rows = rules::page(&mut self.store.read(caller.tenant).await?, page).await?;
        Ok(rows.into_iter().map(RuleView::from).collect())
    }

    /// One rule, by id, digest or name.
    pub async fn rule_by_name(&self, caller: &Caller, name: &str) -> Result<RuleView> {
        Ok(find(&mut self.store.read(caller.tenant).await?, name).await?.into())
    }

    /// One rule, by id, digest or name, ready to be asked.
    pub async fn admitted_rule(&self, caller: &Caller, name: &str) -> Result<Rule> {
        let mut reader = self.store.read(caller.tenant).await?;
        let row = find(&mut reader, name).await?;
        self.rule(&mut reader, row.digest).await
    }

    /// Every rule of the tenant, oldest first.
    pub async fn rules(&self, caller: &Caller) -> Result<Vec<RuleView>> {
        Ok(rules::all(&mut self.store.read(caller.tenant).await?).await?.into_iter().map(RuleView::from).collect())
    }
}

/// Finds a rule by id, by digest, or by name (the latest upload of that name).
pub(crate) async fn find(c: &mut impl Connection, name: &str) -> Result<RuleRow> {
    let all = rules::all(c).await?;
    let found = all.into_iter().rev().find(|rule| rule.name == name || rule.id.to_string() == name || rule.digest.to_string() == name);
    found.ok_or_else(|| AppError::not_found("rule", name, "the list of rules shows them; upload it first"))
}
