use serde::Deserialize;
use utoipa::IntoParams;

/// Whose it is to be.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Addressee {
    /// The key or the id of the customer who is to sign; needed where the proposal is to everybody.
    #[param(example = "acme")]
    pub(super) customer: Option<String>,
}
