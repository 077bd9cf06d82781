//! What a version changes: in words, and as the file that a customer signs.

use std::collections::HashMap;

use assay_domain::{
    canon::Digest,
    definition::Version,
    difference::{Described, Difference, differences},
    id::{CustomerId, ProposalId},
    manifest::Manifest,
    proposal::{Proposal, ProposalDocument},
    terms::terms,
    time::Timestamp,
    violation::Violation,
};
use assay_store::{Connection, Page, agreements, customers, definitions, proposals, rules};

use super::{find_customer, keys, proposals::unknown};
use crate::{
    Assay, Caller,
    definitions::find_version,
    error::{AppError, Result},
};

impl Assay {
    /// What a version changes against another of its definition; unless one is named, against the one in force for everybody, or the one
    /// before it.
    pub async fn version_differences(&self, caller: &Caller, slug: &str, number: u32, other: Option<u32>) -> Result<Vec<Difference>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let (versions, version) = find_version(&mut reader, slug, number).await?;
        let other = match other {
            Some(other) => Some(find_version(&mut reader, slug, other).await?.1),
            None => compared(&versions, &version, self.clock.now()),
        };
        let described = Describing::read(&mut reader).await?;
        let before = other.as_ref().map(|other| described.version(other));
        Ok(differences(before.as_ref(), &described.version(&version)))
    }

    /// What a customer is given to look at and to sign. A proposal to everybody needs to be told whose it is to be.
    pub async fn proposal_document(&self, caller: &Caller, id: ProposalId, customer: Option<&str>) -> Result<ProposalDocument> {
        let mut reader = self.store.read(caller.tenant).await?;
        let found = proposals::page(&mut reader, Page::at(id.0)).await?;
        let proposal = found.into_iter().map(|row| row.proposal).find(|proposal| proposal.id == id).ok_or_else(|| unknown(id))?;
        let (customer, key) = addressee(&mut reader, &proposal, customer).await?;
        let versions = definitions::versions(&mut reader).await?;
        let version = versions.iter().find(|version| version.id == proposal.version).ok_or_else(|| unknown(id))?;
        let in_force = in_force(&mut reader, &versions, version, (customer, proposal.from)).await?;
        let described = Describing::read(&mut reader).await?;
        let tenant = keys::tenant(&mut reader).await?;
        let slugs = definitions::all(&mut reader).await?;
        let definition = slugs.into_iter().find(|(id, _)| *id == version.definition).map(|(_, slug)| slug).unwrap_or_default();
        Ok(ProposalDocument {
            format: ProposalDocument::FORMAT.to_owned(),
            tenant: tenant.slug,
            mode: tenant.mode,
            customer: key,
            definition,
            from: proposal.from,
            proposed: described.version(version),
            in_force: in_force.map(|version| described.version(version)),
        })
    }
}

/// Who is to sign: the customer to whom it was made, or one of everybody.
async fn addressee(c: &mut impl Connection, proposal: &Proposal, named: Option<&str>) -> Result<(CustomerId, String)> {
    let Some(name) = named else {
        let own = proposal
            .customer
            .ok_or_else(|| Violation::new("customer", "the proposal is to everybody", "name the customer who is to sign"))?;
        return Ok((own, customers::keys(c, &[own]).await?.remove(&own).unwrap_or_default()));
    };
    let customer = find_customer(c, name).await?;
    if proposal.customer.is_some_and(|own| own != customer.id) {
        let problem = format!("the proposal {} is not to {:?}", proposal.id, customer.key);
        return Err(AppError::conflict(problem, "name whom it was made to, or nobody"));
    }
    Ok((customer.id, customer.key))
}

/// The version that a customer's interactions would be judged by if nothing were approved.
async fn in_force<'v>(
    c: &mut impl Connection,
    versions: &'v [Version],
    version: &Version,
    (customer, at): (CustomerId, Timestamp),
) -> Result<Option<&'v Version>> {
    let agreements = agreements::all(c).await?;
    let agreement = agreements.iter().find(|agreement| agreement.customer == customer && agreement.covers(at));
    Ok(terms(versions, agreement, at).into_iter().find(|other| other.definition == version.definition))
}

/// The other version in force for everybody at a time, or the one written before.
fn compared(versions: &[Version], version: &Version, at: Timestamp) -> Option<Version> {
    let in_force = terms(versions, None, at).into_iter().find(|other| other.definition == version.definition && other.id != version.id);
    let before = || versions.iter().find(|other| other.definition == version.definition && other.number + 1 == version.number);
    in_force.or_else(before).cloned()
}

/// The manifests of a tenant's rules, for the names that they give.
struct Describing(HashMap<Digest, Manifest>);

impl Describing {
    async fn read(c: &mut impl Connection) -> Result<Self> {
        Ok(Self(rules::all(c).await?.into_iter().map(|rule| (rule.digest, rule.manifest)).collect()))
    }

    fn version(&self, version: &Version) -> Described {
        let manifest = self.0.get(&version.content.component);
        let parameters = manifest.into_iter().flat_map(|manifest| &manifest.parameters);
        let reasons = manifest.into_iter().flat_map(|manifest| &manifest.reasons);
        Described {
            number: version.number,
            hash: version.content.hash(),
            content: version.content.clone(),
            parameters: parameters.map(|parameter| parameter.name.clone()).collect(),
            reasons: reasons.cloned().collect(),
        }
    }
}
