use assay_domain::key::Role;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::DisputeBody;
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::{Party, Who},
};

/// Why a decision is appealed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAppeal {
    /// For whoever decides, and the audit log.
    #[schema(example = "the log was of another ticket", max_length = 4096)]
    reason: String,
}

/// Appeal what was decided about a dispute
///
/// Once, and for so long after the decision as the agreement says. It is open again with a deadline of its own, what it is about is held again,
/// and the judgement is executed again.
#[utoipa::path(post, path = "/v1/disputes/{dispute}/appeal", tag = "disputes", request_body = NewAppeal,
    params(
        ("dispute" = String, Path, description = "Its id"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body are carried out once"),
    ),
    responses(
        (status = 200, description = "The dispute, open again", body = DisputeBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn appeal(
    State(api): State<Api>,
    who: Who,
    Path(dispute): Path<String>,
    new: Json<NewAppeal>,
) -> Result<axum::Json<DisputeBody>, Problem> {
    let party = who.may_own(Role::Billing, new.once)?;
    let id = super::id(&dispute)?;
    let appealed = match party {
        Party::Tenant(caller) => api.assay().appeal_dispute(&caller, id, &new.body.reason).await?,
        Party::Customer(own) => api.assay().appeal_own_dispute(&own, id, &new.body.reason).await?,
    };
    Ok(axum::Json(appealed.into()))
}
