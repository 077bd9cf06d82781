//! Keys: who may call, as what; and the sessions of browsers that a key has let in.

use std::collections::HashMap;

use assay_domain::{
    canon::Digest,
    event::check_name,
    id::{CustomerId, KeyId, TenantId},
    key::{Mode, Role, Roles, Token},
    operation::Operation,
    time::{Duration, Timestamp},
    violation::Violation,
};
use assay_store::{
    Connection, Database, InstallationReader, Page,
    customers::{self, CustomerRow},
    keys::{self, KeyRow},
    tenants::{self, TenantRow},
};
use serde::{Deserialize, Serialize};

use crate::{
    Assay, Caller,
    customers::unknown_customer,
    error::{AppError, Result},
};

/// How long a browser stays let in.
const SESSION: Duration = Duration::hours(12);

/// A key to make.
#[derive(Debug, Clone)]
pub struct KeyRequest {
    /// For people.
    pub name: String,
    /// What it may do.
    pub roles: Roles,
    /// Whose it is, by key or id, where its role is that of a customer; `None` for one of the tenant's own.
    pub customer: Option<String>,
    /// From when it opens nothing; `None` for never.
    pub expires_at: Option<Timestamp>,
}

/// A key as it is shown, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyView {
    /// Its id.
    pub id: KeyId,
    /// For people.
    pub name: String,
    /// What it may do.
    pub roles: Roles,
    /// What the tenant calls the customer whose it is; `None` for one of the tenant's own.
    #[serde(default)]
    pub customer: Option<String>,
    /// Since when.
    pub created_at: Timestamp,
    /// From when it opens nothing.
    pub expires_at: Option<Timestamp>,
}

impl KeyView {
    fn new(row: KeyRow, customers: &HashMap<CustomerId, String>) -> Self {
        let customer = row.customer.and_then(|customer| customers.get(&customer).cloned());
        Self { id: row.id, name: row.name, roles: row.roles, customer, created_at: row.created_at, expires_at: row.expires_at }
    }
}

/// A key just made. The secret is known nowhere else; it is absent when the same request was answered before.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// The key.
    pub view: KeyView,
    /// What its owner shows.
    pub secret: Option<String>,
}

/// Who calls, found out from what was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// By which key.
    pub key: KeyId,
    /// What it may do.
    pub roles: Roles,
    /// Of which side of which tenant; `None` for the installation's operator.
    pub tenant: Option<TenantRow>,
    /// The customer whose key it is; `None` for the tenant's own keys.
    pub customer: Option<KeyCustomer>,
}

/// The customer whose a key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyCustomer {
    /// Its id.
    pub id: CustomerId,
    /// The tenant's own key for it.
    pub key: String,
}

impl Principal {
    /// Whether the key may act in this role. An admin may do all that any other key of the tenant may; a customer's key is none of those.
    pub fn may(&self, role: Role) -> bool {
        match role {
            Role::Operator => self.tenant.is_none() && self.roles.has(Role::Operator),
            Role::Customer => self.tenant.is_some() && self.customer.is_some() && self.roles.has(Role::Customer),
            role => self.tenant.is_some() && self.customer.is_none() && (self.roles.has(role) || self.roles.has(Role::Admin)),
        }
    }

    /// Whether the key may read: every role may but that of machines that only record.
    pub fn may_read(&self) -> bool {
        [Role::Viewer, Role::Author, Role::Billing].into_iter().any(|role| self.may(role))
    }
}

impl Assay {
    /// Makes a key for the caller's side of the tenant.
    pub async fn create_key(&self, caller: &Caller, request: &KeyRequest) -> Result<NewKey> {
        check(request, self.clock.now())?;
        if request.roles.has(Role::Operator) {
            return Err(Violation::new(
                "roles",
                "operator is no role of a tenant's key",
                "choose among ingest, author, billing, viewer, admin",
            )
            .into());
        }
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(view) = caller.answered::<KeyView>(&mut tx).await? {
            return Ok(NewKey { view, secret: None });
        }
        let customer = match &request.customer {
            Some(name) => Some(customers::by_name(&mut tx, name).await?.ok_or_else(|| unknown_customer(name))?),
            None => None,
        };
        let new = self.insert_key(&mut tx, (Some(caller.tenant), customer), request).await?;
        caller.commit(tx, creation(caller, &new.view), &new.view).await?;
        Ok(new)
    }

    /// Makes a key for the operator of the installation.
    pub async fn create_operator_key(&self, actor: &str, name: &str) -> Result<NewKey> {
        let request = KeyRequest { name: name.into(), roles: Roles::only(Role::Operator), customer: None, expires_at: None };
        check(&request, self.clock.now())?;
        let mut tx = self.store.begin_installation().await?;
        let new = self.insert_key(&mut tx, (None, None), &request).await?;
        let (subject, after) = (new.view.id.to_string(), Some(shown(&new.view)));
        let operation =
            Operation { tenant: None, actor: actor.into(), action: "key.create", subject, before: None, after, at: new.view.created_at };
        tx.commit(operation).await?;
        Ok(new)
    }

