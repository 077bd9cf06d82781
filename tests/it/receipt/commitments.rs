//! Commitments: bytes that stay the same for ever, and that bind to what they are of, to its salt, and to what kind of thing it is.

use std::collections::BTreeSet;

use assay_domain::{
    canon::Digest,
    id::{CustomerId, EvaluationId, EventId},
};
use assay_receipt::commitment::{Salt, SaltError, VeilKey, customer, detail, event, fact_digest, input_root, leaf};

use super::support::{digest, flipped, hash};

/// The bytes 0 to 31.
fn salt() -> Salt {
    Salt::new(std::array::from_fn(|at| at as u8))
}

fn veil() -> VeilKey {
    VeilKey::new(*salt().as_bytes())
}

/// The bytes 32 to 63.
fn committed() -> Digest {
    Digest::from_bytes(std::array::from_fn(|at| 32 + at as u8))
}

/// The digests were computed by a second implementation, in another language.
#[test]
fn commitments_never_change() {
    let rows = [
        ("a leaf", leaf(&salt(), &committed()), "1e20d1adc56066da2da248546af6b47eebcc92af170ee4b5a069217a14719e2f"),
        ("an event", event(&salt(), &committed()), "41edc90a7a8f2f3c5dc66b6234b3d838c7c71d15a62d4fa84f2fe378be7ef005"),
        ("an input root", input_root(&salt(), &committed()), "b0658d968c464962e3a0a73768fa56090d14dd2a683656ab04edbcdf89e5a752"),
        ("a detail", detail(&salt(), "zoë"), "29f7462382cb2de0c5645991bf28200c94d9f2e0e8eaa63263f95df8c1bcb6ae"),
        ("a customer", customer(&salt(), "acme"), "6bbe0bbc875b452d75448000d0a43aeb38cce70f6bdf0439c90fa8c1228913c8"),
        ("a fact", fact_digest("crm", "T-1-resolved", &committed()), "d4abacabcc8eda277b9716e7f5975839346fea33679ec8cc7daff4c53d27b241"),
    ];
    for (name, digest, expected) in rows {
        assert_eq!(digest, hash(expected), "{name}");
    }
}

/// The salts were computed by a second implementation, in another language.
#[test]
fn derived_salts_never_change() {
    let rows = [
        ("an event's", veil().event_salt(EventId(7)), "f62148649794a09a24365cf81c59f3d41114fe732dee9034848d2dca9814ae58"),
        ("an input's", veil().input_salt(EvaluationId(7)), "f695af686eaa8f22d7987dc049a8ff226ab76cddc5ef2363ff06de2ba1989d4d"),
        ("a detail's", veil().detail_salt(EvaluationId(7)), "7f62d3d1f25b222f3fe263a5abcb60921b65d403caeadef633a3ddcaff28f512"),
        ("a customer's", veil().customer_salt(CustomerId(7)), "c299a46552d44ae6769509e243c653b073d0ff4e5ede7737e81ee13b4bd2b47b"),
    ];
    for (name, salt, expected) in rows {
        assert_eq!(salt.to_string(), expected, "{name}");
    }
}

/// All commitments to the same 32 bytes, as if they were of every kind.
fn all(salt: &Salt, of: &Digest) -> [Digest; 3] {
    [leaf(salt, of), event(salt, of), input_root(salt, of)]
}

#[test]
fn every_bit_of_the_salt_and_of_what_is_committed_to_counts() {
    let mut seen = BTreeSet::from(all(&salt(), &committed()));
    for bit in 0..256 {
        let other = flipped(&Digest::from_bytes(*salt().as_bytes()), bit);
        for commitment in all(&Salt::new(*other.as_bytes()), &committed()) {
            assert!(seen.insert(commitment), "bit {bit} of the salt");
        }
        for commitment in all(&salt(), &flipped(&committed(), bit)) {
            assert!(seen.insert(commitment), "bit {bit} of what is committed to");
        }
    }
    // Salt and what is committed to are not interchangeable.
    let exchanged = all(&Salt::new(*committed().as_bytes()), &Digest::from_bytes(*salt().as_bytes()));
    for commitment in exchanged {
        assert!(seen.insert(commitment));
    }
}

