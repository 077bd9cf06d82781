//! The log: whose word it is, that it has only grown, and what is in it.

use assay_receipt::{
    bundle::{BundledLog, BundledReceipt},
    checkpoint::Checkpoint,
    commitment,
    merkle::{TreeHead, leaf_hash},
    note::Note,
    note_key::VerifierKey,
    proof::{ConsistencyProof, InclusionProof, ProofError},
    rotation::{LogKeys, Rotation},
};

use crate::{
    check::{Check, Place},
    findings::Findings,
    pins::{Kept, KeptNote, Pins, UnusableKept},
};

/// The log of a bundle, as far as it could be believed.
pub(crate) struct Log {
    told: BundledLog,
    keys: LogKeys,
    /// The checkpoint that proofs lead to; `None` where it cannot even be read.
    head: Option<Checkpoint>,
}

impl Log {
    /// Follows the keys from the one that is pinned, and opens the newest checkpoint.
    pub(crate) fn open(told: &BundledLog, pins: &Pins, findings: &mut Findings) -> Self {
        let keys = keys(told, pins, findings);
        let mut log = Self { told: told.clone(), keys, head: None };
        log.head = log.checkpoint(&told.checkpoint, "the checkpoint of the bundle", findings);
        log
    }

    /// A checkpoint of a note. One that the log has not signed is a failure, and is used all the same, so that what else is wrong shows.
    fn checkpoint(&self, note: &Note, name: &str, findings: &mut Findings) -> Option<Checkpoint> {
        let opened = Checkpoint::open(note, &self.told.origin, &self.keys);
        findings.take(Check::Signature, &Place::thing(name), opened).or_else(|| note.text().parse().ok())
    }

    /// How large the log is, as the newest checkpoint says.
    fn tree(&self) -> Option<&TreeHead> {
        self.head.as_ref().map(|head| &head.tree)
    }

    /// Whether a receipt is in the log.
    pub(crate) fn see_inclusion(&self, entry: &BundledReceipt, place: &Place, findings: &mut Findings) {
        let Some(tree) = self.tree() else {
            findings.fail(Check::Inclusion, place, "there is no checkpoint that could be read");
            return;
        };
        let digest = entry.receipt.digest();
        if entry.digest != digest {
            findings.fail(Check::Inclusion, place, format!("its digest is told as {}, and {digest} follows", entry.digest));
            return;
        }
        let leaf = leaf_hash(commitment::leaf(&entry.salt, &digest).as_bytes());
        let proof = InclusionProof { index: entry.leaf, hashes: entry.proof.clone() };
        findings.see(Check::Inclusion, place, proof.verify(&leaf, tree));
    }

    /// Whether an earlier checkpoint of the bundle is the beginning of the newest; gives back how large the log was then.
    pub(crate) fn see_earlier(&self, note: &Note, name: &str, findings: &mut Findings) -> Option<u64> {
        let earlier = self.checkpoint(note, name, findings)?;
        findings.see(Check::Consistency, &Place::thing(name), self.grown_from(&earlier.tree));
        Some(earlier.tree.size)
    }

    /// Whether every checkpoint that was kept belongs to the same log.
    pub(crate) fn see_kept(&self, kept: &[Kept], findings: &mut Findings) -> Result<(), UnusableKept> {
        for one in kept {
            let checkpoint = one.checkpoint(&self.told.origin, &self.keys)?;
            let found = match &one.what {
                KeptNote::Growth(growth) if self.tree().is_some_and(|tree| tree.size == growth.old) => {
                    self.grows_into(growth.consistency.clone(), &checkpoint)
                }
                _ => self.grown_from(&checkpoint.tree),
            };
            findings.see(Check::Consistency, &Place::thing(format!("the kept checkpoint {}", one.name)), found);
        }
        Ok(())
    }

    /// Refuses an earlier tree that is not the beginning of the newest.
    fn grown_from(&self, earlier: &TreeHead) -> Result<(), String> {
        let tree = self.tree().ok_or("there is no checkpoint that could be read")?;
        let told = self.told.growth.iter().find(|growth| growth.old == earlier.size);
        let needs_none = earlier.size == 0 || earlier.size >= tree.size;
        let hashes = match told {
            _ if needs_none => Vec::new(),
            Some(growth) => growth.proof.clone(),
            None => return Err(unproved(earlier.size, tree.size)),
        };
        ConsistencyProof { hashes }.verify(earlier, tree).map_err(|error| in_words(&error))
    }

    /// Refuses a later checkpoint whose beginning the newest one is not.
    fn grows_into(&self, proof: ConsistencyProof, later: &Checkpoint) -> Result<(), String> {
        let tree = self.tree().ok_or("there is no checkpoint that could be read")?;
        proof.verify(tree, &later.tree).map_err(|error| in_words(&error))
    }

    /// The key that the bundle tells first.
    pub(crate) fn first_key(&self) -> &VerifierKey {
        &self.told.key
    }

    /// The key that the result is believed by.
    pub(crate) fn latest_key(&self) -> &VerifierKey {
        self.keys.latest()
    }
}

fn unproved(old: u64, new: u64) -> String {
    format!(
        "nothing proves that the log of {old} leaves is the beginning of the log of {new}: ask for a bundle with such a proof; a log that \
         has forked has none"
    )
}

fn in_words(error: &ProofError) -> String {
    match error {
        ProofError::Shrunk { .. } => format!("{error}: it was cut off, unless a proof of growth from there shows that the bundle is older"),
        error => error.to_string(),
    }
}

/// The keys of the log, from the pinned one on.
fn keys(told: &BundledLog, pins: &Pins, findings: &mut Findings) -> LogKeys {
    let Some(pinned) = &pins.log_key else {
        return follow(LogKeys::pinned(told.key.clone()), told, 0, findings);
    };
    let hands_over_to = |note: &Note| note.text().parse::<Rotation>().is_ok_and(|rotation| rotation.new == *pinned);
    let after = match told.rotations.iter().position(hands_over_to) {
        _ if told.key == *pinned => Some(0),
        found => found.map(|at| at + 1),
    };
    if after.is_none() {
        let problem = format!("its first key is {}, and it hands over to none that is the pinned one, {pinned}", told.key);
        findings.fail(Check::Signature, &Place::thing("the log's key"), problem);
    }
    follow(LogKeys::pinned(pinned.clone()), told, after.unwrap_or(told.rotations.len()), findings)
}

/// Follows the hand-overs after so many, up to the first that does not hold.
fn follow(mut keys: LogKeys, told: &BundledLog, after: usize, findings: &mut Findings) -> LogKeys {
    for (at, note) in told.rotations.iter().enumerate().skip(after) {
        let place = Place::thing(format!("rotation {}", at + 1));
        match findings.take(Check::Signature, &place, keys.clone().rotate(&told.origin, note)) {
            Some(rotated) => keys = rotated,
            None => break,
        }
    }
    keys
}
