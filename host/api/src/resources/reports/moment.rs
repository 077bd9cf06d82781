use serde::Deserialize;
use utoipa::IntoParams;

/// Of when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Moment {
    /// What was known at this time, RFC 3339; absent for now.
    #[param(example = "2026-03-01T10:00:00Z")]
    pub as_of: Option<String>,
}
