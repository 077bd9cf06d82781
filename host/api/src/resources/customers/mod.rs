//! Customers: who pays the tenant.

mod create;
mod list;
mod merge;
mod show;

use assay_app::{CustomerView, Standing};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Api;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list::list, create::create)).routes(routes!(show::show)).routes(routes!(merge::merge))
}

/// A customer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Customer)]
pub struct CustomerBody {
    /// Its id.
    #[schema(example = "cus_0000000000001")]
    pub id: String,
    /// The tenant's own key for it, as events name it.
    #[schema(example = "acme")]
    pub key: String,
    /// `confirmed` by a person or an agreement; `unconfirmed`: an interaction belongs to it; `mentioned`: events name it, but only where
    /// another was named first.
    #[schema(example = "confirmed")]
    pub standing: &'static str,
    /// The key of the customer who gets its bill; null unless it was merged.
    #[schema(example = "acme")]
    pub payer: Option<String>,
}

impl From<CustomerView> for CustomerBody {
    fn from(view: CustomerView) -> Self {
        Self { id: view.id.to_string(), key: view.key, standing: Standing::name(view.standing), payer: view.payer }
    }
}
