//! Versions as they are shown: what they fix, where they are in their life, and for whom they hold.

use std::collections::HashMap;

use assay_domain::{
    approval::Parties,
    canon::Digest,
    definition::{Version, VersionContent},
    id::{CustomerId, DefinitionId, VersionId},
    manifest::Manifest,
    proposal::Stage,
    time::Timestamp,
};
use assay_store::{
    Connection,
    breakers::{self, BreakerRow},
    customers, definitions, rules,
};
use serde::{Deserialize, Serialize};

use crate::{approvals::Known, error::Result};

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
    /// Where it is in its life.
    #[serde(default)]
    pub stage: Stage,
    /// From when it is in force for everybody whose agreement does not demand more; `None` if it never was.
    pub active_from: Option<Timestamp>,
    /// From when it judges nothing that opens.
    #[serde(default)]
    pub retired_from: Option<Timestamp>,
    /// The customers for whom it was approved.
    #[serde(default)]
    pub approved: Vec<ApprovedView>,
    /// The customers who have to sign it and have not, while it is in force for the others: they keep the one that they signed last.
    #[serde(default)]
    pub unsigned: Vec<String>,
    /// Why its rule is not asked any more, if it is not.
    #[serde(default)]
    pub suspended: Option<SuspensionView>,
}

/// A customer for whom a version was approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovedView {
    /// The customer's key.
    pub customer: String,
    /// For interactions that open from then on.
    pub from: Timestamp,
    /// Who has agreed.
    pub parties: Parties,
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

/// What it takes to show the versions of a tenant.
pub(crate) struct Shown {
    known: Known,
    slugs: HashMap<DefinitionId, String>,
    manifests: HashMap<Digest, Manifest>,
    breakers: Vec<BreakerRow>,
    customers: HashMap<CustomerId, String>,
}

impl Shown {
    pub(crate) async fn read(c: &mut impl Connection, now: Timestamp) -> Result<Self> {
        let known = Known::read(c, now).await?;
        let mut named: Vec<CustomerId> =
            known.versions().iter().flat_map(|version| approved_for(version).chain(known.unsigned(version))).collect();
        named.sort_unstable();
        named.dedup();
        Ok(Self {
            known,
            slugs: definitions::all(c).await?.into_iter().collect(),
            manifests: rules::all(c).await?.into_iter().map(|rule| (rule.digest, rule.manifest)).collect(),
            breakers: breakers::all(c).await?,
            customers: customers::keys(c, &named).await?,
        })
    }

    /// Every version.
    pub(crate) fn views(&self) -> Vec<VersionView> {
        self.known.versions().iter().map(|version| self.view(version)).collect()
    }

    /// One version.
    pub(crate) fn one(&self, id: VersionId) -> Option<VersionView> {
        self.known.versions().iter().find(|version| version.id == id).map(|version| self.view(version))
    }

    fn view(&self, version: &Version) -> VersionView {
        let manifest = self.manifests.get(&version.content.component);
        VersionView {
            id: version.id,
            definition: self.slugs.get(&version.definition).cloned().unwrap_or_default(),
            number: version.number,
            hash: version.content.hash(),
            content: version.content.clone(),
            parameter_names: manifest.map(names).unwrap_or_default(),
            stage: self.known.stage(version),
            active_from: version.state.active_from(),
            retired_from: version.state.retired_from(),
            approved: self.approved(version),
            unsigned: self.known.unsigned(version).into_iter().map(|customer| self.customer(customer)).collect(),
            suspended: self.suspended(version.id),
        }
    }

    fn approved(&self, version: &Version) -> Vec<ApprovedView> {
        let approvals = version.approvals.iter();
        let view = |customer, from, parties| ApprovedView { customer: self.customer(customer), from, parties };
        approvals.map(|approval| view(approval.customer, approval.from, approval.parties())).collect()
    }

    fn suspended(&self, version: VersionId) -> Option<SuspensionView> {
        let row = self.breakers.iter().find(|row| row.version == version)?;
        Some(SuspensionView { since: row.suspended_at?, faults: row.faults, fault: row.fault.clone().unwrap_or_default() })
    }

    fn customer(&self, id: CustomerId) -> String {
        self.customers.get(&id).cloned().unwrap_or_default()
    }
}

fn approved_for(version: &Version) -> impl Iterator<Item = CustomerId> {
    version.approvals.iter().map(|approval| approval.customer)
}

fn names(manifest: &Manifest) -> Vec<String> {
    manifest.parameters.iter().map(|parameter| parameter.name.clone()).collect()
}
