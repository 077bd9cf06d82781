use std::collections::BTreeMap;

use assay_app::{BacktestRequest, Candidate, Changes, Window};
use assay_domain::{
    key::Role,
    time::{Duration, Limit, Timestamp},
    violation::Violation,
};
use axum::{
    extract::State,
    http::{HeaderName, StatusCode, header},
};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{BacktestBody, thresholds::ThresholdsBody};
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    resources::definitions::setting,
    state::Api,
    who::Who,
};

/// A candidate, and what to judge it over. The candidate is a version that is written down, or the version in force with something changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewBacktest {
    /// The definition's name or its id.
    #[schema(example = "resolved-ticket")]
    definition: String,
    /// The number of a version that is written down, drafts included.
    #[schema(example = 2)]
    version: Option<u32>,
    /// Another rule: its id, its digest, or its name for the latest upload of that name.
    #[schema(example = "resolved-ticket")]
    rule: Option<String>,
    /// Other parameters, by name: text, a number or a truth value.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({ "window": "72h" }))]
    parameters: BTreeMap<String, Box<RawValue>>,
    /// Another timing.
    #[serde(default)]
    timing: ChangedTiming,
    /// Leaves out interactions that opened before; of a shadow that it begins later than now.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-03-01T00:00:00Z")]
    from: Option<Timestamp>,
    /// Leaves out interactions that opened then or later; a shadow ends then.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-04-01T00:00:00Z")]
    until: Option<Timestamp>,
    /// What people say of interactions.
    #[serde(default)]
    labels: Vec<NewLabel>,
    /// What the candidate must keep to.
    #[serde(default)]
    thresholds: ThresholdsBody,
    /// Judges what comes in from now on, in the place of what is recorded.
    #[serde(default)]
    shadow: bool,
}

/// A timing policy; what is absent is that of the version in force.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangedTiming {
    /// An interaction not successful this long after opening has failed; or `unlimited`.
    #[schema(value_type = Option<String>, example = "P90D")]
    deadline: Option<Limit>,
    /// How long after success the outcome stays provisional.
    #[schema(value_type = Option<String>, example = "PT0S")]
    settles_after: Option<Duration>,
    /// How long after success later facts may still reverse it; or `unlimited`.
    #[schema(value_type = Option<String>, example = "P30D")]
    reversible_for: Option<Limit>,
}

/// What people say of an interaction.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewLabel {
    /// The sender's key for it.
    #[schema(example = "T-1")]
    subject: String,
    /// Whether it is a success.
    is_success: bool,
}

type Accepted = (StatusCode, [(HeaderName, String); 1], axum::Json<BacktestBody>);

/// Start a back-test, or a shadow
///
/// It goes on by itself, whatever becomes of the request, and through restarts; look at it to see how far it is. What it sees is fixed when it
/// starts: facts, terms and prices. Nothing that stands is changed.
#[utoipa::path(post, path = "/v1/backtests", tag = "back-tests", request_body = NewBacktest,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer")),
    responses(
        (status = 202, description = "The back-test", body = BacktestBody, headers(("Location" = String, description = "The path of the back-test"))),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn create(State(api): State<Api>, who: Who, new: Json<NewBacktest>) -> Result<Accepted, Problem> {
    let caller = who.may_once(Role::Author, new.once)?;
    let definition = api.assay().definition(&caller, &new.body.definition).await?.slug;
    let request = request(definition, new.body)?;
    let backtest = BacktestBody::from(api.assay().start_backtest(&caller, &request).await?);
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, format!("/v1/backtests/{}", backtest.id))], axum::Json(backtest)))
}

fn request(definition: String, new: NewBacktest) -> Result<BacktestRequest, Violation> {
    let NewBacktest { version, rule, parameters, timing, from, until, labels, thresholds, shadow, .. } = new;
    let parameters = parameters.into_iter().map(setting).collect::<Result<Vec<_>, _>>()?;
    let ChangedTiming { deadline, settles_after, reversible_for } = timing;
    let changes = Changes { rule, parameters, deadline, settles_after, reversible_for };
    let candidate = match version {
        Some(_) if changes != Changes::default() => {
            let remedy = "leave out the version to change the one in force, or write down a version and name it";
            return Err(Violation::new("version", "a version that is written down cannot be changed", remedy));
        }
        Some(number) => Candidate::Version(number),
        None => Candidate::Changed(changes),
    };
    let labels = labels.into_iter().map(|label| (label.subject, label.is_success)).collect();
    let (window, thresholds) = (Window { from, until }, thresholds.read()?);
    Ok(BacktestRequest { definition, candidate, window, labels, thresholds, is_shadow: shadow })
}
