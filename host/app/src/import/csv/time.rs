//! Times as files write them.

use assay_domain::{time::Timestamp, violation::Violation};
use jiff::{
    fmt::strtime::{self, BrokenDownTime},
    tz::Offset,
};

/// 2016-03-02T08:52:00Z: what a format is tried on.
const SAMPLE: jiff::Timestamp = jiff::Timestamp::constant(1_456_908_720, 0);

/// Reads the times of a file, which are all in one format.
pub(super) struct Times {
    /// `None` for RFC 3339.
    format: Option<String>,
    /// The text read last and its time: neighbours often share it.
    last: (String, Timestamp),
}

impl Times {
    /// Refuses a format that could not tell a time: one that is wrong, or that lacks the date.
    pub(super) fn new(format: &str) -> Result<Self, Violation> {
        let times = Self { format: (format != "rfc3339").then(|| format.into()), last: (String::new(), Timestamp::EPOCH) };
        if let Some(format) = &times.format {
            let sample = strtime::format(format, SAMPLE).map_err(|error| error.to_string());
            sample.and_then(|sample| read(format, &sample)).map_err(|problem| {
                let remedy = "write rfc3339, or directives of strftime for at least a date, such as %d/%m/%Y %H:%M";
                Violation::new("--time-format", format!("{format:?} cannot be used: {problem}"), remedy)
            })?;
        }
        Ok(times)
    }

    /// The time that a text tells.
    pub(super) fn parse(&mut self, text: &str) -> Result<Timestamp, Violation> {
        if self.last.0 == text && !text.is_empty() {
            return Ok(self.last.1);
        }
        let at = match &self.format {
            None => text.parse::<Timestamp>().map_err(|_| {
                let problem = format!("{text:?} is not an RFC 3339 time such as 2016-03-01T10:00:00Z");
                Violation::new("time", problem, "mend the record, or say with --time-format how its times are written")
            }),
            Some(format) => read(format, text).map_err(|problem| {
                let problem = format!("{text:?} does not fit the format {format:?}: {problem}");
                Violation::new("time", problem, "mend the record, or say with --time-format how its times are written")
            }),
        }?;
        self.last.0.clear();
        self.last.0.push_str(text);
        self.last.1 = at;
        Ok(at)
    }
}

/// Reads a text by a strftime format. Without an offset it is UTC.
fn read(format: &str, text: &str) -> Result<Timestamp, String> {
    let time = BrokenDownTime::parse(format, text).map_err(|error| error.to_string())?;
    if time.iana_time_zone().is_some() {
        return Err("time zones are read as offsets (%z, %:z), not by name".into());
    }
    let at = if time.timestamp().is_some() || time.offset().is_some() {
        time.to_timestamp()
    } else {
        time.to_datetime().and_then(|civil| Offset::UTC.to_timestamp(civil))
    };
    let at = at.map_err(|error| error.to_string())?;
    Timestamp::from_jiff(at).ok_or_else(|| "it is too far from 1970".into())
}
