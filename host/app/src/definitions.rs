//! Definitions: immutable versions, when each comes into force, and when it judges nothing more.

use assay_domain::{
    definition::{RetirementError, Timing, Version, VersionContent},
    event::check_name,
    id::{DefinitionId, VersionId},
    manifest::{check_reads, check_slug},
    proposal::Stage,
    time::Timestamp,
    violation::Violation,
};
use assay_runtime::ConfigureError;
use assay_store::{Connection, Page, StoreError, Tx, definitions, interactions};

use crate::{
    Assay, Caller,
    approvals::{Candidate, pass, start},
    error::{AppError, Result},
    rules,
    versions::{Shown, VersionView},
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
        if request.active_from.is_some() {
            self.try_fixtures(caller, &request.definition, &content).await?;
        }
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
            activate(&mut tx, &request.definition, number, from, now).await?;
        }
        let missing = || StoreError::Corrupt { table: "versions", column: "id", value: id.to_string() };
        let view = Shown::read(&mut tx, now).await?.one(id).ok_or_else(missing)?;
        let after = serde_json::json!({ "definition": request.definition, "number": number, "hash": view.hash, "stage": view.stage,
                                        "active_from": request.active_from });
        caller.commit(tx, caller.operation("version.create", id, None, Some(after.to_string()), now), &view).await?;
        self.signals.touch(caller.tenant);
        Ok(view)
    }

    /// Puts a version in force for interactions that open from a time on, of everybody whose agreement does not demand two parties.
    pub async fn activate_version(&self, caller: &Caller, slug: &str, number: u32, from: Timestamp) -> Result<VersionId> {
        self.try_before(caller, slug, number).await?;
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let before = Shown::read(&mut tx, now).await?;
        let id = activate(&mut tx, slug, number, from, now).await?;
        let after = serde_json::json!({ "definition": slug, "number": number, "stage": Stage::Active, "from": from }).to_string();
        let before = before.one(id).map(|view| staged(&view));
        caller.commit(tx, caller.operation("version.activate", id, before, Some(after), now), &id).await?;
        self.signals.touch(caller.tenant);
        Ok(id)
    }

    /// Takes a version out of force for interactions that open from a time on; those that have opened stay under it. No other version
    /// comes back in its place.
    pub async fn retire_version(&self, caller: &Caller, slug: &str, number: u32, from: Timestamp, reason: &str) -> Result<VersionId> {
        check_name("reason", reason)?;
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let (_, version) = find_version(&mut tx, slug, number).await?;
        version.state.retire(from, now).map_err(|error| unretired(error, now))?;
        let before = Shown::read(&mut tx, now).await?.one(version.id).map(|view| staged(&view));
        definitions::retire(&mut tx, version.id, from, reason, &caller.actor, now).await?;
        interactions::touch_unjudged(&mut tx, now).await?;
        interactions::touch_opened(&mut tx, None, from, now).await?;
        let after = serde_json::json!({ "definition": slug, "number": number, "stage": Stage::Retired, "from": from, "reason": reason });
        caller.commit(tx, caller.operation("version.retire", version.id, before, Some(after.to_string()), now), &version.id).await?;
        self.signals.touch(caller.tenant);
        Ok(version.id)
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
        Ok(Shown::read(&mut reader, self.clock.now()).await?.views())
    }
}

/// Puts a version in force, and marks what opened from then on for judging again.
async fn activate(tx: &mut Tx, slug: &str, number: u32, from: Timestamp, now: Timestamp) -> Result<VersionId> {
    let (versions, version) = find_version(tx, slug, number).await?;
    let context = start(tx, &versions, &version, None, now).await?;
    version.state.activate(from, context)?;
    pass(tx, &Candidate { slug, version: &version }).await?;
    definitions::activate(tx, version.id, from, now).await?;
    interactions::touch_unjudged(tx, now).await?;
    interactions::touch_opened(tx, None, from, now).await?;
    Ok(version.id)
}

/// Every version of the tenant, and the one that is meant.
pub(crate) async fn find_version(c: &mut impl Connection, slug: &str, number: u32) -> Result<(Vec<Version>, Version)> {
    let definition = definitions::by_slug(c, slug).await?.ok_or_else(|| unknown_definition(slug))?;
    let versions = definitions::versions(c).await?;
    let found = versions.iter().find(|version| version.definition == definition && version.number == number).cloned();
    let missing = || AppError::not_found("version", format!("{slug}@{number}"), "the definition shows its versions");
    Ok((versions, found.ok_or_else(missing)?))
}

/// Where a version was in its life before it took a step.
fn staged(view: &VersionView) -> String {
    let VersionView { definition, number, stage, active_from, .. } = view;
    serde_json::json!({ "definition": definition, "number": number, "stage": stage, "active_from": active_from }).to_string()
}

fn unretired(error: RetirementError, now: Timestamp) -> AppError {
    let remedy = match error {
        RetirementError::AlreadyRetired(_) => "it stays as it is".to_owned(),
        RetirementError::Retroactive(_) => format!("retire it from {now} or later"),
    };
    AppError::conflict(error.to_string(), remedy)
}

pub(crate) fn unknown_definition(slug: &str) -> AppError {
    AppError::not_found("definition", slug, "the list of definitions shows them")
}
