use serde::Deserialize;
use utoipa::IntoParams;

/// Since when the log is to be proved to have only grown.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Since {
    /// A size that the log had: with it the answer begins with the proof that the log has only grown since.
    #[param(example = 120)]
    pub(super) since: Option<u64>,
}
