//! The audit log as a whole: its head, which stands for all of it, and whether it is as it was recorded.

mod head;
mod kept;
mod verification;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Api;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(head::head)).routes(routes!(verification::verification))
}
