//! Keys: who may use the API, as what.

mod create;
mod list;
mod revoke;
mod rotate;
mod show;

use assay_app::{KeyView, NewKey};
use assay_domain::{
    id::KeyId,
    key::{Role, Roles},
};
use axum::{Json, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{kind::Kind, problem::Problem, state::Api};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(show::show, revoke::revoke))
        .routes(routes!(rotate::rotate))
}

/// A key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Key)]
pub struct KeyBody {
    /// Its id.
    #[schema(example = "key_0000000000001")]
    pub id: String,
    /// For people.
    #[schema(example = "support desk")]
    pub name: String,
    /// What it may do: `ingest`, `author`, `billing`, `viewer`, `admin`; or `customer` alone.
    #[schema(example = json!(["ingest"]))]
    pub roles: Vec<&'static str>,
    /// The key of the customer whose it is; null for one of the tenant's own.
    #[schema(example = "acme")]
    pub customer: Option<String>,
    /// Since when.
    #[schema(format = DateTime, example = "2026-03-01T00:00:00Z")]
    pub created_at: String,
    /// From when it opens nothing; null for never.
    #[schema(format = DateTime, example = "2027-03-01T00:00:00Z")]
    pub expires_at: Option<String>,
}

/// A key just made. It is not printed: it holds the secret.
#[derive(Serialize, ToSchema)]
#[schema(as = CreatedKey)]
pub struct CreatedKeyBody {
    /// The key.
    #[serde(flatten)]
    key: KeyBody,
    /// What its owner shows, told this once and known nowhere else; null when the request was answered before.
    #[schema(example = "ak_live_0000000000001_0123456789abcdefghjkmnpqrstvwxyz0123456789abcdefghjk")]
    secret: Option<String>,
}

impl From<KeyView> for KeyBody {
    fn from(view: KeyView) -> Self {
        Self {
            id: view.id.to_string(),
            name: view.name,
            roles: names(view.roles),
            customer: view.customer,
            created_at: view.created_at.to_string(),
            expires_at: view.expires_at.map(|end| end.to_string()),
        }
    }
}

impl From<NewKey> for CreatedKeyBody {
    fn from(NewKey { view, secret }: NewKey) -> Self {
        Self { key: view.into(), secret }
    }
}

/// The names of roles.
pub(crate) fn names(roles: Roles) -> Vec<&'static str> {
    roles.iter().map(Role::name).collect()
}

/// An answer that tells secrets.
pub(crate) type Secret<T> = (StatusCode, [(&'static str, &'static str); 1], Json<T>);

/// The answer to a request that made secrets; no cache may keep it.
pub(crate) fn created<T>(body: T) -> Secret<T> {
    (StatusCode::CREATED, [("cache-control", "no-store")], Json(body))
}

/// The id that a path names.
fn id(key: &str) -> Result<KeyId, Problem> {
    key.parse().map_err(|_| Problem::new(Kind::NotFound, format!("there is no key {key:?}")))
}
