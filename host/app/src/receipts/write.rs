//! Receipts put together from what was settled.

use std::collections::{BTreeSet, HashMap};

use assay_domain::{
    approval::Parties,
    canon::Digest,
    definition::Version,
    entropy::Entropy,
    id::{CustomerId, DefinitionId, EvaluationId, EventId, InteractionId, VersionId},
    time::Timestamp,
    timeline::{Fact, Timeline},
    verdict::Verdict,
};
use assay_receipt::{
    chain::ChainHead,
    commitment::{self, VeilKey},
    receipt::{Approved, Change, Evidence, JudgedBy, Judgement, Receipt, Voucher},
    signature::{PublicKey, Signature},
};
use assay_store::{
    Connection, Tx,
    approvals::{self, ApprovalFilter, ApprovalRow},
    attestations::{self, AttestationRow},
    customers, definitions,
    evaluations::{self, EvaluationRow},
    events,
    receipts::{self, ChangeRow, FactRow},
};

use super::log::corrupt;
use crate::error::Result;

/// Conclusions that are no verdicts of a rule: they rest on no event in particular.
const NO_VERDICTS: [&str; 3] = ["rule-error", "missing-field", "fault"];

/// Everything that the receipts of some changes of usage are put together from.
pub(super) struct Sources {
    versions: HashMap<VersionId, Version>,
    slugs: HashMap<DefinitionId, String>,
    customers: HashMap<CustomerId, String>,
    judged: HashMap<EvaluationId, Judged>,
    /// The hash of each event as a whole.
    facts: HashMap<EventId, Digest>,
    vouchers: HashMap<EventId, Vec<Voucher>>,
    approvals: Vec<ApprovalRow>,
    veils: HashMap<InteractionId, VeilKey>,
}

/// A judgement, and the events that its verdict names.
struct Judged {
    row: EvaluationRow,
    opened_at: Timestamp,
    /// In the order of their numbers.
    evidence: Vec<EventId>,
}

/// Each once, in order.
pub(super) fn distinct<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    items.into_iter().collect::<BTreeSet<T>>().into_iter().collect()
}

/// The last event that a judgement knew, and the time up to which it knew what had happened. What is from before that was written down knew
/// everything.
pub(super) fn knew(row: &EvaluationRow) -> (EventId, Timestamp) {
    (row.facts_until.unwrap_or(EventId(i64::MAX)), row.known_at.unwrap_or(row.as_of))
}

impl Sources {
    /// Reads them. Interactions without a key for their salts are given one.
    pub(super) async fn read(tx: &mut Tx, entropy: &dyn Entropy, changes: &[ChangeRow]) -> Result<Self> {
        let versions: HashMap<VersionId, Version> =
            definitions::versions(tx).await?.into_iter().map(|version| (version.id, version)).collect();
        let interactions = distinct(changes.iter().map(|change| change.interaction));
        let (facts_of, facts) = facts(tx, &interactions).await?;
        let mut judged = HashMap::new();
        for row in evaluations::by_ids(tx, &distinct(changes.iter().map(|change| change.evaluation))).await? {
            let version = versions.get(&row.version).ok_or_else(|| corrupt("evaluations", "version", row.version))?;
            let known = facts_of.get(&row.interaction).map(Vec::as_slice).unwrap_or_default();
            judged.insert(row.id, Judged::new(row, version, known));
        }
        let resting = distinct(judged.values().flat_map(|judged| judged.evidence.iter().copied()));
        Ok(Self {
            versions,
            slugs: definitions::all(tx).await?.into_iter().collect(),
            customers: customers::keys(tx, &distinct(changes.iter().map(|change| change.usage.customer))).await?,
            judged,
            facts,
            vouchers: vouchers(tx, &resting).await?,
            approvals: approvals::find(tx, ApprovalFilter::default()).await?,
            veils: veils(tx, entropy, &interactions).await?,
        })
    }

