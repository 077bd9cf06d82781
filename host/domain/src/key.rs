//! Keys: what a caller shows, and what it may do with it.
//!
//! A key is written `ak_live_0000000000001_` and 52 characters. The digits say which key it is, the rest is its secret: 32 random bytes,
//! of which only the hash is stored. The first letters tell people, and programs that look for leaked secrets, what they have found.

use std::{fmt, str::FromStr};

use subtle::ConstantTimeEq as _;

use crate::{
    canon::Digest,
    id::{self, KeyId},
    time::serde_as_text,
};
use serde::{Deserialize, Serialize};

/// Which side of a tenant: what happens on the test side never reaches a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// For real.
    #[default]
    Live,
    /// To try things out.
    Test,
}

impl Mode {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no mode.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither live nor test")]
pub struct ModeError(String);

impl FromStr for Mode {
    type Err = ModeError;

    fn from_str(text: &str) -> Result<Self, ModeError> {
        [Self::Live, Self::Test].into_iter().find(|mode| mode.name() == text).ok_or_else(|| ModeError(text.into()))
    }
}
serde_as_text!(Mode);

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Record events.
    Ingest,
    /// Upload rules, write and activate definitions; read everything.
    Author,
    /// Customers, rate cards, agreements, billing runs; read everything.
    Billing,
    /// Read everything.
    Viewer,
    /// All of a tenant's, keys included.
    Admin,
    /// The installation: its tenants and its metrics, and no tenant's data.
    Operator,
    /// One customer of a tenant: see what is its own, dispute it, and answer what is proposed to it. No other role goes with it.
    Customer,
}

impl Role {
    /// Every role and its name.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::Ingest, "ingest"),
        (Self::Author, "author"),
        (Self::Billing, "billing"),
        (Self::Viewer, "viewer"),
        (Self::Admin, "admin"),
        (Self::Operator, "operator"),
        (Self::Customer, "customer"),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(role, _)| *role == self).map_or("viewer", |(_, name)| name)
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is none of ingest, author, billing, viewer, admin")]
pub struct RoleError(String);

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        Self::ALL.iter().find(|(_, name)| *name == text).map(|(role, _)| *role).ok_or_else(|| RoleError(text.into()))
    }
}
serde_as_text!(Role);

/// The roles of a key; written `ingest,viewer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Roles(u8);

impl Roles {
    /// One role.
    pub const fn only(role: Role) -> Self {
        Self(role.bit())
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether it has the role.
    pub const fn has(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Its roles.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().map(|(role, _)| role).filter(move |role| self.has(*role))
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().fold(0, |bits, role| bits | role.bit()))
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.iter().map(Role::name).collect();
        f.write_str(&names.join(","))
    }
}

impl FromStr for Roles {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        text.split(',').map(|name| name.trim().parse()).collect()
    }
}
serde_as_text!(Roles);

/// A key as its owner holds it. It prints nothing of the secret.
#[derive(Clone, Copy)]
pub struct Token {
    /// Which key.
    pub id: KeyId,
    secret: [u8; 32],
}

impl Token {
    /// A key with a secret that was drawn for it.
    pub const fn new(id: KeyId, secret: [u8; 32]) -> Self {
        Self { id, secret }
    }

    /// The hash that is stored.
    pub fn hash(&self) -> Digest {
        Digest::of(&self.secret)
    }

    /// Whether its secret is the one with this hash, found out in the same time whichever it is.
    pub fn opens(&self, hash: &Digest) -> bool {
        self.hash().as_bytes().ct_eq(hash.as_bytes()).into()
    }

    /// The whole key, to be shown once. `side` is `live`, `test` or `installation`.
    pub fn reveal(&self, side: &str) -> String {
        let id = self.id.to_string();
        let digits = id.split_once('_').map_or("", |(_, digits)| digits);
        format!("ak_{side}_{digits}_{}", id::base32(&self.secret))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({})", self.id)
    }
}

/// A text that is no key; says nothing of what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not of the form ak_live_…")]
pub struct TokenError;

impl FromStr for Token {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        let mut parts = text.strip_prefix("ak_").ok_or(TokenError)?.split('_');
        let (Some(_side), Some(digits), Some(secret), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(TokenError);
        };
        let id = format!("key_{digits}").parse().map_err(|_| TokenError)?;
        Ok(Self { id, secret: id::from_base32(secret).ok_or(TokenError)? })
    }
}