#[test]
fn every_letter_of_a_text_counts() {
    let mut seen = BTreeSet::new();
    for text in ["", "a", "b", "A", "aa", "a ", " a", "a\0", "ä", "a\u{308}"] {
        assert!(seen.insert(detail(&salt(), text)), "the detail {text:?}");
        assert!(seen.insert(customer(&salt(), text)), "the customer {text:?}");
    }
    for other in [Salt::new([0; 32]), Salt::new([1; 32])] {
        assert!(seen.insert(detail(&other, "a")) && seen.insert(customer(&other, "a")), "another salt");
    }
}

#[test]
fn a_commitment_to_one_kind_of_thing_is_none_to_another() {
    // A text of the very bytes of a hash.
    let of = digest(b'a');
    let text = "a".repeat(32);
    let kinds = [leaf(&salt(), &of), event(&salt(), &of), input_root(&salt(), &of), detail(&salt(), &text), customer(&salt(), &text)];
    assert_eq!(BTreeSet::from(kinds).len(), 5);
}

#[test]
fn a_fact_is_its_source_its_id_and_its_content() {
    let facts = [
        fact_digest("crm", "T-1", &digest(1)),
        fact_digest("crn", "T-1", &digest(1)),
        fact_digest("crm", "T-2", &digest(1)),
        fact_digest("crm", "T-1", &digest(2)),
        // What ends one text does not begin the next.
        fact_digest("crmT", "-1", &digest(1)),
        fact_digest("cr", "mT-1", &digest(1)),
        fact_digest("", "crmT-1", &digest(1)),
        fact_digest("crmT-1", "", &digest(1)),
        fact_digest("T-1", "crm", &digest(1)),
    ];
    assert_eq!(BTreeSet::from(facts).len(), facts.len());
}

#[test]
fn every_thing_has_a_salt_of_its_own() {
    let keys = [veil(), VeilKey::new([0; 32]), VeilKey::new([1; 32])];
    let mut seen = BTreeSet::new();
    for (key, veil) in keys.iter().enumerate() {
        for number in [-1, 0, 1, 2, 7, 255, 256, i64::MAX] {
            let salts = [
                veil.event_salt(EventId(number)),
                veil.input_salt(EvaluationId(number)),
                veil.detail_salt(EvaluationId(number)),
                veil.customer_salt(CustomerId(number)),
            ];
            for salt in salts {
                assert!(seen.insert(*salt.as_bytes()), "the number {number} under the key {key}");
            }
        }
    }
    assert!(!seen.contains(veil().as_bytes()), "no salt is the key");
}

#[test]
fn every_bit_of_a_veil_key_counts() {
    let mut seen = BTreeSet::from([*veil().event_salt(EventId(7)).as_bytes()]);
    for bit in 0..256 {
        let key = flipped(&Digest::from_bytes(*veil().as_bytes()), bit);
        assert!(seen.insert(*VeilKey::new(*key.as_bytes()).event_salt(EventId(7)).as_bytes()), "bit {bit}");
    }
}

#[test]
fn a_salt_is_written_as_it_is_read() {
    let digits = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    assert_eq!(digits.parse(), Ok(salt()));
    assert_eq!(salt().to_string(), digits);
    assert_eq!(serde_json::to_value(salt()).expect("JSON"), digits);
    assert_eq!(serde_json::from_value::<Salt>(digits.into()).expect("a salt"), salt());
    for text in ["", "00", &digits[1..], &format!("{digits}0"), &format!("g{}", &digits[1..]), &format!(" {}", &digits[1..])] {
        assert_eq!(text.parse::<Salt>(), Err(SaltError), "{text:?}");
        let refused = serde_json::from_value::<Salt>(text.into()).expect_err("no salt");
        assert_eq!(refused.to_string(), "it is no salt of 64 hexadecimal digits", "nothing is told of what it is");
    }
}

#[test]
fn salts_and_veil_keys_print_nothing_of_themselves() {
    assert_eq!((format!("{:?}", salt()), format!("{:?}", veil())), ("Salt".to_owned(), "VeilKey".to_owned()));
}