    /// The receipt of a change, which goes on from its customer's newest.
    pub(super) fn receipt(&self, origin: &str, row: &ChangeRow, head: Option<ChainHead>) -> Result<Receipt> {
        let missing = |column: &'static str| corrupt("usage", column, row.number);
        let judged = self.judged.get(&row.evaluation).ok_or_else(|| missing("evaluation"))?;
        let veil = self.veils.get(&row.interaction).ok_or_else(|| missing("interaction"))?;
        let customer = self.customers.get(&row.usage.customer).ok_or_else(|| missing("customer"))?;
        let earned_under = self.versions.get(&row.usage.version).ok_or_else(|| missing("version"))?;
        Ok(Receipt {
            origin: origin.to_owned(),
            customer: commitment::customer(&veil.customer_salt(row.usage.customer), customer),
            number: head.map_or(1, |head| head.number + 1),
            previous: head.map(|head| head.digest),
            recorded_at: row.recorded_at.unwrap_or(judged.row.recorded_at),
            change: change(row, earned_under.content.hash()),
            definition: self.judged_by(judged, row.usage.customer)?,
            judgement: self.judgement(judged, veil)?,
        })
    }

    fn judged_by(&self, judged: &Judged, customer: CustomerId) -> Result<JudgedBy> {
        let missing = || corrupt("evaluations", "version", judged.row.version);
        let version = self.versions.get(&judged.row.version).ok_or_else(missing)?;
        let approval = self.approval(version, customer, judged.opened_at)?;
        let content = &version.content;
        Ok(JudgedBy {
            name: self.slugs.get(&version.definition).cloned().unwrap_or_default(),
            version: version.number,
            hash: content.hash(),
            component: content.component,
            contract: content.contract.clone(),
            parameters: content.parameters.clone(),
            timing: content.timing,
            parties: if approval.is_some() { Parties::Two } else { Parties::One },
            approval,
        })
    }

    /// The last signature by which a customer had agreed to a version for what opens at a time.
    fn approval(&self, version: &Version, customer: CustomerId, opened_at: Timestamp) -> Result<Option<Approved>> {
        let mine = self.approvals.iter().filter(|row| row.version == version.id && row.approval.customer == customer);
        let signed = mine.filter_map(|row| Some((row.approval.from, row.public_key.as_ref()?, row.signature.as_ref()?)));
        let Some((from, key, signature)) = signed.filter(|(from, ..)| *from <= opened_at).max_by_key(|(from, ..)| *from) else {
            return Ok(None);
        };
        let key: PublicKey = key.parse().map_err(|error| corrupt("approval_keys", "public_key", error))?;
        let signature: Signature = signature.parse().map_err(|error| corrupt("approvals", "signature", error))?;
        Ok(Some(Approved { key, from, signature }))
    }

    fn judgement(&self, judged: &Judged, veil: &VeilKey) -> Result<Judgement> {
        let Judged { row, evidence, .. } = judged;
        let evidence = evidence.iter().map(|event| {
            let fact = self.facts.get(event).ok_or_else(|| corrupt("evaluations", "detail", row.id))?;
            let vouchers = self.vouchers.get(event).cloned().unwrap_or_default();
            Ok(Evidence { event: *event, fact: commitment::event(&veil.event_salt(*event), fact), vouchers })
        });
        Ok(Judgement {
            evaluation: row.id,
            interaction: row.interaction,
            input: commitment::input_root(&veil.input_salt(row.id), &row.input_root),
            as_of: row.as_of,
            conclusion: row.conclusion.clone(),
            reason: row.reason.clone(),
            detail: row.detail.as_ref().map(|detail| commitment::detail(&veil.detail_salt(row.id), detail)),
            evidence: evidence.collect::<Result<_>>()?,
        })
    }
}

