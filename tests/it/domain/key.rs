//! Keys: their text, their roles, and what is kept of them.

use assay_domain::{
    canon::Digest,
    id::KeyId,
    key::{Mode, Role, Roles, Token},
};

const SECRET: [u8; 32] =
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 240, 241, 242, 243, 244, 245, 246, 247, 248, 249, 250, 251, 252, 253, 254, 255];

#[test]
fn a_key_is_read_back_as_it_was_shown() {
    let token = Token::new(KeyId(7), SECRET);
    let shown = token.reveal("live");
    assert_eq!(shown, "ak_live_0000000000007_000g40r40m30e209185gr38e1zrf3wqkyktzdxzrz7xfqz7xzvzg");
    let read: Token = shown.parse().expect("a key");
    assert_eq!(read.id, KeyId(7));
    assert!(read.opens(&token.hash()));
    assert_eq!(token.hash(), Digest::of(&SECRET));
}

#[test]
fn another_secret_opens_nothing() {
    let hash = Token::new(KeyId(7), SECRET).hash();
    for place in [0, 15, 31] {
        let mut other = SECRET;
        other[place] ^= 1;
        assert!(!Token::new(KeyId(7), other).opens(&hash), "{place}");
    }
}

#[test]
fn what_is_no_key_is_refused_without_telling_it() {
    let shown = Token::new(KeyId(7), SECRET).reveal("live");
    let (short, long, upper) = (&shown[..shown.len() - 1], format!("{shown}0"), shown.to_uppercase());
    for text in ["", "ak_", "ak_live_", "Bearer", short, &long, &upper, &shown.replace("ak_", "sk_"), &shown.replace("_00000", "_o0000")] {
        let error = text.parse::<Token>().expect_err(text);
        assert_eq!(error.to_string(), "it is not of the form ak_live_…");
    }
    assert_eq!(format!("{:?}", Token::new(KeyId(7), SECRET)), "Token(key_0000000000007)");
}

#[test]
fn roles_are_a_set_with_a_text() {
    let roles: Roles = "viewer, ingest,viewer".parse().expect("roles");
    assert_eq!(roles.to_string(), "ingest,viewer");
    assert!(roles.has(Role::Ingest) && roles.has(Role::Viewer) && !roles.has(Role::Admin));
    assert!(Roles::default().is_empty() && !Roles::only(Role::Operator).is_empty());
    for (role, name) in Role::ALL {
        assert_eq!((name.parse(), role.to_string().as_str()), (Ok(role), name));
    }
    assert_eq!("boss".parse::<Roles>().expect_err("no role").to_string(), "\"boss\" is none of ingest, author, billing, viewer, admin");
}

#[test]
fn a_mode_is_live_or_test() {
    assert_eq!(("live".parse(), "test".parse()), (Ok(Mode::Live), Ok(Mode::Test)));
    assert_eq!("Live".parse::<Mode>().expect_err("no mode").to_string(), "\"Live\" is neither live nor test");
}
