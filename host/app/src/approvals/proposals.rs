//! Versions offered to customers: made, withdrawn, rejected, and looked at.

use std::collections::HashMap;

use assay_domain::{
    canon::Digest,
    definition::{Version, VersionState},
    event::check_name,
    id::{CustomerId, DefinitionId, ProposalId, VersionId},
    proposal::{Answer, Proposal, ProposalState, Stage},
    terms::{Agreement, signers},
    time::Timestamp,
};
use assay_store::{
    Connection, Page, agreements, customers, definitions,
    proposals::{self, ProposalRow, Said},
};
use serde::{Deserialize, Serialize};

use super::{find_customer, refused, start};
use crate::{
    Assay, Caller,
    definitions::find_version,
    disputes::fixtures_gate,
    error::{AppError, Result},
};

/// A version to offer.
#[derive(Debug, Clone)]
pub struct ProposalRequest {
    /// To whom: key or id; `None` is everybody.
    pub customer: Option<String>,
    /// For interactions that open from then on. It is answered until then.
    pub from: Timestamp,
}

/// A proposal as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalView {
    /// Its id.
    pub id: ProposalId,
    /// The definition's slug.
    pub definition: String,
    /// The version's number.
    pub number: u32,
    /// The hash of all that the version fixes.
    pub hash: Digest,
    /// To whom; `None` is everybody.
    pub customer: Option<String>,
    /// For interactions that open from then on.
    pub from: Timestamp,
    /// Where it stands.
    pub state: ProposalState,
    /// The customers whose answer it waits for.
    pub awaited: Vec<String>,
    /// What was said to it.
    pub answers: Vec<AnswerView>,
    /// Who took it back, and why.
    pub withdrawn: Option<SaidView>,
    /// Who made it.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

/// What a customer said to a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerView {
    /// The customer's key.
    pub customer: String,
    /// What.
    pub answer: Answer,
    /// Who brought it, and why if it is no.
    pub said: SaidView,
}

/// Something that was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidView {
    /// Why.
    pub reason: Option<String>,
    /// By whom.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

impl From<Said> for SaidView {
    fn from(Said { reason, actor, at }: Said) -> Self {
        Self { reason, actor, at }
    }
}

impl Assay {
    /// Offers a version from a time on: to one customer, or to all. It must get every saved dispute right.
    pub async fn propose_version(&self, caller: &Caller, slug: &str, number: u32, request: &ProposalRequest) -> Result<ProposalView> {
        self.try_before(caller, slug, number).await?;
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let (versions, version) = find_version(&mut tx, slug, number).await?;
        version.state.check_offered()?;
        let customer = match &request.customer {
            Some(name) => Some(find_customer(&mut tx, name).await?.id),
            None => None,
        };
        start(&mut tx, &versions, &version, customer, now).await?.check(request.from)?;
        let before = Known::read(&mut tx, now).await?;
        check_single(&before, &version, customer, slug)?;
        fixtures_gate(&mut tx, slug, &version).await?;
        let id = proposals::insert(&mut tx, version.id, customer, request.from, &caller.actor, now).await?;
        let view = Known::read(&mut tx, now).await?.one(&mut tx, id).await?;
        let stage = before.stage(&version);
        let before = serde_json::json!({ "definition": slug, "number": number, "stage": stage }).to_string();
        let after = serde_json::json!({ "definition": slug, "number": number, "stage": Stage::Proposed, "hash": view.hash,
                                        "customer": view.customer, "from": view.from, "awaited": view.awaited });
        caller.commit(tx, caller.operation("version.propose", id, Some(before), Some(after.to_string()), now), &view).await?;
        Ok(view)
    }

    /// Takes a proposal back. What customers have approved of it stands.
    pub async fn withdraw_proposal(&self, caller: &Caller, id: ProposalId, reason: &str) -> Result<ProposalView> {
        check_name("reason", reason)?;
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let known = Known::read(&mut tx, now).await?;
        known.proposal(id)?.check_withdrawable(now).map_err(refused)?;
        let before = known.one(&mut tx, id).await?;
        proposals::withdraw(&mut tx, id, reason, &caller.actor, now).await?;
        let view = Known::read(&mut tx, now).await?.one(&mut tx, id).await?;
        let after = serde_json::json!({ "state": view.state, "reason": reason }).to_string();
        caller.commit(tx, caller.operation("proposal.withdraw", id, Some(shown(&before)), Some(after), now), &view).await?;
        Ok(view)
    }

