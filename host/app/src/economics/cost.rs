//! What an event says that an interaction has cost.

use assay_domain::{decimal::Decimal, money::Currency};
use assay_store::costs::Cost;
use serde_json::Value;

/// The type of events that tell a cost. Their data: `amount` (a decimal, as text or number, at least 0), `currency` (ISO 4217), and, if they are
/// known, `model`, `input_tokens`, `output_tokens`.
pub(crate) const COST: &str = "cost.incurred";

/// Longer names of models are cut.
const MODEL_CHARS_MAX: usize = 128;

/// Reads the data of a cost event. What cannot be read is kept with the reason, and counts for nothing.
pub(crate) fn read_cost(data: &str) -> Cost {
    let Ok(data) = serde_json::from_str::<Value>(data) else {
        return Cost { problem: Some("data is no JSON".into()), ..Cost::default() };
    };
    let tokens = |name: &str| data.get(name).and_then(Value::as_i64).filter(|tokens| *tokens >= 0);
    let model = data.get("model").and_then(Value::as_str).map(|model| model.chars().take(MODEL_CHARS_MAX).collect());
    let cost = Cost { model, input_tokens: tokens("input_tokens"), output_tokens: tokens("output_tokens"), ..Cost::default() };
    match amount(&data).and_then(|nanos| Ok((nanos, currency(&data)?))) {
        Ok((nanos, currency)) => Cost { nanos: Some(nanos), currency: Some(currency), ..cost },
        Err(problem) => Cost { problem: Some(problem), ..cost },
    }
}

fn amount(data: &Value) -> Result<i64, String> {
    let text = match data.get("amount") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => return Err("amount is neither a text nor a number; write \"0.0123\"".into()),
        None => return Err("amount is missing; write \"amount\": \"0.0123\"".into()),
    };
    let decimal: Decimal = text.parse().map_err(|_| format!("amount {text:?} is no decimal such as 0.0123"))?;
    let nanos = decimal.at_scale(9).ok_or_else(|| format!("amount {text} is too large, or has more than 9 decimals"))?;
    if nanos < 0 { Err(format!("amount {text} is less than nothing")) } else { Ok(nanos) }
}

fn currency(data: &Value) -> Result<String, String> {
    let text = data.get("currency").and_then(Value::as_str).ok_or("currency is missing; write \"currency\": \"USD\"")?;
    let currency: Currency = text.parse().map_err(|_| format!("currency {text:?} is none of ISO 4217"))?;
    Ok(currency.code().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_read_is_exact_and_what_cannot_says_why() {
        let check = |data: &str, nanos: Option<i64>, problem: &str| {
            let cost = read_cost(data);
            assert_eq!(cost.nanos, nanos, "{data}");
            assert!(cost.problem.as_deref().unwrap_or_default().starts_with(problem), "{data}: {:?}", cost.problem);
            assert_eq!(cost.problem.is_some(), nanos.is_none(), "{data}");
        };
        check(r#"{"amount":"0.0123","currency":"USD"}"#, Some(12_300_000), "");
        check(r#"{"amount":0.1,"currency":"EUR"}"#, Some(100_000_000), "");
        check(r#"{"amount":"0.000000001","currency":"USD"}"#, Some(1), "");
        check(r#"{"amount":"0.0000000001","currency":"USD"}"#, None, "amount 0.0000000001 is too large, or has more");
        check(r#"{"amount":"-1","currency":"USD"}"#, None, "amount -1 is less than nothing");
        check(r#"{"amount":"much","currency":"USD"}"#, None, "amount \"much\" is no decimal");
        check(r#"{"amount":true,"currency":"USD"}"#, None, "amount is neither");
        check(r#"{"currency":"USD"}"#, None, "amount is missing");
        check(r#"{"amount":"1"}"#, None, "currency is missing");
        check(r#"{"amount":"1","currency":"DOLLAR"}"#, None, "currency \"DOLLAR\"");
        check("[]", None, "amount is missing");
        let cost = read_cost(r#"{"amount":"1","currency":"USD","model":"m","input_tokens":3,"output_tokens":-1}"#);
        assert_eq!((cost.model.as_deref(), cost.input_tokens, cost.output_tokens), (Some("m"), Some(3), None));
    }
}
