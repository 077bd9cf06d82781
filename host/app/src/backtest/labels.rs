//! Labels: what people say of interactions, from a CSV file.

use std::io::Read;

use assay_domain::violation::Violation;
use csv::{ReaderBuilder, StringRecord};

/// What a label may say, and whether that is a success.
const SAID: [(&str, bool); 8] =
    [("success", true), ("true", true), ("yes", true), ("1", true), ("failure", false), ("false", false), ("no", false), ("0", false)];

/// Reads subjects and whether each is a success. The header names the columns `subject` and `label`; others are passed over.
pub fn read_labels(file: impl Read) -> Result<Vec<(String, bool)>, Violation> {
    let mut reader = ReaderBuilder::new().from_reader(file);
    let header = reader.headers().map_err(|error| unreadable(&error))?.clone();
    let column = |name: &str| {
        let missing =
            || Violation::new("labels", format!("there is no column {name:?}"), "name the columns subject,label in the first line");
        header.iter().position(|found| found.trim_start_matches('\u{feff}') == name).ok_or_else(missing)
    };
    let (subject, label) = (column("subject")?, column("label")?);
    reader.records().map(|record| labelled(&record.map_err(|error| unreadable(&error))?, subject, label)).collect()
}

fn labelled(record: &StringRecord, subject: usize, label: usize) -> Result<(String, bool), Violation> {
    let line = record.position().map_or(0, csv::Position::line);
    let (subject, text) = (record.get(subject).unwrap_or_default(), record.get(label).unwrap_or_default());
    let said = SAID.iter().find(|(known, _)| text.trim().eq_ignore_ascii_case(known)).map(|(_, is_success)| *is_success);
    let unknown = || Violation::new("labels", format!("line {line} says {text:?}"), "say success or failure");
    Ok((subject.to_owned(), said.ok_or_else(unknown)?))
}

fn unreadable(error: &csv::Error) -> Violation {
    Violation::new("labels", error.to_string(), "give CSV with the columns subject,label")
}
