//! What is proposed to a customer: looked at, with what it would have changed; approved with the customer's signature; rejected.

use std::collections::HashMap;

use assay_domain::{
    id::{BacktestId, CustomerId, DefinitionId, ProposalId, VersionId},
    proposal::{Proposal, ProposalDocument, ProposalState},
    terms::{Agreement, signers},
    time::Timestamp,
    violation::Violation,
};
use assay_store::{Connection, Page, agreements, definitions, interactions, proposals};

use super::{Actors, Billed, CustomerCaller, VENDOR};
use crate::{
    ApprovalRequest, ApprovalView, Assay, BacktestReport, BacktestView, BillChange, DifferenceCounts, DifferenceKind, ProposalView,
    VerdictDifference,
    error::{AppError, Result},
};

/// Interactions of a back-test that are shown.
const SHOWN: usize = 20;
/// Differences that are read at once.
const PIECE: u32 = 1_000;

/// What a proposed version would have changed for one customer, by the vendor's latest back-test of exactly what it fixes.
#[derive(Debug, Clone)]
pub struct ProposalBacktest {
    /// Which.
    pub id: BacktestId,
    /// The time of asking.
    pub as_of: Timestamp,
    /// Whether it kept the thresholds that the vendor had set; `None` where there were none.
    pub passed: Option<bool>,
    /// The customer's bills that would be others.
    pub bills: Vec<BillChange>,
    /// How many of the customer's interactions would be decided otherwise, by how.
    pub counts: DifferenceCounts,
    /// The first of them.
    pub differences: Vec<VerdictDifference>,
}

/// What decides whether a proposal is to a customer.
struct Asked {
    customer: CustomerId,
    agreements: Vec<Agreement>,
    definitions: HashMap<VersionId, DefinitionId>,
}

impl Asked {
    async fn read(c: &mut impl Connection, customer: CustomerId) -> Result<Self> {
        let definitions = definitions::versions(c).await?.into_iter().map(|version| (version.id, version.definition)).collect();
        Ok(Self { customer, agreements: agreements::all(c).await?, definitions })
    }

    /// Made to the customer, or to everybody where its agreement has it sign, or where it has answered.
    fn is_asked(&self, proposal: &Proposal) -> bool {
        if let Some(customer) = proposal.customer {
            return customer == self.customer;
        }
        let has_answered = proposal.answers.iter().any(|(customer, _)| *customer == self.customer);
        let definition = self.definitions.get(&proposal.version);
        has_answered || definition.is_some_and(|definition| signers(&self.agreements, *definition, proposal.from).contains(&self.customer))
    }
}

impl Assay {
    /// Some proposals to a customer, oldest first.
    pub async fn own_proposals(&self, own: &CustomerCaller, page: Page) -> Result<Vec<ProposalView>> {
        // Most may be to others, so everything behind the cursor is looked at.
        let all = Page { limit: u32::MAX, ..page };
        let (mut asked, actors) = self.asked(own, all).await?;
        let views = self.proposals_page(&own.caller, all).await?;
        let mine = views.into_iter().filter_map(|view| Some((asked.remove(&view.id)?, view)));
        let now = self.now();
        Ok(mine.map(|(proposal, view)| told(view, &proposal, (own, &actors), now)).take(page.limit as usize).collect())
    }

    /// One proposal to a customer.
    pub async fn own_proposal(&self, own: &CustomerCaller, id: ProposalId) -> Result<ProposalView> {
        let found = self.own_proposals(own, Page::at(id.0)).await?;
        found.into_iter().find(|view| view.id == id).ok_or_else(|| unknown(id))
    }

    /// What a customer is given to look at and to sign; a name that is sent along must be its own.
    pub async fn own_proposal_document(&self, own: &CustomerCaller, id: ProposalId, named: Option<&str>) -> Result<ProposalDocument> {
        self.own_proposal(own, id).await?;
        named.map_or(Ok(()), |name| own.check_named(name))?;
        self.proposal_document(&own.caller, id, Some(&own.key)).await
    }

    /// The same as the file that `assay approve` reads.
    pub async fn own_proposal_file(&self, own: &CustomerCaller, id: ProposalId) -> Result<String> {
        let document = self.own_proposal_document(own, id, None).await?;
        let file = serde_json::to_string_pretty(&document).map_err(|error| AppError::Write(error.into()))?;
        Ok(file + "\n")
    }

