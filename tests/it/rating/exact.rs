//! Exact decimals: the true result, or a refusal.

use assay_domain::decimal::Quantity;
use assay_rating::{
    RatingError,
    exact::{Exact, Ratio},
};
use proptest::prelude::*;

use super::support::decimal;

fn exact(text: &str) -> Exact {
    text.parse().expect("a decimal")
}

fn apply(left: &str, operation: char, right: &str) -> Result<String, RatingError> {
    let (left, right) = (exact(left), exact(right));
    let result = match operation {
        '+' => left.checked_add(right),
        '-' => left.checked_sub(right),
        _ => left.checked_mul(right),
    };
    result.map(|number| number.to_string())
}

#[test]
fn results_are_exact() {
    for (left, operation, right, expect) in [
        ("1.5", '+', "0.25", "1.75"),
        ("0.5", '+', "0.5", "1"),
        ("1.5", '+', "-1.5", "0"),
        ("0", '+', "0.000000001", "0.000000001"),
        ("1.5", '-', "1.5", "0"),
        ("0", '-', "1.50", "-1.5"),
        ("-1", '-', "-0.1", "-0.9"),
        ("0.99", '*', "1000", "990"),
        ("0.000000001", '*', "0.000001", "0.000000000000001"),
        ("-2.5", '*', "4", "-10"),
        ("0", '*', "0.0000000000000000000000000001", "0"),
        ("99999999.999999", '*', "99999.999999999", "9999999999999.800000000000001"),
    ] {
        assert_eq!(apply(left, operation, right), Ok(expect.into()), "{left} {operation} {right}");
    }
}

#[test]
fn results_that_would_be_rounded_are_refused() {
    for (left, operation, right, expect) in [
        ("7922816251426433759354395033", '+', "0.01", RatingError::Inexact),
        ("7922816251426433759354395033", '-', "0.01", RatingError::Inexact),
        ("0.000000000000001", '*', "0.00000000000001", RatingError::Inexact),
        ("7922816251426433759354395033.5", '*', "0.3", RatingError::Inexact),
        ("0.0000000000000000000000000001", '*', "0.0000000000000000000000000001", RatingError::Inexact),
        ("79228162514264337593543950335", '+', "1", RatingError::Overflow),
        ("79228162514264337593543950335", '*', "10", RatingError::Overflow),
    ] {
        assert_eq!(apply(left, operation, right), Err(expect), "{left} {operation} {right}");
    }
}

#[test]
fn equal_numbers_have_equal_texts() {
    for (text, expect) in [("0.990", "0.99"), ("500.00", "500"), ("007", "7"), ("-0.0", "0"), ("100", "100"), ("-1.50", "-1.5")] {
        assert_eq!(exact(text).to_string(), expect);
        assert_eq!(exact(text), exact(expect));
    }
    assert_eq!(Exact::from(Quantity::ONE).to_string(), "1");
    assert_eq!(Exact::from(Quantity::from_micros(-1)).to_string(), "-0.000001");
    assert_eq!(exact("0.990").decimals(), 2);
}

#[test]
fn only_plain_decimals_are_read() {
    let long = "1".repeat(40);
    for text in ["", "-", ".5", "5.", "+1", "--1", "1e3", "1_000", "0x1", "1,5", " 1", "1.2.3", "NaN", "٣", long.as_str()] {
        let read: Result<Exact, _> = text.parse();
        let expect = format!("{text:?} is not a decimal such as 0.99");
        assert_eq!(read.map_err(|error| error.to_string()), Err(expect));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sane_numbers_are_never_refused(
        micros in -10_000_000_000_000i64..=10_000_000_000_000,
        nanos in -10_000_000_000_000i64..=10_000_000_000_000,
    ) {
        let (left, right) = (Exact::from(Quantity::from_micros(micros)), exact(&decimal(nanos.into(), 9)));
        let (micros, nanos) = (i128::from(micros), i128::from(nanos));
        prop_assert_eq!(left.checked_mul(right).map(Ratio::from).ok(), Ratio::new(micros * nanos, 10i128.pow(15)));
        prop_assert_eq!(left.checked_add(right).map(Ratio::from).ok(), Ratio::new(micros * 1000 + nanos, 10i128.pow(9)));
        prop_assert_eq!(left.checked_sub(right).map(Ratio::from).ok(), Ratio::new(micros * 1000 - nanos, 10i128.pow(9)));
    }

    #[test]
    fn no_product_is_ever_wrong(micros: i64, nanos: i64) {
        let (left, right) = (Exact::from(Quantity::from_micros(micros)), exact(&decimal(nanos.into(), 9)));
        match left.checked_mul(right) {
            Ok(product) => {
                let expect = Ratio::new(i128::from(micros) * i128::from(nanos), 10i128.pow(15));
                prop_assert_eq!(Some(Ratio::from(product)), expect);
            }
            Err(error) => prop_assert_eq!(error, RatingError::Inexact),
        }
    }
}
