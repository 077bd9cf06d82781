//! The one rounding, in every mode and for every exponent.

use assay_domain::money::Currency;
use assay_rating::{
    RatingError,
    exact::{Ratio, Rounding, round_to_minor},
};

const MODES: [Rounding; 4] = [Rounding::HalfEven, Rounding::HalfUp, Rounding::Down, Rounding::Up];

fn round(numerator: i128, denominator: i128, currency: &str, rounding: Rounding) -> Result<i64, RatingError> {
    let currency: Currency = currency.parse().expect("a currency");
    round_to_minor(Ratio::new(numerator, denominator).expect("a fraction"), currency, rounding)
}

/// The minor units that each of the four modes makes of a fraction of a major unit, and the mirror image of that.
fn check(numerator: i128, denominator: i128, currency: &str, expect: [i64; 4]) {
    for (rounding, expect) in MODES.into_iter().zip(expect) {
        let name = format!("{numerator}/{denominator} {currency} {rounding:?}");
        assert_eq!(round(numerator, denominator, currency, rounding), Ok(expect), "{name}");
        assert_eq!(round(-numerator, denominator, currency, rounding), Ok(-expect), "minus {name}");
    }
}

#[test]
fn cents() {
    // half-even, half-up, down, up
    check(0, 1, "USD", [0, 0, 0, 0]);
    check(1, 100, "USD", [1, 1, 1, 1]);
    check(1, 300, "USD", [0, 0, 0, 1]);
    check(1, 200, "USD", [0, 1, 0, 1]);
    check(2, 300, "USD", [1, 1, 0, 1]);
    check(3, 200, "USD", [2, 2, 1, 2]);
    check(5, 200, "USD", [2, 3, 2, 3]);
    check(7, 200, "USD", [4, 4, 3, 4]);
    check(8500, 31, "USD", [27_419, 27_419, 27_419, 27_420]);
    // A hair below and above half a cent.
    check(4_999_999_999_999_999, 1_000_000_000_000_000_000, "USD", [0, 0, 0, 1]);
    check(5_000_000_000_000_001, 1_000_000_000_000_000_000, "USD", [1, 1, 0, 1]);
}

#[test]
fn currencies_without_decimals_and_with_three() {
    check(1, 2, "JPY", [0, 1, 0, 1]);
    check(3, 2, "JPY", [2, 2, 1, 2]);
    check(99, 100, "JPY", [1, 1, 0, 1]);
    check(7, 1, "JPY", [7, 7, 7, 7]);
    check(1, 2000, "KWD", [0, 1, 0, 1]);
    check(3, 2000, "KWD", [2, 2, 1, 2]);
    check(170, 31, "KWD", [5_484, 5_484, 5_483, 5_484]);
}

#[test]
fn what_does_not_fit_is_refused() {
    let (least, most) = (i128::from(i64::MIN), i128::from(i64::MAX));
    for rounding in MODES {
        assert_eq!(round(most, 100, "USD", rounding), Ok(i64::MAX));
        assert_eq!(round(least, 100, "USD", rounding), Ok(i64::MIN));
        assert_eq!(round(most + 1, 100, "USD", rounding), Err(RatingError::Overflow));
        assert_eq!(round(least - 1, 100, "USD", rounding), Err(RatingError::Overflow));
        assert_eq!(round(i128::MAX, 1, "USD", rounding), Err(RatingError::Overflow));
    }
}

#[test]
fn a_fraction_has_a_positive_denominator_and_lowest_terms() {
    assert_eq!(Ratio::new(1, 0), None);
    assert_eq!(Ratio::new(1, -2), None);
    assert_eq!(Ratio::new(-6, 4).unwrap().to_string(), "-3/2");
    assert_eq!(Ratio::new(0, 7), Some(Ratio::ZERO));
    assert_eq!(Ratio::new(7, 7), Some(Ratio::ONE));
    assert_eq!(Ratio::new(i128::MIN, i128::MAX).unwrap().to_string(), format!("{}/{}", i128::MIN, i128::MAX));
}
