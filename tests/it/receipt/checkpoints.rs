//! Checkpoints: read and written byte for byte, refused by name, and believed from the log's key alone.

use assay_receipt::{
    checkpoint::{Checkpoint, CheckpointError},
    merkle::{TreeHead, empty_root},
    note::{Note, NoteError},
    rotation::{LogKeys, Rotation},
};

use super::{
    oracle::leaf,
    support::{ORIGIN, digest, hash, key},
};

/// The root over the one entry `hello world`, in base 64.
const ROOT: &str = "TszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=";

fn checkpoint(origin: &str, size: u64) -> Checkpoint {
    Checkpoint::new(origin, TreeHead { size, root: leaf(b"hello world") })
}

fn with(extensions: &[&str]) -> Checkpoint {
    Checkpoint { extensions: extensions.iter().map(|line| (*line).to_owned()).collect(), ..checkpoint(ORIGIN, 7) }
}

#[test]
fn checkpoints_are_written_as_they_are_read() {
    let published = TreeHead { size: 20_852_163, root: hash("0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62") };
    let rows = [
        (
            "that of the specification",
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n".to_owned(),
            Checkpoint::new("example.com/behind-the-sofa", published),
        ),
        (
            "that of the checksum database's tests",
            format!("go.sum database tree\n123456789012\n{ROOT}\n"),
            checkpoint("go.sum database tree", 123_456_789_012),
        ),
        (
            "an empty tree",
            format!("{ORIGIN}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"),
            Checkpoint::new(ORIGIN, TreeHead { size: 0, root: empty_root() }),
        ),
        ("the largest tree", format!("{ORIGIN}\n18446744073709551615\n{ROOT}\n"), checkpoint(ORIGIN, u64::MAX)),
        ("extensions", format!("{ORIGIN}\n7\n{ROOT}\none\n two \n"), with(&["one", " two "])),
        ("an origin of other letters", format!("assay/Zoë’s/x\n7\n{ROOT}\n"), checkpoint("assay/Zoë’s/x", 7)),
    ];
    for (name, text, expected) in rows {
        assert_eq!(text.parse::<Checkpoint>().as_ref(), Ok(&expected), "{name}");
        assert_eq!(expected.to_string(), text, "{name}");
    }
}

