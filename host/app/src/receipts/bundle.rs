//! Bundles: receipts with everything it takes to verify them elsewhere.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use assay_domain::{
    approval::{Parties, SignedApproval},
    canon::Digest,
    id::{CustomerId, EventId, InteractionId, ReceiptId, VersionId},
    timeline::Fact,
};
use assay_receipt::{
    bundle::{
        Bundle, BundledChain, BundledComponent, BundledDefinition, BundledEvaluation, BundledEvent, BundledInteraction, BundledLog,
        BundledReceipt, ComponentBytes, Format, Growth, Issuer,
    },
    chain::ChainHead,
    commitment::{Salt, VeilKey},
    note::Note,
    proof::{ConsistencyProof, InclusionProof},
    receipt::Receipt,
    tile::TileSet,
};
use assay_store::{
    Connection, Reader, customers, definitions,
    evaluations::{self, EvaluationRow},
    events,
    receipts::{self, ReceiptRow},
    rules, tenants,
};

use super::{
    log::{Log, corrupt, latest_checkpoint, tiles, unsigned},
    unknown_receipt,
    write::{distinct, knew},
};
use crate::{
    Assay, Caller,
    error::{AppError, Result},
};

/// A receipt with its row.
pub(super) type Stored = (ReceiptRow, Receipt);

/// Receipts of a customer that go into a bundle.
pub(super) struct Chain {
    pub(super) customer: CustomerId,
    pub(super) from: Option<ChainHead>,
    pub(super) receipts: Vec<Stored>,
    pub(super) earlier: Vec<Stored>,
}

impl Chain {
    fn all(&self) -> impl Iterator<Item = &Stored> {
        self.earlier.iter().chain(&self.receipts)
    }
}

/// Reads receipts from their JSON form.
pub(super) fn stored(rows: Vec<ReceiptRow>) -> Result<Vec<Stored>> {
    let read = |row: ReceiptRow| {
        let receipt: Receipt = serde_json::from_str(&row.receipt).map_err(|error| corrupt("receipts", "receipt", error))?;
        Ok((row, receipt))
    };
    rows.into_iter().map(read).collect()
}

impl Assay {
    /// A receipt with everything it takes to verify it. `kept` are sizes of the log whose checkpoints
    /// somebody has kept, who is to see that it has only grown since.
    pub async fn receipt_bundle(&self, caller: &Caller, id: ReceiptId, kept: &[u64]) -> Result<Bundle> {
        self.write_receipts_or_tell(caller.tenant).await;
        let mut reader = self.store.read(caller.tenant).await?;
        let row = receipts::by_usage(&mut reader, id.0).await?.ok_or_else(|| unknown_receipt(id))?;
        let (customer, receipts) = (row.customer, stored(vec![row])?);
        let chain = Chain { customer, from: None, receipts, earlier: Vec::new() };
        self.bundle(&mut reader, vec![chain], kept).await
    }

    /// Puts a bundle together, without a document.
    pub(super) async fn bundle(&self, reader: &mut Reader, chains: Vec<Chain>, sizes: &[u64]) -> Result<Bundle> {
        let log = Log::read(reader).await?.ok_or_else(no_log)?;
        let checkpoint = latest_checkpoint(reader).await?;
        let size = unsigned(checkpoint.size);
        let about = About::read(reader, &chains).await?;
        let tenant = reader.tenant();
        let side = tenants::by_id(reader, tenant).await?.ok_or_else(|| corrupt("log_keys", "tenant", tenant))?;
        let checkpoint: Note = checkpoint.note.parse().map_err(|error| corrupt("checkpoints", "note", error))?;
        let growth = growth(reader, sizes, size).await?;
        let rotations = log.rotations()?;
        let log = BundledLog { key: log.first()?, origin: log.origin, rotations, checkpoint, growth };
        Ok(Bundle {
            format: Format,
            issuer: Issuer { tenant: side.slug, mode: side.mode },
            log,
            evaluations: about.evaluations(),
            interactions: about.interactions(),
            approvals: about.approvals(&chains),
            components: components(reader, &about.definitions).await?,
            chains: bundled(reader, chains, &about, size).await?,
            definitions: about.definitions,
            invoice: None,
        })
    }
}

pub(super) fn no_log() -> AppError {
    AppError::conflict("the log has not begun: nothing has been settled", "record events and have them judged first")
}

/// What receipts are about.
pub(super) struct About {
    pub(super) customers: HashMap<CustomerId, String>,
    judged: Vec<EvaluationRow>,
    facts: BTreeMap<InteractionId, Vec<Fact>>,
    subjects: HashMap<InteractionId, String>,
    veils: HashMap<InteractionId, VeilKey>,
    definitions: Vec<BundledDefinition>,
}

