//! Integers, decimals, quantities and money: exact, in one spelling, within their range.

use assay_domain::{
    decimal::{Decimal, DecimalError, Quantity},
    money::{Amount, Currency},
    number::{EXACT_MAX, parse_integer},
};
use proptest::prelude::*;

#[test]
fn an_integer_has_one_spelling() {
    fn check(text: &str, expect: Option<i64>) {
        assert_eq!(parse_integer(text), expect, "for {text:?}");
    }
    check("0", Some(0));
    check("3", Some(3));
    check("-3", Some(-3));
    check("10", Some(10));
    check("9007199254740992", Some(EXACT_MAX));
    check("-9007199254740992", Some(-EXACT_MAX));
    check("9007199254740993", None);
    check("-9007199254740993", None);
    check("9223372036854775808", None);
    for text in ["", "-", "-0", "00", "03", "-03", "+3", "3.0", "3e0", " 3", "3 ", "1_000", "0x3", "--3", "٣"] {
        check(text, None);
    }
}

#[test]
fn a_decimal_is_read_exactly_or_not_at_all() {
    fn check(text: &str, expect: Result<(i64, u8), DecimalError>) {
        assert_eq!(text.parse().map(|decimal: Decimal| (decimal.mantissa(), decimal.scale())), expect, "for {text:?}");
    }
    check("0", Ok((0, 0)));
    check("-0.00", Ok((0, 0)));
    check("0e5", Ok((0, 0)));
    check("12.5", Ok((125, 1)));
    check("-12.50", Ok((-125, 1)));
    check("120", Ok((120, 0)));
    check("120.0", Ok((120, 0)));
    check("0.000000000001", Ok((1, 12)));
    check("0.0000000000010", Ok((1, 12)));
    check("1e3", Ok((1000, 0)));
    check("1.5E+2", Ok((150, 0)));
    check("1.25e1", Ok((125, 1)));
    check("120e-1", Ok((12, 0)));
    check("1e-12", Ok((1, 12)));
    check("9007199254740992", Ok((EXACT_MAX, 0)));
    check("-9007.199254740992", Ok((-EXACT_MAX, 12)));
    let out_of_range = [
        "9007199254740993",
        "-9007199254740993",
        "0.0000000000001",
        "1e-13",
        "1e16",
        "9223372036854775808",
        "1e2147483647",
        "1e-2147483648",
    ];
    for text in out_of_range {
        check(text, Err(DecimalError::Range));
    }
    for text in ["", "-", ".", ".5", "5.", "+5", "--5", "1,5", "1.2.3", "1e", "1e1.5", "e5", "0x10", "1_0", " 1", "NaN", "inf"] {
        check(text, Err(DecimalError::Syntax(text.into())));
    }
}

#[test]
fn the_parts_of_a_decimal_are_canonical() {
    fn check(mantissa: i64, scale: u8, expect: Result<&str, DecimalError>) {
        assert_eq!(Decimal::new(mantissa, scale).map(|decimal| decimal.to_string()), expect.map(str::to_owned));
    }
    check(125, 1, Ok("12.5"));
    check(-5, 2, Ok("-0.05"));
    check(0, 0, Ok("0"));
    check(100, 0, Ok("100"));
    check(EXACT_MAX, 12, Ok("9007.199254740992"));
    check(0, 1, Err(DecimalError::NotCanonical));
    check(120, 1, Err(DecimalError::NotCanonical));
    check(1, 13, Err(DecimalError::Range));
    check(1, 200, Err(DecimalError::Range));
    check(EXACT_MAX + 1, 0, Err(DecimalError::Range));
    check(i64::MIN, 0, Err(DecimalError::Range));
}

