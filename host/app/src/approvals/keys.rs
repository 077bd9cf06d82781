//! What customers approve with: registered, replaced and revoked.

use assay_domain::{
    approval::Succession,
    event::check_name,
    id::{ApprovalKeyId, CustomerId},
    time::Timestamp,
    violation::Violation,
};
use assay_store::{
    Connection, StoreError, Tx,
    approval_keys::{self, ApprovalKeyRow, EndKind, KeyEnd, NewApprovalKey},
    customers::CustomerRow,
    tenants::{self, TenantRow},
};
use serde::{Deserialize, Serialize};

use super::{find_customer, signatures};
use crate::{
    Assay, Caller,
    error::{AppError, Result},
};

/// A key to register.
#[derive(Debug, Clone)]
pub struct ApprovalKeyRequest {
    /// For people.
    pub name: String,
    /// The ed25519 public key, in 64 hexadecimal digits.
    pub public_key: String,
}

/// A key to put in the place of another.
#[derive(Debug, Clone)]
pub struct ReplacementRequest {
    /// The new one.
    pub new: ApprovalKeyRequest,
    /// The old one's signature of the succession, in 128 hexadecimal digits.
    pub signature: Option<String>,
    /// Why, where the old one has not signed.
    pub reason: Option<String>,
}

/// A key as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalKeyView {
    /// Its id.
    pub id: ApprovalKeyId,
    /// The customer's key.
    pub customer: String,
    /// For people.
    pub name: String,
    /// In 64 hexadecimal digits.
    pub public_key: String,
    /// The key whose place it takes.
    pub replaces: Option<ApprovalKeyId>,
    /// Whether that key has signed it.
    pub is_signed: bool,
    /// Since when.
    pub created_at: Timestamp,
    /// Why it approves nothing any more: `replaced` or `revoked`.
    pub ended: Option<EndKind>,
    /// Since when it does not.
    pub ended_at: Option<Timestamp>,
}

impl ApprovalKeyView {
    fn new(row: ApprovalKeyRow, customer: &str) -> Self {
        let ApprovalKeyRow { id, name, public_key, replaces, is_signed, created_at, end, .. } = row;
        let (ended, ended_at) = (end.as_ref().map(|end| end.kind), end.as_ref().map(|end| end.at));
        Self { id, customer: customer.to_owned(), name, public_key, replaces, is_signed, created_at, ended, ended_at }
    }
}

impl Assay {
    /// Registers a key that a customer approves with.
    pub async fn add_approval_key(&self, caller: &Caller, customer: &str, request: &ApprovalKeyRequest) -> Result<ApprovalKeyView> {
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let customer = find_customer(&mut tx, customer).await?;
        let new = New { request, replaces: None, signature: None, reason: None };
        let view = insert(&mut tx, caller, &customer, new, now).await?;
        caller.commit(tx, caller.operation("approval-key.add", view.id, None, Some(shown(&view)), now), &view).await?;
        Ok(view)
    }

    /// The keys of a customer, oldest first, those that approve nothing any more included.
    pub async fn approval_keys(&self, caller: &Caller, customer: &str) -> Result<Vec<ApprovalKeyView>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let customer = find_customer(&mut reader, customer).await?;
        let rows = approval_keys::of(&mut reader, customer.id).await?;
        Ok(rows.into_iter().map(|row| ApprovalKeyView::new(row, &customer.key)).collect())
    }

    /// Puts a key in the place of another: by the other's signature, or by somebody of the tenant who says why.
    pub async fn replace_approval_key(
        &self,
        caller: &Caller,
        customer: &str,
        old: ApprovalKeyId,
        request: &ReplacementRequest,
    ) -> Result<ApprovalKeyView> {
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let customer = find_customer(&mut tx, customer).await?;
        let row = by_id(&mut tx, &customer, old).await?;
        check_live(&row)?;
        check_succession(&mut tx, &customer, &row, request).await?;
        let (signature, reason) = (request.signature.as_deref(), request.reason.as_deref());
        let new = New { request: &request.new, replaces: Some(old), signature, reason };
        let view = insert(&mut tx, caller, &customer, new, now).await?;
        let end = KeyEnd { kind: EndKind::Replaced, reason: request.reason.clone(), at: now };
        approval_keys::end(&mut tx, old, &end, &caller.actor).await?;
        let before = shown(&ApprovalKeyView::new(row, &customer.key));
        let operation = caller.operation("approval-key.replace", view.id, Some(before), Some(shown(&view)), now);
        caller.commit(tx, operation, &view).await?;
        Ok(view)
    }

    /// From now on a key approves nothing. What it approved stands.
    pub async fn revoke_approval_key(&self, caller: &Caller, customer: &str, key: ApprovalKeyId, reason: &str) -> Result<ApprovalKeyView> {
        check_name("reason", reason)?;
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let customer = find_customer(&mut tx, customer).await?;
        let row = by_id(&mut tx, &customer, key).await?;
        check_live(&row)?;
        let end = KeyEnd { kind: EndKind::Revoked, reason: Some(reason.to_owned()), at: now };
        approval_keys::end(&mut tx, key, &end, &caller.actor).await?;
        let before = shown(&ApprovalKeyView::new(row.clone(), &customer.key));
        let view = ApprovalKeyView::new(ApprovalKeyRow { end: Some(end), ..row }, &customer.key);
        let after = serde_json::json!({ "ended": view.ended, "reason": reason }).to_string();
        caller.commit(tx, caller.operation("approval-key.revoke", key, Some(before), Some(after), now), &view).await?;
        Ok(view)
    }
}

