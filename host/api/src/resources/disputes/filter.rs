use assay_app::DisputeQuery;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::page::Paging;

/// Which disputes, and which piece of their list; what is absent does not narrow.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// Those about outcomes of this customer, by key or id.
    #[param(example = "acme")]
    customer: Option<String>,
    /// Those under this definition, by slug.
    #[param(example = "resolved-ticket")]
    definition: Option<String>,
    /// Those about this interaction, by its id or subject.
    #[param(example = "T-1")]
    interaction: Option<String>,
    /// `true` for those that wait for an answer.
    #[serde(default)]
    open: bool,
    /// `next_cursor` of the piece before; absent for the first.
    cursor: Option<String>,
    /// At most so many, 1 to 500.
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<u32>,
}

impl Filter {
    /// What to look for, and which piece of it.
    pub(super) fn read(self) -> (DisputeQuery, Paging) {
        let Self { customer, definition, interaction, open, cursor, limit } = self;
        (DisputeQuery { customer, definition, interaction, is_open: open }, Paging { cursor, limit })
    }
}
