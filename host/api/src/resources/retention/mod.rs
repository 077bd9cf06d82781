//! How long what is told of interactions is kept.

mod set;
mod show;

use assay_app::RetentionView;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Api;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(show::show, set::set))
}

/// How long what is told of interactions is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Retention)]
pub struct RetentionBody {
    /// Days after the arrival of an interaction's last fact; null is for ever.
    #[schema(example = 400)]
    pub days: Option<u32>,
    /// Interactions whose time is over and for which something waits still: a verdict, a time, a fault, a dispute, or whose they are.
    #[schema(example = 0)]
    pub kept_back: u64,
}

impl From<RetentionView> for RetentionBody {
    fn from(RetentionView { days, kept_back }: RetentionView) -> Self {
        Self { days, kept_back }
    }
}
