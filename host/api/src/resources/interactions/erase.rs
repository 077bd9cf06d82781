use assay_app::Erasure;
use assay_domain::key::Role;
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Why an interaction is to be erased.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewErasure {
    /// Why, for the audit log.
    #[schema(example = "the person asked for it", max_length = 256)]
    reason: String,
}

/// What was erased of an interaction.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Erasure)]
pub struct ErasureBody {
    /// The id of the interaction.
    #[schema(example = "itn_0000000000001")]
    pub interaction: String,
    /// How many events had their data still.
    #[schema(example = 2)]
    pub payloads: u64,
    /// Since when it is erased.
    #[schema(example = "2026-04-15T12:00:00Z", format = DateTime)]
    pub erased_at: String,
}

impl From<Erasure> for ErasureBody {
    fn from(erasure: Erasure) -> Self {
        let Erasure { interaction, payloads, erased_at } = erasure;
        Self { interaction: interaction.to_string(), payloads, erased_at: erased_at.to_string() }
    }
}

/// Erase the data of all events of an interaction
///
/// What was judged stands and stays billed, and is judged no more, whatever comes after. Its receipts and their proofs hold, and nobody can
/// find out any more what they were about.
#[utoipa::path(post, path = "/v1/interactions/{interaction}/erasure", tag = "interactions", request_body = NewErasure,
    params(
        ("interaction" = String, Path, description = "Its id or its subject, percent-encoded"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer"),
    ),
    responses(
        (status = 201, description = "It is erased", body = ErasureBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn erase(
    State(api): State<Api>,
    who: Who,
    Path(interaction): Path<String>,
    new: Json<NewErasure>,
) -> Result<(StatusCode, axum::Json<ErasureBody>), Problem> {
    let caller = who.may_once(Role::Billing, new.once)?;
    let erasure = api.assay().erase_interaction(&caller, &interaction, &new.body.reason).await?;
    Ok((StatusCode::CREATED, axum::Json(erasure.into())))
}
