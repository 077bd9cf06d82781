//! The address of a database of PostgreSQL. It may hold a password, so whatever is shown of it is shown without.

use std::fmt;

use anyhow::{Result, bail};
use serde::Deserialize;

/// How an address is written.
const EXAMPLE: &str = "postgres://user:password@host:5432/name";
const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];
/// Parameters that the driver knows; it would pass over any other, and a wish for TLS that is misspelt must not be passed over.
const PARAMETERS: [&str; 18] = [
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "ssl-root-cert",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

/// `postgres://user:password@host:port/name`. Neither password nor parameters, which may have one too, are in what is printed of it, for
/// whomever it is.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DatabaseUrl(String);

/// An address in its parts.
struct Parts<'u> {
    user: &'u str,
    has_password: bool,
    /// With the port, if one is given.
    host: &'u str,
    name: &'u str,
    parameters: &'u str,
}

impl From<String> for DatabaseUrl {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl DatabaseUrl {
    /// All of it, for who connects.
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// Refuses what is no address. What is wrong is told without repeating it.
    pub fn check(&self) -> Result<()> {
        match self.problem() {
            Some(problem) => bail!("the address of the database {problem}; write it like {EXAMPLE}"),
            None => Ok(()),
        }
    }

    fn problem(&self) -> Option<&'static str> {
        let Some(parts) = self.parts() else { return Some("does not begin with postgres://") };
        if self.0.contains('#') || self.0.contains(char::is_whitespace) || self.0.contains(char::is_control) {
            return Some("has a character that must be written by its number, as %23 for # and %20 for a space");
        }
        parts.problem()
    }

    fn parts(&self) -> Option<Parts<'_>> {
        let rest = SCHEMES.iter().find_map(|scheme| self.0.strip_prefix(scheme))?;
        let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, name) = place.split_once('/').unwrap_or((place, ""));
        let (who, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, has_password) = who.split_once(':').map_or((who, false), |(user, _)| (user, true));
        Some(Parts { user, has_password, host, name, parameters })
    }
}

impl Parts<'_> {
    fn problem(&self) -> Option<&'static str> {
        let Self { host, name, .. } = self;
        if name.contains(['@', '/']) {
            return Some("has a / or @ after its name, which in a password is written by its number, %2F or %40");
        }
        if !has_fine_port(host) {
            return Some("has a port that is no number");
        }
        if name.is_empty() && !self.names().any(|parameter| parameter == "dbname") {
            return Some("names no database");
        }
        let is_known = |parameter: &str| PARAMETERS.contains(&parameter) || parameter.starts_with("options[");
        (!self.names().all(is_known)).then_some("has a parameter that is not known")
    }

    /// The names of its parameters.
    fn names(&self) -> impl Iterator<Item = &str> {
        let pairs = self.parameters.split('&').filter(|pair| !pair.is_empty());
        pairs.map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name))
    }
}

/// Whether a host ends with a port, or without one. The colons of an address of version 6 are in brackets.
fn has_fine_port(host: &str) -> bool {
    let after = host.rsplit_once(']').map_or(host, |(_, after)| after);
    after.split_once(':').is_none_or(|(_, port)| port.parse::<u16>().is_ok())
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Of what cannot be read nobody knows which part is secret.
        let known = if self.problem().is_none() { self.parts() } else { None };
        let Some(Parts { user, has_password, host, name, .. }) = known else { return f.write_str("postgres://***") };
        let password = if has_password { ":***" } else { "" };
        let at = if user.is_empty() { "" } else { "@" };
        write!(f, "postgres://{user}{password}{at}{host}/{name}")
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}
