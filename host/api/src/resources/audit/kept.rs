use serde::Deserialize;
use utoipa::IntoParams;

/// What the audit log is compared with.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    /// The head that was kept, as `/v1/audit/head` told it; absent to look at the log alone.
    #[param(example = "3:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub(super) head: Option<String>,
}
