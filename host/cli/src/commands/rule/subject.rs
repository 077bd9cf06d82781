//! A recorded interaction, and the rule that it is shown to.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use assay_app::{OutcomeView, VersionView};
use assay_domain::{
    definition::Timing,
    time::Timestamp,
    timeline::{Fact, Timeline},
};
use assay_runtime::Rule;
use clap::Args;

use super::admit;
use crate::{commands::definition::parameter, session::Session};

/// The rule, and what is set for it.
#[derive(Debug, Args)]
pub struct Pick {
    /// The definition that judged the interaction, where there are several.
    #[arg(long, conflicts_with = "rule")]
    definition: Option<String>,
    /// A parameter, as name=value. Can be given several times; the others are those of the version that judged, or their defaults.
    #[arg(long = "param", value_parser = parameter)]
    pub(super) parameters: Vec<(String, String)>,
}

/// An interaction and a rule for it.
pub(super) struct Subject {
    pub(super) rule: Rule,
    /// Its parameters, by name.
    pub(super) parameters: Vec<(String, String)>,
    pub(super) facts: Vec<Fact>,
    /// The version that judged the interaction and its timing; nothing where another rule is asked.
    pub(super) version: Option<(String, Timing)>,
    /// The present.
    pub(super) now: Timestamp,
}

impl Subject {
    /// What is known of an interaction, and the rule: the one that is named, or the one that judged it.
    pub(super) async fn find(name: &str, rule: Option<&Path>, pick: &Pick, session: &Session) -> Result<Self> {
        let facts = session.assay.facts(&session.caller, name).await?;
        let now = session.assay.now();
        let Some(path) = rule else {
            let version = version(name, pick.definition.as_deref(), session).await?;
            let rule = session.assay.admitted_rule(&session.caller, &version.content.component.to_string()).await?;
            let parameters = over(set(&version), &pick.parameters);
            let version = Some((format!("{}@{}", version.definition, version.number), version.content.timing));
            return Ok(Self { rule, parameters, facts, version, now });
        };
        Ok(Self { rule: admit(path)?, parameters: pick.parameters.clone(), facts, version: None, now })
    }

    /// Its timeline.
    pub(super) fn timeline(&self) -> Timeline {
        Timeline::new(self.facts.clone(), None)
    }
}

/// The version that judged an interaction.
async fn version(name: &str, definition: Option<&str>, session: &Session) -> Result<VersionView> {
    let view = session.assay.interaction(&session.caller, name).await?;
    let judged: Vec<&OutcomeView> =
        view.outcomes.iter().filter(|outcome| definition.is_none_or(|slug| outcome.definition == slug)).collect();
    let outcome = match judged.as_slice() {
        [one] => one,
        [] => bail!("no definition has judged {name}: give the rule to ask"),
        several => {
            let slugs: Vec<&str> = several.iter().map(|outcome| outcome.definition.as_str()).collect();
            bail!("several definitions judged {name}: choose one of {} with --definition", slugs.join(", "));
        }
    };
    let versions = session.assay.definition(&session.caller, &outcome.definition).await?.versions;
    let found = versions.into_iter().find(|version| version.number == outcome.version);
    found.with_context(|| format!("{}@{} is not there any more", outcome.definition, outcome.version))
}

/// The parameters of a version as they would be set; one that may stay absent and does is left out.
fn set(version: &VersionView) -> Vec<(String, String)> {
    let pairs = version.parameter_names.iter().zip(&version.content.parameters);
    pairs.filter(|(_, value)| value.kind().is_some()).map(|(name, value)| (name.clone(), value.to_string())).collect()
}

/// Parameters with others in their place.
pub(super) fn over(mut set: Vec<(String, String)>, others: &[(String, String)]) -> Vec<(String, String)> {
    set.retain(|(name, _)| !others.iter().any(|(other, _)| other == name));
    set.extend(others.iter().cloned());
    set
}
