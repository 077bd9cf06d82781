//! Logs that have not merely grown: those that shrank, and those of which one customer sees other leaves than another.

use assay_receipt::{
    merkle::{TreeHead, empty_root},
    proof::{ConsistencyProof, ProofError},
};

use super::{
    consistency::{Grown, LARGEST, LARGEST_CROSSED, all},
    oracle::Trees,
    support::digest,
};

#[test]
fn a_log_that_has_shrunk_is_refused() {
    let trees = Trees::of(LARGEST);
    for new in 0..LARGEST {
        for old in new + 1..=LARGEST {
            let refused = ProofError::Shrunk { old: old as u64, new: new as u64 };
            assert_eq!(ConsistencyProof::new(old as u64, new as u64, &trees), Err(refused));
            assert_eq!(ConsistencyProof::nodes(old as u64, new as u64), Err(refused));
            let Grown { hashes, .. } = Grown::of(&trees, new, old);
            assert_eq!(ConsistencyProof { hashes }.verify(&trees.head(old), &trees.head(new)), Err(refused));
        }
    }
}

#[test]
fn two_trees_of_one_size_with_different_roots_are_a_fork() {
    let nothing = ConsistencyProof { hashes: Vec::new() };
    for size in [1, 2, 3, 64, u64::MAX] {
        let (one, other) = (TreeHead { size, root: digest(1) }, TreeHead { size, root: digest(2) });
        assert_eq!(nothing.verify(&one, &other), Err(ProofError::Forked(size)));
        assert_eq!(nothing.verify(&one, &one), Ok(()));
    }
}

#[test]
fn the_empty_tree_has_one_root() {
    let nothing = ConsistencyProof { hashes: Vec::new() };
    let (empty, wrong) = (TreeHead { size: 0, root: empty_root() }, TreeHead { size: 0, root: digest(1) });
    for (name, old, new, expected) in [
        ("nothing has happened", empty, empty, Ok(())),
        ("the first leaves", empty, TreeHead { size: 3, root: digest(1) }, Ok(())),
        ("another root before", wrong, TreeHead { size: 3, root: digest(1) }, Err(ProofError::NotEmpty)),
        ("another root after", empty, wrong, Err(ProofError::NotEmpty)),
        ("another root at both", wrong, wrong, Err(ProofError::NotEmpty)),
    ] {
        assert_eq!(nothing.verify(&old, &new), expected, "{name}");
    }
}

/// A log whose leaf is another in what one customer sees than in what the other sees.
#[test]
fn a_fork_at_any_leaf_shows_in_every_later_tree() {
    let trees = Trees::of(LARGEST_CROSSED);
    for at in 0..LARGEST_CROSSED {
        let forked = trees.forked(at);
        for honest in all(&trees, LARGEST_CROSSED) {
            let (old, new) = (honest.old, honest.new);
            let liar = Grown::of(&forked, old, new);
            let place = format!("a fork at {at}, from {old} to {new}");
            if at >= old {
                assert_eq!(liar.verify(&honest.before, &liar.after), Ok(()), "{place}: the old tree is the beginning of both");
                continue;
            }
            assert_eq!(liar.verify(&honest.before, &liar.after), honest.wrong_old(), "{place}");
            assert_eq!(honest.verify(&honest.before, &liar.after), honest.other_new(), "{place}");
            assert_eq!(honest.verify(&liar.before, &honest.after), honest.wrong_old(), "{place}");
            assert_eq!(liar.verify(&liar.before, &honest.after), honest.other_new(), "{place}");
        }
    }
}