#[test]
fn what_is_no_checkpoint_is_refused_by_name() {
    use CheckpointError::{Lines, Root, Size};
    let size = |size: &str| (format!("{ORIGIN}\n{size}\n{ROOT}\n"), Size(size.into()));
    let root = |root: &str| (format!("{ORIGIN}\n7\n{root}\n"), Root(root.into()));
    let lines = |text: String| (text, Lines);
    let rows = [
        ("nothing", lines(String::new())),
        ("a line feed", lines("\n".into())),
        ("no line feed at its end", lines(format!("{ORIGIN}\n7\n{ROOT}"))),
        ("two lines", lines(format!("{ORIGIN}\n7\n"))),
        ("no origin", lines(format!("\n7\n{ROOT}\n"))),
        ("no size", lines(format!("{ORIGIN}\n\n{ROOT}\n"))),
        ("no root", lines(format!("{ORIGIN}\n7\n\n"))),
        ("an empty line after it", lines(format!("{ORIGIN}\n7\n{ROOT}\n\n"))),
        ("an empty line before an extension", lines(format!("{ORIGIN}\n7\n{ROOT}\n\none\n"))),
        ("a leading zero", size("07")),
        ("zeros alone", size("00")),
        ("a plus", size("+7")),
        ("a minus", size("-7")),
        ("less than nothing", size("-0")),
        ("a blank before", size(" 7")),
        ("a blank after", size("7 ")),
        ("a carriage return", size("7\r")),
        ("hexadecimal", size("0x7")),
        ("a fraction", size("7.0")),
        ("an exponent", size("7e0")),
        ("other digits", size("٧")),
        ("one leaf too many", size("18446744073709551616")),
        ("origin and size exchanged", (format!("7\n{ORIGIN}\n{ROOT}\n"), Size(ORIGIN.into()))),
        ("31 bytes", root("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")),
        ("33 bytes", root("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
        ("no padding", root(ROOT.trim_end_matches('='))),
        ("too much padding", root(&format!("{ROOT}="))),
        ("bits that count for nothing", root("TszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb1=")),
        ("letters of another base 64", root("TszzRgjTG6xce-z2AG31kAXYKBgQVtCSCE40HmuwBb0=")),
        ("hexadecimal digits", root(&"4e".repeat(32))),
        ("a blank in the root", root(" TszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=")),
    ];
    for (name, (text, expected)) in rows {
        assert_eq!(text.parse::<Checkpoint>(), Err(expected), "{name}");
    }
}

/// Text and signature were made by a second implementation, in another language.
#[test]
fn a_signed_checkpoint_never_changes() {
    let note = checkpoint(ORIGIN, 123_456_789_012).sign(&key(1)).expect("a note");
    let expected = "assay/example/vendor\n123456789012\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n\n\u{2014} assay/example/vendor \
                    j5oB8B7Iox4IeM5EiodUU4IhlWMWpLymF7b+KiGQuzoiwcphBHtnV//P5bX5nVsnfTPO/SKiun+H/ZOXF9fqLEHeXgw=\n";
    assert_eq!(note.to_string(), expected);
    let keys = LogKeys::pinned(key(1).verifier().clone());
    let read: Note = expected.parse().expect("a note");
    assert_eq!(Checkpoint::open(&read, ORIGIN, &keys), Ok(checkpoint(ORIGIN, 123_456_789_012)));
}

#[test]
fn what_could_be_read_otherwise_is_not_signed() {
    let rows = [
        ("no origin", checkpoint("", 7), CheckpointError::Lines),
        ("an origin of two lines", checkpoint("assay\n5", 7), CheckpointError::Lines),
        ("an origin that ends its line", checkpoint("assay\n", 7), CheckpointError::Lines),
        ("an empty extension", with(&[""]), CheckpointError::Lines),
        ("an empty extension before another", with(&["", "one"]), CheckpointError::Lines),
        ("an extension of two lines", with(&["one\ntwo"]), CheckpointError::Lines),
        ("a tab", with(&["one\ttwo"]), CheckpointError::Note(NoteError::Control)),
        ("a carriage return", checkpoint("assay\r", 7), CheckpointError::Note(NoteError::Control)),
    ];
    for (name, checkpoint, expected) in rows {
        assert_eq!(checkpoint.sign(&key(1)), Err(expected), "{name}");
    }
    assert!(with(&["one", "two"]).sign(&key(1)).is_ok());
}

#[test]
fn a_checkpoint_is_believed_from_the_log_s_key_alone() {
    let keys = LogKeys::pinned(key(1).verifier().clone());
    let good = checkpoint(ORIGIN, 7).sign(&key(1)).expect("a note");
    assert_eq!(Checkpoint::open(&good, ORIGIN, &keys), Ok(checkpoint(ORIGIN, 7)));

    let rewritten = |from: &str, to: &str| good.to_string().replacen(from, to, 1).parse::<Note>().expect("a note");
    let spoilt = CheckpointError::Note(NoteError::WrongSignature(ORIGIN.into()));
    let stranger = CheckpointError::Note(NoteError::Unknown(format!("{ORIGIN} ({})", key(2).verifier().id())));
    let other = CheckpointError::Origin { expected: ORIGIN.into(), found: "assay/example/other".into() };
    let rotation = Rotation { origin: ORIGIN.into(), size: 7, old: key(1).verifier().clone(), new: key(2).verifier().clone() };
    let rows = [
        ("another size", rewritten("\n7\n", "\n8\n"), spoilt.clone()),
        ("another root", rewritten("\nT", "\nU"), spoilt.clone()),
        ("one more line", rewritten("\n\n", "\nmore\n\n"), spoilt),
        ("another key", checkpoint(ORIGIN, 7).sign(&key(2)).expect("a note"), stranger),
        ("another log", checkpoint("assay/example/other", 7).sign(&key(1)).expect("a note"), other),
        ("no checkpoint", Note::sign("hello\n", &key(1)).expect("a note"), CheckpointError::Lines),
        ("a rotation of the key", rotation.sign(&key(1)).expect("a note"), CheckpointError::Size(ORIGIN.into())),
    ];
    for (name, note, expected) in rows {
        assert_eq!(Checkpoint::open(&note, ORIGIN, &keys), Err(expected), "{name}");
    }
}

#[test]
fn what_others_have_signed_besides_is_passed_over() {
    let keys = LogKeys::pinned(key(1).verifier().clone());
    let mut note = checkpoint(ORIGIN, 7).sign(&key(2)).expect("a note");
    note.cosign(&key(1)).expect("room for another");
    note.cosign(&key(3)).expect("room for another");
    assert_eq!(Checkpoint::open(&note, ORIGIN, &keys), Ok(checkpoint(ORIGIN, 7)));
}

#[test]
fn two_checkpoints_differ_by_what_they_say() {
    assert_ne!(checkpoint(ORIGIN, 7), checkpoint(ORIGIN, 8));
    assert_ne!(checkpoint(ORIGIN, 7), with(&["one"]));
    assert_ne!(checkpoint(ORIGIN, 7), Checkpoint::new(ORIGIN, TreeHead { size: 7, root: digest(1) }));
}
