//! Money: an integer number of minor units and a currency.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{decimal::write_scaled, time::serde_as_text};

/// An ISO 4217 currency and its minor-unit exponent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency {
    code: [u8; 3],
    exponent: u8,
}

/// A currency this product does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a known ISO 4217 currency code such as USD, EUR or JPY")]
pub struct CurrencyError(String);

/// Active ISO 4217 codes by exponent (source: the standard's list one).
const BY_EXPONENT: [(u8, &str); 3] = [
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
    (
        2,
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP \
         CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES \
         KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK \
         NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB \
         TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWG",
    ),
];

impl Currency {
    /// US dollars.
    pub const USD: Self = Self { code: *b"USD", exponent: 2 };

    /// How many decimals an amount has: 2 for USD, 0 for JPY, 3 for KWD.
    pub fn exponent(self) -> u8 {
        self.exponent
    }

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or_default()
    }
}

impl FromStr for Currency {
    type Err = CurrencyError;

    fn from_str(text: &str) -> Result<Self, CurrencyError> {
        let known = BY_EXPONENT.iter().find(|(_, codes)| codes.split_whitespace().any(|code| code == text));
        match (known, <[u8; 3]>::try_from(text.as_bytes())) {
            (Some((exponent, _)), Ok(code)) => Ok(Self { code, exponent: *exponent }),
            _ => Err(CurrencyError(text.into())),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
serde_as_text!(Currency);

/// An amount of money, in minor units of its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Amount {
    minor: i64,
    currency: Currency,
}

impl Amount {
    /// From minor units: cents for USD.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Minor units.
    pub fn minor(self) -> i64 {
        self.minor
    }

    /// Its currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// The sum; `None` for different currencies or on overflow.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        (self.currency == other.currency).then(|| self.minor.checked_add(other.minor)).flatten().map(|minor| Self { minor, ..self })
    }

    /// The amount as decimal text without the currency: `990.00`.
    pub fn decimal(self) -> String {
        struct Plain(Amount);
        impl fmt::Display for Plain {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_scaled(f, i128::from(self.0.minor), usize::from(self.0.currency.exponent))
            }
        }
        Plain(self).to_string()
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}
