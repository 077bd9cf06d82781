//! From one record to one event.

use ::csv::ByteRecord;
use assay_domain::{
    event::{Actor, ActorError, NewEvent},
    violation::Violation,
};

use super::{
    columns::{Bound, Columns},
    data::Data,
    mapping::{Mapping, Template},
    time::Times,
};

/// A record whose cells are known to be as many as the columns, and UTF-8.
pub(super) struct Row<'r> {
    record: &'r ByteRecord,
    /// All cells, one after the other.
    text: &'r str,
}

impl<'r> Row<'r> {
    /// Checks the cells all at once. A character may not straddle two cells, though: apart, its halves are not UTF-8.
    fn new(record: &'r ByteRecord, columns: &Columns, line_ends: u64) -> Result<Self, Violation> {
        if record.len() != columns.len() {
            return Err(wrong_length(record.len(), columns.len(), line_ends));
        }
        let text = std::str::from_utf8(record.as_slice()).map_err(|_| not_utf8(record, columns))?;
        let row = Self { record, text };
        if !text.is_ascii() && (0..record.len()).any(|column| row.get(column).is_none()) {
            return Err(not_utf8(record, columns));
        }
        Ok(row)
    }

    fn get(&self, column: usize) -> Option<&'r str> {
        self.text.get(self.record.range(column)?)
    }

    /// The text of a cell.
    pub(super) fn cell(&self, column: usize) -> &'r str {
        self.get(column).unwrap_or_default()
    }

    /// How long all cells are together, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }
}

fn wrong_length(cells: usize, columns: usize, line_ends: u64) -> Violation {
    let problem = format!("it has {cells} fields, the header has {columns}");
    if line_ends == 0 {
        return Violation::new("record", problem, "put a field that holds a comma or a quote in double quotes");
    }
    let problem = format!("{problem}, and it goes on for {line_ends} more lines");
    Violation::new("record", problem, "close the double quote that is left open, and double quotes inside quotes")
}

fn not_utf8(record: &ByteRecord, columns: &Columns) -> Violation {
    let broken = record.iter().enumerate().find(|(_, cell)| std::str::from_utf8(cell).is_err());
    let (column, cell) = broken.unwrap_or_default();
    let problem = format!("{:?} is not UTF-8", String::from_utf8_lossy(cell));
    Violation::new(columns.name(column), problem, "save the file as UTF-8")
}

/// A mapping bound to the columns of a file.
pub(super) struct Records {
    columns: Columns,
    subject: Bound,
    id: Bound,
    time: Bound,
    times: Times,
    customer: Option<Bound>,
    kind: Bound,
    sequence: Option<Bound>,
    source: String,
    actor: Option<Bound>,
    missing: String,
    data: Data,
}

impl Records {
    /// Finds every column that the mapping names, and refuses options that cannot fit any record.
    pub(super) fn new(columns: Columns, mapping: &Mapping) -> Result<Self, Violation> {
        let optional = |option, field, template: &Option<Template>| {
            template.as_ref().map(|template| columns.bind(option, field, template)).transpose()
        };
        if let Some(actor) = mapping.actor.as_ref().and_then(Template::constant) {
            actor.parse::<Actor>().map_err(|error| not_an_actor("--actor", &error))?;
        }
        Ok(Self {
            subject: columns.bind("--subject", "subject", &mapping.subject)?,
            id: columns.bind("--id", "id", &mapping.id)?,
            time: columns.bind("--time", "time", &mapping.time)?,
            times: Times::new(&mapping.time_format)?,
            customer: optional("--customer", "customer", &mapping.customer)?,
            kind: columns.bind("--type", "type", &mapping.kind)?,
            sequence: optional("--sequence", "sequence", &mapping.sequence)?,
            source: mapping.source.clone(),
            actor: optional("--actor", "actor", &mapping.actor)?,
            missing: mapping.missing.clone(),
            data: Data::new(columns.names()),
            columns,
        })
    }

    /// The event that a record tells; `line_ends` is how many line ends lie inside it.
    pub(super) fn event(&mut self, record: &ByteRecord, line_ends: u64) -> Result<NewEvent, Violation> {
        let row = Row::new(record, &self.columns, line_ends)?;
        let missing = self.missing.as_str();
        let occurred_at = self.times.parse(&self.time.require(&row, missing)?)?;
        let optional = |bound: &Option<Bound>| bound.as_ref().and_then(|bound| bound.render(&row, missing).map(String::from));
        let sequence = match optional(&self.sequence) {
            Some(text) => text.parse::<i64>().map_err(|_| not_an_integer(&text))?,
            None => 0,
        };
        let actor = match optional(&self.actor) {
            Some(text) => text.parse::<Actor>().map_err(|error| not_an_actor("actor", &error))?,
            None => Actor::Unknown,
        };
        Ok(NewEvent {
            source: self.source.clone(),
            id: self.id.require(&row, missing)?.into_owned(),
            kind: self.kind.require(&row, missing)?.into_owned(),
            subject: self.subject.require(&row, missing)?.into_owned(),
            occurred_at,
            sequence,
            customer: optional(&self.customer),
            actor,
            data: self.data.object(&row, missing),
        })
    }
}

fn not_an_integer(text: &str) -> Violation {
    Violation::new("sequence", format!("{text:?} is not an integer"), "take it from a column of integers")
}

fn not_an_actor(field: &str, error: &ActorError) -> Violation {
    Violation::new(field, error.to_string(), "name one of them, or leave it out")
}
