//! Every proof of inclusion in every tree up to a size, and every way to alter it.

use assay_domain::canon::Digest;
use assay_receipt::{
    merkle::{MissingNode, Node, Nodes, TreeHead},
    proof::{InclusionProof, ProofError},
};

use super::{
    oracle::{Trees, path, sides},
    support::{altered, digest, exchanged, flipped, resized},
};

/// The largest tree.
const LARGEST: usize = 70;

/// The proof of a leaf of a tree, and what it is checked against.
struct Proved {
    index: usize,
    size: usize,
    proof: InclusionProof,
    leaf: Digest,
    head: TreeHead,
}

impl Proved {
    fn of(trees: &Trees, index: usize, size: usize) -> Self {
        let proof = InclusionProof::new(index as u64, size as u64, trees).expect("a proof");
        Self { index, size, proof, leaf: *trees.leaf(index), head: trees.head(size) }
    }

    fn verify(&self, hashes: Vec<Digest>) -> Result<(), ProofError> {
        InclusionProof { index: self.proof.index, hashes }.verify(&self.leaf, &self.head)
    }

    fn not_included(&self) -> Result<(), ProofError> {
        Err(ProofError::NotIncluded { index: self.index as u64, size: self.size as u64 })
    }
}

/// Every leaf of every tree up to a size.
fn all(trees: &Trees, largest: usize) -> impl Iterator<Item = Proved> {
    (1..=largest).flat_map(move |size| (0..size).map(move |index| Proved::of(trees, index, size)))
}

#[test]
fn every_leaf_of_every_tree_is_proved_as_the_standard_says() {
    let trees = Trees::of(LARGEST);
    for Proved { index, size, proof, leaf, head } in all(&trees, LARGEST) {
        assert_eq!(proof.hashes, trees.hashes(&path(index, 0..size)), "leaf {index} of {size}");
        assert_eq!(proof.verify(&leaf, &head), Ok(()), "leaf {index} of {size}");
    }
}

#[test]
fn a_proof_is_of_one_leaf_at_one_place() {
    let trees = Trees::of(LARGEST);
    for proved in all(&trees, LARGEST) {
        let Proved { index, size, ref proof, leaf, head } = proved;
        for other in (0..size).filter(|other| *other != index) {
            assert_eq!(proof.verify(trees.leaf(other), &head), proved.not_included(), "leaf {other} for {index} of {size}");
            let moved = InclusionProof { index: other as u64, hashes: proof.hashes.clone() };
            assert!(moved.verify(&leaf, &head).is_err(), "leaf {index} of {size} at {other}");
        }
        for outside in [size as u64, size as u64 + 1, u64::MAX] {
            let moved = InclusionProof { index: outside, hashes: proof.hashes.clone() };
            assert_eq!(moved.verify(&leaf, &head), Err(ProofError::NoLeaf { index: outside, size: size as u64 }));
        }
    }
}

#[test]
fn a_proof_is_of_one_tree() {
    let trees = Trees::of(LARGEST);
    for Proved { index, size, proof, leaf, head } in all(&trees, LARGEST) {
        for other in (0..=LARGEST).filter(|other| *other != size) {
            assert!(proof.verify(&leaf, &trees.head(other)).is_err(), "leaf {index} of {size} in the tree of {other}");
        }
        // A size by itself is bound by the signature under it alone: it is refused wherever the way up is another than in the right tree.
        let way = sides(&path(index, 0..size));
        for other in index + 1..=LARGEST {
            let resized = TreeHead { size: other as u64, root: head.root };
            let has_same_way = sides(&path(index, 0..other)) == way;
            assert_eq!(proof.verify(&leaf, &resized).is_ok(), has_same_way, "leaf {index} of {size}, as if of {other}");
        }
    }
}

