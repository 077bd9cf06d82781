//! Proofs as files: written and read byte for byte, believed from the log's key alone, and refused line by line.

use assay_domain::canon::Digest;
use assay_receipt::{
    checkpoint::{Checkpoint, CheckpointError},
    log_proof::{GrowthProof, LogProof, LogProofError},
    merkle::{TreeHead, leaf_hash},
    note::{Note, NoteError},
    proof::{ConsistencyProof, InclusionProof, ProofError},
    rotation::LogKeys,
};

use super::{
    oracle::Trees,
    support::{ORIGIN, digest, flipped, key},
};

/// Made by a second implementation, in another language: the third of five entries, and five entries after three.
const INCLUDED: &str = "c2sp.org/tlog-proof@v1\nextra AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\nindex 2\n\
                        rKoEZjqFR6L3DGDMGPk3h5axPE+aCPcNatrmYjZbMMY=\nKPuB5JaJfgzohvCGAjkukjm2XGWQQeUgIWPlitiY9EQ=\n\
                        HaAzv4kn7Wk3bZFTN0hJT39eiMIGA97eKvyb/UPUbxc=\n\n";
const GROWN: &str = "old 3\ny6jFlhIL22neu9kj2Sy6lIvefH0GpGWhu32Y0xFgOPo=\nrKoEZjqFR6L3DGDMGPk3h5axPE+aCPcNatrmYjZbMMY=\n\
                     KPuB5JaJfgzohvCGAjkukjm2XGWQQeUgIWPlitiY9EQ=\nHaAzv4kn7Wk3bZFTN0hJT39eiMIGA97eKvyb/UPUbxc=\n\n";
const CHECKPOINT: &str = "assay/example/vendor\n5\nheIMrB8C/ae82y/D+QhWjFcBjHeBXx+jYaytE5lPCL8=\n\n\u{2014} assay/example/vendor \
                          j5oB8PXHTDs4htAX72zMDPghAK+HA89WVjCacIAB40wz5hwEOIh0/kPCgPjaeNQic1emEkvNQCnH0N6NmrO8tKwjIQU=\n";

/// The log of the entries 0 to 4.
fn trees() -> Trees {
    Trees::over((0..5).map(|entry| leaf_hash(digest(entry).as_bytes())).collect())
}

fn checkpoint(size: usize) -> Checkpoint {
    Checkpoint::new(ORIGIN, trees().head(size))
}

fn signed(size: usize) -> Note {
    checkpoint(size).sign(&key(1)).expect("a note")
}

fn keys() -> LogKeys {
    LogKeys::pinned(key(1).verifier().clone())
}

fn included(entry: u64) -> LogProof {
    let extra = Some((0..32).collect());
    LogProof { extra, inclusion: InclusionProof::new(entry, 5, &trees()).expect("a proof"), checkpoint: signed(5) }
}

fn grown(old: u64) -> GrowthProof {
    GrowthProof { old, consistency: ConsistencyProof::new(old, 5, &trees()).expect("a proof"), checkpoint: signed(5) }
}

#[test]
fn proofs_never_change() {
    let (included_text, grown_text) = (format!("{INCLUDED}{CHECKPOINT}"), format!("{GROWN}{CHECKPOINT}"));
    assert_eq!(included(2).to_string(), included_text);
    assert_eq!(included_text.parse(), Ok(included(2)));
    assert_eq!(grown(3).to_string(), grown_text);
    assert_eq!(grown_text.parse(), Ok(grown(3)));
}

#[test]
fn proofs_are_written_as_they_are_read() {
    for entry in 0..5 {
        for extra in [None, Some(Vec::new()), Some(vec![0]), Some(vec![255; 100])] {
            let proof = LogProof { extra, ..included(entry) };
            assert_eq!(proof.to_string().parse(), Ok(proof.clone()), "{proof}");
            let json = serde_json::to_value(&proof).expect("JSON");
            assert_eq!(json, proof.to_string());
            assert_eq!(serde_json::from_value::<LogProof>(json).expect("a proof"), proof);
        }
        assert_eq!(included(entry).verify(&digest(entry as u8), ORIGIN, &keys()), Ok(checkpoint(5)), "the entry {entry}");
    }
    for old in 0..=5 {
        let proof = grown(old);
        assert_eq!(proof.to_string().parse(), Ok(proof.clone()), "{proof}");
        let json = serde_json::to_value(&proof).expect("JSON");
        assert_eq!(json, proof.to_string());
        assert_eq!(serde_json::from_value::<GrowthProof>(json).expect("a proof"), proof);
        let before = checkpoint(usize::try_from(old).expect("a small tree"));
        assert_eq!(proof.verify(&before, &keys()), Ok(checkpoint(5)), "from {old}");
    }
}

