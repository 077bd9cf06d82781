//! Keys: who may call, as what; and the sessions of browsers that a key has let in.

use assay_domain::{
    canon::Digest,
    event::check_name,
    id::{KeyId, TenantId},
    key::{Mode, Role, Roles, Token},
    operation::Operation,
    time::{Duration, Timestamp},
    violation::Violation,
};
use assay_store::{
    Database, Page,
    keys::{self, KeyRow},
    tenants::{self, TenantRow},
};
use serde::{Deserialize, Serialize};

use crate::{
    Assay, Caller,
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
    /// Since when.
    pub created_at: Timestamp,
    /// From when it opens nothing.
    pub expires_at: Option<Timestamp>,
}

impl From<KeyRow> for KeyView {
    fn from(row: KeyRow) -> Self {
        Self { id: row.id, name: row.name, roles: row.roles, created_at: row.created_at, expires_at: row.expires_at }
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
}

impl Principal {
    /// Whether the key may act in this role. An admin may do all that any other key of the tenant may.
    pub fn may(&self, role: Role) -> bool {
        match role {
            Role::Operator => self.tenant.is_none() && self.roles.has(Role::Operator),
            role => self.tenant.is_some() && (self.roles.has(role) || self.roles.has(Role::Admin)),
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
        let new = self.insert_key(&mut tx, Some(caller.tenant), request).await?;
        caller.commit(tx, creation(caller, &new.view), &new.view).await?;
        Ok(new)
    }

    /// Makes a key for the operator of the installation.
    pub async fn create_operator_key(&self, actor: &str, name: &str) -> Result<NewKey> {
        let request = KeyRequest { name: name.into(), roles: Roles::only(Role::Operator), expires_at: None };
        check(&request, self.clock.now())?;
        let mut tx = self.store.begin_installation().await?;
        let new = self.insert_key(&mut tx, None, &request).await?;
        let (subject, after) = (new.view.id.to_string(), Some(shown(&new.view)));
        let operation =
            Operation { tenant: None, actor: actor.into(), action: "key.create", subject, before: None, after, at: new.view.created_at };
        tx.commit(operation).await?;
        Ok(new)
    }

    pub(crate) async fn insert_key(&self, tx: &mut impl Database, tenant: Option<TenantId>, request: &KeyRequest) -> Result<NewKey> {
        let side = match tenant {
            Some(id) => tenants::by_id(tx, id).await?.map_or(Mode::Live, |tenant| tenant.mode).name(),
            None => "installation",
        };
        let (now, secret) = (self.clock.now(), self.entropy.secret());
        let KeyRequest { name, roles, expires_at } = request.clone();
        let hash = Token::new(KeyId(0), secret).hash();
        let id = keys::insert(tx, tenant, &keys::NewKey { name: &name, roles, secret: hash, expires_at }, now).await?;
        let secret = Some(Token::new(id, secret).reveal(side));
        Ok(NewKey { view: KeyView { id, name, roles, created_at: now, expires_at }, secret })
    }

    /// The keys of the caller's side of the tenant, oldest first.
    pub async fn keys(&self, caller: &Caller, page: Page) -> Result<Vec<KeyView>> {
        let rows = keys::page(&mut self.store.read(caller.tenant).await?, page).await?;
        Ok(rows.into_iter().map(KeyView::from).collect())
    }

    /// One key.
    pub async fn key(&self, caller: &Caller, id: KeyId) -> Result<KeyView> {
        let found = keys::by_id(&mut self.store.read(caller.tenant).await?, id).await?;
        Ok(found.ok_or_else(|| unknown(id))?.into())
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
        let old = keys::by_id(&mut tx, id).await?.ok_or_else(|| unknown(id))?;
        let now = self.clock.now();
        if old.expires_at.is_some_and(|end| end <= now) {
            return Err(AppError::conflict(format!("the key {id} has ended"), "make a new key instead"));
        }
        // One that was to last so long is followed by one that lasts as long.
        let lasts = old.expires_at.map(|end| end.since(old.created_at));
        let request = KeyRequest { name: old.name.clone(), roles: old.roles, expires_at: lasts.map(|length| now.plus(length)) };
        let new = self.insert_key(&mut tx, Some(caller.tenant), &request).await?;
        keys::expire(&mut tx, id, now.plus(overlap)).await?;
        let before = serde_json::json!({ "key": id, "ends": now.plus(overlap) }).to_string();
        let operation = caller.operation("key.rotate", new.view.id, Some(before), Some(shown(&new.view)), now);
        caller.commit(tx, operation, &new.view).await?;
        Ok(new)
    }

    /// Ends a key at once, and every browser session that it opened.
    pub async fn revoke_key(&self, caller: &Caller, id: KeyId) -> Result<KeyView> {
        let mut tx = self.store.begin(caller.tenant).await?;
        let old: KeyView = keys::by_id(&mut tx, id).await?.ok_or_else(|| unknown(id))?.into();
        let now = self.clock.now();
        keys::expire(&mut tx, id, now).await?;
        tx.commit(caller.operation("key.revoke", id, Some(shown(&old)), None, now)).await?;
        Ok(KeyView { expires_at: Some(old.expires_at.map_or(now, |end| end.min(now))), ..old })
    }

    /// Who shows this key; `None` when nobody may be told why it opens nothing.
    pub async fn authenticate(&self, token: &str) -> Result<Option<Principal>> {
        let Ok(token) = token.parse::<Token>() else {
            return Ok(None);
        };
        let mut reader = self.store.read_installation().await?;
        let found = keys::find(&mut reader, token.id).await?.filter(|key| token.opens(&key.secret));
        self.principal(&mut reader, found).await
    }

    async fn principal(&self, reader: &mut impl Database, key: Option<KeyRow>) -> Result<Option<Principal>> {
        let now = self.clock.now();
        let Some(key) = key.filter(|key| key.expires_at.is_none_or(|end| now < end)) else {
            return Ok(None);
        };
        let tenant = match key.tenant {
            Some(id) => tenants::by_id(reader, id).await?,
            None => None,
        };
        Ok(Some(Principal { key: key.id, roles: key.roles, tenant }))
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
        tx.commit(session_operation(&principal, "session.open", now)).await?;
        Ok(Some((secret.reveal("session"), until)))
    }

    /// Who is behind a session, as long as its key opens anything.
    pub async fn session(&self, secret: &str) -> Result<Option<Principal>> {
        let Some(hash) = session_hash(secret) else {
            return Ok(None);
        };
        let mut reader = self.store.read_installation().await?;
        let key = keys::of_session(&mut reader, hash, self.clock.now()).await?;
        self.principal(&mut reader, key).await
    }

    /// Ends a browser's session.
    pub async fn close_session(&self, secret: &str) -> Result<()> {
        let (Some(hash), Some(principal)) = (session_hash(secret), self.session(secret).await?) else {
            return Ok(());
        };
        let now = self.clock.now();
        let mut tx = self.store.begin_installation().await?;
        keys::end_session(&mut tx, hash, now).await?;
        Ok(tx.commit(session_operation(&principal, "session.close", now)).await?)
    }
}

fn session_hash(secret: &str) -> Option<Digest> {
    Some(secret.parse::<Token>().ok()?.hash())
}

fn session_operation(principal: &Principal, action: &'static str, at: Timestamp) -> Operation {
    let tenant = principal.tenant.as_ref().map(|tenant| tenant.id);
    Operation { tenant, actor: principal.key.to_string(), action, subject: principal.key.to_string(), before: None, after: None, at }
}

/// The audit record of a key's creation.
pub(crate) fn creation(caller: &Caller, view: &KeyView) -> Operation {
    caller.operation("key.create", view.id, None, Some(shown(view)), view.created_at)
}

fn shown(view: &KeyView) -> String {
    serde_json::json!({ "name": view.name, "roles": view.roles, "expires_at": view.expires_at }).to_string()
}

fn check(request: &KeyRequest, now: Timestamp) -> Result<(), Violation> {
    check_name("name", &request.name)?;
    if request.roles.is_empty() {
        return Err(Violation::new("roles", "there is none", "give at least one of ingest, author, billing, viewer, admin"));
    }
    if request.expires_at.is_some_and(|end| end <= now) {
        return Err(Violation::new("expires_at", "it is not in the future", "give a later time, or none"));
    }
    Ok(())
}

fn unknown(id: KeyId) -> AppError {
    AppError::not_found("key", id.to_string(), "the list of keys shows them")
}
