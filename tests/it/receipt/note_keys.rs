//! Verifier keys: the reference's, and how none of them can be mistaken for another.

use assay_receipt::{
    note_key::{NoteKey, VerifierKey, VerifierKeyError},
    signature::PublicKeyError,
};

use super::support::{ORIGIN, key, secret};

const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

#[test]
fn keys_are_written_as_they_are_read() {
    let rows = [
        (PETER, "PeterNeumann", "c74f20a3", "1a5cd907143c384c41e830c5bce12aa8817ec5649aaabf2c31388b35b2d744d6"),
        (
            "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop",
            "EnochRoot",
            "af0cfe78",
            "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29",
        ),
        (
            "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo",
            "530d903a",
            "e932791ae6e7a840a46164c904786426d5e7821dd8b29a00d61cae72afdd4da4",
        ),
        (
            "assay/example/vendor+8f9a01f0+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c",
            "assay/example/vendor",
            "8f9a01f0",
            "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
        ),
    ];
    for (text, name, id, public) in rows {
        let key: VerifierKey = text.parse().expect("a verifier key");
        assert_eq!((key.name(), key.id().to_string().as_str(), key.public().to_string().as_str()), (name, id, public));
        assert_eq!(key.to_string(), text);
        assert_eq!(VerifierKey::new(name, *key.public()), Ok(key.clone()));
        let json = serde_json::to_value(&key).expect("JSON");
        assert_eq!(json.as_str(), Some(text));
        assert_eq!(serde_json::from_value::<VerifierKey>(json).expect("a verifier key"), key);
    }
}

#[test]
fn no_part_and_no_other_letter_of_a_key_is_a_key() {
    for start in 0..PETER.len() {
        for end in start + 1..=PETER.len() {
            let part = &PETER[start..end];
            assert!(part == PETER || part.parse::<VerifierKey>().is_err(), "{part}");
        }
        let letter = char::from(PETER.as_bytes()[start] + 1);
        let altered = format!("{}{letter}{}", &PETER[..start], &PETER[start + 1..]);
        assert!(altered.parse::<VerifierKey>().is_err(), "{altered}");
    }
}

#[test]
fn what_is_no_verifier_key_is_refused_by_name() {
    let form = |text: &str| (text.to_owned(), VerifierKeyError::Form(text.into()));
    let told = |text: &str, error: VerifierKeyError| (text.to_owned(), error);
    let point = VerifierKeyError::Key(PublicKeyError::Point);
    let weak = VerifierKeyError::Key(PublicKeyError::Weak);
    let rows = [
        ("nothing", form("")),
        ("a name alone", form("PeterNeumann")),
        ("two parts", form("PeterNeumann+c74f20a3")),
        ("an id of seven digits", form(&PETER.replace("c74f20a3", "c74f20a"))),
        ("an id of nine digits", form(&PETER.replace("c74f20a3", "0c74f20a3"))),
        ("an id in large letters", form(&PETER.replace("c74f20a3", "C74F20A3"))),
        ("an id of other letters", form(&PETER.replace("c74f20a3", "c74f20g3"))),
        ("a plus in the name", form(&PETER.replace("Peter", "Peter+"))),
        ("no key", form("PeterNeumann+c74f20a3+")),
        ("a type alone", form("PeterNeumann+c74f20a3+AQ==")),
        ("a key that is too short", form("PeterNeumann+c74f20a3+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")),
        ("a key that is too long", form("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==")),
        ("a line feed at its end", form(&format!("{PETER}\n"))),
        (
            "another type of signature",
            told("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", VerifierKeyError::Type(0x65)),
        ),
        ("no type of signature", told("PeterNeumann+c74f20a3+AA==", VerifierKeyError::Type(0))),
        ("no point of the curve", told("PeterNeumann+c74f20a3+AQIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", point)),
        ("a key of small order", told("PeterNeumann+c74f20a3+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", weak)),
    ];
    for (name, (text, expected)) in rows {
        assert_eq!(text.parse::<VerifierKey>(), Err(expected), "{name}");
    }
}

#[test]
fn an_id_that_is_another_s_is_told_beside_the_right_one() {
    for (altered, told, computed) in [
        (PETER.replace("c74f20a3", "c74f20a4"), "c74f20a4", "c74f20a3"),
        // The name is in the hash, so that one key under two names has two ids.
        (PETER.replace("PeterNeumann", "EnochRoot"), "c74f20a3", "13291719"),
    ] {
        let refused = altered.parse::<VerifierKey>().expect_err("another id");
        assert_eq!(refused.to_string(), format!("the verifier key says that its id is {told}, and it is {computed}"));
    }
}

#[test]
fn a_name_can_be_told_from_what_is_around_it() {
    for name in ["assay/example/vendor", "a", "Zoë’s", "–", "a=b", "日本"] {
        let key = NoteKey::new(name, secret(1)).expect("a name of a key");
        assert_eq!(key.verifier().to_string().parse::<VerifierKey>().as_ref(), Ok(key.verifier()), "{name}");
    }
    for name in
        ["", " ", "a b", " a", "a ", "a+b", "+", "a\tb", "a\nb", "a\r", "a\u{a0}b", "a\u{3000}b", "a\u{2028}b", "a\0", "\u{7f}", "\u{85}"]
    {
        let refused = NoteKey::new(name, secret(1)).expect_err("no name of a key");
        assert_eq!(
            refused.to_string(),
            format!("{name:?} is no name of a key: it is empty, or holds a blank, a plus or a control character")
        );
        let text = key(1).verifier().to_string().replacen(ORIGIN, name, 1);
        assert!(text.parse::<VerifierKey>().is_err(), "{text:?}");
    }
}

#[test]
fn a_key_prints_nothing_of_its_secret() {
    let printed = format!("{:?}", key(9));
    assert!(printed.contains(&secret(9).public().to_string()), "{printed}");
    assert!(!printed.contains(&secret(9).to_hex()) && !printed.contains(&"09".repeat(16)), "{printed}");
}