    /// Makes a key of a tenant and, where it is one's, of a customer of it.
    pub(crate) async fn insert_key(
        &self,
        tx: &mut impl Database,
        (tenant, customer): (Option<TenantId>, Option<CustomerRow>),
        request: &KeyRequest,
    ) -> Result<NewKey> {
        let side = match tenant {
            Some(id) => tenants::by_id(tx, id).await?.map_or(Mode::Live, |tenant| tenant.mode).name(),
            None => "installation",
        };
        let (now, secret) = (self.clock.now(), self.entropy.secret());
        let KeyRequest { name, roles, expires_at, .. } = request.clone();
        let hash = Token::new(KeyId(0), secret).hash();
        let owner = customer.as_ref().map(|customer| customer.id);
        let id = keys::insert(tx, tenant, &keys::NewKey { name: &name, roles, customer: owner, secret: hash, expires_at }, now).await?;
        let secret = Some(Token::new(id, secret).reveal(side));
        let customer = customer.map(|customer| customer.key);
        Ok(NewKey { view: KeyView { id, name, roles, customer, created_at: now, expires_at }, secret })
    }

    /// The keys of the caller's side of the tenant, oldest first.
    pub async fn keys(&self, caller: &Caller, page: Page) -> Result<Vec<KeyView>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let rows = keys::page(&mut reader, page).await?;
        views(&mut reader, rows).await
    }

    /// One key.
    pub async fn key(&self, caller: &Caller, id: KeyId) -> Result<KeyView> {
        find(&mut self.store.read(caller.tenant).await?, id).await
    }

    /// Makes a key like another, and lets the other end after an overlap, so that no request in between is refused.
    pub async fn rotate_key(&self, caller: &Caller, id: KeyId, overlap: Duration) -> Result<NewKey> {
        if overlap < Duration::ZERO {
            return Err(Violation::new("overlap", "it is negative", "give a length of zero or more, such as PT24H").into());
        }
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(view) = caller.answered::<KeyView>(&mut tx).await? {
            return Ok(NewKey { view, secret: None });
        }
        let old = find(&mut tx, id).await?;
        let now = self.clock.now();
        if old.expires_at.is_some_and(|end| end <= now) {
            return Err(AppError::conflict(format!("the key {id} has ended"), "make a new key instead"));
        }
        // One that was to last so long is followed by one that lasts as long.
        let lasts = old.expires_at.map(|end| end.since(old.created_at));
        let KeyView { name, roles, customer, .. } = old;
        let owner = match &customer {
            Some(key) => customers::by_name(&mut tx, key).await?,
            None => None,
        };
        let request = KeyRequest { name, roles, customer, expires_at: lasts.map(|length| now.plus(length)) };
        let new = self.insert_key(&mut tx, (Some(caller.tenant), owner), &request).await?;
        let end = now.plus(overlap);
        keys::expire(&mut tx, id, end).await?;
        let before = serde_json::json!({ "key": id, "expires_at": old.expires_at }).to_string();
        let ended = serde_json::json!({ "key": id, "expires_at": old.expires_at.map_or(end, |old| old.min(end)) });
        let KeyView { name, roles, customer, expires_at, .. } = &new.view;
        let after = serde_json::json!({ "name": name, "roles": roles, "customer": customer, "expires_at": expires_at, "replaces": ended });
        let operation = caller.operation("key.rotate", new.view.id, Some(before), Some(after.to_string()), now);
        caller.commit(tx, operation, &new.view).await?;
        Ok(new)
    }

    /// Ends a key at once, and every browser session that it opened.
    pub async fn revoke_key(&self, caller: &Caller, id: KeyId) -> Result<KeyView> {
        let mut tx = self.store.begin(caller.tenant).await?;
        let old = find(&mut tx, id).await?;
        let now = self.clock.now();
        keys::expire(&mut tx, id, now).await?;
        let ended = KeyView { expires_at: Some(old.expires_at.map_or(now, |end| end.min(now))), ..old.clone() };
        tx.commit(caller.operation("key.revoke", id, Some(shown(&old)), Some(shown(&ended)), now)).await?;
        Ok(ended)
    }

    /// Who shows this key; `None` when nobody may be told why it opens nothing.
    pub async fn authenticate(&self, token: &str) -> Result<Option<Principal>> {
        let Ok(token) = token.parse::<Token>() else {
            return Ok(None);
        };
        let mut reader = self.store.read_installation().await?;
        let found = keys::find(&mut reader, token.id).await?.filter(|key| token.opens(&key.secret));
        self.principal(reader, found).await
    }

    async fn principal(&self, mut reader: InstallationReader, key: Option<KeyRow>) -> Result<Option<Principal>> {
        let now = self.clock.now();
        let Some(key) = key.filter(|key| key.expires_at.is_none_or(|end| now < end)) else {
            return Ok(None);
        };
        let tenant = match key.tenant {
            Some(id) => tenants::by_id(&mut reader, id).await?,
            None => None,
        };
        // Whoever holds one connection waits for no other.
        drop(reader);
        let customer = match key.tenant.zip(key.customer) {
            Some((tenant, id)) => Some(self.key_customer(tenant, id).await?),
            None => None,
        };
        Ok(Some(Principal { key: key.id, roles: key.roles, tenant, customer }))
    }

    async fn key_customer(&self, tenant: TenantId, id: CustomerId) -> Result<KeyCustomer> {
        let mut names = customers::keys(&mut self.store.read(tenant).await?, &[id]).await?;
        Ok(KeyCustomer { id, key: names.remove(&id).unwrap_or_default() })
    }

    /// Lets a browser in that shows a key; gives back the session's secret and its end.
    pub async fn open_session(&self, token: &str) -> Result<Option<(String, Timestamp)>> {
        let Some(principal) = self.authenticate(token).await? else {
            return Ok(None);
        };
        let (now, secret) = (self.clock.now(), Token::new(principal.key, self.entropy.secret()));
        let until = now.plus(SESSION);
        let mut tx = self.store.begin_installation().await?;
        keys::insert_session(&mut tx, secret.hash(), principal.key, until, now).await?;
        let after = serde_json::json!({ "session": "open", "until": until }).to_string();
        tx.commit(session_operation(&principal, "session.open", (None, after), now)).await?;
        Ok(Some((secret.reveal("session"), until)))
    }

    /// Who is behind a session, as long as its key opens anything.
    pub async fn session(&self, secret: &str) -> Result<Option<Principal>> {
        let Some(hash) = session_hash(secret) else {
            return Ok(None);
        };
        let mut reader = self.store.read_installation().await?;
        let key = keys::of_session(&mut reader, hash, self.clock.now()).await?;
        self.principal(reader, key).await
    }

    /// Ends a browser's session.
    pub async fn close_session(&self, secret: &str) -> Result<()> {
        let (Some(hash), Some(principal)) = (session_hash(secret), self.session(secret).await?) else {
            return Ok(());
        };
        let now = self.clock.now();
        let mut tx = self.store.begin_installation().await?;
        keys::end_session(&mut tx, hash, now).await?;
        let told = |state: &str| serde_json::json!({ "session": state }).to_string();
        Ok(tx.commit(session_operation(&principal, "session.close", (Some(told("open")), told("closed")), now)).await?)
    }
}