#[test]
fn an_entry_is_in_the_log_by_the_log_s_own_word_alone() {
    let altered = |at: usize| {
        let mut proof = included(2);
        proof.inclusion.hashes[at] = flipped(&proof.inclusion.hashes[at], 0);
        proof
    };
    let by = |note: Note| LogProof { checkpoint: note, ..included(2) };
    let moved = LogProof { inclusion: InclusionProof { index: 3, ..included(2).inclusion }, ..included(2) };
    let note = |error: NoteError| LogProofError::Checkpoint(CheckpointError::Note(error));
    let not = |index: u64| LogProofError::Proof(ProofError::NotIncluded { index, size: 5 });
    let stranger = NoteError::Unknown(format!("{ORIGIN} ({})", key(2).verifier().id()));
    let elsewhere = Checkpoint { origin: "assay/example/other".into(), ..checkpoint(5) };
    let found = LogProofError::Checkpoint(CheckpointError::Origin { expected: ORIGIN.into(), found: elsewhere.origin.clone() });
    let resized: Note = signed(5).to_string().replacen("\n5\n", "\n6\n", 1).parse().expect("a note");
    let rows = [
        ("another entry", included(2), digest(3), not(2)),
        ("another leaf", moved, digest(2), not(3)),
        ("the first hash altered", altered(0), digest(2), not(2)),
        ("the last hash altered", altered(2), digest(2), not(2)),
        ("another key", by(checkpoint(5).sign(&key(2)).expect("a note")), digest(2), note(stranger)),
        ("another log", by(elsewhere.sign(&key(1)).expect("a note")), digest(2), found),
        ("another size", by(resized), digest(2), note(NoteError::WrongSignature(ORIGIN.into()))),
        ("a checkpoint from before", by(signed(2)), digest(2), LogProofError::Proof(ProofError::NoLeaf { index: 2, size: 2 })),
        ("an earlier checkpoint", by(signed(4)), digest(2), LogProofError::Proof(ProofError::Length { expected: 2, found: 3 })),
    ];
    for (name, proof, entry, expected) in rows {
        assert_eq!(proof.verify(&entry, ORIGIN, &keys()), Err(expected), "{name}");
    }
}

#[test]
fn nobody_vouches_for_what_is_told_besides() {
    let other = LogProof { extra: Some(b"something else".to_vec()), ..included(2) };
    assert_eq!(other.verify(&digest(2), ORIGIN, &keys()), Ok(checkpoint(5)));
}

#[test]
fn a_log_has_only_grown_by_its_own_word_and_from_what_was_seen_before() {
    let forked = |at: usize| Checkpoint::new(ORIGIN, trees().forked(at).head(3));
    let other_root = Checkpoint::new(ORIGIN, TreeHead { root: digest(9), ..trees().head(3) });
    let stranger = GrowthProof { checkpoint: checkpoint(5).sign(&key(2)).expect("a note"), ..grown(3) };
    let unknown = NoteError::Unknown(format!("{ORIGIN} ({})", key(2).verifier().id()));
    let shrunk = GrowthProof { old: 3, consistency: ConsistencyProof { hashes: Vec::new() }, checkpoint: signed(2) };
    let other_log = Checkpoint { origin: "assay/example/other".into(), ..checkpoint(3) };
    let origin = CheckpointError::Origin { expected: other_log.origin.clone(), found: ORIGIN.into() };
    let rows = [
        ("another size before", grown(3), checkpoint(2), LogProofError::OtherStart { expected: 2, found: 3 }),
        ("another size in the proof", grown(2), checkpoint(3), LogProofError::OtherStart { expected: 3, found: 2 }),
        ("a fork at the first leaf", grown(3), forked(0), LogProofError::Proof(ProofError::OtherOld(3))),
        ("a fork at the last leaf", grown(3), forked(2), LogProofError::Proof(ProofError::OtherOld(3))),
        ("another root", grown(3), other_root, LogProofError::Proof(ProofError::OtherOld(3))),
        ("another key", stranger, checkpoint(3), LogProofError::Checkpoint(CheckpointError::Note(unknown))),
        ("a log that has shrunk", shrunk, checkpoint(3), LogProofError::Proof(ProofError::Shrunk { old: 3, new: 2 })),
        ("another log before", grown(3), other_log, LogProofError::Checkpoint(origin)),
    ];
    for (name, proof, before, expected) in rows {
        assert_eq!(proof.verify(&before, &keys()), Err(expected), "{name}");
    }
}

