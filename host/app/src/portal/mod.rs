//! What a customer may see and do by a key of its own: its documents and what stands behind them, its disputes, and what is proposed to it.
//!
//! A [`CustomerCaller`] is no [`Caller`]: no use case of the tenant takes one, and those of this folder give nothing but what is the customer's
//! own. What is another's is answered like what is not there, whatever is asked with it. Of the people of the tenant a customer is told that
//! they are the [`VENDOR`].
//!
//! After a merge another pays, and documents are addressed to the payer. So a payer sees what it is billed for: its own interactions, outcomes
//! and disputes, and those of everybody whose bill goes to it. A customer that was merged goes on seeing its own work, and the documents that
//! were addressed to it before; none of the payer's. Terms stay each customer's own, so a version is approved by whom it is offered to, and by
//! nobody in its place.
//!
//! To add something: a method here that reads [`Billed`] or compares with the customer before it answers, and a row in the tables of
//! `tests/it/api/customer_keys.rs`.

mod disputes;
mod interactions;
mod invoices;
mod proposals;
mod receipts;

use std::collections::{HashMap, HashSet};

use assay_domain::{id::CustomerId, key::Role};
use assay_store::{Connection, customers, keys, merges};

use crate::{
    Caller, Once, Principal,
    customers::unknown_customer,
    error::{AppError, Result},
};

pub use self::{
    invoices::{OwnLine, OwnLineOutcome},
    proposals::ProposalBacktest,
};

/// In the place of whoever of the tenant did something.
pub const VENDOR: &str = "vendor";

/// A customer of a tenant who asks for itself.
#[derive(Debug, Clone)]
pub struct CustomerCaller {
    caller: Caller,
    id: CustomerId,
    key: String,
}

impl Principal {
    /// The customer whose key it is, as whoever asks for what is its own; `None` for the tenant's keys.
    pub fn customer_caller(&self) -> Option<CustomerCaller> {
        let (tenant, customer) = self.tenant.as_ref().zip(self.customer.as_ref()).filter(|_| self.may(Role::Customer))?;
        let caller = Caller::new(tenant.id, self.key.to_string());
        Some(CustomerCaller { caller, id: customer.id, key: customer.key.clone() })
    }
}

impl CustomerCaller {
    /// What the tenant calls it.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// For something that is to be done once. Each customer has idempotency keys of its own, whatever others have chosen.
    #[must_use]
    pub fn once(self, once: Option<Once>) -> Self {
        let once = once.map(|Once { key, request }| Once { key: format!("{} {key}", self.id), request });
        Self { caller: Caller { once, ..self.caller }, ..self }
    }

    /// Refuses another's name like one that nobody has.
    pub fn check_named(&self, name: &str) -> Result<()> {
        let is_own = name == self.key || name == self.id.to_string();
        is_own.then_some(()).ok_or_else(|| unknown_customer(name))
    }
}

/// Whom one customer is billed for: itself, and everybody whose bill goes to it.
struct Billed {
    /// With what the tenant calls them.
    customers: HashMap<CustomerId, String>,
    /// Who gets its own bill, if another does.
    payer: Option<CustomerId>,
}

impl Billed {
    async fn read(c: &mut impl Connection, own: &CustomerCaller) -> Result<Self> {
        let payers = merges::payers(c).await?;
        let payer = payers.get(&own.id).copied();
        let merged = payers.into_iter().filter(|(_, payer)| *payer == own.id).map(|(customer, _)| customer);
        let ids: Vec<CustomerId> = merged.chain([own.id]).collect();
        Ok(Self { customers: customers::keys(c, &ids).await?, payer })
    }

    fn has(&self, id: CustomerId) -> bool {
        self.customers.contains_key(&id)
    }

    fn has_key(&self, key: &str) -> bool {
        self.customers.values().any(|known| known == key)
    }

    /// The keys of those that are meant: of one by its key or id, or of all.
    fn named(&self, name: Option<&str>) -> Result<Vec<String>> {
        let Some(name) = name else { return Ok(self.customers.values().cloned().collect()) };
        let found = self.customers.iter().find(|(id, key)| key.as_str() == name || id.to_string() == name);
        let (_, key) = found.ok_or_else(|| unknown_customer(name))?;
        Ok(vec![key.clone()])
    }
}

/// Who did something, as a customer is told.
struct Actors(HashSet<String>);

impl Actors {
    async fn read(c: &mut impl Connection, billed: &Billed) -> Result<Self> {
        let ids: Vec<CustomerId> = billed.customers.keys().copied().chain(billed.payer).collect();
        Ok(Self(keys::of_customers(c, &ids).await?.iter().map(ToString::to_string).collect()))
    }

    /// A key of the customer, or of who pays for it, as it is; anybody else as the vendor.
    fn tell(&self, actor: &mut String) {
        if !self.0.contains(actor.as_str()) {
            VENDOR.clone_into(actor);
        }
    }
}

/// What is not there narrows a list to nothing: whoever narrows by it learns nothing else.
fn or_nothing<T>(found: Result<Vec<T>>) -> Result<Vec<T>> {
    match found {
        Err(AppError::NotFound { .. }) => Ok(Vec::new()),
        found => found,
    }
}
