//! Definitions: immutable versions, and when each comes into force.

use assay_domain::{
    canon::Digest,
    definition::{ActivationContext, Timing, Version, VersionContent, VersionState},
    id::{DefinitionId, VersionId},
    manifest::{Manifest, check_reads, check_slug},
    time::Timestamp,
    violation::Violation,
};
use assay_runtime::ConfigureError;
use assay_store::{Page, Tx, billing, breakers, definitions, interactions};
use serde::{Deserialize, Serialize};

use crate::{
    Assay, Caller,
    error::{AppError, Result},
    rules,
};

/// A version to write down.
#[derive(Debug, Clone)]
pub struct VersionRequest {
    /// The definition it is a version of; created with its first version.
    pub definition: String,
    /// The rule: its name, id or digest.
    pub rule: String,
    /// What is set, by parameter name; the others take their defaults.
    pub parameters: Vec<(String, String)>,
    /// The timing policy.
    pub timing: Timing,
    /// From when it is in force, if it is activated at once.
    pub active_from: Option<Timestamp>,
}

/// A version as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionView {
    /// Its id.
    pub id: VersionId,
    /// The definition's slug.
    pub definition: String,
    /// 1, 2, 3, …
    pub number: u32,
    /// The hash of all it fixes.
    pub hash: Digest,
    /// What it fixes.
    pub content: VersionContent,
    /// The names of its parameters, in order.
    pub parameter_names: Vec<String>,
    /// From when it is in force; `None` for a draft.
    pub active_from: Option<Timestamp>,
    /// Why its rule is not asked any more, if it is not.
    #[serde(default)]
    pub suspended: Option<SuspensionView>,
}

/// A version whose rule only faulted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuspensionView {
    /// Since when.
    pub since: Timestamp,
    /// After how many faults in a row.
    pub faults: u32,
    /// The last of them.
    pub fault: String,
}

/// A definition as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionView {
    /// Its id.
    pub id: DefinitionId,
    /// Its slug.
    pub slug: String,
    /// Its versions, in order.
    pub versions: Vec<VersionView>,
}

impl Assay {
    /// Writes down the next version of a definition, as a draft.
    pub async fn create_version(&self, caller: &Caller, request: &VersionRequest) -> Result<VersionView> {
        check_slug("definition", &request.definition)?;
        request.timing.check()?;
        let mut reader = self.store.read(caller.tenant).await?;
        let row = rules::find(&mut reader, &request.rule).await?;
        let rule = self.rule(&mut reader, row.digest).await?;
        drop(reader);
        let parameters = rule.manifest().parameters(&request.parameters)?;
        let reads = rule.configure(&parameters).map_err(|error| match error {
            ConfigureError::Refused(message) => {
                AppError::Invalid(Violation::new("parameters", format!("the rule refuses them: {message}"), "set other values"))
            }
            ConfigureError::Fault(fault) => AppError::conflict(
                format!("the rule cannot be configured with these parameters: {fault}"),
                "mend the rule and push it again",
            ),
        })?;
        check_reads(&reads)?;
        let content = VersionContent { component: row.digest, contract: row.contract, parameters, reads, timing: request.timing };
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let definition = match definitions::by_slug(&mut tx, &request.definition).await? {
            Some(definition) => definition,
            None => definitions::insert(&mut tx, &request.definition, now).await?,
        };
        let (id, number) = definitions::insert_version(&mut tx, definition, row.id, &content, now).await?;
        if let Some(from) = request.active_from {
            activate(&mut tx, &request.definition, definition, number, from, now).await?;
        }
        let hash = content.hash();
        let after =
            serde_json::json!({ "definition": request.definition, "number": number, "hash": hash, "active_from": request.active_from });
        let (definition, active_from) = (request.definition.clone(), request.active_from);
        let view =
            VersionView { id, definition, number, hash, content, parameter_names: names(rule.manifest()), active_from, suspended: None };
        caller.commit(tx, caller.operation("version.create", id, None, Some(after.to_string()), now), &view).await?;
        self.signals.touch(caller.tenant);
        Ok(view)
    }

