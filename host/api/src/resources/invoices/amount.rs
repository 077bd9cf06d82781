use assay_domain::{
    decimal::Decimal,
    money::{Amount, Currency, CurrencyError},
    violation::Violation,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An amount of money.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Amount)]
pub struct AmountBody {
    /// As a decimal, with the decimals of its currency.
    #[schema(example = "12.34")]
    pub amount: String,
    /// Its ISO 4217 code.
    #[schema(example = "USD")]
    pub currency: String,
}

impl AmountBody {
    /// What was sent as `field`.
    pub fn read(&self, field: &str) -> Result<Amount, Violation> {
        let unknown = |error: CurrencyError| Violation::new(format!("{field}.currency"), error.to_string(), "send its three letters");
        let currency: Currency = self.currency.parse().map_err(unknown)?;
        let decimals = currency.exponent();
        let minor = self.amount.parse::<Decimal>().ok().and_then(|decimal| decimal.at_scale(decimals));
        minor.map(|minor| Amount::new(minor, currency)).ok_or_else(|| {
            let remedy = format!("send a decimal of at most {decimals} decimals");
            Violation::new(format!("{field}.amount"), format!("{:?} is no amount of {currency}", self.amount), remedy)
        })
    }
}

impl From<Amount> for AmountBody {
    fn from(amount: Amount) -> Self {
        Self { amount: amount.decimal(), currency: amount.currency().to_string() }
    }
}
