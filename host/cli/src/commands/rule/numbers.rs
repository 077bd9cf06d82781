//! Numbers as people read them.

/// With a comma between thousands: `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A part of a whole in percent, with two digits that say something: `0.0021 %`, `12 %`.
pub(super) fn share(part: u64, whole: u64) -> String {
    if part == 0 || whole == 0 {
        return "0 %".to_owned();
    }
    // Numbers of this size are exact enough in floating point for two digits.
    let percent = part as f64 * 100.0 / whole as f64;
    let decimals = if percent >= 10.0 { 0 } else { (1.0 - percent.log10().floor()).clamp(0.0, 8.0) as usize };
    format!("{percent:.decimals$} %")
}

/// Bytes in the largest unit of which there is at least one.
pub(super) fn bytes(count: usize) -> String {
    match count {
        0..1024 => format!("{count} bytes"),
        1024..1_048_576 => format!("{} KiB", count >> 10),
        _ => format!("{} MiB", count >> 20),
    }
}

/// Microseconds in the unit that leaves the shortest text.
pub(super) fn time(micros: u64) -> String {
    match micros {
        0..10_000 => format!("{} µs", grouped(micros)),
        10_000..10_000_000 => format!("{} ms", grouped(micros / 1_000)),
        _ => format!("{} s", grouped(micros / 1_000_000)),
    }
}
