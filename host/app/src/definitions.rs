//! Definitions: immutable versions, and when each comes into force.

use assay_domain::{
    canon::Digest,
    definition::{ActivationContext, Timing, Version, VersionContent, VersionState},
    id::VersionId,
    manifest::{check_reads, check_slug},
    time::Timestamp,
    violation::Violation,
};
use assay_runtime::ConfigureError;
use assay_store::{billing, definitions, interactions};

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
        let after = serde_json::json!({ "definition": request.definition, "number": number, "hash": content.hash() }).to_string();
        tx.commit(caller.operation("version.create", id, None, Some(after), now)).await?;
        Ok(VersionView { id, definition: request.definition.clone(), number, hash: content.hash(), content, active_from: None })
    }

    /// Puts a version in force for interactions that open from a time on.
    pub async fn activate_version(&self, caller: &Caller, slug: &str, number: u32, from: Timestamp) -> Result<VersionId> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let unknown = || AppError::not_found("definition", slug, "`assay definition list` shows them");
        let definition = definitions::by_slug(&mut tx, caller.tenant, slug).await?.ok_or_else(unknown)?;
        let versions = definitions::versions(&mut tx, caller.tenant).await?;
        let of_definition = || versions.iter().filter(|version| version.definition == definition);
        let version = of_definition().find(|version| version.number == number);
        let missing = || AppError::not_found("version", format!("{slug}@{number}"), "`assay definition show` lists its versions");
        let version: &Version = version.ok_or_else(missing)?;
        let context = ActivationContext {
            has_earlier: of_definition().any(|other| matches!(other.state, VersionState::Active { .. })),
            has_invoices: !billing::invoices(&mut tx, caller.tenant).await?.is_empty(),
            now,
        };
        version.state.activate(from, context)?;
        definitions::activate(&mut tx, caller.tenant, version.id, from, now).await?;
        interactions::touch_opened(&mut tx, caller.tenant, None, from).await?;
        let id = version.id;
        let after = serde_json::json!({ "definition": slug, "number": number, "from": from }).to_string();
        tx.commit(caller.operation("version.activate", id, None, Some(after), now)).await?;
        Ok(id)
    }

    /// Every version of the tenant's definitions.
    pub async fn versions(&self, caller: &Caller) -> Result<Vec<VersionView>> {
        let mut reader = self.store.read().await?;
        let slugs = definitions::all(&mut reader, caller.tenant).await?;
        let versions = definitions::versions(&mut reader, caller.tenant).await?;
        let slug =
            |version: &Version| slugs.iter().find(|(id, _)| *id == version.definition).map(|(_, slug)| slug.clone()).unwrap_or_default();
        let view = |version: Version| VersionView {
            id: version.id,
            definition: slug(&version),
            number: version.number,
            hash: version.content.hash(),
            active_from: match version.state {
                VersionState::Active { from } => Some(from),
                VersionState::Draft => None,
            },
            content: version.content,
        };
        Ok(versions.into_iter().map(view).collect())
    }
}