#[test]
fn a_decimal_moves_to_a_scale_without_losing_digits() {
    fn check(text: &str, scale: u8, expect: Option<i64>) {
        assert_eq!(text.parse::<Decimal>().unwrap().at_scale(scale), expect, "{text} at {scale}");
    }
    check("12.5", 1, Some(125));
    check("12.5", 6, Some(12_500_000));
    check("12.5", 0, None);
    check("-3", 2, Some(-300));
    check("9007199254740992", 3, Some(9_007_199_254_740_992_000));
    check("9007199254740992", 4, None);
    check("1", 19, None);
}

#[test]
fn a_quantity_is_in_millionths() {
    fn check(text: &str, expect: Option<i64>) {
        assert_eq!(text.parse().ok().map(Quantity::micros), expect, "for {text:?}");
    }
    check("1", Some(1_000_000));
    check("0.000001", Some(1));
    check("-2.5", Some(-2_500_000));
    check("0.0000001", None);
    check("9007199254740992", None);
    assert_eq!([Quantity::ONE, Quantity::ZERO].map(|quantity| quantity.to_string()), ["1", "0"]);
    assert_eq!(Quantity::from_micros(-2_500_000).to_string(), "-2.5");
    assert_eq!(Quantity::from_micros(10_000_000).to_string(), "10");
    assert_eq!(Quantity::ONE.checked_add(Quantity::ONE.negated()), Some(Quantity::ZERO));
    assert_eq!(Quantity::from_micros(i64::MAX).checked_add(Quantity::from_micros(1)), None);
    assert_eq!(Quantity::VERDICT_MAX.to_string(), "1000000000");
}

#[test]
fn an_amount_has_the_decimals_of_its_currency() {
    fn check(minor: i64, currency: &str, expect: &str) {
        assert_eq!(Amount::new(minor, currency.parse().unwrap()).to_string(), expect);
    }
    check(99_000, "USD", "990.00 USD");
    check(4_950, "EUR", "49.50 EUR");
    check(5, "USD", "0.05 USD");
    check(-5, "USD", "-0.05 USD");
    check(0, "USD", "0.00 USD");
    check(990, "JPY", "990 JPY");
    check(-1, "JPY", "-1 JPY");
    check(1_234, "KWD", "1.234 KWD");
    check(7, "KWD", "0.007 KWD");
    check(i64::MIN, "USD", "-92233720368547758.08 USD");
    for text in ["", "usd", "US", "USDX", "XXX", "US ", "USD EUR", "€"] {
        assert!(text.parse::<Currency>().is_err(), "{text:?} is no currency");
    }
    assert_eq!("USD".parse::<Currency>(), Ok(Currency::USD));
    let exponents = ["USD", "JPY", "KWD"].map(|code| code.parse::<Currency>().unwrap().exponent());
    assert_eq!(exponents, [2, 0, 3]);
}

#[test]
fn amounts_add_up_in_one_currency() {
    let (usd, jpy) = (Currency::USD, "JPY".parse().unwrap());
    let cent = Amount::new(1, usd);
    assert_eq!(cent.checked_add(Amount::new(-3, usd)), Some(Amount::new(-2, usd)));
    assert_eq!(cent.checked_add(Amount::new(1, jpy)), None);
    assert_eq!(cent.checked_add(Amount::new(i64::MAX, usd)), None);
    assert_eq!((cent.minor(), cent.currency(), cent.decimal()), (1, usd, "0.01".to_owned()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_number_is_read_as_it_is_written(mantissa in -EXACT_MAX..=EXACT_MAX, scale in 0..=12u8, micros in any::<i64>()) {
        prop_assert_eq!(parse_integer(&mantissa.to_string()), Some(mantissa));
        if let Ok(decimal) = Decimal::new(mantissa, scale) {
            prop_assert_eq!(decimal.to_string().parse::<Decimal>(), Ok(decimal));
            prop_assert_eq!(format!("{mantissa}e-{scale}").parse::<Decimal>(), Ok(decimal));
        }
        let quantity = Quantity::from_micros(micros / 1_024);
        prop_assert_eq!(quantity.to_string().parse::<Quantity>(), Ok(quantity));
    }
}
