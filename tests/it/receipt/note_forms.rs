//! The form of signed notes: what is read as it was written, what is no note, and how large one may be.

use assay_receipt::note::{Note, NoteError};

use super::{
    notes::{BY_ENOCH, BY_PETER, TEXT, note, peter},
    support::key,
};

#[test]
fn what_is_no_note_is_refused_by_name() {
    let signed = |line: &str| format!("{TEXT}\n{line}");
    let form = |line: usize| Some(NoteError::SignatureForm { line });
    // Of these the name says what is wrong.
    let wrong_name: Option<NoteError> = None;
    let rows = [
        ("nothing", String::new(), Some(NoteError::Unended)),
        ("a text alone", TEXT.to_owned(), Some(NoteError::Undivided)),
        ("no signature", format!("{TEXT}\n"), Some(NoteError::NoSignature)),
        ("no line feed at the end", signed(BY_PETER.trim_end()), Some(NoteError::Unended)),
        ("no empty line", format!("{TEXT}{BY_PETER}"), Some(NoteError::Undivided)),
        ("a control character", format!("\u{1}{TEXT}\n{BY_PETER}"), Some(NoteError::Control)),
        ("a carriage return", signed(BY_PETER).replace('\n', "\r\n"), Some(NoteError::Control)),
        ("a tab in the signature", signed(&BY_PETER.replacen(' ', "\t", 1)), Some(NoteError::Control)),
        ("a zero", format!("{TEXT}\0\n\n{BY_PETER}"), Some(NoteError::Control)),
        ("a line more", signed(&format!("{BY_PETER}Unexpected line.\n")), form(2)),
        ("a line before", signed(&format!("Unexpected line.\n{BY_PETER}")), form(1)),
        ("an empty line more", signed(&format!("{BY_PETER}\n")), form(2)),
        ("another dash", signed(&BY_PETER.replace('\u{2014}', "-")), form(1)),
        ("no dash", signed(&BY_PETER.replace("\u{2014} ", "")), form(1)),
        ("no blank after the dash", signed(&BY_PETER.replacen(' ', "", 1)), form(1)),
        ("no signature after the name", signed("\u{2014} PeterNeumann\n"), form(1)),
        ("nothing after the name", signed("\u{2014} PeterNeumann \n"), form(1)),
        ("a name of two words", signed(&BY_PETER.replace("PeterNeumann", "Bad Name")), form(1)),
        ("an id alone", signed("\u{2014} PeterNeumann x08gow==\n"), form(1)),
        ("half an id", signed("\u{2014} PeterNeumann x08=\n"), form(1)),
        ("no base 64", signed("\u{2014} PeterNeumann x08go/ZJ*\n"), form(1)),
        ("no padding", signed(&BY_PETER.replace('=', "")), form(1)),
        ("bits that count for nothing", signed(&BY_PETER.replace("nAM=", "nAN=")), form(1)),
        ("a blank at the end", signed(&BY_PETER.replace("=\n", "= \n")), form(1)),
        ("no name", signed(&BY_PETER.replace("PeterNeumann", "")), wrong_name.clone()),
        ("a plus in the name", signed(&BY_PETER.replace("PeterNeumann", "Peter+Neumann")), wrong_name.clone()),
        ("another blank in the name", signed(&BY_PETER.replace("PeterNeumann", "Peter\u{a0}Neumann")), wrong_name),
    ];
    for (name, whole, expected) in rows {
        let refused = whole.parse::<Note>().expect_err(name);
        match expected {
            Some(expected) => assert_eq!(refused, expected, "{name}"),
            None => assert!(matches!(refused, NoteError::Name(_)), "{name}: {refused:?}"),
        }
    }
}

#[test]
fn a_note_has_a_hundred_signatures_at_most() {
    let of = |count: usize| format!("{TEXT}\n{}", BY_ENOCH.repeat(count)).parse::<Note>();
    assert_eq!(of(100).map(|note| note.signatures().len()), Ok(100));
    assert_eq!(of(101), Err(NoteError::TooManySignatures));
    let mut full = of(99).expect("a note");
    assert_eq!(full.cosign(&key(1)), Ok(()));
    assert_eq!(full.cosign(&key(2)), Err(NoteError::TooManySignatures));
}

#[test]
fn a_note_has_a_million_bytes_at_most() {
    let around = "\n\n".len() + BY_PETER.len();
    let sign = |bytes: usize| Note::sign("a".repeat(bytes - around) + "\n", &peter());
    let largest = sign(1_000_000).expect("a note");
    assert_eq!(largest.to_string().len(), 1_000_000);
    assert_eq!(largest.to_string().parse(), Ok(largest));
    assert_eq!(sign(1_000_001), Err(NoteError::TooLarge));
    assert_eq!(format!("{}\n\n{BY_PETER}", "a".repeat(1_000_001 - around)).parse::<Note>(), Err(NoteError::TooLarge));
}

#[test]
fn what_cannot_be_read_again_is_not_signed() {
    for (text, expected) in [
        ("", NoteError::Text),
        ("a", NoteError::Text),
        ("a\nb", NoteError::Text),
        ("a\tb\n", NoteError::Control),
        ("a\r\n", NoteError::Control),
        ("\0\n", NoteError::Control),
        ("\u{1b}[31m\n", NoteError::Control),
    ] {
        assert_eq!(Note::sign(text, &peter()), Err(expected), "{text:?}");
    }
}

#[test]
fn a_text_may_have_empty_lines() {
    let whole = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n\
                 \u{2014} quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
    let poem: Note = whole.parse().expect("a note");
    assert!(poem.text().ends_with("sole:\n\ned è subito sera.\n"), "{:?}", poem.text());
    assert_eq!(poem.to_string(), whole);
    for text in ["\n", "\n\n", "a\n\n", "a\n\nb\n", "\n\na\n\n\n", "\u{2014} a b\n", "a\n\n\u{2014} a AAAAAAA=\n"] {
        let signed = Note::sign(text, &peter()).expect("a note");
        let read: Note = signed.to_string().parse().expect("a note");
        assert_eq!((&read, read.text()), (&signed, text), "{text:?}");
        assert!(read.verify([peter().verifier()]).is_ok(), "{text:?}");
    }
}

#[test]
fn a_note_is_its_text_in_json() {
    let note = note(&[BY_PETER, BY_ENOCH]);
    let json = serde_json::to_value(&note).expect("JSON");
    assert_eq!(json.as_str(), Some(note.to_string().as_str()));
    assert_eq!(serde_json::from_value::<Note>(json).expect("a note"), note);
    let refused = serde_json::from_str::<Note>(r#""a\n""#).expect_err("no note");
    assert!(refused.to_string().starts_with(&NoteError::Undivided.to_string()), "{refused}");
}
