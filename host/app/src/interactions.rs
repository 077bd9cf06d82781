//! Lists of interactions by how they stand, and whose they are.

use std::collections::HashMap;

use assay_domain::{
    id::{CustomerId, DefinitionId, InteractionId, VersionId},
    outcome::OutcomeState,
    time::Timestamp,
};
use assay_store::{
    Connection, Page,
    breakers::{self, BreakerRow},
    customers, definitions,
    interactions::{self, InteractionFilter, InteractionRow},
    outcomes,
};
use serde::{Deserialize, Serialize};

use crate::{
    Assay, Caller,
    customers::unknown_customer,
    definitions::unknown_definition,
    error::{AppError, Result},
};

/// Which interactions to list; what is absent does not narrow.
#[derive(Debug, Clone, Default)]
pub struct InteractionQuery {
    /// Those that belong to this customer, by key.
    pub customer: Option<String>,
    /// Those that belong to nobody.
    pub unassigned: bool,
    /// Those judged under this definition, by slug.
    pub definition: Option<String>,
    /// Those with an outcome that stands here.
    pub state: Option<OutcomeState>,
    /// Those with an outcome that stands for this reason.
    pub reason: Option<String>,
    /// Those with an outcome that a fault keeps from being renewed.
    pub faulted: bool,
}

/// One interaction of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InteractionEntry {
    /// Its id.
    pub id: InteractionId,
    /// The sender's key for it.
    pub subject: String,
    /// The key of the customer it belongs to.
    pub customer: Option<String>,
    /// When it opened, once it was judged.
    pub opened_at: Option<Timestamp>,
    /// What stands, by definition.
    pub outcomes: Vec<OutcomeEntry>,
}

/// What stands under one definition, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeEntry {
    /// The definition's slug.
    pub definition: String,
    /// Where it stands.
    pub state: Option<OutcomeState>,
    /// Why.
    pub reason: Option<String>,
    /// The fault that kept it from being renewed.
    pub fault: Option<String>,
}

/// What is asked about again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retried {
    /// How many interactions.
    pub interactions: u64,
    /// The suspended versions that are let try again: `resolved-ticket@1`.
    pub resumed: Vec<String>,
}

impl Assay {
    /// Some interactions that a query lets through, in order of their arrival.
    pub async fn interactions(&self, caller: &Caller, query: &InteractionQuery, page: Page) -> Result<Vec<InteractionEntry>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let filter = filter(&mut reader, query).await?;
        let rows = interactions::page(&mut reader, &filter, page).await?;
        entries(&mut reader, rows).await
    }

    /// Says whose interaction it is; wins over what events name.
    pub async fn assign_interaction(&self, caller: &Caller, name: &str, customer: &str, reason: &str) -> Result<InteractionId> {
        assay_domain::event::check_name("reason", reason)?;
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let row = find(&mut tx, name).await?;
        let id = customers::by_key(&mut tx, customer).await?.ok_or_else(|| unknown_customer(customer))?;
        interactions::assign(&mut tx, row.id, id, &caller.actor, reason, now).await?;
        let before = serde_json::json!({ "customer": row.customer }).to_string();
        let after = serde_json::json!({ "customer": id, "reason": reason }).to_string();
        caller.commit(tx, caller.operation("interaction.assign", row.id, Some(before), Some(after), now), &row.id).await?;
        self.signals.touch(caller.tenant);
        Ok(row.id)
    }

    /// Asks again about what a fault keeps from being judged, of one interaction or of all. Suspended versions that stand behind it are let
    /// try again.
    pub async fn retry_faulted(&self, caller: &Caller, name: Option<&str>) -> Result<Retried> {
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let only = match name {
            Some(name) => Some(find(&mut tx, name).await?.id),
            None => None,
        };
        let suspended = breakers::all(&mut tx).await?;
        let resumed = breakers::resume(&mut tx, only).await?;
        let suspended: Vec<BreakerRow> = suspended.into_iter().filter(|row| resumed.contains(&row.version)).collect();
        for row in suspended {
            let before = serde_json::json!({ "suspended_at": row.suspended_at, "faults": row.faults, "fault": row.fault }).to_string();
            let after = serde_json::json!({ "suspended_at": null, "faults": 0, "fault": null }).to_string();
            tx.log(&caller.operation("version.resume", row.version, Some(before), Some(after), now)).await?;
        }
        let resumed = version_names(&mut tx, &resumed).await?;
        let retried = Retried { interactions: outcomes::retry(&mut tx, only, now).await?, resumed };
        let subject = only.map_or_else(|| "all".to_owned(), |id| id.to_string());
        let after = serde_json::json!(retried).to_string();
        caller.commit(tx, caller.operation("outcomes.retry", subject, None, Some(after), now), &retried).await?;
        self.signals.touch(caller.tenant);
        Ok(retried)
    }
}