impl Judged {
    fn new(row: EvaluationRow, version: &Version, facts: &[Fact]) -> Self {
        let (until, known_at) = knew(&row);
        let timeline = Timeline::new(facts.iter().filter(|fact| fact.event <= until).cloned().collect(), None);
        let reads = |fact: &&Fact| version.content.reads.iter().any(|read| read.kind == fact.kind);
        let read: Vec<EventId> = timeline.known(known_at).iter().filter(reads).map(|fact| fact.event).collect();
        let mut evidence: Vec<EventId> = named(&row).into_iter().filter_map(|index| read.get(index as usize).copied()).collect();
        evidence.sort_unstable();
        Self { opened_at: timeline.opened_at(known_at).unwrap_or(row.as_of), row, evidence }
    }
}

/// Which of the events that it was asked about a verdict names.
fn named(row: &EvaluationRow) -> Vec<u32> {
    let verdict = row.detail.as_deref().filter(|_| !NO_VERDICTS.contains(&row.conclusion.as_str()));
    verdict.and_then(|detail| serde_json::from_str::<Verdict>(detail).ok()).map(|verdict| verdict.evidence).unwrap_or_default()
}

fn change(row: &ChangeRow, earned_under: Digest) -> Change {
    let usage = row.usage.clone();
    Change {
        usage: row.number,
        meter: usage.meter,
        quantity: usage.quantity,
        dated_at: usage.dated_at,
        class: usage.class,
        value: usage.value,
        credit: usage.credit,
        earned_under,
        dispute: row.dispute,
    }
}

type Facts = HashMap<InteractionId, Vec<Fact>>;

/// The facts of interactions, and the hash of each event as a whole.
async fn facts(c: &mut impl Connection, interactions: &[InteractionId]) -> Result<(Facts, HashMap<EventId, Digest>)> {
    let names = events::names(c).await?;
    let (mut facts, mut hashes) = (Facts::new(), HashMap::new());
    for FactRow { interaction, fact, content } in receipts::facts(c, &names, interactions).await? {
        hashes.insert(fact.event, commitment::fact_digest(&fact.source, &fact.source_id, &content));
        facts.entry(interaction).or_default().push(fact);
    }
    Ok((facts, hashes))
}

/// Who vouches for events.
async fn vouchers(c: &mut impl Connection, events: &[EventId]) -> Result<HashMap<EventId, Vec<Voucher>>> {
    let mut found: HashMap<EventId, Vec<Voucher>> = HashMap::new();
    for AttestationRow { event, by, .. } in attestations::of(c, events).await? {
        found.entry(event).or_default().push(voucher(by)?);
    }
    Ok(found)
}

fn voucher(by: attestations::Voucher) -> Result<Voucher> {
    Ok(match by {
        attestations::Voucher::Key { public_key, signature, customer, .. } => Voucher::EventKey {
            key: public_key.parse::<PublicKey>().map_err(|error| corrupt("event_keys", "public_key", error))?,
            signature: signature.parse::<Signature>().map_err(|error| corrupt("key_attestations", "signature", error))?,
            own: customer.is_some(),
        },
        attestations::Voucher::Webhook { endpoint, secret, .. } => Voucher::Webhook { endpoint: endpoint.0, secret: secret.0 },
    })
}

/// What the salts of interactions derive from, drawn where there is nothing yet. Of what is erased it is kept by nobody.
async fn veils(tx: &mut Tx, entropy: &dyn Entropy, interactions: &[InteractionId]) -> Result<HashMap<InteractionId, VeilKey>> {
    let known = receipts::veils(tx, interactions).await?;
    let missing: Vec<InteractionId> = interactions.iter().copied().filter(|interaction| !known.contains_key(interaction)).collect();
    let erased = receipts::erased(tx, &missing).await?;
    let drawn: Vec<(InteractionId, [u8; 32])> = missing.into_iter().map(|interaction| (interaction, entropy.secret())).collect();
    let kept: Vec<_> = drawn.iter().filter(|(interaction, _)| !erased.contains(interaction)).copied().collect();
    receipts::insert_veils(tx, &kept).await?;
    Ok(known.into_iter().chain(drawn).map(|(interaction, key)| (interaction, VeilKey::new(key))).collect())
}
