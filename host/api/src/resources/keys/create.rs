use assay_app::KeyRequest;
use assay_domain::{key::Role, time::Timestamp};
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{CreatedKeyBody, Secret, created};
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// A key to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewKey {
    /// For people.
    #[schema(example = "support desk", max_length = 256)]
    name: String,
    /// What it may do: `ingest` records events; `author` uploads rules and writes definitions; `billing` has customers, rate cards,
    /// agreements and billing runs; `viewer` reads; `admin` does all of it, keys included. All but `ingest` read everything. `customer`, which
    /// goes with no other, is for a customer's own side.
    #[schema(value_type = Vec<String>, min_items = 1, example = json!(["ingest"]))]
    roles: Vec<Role>,
    /// The customer's key or id, for a key of the role `customer`: it opens what is the customer's own and nothing else.
    #[schema(example = "acme", max_length = 256)]
    customer: Option<String>,
    /// From when it opens nothing; never unless given.
    #[schema(value_type = Option<String>, format = DateTime, example = "2027-03-01T00:00:00Z")]
    expires_at: Option<Timestamp>,
}

/// Create a key
///
/// For the side of the tenant that the calling key belongs to. The secret is in this answer and nowhere else: the same request again is
/// answered without it. Needs the role admin.
#[utoipa::path(post, path = "/v1/keys", tag = "keys", request_body = NewKey,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer, without the secret")),
    responses(
        (status = 201, description = "The key, with its secret", body = CreatedKeyBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn create(State(api): State<Api>, who: Who, new: Json<NewKey>) -> Result<Secret<CreatedKeyBody>, Problem> {
    let caller = who.may_once(Role::Admin, new.once)?;
    let NewKey { name, roles, customer, expires_at } = new.body;
    let request = KeyRequest { name, roles: roles.into_iter().collect(), customer, expires_at };
    Ok(created(api.assay().create_key(&caller, &request).await?.into()))
}
