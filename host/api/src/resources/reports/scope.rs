use serde::Deserialize;
use utoipa::IntoParams;

/// What to look at.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Scope {
    /// Only under this definition, by slug; absent for all of them.
    #[param(example = "resolved-ticket")]
    pub(super) definition: Option<String>,
    /// How many days, 1 to 366.
    #[param(minimum = 1, maximum = 366, default = 60)]
    pub(super) days: Option<u16>,
}
