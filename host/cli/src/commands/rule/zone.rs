//! `assay rule zone`

use anyhow::{Context as _, Result, bail};
use clap::Args;
use jiff::{
    Timestamp,
    tz::{TimeZone, TimeZoneDatabase},
};
use serde_json::json;

use crate::output::Output;

/// Which zone, and which years of it.
#[derive(Debug, Args)]
pub struct Zone {
    /// Its name in the time zone database, such as Europe/Berlin.
    name: String,
    /// The first year of the table.
    #[arg(value_parser = clap::value_parser!(u16).range(1970..=2250))]
    from: u16,
    /// The year at whose beginning it ends.
    #[arg(value_parser = clap::value_parser!(u16).range(1971..=2251))]
    until: u16,
}

/// From when on, and so many minutes east of UTC.
type Offset = (Timestamp, i32);

pub(super) fn run(zone: &Zone) -> Result<Output> {
    let Zone { name, from, until } = zone;
    if until <= from {
        bail!("the table ends before it begins: give a year after {from}");
    }
    let found = TimeZoneDatabase::bundled().get(name);
    let found = found.with_context(|| format!("{name:?} is no time zone of the IANA database: write it as in Europe/Berlin"))?;
    let (begin, end) = (beginning(*from)?, beginning(*until)?);
    let name = found.iana_name().unwrap_or(name);
    let offsets = offsets(name, &found, begin, end)?;
    let rows: Vec<_> = offsets.iter().map(|(from, minutes)| json!([from.to_string(), minutes])).collect();
    let json = json!({ "name": name, "offsets": rows, "until": end.to_string() });
    Ok(Output::new(json, source(zone, name, &offsets, end)))
}

fn beginning(year: u16) -> Result<Timestamp> {
    format!("{year}-01-01T00:00:00Z").parse().with_context(|| format!("{year} is no year"))
}

/// The offset at the beginning, and every change of it.
fn offsets(name: &str, zone: &TimeZone, begin: Timestamp, end: Timestamp) -> Result<Vec<Offset>> {
    let mut offsets = vec![(begin, minutes(name, zone.to_offset(begin).seconds())?)];
    for transition in zone.following(begin).take_while(|transition| transition.timestamp() < end) {
        let minutes = minutes(name, transition.offset().seconds())?;
        // A clock may get another name and show the same.
        if offsets.last().is_none_or(|(_, before)| *before != minutes) {
            offsets.push((transition.timestamp(), minutes));
        }
    }
    Ok(offsets)
}

fn minutes(name: &str, seconds: i32) -> Result<i32> {
    if seconds % 60 != 0 {
        bail!("the clocks of {name} were {seconds} seconds from UTC once, and only whole minutes can be pinned: begin with a later year");
    }
    Ok(seconds / 60)
}

fn source(zone: &Zone, name: &str, offsets: &[Offset], end: Timestamp) -> String {
    let Zone { from, until, .. } = zone;
    let rows: String = offsets.iter().map(|(from, minutes)| format!("        (Timestamp::utc(\"{from}\"), {minutes}),\n")).collect();
    format!(
        "//! Written by `assay rule zone {name} {from} {until}`.\n\n\
         use assay_sdk::{{PinnedZone, Timestamp}};\n\n\
         /// The clocks of {name} from {from} up to {until}.\n\
         pub static {}: PinnedZone = PinnedZone::new(\n    \"{name}\",\n    &[\n{rows}    ],\n    Timestamp::utc(\"{end}\"),\n);\n",
        constant(name)
    )
}

/// `Europe/Berlin` is `BERLIN`.
fn constant(name: &str) -> String {
    let city = name.rsplit('/').next().unwrap_or(name);
    city.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}
