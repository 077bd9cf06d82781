use std::collections::BTreeMap;

use assay_app::{Expectation, FixtureRequest, SavedFixture};
use assay_domain::key::Role;
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::DisputeFixtureBody;
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// What there should have been; what is absent follows from how the dispute was decided.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewFixture {
    /// `success`, `failure`, `pending`, `indeterminate` or `not-eligible`. Absent for success where the outcome stands or was split, and for failure where
    /// it was taken back.
    #[schema(example = "failure")]
    decision: Option<String>,
    /// The code of the reason; absent where it does not matter.
    #[schema(example = "reopened", max_length = 256)]
    reason: Option<String>,
}

/// A fixture as `assay rule test` reads it, with the members of its file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fixture)]
pub struct FixtureBody {
    /// Of which dispute it is.
    pub title: String,
    /// The parameters of the version that judged.
    pub parameters: BTreeMap<String, String>,
    /// What happened, in order.
    pub event: Vec<FixtureEventBody>,
    /// What is asked, and what must be answered.
    pub ask: Vec<FixtureAskBody>,
}

/// An event of a fixture.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FixtureEvent)]
pub struct FixtureEventBody {
    /// The sender's id.
    pub id: String,
    /// Which system told it.
    pub source: String,
    /// What kind of thing happened.
    #[serde(rename = "type")]
    pub kind: String,
    /// When.
    #[schema(example = "2026-03-02T10:00:00Z", format = DateTime)]
    pub time: String,
    /// Orders events that share a time.
    pub sequence: i64,
    /// Who acted.
    #[schema(example = "unknown")]
    pub actor: String,
    /// What it carries, personal data included.
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
}

/// A question and the verdict it must get.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FixtureAsk)]
pub struct FixtureAskBody {
    /// The time of asking.
    #[serde(rename = "as-of")]
    #[schema(example = "2026-03-03T10:00:00Z", format = DateTime)]
    pub as_of: String,
    /// The decision.
    #[schema(example = "failure")]
    pub decision: String,
    /// The code of its reason; absent where it does not matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How much of the outcome; absent where it does not matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<String>,
}

impl From<SavedFixture> for FixtureBody {
    fn from(saved: SavedFixture) -> Self {
        let SavedFixture { title, parameters, events, as_of, expected } = saved;
        let Expectation { decision, reason, quantity } = expected;
        let events = events.into_iter().map(|event| FixtureEventBody {
            id: event.id,
            source: event.source,
            kind: event.kind,
            time: event.time.to_string(),
            sequence: event.sequence,
            actor: event.actor.to_string(),
            data: event.data,
        });
        let quantity = quantity.map(|quantity| quantity.to_string());
        let ask = vec![FixtureAskBody { as_of: as_of.to_string(), decision, reason, quantity }];
        Self { title, parameters, event: events.collect(), ask }
    }
}

/// Show a dispute as a fixture of its rule
///
/// What happened is read from the events, so it holds the personal data that they hold. A dispute that was not saved as a fixture has none.
#[utoipa::path(get, path = "/v1/disputes/{dispute}/fixture", tag = "disputes",
    params(("dispute" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "The fixture", body = FixtureBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn show_fixture(
    State(api): State<Api>,
    who: Who,
    Path(dispute): Path<String>,
) -> Result<axum::Json<FixtureBody>, Problem> {
    let caller = who.reads()?;
    Ok(axum::Json(api.assay().fixture(&caller, super::id(&dispute)?).await?.into()))
}

/// Save a dispute as a fixture
///
/// Once its decision is final. From then on a version of its definition is offered to nobody and holds for nobody before it decides as people
/// have.
#[utoipa::path(post, path = "/v1/disputes/{dispute}/fixture", tag = "disputes", request_body = NewFixture,
    params(
        ("dispute" = String, Path, description = "Its id"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer"),
    ),
    responses(
        (status = 201, description = "It is saved", body = DisputeFixtureBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn save_fixture(
    State(api): State<Api>,
    who: Who,
    Path(dispute): Path<String>,
    new: Json<NewFixture>,
) -> Result<(StatusCode, axum::Json<DisputeFixtureBody>), Problem> {
    let caller = who.may_once(Role::Billing, new.once)?;
    let NewFixture { decision, reason } = new.body;
    let view = api.assay().save_fixture(&caller, super::id(&dispute)?, &FixtureRequest { decision, reason }).await?;
    Ok((StatusCode::CREATED, axum::Json(view.into())))
}
