//! Waiting for what other processes do: looking again and again, and giving up loudly.

#![expect(clippy::disallowed_methods, reason = "other processes go by wall time, and so does the patience with them")]

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

/// Far longer than anything takes that happens at all.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Looks until something is found; gives up when a look fails, or when it takes too long.
pub(super) fn until<T>(what: &str, mut look: impl FnMut() -> Result<Option<T>, String>) -> Result<T, String> {
    let started = Instant::now();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if started.elapsed() > PATIENCE {
            return Err(format!("for {} s it was waited in vain that {what}", PATIENCE.as_secs()));
        }
        a_moment();
    }
}

/// The time between two looks.
pub(super) fn a_moment() {
    sleep(LOOK_EVERY);
}
