//! Written by `assay rule zone Europe/Berlin 2026 2027`.

use assay_sdk::{PinnedZone, Timestamp};

/// The clocks of Europe/Berlin from 2026 up to 2027.
pub static BERLIN: PinnedZone = PinnedZone::new(
    "Europe/Berlin",
    &[
        (Timestamp::utc("2026-01-01T00:00:00Z"), 60),
        (Timestamp::utc("2026-03-29T01:00:00Z"), 120),
        (Timestamp::utc("2026-10-25T01:00:00Z"), 60),
    ],
    Timestamp::utc("2027-01-01T00:00:00Z"),
);
