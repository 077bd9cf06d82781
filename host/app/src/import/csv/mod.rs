//! Events from CSV: one per record, the header names the columns.

mod columns;
mod data;
mod lines;
mod mapping;
mod record;
mod time;

use std::io::Read;

use ::csv::{ByteRecord, Reader, ReaderBuilder};
use assay_domain::{event::NewEvent, violation::Violation};

use columns::Columns;
use lines::Lines;
pub use mapping::{Mapping, Template};
use record::Records;

/// What one record of a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The line on which the record starts; the header starts on line 1.
    pub number: u64,
    /// The event, or what keeps the record from being one. A violation of the field `file` means that the rest of the file
    /// could not be read; any other concerns this record only.
    pub result: Result<NewEvent, Violation>,
}

/// The events of a CSV file, one record at a time.
///
/// Lines end with LF, CRLF or CR, though CR alone is not counted; empty lines are passed over; a field in double quotes may
/// hold commas, line ends and doubled quotes; a UTF-8 byte order mark is ignored.
pub struct CsvEvents<R> {
    reader: Reader<Lines<R>>,
    records: Records,
    record: ByteRecord,
}

impl<R: Read> CsvEvents<R> {
    /// Reads the header and checks the mapping against it, so that a wrong option is told before any event.
    pub fn open(file: R, mapping: &Mapping) -> Result<Self, Violation> {
        // The header is read like a record, and records may differ in length, so that each is judged here.
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(Lines::new(file));
        let mut header = ByteRecord::new();
        let found = reader.read_byte_record(&mut header).map_err(|error| unreadable(&error))?;
        if !found {
            return Err(Violation::new("file", "it is empty", "its first line names the columns"));
        }
        let records = Records::new(Columns::new(&header)?, mapping)?;
        Ok(Self { reader, records, record: header })
    }

    /// How many bytes of the file are behind the events given out so far, out of as many as the file has.
    pub fn position(&self) -> u64 {
        self.reader.position().byte()
    }
}

impl<R: Read> Iterator for CsvEvents<R> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        let before = self.reader.get_ref().begun();
        match self.reader.read_byte_record(&mut self.record) {
            Ok(false) => None,
            Ok(true) => {
                let last = self.reader.get_ref().begun();
                // Only a record that took more than one line can have line ends inside, or empty lines before it.
                let inside = if last > before + 1 { line_ends(self.record.as_slice()) } else { 0 };
                let result = self.records.event(&self.record, inside);
                Some(Line { number: last.saturating_sub(inside), result })
            }
            Err(error) => Some(Line { number: before, result: Err(unreadable(&error)) }),
        }
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

fn unreadable(error: &::csv::Error) -> Violation {
    Violation::new("file", format!("it cannot be read any further: {error}"), "check the file and import it again")
}
