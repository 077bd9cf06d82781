//! Signatures in ed25519: the vectors of RFC 8032, and the forms of them that are refused.

use assay_receipt::signature::{PublicKey, PublicKeyError, SecretKey, Signature, WrongSignature};

use super::support::{bytes, secret};

/// Tests 1 to 3 of RFC 8032, section 7.1: secret key, public key, message, signature.
const VECTORS: [[&str; 4]; 3] = [
    [
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
];

/// The same signatures with the order of the group added to their second half: right by the equation, and in another form.
const UNREDUCED: [&str; 3] = [
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901554c8c7872aa064e049dbb3013fbf29380d25bf5f0595bbe24655141438e7a101b",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69daf52db7415978abc61b2c2eb6aeebfca0387b2eaeb4302aeeb00d291612bb0c10",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac05d391b0a77904e98404ef037747a56e4a7c15e9716ed28dc027beceea1ec41a",
];

/// All the ways to write the eight points of small order, those with a number past the field's order included.
const SMALL_ORDER: [&str; 14] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

fn vectors() -> impl Iterator<Item = (SecretKey, PublicKey, Vec<u8>, Signature)> {
    let read = |[secret, public, message, signature]: [&str; 4]| {
        let secret: SecretKey = secret.parse().expect("a secret key");
        let public: PublicKey = public.parse().expect("a public key");
        let signature: Signature = signature.parse().expect("a signature");
        (secret, public, bytes(message), signature)
    };
    VECTORS.into_iter().map(read)
}

#[test]
fn the_vectors_of_the_standard_hold() {
    for ((secret, public, message, signature), [digits, ..]) in vectors().zip(VECTORS) {
        assert_eq!(secret.public(), public);
        assert_eq!(secret.sign(&message), signature);
        assert_eq!(public.verify(&message, &signature), Ok(()));
        assert_eq!(secret.to_hex(), digits);
    }
}

#[test]
fn a_signature_is_of_one_message_by_one_key() {
    for (at, (_, public, _, signature)) in vectors().enumerate() {
        for (other, (_, key, message, _)) in vectors().enumerate() {
            let is_right = at == other;
            assert_eq!(public.verify(&message, &signature).is_ok(), is_right, "the signature {at} of the message {other}");
            assert_eq!(key.verify(&message, &signature).is_ok(), is_right, "the signature {at} by the key {other}");
        }
    }
}

#[test]
fn every_bit_of_signature_and_message_counts() {
    for (_, public, message, signature) in vectors() {
        for bit in 0..512 {
            let mut altered = *signature.as_bytes();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(public.verify(&message, &Signature::from_bytes(altered)), Err(WrongSignature), "bit {bit}");
        }
        for bit in 0..8 * message.len() {
            let mut altered = message.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(public.verify(&altered, &signature), Err(WrongSignature), "bit {bit} of the message");
        }
        let longer = [message.as_slice(), &[0]].concat();
        assert_eq!(public.verify(&longer, &signature), Err(WrongSignature));
    }
}

#[test]
fn a_signature_in_another_form_is_refused() {
    for ((_, public, message, signature), unreduced) in vectors().zip(UNREDUCED) {
        let unreduced: Signature = unreduced.parse().expect("128 digits");
        assert_eq!(unreduced.as_bytes()[..32], signature.as_bytes()[..32]);
        assert_eq!(public.verify(&message, &unreduced), Err(WrongSignature));
    }
}

/// Whoever holds the key can make such a one, by the equation of the standard, for any message: its first half is the neutral point.
#[test]
fn a_signature_of_small_order_is_refused() {
    let (_, public, ..) = vectors().next().expect("a vector");
    let signature: Signature =
        "01000000000000000000000000000000000000000000000000000000000000004550c72deeda3304e5a59b79733f02d196e69670838a4eee011e3d04028b000b"
            .parse()
            .expect("a signature");
    assert_eq!(public.verify(b"anything", &signature), Err(WrongSignature));
}

#[test]
fn a_key_that_makes_any_signature_right_is_no_key() {
    for digits in SMALL_ORDER {
        assert_eq!(digits.parse::<PublicKey>(), Err(PublicKeyError::Weak), "{digits}");
    }
}

#[test]
fn what_is_no_point_is_no_key() {
    for number in [2, 7, 8, 11, 12, 13, 17] {
        let mut bytes = [0; 32];
        bytes[0] = number;
        assert_eq!(PublicKey::from_bytes(bytes), Err(PublicKeyError::Point), "{number}");
    }
    for number in [3, 4, 5, 6, 9, 10] {
        let mut bytes = [0; 32];
        bytes[0] = number;
        assert_eq!(PublicKey::from_bytes(bytes).map(|key| *key.as_bytes()), Ok(bytes), "{number}");
    }
}

#[test]
fn texts_are_written_as_they_are_read() {
    for [secret, public, _, signature] in VECTORS {
        assert_eq!(public.parse::<PublicKey>().expect("a public key").to_string(), public);
        assert_eq!(signature.parse::<Signature>().expect("a signature").to_string(), signature);
        assert_eq!(secret.parse::<SecretKey>().expect("a secret key").to_hex(), secret);
        let key: PublicKey = serde_json::from_value(public.into()).expect("a public key");
        assert_eq!(serde_json::to_value(key).expect("JSON"), public);
        let read: Signature = serde_json::from_value(signature.into()).expect("a signature");
        assert_eq!(serde_json::to_value(read).expect("JSON"), signature);
    }
}

#[test]
fn what_has_not_the_right_digits_is_refused() {
    let [secret, public, _, signature] = VECTORS[0];
    let odd = |digits: &str| {
        let end = digits.len();
        [
            String::new(),
            digits[..end - 1].to_owned(),
            digits[..end - 2].to_owned(),
            format!("{digits}0"),
            format!("{digits}00"),
            format!(" {}", &digits[1..]),
            format!("+{}", &digits[1..]),
            format!("g{}", &digits[1..]),
            // As many bytes, and fewer letters.
            format!("é{}", &digits[2..]),
            format!("0x{}", &digits[2..]),
            format!("{}\n", &digits[1..]),
        ]
    };
    for text in odd(public) {
        assert_eq!(text.parse::<PublicKey>(), Err(PublicKeyError::Digits(text.clone())));
    }
    for text in odd(signature) {
        let refused = text.parse::<Signature>().expect_err(&text);
        assert_eq!(refused.to_string(), format!("{text:?} is not a signature of 128 hexadecimal digits"));
    }
    for text in odd(secret) {
        // It may be a secret all but for a letter, so nothing of it is told.
        let refused = text.parse::<SecretKey>().expect_err("no secret key");
        assert_eq!(refused.to_string(), "it is no secret key of 64 hexadecimal digits");
    }
}

#[test]
fn a_secret_key_prints_its_public_key_alone() {
    let printed = format!("{:?}", secret(9));
    assert_eq!(printed, format!("SecretKey of {}", secret(9).public()));
}
