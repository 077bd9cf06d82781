use std::collections::BTreeMap;

use assay_app::VersionRequest;
use assay_domain::{
    definition::Timing,
    key::Role,
    time::{Duration, Limit, Timestamp},
    violation::Violation,
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use utoipa::ToSchema;

use super::VersionBody;
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// A version to write down.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewVersion {
    /// The rule: its id, its digest, or its name for the latest upload of that name.
    #[schema(example = "resolved-ticket")]
    rule: String,
    /// What is set, by the parameter's name: text, a number or a truth value. The others take their defaults.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({ "window": "24h", "retry": true }))]
    parameters: BTreeMap<String, Box<RawValue>>,
    /// When an outcome must be earned, when it is billed, and for how long it may be lost again.
    #[serde(default)]
    timing: NewTiming,
    /// Puts it in force at once, for interactions that open from then on. In the past only for a first version while nothing is invoiced.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-03-01T00:00:00Z")]
    active_from: Option<Timestamp>,
}

/// A timing policy. Lengths of time are ISO 8601, or short: `PT24H`, `P7D`, `24h`, `90d`; years and months have no fixed length.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTiming {
    /// An interaction not successful this long after opening has failed; or `unlimited`. P90D unless given.
    #[schema(value_type = Option<String>, example = "P90D")]
    deadline: Option<Limit>,
    /// How long after success the outcome stays provisional. PT0S unless given.
    #[schema(value_type = Option<String>, example = "PT0S")]
    settles_after: Option<Duration>,
    /// How long after success later facts may still reverse it; or `unlimited`. P30D unless given.
    #[schema(value_type = Option<String>, example = "P30D")]
    reversible_for: Option<Limit>,
}

/// Write down the next version of a definition
///
/// The first version creates the definition. A version that is not put in force at once is a draft.
#[utoipa::path(post, path = "/v1/definitions/{definition}/versions", tag = "definitions", request_body = NewVersion,
    params(
        ("definition" = String, Path, description = "The definition's name, which may be new: a-z, 0-9 and -, at most 64; or its id"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer"),
    ),
    responses(
        (status = 201, description = "The version", body = VersionBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn create_version(
    State(api): State<Api>,
    who: Who,
    Path(definition): Path<String>,
    new: Json<NewVersion>,
) -> Result<(StatusCode, axum::Json<VersionBody>), Problem> {
    let caller = who.may_once(Role::Author, new.once)?;
    let request = request(super::named(&api, &caller, definition).await?, new.body)?;
    let created = api.assay().create_version(&caller, &request).await?;
    Ok((StatusCode::CREATED, axum::Json(created.into())))
}

fn request(definition: String, new: NewVersion) -> Result<VersionRequest, Violation> {
    let timing = Timing::from(new.timing);
    timing.check().map_err(|wrong| Violation { field: format!("timing.{}", wrong.field.replace('-', "_")), ..wrong })?;
    let parameters = new.parameters.into_iter().map(setting).collect::<Result<_, _>>()?;
    Ok(VersionRequest { definition, rule: new.rule, parameters, timing, active_from: new.active_from })
}

/// A parameter as text; a number keeps its digits as they were sent.
pub(in crate::resources) fn setting((name, value): (String, Box<RawValue>)) -> Result<(String, String), Violation> {
    match serde_json::from_str(value.get()) {
        Ok(Value::String(text)) => Ok((name, text)),
        Ok(Value::Number(_) | Value::Bool(_)) => Ok((name, value.get().to_owned())),
        _ => {
            let remedy = "send a value of the parameter's kind; leave it out for the default";
            Err(Violation::new(format!("parameters.{name}"), "it is neither text nor a number nor a truth value", remedy))
        }
    }
}

impl From<NewTiming> for Timing {
    fn from(new: NewTiming) -> Self {
        let ordinary = Self::default();
        Self {
            deadline: new.deadline.unwrap_or(ordinary.deadline),
            settles_after: new.settles_after.unwrap_or(ordinary.settles_after),
            reversible_for: new.reversible_for.unwrap_or(ordinary.reversible_for),
        }
    }
}
