//! Reports: how everything stands.

mod conservation;
mod disputes;
mod economics;
mod ledger;
mod moment;
mod months;
mod outcomes;
mod overview;
mod prices;
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
        .routes(routes!(economics::economics))
        .routes(routes!(economics::readiness))
        .routes(routes!(prices::prices))
}