/// Versions as people name them: `resolved-ticket@1`.
async fn version_names(c: &mut impl Connection, ids: &[VersionId]) -> Result<Vec<String>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let slugs: HashMap<DefinitionId, String> = definitions::all(c).await?.into_iter().collect();
    let versions = definitions::versions(c).await?.into_iter().filter(|version| ids.contains(&version.id));
    Ok(versions.map(|version| format!("{}@{}", slugs.get(&version.definition).map_or("", String::as_str), version.number)).collect())
}

/// The interaction with an id or a subject. An id comes first, so that nobody hides an interaction behind a subject that looks like
/// its id.
pub(crate) async fn find(c: &mut impl Connection, name: &str) -> Result<InteractionRow> {
    if let Ok(id) = name.parse()
        && let Some(row) = interactions::by_id(c, id).await?
    {
        return Ok(row);
    }
    let unknown = || AppError::not_found("interaction", name, "name it by its id or by the subject of its events");
    interactions::by_subject(c, name).await?.ok_or_else(unknown)
}

async fn filter(c: &mut impl Connection, query: &InteractionQuery) -> Result<InteractionFilter> {
    let customer = match &query.customer {
        Some(key) => Some(customers::by_key(c, key).await?.ok_or_else(|| unknown_customer(key))?),
        None => None,
    };
    let definition = match &query.definition {
        Some(slug) => Some(definitions::by_slug(c, slug).await?.ok_or_else(|| unknown_definition(slug))?),
        None => None,
    };
    let InteractionQuery { unassigned, state, faulted, ref reason, .. } = *query;
    Ok(InteractionFilter { customer, unassigned, definition, state, reason: reason.clone(), faulted })
}

/// Interactions as lists show them.
pub(crate) async fn entries(c: &mut impl Connection, rows: Vec<InteractionRow>) -> Result<Vec<InteractionEntry>> {
    let ids: Vec<InteractionId> = rows.iter().map(|row| row.id).collect();
    let owners: Vec<CustomerId> = rows.iter().filter_map(|row| row.customer).collect();
    let keys: HashMap<CustomerId, String> = customers::keys(c, &owners).await?;
    let slugs: HashMap<DefinitionId, String> = definitions::all(c).await?.into_iter().collect();
    let mut standing: HashMap<InteractionId, Vec<OutcomeEntry>> = HashMap::with_capacity(rows.len());
    for outcome in outcomes::of(c, &ids).await? {
        standing.entry(outcome.interaction).or_default().push(OutcomeEntry {
            definition: slugs.get(&outcome.definition).cloned().unwrap_or_default(),
            state: outcome.state,
            reason: outcome.reason,
            fault: outcome.fault,
        });
    }
    let entry = |row: InteractionRow| InteractionEntry {
        id: row.id,
        subject: row.subject,
        customer: row.customer.and_then(|id| keys.get(&id).cloned()),
        opened_at: row.opened_at,
        outcomes: standing.remove(&row.id).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(entry).collect())
}
