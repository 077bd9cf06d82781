//! Reports: how everything stands.

mod conservation;
mod disputes;
mod ledger;
mod moment;
mod outcomes;
mod overview;
mod scope;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Api;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(outcomes::outcomes))
        .routes(routes!(overview::overview))
        .routes(routes!(conservation::conservation))
        .routes(routes!(ledger::ledger))
        .routes(routes!(disputes::disputes))
}