    /// Puts a version in force for interactions that open from a time on.
    pub async fn activate_version(&self, caller: &Caller, slug: &str, number: u32, from: Timestamp) -> Result<VersionId> {
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let definition = definitions::by_slug(&mut tx, slug).await?.ok_or_else(|| unknown_definition(slug))?;
        let id = activate(&mut tx, slug, definition, number, from, now).await?;
        let after = serde_json::json!({ "definition": slug, "number": number, "from": from }).to_string();
        caller.commit(tx, caller.operation("version.activate", id, None, Some(after), now), &id).await?;
        self.signals.touch(caller.tenant);
        Ok(id)
    }

    /// Some definitions of the tenant with all their versions, oldest first.
    pub async fn definitions_page(&self, caller: &Caller, page: Page) -> Result<Vec<DefinitionView>> {
        let mut all = definitions::all(&mut self.store.read(caller.tenant).await?).await?;
        all.retain(|(id, _)| id.0 > page.after);
        all.truncate(page.limit as usize);
        let versions = self.versions(caller).await?;
        let of = |slug: &str| versions.iter().filter(|version| version.definition == slug).cloned().collect();
        Ok(all.into_iter().map(|(id, slug)| DefinitionView { id, versions: of(&slug), slug }).collect())
    }

    /// One definition with all its versions, by slug or id.
    pub async fn definition(&self, caller: &Caller, name: &str) -> Result<DefinitionView> {
        let all = self.definitions_page(caller, Page::ALL).await?;
        all.into_iter().find(|view| view.slug == name || view.id.to_string() == name).ok_or_else(|| unknown_definition(name))
    }

    /// Every version of the tenant's definitions.
    pub async fn versions(&self, caller: &Caller) -> Result<Vec<VersionView>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let slugs = definitions::all(&mut reader).await?;
        let versions = definitions::versions(&mut reader).await?;
        let rules = assay_store::rules::all(&mut reader).await?;
        let breakers = breakers::all(&mut reader).await?;
        let suspended = |version: &Version| {
            let row = breakers.iter().find(|row| row.version == version.id)?;
            Some(SuspensionView { since: row.suspended_at?, faults: row.faults, fault: row.fault.clone().unwrap_or_default() })
        };
        let manifest = |version: &Version| rules.iter().find(|rule| rule.digest == version.content.component).map(|rule| &rule.manifest);
        let slug =
            |version: &Version| slugs.iter().find(|(id, _)| *id == version.definition).map(|(_, slug)| slug.clone()).unwrap_or_default();
        let view = |version: Version| VersionView {
            id: version.id,
            definition: slug(&version),
            number: version.number,
            hash: version.content.hash(),
            suspended: suspended(&version),
            parameter_names: manifest(&version).map(names).unwrap_or_default(),
            active_from: match version.state {
                VersionState::Active { from } => Some(from),
                VersionState::Draft => None,
            },
            content: version.content,
        };
        Ok(versions.into_iter().map(view).collect())
    }
}

/// Puts a version in force, and marks what opened from then on for judging again.
async fn activate(tx: &mut Tx, slug: &str, definition: DefinitionId, number: u32, from: Timestamp, now: Timestamp) -> Result<VersionId> {
    let versions = definitions::versions(tx).await?;
    let of_definition = || versions.iter().filter(|version| version.definition == definition);
    let missing = || AppError::not_found("version", format!("{slug}@{number}"), "the definition shows its versions");
    let version = of_definition().find(|version| version.number == number).ok_or_else(missing)?;
    let context = ActivationContext {
        has_earlier: of_definition().any(|other| matches!(other.state, VersionState::Active { .. })),
        has_invoices: billing::has_invoices(tx).await?,
        now,
    };
    version.state.activate(from, context)?;
    definitions::activate(tx, version.id, from, now).await?;
    interactions::touch_unjudged(tx, now).await?;
    interactions::touch_opened(tx, None, from, now).await?;
    Ok(version.id)
}

pub(crate) fn unknown_definition(slug: &str) -> AppError {
    AppError::not_found("definition", slug, "the list of definitions shows them")
}

fn names(manifest: &Manifest) -> Vec<String> {
    manifest.parameters.iter().map(|parameter| parameter.name.clone()).collect()
}
