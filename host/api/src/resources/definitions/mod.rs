//! Definitions: what counts as an outcome, in immutable versions.

mod activate;
mod compared;
mod create_version;
mod differences;
mod list;
mod retire;
mod show;
mod show_version;

use std::collections::BTreeMap;

use assay_app::{ApprovedView, Caller, DefinitionView, SuspensionView, VersionView};
use assay_domain::{
    definition::{Timing, VersionContent},
    id::DefinitionId,
    manifest::{EventType, Field},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{kind::Kind, problem::Problem, state::Api};

pub(super) use self::create_version::setting;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(show::show))
        .routes(routes!(create_version::create_version))
        .routes(routes!(show_version::show_version))
        .routes(routes!(activate::activate))
        .routes(routes!(retire::retire))
        .routes(routes!(differences::differences))
}

/// A definition.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Definition)]
pub struct DefinitionBody {
    /// Its id.
    #[schema(example = "def_0000000000001")]
    pub id: String,
    /// Its name.
    #[schema(example = "resolved-ticket")]
    pub name: String,
    /// Its versions, in order.
    pub versions: Vec<VersionBody>,
}

/// A version of a definition. It never changes but for its state.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Version)]
pub struct VersionBody {
    /// Its id.
    #[schema(example = "ver_0000000000001")]
    pub id: String,
    /// The definition's name.
    #[schema(example = "resolved-ticket")]
    pub definition: String,
    /// 1, 2, 3, …
    #[schema(example = 1)]
    pub number: u32,
    /// The SHA-256 of all it fixes, in hexadecimal digits.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub hash: String,
    /// The digest of its rule.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub rule: String,
    /// The contract that the rule speaks.
    #[schema(example = "assay:rule/rule@0.1.0")]
    pub contract: String,
    /// Its parameters by name; one that stays absent is left out.
    #[schema(example = json!({ "retry": "true", "window": "P1D" }))]
    pub parameters: BTreeMap<String, String>,
    /// What the rule reads with them.
    pub reads: Vec<ReadBody>,
    /// When an outcome must be earned, when it is billed, and for how long it may be lost again.
    pub timing: TimingBody,
    /// `draft`: in force for nobody but a customer whose agreement names it; `proposed`: offered, and not answered by all yet; `approved`:
    /// in force for those in `approved`; `active`: in force for interactions that open from `active_from` on, until a later version is, but
    /// for customers whose agreement demands two parties and who have not signed it; `retired`: for nothing that opens from `retired_from` on.
    #[schema(example = "active")]
    pub state: &'static str,
    /// From when it is in force for everybody whose agreement does not demand more; null if it never was.
    #[schema(format = DateTime, example = "2026-03-01T00:00:00Z")]
    pub active_from: Option<String>,
    /// From when it judges nothing that opens; null unless it is retired.
    #[schema(format = DateTime, example = "2027-03-01T00:00:00Z")]
    pub retired_from: Option<String>,
    /// The customers for whom it was approved by itself.
    pub approved: Vec<ApprovedBody>,
    /// The keys of the customers who have to sign it and have not, while it is active: they keep the one that they signed last.
    #[schema(example = json!([]))]
    pub unsigned: Vec<String>,
    /// Why its rule is not asked any more; null unless it only faulted.
    pub suspended: Option<SuspensionBody>,
}

/// A customer for whom a version was approved.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Approved)]
pub struct ApprovedBody {
    /// The customer's key.
    #[schema(example = "acme")]
    pub customer: String,
    /// For interactions that open from then on.
    #[schema(format = DateTime, example = "2026-06-01T00:00:00Z")]
    pub from: String,
    /// `two-party`: the customer has signed it; `one-party`: the tenant agreed alone.
    #[schema(example = "two-party")]
    pub approval: &'static str,
}

/// What keeps a version from being asked. Interactions under it keep what stood, and are quarantined.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Suspension)]
pub struct SuspensionBody {
    /// Since when.
    #[schema(format = DateTime, example = "2026-03-01T00:00:00Z")]
    pub since: String,
    /// After how many faults in a row.
    #[schema(example = 100)]
    pub faults: u32,
    /// The last of them.
    #[schema(example = "guest.trap-unreachable: wasm trap: wasm `unreachable` instruction executed")]
    pub fault: String,
}

