//! Two parties: versions offered to customers, what customers sign with, and what they approve.

mod document;
mod gate;
mod keys;
mod proposals;
mod signatures;

use assay_domain::{
    approval::{Approval, Consent, Parties},
    canon::Digest,
    definition::{ActivationContext, Version},
    id::{ApprovalId, ApprovalKeyId, CustomerId, ProposalId, VersionId},
    proposal::{ApprovalContext, Proposal, ProposalError},
    terms::{demanded, has_earlier},
    time::Timestamp,
    violation::Violation,
};
use assay_store::{
    Connection, Tx, agreements,
    approvals::{self, ApprovalFilter, ApprovalRow, NewApproval},
    billing,
    customers::{self, CustomerRow},
    interactions,
};
use serde::{Deserialize, Serialize};

pub(crate) use self::{
    gate::{Candidate, pass},
    proposals::Known,
};
pub use self::{
    keys::{ApprovalKeyRequest, ApprovalKeyView, ReplacementRequest},
    proposals::{AnswerView, ProposalRequest, ProposalView, SaidView},
};
use crate::{
    Assay, Caller,
    customers::unknown_customer,
    definitions::find_version,
    error::{AppError, Result},
};

/// An approval to record.
#[derive(Debug, Clone)]
pub struct ApprovalRequest {
    /// For whom: key or id.
    pub customer: String,
    /// From when on, as it was offered.
    pub from: Timestamp,
    /// The hash of what is thought to be approved.
    pub hash: Option<Digest>,
    /// The customer's signature; without one the tenant agrees alone.
    pub signed: Option<Signed>,
}

/// A signature of a customer, in hexadecimal digits.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The public key.
    pub key: String,
    /// The signature.
    pub signature: String,
}

/// An approval as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalView {
    /// Its id.
    pub id: ApprovalId,
    /// The proposal that it answers.
    pub proposal: ProposalId,
    /// The definition's slug.
    pub definition: String,
    /// The version's number.
    pub number: u32,
    /// The hash of all that the version fixes.
    pub hash: Digest,
    /// The customer's key.
    pub customer: String,
    /// For interactions that open from then on.
    pub from: Timestamp,
    /// Who has agreed.
    pub parties: Parties,
    /// The public key that signed it.
    pub key: Option<String>,
    /// Its signature.
    pub signature: Option<String>,
    /// Who brought it.
    pub actor: String,
    /// When it was given.
    pub at: Timestamp,
}

impl ApprovalView {
    fn new(row: ApprovalRow, definition: &str, version: &Version, customer: &str) -> Self {
        let ApprovalRow { id, proposal, approval, public_key, signature, actor, .. } = row;
        let (definition, customer, parties) = (definition.to_owned(), customer.to_owned(), approval.parties());
        let (number, hash, Approval { from, at, .. }) = (version.number, version.content.hash(), approval);
        Self { id, proposal, definition, number, hash, customer, from, parties, key: public_key, signature, actor, at }
    }
}

/// How the version that judged a customer's interaction came to do so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApprovalForm {
    /// By the tenant alone.
    OneParty,
    /// By the customer's signature too.
    TwoParty {
        /// The public key, in hexadecimal digits.
        key: String,
        /// Its signature of the [`Consent`], in hexadecimal digits.
        signature: String,
        /// When it was given.
        at: Timestamp,
    },
}

impl Assay {
    /// Records that a version holds for a customer from the time on at which it was offered: by the customer's signature, or, where its
    /// agreement does not demand one, by the tenant alone.
    pub async fn approve_version(&self, caller: &Caller, slug: &str, number: u32, request: &ApprovalRequest) -> Result<ApprovalView> {
        self.try_before(caller, slug, number).await?;
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let (versions, version) = find_version(&mut tx, slug, number).await?;
        let hash = check_hash(request, &version)?;
        let customer = find_customer(&mut tx, &request.customer).await?;
        let consent = (customer.key.as_str(), slug, hash, request.from);
        let key = match &request.signed {
            Some(signed) => Some(check_signature(&mut tx, consent, customer.id, signed).await?),
            None => None,
        };
        let proposal = proposals::offered(&mut tx, version.id, customer.id, request.from, now).await?;
        let proposal = proposal.ok_or_else(|| not_offered(slug, number, &customer.key, request.from))?;
        let context = context(&mut tx, &versions, &version, (&proposal, customer.id, key), now).await?;
        let approval = proposal.approve(customer.id, &context).map_err(refused)?;
        pass(&mut tx, &Candidate { slug, version: &version }).await?;
        let view = record(&mut tx, caller, (slug, &version, &customer), proposal.id, (approval, request.signed.as_ref())).await?;
        let before = serde_json::json!({ "proposal": proposal.id, "state": "open", "stage": "proposed" }).to_string();
        let after = serde_json::json!({ "definition": slug, "number": number, "hash": hash, "customer": customer.key, "from": view.from,
                                        "parties": view.parties, "key": view.key, "signature": view.signature });
        let operation = caller.operation("version.approve", version.id, Some(before), Some(after.to_string()), now);
        caller.commit(tx, operation, &view).await?;
        self.signals.touch(caller.tenant);
        Ok(view)
    }

