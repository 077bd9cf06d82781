use assay_app::InteractionQuery;
use assay_domain::{outcome::OutcomeState, violation::Violation};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{page::Paging, problem::Problem};

/// Which interactions, and which piece of their list; what is absent does not narrow.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// Those that belong to this customer, by key.
    #[param(example = "acme")]
    customer: Option<String>,
    /// Those judged under this definition, by slug.
    #[param(example = "resolved-ticket")]
    definition: Option<String>,
    /// Those with an outcome that stands here: `open`, `provisional`, `final`, `failed`, `indeterminate` or `not-eligible`.
    #[param(example = "final")]
    state: Option<String>,
    /// Those with an outcome that stands for this reason, by code.
    #[param(example = "resolved")]
    reason: Option<String>,
    /// `true` for those with an outcome that a fault keeps from being renewed.
    #[serde(default)]
    faulted: bool,
    /// `true` for those that belong to nobody.
    #[serde(default)]
    unassigned: bool,
    /// `next_cursor` of the piece before; absent for the first.
    cursor: Option<String>,
    /// At most so many, 1 to 500.
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<u32>,
}

impl Filter {
    /// What to look for, and which piece of it.
    pub(super) fn read(self) -> Result<(InteractionQuery, Paging), Problem> {
        let Self { customer, definition, state, reason, faulted, unassigned, cursor, limit } = self;
        let wrong = |error: String| Violation::new("state", error, "send open, provisional, final, failed, indeterminate or not-eligible");
        let state = state.map(|state| state.parse::<OutcomeState>().map_err(|error| wrong(error.to_string()))).transpose()?;
        Ok((InteractionQuery { customer, unassigned, definition, state, reason, faulted }, Paging { cursor, limit }))
    }
}
