//! What a candidate fixes: what a version that is written down does, or the version in force with something changed.

use assay_domain::{
    definition::{Timing, Version, VersionContent},
    id::{DefinitionId, VersionId},
    manifest::{Manifest, check_reads},
    terms::terms,
    time::Timestamp,
    value::Value,
    violation::Violation,
};
use assay_runtime::ConfigureError;
use assay_store::{Connection, definitions};

use super::request::{Candidate, Changes};
use crate::{
    Assay,
    definitions::unknown_definition,
    error::{AppError, Result},
    rules,
};

/// A candidate, and the version that has its content, if one is written down.
pub(super) struct Resolved {
    pub(super) definition: DefinitionId,
    pub(super) version: Option<VersionId>,
    pub(super) content: VersionContent,
}

impl Assay {
    /// Finds what a candidate for a definition fixes.
    pub(super) async fn resolve(&self, c: &mut impl Connection, slug: &str, candidate: &Candidate, now: Timestamp) -> Result<Resolved> {
        let definition = definitions::by_slug(c, slug).await?.ok_or_else(|| unknown_definition(slug))?;
        let versions: Vec<Version> =
            definitions::versions(c).await?.into_iter().filter(|version| version.definition == definition).collect();
        let in_force = |version: &&Version| version.state.active_from().is_some() || !version.approvals.is_empty();
        let Some(latest) = versions.iter().rfind(in_force) else {
            let problem = format!("no version of {slug} is in force, so there is nothing to compare with");
            return Err(AppError::conflict(problem, "put a first version in force"));
        };
        let content = match candidate {
            Candidate::Version(number) => {
                let unknown = || AppError::not_found("version", format!("{slug}@{number}"), "the definition shows its versions");
                versions.iter().find(|version| version.number == *number).ok_or_else(unknown)?.content.clone()
            }
            Candidate::Changed(changes) => {
                // Where none is in force for everybody now, the latest that was for anybody.
                let base = terms(&versions, None, now).first().copied().unwrap_or(latest);
                self.changed(c, &base.content, changes).await?
            }
        };
        let hash = content.hash();
        let version = versions.iter().find(|version| version.content.hash() == hash).map(|version| version.id);
        Ok(Resolved { definition, version, content })
    }

    async fn changed(&self, c: &mut impl Connection, base: &VersionContent, changes: &Changes) -> Result<VersionContent> {
        let before = rules::find(c, &base.component.to_string()).await?;
        let row = match &changes.rule {
            Some(name) => rules::find(c, name).await?,
            None => before.clone(),
        };
        let rule = self.rule(c, row.digest).await?;
        let parameters = rule.manifest().parameters(&settings(&before.manifest, &base.parameters, rule.manifest(), changes))?;
        let reads = rule.configure(&parameters).map_err(unconfigured)?;
        check_reads(&reads)?;
        let timing = Timing {
            deadline: changes.deadline.unwrap_or(base.timing.deadline),
            settles_after: changes.settles_after.unwrap_or(base.timing.settles_after),
            reversible_for: changes.reversible_for.unwrap_or(base.timing.reversible_for),
        };
        timing.check()?;
        Ok(VersionContent { component: row.digest, contract: row.contract, parameters, reads, timing })
    }
}

/// What is set by name: what is changed, and of the rest what the version in force has, where the rule knows it.
fn settings(before: &Manifest, values: &[Value], manifest: &Manifest, changes: &Changes) -> Vec<(String, String)> {
    let is_changed = |name: &str| changes.parameters.iter().any(|(changed, _)| changed == name);
    let is_known = |name: &str| manifest.parameters.iter().any(|parameter| parameter.name == name);
    let named = before.parameters.iter().map(|parameter| parameter.name.as_str()).zip(values);
    let kept = named.filter(|(name, value)| value.kind().is_some() && is_known(name) && !is_changed(name));
    changes.parameters.iter().cloned().chain(kept.map(|(name, value)| (name.to_owned(), value.to_string()))).collect()
}

pub(crate) fn unconfigured(error: ConfigureError) -> AppError {
    match error {
        ConfigureError::Refused(message) => {
            Violation::new("parameters", format!("the rule refuses them: {message}"), "set other values").into()
        }
        ConfigureError::Fault(fault) => {
            AppError::conflict(format!("the rule cannot be configured with these parameters: {fault}"), "mend the rule and push it again")
        }
    }
}
