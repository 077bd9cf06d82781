//! RFC 6962 as section 2.1 writes it down: the root, the way of a proof and its hashes, by recursion over ranges of leaves.

use std::ops::Range;

use assay_domain::canon::Digest;
use assay_receipt::merkle::{Node, Nodes, TreeHead};

/// The hash of a leaf.
pub fn leaf(entry: &[u8]) -> Digest {
    Digest::of(&[[0u8].as_slice(), entry].concat())
}

/// The hash of what is above two subtrees.
pub fn node(left: &Digest, right: &Digest) -> Digest {
    Digest::of(&[[1u8].as_slice(), left.as_bytes(), right.as_bytes()].concat())
}

/// `MTH`: the root over the hashes of leaves.
pub fn root(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => Digest::of(&[]),
        [only] => *only,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node(&root(left), &root(right))
        }
    }
}

/// The largest power of two that is smaller than a number of two or more.
fn split(leaves: usize) -> usize {
    leaves.next_power_of_two() / 2
}

/// Where a hash of a proof stands to what is below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Nothing is below it.
    Start,
    Left,
    Right,
}

/// A hash of a proof: on which side it stands, and over which leaves it is.
pub type Step = (Side, Range<usize>);

fn halves(leaves: &Range<usize>) -> (Range<usize>, Range<usize>) {
    let middle = leaves.start + split(leaves.len());
    (leaves.start..middle, middle..leaves.end)
}

/// `PATH`: the way from a leaf up to the root over some leaves.
pub fn path(index: usize, leaves: Range<usize>) -> Vec<Step> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = halves(&leaves);
    let (below, beside) = if index < left.end { (left, (Side::Right, right)) } else { (right, (Side::Left, left)) };
    let mut steps = path(index, below);
    steps.push(beside);
    steps
}

/// `PROOF`: what the tree of so many leaves, one or more, needs to become the other.
pub fn growth(old: usize, new: usize) -> Vec<Step> {
    subproof(old, 0..new, true)
}

fn subproof(old: usize, leaves: Range<usize>, is_whole: bool) -> Vec<Step> {
    if old == leaves.end {
        return if is_whole { Vec::new() } else { vec![(Side::Start, leaves)] };
    }
    let (left, right) = halves(&leaves);
    let (below, beside, is_whole) =
        if old <= left.end { (left, (Side::Right, right), is_whole) } else { (right, (Side::Left, left), false) };
    let mut steps = subproof(old, below, is_whole);
    steps.push(beside);
    steps
}

/// The sides alone: the shape of a way.
pub fn sides(steps: &[Step]) -> Vec<Side> {
    steps.iter().map(|(side, _)| *side).collect()
}

/// The trees of the first leaves of a row, up to all of it.
pub struct Trees {
    leaves: Vec<Digest>,
    roots: Vec<Digest>,
}

impl Trees {
    /// So many leaves that all differ.
    pub fn of(size: usize) -> Self {
        Self::over((0..size as u64).map(|number| leaf(&number.to_be_bytes())).collect())
    }

    /// These leaves.
    pub fn over(leaves: Vec<Digest>) -> Self {
        let roots = (0..=leaves.len()).map(|size| root(&leaves[..size])).collect();
        Self { leaves, roots }
    }

    /// The same with another leaf at a place.
    pub fn forked(&self, at: usize) -> Self {
        let mut leaves = self.leaves.clone();
        leaves[at] = leaf(b"another");
        Self::over(leaves)
    }

    pub fn leaf(&self, index: usize) -> &Digest {
        &self.leaves[index]
    }

    pub fn head(&self, size: usize) -> TreeHead {
        TreeHead { size: size as u64, root: self.roots[size] }
    }

    /// The hashes of a proof.
    pub fn hashes(&self, steps: &[Step]) -> Vec<Digest> {
        steps.iter().map(|(_, leaves)| root(&self.leaves[leaves.clone()])).collect()
    }
}

impl Nodes for Trees {
    fn node(&self, node: Node) -> Option<Digest> {
        let width = 1usize.checked_shl(u32::from(node.level))?;
        let start = usize::try_from(node.index).ok()?.checked_mul(width)?;
        Some(root(self.leaves.get(start..start.checked_add(width)?)?))
    }
}
