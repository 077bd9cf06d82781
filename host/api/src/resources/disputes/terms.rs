use assay_app::DisputeTermsView;
use assay_domain::{dispute::DisputeTerms, id::AgreementId, key::Role, ruling::DefaultRuling, time::Duration, violation::Violation};
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    body::Json,
    kind::Kind,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// What the disputes of an agreement are to keep to; what is absent is as usual.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDisputeTerms {
    /// How long after its invoice an outcome may be disputed.
    #[schema(value_type = Option<String>, example = "P60D")]
    open_within: Option<Duration>,
    /// How long a dispute, or an appeal, waits for its answer.
    #[schema(value_type = Option<String>, example = "P14D")]
    answer_within: Option<Duration>,
    /// How long after its answer it may be appealed.
    #[schema(value_type = Option<String>, example = "P14D")]
    appeal_within: Option<Duration>,
    /// What is decided when there is no answer in time: `uphold` or `reject`.
    #[schema(example = "uphold")]
    default_ruling: Option<String>,
}

/// What the disputes of an agreement keep to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DisputeTerms)]
pub struct DisputeTermsBody {
    /// The id of the agreement.
    #[schema(example = "agr_0000000000001")]
    pub agreement: String,
    /// Whether that was settled for it; otherwise it is what holds for every agreement.
    pub settled: bool,
    /// How long after its invoice an outcome may be disputed.
    #[schema(example = "P60D")]
    pub open_within: String,
    /// How long a dispute, or an appeal, waits for its answer.
    #[schema(example = "P14D")]
    pub answer_within: String,
    /// How long after its answer it may be appealed.
    #[schema(example = "P14D")]
    pub appeal_within: String,
    /// What is decided when there is no answer in time: `uphold` or `reject`.
    #[schema(example = "uphold")]
    pub default_ruling: &'static str,
}

impl From<DisputeTermsView> for DisputeTermsBody {
    fn from(DisputeTermsView { agreement, settled, terms }: DisputeTermsView) -> Self {
        Self {
            agreement: agreement.to_string(),
            settled,
            open_within: terms.open_within.to_string(),
            answer_within: terms.answer_within.to_string(),
            appeal_within: terms.appeal_within.to_string(),
            default_ruling: terms.default_ruling.ruling().name(),
        }
    }
}

impl NewDisputeTerms {
    fn read(&self) -> Result<DisputeTerms, Violation> {
        let usual = DisputeTerms::default();
        let default_ruling = match &self.default_ruling {
            Some(name) => DefaultRuling::from_name(name)
                .ok_or_else(|| Violation::new("default_ruling", format!("it is {name:?}"), "send uphold or reject"))?,
            None => usual.default_ruling,
        };
        Ok(DisputeTerms {
            open_within: self.open_within.unwrap_or(usual.open_within),
            answer_within: self.answer_within.unwrap_or(usual.answer_within),
            appeal_within: self.appeal_within.unwrap_or(usual.appeal_within),
            default_ruling,
        })
    }
}

fn agreement(name: &str) -> Result<AgreementId, Problem> {
    name.parse().map_err(|_| Problem::new(Kind::NotFound, format!("there is no agreement {name:?}")))
}

/// Show what the disputes of an agreement keep to
#[utoipa::path(get, path = "/v1/agreements/{agreement}/dispute-terms", tag = "disputes",
    params(("agreement" = String, Path, description = "The agreement's id")),
    responses(
        (status = 200, description = "What they keep to", body = DisputeTermsBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn show_terms(
    State(api): State<Api>,
    who: Who,
    Path(name): Path<String>,
) -> Result<axum::Json<DisputeTermsBody>, Problem> {
    let caller = who.reads()?;
    Ok(axum::Json(api.assay().dispute_terms(&caller, agreement(&name)?).await?.into()))
}

/// Settle what the disputes of an agreement keep to from now on
///
/// In the place of everything that was settled before. Deadlines that run already stay as they are.
#[utoipa::path(put, path = "/v1/agreements/{agreement}/dispute-terms", tag = "disputes", request_body = NewDisputeTerms,
    params(
        ("agreement" = String, Path, description = "The agreement's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body are carried out once"),
    ),
    responses(
        (status = 200, description = "What they keep to now", body = DisputeTermsBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn settle_terms(
    State(api): State<Api>,
    who: Who,
    Path(name): Path<String>,
    new: Json<NewDisputeTerms>,
) -> Result<axum::Json<DisputeTermsBody>, Problem> {
    let caller = who.may_once(Role::Billing, new.once)?;
    let (id, terms) = (agreement(&name)?, new.body.read()?);
    Ok(axum::Json(api.assay().settle_dispute_terms(&caller, id, terms).await?.into()))
}
