//! The chain of a customer's receipts: whatever is left out, comes twice, is exchanged or altered is named.

use assay_receipt::chain::{ChainError, ChainHead, Link, follow, follow_to};

use super::support::digest;

/// The receipts from one number to another, each with a digest of its own.
fn links(from: u8, to: u8) -> Vec<Link> {
    let link = |number: u8| Link { number: i64::from(number), previous: (number > 1).then(|| digest(number - 1)), digest: digest(number) };
    (from..=to).map(link).collect()
}

fn head(number: u8) -> ChainHead {
    ChainHead { number: i64::from(number), digest: digest(number) }
}

#[test]
fn a_whole_chain_leads_to_its_head() {
    assert_eq!(follow(None, []), Ok(None));
    assert_eq!(follow(Some(head(3)), []), Ok(Some(head(3))));
    for end in 1..=9 {
        assert_eq!(follow(None, links(1, end)), Ok(Some(head(end))));
        assert_eq!(follow_to(head(end), None, links(1, end)), Ok(()));
        for start in 1..=end {
            assert_eq!(follow(Some(head(start)), links(start + 1, end)), Ok(Some(head(end))), "from {start} to {end}");
            assert_eq!(follow_to(head(end), Some(head(start)), links(start + 1, end)), Ok(()), "from {start} to {end}");
        }
    }
}

#[test]
fn a_receipt_that_is_left_out_is_missing() {
    for at in 1..=8i64 {
        let mut rest = links(1, 9);
        rest.retain(|link| link.number != at);
        assert_eq!(follow(None, rest), Err(ChainError::Missing { expected: at, found: at + 1 }));
    }
    assert_eq!(follow(None, links(4, 9)), Err(ChainError::Missing { expected: 1, found: 4 }), "the beginning is left out");
    assert_eq!(follow(Some(head(2)), links(4, 9)), Err(ChainError::Missing { expected: 3, found: 4 }));
}

#[test]
fn a_receipt_that_is_left_out_and_papered_over_breaks_the_chain() {
    for at in 1..=8usize {
        let mut rest = links(1, 9);
        rest.remove(at - 1);
        // Those behind are numbered anew.
        rest.iter_mut().zip(1..).for_each(|(link, number)| link.number = number);
        assert_eq!(follow(None, rest), Err(ChainError::Broken { number: at as i64 }));
    }
}

#[test]
fn a_receipt_that_comes_again_is_named() {
    for at in 1..=9usize {
        let mut twice = links(1, 9);
        twice.insert(at, twice[at - 1]);
        assert_eq!(follow(None, twice), Err(ChainError::Repeated { expected: at as i64 + 1, found: at as i64 }));
    }
    assert_eq!(follow(Some(head(3)), links(3, 9)), Err(ChainError::Repeated { expected: 4, found: 3 }));
}

#[test]
fn two_receipts_that_are_exchanged_are_named() {
    for one in 0..8usize {
        for other in one + 1..9 {
            let mut exchanged = links(1, 9);
            exchanged.swap(one, other);
            let (expected, found) = (one as i64 + 1, other as i64 + 1);
            assert_eq!(follow(None, exchanged), Err(ChainError::Missing { expected, found }));
        }
    }
}

#[test]
fn a_receipt_that_was_altered_breaks_the_chain_behind_it() {
    for at in 0..8usize {
        let mut altered = links(1, 9);
        altered[at].digest = digest(0);
        assert_eq!(follow(None, altered), Err(ChainError::Broken { number: at as i64 + 2 }));
    }
    // Nothing goes on from the last one, so that it takes its head to see it.
    let mut altered = links(1, 9);
    altered[8].digest = digest(0);
    assert_eq!(follow_to(head(9), None, altered), Err(ChainError::OtherHead { number: 9 }));
}

#[test]
fn a_receipt_goes_on_from_the_one_before_it_and_no_other() {
    let with = |at: usize, previous| {
        let mut links = links(1, 5);
        links[at].previous = previous;
        follow(None, links)
    };
    for (at, number) in (0..5).zip(1..) {
        assert_eq!(with(at, Some(digest(0))), Err(ChainError::Broken { number }), "another before {number}");
        assert_eq!(with(at, Some(digest(5))), Err(ChainError::Broken { number }), "a later one before {number}");
    }
    for (at, number) in (1..5).zip(2..) {
        assert_eq!(with(at, None), Err(ChainError::Broken { number }), "nothing before {number}");
    }
    assert_eq!(with(0, None), Ok(Some(head(5))));
}

#[test]
fn numbers_begin_with_one() {
    for found in [0, -1, i64::MIN] {
        let link = Link { number: found, previous: None, digest: digest(1) };
        assert_eq!(follow(None, [link]), Err(ChainError::Repeated { expected: 1, found }));
    }
    let link = Link { number: i64::MAX, previous: None, digest: digest(1) };
    assert_eq!(follow(None, [link]), Err(ChainError::Missing { expected: 1, found: i64::MAX }));
}

#[test]
fn a_chain_that_was_cut_off_shows_against_its_head() {
    for end in 0..9 {
        let refused = ChainError::End { expected: 9, found: i64::from(end) };
        assert_eq!(follow_to(head(9), None, links(1, end)), Err(refused), "cut off behind {end}");
    }
    for (name, end, from, links, expected) in [
        ("one more than it names", head(8), None, links(1, 9), ChainError::End { expected: 8, found: 9 }),
        ("none, from its beginning", head(1), None, vec![], ChainError::End { expected: 1, found: 0 }),
        ("none, from a later one", head(3), Some(head(4)), vec![], ChainError::End { expected: 3, found: 4 }),
        ("another head", ChainHead { digest: digest(0), ..head(9) }, None, links(1, 9), ChainError::OtherHead { number: 9 }),
        ("another start", head(9), Some(ChainHead { digest: digest(0), ..head(4) }), links(5, 9), ChainError::Broken { number: 5 }),
        ("a gap before its end", head(9), None, links(2, 9), ChainError::Missing { expected: 1, found: 2 }),
    ] {
        assert_eq!(follow_to(end, from, links), Err(expected), "{name}");
    }
    assert_eq!(follow_to(head(4), Some(head(4)), []), Ok(()), "nothing has changed since");
}

#[test]
fn a_head_is_strict_in_json() {
    let json = format!(r#"{{"number":3,"digest":"{}"}}"#, digest(3));
    assert_eq!(serde_json::from_str::<ChainHead>(&json).expect("a head"), head(3));
    assert_eq!(serde_json::to_string(&head(3)).expect("JSON"), json);
    for odd in [json.replace("3,", "3,\"more\":1,"), json.replace("\"number\":3,", ""), json.replace(":3,", ":\"3\",")] {
        assert!(serde_json::from_str::<ChainHead>(&odd).is_err(), "{odd}");
    }
}