/// One kind of event that a rule reads.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReadEvent)]
pub struct ReadBody {
    /// The event's type.
    #[serde(rename = "type")]
    #[schema(example = "incident.updated")]
    pub kind: String,
    /// The fields of its data that are read.
    pub fields: Vec<FieldBody>,
}

/// One field of an event that a rule reads.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReadField)]
pub struct FieldBody {
    /// For people and for error messages.
    #[schema(example = "state")]
    pub name: String,
    /// A JSON Pointer into the event's data.
    #[schema(example = "/incident_state")]
    pub path: String,
    /// `boolean`, `integer`, `decimal`, `text`, `timestamp` or `duration`.
    #[schema(example = "text")]
    pub kind: String,
    /// Whether an interaction without it cannot be judged.
    pub required: bool,
}

/// The timing policy of a version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Timing)]
pub struct TimingBody {
    /// An interaction not successful this long after opening has failed; or `unlimited`.
    #[schema(example = "P90D")]
    pub deadline: String,
    /// How long after success the outcome stays provisional.
    #[schema(example = "PT0S")]
    pub settles_after: String,
    /// How long after success later facts may still reverse it; or `unlimited`.
    #[schema(example = "P30D")]
    pub reversible_for: String,
}

impl From<ApprovedView> for ApprovedBody {
    fn from(ApprovedView { customer, from, parties }: ApprovedView) -> Self {
        Self { customer, from: from.to_string(), approval: parties.name() }
    }
}

impl From<SuspensionView> for SuspensionBody {
    fn from(SuspensionView { since, faults, fault }: SuspensionView) -> Self {
        Self { since: since.to_string(), faults, fault }
    }
}

impl From<DefinitionView> for DefinitionBody {
    fn from(DefinitionView { id, slug, versions }: DefinitionView) -> Self {
        Self { id: id.to_string(), name: slug, versions: versions.into_iter().map(VersionBody::from).collect() }
    }
}

impl From<VersionView> for VersionBody {
    fn from(view: VersionView) -> Self {
        let VersionContent { component, contract, parameters, reads, timing } = view.content;
        let named = view.parameter_names.into_iter().zip(parameters).filter(|(_, value)| value.kind().is_some());
        Self {
            id: view.id.to_string(),
            definition: view.definition,
            suspended: view.suspended.map(SuspensionBody::from),
            number: view.number,
            hash: view.hash.to_string(),
            rule: component.to_string(),
            contract,
            parameters: named.map(|(name, value)| (name, value.to_string())).collect(),
            reads: reads.into_iter().map(ReadBody::from).collect(),
            timing: timing.into(),
            state: view.stage.name(),
            active_from: view.active_from.map(|from| from.to_string()),
            retired_from: view.retired_from.map(|from| from.to_string()),
            approved: view.approved.into_iter().map(ApprovedBody::from).collect(),
            unsigned: view.unsigned,
        }
    }
}

impl From<EventType> for ReadBody {
    fn from(EventType { kind, fields }: EventType) -> Self {
        Self { kind, fields: fields.into_iter().map(FieldBody::from).collect() }
    }
}

impl From<Field> for FieldBody {
    fn from(Field { name, path, kind, required }: Field) -> Self {
        Self { name, path, kind: kind.to_string(), required }
    }
}

impl From<Timing> for TimingBody {
    fn from(Timing { deadline, settles_after, reversible_for }: Timing) -> Self {
        Self { deadline: deadline.to_string(), settles_after: settles_after.to_string(), reversible_for: reversible_for.to_string() }
    }
}

/// The name of a definition that a path names by its id or by its name; one that is not there yet has only a name.
async fn named(api: &Api, caller: &Caller, definition: String) -> Result<String, Problem> {
    match definition.parse::<DefinitionId>() {
        Ok(_) => Ok(api.assay().definition(caller, &definition).await?.slug),
        Err(_) => Ok(definition),
    }
}

/// The version that a path names.
pub(crate) async fn version(api: &Api, caller: &Caller, definition: &str, number: &str) -> Result<VersionView, Problem> {
    let versions = api.assay().definition(caller, definition).await?.versions;
    let found = versions.into_iter().find(|version| version.number.to_string() == number);
    found.ok_or_else(|| {
        let name = format!("{definition}@{number}");
        Problem::new(Kind::NotFound, format!("there is no version {name:?}"))
    })
}
