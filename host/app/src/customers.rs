//! Customers of a tenant, and whose bill goes to whom.

use std::collections::HashMap;

use assay_domain::{event::check_name, id::CustomerId, time::Timestamp, violation::Violation};
use assay_store::{
    Connection, Page,
    customers::{self, CustomerRow, Standing},
    merges::{self, MergeRow},
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
    /// The key of the customer who gets its bill, if it was merged.
    pub payer: Option<String>,
}

impl CustomerView {
    fn new(row: CustomerRow, payers: &HashMap<CustomerId, String>) -> Self {
        Self { payer: payers.get(&row.id).cloned(), id: row.id, key: row.key, standing: row.standing }
    }
}

/// A merged customer, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeView {
    /// The key of the customer whose bill goes to another.
    pub customer: String,
    /// The key of the other.
    pub into: String,
    /// The key of the customer who gets the bill in the end: the other, unless that one was merged too.
    pub payer: String,
    /// Who said so.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// When.
    pub recorded_at: Timestamp,
}

impl Assay {
    /// Every customer of the tenant, by key.
    pub async fn customers(&self, caller: &Caller) -> Result<Vec<CustomerView>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let payers = payer_keys(&mut reader).await?;
        let rows = customers::all(&mut reader).await?;
        Ok(rows.into_iter().map(|row| CustomerView::new(row, &payers)).collect())
    }

    /// Some customers of the tenant, in order of creation.
    pub async fn customers_page(&self, caller: &Caller, page: Page) -> Result<Vec<CustomerView>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let payers = payer_keys(&mut reader).await?;
        let rows = customers::page(&mut reader, page).await?;
        Ok(rows.into_iter().map(|row| CustomerView::new(row, &payers)).collect())
    }

    /// One customer, by key or id.
    pub async fn customer(&self, caller: &Caller, name: &str) -> Result<CustomerView> {
        let mut reader = self.store.read(caller.tenant).await?;
        let row = find(&mut reader, name).await?;
        Ok(CustomerView::new(row, &payer_keys(&mut reader).await?))
    }

    /// Creates a customer, or confirms one that events named.
    pub async fn create_customer(&self, caller: &Caller, key: &str) -> Result<CustomerView> {
        check_name("key", key)?;
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let is_new = customers::see(&mut tx, &[key.to_owned()], now).await? > 0;
        let was = find(&mut tx, key).await?;
        let id = was.id;
        customers::confirm(&mut tx, id).await?;
        let row = CustomerRow { id, key: key.to_owned(), standing: Standing::Confirmed };
        let view = CustomerView::new(row, &payer_keys(&mut tx).await?);
        let told = |standing: Standing| serde_json::json!({ "key": key, "standing": standing }).to_string();
        let (before, after) = ((!is_new).then(|| told(was.standing)), told(Standing::Confirmed));
        caller.commit(tx, caller.operation("customer.confirm", id, before, Some(after), now), &view).await?;
        Ok(view)
    }

    /// From the next billing run on, another customer gets a customer's bill. Its interactions and their terms stay its own.
    pub async fn merge_customer(&self, caller: &Caller, from: &str, into: &str, reason: &str) -> Result<MergeView> {
        check_name("reason", reason)?;
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let (merged, other) = (find(&mut tx, from).await?, find(&mut tx, into).await?);
        check_merge(&merged, &other, &payer_keys(&mut tx).await?)?;
        let (actor, reason) = (caller.actor.clone(), reason.to_owned());
        let row = MergeRow { customer: merged.id, payer: other.id, actor, reason, recorded_at: now };
        merges::insert(&mut tx, &row).await?;
        for named in [&merged, &other] {
            customers::confirm(&mut tx, named.id).await?;
        }
        let before = serde_json::json!({ "payer": merged.key, "standing": merged.standing }).to_string();
        let payer = payer_keys(&mut tx).await?.remove(&merged.id).unwrap_or_else(|| other.key.clone());
        let MergeRow { actor, reason, recorded_at, .. } = row;
        let view = MergeView { customer: merged.key, into: other.key, payer, actor, reason, recorded_at };
        let after = serde_json::json!({ "into": view.into, "payer": view.payer, "reason": view.reason }).to_string();
        caller.commit(tx, caller.operation("customer.merge", merged.id, Some(before), Some(after), now), &view).await?;
        Ok(view)
    }
}

/// The customer with a key or an id.
async fn find(c: &mut impl Connection, name: &str) -> Result<CustomerRow> {
    customers::by_name(c, name).await?.ok_or_else(|| unknown_customer(name))
}

/// The keys of those who get the bills of merged customers.
async fn payer_keys(c: &mut impl Connection) -> Result<HashMap<CustomerId, String>> {
    let payers = merges::payers(c).await?;
    let ids: Vec<CustomerId> = payers.values().copied().collect();
    let keys = customers::keys(c, &ids).await?;
    Ok(payers.into_iter().filter_map(|(customer, payer)| Some((customer, keys.get(&payer)?.clone()))).collect())
}

/// A customer is merged once, and nobody's bill goes round in a circle.
fn check_merge(merged: &CustomerRow, other: &CustomerRow, payers: &HashMap<CustomerId, String>) -> Result<()> {
    if merged.id == other.id {
        return Err(Violation::new("into", "it is the customer itself", "name the customer who is to get the bill").into());
    }
    if let Some(payer) = payers.get(&merged.id) {
        let problem = format!("{:?} was merged before, and its bill goes to {payer:?}", merged.key);
        return Err(AppError::conflict(problem, format!("merge {payer:?} if its bill is to go elsewhere too")));
    }
    if payers.get(&other.id) == Some(&merged.key) {
        let problem = format!("the bill of {:?} goes to {:?} already", other.key, merged.key);
        return Err(AppError::conflict(problem, "name a customer whose bill goes elsewhere"));
    }
    Ok(())
}

pub(crate) fn unknown_customer(name: &str) -> AppError {
    AppError::not_found("customer", name, "the list of customers shows them")
}
