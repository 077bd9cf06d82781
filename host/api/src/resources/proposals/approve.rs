use assay_app::{ApprovalRequest, Signed};
use assay_domain::{canon::Digest, key::Role, time::Timestamp, violation::Violation};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::ApprovalBody;
use crate::{
    body::Json,
    kind::Kind,
    problem::{Problem, ProblemBody},
    resources::definitions::version,
    state::Api,
    who::{Party, Who},
};

/// An approval: the file that `assay approve sign` writes, or without key and signature what the tenant agrees to alone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewApproval {
    /// The definition's name, to be compared with the path.
    #[schema(example = "resolved-ticket")]
    definition: Option<String>,
    /// The version's number, to be compared with the path.
    #[schema(example = 2)]
    version: Option<u32>,
    /// The customer's key or id.
    #[schema(example = "acme", max_length = 256)]
    customer: String,
    /// The hash of what is thought to be approved, to be compared with the version's.
    #[schema(value_type = Option<String>, example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    hash: Option<Digest>,
    /// From when on, as it was proposed.
    #[schema(value_type = String, format = DateTime, example = "2026-06-01T00:00:00Z")]
    from: Timestamp,
    /// The customer's public key, in 64 hexadecimal digits.
    #[schema(example = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")]
    key: Option<String>,
    /// Its signature over tenant, customer, definition, hash and time, in 128 hexadecimal digits.
    signature: Option<String>,
}

/// Approve a version for a customer
///
/// By its signature, made with a key that is registered for it; or by the tenant alone, where the customer's agreement does not demand two
/// parties. It answers a proposal, and is in force for the customer's interactions that open from the proposal's time on. A customer's key
/// approves what is proposed to the customer, and always with a signature.
#[utoipa::path(post, path = "/v1/definitions/{definition}/versions/{number}/approvals", tag = "definitions", request_body = NewApproval,
    params(
        ("definition" = String, Path, description = "The definition's name or id"),
        ("number" = u32, Path, description = "The version's number"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer"),
    ),
    responses(
        (status = 201, description = "The approval", body = ApprovalBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn approve(
    State(api): State<Api>,
    who: Who,
    Path((definition, number)): Path<(String, String)>,
    new: Json<NewApproval>,
) -> Result<(StatusCode, axum::Json<ApprovalBody>), Problem> {
    let view = match who.may_own(Role::Author, new.once)? {
        Party::Tenant(caller) => {
            let version = version(&api, &caller, &definition, &number).await?;
            let request = new.body.request(&version.definition, version.number)?;
            api.assay().approve_version(&caller, &version.definition, version.number, &request).await?
        }
        Party::Customer(own) => {
            let number = number.parse().map_err(|_| unknown(&definition, &number))?;
            let request = new.body.request(&definition, number)?;
            api.assay().approve_own(&own, &definition, number, &request).await?
        }
    };
    Ok((StatusCode::CREATED, axum::Json(view.into())))
}

/// A version that nobody can have written.
fn unknown(definition: &str, number: &str) -> Problem {
    let name = format!("{definition}@{number}");
    Problem::new(Kind::NotFound, format!("there is no version {name:?}"))
}

impl NewApproval {
    /// What is approved, for the path of a definition and a version.
    fn request(self, slug: &str, number: u32) -> Result<ApprovalRequest, Violation> {
        let Self { definition, version, customer, hash, from, key, signature } = self;
        let remedy = "send it to the path of the version that was signed";
        if definition.as_ref().is_some_and(|named| *named != slug) {
            return Err(Violation::new("definition", "it is not that of the path", remedy));
        }
        if version.is_some_and(|named| named != number) {
            return Err(Violation::new("version", "it is not that of the path", remedy));
        }
        let signed = match (key, signature) {
            (Some(key), Some(signature)) => Some(Signed { key, signature }),
            (None, None) => None,
            (Some(_), None) => return Err(Violation::new("signature", "it is missing", "send it with the key, or neither")),
            (None, Some(_)) => return Err(Violation::new("key", "it is missing", "send it with the signature, or neither")),
        };
        Ok(ApprovalRequest { customer, from, hash, signed })
    }
}
