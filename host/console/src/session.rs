//! Who is looking: the session in the browser's cookie, and the key behind it.

use std::sync::Arc;

use assay_app::{Assay, Caller, CustomerCaller, Principal, TenantRow};
use assay_domain::{id::KeyId, key::Role};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};

use crate::{
    error::{Failure, InPortal},
    form::FormToken,
};

const COOKIE: &str = "assay_session";

/// Somebody who is logged in with a key that may read; the only way to a tenant's data.
pub struct Visitor {
    /// The key they logged in with.
    pub key: KeyId,
    /// The side of the tenant that they see.
    pub tenant: TenantRow,
    /// On whose behalf use cases are called.
    pub caller: Caller,
    /// Whether the key may decide what customers dispute.
    pub may_decide: bool,
    /// What their forms hold.
    pub form: FormToken,
}

impl FromRequestParts<Arc<Assay>> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, assay: &Arc<Assay>) -> Result<Self, Failure> {
        let (principal, form) = seen(parts, assay).await?;
        if principal.may(Role::Customer) {
            // Whoever looks for the first page finds the one that is theirs.
            return Err(if parts.uri.path() == "/" { Failure::IsCustomer } else { Failure::MayNotRead });
        }
        let (key, may_read, may_decide) = (principal.key, principal.may_read(), principal.may(Role::Billing));
        let tenant = principal.tenant.filter(|_| may_read).ok_or(Failure::MayNotRead)?;
        Ok(Self { key, caller: Caller::new(tenant.id, key.to_string()), tenant, may_decide, form })
    }
}

/// A customer who is logged in with a key of its own; the only way to what is the customer's.
pub struct CustomerVisitor {
    /// The key they logged in with.
    pub key: KeyId,
    /// The side of the tenant whose customer it is.
    pub tenant: TenantRow,
    /// On whose behalf use cases are called.
    pub own: CustomerCaller,
    /// What their forms hold.
    pub form: FormToken,
}

impl FromRequestParts<Arc<Assay>> for CustomerVisitor {
    type Rejection = InPortal;

    async fn from_request_parts(parts: &mut Parts, assay: &Arc<Assay>) -> Result<Self, InPortal> {
        let (principal, form) = seen(parts, assay).await?;
        let own = principal.customer_caller();
        let (own, tenant) = own.zip(principal.tenant).ok_or(Failure::NoCustomer)?;
        Ok(Self { key: principal.key, tenant, own, form })
    }
}

/// Who is behind the session that the browser shows, and what its forms hold.
async fn seen(parts: &Parts, assay: &Assay) -> Result<(Principal, FormToken), Failure> {
    let found = match secret(&parts.headers) {
        Some(secret) => assay.session(secret).await?.map(|principal| (principal, FormToken::of(secret))),
        None => None,
    };
    found.ok_or_else(|| Failure::LoggedOut { next: here(parts) })
}

/// Where to come back to; what a form was sent to is no page.
fn here(parts: &Parts) -> String {
    let first = if is_portal(parts.uri.path()) { "/portal" } else { "/" };
    if !parts.method.is_safe() {
        return first.to_owned();
    }
    parts.uri.path_and_query().map_or(first, |address| address.as_str()).to_owned()
}

/// Whether an address within the site is one of the customers' pages.
pub fn is_portal(address: &str) -> bool {
    let rest = address.strip_prefix("/portal");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}

/// The session's secret, if the browser shows one.
pub fn secret(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).find_map(|cookie| cookie.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// The cookie that holds a session's secret for some seconds; none at all forgets it.
pub fn cookie(headers: &HeaderMap, secret: &str, seconds: i64) -> String {
    let secure = if is_https(headers) { "; Secure" } else { "" };
    format!("{COOKIE}={secret}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}{secure}")
}

/// The address that the browser knows this site by.
pub fn site(headers: &HeaderMap) -> String {
    let plain = |host: &&str| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte));
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).filter(plain).unwrap_or("localhost");
    let scheme = if is_https(headers) { "https" } else { "http" };
    format!("{scheme}://{host}")
}

/// Whether the browser spoke HTTPS to whoever stands in front of this service.
fn is_https(headers: &HeaderMap) -> bool {
    let spoken = headers.get("x-forwarded-proto").and_then(|spoken| spoken.to_str().ok()).unwrap_or_default();
    spoken.split(',').next().is_some_and(|first| first.trim().eq_ignore_ascii_case("https"))
}
