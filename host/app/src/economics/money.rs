//! Money to the billionth of a unit: what a single attempt costs is less than a cent.

use std::fmt;

use assay_domain::money::{Amount, Currency};

/// Billionths in a unit.
const UNIT: i128 = 1_000_000_000;
/// Decimals that are shown: a millionth of a unit is no longer money.
const SHOWN: u32 = 6;

/// An amount in billionths of a currency's major unit. Its text has at least the currency's own decimals and at most six.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    nanos: i128,
    currency: Currency,
}

impl Money {
    /// Nothing.
    pub const fn zero(currency: Currency) -> Self {
        Self { nanos: 0, currency }
    }

    /// So many billionths.
    pub const fn from_nanos(nanos: i128, currency: Currency) -> Self {
        Self { nanos, currency }
    }

    /// An amount of minor units, exactly.
    pub fn of(amount: Amount) -> Self {
        let scale = 10_i128.pow(9 - u32::from(amount.currency().exponent()).min(9));
        Self { nanos: i128::from(amount.minor()) * scale, currency: amount.currency() }
    }

    /// Billionths of a unit.
    pub fn nanos(self) -> i128 {
        self.nanos
    }

    /// Which currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// Shared out among so many, rounded half away from zero; `None` among none.
    pub fn among(self, count: u64) -> Option<Self> {
        let count = i128::from((count > 0).then_some(count)?);
        let half = count / 2 * self.nanos.signum();
        Some(Self { nanos: (self.nanos + half) / count, ..self })
    }

    /// The sum of two amounts of one currency.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { nanos: self.nanos + other.nanos, ..self }
    }

    /// What is left when another amount of the currency is taken away.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self { nanos: self.nanos - other.nanos, ..self }
    }

    /// How much of another amount it is; `None` of nothing.
    pub fn share_of(self, other: Self) -> Option<f64> {
        (other.nanos != 0).then(|| self.nanos as f64 / other.nanos as f64)
    }

    /// The number alone: `0.0123`.
    pub fn decimal(self) -> String {
        let step = UNIT / 10_i128.pow(SHOWN);
        let rounded = (self.nanos + step / 2 * self.nanos.signum()) / step;
        let (sign, size) = (if rounded < 0 { "-" } else { "" }, rounded.unsigned_abs());
        let unit = 10_u128.pow(SHOWN);
        let mut rest = format!("{:06}", size % unit);
        while rest.len() > usize::from(self.currency.exponent()) && rest.ends_with('0') {
            rest.pop();
        }
        let point = if rest.is_empty() { "" } else { "." };
        format!("{sign}{}{point}{rest}", size / unit)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dollars(nanos: i128) -> Money {
        Money::from_nanos(nanos, "USD".parse().expect("a currency"))
    }

    #[test]
    fn it_shows_what_is_money_and_shares_without_losing_any() {
        let texts = [0, 1_000_000_000, 12_300_000, 1_234, -5_500_000_000, 999_999_999].map(|nanos| dollars(nanos).to_string());
        assert_eq!(texts, ["0.00 USD", "1.00 USD", "0.0123 USD", "0.000001 USD", "-5.50 USD", "1.00 USD"]);
        assert_eq!(dollars(10).among(4), Some(dollars(3)));
        assert_eq!(dollars(-10).among(4), Some(dollars(-3)));
        assert_eq!(dollars(10).among(0), None);
        assert_eq!(Money::of(Amount::new(99, "USD".parse().expect("a currency"))), dollars(990_000_000));
        assert_eq!(Money::of(Amount::new(99, "JPY".parse().expect("a currency"))).to_string(), "99 JPY");
    }
}
