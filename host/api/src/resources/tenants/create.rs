use assay_domain::{event::check_name, manifest::check_slug};
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::CreatedTenantBody;
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    resources::keys::{Secret, created},
    state::Api,
    who::Who,
};

/// A tenant to onboard.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTenant {
    /// Its short name, unique in the installation: a-z, 0-9 and -.
    #[schema(example = "vendor", max_length = 64)]
    name: String,
    /// Its name for people; the short one unless given.
    #[schema(example = "A vendor", max_length = 256)]
    title: Option<String>,
}

/// Onboard a tenant
///
/// Both sides of it, each with a first key. The secrets are in this answer and nowhere else. Needs an operator's key of the installation.
#[utoipa::path(post, path = "/v1/tenants", tag = "service", request_body = NewTenant,
    params(("Idempotency-Key" = Option<String>, Header, description = "Not needed and not read: a name is taken once, and then 409")),
    responses(
        (status = 201, description = "The tenant, with its first keys", body = CreatedTenantBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn create(State(api): State<Api>, who: Who, new: Json<NewTenant>) -> Result<Secret<CreatedTenantBody>, Problem> {
    let operator = who.operates()?.to_string();
    let NewTenant { name, title } = new.body;
    check_slug("name", &name)?;
    let title = title.unwrap_or_else(|| name.clone());
    check_name("title", &title)?;
    Ok(created(api.assay().onboard_tenant(&operator, &name, &title).await?.into()))
}
