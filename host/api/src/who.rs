//! Who calls: the one place where a request comes to belong to a tenant.

use std::sync::{Arc, OnceLock};

use assay_app::{Caller, CustomerCaller, Once, Principal};
use assay_domain::{
    id::KeyId,
    key::{Mode, Role},
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, header, request::Parts},
};

use crate::{
    kind::Kind,
    problem::Problem,
    state::{Api, Guest},
};

/// The caller, let in by a valid key within its rate limit. What it may do is asked with [`Who::may`] and [`Who::reads`], which give
/// the [`Caller`] that every use case is scoped by; there is no other way to one. A customer's key gives none: where it may do anything, it is
/// asked for with [`Who::reads_own`] and [`Who::may_own`].
pub struct Who(Principal);

/// On which side of a bill the caller is.
pub enum Party {
    /// The tenant, whose everything is.
    Tenant(Caller),
    /// One of its customers, who sees what is its own.
    Customer(CustomerCaller),
}

/// The key that a request came with, for the log.
#[derive(Debug, Clone, Default)]
pub struct KeySeen(pub Arc<OnceLock<KeyId>>);

impl FromRequestParts<Api> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let token = bearer(parts).ok_or_else(|| unauthenticated("send `Authorization: Bearer ak_…`"))?;
        let found = api.assay().authenticate(token).await?;
        let principal = found.ok_or_else(|| unauthenticated("the key opens nothing: it is unknown, wrong or has ended"))?;
        if let Some(seen) = parts.extensions.get::<KeySeen>() {
            // Set once per request; a second extractor of the same request sets the same.
            let _ = seen.0.set(principal.key);
        }
        api.take(Guest::Key(principal.key), api.assay().now()).map_err(rate_limited)?;
        Ok(Self(principal))
    }
}

impl Who {
    /// The caller in a role.
    pub fn may(&self, role: Role) -> Result<Caller, Problem> {
        if !self.0.may(role) {
            return Err(forbidden(&format!("it needs the role {role}, or admin")));
        }
        self.caller()
    }

    /// The caller as a reader.
    pub fn reads(&self) -> Result<Caller, Problem> {
        if !self.0.may_read() {
            return Err(forbidden("it needs one of the roles viewer, author, billing, admin"));
        }
        self.caller()
    }

    /// The caller as a reader, or as a customer who reads what is its own.
    pub fn reads_own(&self) -> Result<Party, Problem> {
        match self.0.customer_caller() {
            Some(own) => Ok(Party::Customer(own)),
            None => self.reads().map(Party::Tenant),
        }
    }

    /// The caller in a role, or as a customer who does it for itself; for something that is to be done once.
    pub fn may_own(&self, role: Role, once: Option<Once>) -> Result<Party, Problem> {
        match self.0.customer_caller() {
            Some(own) => Ok(Party::Customer(own.once(once))),
            None => self.may_once(role, once).map(Party::Tenant),
        }
    }

    /// The caller in a role, for something that is to be done once.
    pub fn may_once(&self, role: Role, once: Option<Once>) -> Result<Caller, Problem> {
        Ok(Caller { once, ..self.may(role)? })
    }

    /// The key, as whom an operator of the installation acts.
    pub fn operates(&self) -> Result<KeyId, Problem> {
        if self.0.may(Role::Operator) { Ok(self.0.key) } else { Err(forbidden("it needs an operator's key of the installation")) }
    }

    /// Which side of the tenant the key belongs to.
    pub fn mode(&self) -> Mode {
        self.0.tenant.as_ref().map_or(Mode::Live, |tenant| tenant.mode)
    }

    /// The principal behind the key.
    pub fn principal(&self) -> &Principal {
        &self.0
    }

    fn caller(&self) -> Result<Caller, Problem> {
        let tenant = self.0.tenant.as_ref().ok_or_else(|| forbidden("it belongs to the installation and to no tenant"))?;
        Ok(Caller::new(tenant.id, self.0.key.to_string()))
    }
}

fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn unauthenticated(detail: &str) -> Problem {
    Problem::new(Kind::Unauthenticated, detail).header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

fn forbidden(detail: &str) -> Problem {
    Problem::new(Kind::Forbidden, format!("the key does not allow this: {detail}"))
}

fn rate_limited(wait_s: u64) -> Problem {
    Problem::new(Kind::RateLimited, format!("the key has used up its requests; wait {wait_s} s"))
        .header(header::RETRY_AFTER, HeaderValue::from(wait_s))
}
