//! The ledger: transfers between the accounts of a customer, and what they add up to.

mod balances;
mod filter;
mod list;
mod whose;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Api;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list::list)).routes(routes!(balances::balances))
}
