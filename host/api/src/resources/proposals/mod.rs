//! Proposals: versions offered to customers, what is said to them, and the approvals that come of it.

mod addressee;
mod approvals;
mod approve;
mod create;
mod document;
mod list;
mod reject;
mod show;
mod withdraw;

use assay_app::{AnswerView, ApprovalView, ProposalView, SaidView};
use assay_domain::id::ProposalId;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{kind::Kind, problem::Problem, state::Api};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(create::propose))
        .routes(routes!(list::list_proposals))
        .routes(routes!(show::show_proposal))
        .routes(routes!(document::show_proposal_document))
        .routes(routes!(withdraw::withdraw_proposal))
        .routes(routes!(reject::reject_proposal))
        .routes(routes!(approvals::list_approvals, approve::approve))
}

/// A version offered from a time on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Proposal)]
pub struct ProposalBody {
    /// Its id.
    #[schema(example = "prp_0000000000001")]
    pub id: String,
    /// The definition's name.
    #[schema(example = "resolved-ticket")]
    pub definition: String,
    /// The version's number.
    #[schema(example = 2)]
    pub version: u32,
    /// The hash of all that the version fixes.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub hash: String,
    /// The key of the customer to whom it was made; null for everybody.
    #[schema(example = "acme")]
    pub customer: Option<String>,
    /// For interactions that open from then on. It is answered until then.
    #[schema(format = DateTime, example = "2026-06-01T00:00:00Z")]
    pub from: String,
    /// `open`; `approved` or `rejected`, by all who were asked; `withdrawn`; `lapsed`: its time came before the answer.
    #[schema(example = "open")]
    pub state: &'static str,
    /// The keys of the customers whose answer it waits for.
    #[schema(example = json!(["acme"]))]
    pub awaited: Vec<String>,
    /// What was said to it.
    pub answers: Vec<AnswerBody>,
    /// Why it was taken back; null unless it was.
    pub withdrawn: Option<SaidBody>,
    /// The key or the person that made it.
    #[schema(example = "key_0000000000001")]
    pub actor: String,
    /// When.
    #[schema(format = DateTime, example = "2026-05-01T00:00:00Z")]
    pub created_at: String,
}

/// What a customer said to a proposal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProposalAnswer)]
pub struct AnswerBody {
    /// The customer's key.
    #[schema(example = "acme")]
    pub customer: String,
    /// `approved` or `rejected`.
    #[schema(example = "approved")]
    pub answer: &'static str,
    /// Who brought the answer, and why if it is no.
    #[serde(flatten)]
    pub said: SaidBody,
}

/// Something that was said.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Said)]
pub struct SaidBody {
    /// Why; null where nobody has to say.
    #[schema(example = "the window is too short")]
    pub reason: Option<String>,
    /// By whom.
    #[schema(example = "key_0000000000001")]
    pub actor: String,
    /// When.
    #[schema(format = DateTime, example = "2026-05-01T00:00:00Z")]
    pub at: String,
}

/// A version agreed on for a customer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Approval)]
pub struct ApprovalBody {
    /// Its id.
    #[schema(example = "apv_0000000000001")]
    pub id: String,
    /// The proposal that it answers.
    #[schema(example = "prp_0000000000001")]
    pub proposal: String,
    /// The definition's name.
    #[schema(example = "resolved-ticket")]
    pub definition: String,
    /// The version's number.
    #[schema(example = 2)]
    pub version: u32,
    /// The hash of all that the version fixes.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub hash: String,
    /// The customer's key.
    #[schema(example = "acme")]
    pub customer: String,
    /// For interactions that open from then on.
    #[schema(format = DateTime, example = "2026-06-01T00:00:00Z")]
    pub from: String,
    /// `two-party`: the customer has signed it; `one-party`: the tenant agreed alone.
    #[schema(example = "two-party")]
    pub approval: &'static str,
    /// The public key that signed it, in hexadecimal digits; null where nothing is signed.
    #[schema(example = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")]
    pub key: Option<String>,
    /// Its signature, in hexadecimal digits; null where nothing is signed.
    pub signature: Option<String>,
    /// The key or the person that brought it.
    #[schema(example = "key_0000000000001")]
    pub actor: String,
    /// When it was given.
    #[schema(format = DateTime, example = "2026-05-02T00:00:00Z")]
    pub at: String,
}

impl From<ProposalView> for ProposalBody {
    fn from(view: ProposalView) -> Self {
        Self {
            id: view.id.to_string(),
            definition: view.definition,
            version: view.number,
            hash: view.hash.to_string(),
            customer: view.customer,
            from: view.from.to_string(),
            state: view.state.name(),
            awaited: view.awaited,
            answers: view.answers.into_iter().map(AnswerBody::from).collect(),
            withdrawn: view.withdrawn.map(SaidBody::from),
            actor: view.actor,
            created_at: view.at.to_string(),
        }
    }
}

impl From<AnswerView> for AnswerBody {
    fn from(AnswerView { customer, answer, said }: AnswerView) -> Self {
        Self { customer, answer: answer.name(), said: said.into() }
    }
}

impl From<SaidView> for SaidBody {
    fn from(SaidView { reason, actor, at }: SaidView) -> Self {
        Self { reason, actor, at: at.to_string() }
    }
}

impl From<ApprovalView> for ApprovalBody {
    fn from(view: ApprovalView) -> Self {
        Self {
            id: view.id.to_string(),
            proposal: view.proposal.to_string(),
            definition: view.definition,
            version: view.number,
            hash: view.hash.to_string(),
            customer: view.customer,
            from: view.from.to_string(),
            approval: view.parties.name(),
            key: view.key,
            signature: view.signature,
            actor: view.actor,
            at: view.at.to_string(),
        }
    }
}

/// The id that a path names.
fn id(proposal: &str) -> Result<ProposalId, Problem> {
    proposal.parse().map_err(|_| Problem::new(Kind::NotFound, format!("there is no proposal {proposal:?}")))
}