/// A file with something in the place of what was there.
fn replaced(file: &str, from: &str, to: &str) -> String {
    assert!(file.contains(from), "{file:?} has no {from:?}");
    format!("{}{CHECKPOINT}", file.replacen(from, to, 1))
}

#[test]
fn what_is_no_proof_of_an_entry_is_refused_by_its_line() {
    let with = |from: &str, to: &str| replaced(INCLUDED, from, to);
    let long = "rKoEZjqFR6L3DGDMGPk3h5axPE+aCPcNatrmYjZbMMY=\n".repeat(62);
    let hash = "is not a hash in base 64, and one of 64 at most";
    let rows = [
        ("nothing", String::new(), "no empty line divides the proof from the checkpoint".to_owned()),
        ("another first line", with("@v1", "@v2"), "the first line is not \"c2sp.org/tlog-proof@v1\"".to_owned()),
        ("a blank after the first line", with("@v1\n", "@v1 \n"), "the first line is not".to_owned()),
        ("no base 64 in the second", with("extra AAEC", "extra ?AEC"), "line 2 is not `extra` and base 64".to_owned()),
        ("no blank in the second", with("extra ", "extra"), "is not `index` and a number".to_owned()),
        ("twice the second", with("index 2", "extra AAEC\nindex 2"), "is not `index` and a number".to_owned()),
        ("no index", with("index 2\n", ""), "is not `index` and a number".to_owned()),
        ("a leading zero", with("index 2", "index 02"), "line 3 is not `index` and a number".to_owned()),
        ("a negative index", with("index 2", "index -2"), "line 3 is not `index` and a number".to_owned()),
        ("a blank before the index", with("index 2", "index  2"), "line 3 is not `index` and a number".to_owned()),
        ("a carriage return", with("index 2\n", "index 2\r\n"), "line 3 is not `index` and a number".to_owned()),
        ("a hash that is too short", with("rKoE", ""), format!("line 4 {hash}")),
        ("a hash in other letters", with("HaAzv", "-aAzv"), format!("line 6 {hash}")),
        ("too many hashes", with("rKoE", &format!("{long}rKoE")), format!("line 68 {hash}")),
        ("another line before the checkpoint", with("bxc=\n\n", "bxc=\n\nmore\n\n"), "a checkpoint has at least three lines".to_owned()),
        ("no empty line", with("bxc=\n\n", "bxc=\n"), "no empty line divides the note's text from its signatures".to_owned()),
        ("no checkpoint", INCLUDED.to_owned(), "the note does not end with a line feed".to_owned()),
    ];
    for (name, file, expected) in rows {
        let refused = file.parse::<LogProof>().and_then(|proof| proof.verify(&digest(2), ORIGIN, &keys())).expect_err(name);
        assert!(refused.to_string().contains(&expected), "{name}: {refused}");
    }
    assert!(with("rKoE", &format!("{}rKoE", &long[..61 * 45])).parse::<LogProof>().is_ok(), "64 hashes");
}

#[test]
fn what_is_no_proof_of_growth_is_refused_by_its_line() {
    let with = |from: &str, to: &str| replaced(GROWN, from, to);
    let rows = [
        ("nothing", String::new(), "no empty line divides the proof from the checkpoint"),
        ("another first line", with("old", "new"), "line 1 is not `old` and a number"),
        ("a leading zero", with("old 3", "old 03"), "line 1 is not `old` and a number"),
        ("no number", with("old 3", "old three"), "line 1 is not `old` and a number"),
        ("no hash", with("y6jF", "y6j?"), "line 2 is not a hash in base 64"),
        ("a line that is none", with("KPuB", "more\nKPuB"), "line 4 is not a hash in base 64"),
        ("no empty line", with("bxc=\n\n", "bxc=\n"), "no empty line divides the note's text from its signatures"),
    ];
    for (name, file, expected) in rows {
        let refused = file.parse::<GrowthProof>().expect_err(name);
        assert!(refused.to_string().contains(expected), "{name}: {refused}");
    }
}

#[test]
fn a_hash_is_of_one_entry() {
    let entries: Vec<Digest> = (0..5).map(digest).collect();
    for (at, entry) in (0..).zip(&entries) {
        for (other, told) in (0..).zip(&entries) {
            assert_eq!(included(at).verify(told, ORIGIN, &keys()).is_ok(), at == other, "the entry {told} at {at}, where {entry} is");
        }
    }
}
