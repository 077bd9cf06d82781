//! Customers of a tenant.

use assay_domain::{event::check_name, id::CustomerId};
use assay_store::{
    Page,
    customers::{self, CustomerRow, Standing},
};
use serde::{Deserialize, Serialize};

use crate::{
    Assay, Caller,
    error::{AppError, Result},
};

/// A customer as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerView {
    /// Its id.
    pub id: CustomerId,
    /// The tenant's own key for it.
    pub key: String,
    /// What makes it one.
    pub standing: Standing,
}

impl From<CustomerRow> for CustomerView {
    fn from(row: CustomerRow) -> Self {
        Self { id: row.id, key: row.key, standing: row.standing }
    }
}

impl Assay {
    /// Every customer of the tenant, by key.
    pub async fn customers(&self, caller: &Caller) -> Result<Vec<CustomerView>> {
        let rows = customers::all(&mut self.store.read(caller.tenant).await?).await?;
        Ok(rows.into_iter().map(CustomerView::from).collect())
    }

    /// Some customers of the tenant, in order of creation.
    pub async fn customers_page(&self, caller: &Caller, page: Page) -> Result<Vec<CustomerView>> {
        let rows = customers::page(&mut self.store.read(caller.tenant).await?, page).await?;
        Ok(rows.into_iter().map(CustomerView::from).collect())
    }

    /// One customer, by key or id.
    pub async fn customer(&self, caller: &Caller, name: &str) -> Result<CustomerView> {
        let found = customers::by_name(&mut self.store.read(caller.tenant).await?, name).await?;
        Ok(found.ok_or_else(|| unknown_customer(name))?.into())
    }

    /// Creates a customer, or confirms one that events named.
    pub async fn create_customer(&self, caller: &Caller, key: &str) -> Result<CustomerView> {
        check_name("key", key)?;
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        customers::see(&mut tx, &[key.to_owned()], now).await?;
        let id = customers::by_key(&mut tx, key).await?.ok_or_else(|| unknown_customer(key))?;
        customers::confirm(&mut tx, id).await?;
        let view = CustomerView { id, key: key.to_owned(), standing: Standing::Confirmed };
        let after = serde_json::json!({ "key": key }).to_string();
        caller.commit(tx, caller.operation("customer.confirm", id, None, Some(after), now), &view).await?;
        Ok(view)
    }
}

pub(crate) fn unknown_customer(name: &str) -> AppError {
    AppError::not_found("customer", name, "the list of customers shows them")
}
