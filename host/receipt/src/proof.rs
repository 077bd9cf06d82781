//! Proofs that a leaf is in a tree, and that one tree is the beginning of another (RFC 6962, 2.1).
//!
//! Which hashes a proof consists of follows from numbers alone, so a verifier knows for every hash which leaves it is of, and on which side
//! it belongs; it takes neither from the proof.

use std::ops::Range;

use assay_domain::canon::Digest;

use crate::merkle::{MissingNode, Node, Nodes, TreeHead, empty_root, node_hash, range_root, subtrees};

/// What is wrong with a proof, or with what is to be proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// There is no such leaf.
    #[error("a tree of {size} leaves has no leaf {index}")]
    NoLeaf {
        /// The leaf.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The later tree is the smaller one.
    #[error("the log has shrunk: it had {old} leaves and has {new}")]
    Shrunk {
        /// The size of the earlier tree.
        old: u64,
        /// The size of the later tree.
        new: u64,
    },
    /// Too few hashes, or too many.
    #[error("the proof has {found} hashes, and {expected} belong in it")]
    Length {
        /// How many belong in it.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// It leads to another root than the tree's.
    #[error("the proof does not lead from the leaf {index} to the root of the tree of {size} leaves")]
    NotIncluded {
        /// The leaf.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// Two trees of one size, and they differ.
    #[error("the log has forked: there are two trees of {0} leaves with different roots")]
    Forked(u64),
    /// The root without leaves is another.
    #[error("the root of a tree without leaves is the hash of nothing, and this one is not")]
    NotEmpty,
    /// It does not lead to the root of the earlier tree.
    #[error("the proof does not lead to the root of the earlier tree, of {0} leaves")]
    OtherOld(u64),
    /// It leads to the earlier root, and not to the later one: the earlier tree is not the beginning of the later.
    #[error("the proof does not lead to the root of the later tree, of {0} leaves: the earlier tree is not its beginning")]
    OtherNew(u64),
    /// A hash to make it from is not there.
    #[error(transparent)]
    Missing(#[from] MissingNode),
}

/// The largest power of two below a number of two or more.
fn split(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

fn roots(ranges: Vec<Range<u64>>, from: &impl Nodes) -> Result<Vec<Digest>, ProofError> {
    ranges.into_iter().map(|range| range_root(range, from).map_err(ProofError::from)).collect()
}

/// A proof that a leaf is in a tree: the roots beside the way from the leaf up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionProof {
    /// Which leaf; the first is 0.
    pub index: u64,
    /// From the leaf's sibling up to the root's child.
    pub hashes: Vec<Digest>,
}

impl InclusionProof {
    /// The ranges of leaves whose roots it consists of, in its order.
    fn ranges(index: u64, size: u64) -> Result<Vec<Range<u64>>, ProofError> {
        if index >= size {
            return Err(ProofError::NoLeaf { index, size });
        }
        let (mut start, mut end) = (0, size);
        let mut beside = Vec::new();
        while end - start > 1 {
            let middle = start + split(end - start);
            if index < middle {
                beside.push(middle..end);
                end = middle;
            } else {
                beside.push(start..middle);
                start = middle;
            }
        }
        beside.reverse();
        Ok(beside)
    }

    /// The hashes it is made from: what to fetch before [`InclusionProof::new`].
    pub fn nodes(index: u64, size: u64) -> Result<Vec<Node>, ProofError> {
        Ok(Self::ranges(index, size)?.into_iter().flat_map(subtrees).collect())
    }

    /// Proves that a leaf is in the tree of so many leaves.
    pub fn new(index: u64, size: u64, from: &impl Nodes) -> Result<Self, ProofError> {
        Ok(Self { index, hashes: roots(Self::ranges(index, size)?, from)? })
    }

    /// Refuses it unless it leads from the hash of the leaf to the root of the tree.
    pub fn verify(&self, leaf: &Digest, tree: &TreeHead) -> Result<(), ProofError> {
        let (index, size) = (self.index, tree.size);
        let beside = Self::ranges(index, size)?;
        let (expected, found) = (beside.len(), self.hashes.len());
        if expected != found {
            return Err(ProofError::Length { expected, found });
        }
        let up = |below: Digest, (range, hash): (Range<u64>, &Digest)| {
            if range.start > index { node_hash(&below, hash) } else { node_hash(hash, &below) }
        };
        let root = beside.into_iter().zip(&self.hashes).fold(*leaf, up);
        if root == tree.root { Ok(()) } else { Err(ProofError::NotIncluded { index, size }) }
    }
}

/// A proof that an earlier tree is the beginning of a later one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsistencyProof {
    /// From the bottom up.
    pub hashes: Vec<Digest>,
}

/// What a proof consists of: whether the earlier tree as a whole is its beginning, which is then left out; the ranges of leaves.
struct Steps {
    is_whole: bool,
    ranges: Vec<Range<u64>>,
}

impl Steps {
    /// Between trees that are not empty.
    fn between(old: u64, new: u64) -> Self {
        let (mut start, mut end) = (0, new);
        let mut ranges = Vec::new();
        while end != old {
            let middle = start + split(end - start);
            if old <= middle {
                ranges.push(middle..end);
                end = middle;
            } else {
                ranges.push(start..middle);
                start = middle;
            }
        }
        let is_whole = start == 0;
        if !is_whole {
            ranges.push(start..end);
        }
        ranges.reverse();
        Self { is_whole, ranges }
    }
}

impl ConsistencyProof {
    /// Nothing is to be proved of the empty tree, and nothing of a tree and itself.
    fn steps(old: u64, new: u64) -> Result<Steps, ProofError> {
        match old {
            old if old > new => Err(ProofError::Shrunk { old, new }),
            0 => Ok(Steps { is_whole: true, ranges: Vec::new() }),
            old => Ok(Steps::between(old, new)),
        }
    }

    /// The hashes it is made from: what to fetch before [`ConsistencyProof::new`].
    pub fn nodes(old: u64, new: u64) -> Result<Vec<Node>, ProofError> {
        Ok(Self::steps(old, new)?.ranges.into_iter().flat_map(subtrees).collect())
    }

    /// Proves that the tree of `old` leaves is the beginning of the tree of `new` leaves.
    pub fn new(old: u64, new: u64, from: &impl Nodes) -> Result<Self, ProofError> {
        Ok(Self { hashes: roots(Self::steps(old, new)?.ranges, from)? })
    }

    /// Refuses it unless it leads to the roots of both trees.
    pub fn verify(&self, old: &TreeHead, new: &TreeHead) -> Result<(), ProofError> {
        let steps = Self::steps(old.size, new.size)?;
        let (expected, found) = (steps.ranges.len(), self.hashes.len());
        if expected != found {
            return Err(ProofError::Length { expected, found });
        }
        if [old, new].into_iter().any(|tree| tree.size == 0 && tree.root != empty_root()) {
            return Err(ProofError::NotEmpty);
        }
        if old.size == new.size && old.root != new.root {
            return Err(ProofError::Forked(old.size));
        }
        if old.size == 0 || old.size == new.size { Ok(()) } else { self.climb(steps, old, new) }
    }

    fn climb(&self, steps: Steps, old: &TreeHead, new: &TreeHead) -> Result<(), ProofError> {
        let mut beside = steps.ranges.into_iter().zip(&self.hashes);
        let first = if steps.is_whole { Some(old.root) } else { beside.next().map(|(_, hash)| *hash) };
        let first = first.ok_or(ProofError::OtherOld(old.size))?;
        let up = |(before, after): (Digest, Digest), (range, hash): (Range<u64>, &Digest)| {
            if range.start < old.size { (node_hash(hash, &before), node_hash(hash, &after)) } else { (before, node_hash(&after, hash)) }
        };
        let (before, after) = beside.fold((first, first), up);
        match (before == old.root, after == new.root) {
            (true, true) => Ok(()),
            (false, _) => Err(ProofError::OtherOld(old.size)),
            (true, false) => Err(ProofError::OtherNew(new.size)),
        }
    }
}
