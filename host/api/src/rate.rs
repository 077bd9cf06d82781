//! A token bucket: so many requests at once, so many per second after that.

use assay_domain::time::Timestamp;

/// Microseconds in a second; also how many parts a request is counted in.
const MICROS: u64 = 1_000_000;

/// One guest's allowance, in millionths of a request.
#[derive(Debug, Clone, Copy)]
pub struct Bucket {
    left: u64,
    filled_at: Timestamp,
}

impl Bucket {
    /// Nothing is used up yet.
    pub fn full(burst: u32, now: Timestamp) -> Self {
        Self { left: u64::from(burst) * MICROS, filled_at: now }
    }

    /// Takes one request; the seconds to wait, at least one, when none is left.
    pub fn take(&mut self, per_second: u32, burst: u32, now: Timestamp) -> Result<(), u64> {
        let per_second = u64::from(per_second.max(1));
        let passed = u64::try_from(now.micros() - self.filled_at.micros()).unwrap_or_default();
        self.left = self.left.saturating_add(passed.saturating_mul(per_second)).min(u64::from(burst.max(1)) * MICROS);
        self.filled_at = now;
        match self.left.checked_sub(MICROS) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err((MICROS - self.left).div_ceil(per_second * MICROS).max(1)),
        }
    }
}
