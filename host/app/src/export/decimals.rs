//! Decimal text: exact products, and figures for people.

use assay_domain::{
    decimal::{Decimal, Quantity},
    money::Currency,
};

/// Unit price times quantity, exactly; `None` where the price has more digits than are held.
pub(super) fn product(unit_price: &str, quantity: Quantity) -> Option<String> {
    let price: Decimal = unit_price.parse().ok()?;
    let mut mantissa = i128::from(price.mantissa()) * i128::from(quantity.micros());
    let mut scale = usize::from(price.scale()) + usize::from(Quantity::SCALE);
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    let sign = if mantissa < 0 { "-" } else { "" };
    let digits = format!("{:0width$}", mantissa.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    Some(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

/// The digits in groups of three, behind a minus sign as wide as a figure: `1,503.96`, `−0.99`.
pub(super) fn grouped(number: &str) -> String {
    let (mut text, number) = number.strip_prefix('-').map_or((String::new(), number), |rest| ("−".to_owned(), rest));
    let (whole, fraction) = number.split_once('.').map_or((number, None), |(whole, fraction)| (whole, Some(fraction)));
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// A price with at least the decimals of its currency: `500.00`, `0.0035`.
pub(super) fn price(number: &str, currency: Currency) -> String {
    let decimals = usize::from(currency.exponent());
    match number.split_once('.') {
        None if decimals == 0 => grouped(number),
        None => grouped(&format!("{number}.{:0<decimals$}", "")),
        Some((whole, fraction)) => grouped(&format!("{whole}.{fraction:0<decimals$}")),
    }
}
