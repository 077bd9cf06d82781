use serde::Deserialize;
use utoipa::IntoParams;

/// Which transfers, and which piece of their list; what is absent does not narrow.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// Those of this customer, by key or id.
    #[param(example = "acme")]
    pub(super) customer: Option<String>,
    /// `next_cursor` of the piece before; absent for the first.
    pub(super) cursor: Option<String>,
    /// At most so many, 1 to 500.
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub(super) limit: Option<u32>,
}
