//! Rules: uploaded components that judge interactions.

mod create;
mod list;
mod show;

use assay_app::RuleView;
use assay_domain::manifest::{Manifest, Parameter, Reason};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Api;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list::list, create::create)).routes(routes!(show::show))
}

/// A rule: a component, and what it declares about itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rule)]
pub struct RuleBody {
    /// Its id.
    #[schema(example = "rul_0000000000001")]
    pub id: String,
    /// The component's SHA-256, in hexadecimal digits.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub digest: String,
    /// Its name. Later uploads may have the same; the name stands for the latest.
    #[schema(example = "resolved-ticket")]
    pub name: String,
    /// For people.
    #[schema(example = "Ticket stays resolved")]
    pub title: String,
    /// For people, longer.
    pub summary: String,
    /// What one unit of the outcome is called.
    #[schema(example = "resolution")]
    pub unit: String,
    /// What can be set per definition version.
    pub parameters: Vec<ParameterBody>,
    /// The closed set of reasons for its verdicts.
    pub reasons: Vec<ReasonBody>,
    /// The classes a success may have.
    #[schema(example = json!([]))]
    pub classes: Vec<String>,
    /// Who may be credited.
    #[schema(example = json!([]))]
    pub participants: Vec<String>,
    /// Whether every success carries a value.
    pub has_value: bool,
}

/// Something that can be set per definition version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RuleParameter)]
pub struct ParameterBody {
    /// Its name.
    #[schema(example = "window")]
    pub name: String,
    /// `boolean`, `integer`, `decimal`, `text`, `timestamp` or `duration`.
    #[schema(example = "duration")]
    pub kind: String,
    /// Whether every version must set it.
    pub required: bool,
    /// What it is in a version that does not set it; null where it must be set, and where it stays absent.
    #[schema(example = "P1D")]
    pub default: Option<String>,
    /// What it is for.
    pub help: String,
}

/// Why a verdict is what it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RuleReason)]
pub struct ReasonBody {
    /// Stable.
    #[schema(example = "awaiting-window")]
    pub code: String,
    /// In words.
    pub help: String,
}

impl From<RuleView> for RuleBody {
    fn from(RuleView { id, digest, manifest }: RuleView) -> Self {
        let Manifest { name, title, summary, unit, parameters, reasons, classes, participants, has_value } = manifest;
        Self {
            id: id.to_string(),
            digest: digest.to_string(),
            name,
            title,
            summary,
            unit,
            parameters: parameters.into_iter().map(ParameterBody::from).collect(),
            reasons: reasons.into_iter().map(ReasonBody::from).collect(),
            classes,
            participants,
            has_value,
        }
    }
}

impl From<Parameter> for ParameterBody {
    fn from(Parameter { name, kind, default, help }: Parameter) -> Self {
        let required = default.is_none();
        // A default that is missing says that the parameter stays absent.
        let default = default.filter(|value| value.kind().is_some()).map(|value| value.to_string());
        Self { name, kind: kind.to_string(), required, default, help }
    }
}

impl From<Reason> for ReasonBody {
    fn from(Reason { code, help }: Reason) -> Self {
        Self { code, help }
    }
}
