use serde::Deserialize;
use utoipa::IntoParams;

/// Whose balances.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Whose {
    /// Those of this customer, by key or id; of all unless given.
    #[param(example = "acme")]
    pub(super) customer: Option<String>,
}
