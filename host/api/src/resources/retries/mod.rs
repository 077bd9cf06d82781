//! Retries: asking the rules again about what a fault keeps from being judged.

mod create;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Api;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(create::create))
}
