//! How a log's key hands over to another, and how nobody else can make it.

use assay_receipt::{
    checkpoint::{Checkpoint, CheckpointError},
    merkle::TreeHead,
    note::{Note, NoteError},
    note_key::{NoteKey, VerifierKey, VerifierKeyError},
    rotation::{LogKeys, Rotation, RotationError},
};

use super::support::{ORIGIN, digest, key, secret};

fn verifier(byte: u8) -> VerifierKey {
    key(byte).verifier().clone()
}

/// A hand-over at a size of the log.
fn rotation(size: u64, old: u8, new: u8) -> Rotation {
    Rotation { origin: ORIGIN.into(), size, old: verifier(old), new: verifier(new) }
}

fn signed(size: u64, old: u8, new: u8) -> Note {
    rotation(size, old, new).sign(&key(old)).expect("a rotation")
}

/// The first key hands over to the second at 10 leaves, and that to the third at 20.
fn twice() -> LogKeys {
    LogKeys::follow(verifier(1), ORIGIN, &[signed(10, 1, 2), signed(20, 2, 3)]).expect("two rotations")
}

/// Text and signature were made by a second implementation, in another language.
#[test]
fn a_rotation_never_changes() {
    let expected = "assay log key rotation 1\nassay/example/vendor\n350\n\
                    assay/example/vendor+8f9a01f0+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c\n\
                    assay/example/vendor+259ceb8f+AYE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU\n\n\
                    \u{2014} assay/example/vendor \
                    j5oB8AJSBwBaIcvxzBmowq2Xs23g/reBc8mxhcKsOrfe9SBJyGljzzypvtlyVw1vkmtv40jWggkiqm94YdqQIxTXEws=\n";
    assert_eq!(signed(350, 1, 2).to_string(), expected);
    let read: Note = expected.parse().expect("a note");
    assert_eq!(read.text().parse(), Ok(rotation(350, 1, 2)));
    let keys = LogKeys::pinned(verifier(1)).rotate(ORIGIN, &read).expect("a rotation");
    assert_eq!(keys.latest(), &verifier(2));
}

#[test]
fn every_size_has_its_key_and_a_hand_over_has_both() {
    let keys = twice();
    let rows: [(u64, &[u8]); 9] =
        [(0, &[1]), (1, &[1]), (9, &[1]), (10, &[1, 2]), (11, &[2]), (19, &[2]), (20, &[2, 3]), (21, &[3]), (u64::MAX, &[3])];
    for (size, expected) in rows {
        let expected: Vec<VerifierKey> = expected.iter().map(|byte| verifier(*byte)).collect();
        assert_eq!(keys.at(size), expected.iter().collect::<Vec<_>>(), "{size} leaves");
    }
    assert_eq!(keys.latest(), &verifier(3));
    let pinned = LogKeys::pinned(verifier(1));
    assert_eq!((pinned.at(0), pinned.at(u64::MAX), pinned.latest()), (vec![&verifier(1)], vec![&verifier(1)], &verifier(1)));
}

#[test]
fn a_key_may_hand_over_before_the_first_leaf_and_twice_at_one_size() {
    let keys = LogKeys::follow(verifier(1), ORIGIN, &[signed(0, 1, 2), signed(5, 2, 3), signed(5, 3, 4)]).expect("three rotations");
    let at = |size: u64| keys.at(size).into_iter().cloned().collect::<Vec<_>>();
    assert_eq!(at(0), [verifier(1), verifier(2)]);
    assert_eq!(at(4), [verifier(2)]);
    assert_eq!(at(5), [verifier(2), verifier(3), verifier(4)]);
    assert_eq!(at(6), [verifier(4)]);
}

#[test]
fn a_checkpoint_is_signed_by_the_key_of_its_size() {
    let keys = twice();
    let rows = [
        (5, 1, true),
        (5, 2, false),
        (5, 3, false),
        (10, 1, true),
        (10, 2, true),
        (10, 3, false),
        (15, 1, false),
        (15, 2, true),
        (15, 3, false),
        (20, 1, false),
        (20, 2, true),
        (20, 3, true),
        (25, 2, false),
        (25, 3, true),
    ];
    for (size, by, is_believed) in rows {
        let checkpoint = Checkpoint::new(ORIGIN, TreeHead { size, root: digest(1) });
        let note = checkpoint.sign(&key(by)).expect("a note");
        let unknown = NoteError::Unknown(format!("{ORIGIN} ({})", verifier(by).id()));
        let expected = if is_believed { Ok(checkpoint) } else { Err(CheckpointError::Note(unknown)) };
        assert_eq!(Checkpoint::open(&note, ORIGIN, &keys), expected, "{size} leaves, by the key {by}");
    }
}

