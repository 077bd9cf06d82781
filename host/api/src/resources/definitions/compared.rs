use serde::Deserialize;
use utoipa::IntoParams;

/// Against what.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Compared {
    /// The number of another version of the definition. Unless given, the one in force for everybody, or the one before.
    #[param(example = 1)]
    pub(super) from: Option<u32>,
}
