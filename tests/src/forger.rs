//! A vendor that is not to be trusted: it holds the log's key, alters what it exports, and covers up as much as it can.

use std::collections::BTreeMap;

use assay_domain::{
    canon::Digest,
    id::{EvaluationId, EventId, InteractionId},
    projection::{EvaluationInput, Reads},
    timeline::{Fact, Timeline},
};
use assay_receipt::{
    bundle::{Bundle, BundledEvaluation, BundledEvent, BundledInteraction, BundledReceipt, Growth},
    chain::ChainHead,
    checkpoint::Checkpoint,
    commitment,
    merkle::{self, Node, Nodes, leaf_hash, tree_head},
    note::Note,
    note_key::{NoteKey, VerifierKey},
    proof::{ConsistencyProof, InclusionProof},
    receipt::Receipt,
    signature::SecretKey,
};
use assay_verify::Pins;

/// How far an alteration is covered up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cover {
    /// Not at all: a file was altered after it was exported.
    Nothing,
    /// Receipts go on from each other, and a log with the right key holds them.
    Log,
    /// Besides, every hash is that of what the bundle tells.
    Hashes,
}

/// Who holds the log's key.
pub struct Forger(NoteKey);

impl Forger {
    /// The log of a bundle under a key of its own, which whoever verifies takes for the log's.
    pub fn of(bundle: &Bundle) -> Self {
        Self(NoteKey::new(bundle.log.origin.clone(), SecretKey::from_seed([9; 32])).expect("a key with a name"))
    }

    /// The key that its notes are checked with.
    pub fn key(&self) -> &VerifierKey {
        self.0.verifier()
    }

    /// What somebody knows who believes the forger's key to be the log's.
    pub fn pins(&self) -> Pins {
        Pins { log_key: Some(self.key().clone()), ..Pins::default() }
    }

    /// Covers an alteration up.
    pub fn cover(&self, bundle: &mut Bundle, cover: Cover) {
        if cover >= Cover::Hashes {
            rehash(bundle);
        }
        if cover >= Cover::Log {
            relink(bundle);
            self.relog(bundle);
        }
    }

    /// Signs a note.
    pub fn sign(&self, text: &str) -> Note {
        Note::sign(text, &self.0).expect("a note")
    }

    /// The checkpoint of the first leaves of a bundle's log.
    pub fn checkpoint(&self, bundle: &Bundle, size: u64) -> Note {
        let tree = tree_head(size, &Leaves::of(bundle)).expect("so many leaves");
        Checkpoint::new(bundle.log.origin.clone(), tree).sign(&self.0).expect("a checkpoint")
    }

    /// The proof that the first leaves of a bundle's log are its beginning.
    pub fn growth(&self, bundle: &Bundle, old: u64) -> Growth {
        let leaves = Leaves::of(bundle);
        Growth { old, proof: ConsistencyProof::new(old, leaves.len(), &leaves).expect("a proof").hashes }
    }

    /// Makes a log of the receipts of a bundle, in their order, with a checkpoint for all of them.
    pub fn relog(&self, bundle: &mut Bundle) {
        let leaves = Leaves::of(bundle);
        for (entry, leaf) in receipts_mut(bundle).zip(0..) {
            (entry.leaf, entry.digest) = (leaf, entry.receipt.digest());
            entry.proof = InclusionProof::new(leaf, leaves.len(), &leaves).expect("a proof").hashes;
        }
        let checkpoint = self.checkpoint(bundle, leaves.len());
        if let Some(invoice) = &mut bundle.invoice {
            invoice.checkpoint = checkpoint.clone();
        }
        let log = &mut bundle.log;
        (log.key, log.checkpoint) = (self.key().clone(), checkpoint);
        log.rotations.clear();
        log.growth.clear();
    }
}

/// The leaves of a log that holds the receipts of a bundle and nothing else.
struct Leaves(Vec<Digest>);

impl Leaves {
    fn of(bundle: &Bundle) -> Self {
        let entries = bundle.chains.iter().flat_map(|chain| chain.earlier.iter().chain(&chain.receipts));
        Self(entries.map(|entry| leaf_hash(commitment::leaf(&entry.salt, &entry.receipt.digest()).as_bytes())).collect())
    }

    fn len(&self) -> u64 {
        self.0.len() as u64
    }
}

impl Nodes for Leaves {
    fn node(&self, node: Node) -> Option<Digest> {
        let width = 1usize.checked_shl(u32::from(node.level))?;
        let start = usize::try_from(node.index).ok()?.checked_mul(width)?;
        Some(merkle::root(self.0.get(start..start + width)?))
    }
}

