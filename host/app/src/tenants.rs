//! Tenants and their customers.

use assay_domain::{
    event::check_name,
    id::{CustomerId, TenantId},
    manifest::check_slug,
    operation::Operation,
};
use assay_store::{customers, customers::CustomerRow, interactions, operations, operations::OperationRow, tenants, tenants::TenantRow};

use crate::{
    Assay, Caller,
    error::{AppError, Result},
};

impl Assay {
    /// Creates a tenant.
    pub async fn create_tenant(&self, actor: &str, slug: &str, title: &str) -> Result<TenantId> {
        check_slug("tenant", slug)?;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let id = tenants::insert(&mut tx, slug, title, now).await?;
        let id = id.ok_or_else(|| AppError::conflict(format!("the tenant {slug:?} exists"), "choose another name"))?;
        let after = serde_json::json!({ "slug": slug, "title": title }).to_string();
        let operation = Operation {
            tenant: Some(id),
            actor: actor.into(),
            action: "tenant.create",
            subject: id.to_string(),
            before: None,
            after: Some(after),
            at: now,
        };
        tx.commit(operation).await?;
        Ok(id)
    }

    /// Every tenant of the installation.
    pub async fn tenants(&self) -> Result<Vec<TenantRow>> {
        Ok(tenants::all(&mut self.store.read().await?).await?)
    }

    /// Every customer of the tenant, by key.
    pub async fn customers(&self, caller: &Caller) -> Result<Vec<CustomerRow>> {
        Ok(customers::all(&mut self.store.read().await?, caller.tenant).await?)
    }

    /// Creates a customer, or confirms one that events named.
    pub async fn create_customer(&self, caller: &Caller, key: &str) -> Result<CustomerId> {
        check_name("customer", key)?;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        customers::see(&mut tx, caller.tenant, &[key.to_owned()], now).await?;
        let id = customers::by_key(&mut tx, caller.tenant, key).await?.ok_or_else(|| unknown_customer(key))?;
        customers::confirm(&mut tx, caller.tenant, id).await?;
        tx.commit(caller.operation("customer.confirm", id, None, Some(serde_json::json!({ "key": key }).to_string()), now)).await?;
        Ok(id)
    }

    /// Says whose interaction it is; wins over what events name.
    pub async fn assign_interaction(&self, caller: &Caller, subject: &str, customer: &str, reason: &str) -> Result<()> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let row = interactions::by_subject(&mut tx, caller.tenant, subject).await?.ok_or_else(|| unknown_interaction(subject))?;
        let id = customers::by_key(&mut tx, caller.tenant, customer).await?.ok_or_else(|| unknown_customer(customer))?;
        interactions::assign(&mut tx, caller.tenant, row.id, id, &caller.actor, reason, now).await?;
        let before = serde_json::json!({ "customer": row.customer }).to_string();
        let after = serde_json::json!({ "customer": id, "reason": reason }).to_string();
        tx.commit(caller.operation("interaction.assign", row.id, Some(before), Some(after), now)).await?;
        Ok(())
    }

    /// The latest entries of the audit log, newest first.
    pub async fn operations(&self, caller: &Caller, limit: u32) -> Result<Vec<OperationRow>> {
        Ok(operations::latest(&mut self.store.read().await?, caller.tenant, limit).await?)
    }
}

pub(crate) fn unknown_customer(key: &str) -> AppError {
    AppError::not_found("customer", key, "`assay customer list` shows them, `assay customer create` makes one")
}

pub(crate) fn unknown_interaction(subject: &str) -> AppError {
    AppError::not_found("interaction", subject, "name it by the subject of its events")
}