/// A key to store.
struct New<'a> {
    request: &'a ApprovalKeyRequest,
    replaces: Option<ApprovalKeyId>,
    signature: Option<&'a str>,
    reason: Option<&'a str>,
}

/// Stores a key. One that was revoked is known to somebody else, perhaps, and never comes back.
async fn insert(tx: &mut Tx, caller: &Caller, customer: &CustomerRow, new: New<'_>, now: Timestamp) -> Result<ApprovalKeyView> {
    let New { request: ApprovalKeyRequest { name, public_key }, replaces, signature, reason } = new;
    check_name("name", name)?;
    let public_key = signatures::public_key("public_key", public_key)?;
    let known = approval_keys::of(tx, customer.id).await?;
    if let Some(before) = known.iter().find(|row| row.public_key == public_key) {
        let problem = format!("{:?} had this key before, as {}", customer.key, before.id);
        return Err(AppError::conflict(problem, "make a new key: a key is registered once"));
    }
    let row = NewApprovalKey { customer: customer.id, name, public_key: &public_key, replaces, signature, reason, actor: &caller.actor };
    let id = approval_keys::insert(tx, &row, now).await?;
    let (customer, name, is_signed) = (customer.key.clone(), name.clone(), signature.is_some());
    Ok(ApprovalKeyView { id, customer, name, public_key, replaces, is_signed, created_at: now, ended: None, ended_at: None })
}

async fn check_succession(tx: &mut Tx, customer: &CustomerRow, old: &ApprovalKeyRow, request: &ReplacementRequest) -> Result<()> {
    match (&request.signature, &request.reason) {
        (Some(signature), _) => {
            let (tenant, new) = (tenant(tx).await?, signatures::public_key("public_key", &request.new.public_key)?);
            let succession =
                Succession { tenant: &tenant.slug, mode: tenant.mode, customer: &customer.key, old: &old.public_key, new: &new };
            Ok(signatures::verify(&old.public_key, signature, &succession.message())?)
        }
        (None, Some(reason)) => Ok(check_name("reason", reason)?),
        (None, None) => {
            let remedy = "send the old key's signature, or say why there is none";
            Err(Violation::new("signature", "neither it nor a reason is given", remedy).into())
        }
    }
}

fn check_live(row: &ApprovalKeyRow) -> Result<()> {
    match &row.end {
        None => Ok(()),
        Some(end) => {
            let problem = format!("the key {} was {} at {}", row.id, end.kind.name(), end.at);
            Err(AppError::conflict(problem, "the customer's list of keys shows those that approve"))
        }
    }
}

async fn by_id(c: &mut impl Connection, customer: &CustomerRow, id: ApprovalKeyId) -> Result<ApprovalKeyRow> {
    let found = approval_keys::of(c, customer.id).await?.into_iter().find(|row| row.id == id);
    found.ok_or_else(|| AppError::not_found("approval key", id.to_string(), "the customer's list of keys shows them"))
}

/// The key of a customer with these digits, if it approves anything.
pub(super) async fn live(c: &mut impl Connection, customer: CustomerId, digits: &str, name: &str) -> Result<ApprovalKeyRow> {
    let digits = signatures::public_key("key", digits)?;
    let found = approval_keys::of(c, customer).await?.into_iter().find(|row| row.public_key == digits);
    let unknown = || {
        let problem = format!("it is not registered for {name:?}");
        Violation::new("key", problem, "sign with a key that the customer's list shows, or register this one")
    };
    let found = found.ok_or_else(unknown)?;
    check_live(&found)?;
    Ok(found)
}

/// The side of the tenant that is worked on.
pub(super) async fn tenant(c: &mut impl Connection) -> Result<TenantRow> {
    let id = c.tenant();
    let missing = || StoreError::Corrupt { table: "tenants", column: "id", value: id.to_string() };
    Ok(tenants::by_id(c, id).await?.ok_or_else(missing)?)
}

fn shown(view: &ApprovalKeyView) -> String {
    serde_json::json!({ "id": view.id, "customer": view.customer, "name": view.name, "public_key": view.public_key,
                        "replaces": view.replaces, "is_signed": view.is_signed })
    .to_string()
}
