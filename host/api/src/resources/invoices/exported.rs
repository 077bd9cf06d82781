use serde::Deserialize;
use utoipa::IntoParams;

/// In what form.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Rendering {
    /// A page to print (`html`), a table (`csv`), rows of the FinOps FOCUS specification (`focus`), or everything (`json`).
    #[param(required, example = "html")]
    pub(super) format: Option<String>,
}

/// Which documents, in what form.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Exported {
    /// Pages to print (`html`), a table (`csv`), rows of the FinOps FOCUS specification (`focus`), or everything (`json`).
    #[param(required, example = "csv")]
    pub(super) format: Option<String>,
    /// Only those of this month.
    #[param(example = "2026-03")]
    pub(super) period: Option<String>,
    /// Only those to this customer, by key or id.
    #[param(example = "acme")]
    pub(super) customer: Option<String>,
}
