//! The log that holds a commitment to every receipt, in the public formats of C2SP.

mod checkpoint;
mod show;
mod since;
mod tile;

use assay_app::LogView;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Api;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(show::show)).routes(routes!(checkpoint::checkpoint)).routes(routes!(tile::tile))
}

/// The log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Log)]
pub struct LogBody {
    /// Which log: `assay/<installation>/<tenant>`.
    #[schema(example = "assay/0123456789abcdef/desk")]
    pub origin: String,
    /// Its first key, the one that agreements state: `name+id+base64`.
    pub key: String,
    /// The key that signs now.
    pub latest_key: String,
    /// The notes by which each key hands over to the next, the oldest first.
    pub rotations: Vec<String>,
    /// How many receipts it holds commitments to.
    #[schema(example = 264)]
    pub size: u64,
    /// The newest checkpoint: a signed note.
    pub checkpoint: String,
    /// When that was signed.
    #[schema(example = "2026-04-15T12:00:00Z", format = DateTime)]
    pub signed_at: String,
}

impl From<LogView> for LogBody {
    fn from(view: LogView) -> Self {
        let LogView { origin, key, latest_key, rotations, checkpoint, size, signed_at } = view;
        Self {
            origin,
            key: key.to_string(),
            latest_key: latest_key.to_string(),
            rotations: rotations.iter().map(ToString::to_string).collect(),
            size,
            checkpoint: checkpoint.to_string(),
            signed_at: signed_at.to_string(),
        }
    }
}
