//! Tenants: onboarding, and the audit log.

use assay_domain::{
    event::check_name,
    id::{OperationId, TenantId},
    key::{Role, Roles},
    manifest::check_slug,
    operation::Operation,
};
use assay_store::{InstallationTx, operations, operations::OperationRow, tenants, tenants::TenantRow};

use crate::{
    Assay, Caller, KeyRequest, NewKey,
    error::{AppError, Result},
    keys,
};

/// A tenant just onboarded.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// Its live side.
    pub live: TenantRow,
    /// Its test side.
    pub test: TenantRow,
    /// The first key of the live side, an admin's.
    pub live_key: NewKey,
    /// The first key of the test side, an admin's.
    pub test_key: NewKey,
}

impl Assay {
    /// Creates a tenant, both sides of it; gives back the live one.
    pub async fn create_tenant(&self, actor: &str, slug: &str, title: &str) -> Result<TenantId> {
        let mut tx = self.store.begin_installation().await?;
        let id = self.insert_tenant(&mut tx, slug, title).await?;
        tx.commit(self.creation(actor, id, slug, title)).await?;
        Ok(id)
    }

    /// Creates a tenant with a first key for each side; all of it or nothing.
    pub async fn onboard_tenant(&self, actor: &str, slug: &str, title: &str) -> Result<NewTenant> {
        let mut tx = self.store.begin_installation().await?;
        let id = self.insert_tenant(&mut tx, slug, title).await?;
        let sides = tenants::all(&mut tx).await?.into_iter().filter(|side| side.live == id);
        let (test, live): (Vec<_>, Vec<_>) = sides.partition(|side| side.id != id);
        let (Some(live), Some(test)) = (live.into_iter().next(), test.into_iter().next()) else {
            return Err(AppError::not_found("tenant", slug, "create it again"));
        };
        let request = KeyRequest { name: "first key".into(), roles: Roles::only(Role::Admin), customer: None, expires_at: None };
        let live_key = self.insert_key(&mut tx, (Some(live.id), None), &request).await?;
        let test_key = self.insert_key(&mut tx, (Some(test.id), None), &request).await?;
        tx.log(&self.creation(actor, id, slug, title)).await?;
        tx.log(&keys::creation(&Caller::new(test.id, actor), &test_key.view)).await?;
        tx.commit(keys::creation(&Caller::new(live.id, actor), &live_key.view)).await?;
        Ok(NewTenant { live, test, live_key, test_key })
    }

    async fn insert_tenant(&self, tx: &mut InstallationTx, slug: &str, title: &str) -> Result<TenantId> {
        check_slug("name", slug)?;
        check_name("title", title)?;
        let id = tenants::insert(tx, slug, title, self.clock.now()).await?;
        id.ok_or_else(|| AppError::conflict(format!("the tenant {slug:?} exists"), "choose another name"))
    }

    fn creation(&self, actor: &str, id: TenantId, slug: &str, title: &str) -> Operation {
        let after = serde_json::json!({ "slug": slug, "title": title }).to_string();
        let (actor, subject) = (actor.to_owned(), id.to_string());
        Operation { tenant: Some(id), actor, action: "tenant.create", subject, before: None, after: Some(after), at: self.clock.now() }
    }

    /// Both sides of every tenant of the installation.
    pub async fn tenants(&self) -> Result<Vec<TenantRow>> {
        Ok(tenants::all(&mut self.store.read_installation().await?).await?)
    }

    /// The entries of the audit log before one of them, newest first.
    pub async fn operations(&self, caller: &Caller, before: Option<OperationId>, limit: u32) -> Result<Vec<OperationRow>> {
        let before = before.map_or(i64::MAX, |id| id.0);
        Ok(operations::latest(&mut self.store.read(caller.tenant).await?, before, limit).await?)
    }
}