    /// The approvals of a version, oldest first.
    pub async fn approvals(&self, caller: &Caller, slug: &str, number: u32) -> Result<Vec<ApprovalView>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let (_, version) = find_version(&mut reader, slug, number).await?;
        let rows = approvals::find(&mut reader, ApprovalFilter { version: Some(version.id), customer: None }).await?;
        let customers: Vec<CustomerId> = rows.iter().map(|row| row.approval.customer).collect();
        let keys = customers::keys(&mut reader, &customers).await?;
        let key = |row: &ApprovalRow| keys.get(&row.approval.customer).cloned().unwrap_or_default();
        Ok(rows.into_iter().map(|row| (key(&row), row)).map(|(key, row)| ApprovalView::new(row, slug, &version, &key)).collect())
    }

    /// How a version came to judge a customer's interactions that opened at a time.
    pub async fn approval_of(
        &self,
        caller: &Caller,
        version: VersionId,
        customer: CustomerId,
        opened_at: Timestamp,
    ) -> Result<ApprovalForm> {
        approval_of(&mut self.store.read(caller.tenant).await?, version, customer, opened_at).await
    }
}

/// How a version came to judge a customer's interactions that opened at a time: by the last signature that held by then, if there is one.
pub(crate) async fn approval_of(
    c: &mut impl Connection,
    version: VersionId,
    customer: CustomerId,
    opened_at: Timestamp,
) -> Result<ApprovalForm> {
    let rows = approvals::find(c, ApprovalFilter { version: Some(version), customer: Some(customer) }).await?;
    let held = rows.into_iter().filter(|row| row.approval.from <= opened_at && row.approval.parties() == Parties::Two);
    let last = held.max_by_key(|row| (row.approval.from, row.id));
    Ok(match last.and_then(|row| Some((row.public_key?, row.signature?, row.approval.at))) {
        Some((key, signature, at)) => ApprovalForm::TwoParty { key, signature, at },
        None => ApprovalForm::OneParty,
    })
}

/// What decides whether a version may hold from a time on: for everybody, or for a customer.
pub(crate) async fn start(
    c: &mut impl Connection,
    versions: &[Version],
    version: &Version,
    customer: Option<CustomerId>,
    now: Timestamp,
) -> Result<ActivationContext> {
    let has_earlier = has_earlier(versions, &agreements::all(c).await?, version, customer);
    Ok(ActivationContext { has_earlier, has_invoices: billing::has_invoices(c).await?, now })
}

/// A proposal, whose approval it is about, and by which key.
type Answering<'a> = (&'a Proposal, CustomerId, Option<ApprovalKeyId>);

async fn context(
    tx: &mut Tx,
    versions: &[Version],
    version: &Version,
    (proposal, customer, key): Answering<'_>,
    now: Timestamp,
) -> Result<ApprovalContext> {
    let demanded = demanded(&agreements::all(tx).await?, customer, proposal.from);
    let start = start(tx, versions, version, Some(customer), now).await?;
    Ok(ApprovalContext { key, demanded, version: version.state, start })
}

/// Stores an approval, and marks what it may judge for judging again.
async fn record(
    tx: &mut Tx,
    caller: &Caller,
    (slug, version, customer): (&str, &Version, &CustomerRow),
    proposal: ProposalId,
    (approval, signed): (Approval, Option<&Signed>),
) -> Result<ApprovalView> {
    let (signature, actor) = (signed.map(|signed| signed.signature.to_ascii_lowercase()), caller.actor.clone());
    let new = NewApproval { proposal, version: version.id, approval, signature: signature.as_deref(), actor: &actor };
    let id = approvals::insert(tx, &new).await?;
    interactions::touch_unjudged(tx, approval.at).await?;
    interactions::touch_opened(tx, Some(customer.id), approval.from, approval.at).await?;
    let public_key = signed.map(|signed| signed.key.to_ascii_lowercase());
    let row = ApprovalRow { id, proposal, version: version.id, approval, public_key, signature, actor };
    Ok(ApprovalView::new(row, slug, version, &customer.key))
}

fn check_hash(request: &ApprovalRequest, version: &Version) -> Result<Digest, Violation> {
    let hash = version.content.hash();
    match request.hash {
        Some(thought) if thought != hash => {
            let problem = format!("it is {thought}, and that of the version is {hash}");
            Err(Violation::new("hash", problem, "export the proposal again and have it signed as it is"))
        }
        _ => Ok(hash),
    }
}

/// A key of the customer that still approves, whose signature of this version and no other it is.
async fn check_signature(
    tx: &mut Tx,
    (customer, definition, hash, from): (&str, &str, Digest, Timestamp),
    id: CustomerId,
    signed: &Signed,
) -> Result<ApprovalKeyId> {
    let key = keys::live(tx, id, &signed.key, customer).await?;
    let tenant = keys::tenant(tx).await?;
    let consent = Consent { tenant: &tenant.slug, mode: tenant.mode, customer, definition, hash, from };
    signatures::verify(&signed.key, &signed.signature, &consent.message())?;
    Ok(key.id)
}

async fn find_customer(c: &mut impl Connection, name: &str) -> Result<CustomerRow> {
    customers::by_name(c, name).await?.ok_or_else(|| unknown_customer(name))
}

fn not_offered(slug: &str, number: u32, customer: &str, from: Timestamp) -> AppError {
    let name = format!("of {slug}@{number} to {customer} from {from}");
    AppError::not_found("proposal", name, "the list of proposals shows what was offered, from when")
}

fn refused(error: ProposalError) -> AppError {
    match error {
        ProposalError::Start(error) => error.into(),
        error => AppError::conflict(error.to_string(), error.remedy()),
    }
}