    /// Records that a customer does not want what was offered.
    pub async fn reject_proposal(&self, caller: &Caller, id: ProposalId, customer: &str, reason: &str) -> Result<ProposalView> {
        check_name("reason", reason)?;
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let known = Known::read(&mut tx, now).await?;
        let (proposal, customer) = (known.proposal(id)?, find_customer(&mut tx, customer).await?);
        proposal.check_open(customer.id, now).map_err(refused)?;
        let before = known.one(&mut tx, id).await?;
        proposals::reject(&mut tx, id, customer.id, reason, &caller.actor, now).await?;
        let view = Known::read(&mut tx, now).await?.one(&mut tx, id).await?;
        let after = serde_json::json!({ "state": view.state, "customer": customer.key, "reason": reason }).to_string();
        caller.commit(tx, caller.operation("proposal.reject", id, Some(shown(&before)), Some(after), now), &view).await?;
        Ok(view)
    }

    /// Some proposals of the tenant, oldest first.
    pub async fn proposals_page(&self, caller: &Caller, page: Page) -> Result<Vec<ProposalView>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let rows = proposals::page(&mut reader, page).await?;
        Known::of(&mut reader, rows, self.clock.now()).await?.views(&mut reader).await
    }

    /// One proposal.
    pub async fn proposal(&self, caller: &Caller, id: ProposalId) -> Result<ProposalView> {
        let found = self.proposals_page(caller, Page::at(id.0)).await?;
        found.into_iter().find(|view| view.id == id).ok_or_else(|| unknown(id))
    }
}

/// The proposal of a version from a time on that a customer can answer; otherwise the last there was.
pub(super) async fn offered(
    c: &mut impl Connection,
    version: VersionId,
    customer: CustomerId,
    from: Timestamp,
    now: Timestamp,
) -> Result<Option<Proposal>> {
    let rows = proposals::page(c, Page::ALL).await?;
    let is_meant =
        |proposal: &Proposal| proposal.version == version && proposal.from == from && proposal.customer.is_none_or(|own| own == customer);
    let meant = rows.into_iter().map(|row| row.proposal).filter(is_meant);
    Ok(meant.max_by_key(|proposal| (proposal.state(customer, now) == ProposalState::Open, proposal.id)))
}

/// One open proposal of a version at a time to whom it is made.
fn check_single(known: &Known, version: &Version, customer: Option<CustomerId>, slug: &str) -> Result<()> {
    let mut rows = known.rows.iter().filter(|row| row.proposal.version == version.id && row.proposal.customer == customer);
    match rows.find(|row| known.state(&row.proposal) == ProposalState::Open) {
        None => Ok(()),
        Some(row) => {
            let problem = format!("{slug}@{} is offered already, by {}", version.number, row.proposal.id);
            Err(AppError::conflict(problem, "wait for the answer, or withdraw that proposal"))
        }
    }
}

/// Proposals, with what it takes to say where they stand.
pub(crate) struct Known {
    rows: Vec<ProposalRow>,
    versions: Vec<Version>,
    agreements: Vec<Agreement>,
    now: Timestamp,
}

impl Known {
    /// Every proposal of a tenant.
    pub(crate) async fn read(c: &mut impl Connection, now: Timestamp) -> Result<Self> {
        let rows = proposals::page(c, Page::ALL).await?;
        Self::of(c, rows, now).await
    }

    async fn of(c: &mut impl Connection, rows: Vec<ProposalRow>, now: Timestamp) -> Result<Self> {
        Ok(Self { rows, versions: definitions::versions(c).await?, agreements: agreements::all(c).await?, now })
    }

    /// Every version of the tenant.
    pub(crate) fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// The stage of a version.
    pub(crate) fn stage(&self, version: &Version) -> Stage {
        let mut rows = self.rows.iter().filter(|row| row.proposal.version == version.id);
        let is_offered = rows.any(|row| self.state(&row.proposal) == ProposalState::Open);
        Stage::of(version, is_offered)
    }