impl About {
    async fn read(c: &mut impl Connection, chains: &[Chain]) -> Result<Self> {
        let receipts = || chains.iter().flat_map(Chain::all).map(|(_, receipt)| receipt);
        let mut judged = evaluations::by_ids(c, &distinct(receipts().map(|receipt| receipt.judgement.evaluation))).await?;
        judged.sort_by_key(|row| row.id);
        let interactions = distinct(judged.iter().map(|row| row.interaction));
        let facts = facts(c, &judged, &interactions).await?;
        let named = facts.values().flatten().filter_map(|fact| fact.customer);
        let users = distinct(named.chain(chains.iter().map(|chain| chain.customer)));
        let veils = receipts::veils(c, &interactions).await?;
        Ok(Self {
            customers: customers::keys(c, &users).await?,
            subjects: receipts::subjects(c, &interactions).await?,
            veils: veils.into_iter().map(|(interaction, key)| (interaction, VeilKey::new(key))).collect(),
            definitions: bundled_definitions(c, &judged).await?,
            judged,
            facts,
        })
    }

    fn customer(&self, id: CustomerId) -> String {
        self.customers.get(&id).cloned().unwrap_or_default()
    }

    fn evaluations(&self) -> Vec<BundledEvaluation> {
        let evaluation = |row: &EvaluationRow| {
            let (facts_until, known_at) = knew(row);
            let veil = self.veils.get(&row.interaction);
            BundledEvaluation {
                id: row.id,
                interaction: row.interaction,
                facts_until,
                known_at,
                detail: row.detail.clone().filter(|_| veil.is_some()),
                input_salt: veil.map(|veil| veil.input_salt(row.id)),
                detail_salt: veil.map(|veil| veil.detail_salt(row.id)),
            }
        };
        self.judged.iter().map(evaluation).collect()
    }

    fn interactions(&self) -> Vec<BundledInteraction> {
        let interaction = |(id, facts): (&InteractionId, &Vec<Fact>)| {
            let (subject, veil) = (self.subjects.get(id).cloned(), self.veils.get(id));
            BundledInteraction { id: *id, subject, events: facts.iter().map(|fact| self.event(fact, veil)).collect() }
        };
        self.facts.iter().map(interaction).collect()
    }

    fn event(&self, fact: &Fact, veil: Option<&VeilKey>) -> BundledEvent {
        let Fact { event, source, source_id, kind, occurred_at, sequence, customer, actor, data, superseded_by } = fact.clone();
        BundledEvent {
            id: event,
            source,
            source_id,
            kind,
            time: occurred_at,
            sequence,
            customer: customer.map(|customer| self.customer(customer)),
            actor,
            // An event has a JSON object, and nothing where that is erased.
            data: Some(data).filter(|data| !data.is_empty()),
            superseded_by,
            salt: veil.map(|veil| veil.event_salt(event)),
        }
    }

    /// What customers have signed of the definitions that judged.
    fn approvals(&self, chains: &[Chain]) -> Vec<SignedApproval> {
        let mut found = BTreeMap::new();
        for chain in chains {
            for (_, receipt) in chain.all().filter(|(_, receipt)| receipt.definition.parties == Parties::Two) {
                let (by, customer) = (&receipt.definition, self.customer(chain.customer));
                let Some(approved) = &by.approval else { continue };
                let approval = SignedApproval {
                    definition: by.name.clone(),
                    version: by.version,
                    customer: customer.clone(),
                    hash: by.hash,
                    from: approved.from,
                    key: approved.key.to_string(),
                    signature: approved.signature.to_string(),
                };
                found.insert((customer, by.name.clone(), by.version, approved.from), approval);
            }
        }
        found.into_values().collect()
    }
}

/// The facts that any of the judgements of their interaction knew, in the order of their numbers.
async fn facts(
    c: &mut impl Connection,
    judged: &[EvaluationRow],
    interactions: &[InteractionId],
) -> Result<BTreeMap<InteractionId, Vec<Fact>>> {
    let mut until: HashMap<InteractionId, EventId> = HashMap::new();
    for row in judged {
        let last = until.entry(row.interaction).or_insert(EventId(0));
        *last = knew(row).0.max(*last);
    }
    let names = events::names(c).await?;
    let mut facts: BTreeMap<InteractionId, Vec<Fact>> = interactions.iter().map(|interaction| (*interaction, Vec::new())).collect();
    for (interaction, fact) in events::facts(c, &names, interactions).await? {
        if until.get(&interaction).is_some_and(|last| fact.event <= *last) {
            facts.entry(interaction).or_default().push(fact);
        }
    }
    facts.values_mut().for_each(|facts| facts.sort_by_key(|fact| fact.event));
    Ok(facts)
}

