//! The Merkle tree of RFC 6962: its hashes, its complete subtrees, and the root of any range of leaves.
//!
//! A range of leaves falls into complete subtrees, the largest first; their hashes, folded from the right, are its root. So whatever is
//! asked of a tree is answered from hashes of complete subtrees, which never change while it grows.

use std::ops::Range;

use assay_domain::canon::Digest;
use sha2::{Digest as _, Sha256};

/// The hash of a leaf: of a zero byte and the entry.
pub fn leaf_hash(entry: &[u8]) -> Digest {
    Digest::from_bytes(Sha256::new().chain_update([0u8]).chain_update(entry).finalize().into())
}

/// The hash of what is above two subtrees: of a one and their hashes.
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    let hasher = Sha256::new().chain_update([1u8]).chain_update(left.as_bytes()).chain_update(right.as_bytes());
    Digest::from_bytes(hasher.finalize().into())
}

/// The root of the tree without leaves: the hash of nothing.
pub fn empty_root() -> Digest {
    Digest::of(&[])
}

/// The root over some hashes: those of leaves, or of equally large complete subtrees with the last one perhaps smaller.
pub fn root(hashes: &[Digest]) -> Digest {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        row = row.chunks(2).map(above).collect();
    }
    row.first().copied().unwrap_or_else(empty_root)
}

/// What is above a pair; what is left over goes up as it is.
fn above(pair: &[Digest]) -> Digest {
    match pair {
        [left, right] => node_hash(left, right),
        rest => rest.first().copied().unwrap_or_else(empty_root),
    }
}

/// How large a tree is, and its root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeHead {
    /// How many leaves.
    pub size: u64,
    /// The hash that stands for all of them.
    pub root: Digest,
}

/// A complete subtree: `2^level` leaves, from `index × 2^level` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// Its height; 0 is a leaf.
    pub level: u8,
    /// Its place among those of its height.
    pub index: u64,
}

/// Where the hashes of complete subtrees come from.
pub trait Nodes {
    /// The hash of one; `None` where it is not there.
    fn node(&self, node: Node) -> Option<Digest>;
}

/// A hash that the source of hashes lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the hash of the subtree {} of the height {} is not there", .0.index, .0.level)]
pub struct MissingNode(pub Node);

/// The complete subtrees that a range of leaves falls into, from left to right.
pub fn subtrees(range: Range<u64>) -> Vec<Node> {
    let Range { mut start, end } = range;
    let mut nodes = Vec::new();
    while start < end {
        let level = start.trailing_zeros().min((end - start).ilog2());
        // Of 64 levels at most.
        nodes.push(Node { level: level as u8, index: start >> level });
        start += 1 << level;
    }
    nodes
}

/// The root of a range of leaves.
pub fn range_root(range: Range<u64>, from: &impl Nodes) -> Result<Digest, MissingNode> {
    let hash = |node: Node| from.node(node).ok_or(MissingNode(node));
    let mut root = None;
    for node in subtrees(range).into_iter().rev() {
        let left = hash(node)?;
        root = Some(root.map_or(left, |right| node_hash(&left, &right)));
    }
    Ok(root.unwrap_or_else(empty_root))
}

/// The head of a tree of so many leaves.
pub fn tree_head(size: u64, from: &impl Nodes) -> Result<TreeHead, MissingNode> {
    Ok(TreeHead { size, root: range_root(0..size, from)? })
}
