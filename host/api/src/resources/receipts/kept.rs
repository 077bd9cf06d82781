use assay_domain::violation::Violation;
use serde::Deserialize;
use utoipa::IntoParams;

/// What its reader has kept of the log.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::resources) struct Kept {
    /// The sizes of the log whose checkpoints the reader has kept, with commas between: the bundle proves that the log has only grown since.
    #[param(example = "120,264")]
    kept: Option<String>,
}

impl Kept {
    /// The sizes.
    pub(in crate::resources) fn sizes(&self) -> Result<Vec<u64>, Violation> {
        let size =
            |text: &str| text.parse().map_err(|_| Violation::new("kept", format!("{text:?} is no size"), "send sizes such as 120,264"));
        self.kept.iter().flat_map(|kept| kept.split(',')).map(size).collect()
    }
}
