//! Who is looking: the session in the browser's cookie, and the key behind it.

use std::sync::Arc;

use assay_app::{Assay, Caller, TenantRow};
use assay_domain::id::KeyId;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Uri, header, request::Parts},
};

use crate::error::Failure;

const COOKIE: &str = "assay_session";

/// Somebody who is logged in with a key that may read; the only way to a tenant's data.
pub struct Visitor {
    /// The key they logged in with.
    pub key: KeyId,
    /// The side of the tenant that they see.
    pub tenant: TenantRow,
    /// On whose behalf use cases are called.
    pub caller: Caller,
}

impl FromRequestParts<Arc<Assay>> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, assay: &Arc<Assay>) -> Result<Self, Failure> {
        let principal = match secret(&parts.headers) {
            Some(secret) => assay.session(secret).await?,
            None => None,
        };
        let principal = principal.ok_or_else(|| Failure::LoggedOut { next: here(&parts.uri) })?;
        let (key, may_read) = (principal.key, principal.may_read());
        let tenant = principal.tenant.filter(|_| may_read).ok_or(Failure::MayNotRead)?;
        Ok(Self { key, caller: Caller::new(tenant.id, key.to_string()), tenant })
    }
}

fn here(uri: &Uri) -> String {
    uri.path_and_query().map_or("/", |address| address.as_str()).to_owned()
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
