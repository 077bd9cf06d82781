//! Every proof of consistency between trees up to a size, and every way to alter it.

use assay_domain::canon::Digest;
use assay_receipt::{
    merkle::TreeHead,
    proof::{ConsistencyProof, ProofError},
};

use super::{
    oracle::{Trees, growth, sides},
    support::{altered, digest, exchanged, flipped, resized},
};

/// The largest tree.
pub const LARGEST: usize = 40;
/// The largest where all pairs are tried against all pairs.
pub const LARGEST_CROSSED: usize = 20;

/// The proof of a tree that has grown, and what it is checked against.
pub struct Grown {
    pub old: usize,
    pub new: usize,
    pub hashes: Vec<Digest>,
    pub before: TreeHead,
    pub after: TreeHead,
}

impl Grown {
    pub fn of(trees: &Trees, old: usize, new: usize) -> Self {
        let ConsistencyProof { hashes } = ConsistencyProof::new(old as u64, new as u64, trees).expect("a proof");
        Self { old, new, hashes, before: trees.head(old), after: trees.head(new) }
    }

    pub fn verify(&self, before: &TreeHead, after: &TreeHead) -> Result<(), ProofError> {
        ConsistencyProof { hashes: self.hashes.clone() }.verify(before, after)
    }

    fn verify_with(&self, hashes: Vec<Digest>) -> Result<(), ProofError> {
        ConsistencyProof { hashes }.verify(&self.before, &self.after)
    }

    /// Whether the proof begins with the root of the old tree itself.
    fn begins_with_old(&self) -> bool {
        self.old.is_power_of_two()
    }

    fn other_old(&self) -> Result<(), ProofError> {
        Err(ProofError::OtherOld(self.old as u64))
    }

    pub fn other_new(&self) -> Result<(), ProofError> {
        Err(ProofError::OtherNew(self.new as u64))
    }

    /// What an old root that is not that of the proof comes to.
    pub fn wrong_old(&self) -> Result<(), ProofError> {
        if self.begins_with_old() { self.other_new() } else { self.other_old() }
    }
}

/// Every tree that is not empty and has grown to another, up to a size.
pub fn all(trees: &Trees, largest: usize) -> impl Iterator<Item = Grown> {
    (2..=largest).flat_map(move |new| (1..new).map(move |old| Grown::of(trees, old, new)))
}

#[test]
fn every_tree_is_the_beginning_of_every_larger_one_as_the_standard_says() {
    let trees = Trees::of(LARGEST);
    for new in 0..=LARGEST {
        for old in 0..=new {
            let grown = Grown::of(&trees, old, new);
            // The standard has no proof from the empty tree: there is nothing to prove.
            let expected = if old == 0 { Vec::new() } else { trees.hashes(&growth(old, new)) };
            assert_eq!(grown.hashes, expected, "from {old} to {new}");
            assert_eq!(grown.verify(&grown.before, &grown.after), Ok(()), "from {old} to {new}");
        }
    }
}

#[test]
fn a_hash_with_one_other_bit_is_refused() {
    let trees = Trees::of(LARGEST);
    for grown in all(&trees, LARGEST) {
        let Grown { old, new, ref hashes, before, after } = grown;
        // Over all proofs every bit has its turn.
        let bit = (31 * old + 7 * new) % 256;
        for at in 0..hashes.len() {
            let refused = grown.verify_with(altered(hashes, at, bit));
            assert!(refused == grown.other_old() || refused == grown.other_new(), "hash {at} from {old} to {new}: {refused:?}");
        }
        let uprooted = TreeHead { root: flipped(&before.root, bit), ..before };
        assert_eq!(grown.verify(&uprooted, &after), grown.wrong_old(), "another old root from {old} to {new}");
        let uprooted = TreeHead { root: flipped(&after.root, bit), ..after };
        assert_eq!(grown.verify(&before, &uprooted), grown.other_new(), "another new root from {old} to {new}");
    }
}

#[test]
fn every_single_bit_of_a_small_proof_counts() {
    let trees = Trees::of(9);
    for grown in all(&trees, 9) {
        for at in 0..grown.hashes.len() {
            for bit in 0..256 {
                assert!(grown.verify_with(altered(&grown.hashes, at, bit)).is_err(), "bit {bit} of hash {at}");
            }
        }
    }
}

#[test]
fn a_proof_with_a_hash_less_or_more_is_refused() {
    let trees = Trees::of(LARGEST);
    for new in 0..=LARGEST {
        for old in 0..=new {
            let grown = Grown::of(&trees, old, new);
            let expected = grown.hashes.len();
            for more in [grown.before.root, grown.after.root, digest(0)] {
                for hashes in resized(&grown.hashes, more) {
                    let found = hashes.len();
                    assert_eq!(grown.verify_with(hashes), Err(ProofError::Length { expected, found }), "from {old} to {new}");
                }
            }
        }
    }
}

#[test]
fn a_proof_in_another_order_is_refused() {
    let trees = Trees::of(LARGEST);
    for grown in all(&trees, LARGEST) {
        for hashes in exchanged(&grown.hashes) {
            assert!(grown.verify_with(hashes).is_err(), "from {} to {}", grown.old, grown.new);
        }
    }
}

#[test]
fn a_proof_is_of_two_trees() {
    let trees = Trees::of(LARGEST_CROSSED);
    for grown in all(&trees, LARGEST_CROSSED) {
        let (old, new) = (grown.old, grown.new);
        let way = sides(&growth(old, new));
        for other_new in 0..=LARGEST_CROSSED {
            for other_old in 0..=other_new {
                let others = (trees.head(other_old), trees.head(other_new));
                let is_right = (other_old, other_new) == (old, new);
                let place = format!("from {old} to {new}, as if from {other_old} to {other_new}");
                assert_eq!(grown.verify(&others.0, &others.1).is_ok(), is_right, "{place}");
                // Sizes by themselves are bound by the signatures under them alone: they are refused wherever the way is another.
                let before = TreeHead { size: other_old as u64, ..grown.before };
                let after = TreeHead { size: other_new as u64, ..grown.after };
                let has_same_way = other_old > 0 && sides(&growth(other_old, other_new)) == way;
                assert_eq!(grown.verify(&before, &after).is_ok(), has_same_way, "{place}");
            }
        }
    }
}

#[test]
fn the_largest_trees_are_no_trouble() {
    let after = TreeHead { size: u64::MAX, root: digest(1) };
    for (old, expected) in [(1, 64), (2, 63), (1 << 63, 1), ((1 << 63) + 1, 65), (u64::MAX - 1, 64)] {
        let before = TreeHead { size: old, root: digest(1) };
        let proof = ConsistencyProof { hashes: Vec::new() };
        assert_eq!(proof.verify(&before, &after), Err(ProofError::Length { expected, found: 0 }), "from {old}");
    }
}

#[test]
fn a_proof_is_made_from_the_hashes_that_it_names() {
    let trees = Trees::of(33);
    for Grown { old, new, hashes, .. } in all(&trees, 33) {
        let nodes = ConsistencyProof::nodes(old as u64, new as u64).expect("two sizes");
        // Some of the hashes of the proof are of several complete subtrees.
        assert!(nodes.len() >= hashes.len(), "from {old} to {new}");
        let leaves: u64 = nodes.iter().map(|node| 1u64 << node.level).sum();
        let expected = if old.is_power_of_two() { new - old } else { new };
        assert_eq!(leaves, expected as u64, "from {old} to {new}");
    }
}
