//! Signed deliveries: what is read of their heads, and which are signed with a secret.

use assay_domain::{
    time::Timestamp,
    webhook::{Delivery, DeliveryError, WebhookSecret},
};
use proptest::prelude::*;

/// The example that the libraries of Standard Webhooks are tested with.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const TIME: &str = "1614265330";
const BODY: &[u8] = br#"{"test": 2432232314}"#;
const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
/// As long as a signature, and none.
const OTHER: &str = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

fn secret(text: &str) -> WebhookSecret {
    text.parse().expect("a secret")
}

fn is_signed(id: &str, time: &str, signatures: &str, body: &[u8]) -> Result<bool, DeliveryError> {
    Ok(Delivery::read(id, time, signatures)?.is_signed_with(&secret(SECRET), body))
}

/// A name, the head of a delivery, its body, and whether it is signed.
type Row<'a> = (&'a str, &'a str, &'a str, &'a str, &'a [u8], bool);

#[test]
fn a_delivery_is_signed_as_standard_webhooks_has_it() {
    let later = format!("{OTHER} {SIGNATURE}");
    let mixed = format!("v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw== {SIGNATURE} v2,x");
    let rows: [Row<'_>; 9] = [
        ("as it was signed", ID, TIME, SIGNATURE, BODY, true),
        ("one of several signatures", ID, TIME, &later, BODY, true),
        ("beside those of other kinds", ID, TIME, &mixed, BODY, true),
        ("another signature", ID, TIME, OTHER, BODY, false),
        ("another id", "msg_p5jXN8AQM9LWM0D4loKWxJel", TIME, SIGNATURE, BODY, false),
        ("another time", ID, "1614265331", SIGNATURE, BODY, false),
        ("the same time written otherwise", ID, "01614265330", SIGNATURE, BODY, false),
        ("another body", ID, TIME, SIGNATURE, br#"{"test": 2432232315}"#, false),
        ("a blank more", ID, TIME, SIGNATURE, br#"{"test": 2432232314} "#, false),
    ];
    for (name, id, time, signatures, body, expected) in rows {
        assert_eq!(is_signed(id, time, signatures, body), Ok(expected), "{name}");
    }
    let other = secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx");
    assert!(!Delivery::read(ID, TIME, SIGNATURE).expect("a head").is_signed_with(&other, BODY), "another secret");
}

#[test]
fn what_cannot_be_signed_is_no_head() {
    let long = "x".repeat(257);
    let short = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==";
    let rows: [(&str, &str, &str, &str, DeliveryError); 17] = [
        ("no id", "", TIME, SIGNATURE, DeliveryError::Id),
        ("an id with a dot, which would take what comes after it for the time", "msg.1", TIME, SIGNATURE, DeliveryError::Id),
        ("an id with a blank", "msg 1", TIME, SIGNATURE, DeliveryError::Id),
        ("an id of other letters", "mšg", TIME, SIGNATURE, DeliveryError::Id),
        ("a long id", &long, TIME, SIGNATURE, DeliveryError::Id),
        ("no time", ID, "", SIGNATURE, DeliveryError::Time),
        ("a time with a dot", ID, "1614265330.5", SIGNATURE, DeliveryError::Time),
        ("a time with a sign", ID, "+1614265330", SIGNATURE, DeliveryError::Time),
        ("a time before 1970", ID, "-1", SIGNATURE, DeliveryError::Time),
        ("a time in words", ID, "2021-02-25T15:02:10Z", SIGNATURE, DeliveryError::Time),
        ("a time that nobody lives to see", ID, "9007199254740993", SIGNATURE, DeliveryError::Time),
        ("a time beyond any number", ID, "99999999999999999999", SIGNATURE, DeliveryError::Time),
        ("no signature", ID, TIME, "", DeliveryError::Signature),
        ("a signature of another kind", ID, TIME, "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw==", DeliveryError::Signature),
        ("a signature without its kind", ID, TIME, &SIGNATURE[3..], DeliveryError::Signature),
        ("a signature that is none", ID, TIME, "v1,§", DeliveryError::Signature),
        ("a short signature", ID, TIME, short, DeliveryError::Signature),
    ];
    for (name, id, time, signatures, expected) in rows {
        assert_eq!(is_signed(id, time, signatures, BODY), Err(expected), "{name}");
    }
}

#[test]
fn a_delivery_is_taken_for_five_minutes() {
    let sent: i64 = TIME.parse().unwrap();
    for (name, seconds, expected) in [
        ("at once", 0, Ok(())),
        ("five minutes later", 300, Ok(())),
        ("a second after that", 301, Err(DeliveryError::Stale)),
        ("from a clock that is five minutes ahead", -300, Ok(())),
        ("from one that is further ahead", -301, Err(DeliveryError::Stale)),
        ("a year later", 31_536_000, Err(DeliveryError::Stale)),
    ] {
        let now = Timestamp::from_micros((sent + seconds) * 1_000_000).unwrap();
        assert_eq!(Delivery::read(ID, TIME, SIGNATURE).expect("a head").check_time(now), expected, "{name}");
    }
}

#[test]
fn a_secret_is_whsec_and_its_bytes() {
    let drawn = WebhookSecret::new([7; 32]);
    assert_eq!(drawn.reveal(), "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
    assert_eq!(secret(&drawn.reveal()).reveal(), drawn.reveal());
    assert_eq!(format!("{drawn:?}"), "WebhookSecret", "it prints nothing of itself");
    let of = |bytes: usize| format!("whsec_{}", "AAAA".repeat(bytes / 3));
    for (name, text, is_one) in [
        ("24 bytes", of(24), true),
        ("63 bytes", of(63), true),
        ("64 bytes", format!("{}AA==", of(63)), true),
        ("21 bytes", of(21), false),
        ("66 bytes", of(66), false),
        ("nothing", String::new(), false),
        ("no bytes", "whsec_".to_owned(), false),
        ("no prefix", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned(), false),
        ("a public key", "whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned(), false),
        ("no base 64", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!".to_owned(), false),
        ("a blank", format!("{SECRET} "), false),
    ] {
        assert_eq!(text.parse::<WebhookSecret>().is_ok(), is_one, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_somebody_makes_up_is_not_signed(
        id in "[a-z0-9._-]{0,40}",
        time in "[0-9]{0,20}",
        signatures in "(v1,[A-Za-z0-9+/]{43}= ?){0,4}",
        body in any::<Vec<u8>>(),
    ) {
        prop_assert!(is_signed(&id, &time, &signatures, &body) != Ok(true));
    }

    #[test]
    fn any_head_is_read_or_refused(id in any::<String>(), time in any::<String>(), signatures in any::<String>()) {
        prop_assert!(is_signed(&id, &time, &signatures, BODY) != Ok(true));
    }
}
