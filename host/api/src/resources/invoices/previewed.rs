use serde::Deserialize;
use utoipa::IntoParams;

/// What to preview.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Previewed {
    /// Which month; it may still be running, and is not billed yet.
    #[param(required, example = "2026-03")]
    pub(super) period: Option<String>,
    /// Only what whoever pays for this customer would get, by key or id.
    #[param(example = "acme")]
    pub(super) customer: Option<String>,
}
