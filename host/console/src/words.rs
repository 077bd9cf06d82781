//! Numbers, times and states as people read them.

use assay_domain::{outcome::OutcomeState, time::Timestamp};
use maud::{Markup, html};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A time to the minute; pointing at it shows the whole.
pub fn moment(at: Timestamp) -> Markup {
    let whole = at.to_string();
    let (date, time) = whole.split_once('T').unwrap_or((whole.as_str(), ""));
    html! { time datetime=(whole) title=(whole) { (date) " " (time.get(..5).unwrap_or(time)) } }
}

/// A day: `2026-03-01`.
pub fn date(at: Timestamp) -> String {
    let whole = at.to_string();
    whole.split_once('T').map_or(whole.as_str(), |(date, _)| date).to_owned()
}

/// A day in short: `1 Mar`.
pub fn day_and_month(at: Timestamp) -> String {
    let date = date(at);
    let mut numbers = date.rsplit('-').map(|part| part.parse::<usize>().unwrap_or_default());
    let (day, month) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
    format!("{day} {}", MONTHS.get(month.saturating_sub(1)).copied().unwrap_or_default())
}

/// A count with its thousands apart: `12,345`.
pub fn grouped(count: i64) -> String {
    let digits = count.unsigned_abs().to_string();
    let mut text = String::from(if count < 0 { "−" } else { "" });
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Tenths of a percent as a percentage: `66.6 %`.
pub fn percent(permille: i64) -> String {
    format!("{}.{}\u{a0}%", permille / 10, permille % 10)
}

/// Where an outcome stands: a colour, a mark and a word, each of which is enough.
pub fn badge(state: Option<OutcomeState>) -> Markup {
    let (class, mark, words) = match state {
        Some(OutcomeState::Final) => ("good", "●", "final"),
        Some(OutcomeState::Provisional) => ("good", "◐", "provisional"),
        Some(OutcomeState::Open) => ("plain", "○", "open"),
        Some(OutcomeState::Failed) => ("bad", "✕", "failed"),
        Some(OutcomeState::Indeterminate) => ("odd", "?", "indeterminate"),
        Some(OutcomeState::NotEligible) => ("plain", "–", "not eligible"),
        None => ("odd", "!", "not judged"),
    };
    html! { span class={ "badge " (class) } { span aria-hidden="true" { (mark) } " " (words) } }
}

/// That a fault keeps an outcome from being judged anew.
pub fn faulted() -> Markup {
    html! { span.badge.odd { span aria-hidden="true" { "!" } " quarantined" } }
}
