//! Tenants: vendors of AI work, each with a live side and a test side.

mod create;
mod list;
mod me;

use assay_app::{NewTenant, Principal, TenantRow};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    resources::keys::{self, CreatedKeyBody},
    state::Api,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list::list, create::create)).routes(routes!(me::me))
}

/// A tenant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tenant)]
pub struct TenantBody {
    /// Its id, which is that of its live side.
    #[schema(example = "ten_0000000000001")]
    pub id: String,
    /// Its short name, unique in the installation.
    #[schema(example = "vendor")]
    pub name: String,
    /// Its name for people.
    #[schema(example = "A vendor")]
    pub title: String,
}

/// A tenant just onboarded.
#[derive(Serialize, ToSchema)]
#[schema(as = CreatedTenant)]
pub struct CreatedTenantBody {
    /// The tenant.
    #[serde(flatten)]
    tenant: TenantBody,
    /// Its first keys, with their secrets.
    keys: FirstKeysBody,
}

/// The first keys of a tenant, both with the role admin.
#[derive(Serialize, ToSchema)]
#[schema(as = FirstKeys)]
pub struct FirstKeysBody {
    /// For live data.
    live: CreatedKeyBody,
    /// For test data, which never reaches a bill.
    test: CreatedKeyBody,
}

/// Who a key is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Identity)]
pub struct IdentityBody {
    /// The key's id.
    #[schema(example = "key_0000000000001")]
    pub key: String,
    /// What it may do.
    #[schema(example = json!(["admin"]))]
    pub roles: Vec<&'static str>,
    /// Whose it is; null for an operator's key of the installation.
    pub tenant: Option<TenantBody>,
    /// Which side of the tenant: `live` or `test`; null for an operator's key.
    #[schema(example = "live")]
    pub mode: Option<&'static str>,
    /// The key of the customer whose it is; null for the tenant's own keys.
    #[schema(example = "acme")]
    pub customer: Option<String>,
}

impl From<TenantRow> for TenantBody {
    fn from(side: TenantRow) -> Self {
        Self { id: side.live.to_string(), name: side.slug, title: side.title }
    }
}

impl From<NewTenant> for CreatedTenantBody {
    fn from(NewTenant { live, live_key, test_key, .. }: NewTenant) -> Self {
        Self { tenant: live.into(), keys: FirstKeysBody { live: live_key.into(), test: test_key.into() } }
    }
}

impl From<&Principal> for IdentityBody {
    fn from(Principal { key, roles, tenant, customer }: &Principal) -> Self {
        Self {
            key: key.to_string(),
            roles: keys::names(*roles),
            mode: tenant.as_ref().map(|side| side.mode.name()),
            tenant: tenant.clone().map(TenantBody::from),
            customer: customer.as_ref().map(|customer| customer.key.clone()),
        }
    }
}
