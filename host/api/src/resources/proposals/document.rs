use assay_domain::{difference::Described, proposal::ProposalDocument};
use axum::{
    Json,
    extract::{Path, State},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::addressee::Addressee;
use crate::{
    page::Query,
    problem::{Problem, ProblemBody},
    resources::rules::ReasonBody,
    state::Api,
    who::{Party, Who},
};

/// What a customer looks at and signs, on a machine of its own: `assay approve` reads it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProposalDocument)]
pub struct DocumentBody {
    /// `assay.1.proposal`.
    #[schema(example = "assay.1.proposal")]
    pub format: String,
    /// The tenant's name.
    #[schema(example = "vendor")]
    pub tenant: String,
    /// `live` or `test`.
    #[schema(example = "live")]
    pub mode: &'static str,
    /// The customer's key.
    #[schema(example = "acme")]
    pub customer: String,
    /// The definition's name.
    #[schema(example = "resolved-ticket")]
    pub definition: String,
    /// From which opening time on it is to hold.
    #[schema(format = DateTime, example = "2026-06-01T00:00:00Z")]
    pub from: String,
    /// The version that is offered.
    pub proposed: DescribedBody,
    /// The version that would hold for the customer otherwise; null where there is none.
    pub in_force: Option<DescribedBody>,
}

/// A version with the names that its rule gives to what it fixes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DescribedVersion)]
pub struct DescribedBody {
    /// The version's number.
    #[schema(example = 2)]
    pub number: u32,
    /// The hash of `content`.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub hash: String,
    /// All that the version fixes, in the form that the hash is computed from.
    #[schema(value_type = Object)]
    pub content: Value,
    /// The names of its parameters, in order.
    #[schema(example = json!(["window", "retry"]))]
    pub parameters: Vec<String>,
    /// The reasons its verdicts may have.
    pub reasons: Vec<ReasonBody>,
}

impl From<ProposalDocument> for DocumentBody {
    fn from(document: ProposalDocument) -> Self {
        let ProposalDocument { format, tenant, mode, customer, definition, from, proposed, in_force } = document;
        let (from, proposed, in_force) = (from.to_string(), proposed.into(), in_force.map(DescribedBody::from));
        Self { format, tenant, mode: mode.name(), customer, definition, from, proposed, in_force }
    }
}

impl From<Described> for DescribedBody {
    fn from(Described { number, hash, content, parameters, reasons }: Described) -> Self {
        // It was read from JSON.
        let content = serde_json::to_value(&content).unwrap_or_default();
        Self { number, hash: hash.to_string(), content, parameters, reasons: reasons.into_iter().map(ReasonBody::from).collect() }
    }
}

/// Export what a customer is to sign
///
/// A document with the whole content of the version and of the one in force, so that it can be looked at, hashed and signed without this
/// service.
#[utoipa::path(get, path = "/v1/proposals/{proposal}/document", tag = "definitions",
    params(("proposal" = String, Path, description = "Its id"), Addressee),
    responses(
        (status = 200, description = "The document", body = DocumentBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn show_proposal_document(
    State(api): State<Api>,
    who: Who,
    Path(proposal): Path<String>,
    Query(addressee): Query<Addressee>,
) -> Result<Json<DocumentBody>, Problem> {
    let party = who.reads_own()?;
    let (id, named) = (super::id(&proposal)?, addressee.customer.as_deref());
    let document = match party {
        Party::Tenant(caller) => api.assay().proposal_document(&caller, id, named).await?,
        Party::Customer(own) => api.assay().own_proposal_document(&own, id, named).await?,
    };
    Ok(Json(document.into()))
}