/// The versions that judged; of those that fix the same, the first.
async fn bundled_definitions(c: &mut impl Connection, judged: &[EvaluationRow]) -> Result<Vec<BundledDefinition>> {
    let wanted: BTreeSet<VersionId> = judged.iter().map(|row| row.version).collect();
    let slugs: HashMap<_, String> = definitions::all(c).await?.into_iter().collect();
    let mut hashes = HashSet::new();
    let mut found = Vec::new();
    for version in definitions::versions(c).await?.into_iter().filter(|version| wanted.contains(&version.id)) {
        if hashes.insert(version.content.hash()) {
            let slug = slugs.get(&version.definition).cloned().unwrap_or_default();
            found.push(BundledDefinition { slug, version: version.number, content: version.content });
        }
    }
    Ok(found)
}

/// The components of definitions, each once.
async fn components(c: &mut impl Connection, definitions: &[BundledDefinition]) -> Result<Vec<BundledComponent>> {
    let manifests: HashMap<Digest, _> = rules::all(c).await?.into_iter().map(|rule| (rule.digest, rule.manifest)).collect();
    let mut found = Vec::new();
    for digest in distinct(definitions.iter().map(|definition| definition.content.component)) {
        let missing = || corrupt("versions", "rule", digest);
        let manifest = manifests.get(&digest).cloned().ok_or_else(missing)?;
        let bytes = ComponentBytes(rules::component(c, digest).await?.ok_or_else(missing)?);
        found.push(BundledComponent { digest, manifest, bytes });
    }
    Ok(found)
}

/// Proofs that earlier trees are the beginning of the newest. Nothing is to be proved of the empty tree, and nothing of a tree and itself.
async fn growth(c: &mut impl Connection, sizes: &[u64], size: u64) -> Result<Vec<Growth>> {
    let mut growth = Vec::new();
    for old in distinct(sizes.iter().copied().filter(|old| (1..size).contains(old))) {
        growth.push(Growth { old, proof: consistency(c, old, size).await?.hashes });
    }
    Ok(growth)
}

/// The proof that the tree of so many leaves is the beginning of a later one.
pub(super) async fn consistency(c: &mut impl Connection, old: u64, new: u64) -> Result<ConsistencyProof> {
    let nodes = ConsistencyProof::nodes(old, new).map_err(|error| corrupt("checkpoints", "size", error))?;
    let set: TileSet = tiles(c, &TileSet::holding(&nodes, new)).await?.into_iter().collect();
    ConsistencyProof::new(old, new, &set).map_err(|error| corrupt("log_tiles", "hashes", error))
}

/// The chains with the proofs that their receipts are in the log of a size.
async fn bundled(c: &mut impl Connection, chains: Vec<Chain>, about: &About, size: u64) -> Result<Vec<BundledChain>> {
    let leaves = distinct(chains.iter().flat_map(Chain::all).map(|(row, _)| unsigned(row.leaf)));
    let not_there = |error| corrupt("receipts", "leaf", error);
    let mut nodes = BTreeSet::new();
    for leaf in &leaves {
        nodes.extend(InclusionProof::nodes(*leaf, size).map_err(not_there)?);
    }
    let nodes: Vec<_> = nodes.into_iter().collect();
    let set: TileSet = tiles(c, &TileSet::holding(&nodes, size)).await?.into_iter().collect();
    let entry = |(row, receipt): Stored| {
        let leaf = unsigned(row.leaf);
        let proof = InclusionProof::new(leaf, size, &set).map_err(not_there)?.hashes;
        let customer_salt = about.veils.get(&row.interaction).map(|veil| veil.customer_salt(row.customer));
        Ok(BundledReceipt { digest: receipt.digest(), receipt, salt: Salt::new(row.salt), customer_salt, leaf, proof })
    };
    let chain = |chain: Chain| {
        let customer = about.customer(chain.customer);
        let receipts = chain.receipts.into_iter().map(entry).collect::<Result<_>>()?;
        let earlier = chain.earlier.into_iter().map(entry).collect::<Result<_>>()?;
        Ok(BundledChain { customer, from: chain.from, receipts, earlier })
    };
    chains.into_iter().map(chain).collect()
}
