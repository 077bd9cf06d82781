//! What a command says: a table for people, JSON for programs.

use std::{io::Write as _, process::ExitCode};

use comfy_table::{CellAlignment, Table, presets::UTF8_FULL_CONDENSED};
use serde_json::{Value, json};

/// The result of a command.
pub struct Output {
    json: Value,
    text: String,
    code: u8,
}

/// Done, but some input was refused.
pub const REFUSED_SOME: u8 = 3;

impl Output {
    /// Both forms of what was found.
    pub fn new(json: Value, text: impl Into<String>) -> Self {
        Self { json, text: text.into(), code: 0 }
    }

    /// Everything was said before.
    pub fn silent() -> Self {
        Self::new(Value::Null, "")
    }

    /// The same with one more member, and lines below the text.
    #[must_use]
    pub fn and(self, member: &str, value: Value, lines: &str) -> Self {
        Self { json: with(self.json, member, value), text: format!("{}\n{lines}", self.text), ..self }
    }

    /// The same with another exit code.
    #[must_use]
    pub fn with_code(self, code: u8) -> Self {
        Self { code, ..self }
    }

    /// The JSON form.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// Prints one of the forms and gives back the exit code.
    pub fn print(&self, json: bool) -> ExitCode {
        self.say(json);
        ExitCode::from(self.code)
    }

    /// Prints one of the forms.
    pub fn say(&self, json: bool) {
        let text = match &self.json {
            Value::Null if json => String::new(),
            value if json => value.to_string(),
            _ => self.text.clone(),
        };
        if !text.is_empty() {
            // Nobody listening is no error: `assay … | head` ends early.
            drop(writeln!(std::io::stdout(), "{}", text.trim_end()));
        }
    }
}

/// Prints why a command failed, with every cause.
pub fn print_error(error: &anyhow::Error, json: bool) -> ExitCode {
    let message = format!("{error:#}");
    if json {
        drop(writeln!(std::io::stderr(), "{}", json!({ "error": message })));
    } else {
        drop(writeln!(std::io::stderr(), "error: {message}"));
    }
    ExitCode::FAILURE
}

/// A table; columns named in `right` are aligned to the right.
pub fn table<R, C>(head: &[&str], right: &[&str], rows: impl IntoIterator<Item = R>) -> String
where
    R: IntoIterator<Item = C>,
    C: Into<comfy_table::Cell>,
{
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_header(head.iter().copied());
    for row in rows {
        table.add_row(row);
    }
    for (index, name) in head.iter().enumerate() {
        if let (true, Some(column)) = (right.contains(name), table.column_mut(index)) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.to_string()
}

/// An object with one more member.
pub fn with(mut object: Value, key: &str, value: Value) -> Value {
    if let Value::Object(members) = &mut object {
        members.insert(key.to_owned(), value);
    }
    object
}
