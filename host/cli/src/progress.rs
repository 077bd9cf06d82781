//! Progress bars when a person watches, nothing otherwise.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over bytes of a file: items are shown in the message.
pub fn bytes(label: &str, total: u64) -> ProgressBar {
    styled(label, total, "{prefix:>10} {bar:32} {percent:>3}% {msg} {elapsed_precise} (ends in {eta})")
}

/// A bar over items: how many, how fast, how long still.
pub fn items(label: &str, total: u64) -> ProgressBar {
    styled(label, total, "{prefix:>10} {bar:32} {human_pos}/{human_len} {per_sec} (ends in {eta})")
}

/// Rows, nobody knows of how many: those of what are shown in the message.
pub fn rows(label: &str) -> ProgressBar {
    styled(label, 0, "{prefix:>10} {msg} {human_pos} rows {elapsed_precise}")
}

fn styled(label: &str, total: u64, template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total).with_style(style).with_prefix(label.to_owned())
}
