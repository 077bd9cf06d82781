use assay_domain::{
    key::Role,
    ruling::{Ruling, Share},
    violation::Violation,
};
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::DisputeBody;
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// How a dispute is decided.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDecision {
    /// `uphold` takes the outcome back, `reject` lets it stand, `split` takes a share of it back.
    #[schema(example = "uphold")]
    ruling: String,
    /// The share that a split takes back: more than 0 and less than 1, at most six decimals.
    #[schema(value_type = Option<String>, example = "0.5")]
    share: Option<Share>,
    /// Why, for the customer and the audit log.
    #[schema(example = "the customer's log says so", max_length = 4096)]
    reason: String,
}

impl NewDecision {
    fn ruling(&self) -> Result<Ruling, Violation> {
        let problem = match self.share {
            Some(share) => format!("{:?} with the share {share} is no ruling", self.ruling),
            None => format!("{:?} is no ruling without a share", self.ruling),
        };
        let wrong = || Violation::new("ruling", problem, "send uphold, reject, or split with a share");
        Ruling::from_parts(&self.ruling, self.share).ok_or_else(wrong)
    }
}

/// Decide a dispute
///
/// What is taken back of an outcome that is billed comes as a credit note with the next run; one that was kept off is never billed, or comes with
/// the next run if it stands. The decision binds the outcome whatever facts come later, and may be appealed once; the answer to an appeal is
/// final. From the deadline on nobody decides: the default ruling is given.
#[utoipa::path(post, path = "/v1/disputes/{dispute}/decision", tag = "disputes", request_body = NewDecision,
    params(
        ("dispute" = String, Path, description = "Its id"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body are carried out once"),
    ),
    responses(
        (status = 200, description = "The dispute, now decided", body = DisputeBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn decide(
    State(api): State<Api>,
    who: Who,
    Path(dispute): Path<String>,
    new: Json<NewDecision>,
) -> Result<axum::Json<DisputeBody>, Problem> {
    let caller = who.may_once(Role::Billing, new.once)?;
    let (id, ruling) = (super::id(&dispute)?, new.body.ruling()?);
    Ok(axum::Json(api.assay().decide_dispute(&caller, id, ruling, &new.body.reason).await?.into()))
}
