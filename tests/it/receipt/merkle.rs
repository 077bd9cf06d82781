//! The tree by the reference vectors of Certificate Transparency, and by the recursion of the standard.

use assay_domain::canon::Digest;
use assay_receipt::{
    merkle::{MissingNode, Node, TreeHead, empty_root, leaf_hash, node_hash, range_root, root, subtrees, tree_head},
    proof::{ConsistencyProof, InclusionProof, ProofError},
};

use super::{
    oracle::{self, Trees},
    support::{bytes, hash},
};

/// The eight entries of the reference tree.
const ENTRIES: [&str; 8] = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

/// The hashes of its complete subtrees, by height.
const NODES: [&[&str]; 4] = [
    &[
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
        "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1",
    ],
    &[
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    ],
    &[
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    &["5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"],
];

/// The roots of its first entries, from none on.
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// Height and place of each hash of a proof.
type Places = &'static [(usize, usize)];

/// Which leaf of which size, and the proof.
const INCLUSIONS: [(u64, u64, Places); 7] = [
    (0, 1, &[]),
    (0, 2, &[(0, 1)]),
    (1, 2, &[(0, 0)]),
    (2, 3, &[(1, 0)]),
    (1, 5, &[(0, 0), (1, 1), (0, 4)]),
    (0, 8, &[(0, 1), (1, 1), (2, 1)]),
    (5, 8, &[(0, 4), (1, 3), (2, 0)]),
];

/// From which size to which, and the proof.
const CONSISTENCIES: [(u64, u64, Places); 5] = [
    (1, 1, &[]),
    (1, 8, &[(0, 1), (1, 1), (2, 1)]),
    (2, 5, &[(1, 1), (0, 4)]),
    (6, 7, &[(1, 2), (0, 6), (2, 0)]),
    (6, 8, &[(1, 2), (1, 3), (2, 0)]),
];

fn reference() -> Trees {
    Trees::over(ENTRIES.iter().map(|entry| leaf_hash(&bytes(entry))).collect())
}

fn reference_head(size: u64) -> TreeHead {
    let root = ROOTS[usize::try_from(size).expect("a small tree")];
    TreeHead { size, root: hash(root) }
}

fn reference_hashes(places: Places) -> Vec<Digest> {
    places.iter().map(|(height, place)| hash(NODES[*height][*place])).collect()
}

#[test]
fn the_reference_tree_has_the_hashes_of_the_reference() {
    for (entry, expected) in ENTRIES.iter().zip(NODES[0]) {
        assert_eq!(leaf_hash(&bytes(entry)), hash(expected), "the leaf {entry:?}");
    }
    for (below, above) in NODES.iter().zip(&NODES[1..]) {
        for (pair, expected) in below.chunks(2).zip(*above) {
            assert_eq!(node_hash(&hash(pair[0]), &hash(pair[1])), hash(expected));
        }
    }
    assert_eq!(empty_root(), hash(ROOTS[0]));
    let tree = reference();
    for size in 0..=8 {
        assert_eq!(tree_head(size, &tree), Ok(reference_head(size)), "{size} leaves");
    }
}

#[test]
fn the_reference_tree_has_the_proofs_of_the_reference() {
    let tree = reference();
    for (index, size, places) in INCLUSIONS {
        let proof = InclusionProof::new(index, size, &tree).expect("a proof");
        assert_eq!(proof, InclusionProof { index, hashes: reference_hashes(places) }, "leaf {index} of {size}");
        let leaf = leaf_hash(&bytes(ENTRIES[usize::try_from(index).expect("a small tree")]));
        assert_eq!(proof.verify(&leaf, &reference_head(size)), Ok(()), "leaf {index} of {size}");
    }
    for (old, new, places) in CONSISTENCIES {
        let proof = ConsistencyProof::new(old, new, &tree).expect("a proof");
        assert_eq!(proof.hashes, reference_hashes(places), "from {old} to {new}");
        assert_eq!(proof.verify(&reference_head(old), &reference_head(new)), Ok(()), "from {old} to {new}");
    }
}

#[test]
fn a_leaf_is_hashed_otherwise_than_what_is_above_it() {
    let (left, right) = (hash(NODES[0][0]), hash(NODES[0][1]));
    let entry = [left.as_bytes().as_slice(), right.as_bytes()].concat();
    assert_ne!(leaf_hash(&entry), node_hash(&left, &right), "an entry that looks like two hashes is no subtree");
    assert_ne!(leaf_hash(left.as_bytes()), left);
    assert_ne!(node_hash(&left, &right), node_hash(&right, &left));
}

#[test]
fn roots_are_those_of_the_recursion() {
    let trees = Trees::of(130);
    let mut leaves = Vec::new();
    for size in 0..=130 {
        assert_eq!(root(&leaves), trees.head(size).root, "{size} leaves");
        assert_eq!(tree_head(size as u64, &trees), Ok(trees.head(size)), "{size} leaves");
        leaves.push(oracle::leaf(&(size as u64).to_be_bytes()));
    }
}

#[test]
fn a_range_falls_into_complete_subtrees_from_left_to_right() {
    for end in 0..=70u64 {
        for start in 0..=end {
            let mut at = start;
            for node in subtrees(start..end) {
                assert_eq!(node.index << node.level, at, "{start}..{end}: no gap, and none at a place where no subtree begins");
                at += 1 << node.level;
            }
            assert_eq!(at, end, "{start}..{end}");
        }
        // As few as there can be: one for each digit of the size.
        assert_eq!(subtrees(0..end).len() as u32, end.count_ones(), "{end} leaves");
    }
    assert_eq!(subtrees(0..u64::MAX).len(), 64);
    assert_eq!(subtrees(1 << 63..u64::MAX).first(), Some(&Node { level: 62, index: 2 }));
}

#[test]
fn a_hash_that_is_not_there_is_named() {
    let three = Trees::of(3);
    let missing = MissingNode(Node { level: 2, index: 0 });
    assert_eq!(tree_head(4, &three), Err(missing));
    assert_eq!(range_root(0..4, &three), Err(missing));
    assert_eq!(missing.to_string(), "the hash of the subtree 0 of the height 2 is not there");
    let missing = MissingNode(Node { level: 0, index: 3 });
    assert_eq!(InclusionProof::new(2, 4, &three), Err(ProofError::Missing(missing)));
    assert_eq!(ConsistencyProof::new(3, 4, &three), Err(ProofError::Missing(missing)));
}
