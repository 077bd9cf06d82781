//! Signed notes: the vectors of the reference, and whose signature counts.

use assay_receipt::{
    note::{Note, NoteError},
    note_key::{NoteKey, VerifierKey},
    signature::SecretKey,
};

use super::support::{bytes, secret};

/// The text of the reference's notes.
pub const TEXT: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PETER_SEED: &str = "810a1402d5146c8d84f2443330f54080ebf98ee17d9c74f6252fc5d5c7283173";
pub const BY_PETER: &str =
    "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const ENOCH: &str = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
pub const BY_ENOCH: &str =
    "\u{2014} EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

fn verifier(text: &str) -> VerifierKey {
    text.parse().expect("a verifier key")
}

/// The reference's text under these lines.
pub fn note(signatures: &[&str]) -> Note {
    format!("{TEXT}\n{}", signatures.concat()).parse().expect("a note")
}

pub fn peter() -> NoteKey {
    let seed = bytes(PETER_SEED).try_into().expect("32 bytes");
    NoteKey::new("PeterNeumann", SecretKey::from_seed(seed)).expect("a name of a key")
}

#[test]
fn the_notes_of_the_reference_are_believed() {
    let rows = [
        (PETER, TEXT, BY_PETER),
        (ENOCH, TEXT, BY_ENOCH),
        (
            "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "This is an example message.\n",
            "\u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n",
        ),
    ];
    for (key, text, signature) in rows {
        let (key, whole) = (verifier(key), format!("{text}\n{signature}"));
        let note: Note = whole.parse().expect("a note");
        assert_eq!((note.text(), note.signatures().len()), (text, 1));
        assert_eq!((note.signatures()[0].name.as_str(), note.signatures()[0].id), (key.name(), key.id()));
        assert_eq!(note.verify([&key]), Ok(vec![&key]), "{}", key.name());
        assert_eq!(note.to_string(), whole);
    }
}

#[test]
fn the_key_of_the_reference_makes_the_note_of_the_reference() {
    assert_eq!(peter().verifier().to_string(), PETER);
    assert_eq!(Note::sign(TEXT, &peter()), Ok(note(&[BY_PETER])));
}

#[test]
fn signatures_of_known_keys_are_told_and_others_passed_over() {
    let (peter, enoch) = (verifier(PETER), verifier(ENOCH));
    let both = note(&[BY_PETER, BY_ENOCH]);
    assert_eq!(both.verify([&peter]), Ok(vec![&peter]));
    assert_eq!(both.verify([&enoch]), Ok(vec![&enoch]));
    assert_eq!(both.verify([&enoch, &peter]), Ok(vec![&peter, &enoch]), "in the order of the note");
    assert_eq!(note(&[BY_ENOCH, BY_PETER]).verify([&peter, &enoch]), Ok(vec![&enoch, &peter]));
    assert_eq!(both.to_string(), format!("{TEXT}\n{BY_PETER}{BY_ENOCH}"), "all of them stay in the note");
    let signers = NoteError::Unknown("PeterNeumann (c74f20a3), EnochRoot (af0cfe78)".into());
    assert_eq!(both.verify([]), Err(signers));
}

#[test]
fn a_key_is_known_by_its_name_and_its_id_together() {
    let known = verifier(PETER);
    let another = NoteKey::new("PeterNeumann", secret(9)).expect("a name of a key");
    let same_name = Note::sign(TEXT, &another).expect("a note").signatures()[0].to_string() + "\n";
    let by_another = format!("PeterNeumann ({})", another.verifier().id());
    let rows = [
        ("another name", BY_PETER.replace("PeterNeumann", "CarmenSandiego"), "CarmenSandiego (c74f20a3)"),
        ("another id", BY_PETER.replace("x08g", "xxxx"), "PeterNeumann (c71c71a3)"),
        ("the same name by another key", same_name, by_another.as_str()),
        ("a key of another type", "\u{2014} witness.example/w1 AAAABQE=\n".into(), "witness.example/w1 (00000005)"),
    ];
    for (name, line, signer) in rows {
        assert_eq!(note(&[&line]).verify([&known]), Err(NoteError::Unknown(signer.into())), "{name}");
        assert_eq!(note(&[&line, BY_PETER]).verify([&known]), Ok(vec![&known]), "{name}, and a known one");
    }
}

#[test]
fn one_wrong_signature_of_a_known_key_spoils_the_note() {
    let (peter, enoch) = (verifier(PETER), verifier(ENOCH));
    let spoilt = |name: &str| Err(NoteError::WrongSignature(name.into()));
    let of_another_text = Note::sign("another\n", &self::peter()).expect("a note").signatures()[0].to_string() + "\n";
    let by_peter = note(&[BY_PETER]).signatures()[0].clone();
    let resized = |change: fn(&mut Vec<u8>)| {
        let mut signature = by_peter.clone();
        change(&mut signature.bytes);
        format!("{signature}\n")
    };
    let rows = [
        ("of another text", of_another_text),
        ("a byte less", resized(|bytes| bytes.truncate(63))),
        ("a byte more", resized(|bytes| bytes.push(0))),
        ("one byte alone", resized(|bytes| bytes.truncate(1))),
        ("zeros", resized(|bytes| bytes.fill(0))),
    ];
    for (name, line) in rows {
        assert_eq!(note(&[&line]).verify([&peter]), spoilt("PeterNeumann"), "{name}");
        assert_eq!(note(&[BY_PETER, &line]).verify([&peter]), spoilt("PeterNeumann"), "{name}, after a right one");
        assert_eq!(note(&[&line, BY_ENOCH]).verify([&peter, &enoch]), spoilt("PeterNeumann"), "{name}, before that of another");
        assert_eq!(note(&[&line, BY_ENOCH]).verify([&enoch]), Ok(vec![&enoch]), "{name}, where the key is unknown");
    }
    let altered: Note = format!("{}\n{BY_PETER}{BY_ENOCH}", TEXT.replace("answer", "Answer")).parse().expect("a note");
    assert_eq!(altered.verify([&peter]), spoilt("PeterNeumann"));
    assert_eq!(altered.verify([&enoch]), spoilt("EnochRoot"));
}

#[test]
fn every_bit_of_a_signature_counts() {
    let peter = verifier(PETER);
    let good = note(&[BY_PETER]).signatures()[0].clone();
    for bit in 0..512 {
        let mut signature = good.clone();
        signature.bytes[bit / 8] ^= 1 << (bit % 8);
        let spoilt = note(&[&format!("{signature}\n")]).verify([&peter]).map(|found| found.len());
        assert_eq!(spoilt, Err(NoteError::WrongSignature("PeterNeumann".into())), "bit {bit}");
    }
}

#[test]
fn every_letter_of_a_text_counts() {
    let peter = verifier(PETER);
    for at in (0..TEXT.len()).filter(|at| TEXT.as_bytes()[*at] != b'\n') {
        let text = format!("{}*{}", &TEXT[..at], &TEXT[at + 1..]);
        let altered: Note = format!("{text}\n{BY_PETER}").parse().expect("a note");
        assert_eq!(altered.verify([&peter]), Err(NoteError::WrongSignature("PeterNeumann".into())), "{text}");
    }
}