#[test]
fn only_the_latest_key_hands_over() {
    let origin = |found: &str| RotationError::Origin { expected: ORIGIN.into(), found: found.into() };
    let old = |expected: u8, found: u8| RotationError::Old { expected: Box::new(verifier(expected)), found: Box::new(verifier(found)) };
    let unknown = |by: u8| RotationError::Note(NoteError::Unknown(format!("{ORIGIN} ({})", verifier(by).id())));
    let text = rotation(20, 2, 3).to_string();
    let elsewhere = Rotation { origin: "assay/example/other".into(), ..rotation(20, 2, 3) };
    let altered: Note = signed(20, 2, 3).to_string().replacen("\n20\n", "\n30\n", 1).parse().expect("a note");
    let mut by_both = Note::sign(text.as_str(), &key(3)).expect("a note");
    by_both.cosign(&key(2)).expect("room for another");
    let rows = [
        ("as it should be", signed(20, 2, 3), Ok(())),
        ("at the size of the one before", signed(10, 2, 3), Ok(())),
        ("signed by the new key too", by_both, Ok(())),
        ("behind the one before", signed(9, 2, 3), Err(RotationError::Backwards { last: 10, found: 9 })),
        ("from the first key", signed(20, 1, 3), Err(old(2, 1))),
        ("from the key that it hands over to", signed(20, 3, 4), Err(old(2, 3))),
        ("signed by the new key", Note::sign(text.as_str(), &key(3)).expect("a note"), Err(unknown(3))),
        ("signed by the first key", Note::sign(text.as_str(), &key(1)).expect("a note"), Err(unknown(1))),
        ("altered", altered, Err(RotationError::Note(NoteError::WrongSignature(ORIGIN.into())))),
        ("of another log", elsewhere.sign(&key(2)).expect("a rotation"), Err(origin("assay/example/other"))),
        ("another note", Note::sign("hello\n", &key(2)).expect("a note"), Err(RotationError::Form)),
    ];
    let keys = LogKeys::pinned(verifier(1)).rotate(ORIGIN, &signed(10, 1, 2)).expect("a rotation");
    for (name, note, expected) in rows {
        assert_eq!(keys.clone().rotate(ORIGIN, &note).map(drop), expected, "{name}");
    }
}

#[test]
fn rotations_are_followed_from_the_oldest_on_without_a_gap() {
    let (first, second) = (signed(10, 1, 2), signed(20, 2, 3));
    let follow = |notes: &[&Note]| LogKeys::follow(verifier(1), ORIGIN, notes.iter().copied()).map(|keys| keys.latest().clone());
    assert_eq!(follow(&[]), Ok(verifier(1)));
    assert_eq!(follow(&[&first]), Ok(verifier(2)));
    assert_eq!(follow(&[&first, &second]), Ok(verifier(3)));
    for (name, notes) in [("a gap", vec![&second]), ("another order", vec![&second, &first]), ("one twice", vec![&first, &first])] {
        assert!(matches!(follow(&notes), Err(RotationError::Old { .. })), "{name}");
    }
}

#[test]
fn a_checkpoint_is_no_rotation() {
    let checkpoint = Checkpoint::new(ORIGIN, TreeHead { size: 20, root: digest(1) }).sign(&key(1)).expect("a note");
    assert_eq!(LogKeys::pinned(verifier(1)).rotate(ORIGIN, &checkpoint), Err(RotationError::Form));
}

#[test]
fn what_is_no_rotation_is_refused_by_name() {
    let good = rotation(20, 1, 2).to_string();
    assert_eq!(good.parse(), Ok(rotation(20, 1, 2)));
    let (old, new) = (verifier(1).to_string(), verifier(2).to_string());
    let form = |text: String| (text, RotationError::Form);
    let key = |text: &str| (good.replace(&new, text), RotationError::Key(VerifierKeyError::Form(text.into())));
    let rows = [
        ("nothing", form(String::new())),
        ("another first line", form(good.replace("rotation 1", "rotation 2"))),
        ("no line feed at its end", form(good.trim_end().to_owned())),
        ("an empty line more", form(format!("{good}\n"))),
        ("a line more", form(format!("{good}more\n"))),
        ("a line less", form(good.replace(&format!("{new}\n"), ""))),
        ("carriage returns", form(good.replace('\n', "\r\n"))),
        ("no origin", form(good.replacen(&format!("\n{ORIGIN}\n"), "\n\n", 1))),
        ("a leading zero", form(good.replace("\n20\n", "\n020\n"))),
        ("a size that is none", form(good.replace("\n20\n", "\ntwenty\n"))),
        ("a negative size", form(good.replace("\n20\n", "\n-20\n"))),
        ("no key", key("")),
        ("a key that is none", key("vendor")),
        ("an old key that is none", (good.replace(&old, "vendor"), RotationError::Key(VerifierKeyError::Form("vendor".into())))),
    ];
    for (name, (text, expected)) in rows {
        assert_eq!(text.parse::<Rotation>(), Err(expected), "{name}");
    }
}

#[test]
fn a_rotation_is_signed_by_the_key_that_it_names_and_reads_as_one() {
    let wrong = RotationError::Old { expected: Box::new(verifier(1)), found: Box::new(verifier(2)) };
    assert_eq!(rotation(20, 1, 2).sign(&key(2)), Err(wrong));
    // The same secret under another name is another key.
    let renamed = NoteKey::new("another", secret(1)).expect("a name of a key");
    assert!(matches!(rotation(20, 1, 2).sign(&renamed), Err(RotationError::Old { .. })));
    for origin in ["", "assay\n5", "assay\n", "assay\r"] {
        let odd = Rotation { origin: origin.into(), ..rotation(20, 1, 2) };
        assert_eq!(odd.sign(&key(1)), Err(RotationError::Form), "{origin:?}");
    }
}