fn session_hash(secret: &str) -> Option<Digest> {
    Some(secret.parse::<Token>().ok()?.hash())
}

fn session_operation(principal: &Principal, action: &'static str, (before, after): (Option<String>, String), at: Timestamp) -> Operation {
    let tenant = principal.tenant.as_ref().map(|tenant| tenant.id);
    let (actor, subject) = (principal.key.to_string(), principal.key.to_string());
    Operation { tenant, actor, action, subject, before, after: Some(after), at }
}

/// The audit record of a key's creation.
pub(crate) fn creation(caller: &Caller, view: &KeyView) -> Operation {
    caller.operation("key.create", view.id, None, Some(shown(view)), view.created_at)
}

fn shown(view: &KeyView) -> String {
    serde_json::json!({ "name": view.name, "roles": view.roles, "customer": view.customer, "expires_at": view.expires_at }).to_string()
}

/// Keys as they are shown.
async fn views(c: &mut impl Connection, rows: Vec<KeyRow>) -> Result<Vec<KeyView>> {
    let owners: Vec<CustomerId> = rows.iter().filter_map(|row| row.customer).collect();
    let names = customers::keys(c, &owners).await?;
    Ok(rows.into_iter().map(|row| KeyView::new(row, &names)).collect())
}

/// One key of the tenant.
async fn find(c: &mut impl Connection, id: KeyId) -> Result<KeyView> {
    let rows: Vec<KeyRow> = keys::by_id(c, id).await?.into_iter().collect();
    views(c, rows).await?.pop().ok_or_else(|| unknown(id))
}

fn check(request: &KeyRequest, now: Timestamp) -> Result<(), Violation> {
    check_name("name", &request.name)?;
    if request.roles.is_empty() {
        return Err(Violation::new("roles", "there is none", "give at least one of ingest, author, billing, viewer, admin"));
    }
    check_customer(request)?;
    if request.expires_at.is_some_and(|end| end <= now) {
        return Err(Violation::new("expires_at", "it is not in the future", "give a later time, or none"));
    }
    Ok(())
}

/// A customer's key is nothing but that, and each is one customer's.
fn check_customer(request: &KeyRequest) -> Result<(), Violation> {
    match (&request.customer, request.roles.has(Role::Customer)) {
        (Some(_), _) if request.roles != Roles::only(Role::Customer) => Err(Violation::new(
            "roles",
            "a customer's key has the role customer and no other",
            "leave out the other roles, or the customer",
        )),
        (None, true) => Err(Violation::new("customer", "it is missing", "name the customer whose key it is to be")),
        _ => Ok(()),
    }
}

fn unknown(id: KeyId) -> AppError {
    AppError::not_found("key", id.to_string(), "the list of keys shows them")
}
