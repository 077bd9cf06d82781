//! The real history as a stream of events.

use std::{
    fs::File,
    io::{BufReader, Read},
    path::Path,
};

use assay_app::import::{
    Sourced,
    csv::{CsvEvents, Mapping, Template},
};
use flate2::read::GzDecoder;

/// The mapping of the incident log.
pub fn mapping() -> Mapping {
    let column = |text: &str| Template::column("column", text).expect("a template");
    Mapping {
        subject: column("number"),
        id: column("{number}-{sys_mod_count}"),
        time: column("sys_updated_at"),
        time_format: "%d/%m/%Y %H:%M".into(),
        customer: Some(column("location")),
        kind: Template::text("type", "incident.updated").expect("a template"),
        sequence: Some(column("sys_mod_count")),
        source: "csv".into(),
        actor: None,
        missing: "?".into(),
    }
}

/// Every record of a CSV file, plain or compressed with gzip.
pub fn events(path: &Path) -> impl Iterator<Item = Sourced> + Send + 'static {
    let file = BufReader::new(File::open(path).expect("the history's file"));
    let gzip = path.extension().is_some_and(|extension| extension == "gz");
    let file: Box<dyn Read + Send> = if gzip { Box::new(GzDecoder::new(file)) } else { Box::new(file) };
    let events = CsvEvents::open(file, &mapping()).expect("the history's columns");
    events.map(|line| Sourced { line: line.number, position: 0, event: line.result })
}