#[test]
fn a_hash_with_one_other_bit_is_refused() {
    let trees = Trees::of(LARGEST);
    for proved in all(&trees, LARGEST) {
        let Proved { index, size, ref proof, leaf, head } = proved;
        // Over all proofs every bit has its turn.
        let bit = (31 * index + 7 * size) % 256;
        for at in 0..proof.hashes.len() {
            assert_eq!(proved.verify(altered(&proof.hashes, at, bit)), proved.not_included(), "hash {at} for {index} of {size}");
        }
        assert_eq!(proof.verify(&flipped(&leaf, bit), &head), proved.not_included(), "another leaf for {index} of {size}");
        let uprooted = TreeHead { root: flipped(&head.root, bit), ..head };
        assert_eq!(proof.verify(&leaf, &uprooted), proved.not_included(), "another root for {index} of {size}");
    }
}

#[test]
fn every_single_bit_of_a_small_proof_counts() {
    let trees = Trees::of(9);
    for proved in all(&trees, 9) {
        for at in 0..proved.proof.hashes.len() {
            for bit in 0..256 {
                assert_eq!(proved.verify(altered(&proved.proof.hashes, at, bit)), proved.not_included(), "bit {bit} of hash {at}");
            }
        }
    }
}

#[test]
fn a_proof_with_a_hash_less_or_more_is_refused() {
    let trees = Trees::of(LARGEST);
    for proved in all(&trees, LARGEST) {
        let expected = proved.proof.hashes.len();
        for more in [proved.leaf, proved.head.root, digest(0)] {
            for hashes in resized(&proved.proof.hashes, more) {
                let found = hashes.len();
                assert_eq!(proved.verify(hashes), Err(ProofError::Length { expected, found }), "{} of {}", proved.index, proved.size);
            }
        }
    }
}

#[test]
fn a_proof_in_another_order_is_refused() {
    let trees = Trees::of(LARGEST);
    for proved in all(&trees, LARGEST) {
        for hashes in exchanged(&proved.proof.hashes) {
            assert_eq!(proved.verify(hashes), proved.not_included(), "{} of {}", proved.index, proved.size);
        }
    }
}

#[test]
fn no_leaf_is_proved_that_the_tree_has_not() {
    let trees = Trees::of(4);
    for (index, size) in [(0, 0), (1, 1), (4, 4), (5, 4), (u64::MAX, 4), (u64::MAX, u64::MAX)] {
        let refused = ProofError::NoLeaf { index, size };
        assert_eq!(InclusionProof::new(index, size, &trees), Err(refused));
        assert_eq!(InclusionProof::nodes(index, size), Err(refused));
        let proof = InclusionProof { index, hashes: Vec::new() };
        assert_eq!(proof.verify(&digest(1), &TreeHead { size, root: digest(1) }), Err(refused));
    }
}

#[test]
fn the_largest_trees_are_no_trouble() {
    // So many leaves are 64 levels high, and the last of them has no sibling in the lowest.
    for (index, expected) in [(0, 64), (1, 64), ((1 << 63) - 1, 64), (1 << 63, 64), (u64::MAX - 2, 64), (u64::MAX - 1, 63)] {
        let proof = InclusionProof { index, hashes: Vec::new() };
        let head = TreeHead { size: u64::MAX, root: digest(1) };
        assert_eq!(proof.verify(&digest(1), &head), Err(ProofError::Length { expected, found: 0 }), "leaf {index}");
    }
}

/// Hashes of some subtrees alone.
struct Only<'a> {
    trees: &'a Trees,
    nodes: &'a [Node],
}

impl Nodes for Only<'_> {
    fn node(&self, node: Node) -> Option<Digest> {
        if self.nodes.contains(&node) { self.trees.node(node) } else { None }
    }
}

#[test]
fn a_proof_is_made_from_the_hashes_that_it_names_and_from_no_fewer() {
    let trees = Trees::of(33);
    for Proved { index, size, proof, .. } in all(&trees, 33) {
        let nodes = InclusionProof::nodes(index as u64, size as u64).expect("a leaf");
        let made = |nodes: &[Node]| InclusionProof::new(index as u64, size as u64, &Only { trees: &trees, nodes });
        assert_eq!(made(&nodes), Ok(proof), "leaf {index} of {size}");
        for (at, node) in nodes.iter().enumerate() {
            let fewer = [&nodes[..at], &nodes[at + 1..]].concat();
            assert_eq!(made(&fewer), Err(ProofError::Missing(MissingNode(*node))), "leaf {index} of {size}");
        }
    }
}