fn receipts_mut(bundle: &mut Bundle) -> impl Iterator<Item = &mut BundledReceipt> {
    bundle.chains.iter_mut().flat_map(|chain| chain.earlier.iter_mut().chain(&mut chain.receipts))
}

/// Has every receipt go on from the one before it, and the document name the last one.
pub fn relink(bundle: &mut Bundle) {
    for chain in &mut bundle.chains {
        let mut head = chain.from;
        for entry in &mut chain.receipts {
            entry.receipt.previous = head.map(|head| head.digest);
            head = Some(ChainHead { number: entry.receipt.number, digest: entry.receipt.digest() });
        }
        let heads = bundle.invoice.iter_mut().flat_map(|invoice| &mut invoice.heads);
        heads.filter(|named| named.customer == chain.customer).for_each(|named| named.head = head);
    }
}

/// Numbers the receipts of every chain without a gap, from its first on.
pub fn renumber(bundle: &mut Bundle) {
    for chain in &mut bundle.chains {
        let first = chain.from.map_or(1, |head| head.number + 1);
        chain.receipts.iter_mut().zip(first..).for_each(|(entry, number)| entry.receipt.number = number);
    }
}

/// Has every receipt say of definitions, events and inputs what the bundle tells.
pub fn rehash(bundle: &mut Bundle) {
    let told = Told::of(bundle);
    for entry in receipts_mut(bundle) {
        told.rehash(&mut entry.receipt);
    }
}

/// What a bundle tells, beside its receipts.
struct Told {
    bundle: Bundle,
    evaluations: BTreeMap<EvaluationId, BundledEvaluation>,
    interactions: BTreeMap<InteractionId, BundledInteraction>,
}

impl Told {
    fn of(bundle: &Bundle) -> Self {
        Self {
            bundle: bundle.clone(),
            evaluations: bundle.evaluations.iter().map(|evaluation| (evaluation.id, evaluation.clone())).collect(),
            interactions: bundle.interactions.iter().map(|interaction| (interaction.id, interaction.clone())).collect(),
        }
    }

    fn rehash(&self, receipt: &mut Receipt) {
        let (evaluation, reads) = (&self.evaluations[&receipt.judgement.evaluation], self.redefine(receipt));
        let interaction = &self.interactions[&evaluation.interaction];
        receipt.judgement.interaction = interaction.id;
        for evidence in &mut receipt.judgement.evidence {
            if let Some(fact) = fact(interaction, evidence.event) {
                evidence.fact = fact;
            }
        }
        let facts = interaction.events.iter().filter(|event| event.id <= evaluation.facts_until).map(told);
        let timeline = Timeline::new(facts.collect(), None);
        if let (Some(opened_at), Some(salt)) = (timeline.opened_at(evaluation.known_at), &evaluation.input_salt) {
            let input = EvaluationInput::project(opened_at, timeline.known(evaluation.known_at), &reads);
            receipt.judgement.input = commitment::input_root(salt, &input.root(&receipt.definition.parameters));
        }
        let detail = evaluation.detail.as_ref().zip(evaluation.detail_salt.as_ref());
        receipt.judgement.detail = detail.map(|(detail, salt)| commitment::detail(salt, detail));
    }

    /// Has a receipt say of the definition of its name and number what the bundle tells of it; gives back what that reads.
    fn redefine(&self, receipt: &mut Receipt) -> Reads {
        let by = &mut receipt.definition;
        let named = self.bundle.definitions.iter().find(|definition| definition.slug == by.name && definition.version == by.version);
        let content = &named.expect("the definition").content;
        let before = std::mem::replace(&mut by.hash, content.hash());
        if receipt.change.earned_under == before {
            receipt.change.earned_under = by.hash;
        }
        (by.component, by.contract) = (content.component, content.contract.clone());
        (by.parameters, by.timing) = (content.parameters.clone(), content.timing);
        Reads::new(&content.reads)
    }
}

/// The salted hash of an event as it is told.
fn fact(interaction: &BundledInteraction, event: EventId) -> Option<Digest> {
    let event = interaction.events.iter().find(|told| told.id == event)?;
    let told = event.told(interaction.subject.as_deref())?;
    Some(commitment::event(event.salt.as_ref()?, &commitment::fact_digest(&told.source, &told.id, &told.content_digest())))
}

fn told(event: &BundledEvent) -> Fact {
    let event = event.clone();
    Fact {
        event: event.id,
        source: event.source,
        source_id: event.source_id,
        kind: event.kind,
        occurred_at: event.time,
        sequence: event.sequence,
        customer: None,
        actor: event.actor,
        data: event.data.unwrap_or_default(),
        superseded_by: event.superseded_by,
    }
}
