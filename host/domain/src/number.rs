//! The range in which every guest language, JavaScript included, holds integers exactly.

/// 2^53: the largest magnitude of integers, mantissas and timestamps in the contract.
pub const EXACT_MAX: i64 = 1 << 53;

/// Parses canonical integer text: `-?[0-9]+` without leading zeros, within ±2^53.
pub fn parse_integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let canonical =
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0')) && text != "-0";
    canonical.then(|| text.parse().ok()).flatten().filter(|n: &i64| n.unsigned_abs() <= EXACT_MAX.unsigned_abs())
}