    /// The customers for whom a version that is in force for everybody is not, as they have to sign it and have not.
    pub(crate) fn unsigned(&self, version: &Version) -> Vec<CustomerId> {
        let VersionState::Active { from } = version.state else { return Vec::new() };
        let has_signed = |customer: &CustomerId| version.approvals.of(*customer).iter().any(|approval| approval.key.is_some());
        signers(&self.agreements, version.definition, from).into_iter().filter(|customer| !has_signed(customer)).collect()
    }

    fn proposal(&self, id: ProposalId) -> Result<&Proposal> {
        self.rows.iter().map(|row| &row.proposal).find(|proposal| proposal.id == id).ok_or_else(|| unknown(id))
    }

    fn version(&self, id: VersionId) -> Option<&Version> {
        self.versions.iter().find(|version| version.id == id)
    }

    fn state(&self, proposal: &Proposal) -> ProposalState {
        let signers = self.version(proposal.version).map(|version| self.signers(version, proposal)).unwrap_or_default();
        proposal.overall(&signers, self.now)
    }

    /// The customers that a proposal to everybody waits for or waited for.
    fn signers(&self, version: &Version, proposal: &Proposal) -> Vec<CustomerId> {
        signers(&self.agreements, version.definition, proposal.from).into_iter().collect()
    }

    /// The customers whose answer a proposal waits for.
    fn awaited(&self, version: &Version, proposal: &Proposal) -> Vec<CustomerId> {
        let asked = proposal.customer.map_or_else(|| self.signers(version, proposal), |customer| vec![customer]);
        asked.into_iter().filter(|customer| proposal.state(*customer, self.now) == ProposalState::Open).collect()
    }

    async fn one(&self, c: &mut impl Connection, id: ProposalId) -> Result<ProposalView> {
        let found = self.views(c).await?.into_iter().find(|view| view.id == id);
        found.ok_or_else(|| unknown(id))
    }

    async fn views(&self, c: &mut impl Connection) -> Result<Vec<ProposalView>> {
        let slugs: HashMap<_, _> = definitions::all(c).await?.into_iter().collect();
        let mut named: Vec<CustomerId> = self.agreements.iter().map(|agreement| agreement.customer).collect();
        for row in &self.rows {
            named.extend(row.proposal.customer.into_iter().chain(row.answers.iter().map(|(customer, ..)| *customer)));
        }
        named.sort_unstable();
        named.dedup();
        let names = Names { customers: customers::keys(c, &named).await?, slugs };
        Ok(self.rows.iter().filter_map(|row| self.view(row, &names)).collect())
    }

    fn view(&self, row: &ProposalRow, names: &Names) -> Option<ProposalView> {
        let (proposal, version) = (&row.proposal, self.version(row.proposal.version)?);
        let answer = |(customer, answer, said): &(CustomerId, Answer, Said)| AnswerView {
            customer: names.customer(*customer),
            answer: *answer,
            said: said.clone().into(),
        };
        Some(ProposalView {
            id: proposal.id,
            definition: names.slugs.get(&version.definition).cloned().unwrap_or_default(),
            number: version.number,
            hash: version.content.hash(),
            customer: proposal.customer.map(|customer| names.customer(customer)),
            from: proposal.from,
            state: self.state(proposal),
            awaited: self.awaited(version, proposal).into_iter().map(|customer| names.customer(customer)).collect(),
            answers: row.answers.iter().map(answer).collect(),
            withdrawn: row.withdrawn.clone().map(SaidView::from),
            actor: row.actor.clone(),
            at: proposal.at,
        })
    }
}

/// What things are called.
struct Names {
    customers: HashMap<CustomerId, String>,
    slugs: HashMap<DefinitionId, String>,
}

impl Names {
    fn customer(&self, id: CustomerId) -> String {
        self.customers.get(&id).cloned().unwrap_or_default()
    }
}

fn shown(view: &ProposalView) -> String {
    serde_json::json!({ "definition": view.definition, "number": view.number, "customer": view.customer, "from": view.from,
                        "state": view.state })
    .to_string()
}

pub(super) fn unknown(id: ProposalId) -> AppError {
    AppError::not_found("proposal", id.to_string(), "the list of proposals shows them")
}