    /// What a proposal would have changed for a customer; `None` where the vendor has not back-tested exactly what it fixes to the end.
    pub async fn own_proposal_backtest(&self, own: &CustomerCaller, id: ProposalId) -> Result<Option<ProposalBacktest>> {
        let proposal = self.own_proposal(own, id).await?;
        let is_of = |view: &BacktestView| view.definition == proposal.definition && view.hash == proposal.hash && view.state == "finished";
        let Some(found) = self.backtests(&own.caller, Page::ALL).await?.into_iter().rfind(is_of) else { return Ok(None) };
        let Some(report) = self.backtest(&own.caller, found.id).await?.report else { return Ok(None) };
        let BacktestReport { mut bills, .. } = report;
        bills.retain(|bill| bill.customer == own.key);
        let (counts, differences) = self.own_differences(own, found.id).await?;
        let BacktestView { id, as_of, passed, .. } = found;
        Ok(Some(ProposalBacktest { id, as_of, passed, bills, counts, differences }))
    }

    /// Approves what was proposed to a customer, by its signature.
    pub async fn approve_own(&self, own: &CustomerCaller, slug: &str, number: u32, request: &ApprovalRequest) -> Result<ApprovalView> {
        own.check_named(&request.customer)?;
        let mine = self.own_proposals(own, Page::ALL).await?;
        let is_meant = |view: &ProposalView| view.definition == slug && view.number == number;
        if !mine.iter().any(is_meant) {
            return Err(AppError::not_found("version", format!("{slug}@{number}"), "the list of proposals shows what was offered"));
        }
        if request.signed.is_none() {
            return Err(
                Violation::new("signature", "it is missing", "send the key and the signature that `assay approve sign` wrote").into()
            );
        }
        let request = ApprovalRequest { customer: own.key.clone(), ..request.clone() };
        self.approve_version(&own.caller, slug, number, &request).await
    }

    /// Says no to what was proposed to a customer; a name that is sent along must be its own.
    pub async fn reject_own(&self, own: &CustomerCaller, id: ProposalId, named: Option<&str>, reason: &str) -> Result<ProposalView> {
        self.own_proposal(own, id).await?;
        named.map_or(Ok(()), |name| own.check_named(name))?;
        self.reject_proposal(&own.caller, id, &own.key, reason).await?;
        self.own_proposal(own, id).await
    }

    /// The proposals of a page that are to a customer, and who of those who said something is told by name.
    async fn asked(&self, own: &CustomerCaller, page: Page) -> Result<(HashMap<ProposalId, Proposal>, Actors)> {
        let mut reader = self.store.read(own.caller.tenant).await?;
        let asked = Asked::read(&mut reader, own.id).await?;
        let billed = Billed::read(&mut reader, own).await?;
        let actors = Actors::read(&mut reader, &billed).await?;
        let rows = proposals::page(&mut reader, page).await?.into_iter().map(|row| row.proposal);
        Ok((rows.filter(|proposal| asked.is_asked(proposal)).map(|proposal| (proposal.id, proposal)).collect(), actors))
    }

    /// How many interactions of a customer a back-test decides otherwise, and the first of them.
    async fn own_differences(&self, own: &CustomerCaller, id: BacktestId) -> Result<(DifferenceCounts, Vec<VerdictDifference>)> {
        let mut counts = DifferenceCounts { earned: 0, lost: 0, moved: 0, changed: 0 };
        let (mut shown, mut after) = (Vec::new(), 0);
        loop {
            let piece = self.backtest_differences(&own.caller, id, Page { after, limit: PIECE }).await?;
            let Some(last) = piece.last() else { return Ok((counts, shown)) };
            after = last.interaction.0;
            let ids: Vec<_> = piece.iter().map(|difference| difference.interaction).collect();
            let owners = interactions::owners(&mut self.store.read(own.caller.tenant).await?, &ids).await?;
            for difference in piece.into_iter().filter(|difference| owners.get(&difference.interaction) == Some(&own.id)) {
                *counted(&mut counts, difference.kind) += 1;
                if shown.len() < SHOWN {
                    shown.push(difference);
                }
            }
        }
    }
}

fn counted(counts: &mut DifferenceCounts, kind: DifferenceKind) -> &mut u64 {
    match kind {
        DifferenceKind::Earned => &mut counts.earned,
        DifferenceKind::Lost => &mut counts.lost,
        DifferenceKind::Moved => &mut counts.moved,
        DifferenceKind::Changed => &mut counts.changed,
    }
}

/// A proposal as it stands with one customer, without what others have said and who made it.
fn told(mut view: ProposalView, proposal: &Proposal, (own, actors): (&CustomerCaller, &Actors), now: Timestamp) -> ProposalView {
    let state = proposal.state(own.id, now);
    let awaited = if state == ProposalState::Open { vec![own.key.clone()] } else { Vec::new() };
    view.answers.retain(|answer| answer.customer == own.key);
    view.answers.iter_mut().for_each(|answer| actors.tell(&mut answer.said.actor));
    view.withdrawn.iter_mut().for_each(|said| actors.tell(&mut said.actor));
    ProposalView { state, awaited, actor: VENDOR.to_owned(), ..view }
}

fn unknown(id: ProposalId) -> AppError {
    AppError::not_found("proposal", id.to_string(), "the list of proposals shows them")
}
