//! Definitions: immutable versions, and when each comes into force.

use assay_domain::{
    canon::Digest,
    definition::{ActivationContext, Timing, Version, VersionContent, VersionState},
    id::{DefinitionId, TenantId, VersionId},
    manifest::{Manifest, check_reads, check_slug},
    time::Timestamp,
    violation::Violation,
};
use assay_runtime::ConfigureError;
use assay_store::{Tx, billing, definitions, interactions};

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
#[derive(Debug, Clone)]
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
}

impl Assay {
    /// Writes down the next version of a definition, as a draft.
    pub async fn create_version(&self, caller: &Caller, request: &VersionRequest) -> Result<VersionView> {
        check_slug("definition", &request.definition)?;
        request.timing.check()?;
        let mut reader = self.store.read().await?;
        let row = rules::find(&mut reader, caller.tenant, &request.rule).await?;
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
        let mut tx = self.store.begin().await?;
        let definition = match definitions::by_slug(&mut tx, caller.tenant, &request.definition).await? {
            Some(definition) => definition,
            None => definitions::insert(&mut tx, caller.tenant, &request.definition, now).await?,
        };
        let (id, number) = definitions::insert_version(&mut tx, caller.tenant, definition, row.id, &content, now).await?;
        if let Some(from) = request.active_from {
            activate(&mut tx, caller.tenant, &request.definition, definition, number, from, now).await?;
        }
        let hash = content.hash();
        let after =
            serde_json::json!({ "definition": request.definition, "number": number, "hash": hash, "active_from": request.active_from });
        tx.commit(caller.operation("version.create", id, None, Some(after.to_string()), now)).await?;
        let (definition, active_from) = (request.definition.clone(), request.active_from);
        Ok(VersionView { id, definition, number, hash, content, parameter_names: names(rule.manifest()), active_from })
    }

    /// Puts a version in force for interactions that open from a time on.
    pub async fn activate_version(&self, caller: &Caller, slug: &str, number: u32, from: Timestamp) -> Result<VersionId> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let unknown = || AppError::not_found("definition", slug, "`assay definition list` shows them");
        let definition = definitions::by_slug(&mut tx, caller.tenant, slug).await?.ok_or_else(unknown)?;
        let id = activate(&mut tx, caller.tenant, slug, definition, number, from, now).await?;
        let after = serde_json::json!({ "definition": slug, "number": number, "from": from }).to_string();
        tx.commit(caller.operation("version.activate", id, None, Some(after), now)).await?;
        Ok(id)
    }

    /// Every version of the tenant's definitions.
    pub async fn versions(&self, caller: &Caller) -> Result<Vec<VersionView>> {
        let mut reader = self.store.read().await?;
        let slugs = definitions::all(&mut reader, caller.tenant).await?;
        let versions = definitions::versions(&mut reader, caller.tenant).await?;
        let rules = assay_store::rules::all(&mut reader, caller.tenant).await?;
        let manifest = |version: &Version| rules.iter().find(|rule| rule.digest == version.content.component).map(|rule| &rule.manifest);
        let slug =
            |version: &Version| slugs.iter().find(|(id, _)| *id == version.definition).map(|(_, slug)| slug.clone()).unwrap_or_default();
        let view = |version: Version| VersionView {
            id: version.id,
            definition: slug(&version),
            number: version.number,
            hash: version.content.hash(),
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
async fn activate(
    tx: &mut Tx,
    tenant: TenantId,
    slug: &str,
    definition: DefinitionId,
    number: u32,
    from: Timestamp,
    now: Timestamp,
) -> Result<VersionId> {
    let versions = definitions::versions(tx, tenant).await?;
    let of_definition = || versions.iter().filter(|version| version.definition == definition);
    let missing = || AppError::not_found("version", format!("{slug}@{number}"), "`assay definition show` lists its versions");
    let version = of_definition().find(|version| version.number == number).ok_or_else(missing)?;
    let context = ActivationContext {
        has_earlier: of_definition().any(|other| matches!(other.state, VersionState::Active { .. })),
        has_invoices: !billing::invoices(tx, tenant).await?.is_empty(),
        now,
    };
    version.state.activate(from, context)?;
    definitions::activate(tx, tenant, version.id, from, now).await?;
    interactions::touch_opened(tx, tenant, None, from).await?;
    Ok(version.id)
}

fn names(manifest: &Manifest) -> Vec<String> {
    manifest.parameters.iter().map(|parameter| parameter.name.clone()).collect()
}
